/* talk.c: HTTP over one connection, plain or in TLS: the request out in one flight, the reply to the asker piece by piece. */
#include "net/inner.h"
#include "base/civil.h"
#include "base/hash.h"

static bool encrypted(const struct exchange *x)
{
    return x->carrier == CARRY_HTTPS;
}

static struct session *session_of(struct exchange *x, bool make)
{
    char key[HOST_MAX + 8];
    struct buf b = BUF(key);
    struct net *net = x->net;
    buf_span(&b, x->rq.host);
    buf_char(&b, ':');
    buf_u64(&b, x->rq.port);
    uint32_t crc = crc32_of(buf_view(&b)) | 1; /* 0 means free */
    for (unsigned i = 0; i < SESSIONS_MAX; i++)
        if (net->sessions[i].key == crc)
            return &net->sessions[i];
    if (!make)
        return NULL;
    net->session_next = (uint8_t)((net->session_next + 1) % SESSIONS_MAX);
    net->sessions[net->session_next].key = crc;
    return &net->sessions[net->session_next];
}

static void lost(struct exchange *x, struct now now)
{
    exchange_close(x, x->live);
    exchange_give_up(x, now);
}

static bool start_tls(struct exchange *x, struct now now)
{
    uint8_t seed[TLS_SEED];
    struct session *s = session_of(x, false);
    if (!x->net->random(seed, sizeof seed)) {
        fail_set(&x->trouble, FAIL_RETRY, LAYER_OS, 0, SPAN("the system has no randomness yet"));
        return false;
    }
    struct tls_params params = {.host = x->rq.host, .wall = now.wall, .any_date = !now.wall, .seed = seed,
                                .trust = x->net->trust, .session = s ? &s->tls : NULL};
    bool good = tls_start(&x->tls, &params, &x->trouble) != STEP_FAIL;
    bytes_wipe(seed, sizeof seed);
    return good;
}

void talk_begin(struct exchange *x, struct now now)
{
    bool fresh = !x->reused;
    x->phase = X_TALK;
    x->carrier = (uint8_t)x->rq.carrier;
    x->deadline = now.tick + (fresh && encrypted(x) ? TLS_MS : REPLY_MS);
    x->sent = x->in_n = 0;
    http_init(&x->http, x->rq.head_only, x->rq.body_max ? x->rq.body_max : BODY_MAX);
    if (fresh && encrypted(x) && !start_tls(x, now))
        lost(x, now);
    else if (!fresh && encrypted(x))
        talk_sent(x, 0, now); /* fills the TLS buffer */
}

/* The Date of a verified reply is worth a clock. */
static void note_date(struct exchange *x, struct now now)
{
    if (encrypted(x) && x->http.head.date) {
        x->net->date = x->http.head.date;
        x->net->date_tick = now.tick;
    }
}

enum fed { FED_MORE, FED_WHOLE, FED_BROKEN };

/* Feeds application bytes to the HTTP reader; the caller ends the request, after it took note of the bytes. */
static enum fed feed(struct exchange *x, const char *p, size_t n, struct now now)
{
    const char *end = p + n;
    struct span body;
    x->answered = true;
    for (;;) {
        switch (http_next(&x->http, &p, end, &body)) {
        case HTTP_MORE:
            return FED_MORE;
        case HTTP_HEAD:
            x->deadline = now.tick + BODY_MS;
            x->headed = true;
            note_date(x, now);
            x->ops->head(x->self, &x->http.head);
            break;
        case HTTP_BODY:
            x->ops->body(x->self, body);
            break;
        case HTTP_END:
            x->http.keep = x->http.keep && p == end;
            return FED_WHOLE;
        case HTTP_FAIL:
            return FED_BROKEN;
        }
    }
}

/* False: the request is over. */
static bool goes_on(struct exchange *x, enum fed fed, struct now now)
{
    struct fail none = {0};
    if (fed == FED_WHOLE)
        exchange_finish(x, &none, now);
    if (fed == FED_BROKEN) {
        x->trouble = x->http.fail;
        lost(x, now);
    }
    return fed == FED_MORE;
}

static void write_tls(struct exchange *x)
{
    size_t room;
    unsigned char *p = tls_data_out(&x->tls, &room);
    struct span rest = span_from(x->rq.out, x->sent);
    size_t n = rest.n < room ? rest.n : room;
    memcpy(p, rest.p, n);
    tls_data_out_ack(&x->tls, n);
    x->sent += n;
    if (x->sent == x->rq.out.n)
        tls_flush(&x->tls);
}

