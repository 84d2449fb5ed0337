/* lookup.h: a host name to addresses: address literals, the hosts file, then A and AAAA questions whose replies are fed in.
 * No I/O; net/exchange.c sends the questions. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "proto/dns.h"

enum { LOOKUP_QUERY_MAX = 300 };

struct lookup {
    char name[HOST_MAX];
    uint8_t name_n, families; /* bit 0: IPv4 wanted, bit 1: IPv6 */
    uint8_t answered;         /* the same bits */
    uint16_t port;
    uint8_t count;
    struct endpoint found[ENDPOINTS_MAX];
    uint8_t rcode;            /* of the last reply without an address */
};

/* DONE: `found` is filled without asking anyone. MORE: ask lookup_query for each wanted family. FAIL: no host name. */
enum step lookup_start(struct lookup *l, struct span host, uint16_t port, uint8_t family, struct span hosts, struct fail *f);
/* The question for family 4 or 6, RFC 1035 wire form. */
void lookup_query(const struct lookup *l, uint8_t family, uint16_t id, struct buf *out);
/* A reply to one of the questions (already matched). DONE when all wanted ones came and there is an address. MORE: one is
 * still out, or this server cannot tell (then *next_server). FAIL: there is no such name, or it has no address. */
enum step lookup_reply(struct lookup *l, struct span message, bool *next_server, struct fail *f);
/* Both families in turn, IPv6 first (RFC 8305 §4). */
void lookup_order(struct lookup *l);

#endif
