/* request.h: how those who ask (address sources, recipe players, proofs) meet the one who carries
 * (net).
 *
 * An asker is a machine without I/O. The carrier calls next; on STEP_MORE it carries the request,
 * hands the reply back by head, body (any number of pieces) and exactly one end, and calls next
 * again. STEP_DONE and STEP_FAIL end the asker. */
#ifndef REQUEST_H
#define REQUEST_H

#include "base/addr.h"
#include "base/fail.h"
#include "limits.h"

enum carrier {
    CARRY_HTTP,  /* out = a whole HTTP/1.1 request; plain TCP */
    CARRY_HTTPS, /* the same in TLS */
    /* out = a DNS message; body = the reply. UDP with a random id, TCP when truncated; with `tcp`
     * sent as it is */
    CARRY_DNS,
    CARRY_CHILD, /* out = argv, NUL-separated; body = what it printed */
    CARRY_FILE   /* out = a path; body = its content */
};

struct request {
    enum carrier carrier;
    struct span host;  /* name or address; for CARRY_DNS absent means the resolvers in force */
    uint16_t port;
    uint8_t family;    /* 4 or 6: only addresses of it are used; 0: either */
    /* CARRY_DNS: TCP at once (updates: a lost UDP reply would mean sending twice), its id
     * is kept */
    bool tcp;
    bool last;         /* no further request will follow: the connection need not be kept */
    uint32_t body_max; /* HTTP: a longer reply fails; 0 = BODY_MAX */
    bool head_only;    /* HTTP HEAD: no body follows */
    struct span out;   /* owned by the asker, unchanged until end */
    struct span what;  /* for the log: method, host and path template; never an expanded value */
    struct span bind;  /* interface or address to send from; absent: the system's choice */
    uint64_t not_before; /* tick; 0 = at once */
};

struct reply_head {
    int status;           /* HTTP; 0 for the others */
    uint32_t retry_after; /* seconds, 0 when not given */
    int64_t date;         /* Date: as unix seconds, 0 when not given */
    bool json;            /* Content-Type says so; recipes do not need it, sources do */
    struct span location; /* host a 3xx points to, empty: the same; at most 96 bytes, cleaned */
};

struct asker {
    enum step (*next)(void *self, struct request *rq, struct now now, struct fail *f);
    void (*head)(void *self, const struct reply_head *head);
    void (*body)(void *self, struct span part);
    /* why->kind == FAIL_NONE: the reply is complete. Otherwise it is not, whatever was
     * seen of it. */
    void (*end)(void *self, const struct fail *why, struct now now);
};

#endif
