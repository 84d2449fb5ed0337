/* exchange.h: one exchange after another for one asker: wait, resolve, connect, TLS, send, receive. A state machine without
 * I/O: the loop opens, sends, receives and closes as exchange_link_want says, and reports back. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "net/lookup.h"
#include "net/net.h"
#include "proto/http.h"

enum exchange_phase {
    X_IDLE,    /* no asker */
    X_PAUSE,   /* until request.not_before */
    X_LOOKUP,  /* asking resolvers for the host's addresses */
    X_CONNECT, /* TCP to the host, two addresses at once at most */
    X_TALK,    /* HTTP: TLS, request, reply */
    X_ASK,     /* CARRY_DNS: question and reply */
    X_LOCAL,   /* CARRY_CHILD, CARRY_FILE: the loop does it and calls exchange_local */
    X_KEPT,    /* between two requests, connection open */
    X_ENDED    /* the asker gave DONE or FAIL; `fail` and `done` tell */
};

enum link_state { LINK_NONE, LINK_OPENING, LINK_UP, LINK_CLOSING };
enum { LINK_OPEN = 1, LINK_SEND = 2, LINK_RECV = 4, LINK_CLOSE = 8 };

struct link {
    enum link_state state;
    bool tcp, opened;   /* opened: the loop holds a handle */
    bool parting;       /* TLS: close_notify is to go out before it is closed */
    struct endpoint to;
    intptr_t handle;    /* the loop's */
};

/* Questions to DNS servers, over one link: servers in turn, each tried twice. */
struct dns_ask {
    struct endpoint servers[ENDPOINTS_MAX];
    uint8_t server_count, server, round;
    uint8_t count, answered; /* questions; bits of the answered ones */
    bool tcp, fixed;         /* fixed: `message` goes as it is */
    uint64_t give_up, next_try;
    uint16_t size[2];
    char question[2][2 + 512]; /* two bytes of length in front, for TCP */
};

struct exchange {
    const struct asker *ops;
    void *self;
    struct net *net;
    enum exchange_phase phase;
    bool done;             /* X_ENDED: by STEP_DONE */
    struct request rq;
    struct fail fail;      /* of the asker, X_ENDED */
    struct fail trouble;   /* first failure of this request's connection attempts */
    uint64_t started, deadline, stagger;
    struct link link[2];
    uint8_t live;          /* the link the request runs on */
    struct lookup lookup;
    uint8_t next_address;
    struct dns_ask ask;
    size_t sent;           /* of rq.out, or of the questions */
    uint8_t sending;       /* which question */
    bool reused;           /* a kept connection */
    bool answered, headed; /* a byte, the head of the reply came */
    char host[HOST_MAX];   /* of the open connection, with what else must match to reuse it */
    uint16_t port;
    uint8_t carrier, family;
    struct http http;
    struct tls tls;
    size_t in_n;
    char in[DNS_MESSAGE_MAX + 2];
};

void exchange_start(struct exchange *x, struct net *net, const struct asker *ops, void *self, struct now now);
/* Goes on as far as it can without I/O; also ends what is overdue. */
void exchange_step(struct exchange *x, struct now now);
uint64_t exchange_deadline(const struct exchange *x); /* tick of the next exchange_step even if nothing happens */

unsigned exchange_link_want(const struct exchange *x, unsigned link); /* LINK_* bits */
void exchange_opened(struct exchange *x, unsigned link, intptr_t handle);
void exchange_up(struct exchange *x, unsigned link, struct now now);
/* why->kind FAIL_NONE: the peer closed the stream. */
void exchange_down(struct exchange *x, unsigned link, const struct fail *why, struct now now);
void exchange_closed(struct exchange *x, unsigned link);
/* What to send now; of a link that wants LINK_CLOSE: the last words, sent once if the system takes them. */
struct span exchange_out(const struct exchange *x, unsigned link);
void exchange_sent(struct exchange *x, unsigned link, size_t n, struct now now);
char *exchange_room(struct exchange *x, unsigned link, size_t *n);
void exchange_got(struct exchange *x, unsigned link, size_t n, struct now now);
/* X_LOCAL: the outcome; why->kind FAIL_NONE = good. */
void exchange_local(struct exchange *x, struct span out, const struct fail *why, struct now now);
void exchange_abort(struct exchange *x); /* stop now: links want LINK_CLOSE, secrets are wiped */

#endif
