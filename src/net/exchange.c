/* exchange.c: the life of an exchange: fetch a request from the asker, run its phases, hand over the end, keep or close. */
#include "net/inner.h"
#include "base/hash.h"

static bool encrypted(const struct exchange *x)
{
    return x->rq.carrier == CARRY_HTTPS;
}

static bool kept_fits(const struct exchange *x)
{
    return x->link[x->live].state == LINK_UP && x->carrier == x->rq.carrier && x->port == x->rq.port &&
           x->family == x->rq.family && span_ieq(span_z(x->host), x->rq.host);
}

static void close_all(struct exchange *x)
{
    for (unsigned i = 0; i < COUNT(x->link); i++)
        exchange_close(x, i);
}

void exchange_resolve(struct exchange *x, struct now now)
{
    enum step s = lookup_start(&x->lookup, x->rq.host, x->rq.port, x->rq.family, x->net->hosts, &x->trouble);
    if (s == STEP_FAIL) {
        exchange_give_up(x, now);
    } else if (s == STEP_MORE) {
        x->phase = X_LOOKUP;
        ask_begin(x, now);
    } else {
        exchange_resolved(x, now);
    }
}

void exchange_resolved(struct exchange *x, struct now now)
{
    if (x->rq.carrier == CARRY_DNS) {
        x->phase = X_ASK;
        ask_begin(x, now);
    } else {
        connect_begin(x, now);
    }
}

static void begin(struct exchange *x, struct now now)
{
    x->started = now.tick;
    x->trouble = (struct fail){0};
    x->sent = x->in_n = 0;
    x->answered = x->headed = false;
    x->reused = kept_fits(x);
    if (x->reused) {
        talk_begin(x, now);
        return;
    }
    close_all(x);
    if (x->rq.carrier == CARRY_CHILD || x->rq.carrier == CARRY_FILE) {
        x->phase = X_LOCAL;
        x->deadline = now.tick + CHILD_MS;
    } else if (x->rq.carrier == CARRY_DNS && !x->rq.host.p) {
        x->phase = X_ASK;
        ask_begin(x, now);
    } else {
        exchange_resolve(x, now);
    }
}

static void end(struct exchange *x, bool done)
{
    x->phase = X_ENDED;
    x->done = done;
    talk_goodbye(x);
    close_all(x);
}

static void next(struct exchange *x, struct now now)
{
    x->rq = (struct request){0};
    switch (x->ops->next(x->self, &x->rq, now, &x->fail)) {
    case STEP_DONE:
        end(x, true);
        break;
    case STEP_FAIL:
        end(x, false);
        break;
    case STEP_MORE:
        x->phase = X_PAUSE;
        x->deadline = x->rq.not_before;
        if (x->deadline > now.tick + KEEP_MS)
            close_all(x); /* the server would close it meanwhile */
        if (x->deadline <= now.tick)
            begin(x, now);
    }
}

void exchange_start(struct exchange *x, struct net *net, const struct asker *ops, void *self, struct now now)
{
    x->net = net;
    x->ops = ops;
    x->self = self;
    x->fail = (struct fail){0};
    x->host[0] = 0;
    x->carrier = CARRY_HTTP; /* no TLS yet */
    next(x, now);
}

/* The connection is kept only when the server agreed and more is to come: an idle socket on a router costs memory. */
static bool keep(const struct exchange *x, const struct fail *why)
{
    bool http = x->rq.carrier == CARRY_HTTP || x->rq.carrier == CARRY_HTTPS;
    return http && !why->kind && x->http.keep && !x->rq.last && x->link[x->live].state == LINK_UP;
}

static void remember_connection(struct exchange *x)
{
    struct buf b = BUF(x->host);
    buf_span(&b, x->rq.host);
    buf_char(&b, 0);
    x->port = x->rq.port;
    x->carrier = (uint8_t)x->rq.carrier;
    x->family = x->rq.family;
}

void exchange_finish(struct exchange *x, const struct fail *why, struct now now)
{
    struct fail copy = *why; /* `why` may be x->trouble, which the next request resets */
    if (keep(x, &copy)) {
        remember_connection(x);
    } else {
        if (!copy.kind && encrypted(x))
            talk_goodbye(x);
        close_all(x);
    }
    x->phase = X_KEPT; /* not X_TALK: what the asker sees from here on is over */
    x->ops->end(x->self, &copy, now);
    next(x, now);
}

void exchange_give_up(struct exchange *x, struct now now)
{
    exchange_finish(x, &x->trouble, now);
}

void exchange_open(struct exchange *x, unsigned link, bool tcp, const struct endpoint *to)
{
    x->link[link] = (struct link){.state = LINK_OPENING, .tcp = tcp, .to = *to};
}

