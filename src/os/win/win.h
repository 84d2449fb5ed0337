/* win.h: what the files of this folder share. Included first: it brings every system header, and
 * only then the house's own, whose banned words system headers may still use.
 *
 * The headers' level is Vista, for the structures; what is linked statically must be in XP all the
 * same: everything newer goes through late.h. */
#ifndef WIN_H
#define WIN_H

#define UNICODE
#define _WIN32_WINNT 0x0600
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <iptypes.h>
#undef alloca /* a macro in malloc.h, which base.h could not ban */

#include "os/os.h"
#include "os/win/late.h"
#include "os/win/wide.h"

enum { CHILDREN_MAX = 8 };

/* error.c. Fails as RETRY with "what: text" (or the text alone when `what` is absent). */
enum step error_fail(struct fail *f, enum fail_layer layer, DWORD code, struct span what);

/* wait.c */
void wait_init(void);
HANDLE wait_net_event(void);    /* the one event of all sockets */
void wait_wake(
    unsigned wake); /* from any thread: os_wait returns with these bits of enum os_wake */

/* sock.c, for wait.c */
void sock_collect(void);                        /* asks every socket what happened to it */
uint8_t sock_ready(intptr_t s, uint8_t want); /* what of `want` is possible by all that is known */

/* child.c, for wait.c: the processes that still run, at most CHILDREN_MAX */
size_t child_handles(HANDLE *out);

/* ifaddr.c. All adapters in one static table that the next call overwrites; NULL with `f` set when
 * the system gave none. */
const IP_ADAPTER_ADDRESSES *ifaddr_adapters(struct fail *f);
/* Whether this system's structure is long enough to have the field: XP's is shorter. */
#define IFADDR_HAS(adapter, field) \
    ((adapter)->Length >= offsetof(IP_ADAPTER_ADDRESSES, field) + sizeof (adapter)->field)
bool ifaddr_of(const SOCKADDR *from, struct endpoint *out);

#endif
