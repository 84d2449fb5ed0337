/* inner.h: the parts of one exchange, split by phase over ask.c, connect.c and talk.c; exchange.c ties them together. */
#ifndef INNER_H
#define INNER_H

#include "net/exchange.h"

/* exchange.c */
void exchange_finish(struct exchange *x, const struct fail *why, struct now now); /* the request is over; on to the next */
void exchange_give_up(struct exchange *x, struct now now); /* finish with x->trouble */
void exchange_resolve(struct exchange *x, struct now now); /* to the request's host: look-up, then connect or ask */
void exchange_resolved(struct exchange *x, struct now now); /* the addresses are known */
void exchange_open(struct exchange *x, unsigned link, bool tcp, const struct endpoint *to);
void exchange_close(struct exchange *x, unsigned link);

/* ask.c: X_LOOKUP and X_ASK */
void ask_begin(struct exchange *x, struct now now);
void ask_tick(struct exchange *x, struct now now);
void ask_down(struct exchange *x, struct now now);
struct span ask_out(const struct exchange *x);
void ask_sent(struct exchange *x, size_t n);
void ask_got(struct exchange *x, size_t n, struct now now);

/* connect.c: X_CONNECT */
void connect_begin(struct exchange *x, struct now now);
void connect_tick(struct exchange *x, struct now now);
void connect_up(struct exchange *x, unsigned link, struct now now);
void connect_down(struct exchange *x, unsigned link, const struct fail *why, struct now now);

/* talk.c: X_TALK */
void talk_begin(struct exchange *x, struct now now);
void talk_down(struct exchange *x, const struct fail *why, struct now now);
struct span talk_out(const struct exchange *x);
void talk_sent(struct exchange *x, size_t n, struct now now);
char *talk_room(struct exchange *x, size_t *n);
void talk_got(struct exchange *x, size_t n, struct now now);
void talk_late(struct exchange *x, struct now now);
void talk_goodbye(struct exchange *x); /* before closing: close_notify, if TLS is up */

#endif
