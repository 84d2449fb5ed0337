/* proof.h: what do the authoritative servers answer? An asker over the records of one account: in a look every server is
 * asked once until one has it, for LOOK_MS at most; in a proof until its servers answer the wanted address, or PROOF_MS are over.
 *
 * A resolver that answers authoritatively (AA) is believed at once; otherwise SOA gives the zone, NS its servers, and each
 * of them is asked itself. */
#ifndef PROOF_H
#define PROOF_H

#include "net/lookup.h"
#include "proto/request.h"

enum { PROOF_SERVERS_MAX = 4 };

struct proof_item {
    struct span host;
    uint16_t record;     /* index in conf.records, for the caller */
    uint8_t family;
    bool open;           /* to be asked; cleared when it is settled */
    bool answered;       /* an authority answered: `found` holds */
    bool proven;         /* every server that answers gives `want` */
    struct addr want, found;
    uint64_t due;
    uint8_t tries, server;
    bool right;          /* a server answered `want` since the last pause, none anything else */
    bool zoned;          /* its own zone was asked for since then: it may lie below that of the record before */
    struct fail fail;    /* why it could not be asked or proven */
};

enum proof_step { PROOF_DIRECT, PROOF_SOA, PROOF_NS, PROOF_SERVER };

struct proof {
    /* given */
    struct proof_item *items;
    size_t count;
    bool look;
    uint64_t give_up; /* tick */
    /* in work */
    enum proof_step step;
    size_t at;
    bool got;         /* a usable reply came in this exchange */
    char zone[HOST_MAX], servers[PROOF_SERVERS_MAX][HOST_MAX];
    uint8_t server_count;
    char question[LOOKUP_QUERY_MAX];
};

extern const struct asker proof_asker;
void proof_start(struct proof *p, struct now now);

#endif