static void handshaken(struct exchange *x, struct now now)
{
    x->net->handshakes++;
    x->net->resumed += tls_resumed(&x->tls);
    tls_save(&x->tls, &session_of(x, true)->tls);
    x->deadline = now.tick + REPLY_MS;
}

/* Moves what can be moved inside TLS. False: the request is over. */
static bool pump(struct exchange *x, struct now now)
{
    for (;;) {
        unsigned want = tls_want(&x->tls);
        size_t n;
        if (want & TLS_DATA_IN) {
            const unsigned char *p = tls_data_in(&x->tls, &n);
            enum fed fed = feed(x, (const char *)p, n, now);
            tls_data_in_ack(&x->tls, n);
            if (!goes_on(x, fed, now))
                return false;
        } else if ((want & TLS_DATA_OUT) && x->sent < x->rq.out.n) {
            if (!x->sent && !x->reused)
                handshaken(x, now);
            write_tls(x);
        } else if (want & TLS_CLOSED) {
            talk_down(x, &(struct fail){0}, now);
            return false;
        } else {
            return true;
        }
    }
}

struct span talk_out(const struct exchange *x)
{
    if (!encrypted(x))
        return span_from(x->rq.out, x->sent);
    if (!(tls_want(&x->tls) & TLS_WIRE_OUT))
        return SPAN_NONE;
    size_t n;
    const unsigned char *p = tls_wire_out(&x->tls, &n);
    return (struct span){(const char *)p, n};
}

void talk_sent(struct exchange *x, size_t n, struct now now)
{
    if (!encrypted(x)) {
        x->sent += n;
    } else {
        if (n)
            tls_wire_out_ack(&x->tls, n);
        if (x->phase == X_TALK)
            pump(x, now);
    }
}

char *talk_room(struct exchange *x, size_t *n)
{
    if (encrypted(x)) {
        *n = 0;
        return tls_want(&x->tls) & TLS_WIRE_IN ? (char *)tls_wire_in(&x->tls, n) : x->in;
    }
    *n = sizeof x->in;
    return x->in;
}

void talk_got(struct exchange *x, size_t n, struct now now)
{
    if (encrypted(x)) {
        tls_wire_in_ack(&x->tls, n);
        pump(x, now);
    } else {
        goes_on(x, feed(x, x->in, n, now), now);
    }
}

static bool may_repeat(const struct exchange *x)
{
    return x->reused && !x->answered && span_starts(x->rq.out, SPAN("GET "));
}

/* The server closed a kept connection while we wrote: nothing was answered, and reading again is harmless. */
static void repeat(struct exchange *x, struct now now)
{
    exchange_close(x, x->live);
    x->reused = false;
    x->host[0] = 0;
    exchange_resolve(x, now);
}

void talk_down(struct exchange *x, const struct fail *why, struct now now)
{
    struct fail tls = {0};
    if (may_repeat(x)) {
        repeat(x, now);
        return;
    }
    exchange_close(x, x->live);
    if (!why->kind && encrypted(x) && tls_failed(&x->tls, &tls) == STEP_FAIL)
        why = &tls;
    if (why->kind) {
        bool named = span_find(fail_text(why), x->rq.host) >= 0;
        fail_set(&x->trouble, why->kind, why->layer, why->code, named ? SPAN("") : x->rq.host, named ? SPAN("") : SPAN(": "),
                 fail_text(why));
        exchange_give_up(x, now);
    } else if (!x->answered) {
        fail_set(&x->trouble, FAIL_RETRY, LAYER_TCP, 0, x->rq.host, SPAN(" closed the connection without an answer"));
        exchange_give_up(x, now);
    } else {
        goes_on(x, http_eof(&x->http, true) == HTTP_END ? FED_WHOLE : FED_BROKEN, now);
    }
}

static void late(struct exchange *x, enum fail_layer layer, struct span what, uint64_t ms)
{
    char text[16];
    struct buf b = BUF(text);
    millis_put(&b, ms);
    fail_set(&x->trouble, FAIL_RETRY, layer, 0, x->rq.host, SPAN(": "), what, SPAN(" within "), buf_view(&b));
}

void talk_late(struct exchange *x, struct now now)
{
    if (encrypted(x) && !x->sent)
        late(x, LAYER_TLS, SPAN("no TLS handshake"), TLS_MS);
    else if (!x->headed)
        late(x, LAYER_HTTP, SPAN("no reply"), REPLY_MS);
    else
        late(x, LAYER_HTTP, SPAN("the reply did not end"), BODY_MS);
    lost(x, now);
}

void talk_goodbye(struct exchange *x)
{
    struct link *l = &x->link[x->live];
    if (!encrypted(x) || l->state != LINK_UP)
        return;
    tls_close(&x->tls);
    l->parting = true;
}
