/* net.h: what all exchanges share. Filled by the loop; pure code only reads it, but for the session cache. */
#ifndef NET_H
#define NET_H

#include "proto/request.h"
#include "tls.h"

enum { SESSIONS_MAX = 16 }; /* hosts resumed between cycles: accounts and sources of a household */

struct session {
    uint32_t key; /* CRC-32 of host:port; 0 = free */
    struct tls_session tls;
};

struct net {
    struct endpoint resolvers[RESOLVERS_MAX];
    uint8_t resolver_count;
    struct span hosts;              /* text of the system's hosts file */
    struct span bind;               /* the global `bind`; absent: the system's choice */
    const struct tls_trust *trust;
    bool (*random)(void *p, size_t n); /* false: no entropy yet */
    struct session sessions[SESSIONS_MAX];
    uint8_t session_next;           /* round robin */
    int64_t date;                   /* newest Date: of a verified HTTPS reply, and the tick it came at */
    uint64_t date_tick;
    uint32_t handshakes, resumed;   /* counted for `-v` and the benches */
};

#endif