void exchange_close(struct exchange *x, unsigned link)
{
    if (x->link[link].state != LINK_NONE)
        x->link[link].state = x->link[link].opened ? LINK_CLOSING : LINK_NONE;
}

/* The loop closes first: its handle must not be overwritten. */
static bool waits_for_close(const struct exchange *x)
{
    return x->phase != X_TALK && (x->link[0].state == LINK_CLOSING || x->link[1].state == LINK_CLOSING);
}

static void step_phase(struct exchange *x, struct now now)
{
    if (x->phase == X_PAUSE && now.tick >= x->deadline)
        begin(x, now);
    else if (x->phase == X_LOOKUP || x->phase == X_ASK)
        ask_tick(x, now);
    else if (x->phase == X_CONNECT)
        connect_tick(x, now);
    else if (x->phase == X_TALK && now.tick >= x->deadline)
        talk_late(x, now);
}

void exchange_step(struct exchange *x, struct now now)
{
    enum exchange_phase before;
    do {
        before = x->phase;
        if (waits_for_close(x))
            return;
        step_phase(x, now);
    } while (x->phase != before);
}

uint64_t exchange_deadline(const struct exchange *x)
{
    switch (x->phase) {
    case X_IDLE:
    case X_ENDED:
    case X_KEPT:
        return UINT64_MAX;
    case X_LOOKUP:
    case X_ASK:
        return x->ask.next_try < x->ask.give_up ? x->ask.next_try : x->ask.give_up;
    case X_CONNECT:
        return x->stagger < x->deadline ? x->stagger : x->deadline;
    case X_PAUSE:
    case X_TALK:
    case X_LOCAL:
        break;
    }
    return x->deadline;
}

unsigned exchange_link_want(const struct exchange *x, unsigned link)
{
    const struct link *l = &x->link[link];
    if (l->state == LINK_CLOSING)
        return LINK_CLOSE;
    if (l->state == LINK_OPENING)
        return l->opened ? 0 : LINK_OPEN;
    if (l->state != LINK_UP)
        return 0;
    return LINK_RECV | (exchange_out(x, link).n ? LINK_SEND : 0);
}

void exchange_opened(struct exchange *x, unsigned link, intptr_t handle)
{
    x->link[link].opened = true;
    x->link[link].handle = handle;
}

void exchange_up(struct exchange *x, unsigned link, struct now now)
{
    x->link[link].state = LINK_UP;
    if (x->phase == X_CONNECT)
        connect_up(x, link, now);
}

void exchange_down(struct exchange *x, unsigned link, const struct fail *why, struct now now)
{
    exchange_close(x, link);
    if (x->phase == X_CONNECT)
        connect_down(x, link, why, now);
    else if (x->phase == X_LOOKUP || x->phase == X_ASK)
        ask_down(x, now);
    else if (x->phase == X_TALK && link == x->live)
        talk_down(x, why, now);
}

void exchange_closed(struct exchange *x, unsigned link)
{
    x->link[link] = (struct link){0};
}

struct span exchange_out(const struct exchange *x, unsigned link)
{
    if (x->link[link].state == LINK_CLOSING) /* no word of the next request may leave by the old connection */
        return x->link[link].parting ? talk_out(x) : SPAN_NONE;
    if (x->phase == X_LOOKUP || x->phase == X_ASK)
        return ask_out(x);
    return x->phase == X_TALK && link == x->live ? talk_out(x) : SPAN_NONE;
}

void exchange_sent(struct exchange *x, unsigned link, size_t n, struct now now)
{
    (void)link;
    if (x->phase == X_LOOKUP || x->phase == X_ASK)
        ask_sent(x, n);
    else
        talk_sent(x, n, now);
}

char *exchange_room(struct exchange *x, unsigned link, size_t *n)
{
    if (x->phase == X_TALK && link == x->live)
        return talk_room(x, n);
    *n = sizeof x->in - x->in_n;
    return x->in + x->in_n;
}

void exchange_got(struct exchange *x, unsigned link, size_t n, struct now now)
{
    if (x->phase == X_LOOKUP || x->phase == X_ASK)
        ask_got(x, n, now);
    else if (x->phase == X_TALK && link == x->live)
        talk_got(x, n, now);
    else
        exchange_close(x, link); /* nobody asked: such a connection is not used again */
}

void exchange_local(struct exchange *x, struct span out, const struct fail *why, struct now now)
{
    if (!why->kind)
        x->ops->body(x->self, out);
    exchange_finish(x, why, now);
}

void exchange_abort(struct exchange *x)
{
    close_all(x);
    for (unsigned i = 0; i < COUNT(x->link); i++)
        x->link[i].parting = false;
    if (encrypted(x) || x->carrier == CARRY_HTTPS)
        tls_wipe(&x->tls);
    x->phase = X_IDLE;
}
