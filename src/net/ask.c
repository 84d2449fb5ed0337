/* ask.c: questions to DNS servers: UDP with fresh random ids from a fresh port each try (RFC 5452), servers in turn, each
 * asked twice at most; TCP when a reply was truncated. */
#include "net/inner.h"

enum { ASK_ROUNDS = 2 };

static void fresh_questions(struct exchange *x)
{
    struct dns_ask *a = &x->ask;
    uint8_t id[4];
    if (a->fixed)
        return;
    for (unsigned i = 0; i < a->count && x->net->random(id, sizeof id); i++)
        memcpy(a->question[i] + 2, id + 2 * i, 2);
}

static void try_server(struct exchange *x, struct now now)
{
    struct dns_ask *a = &x->ask;
    fresh_questions(x);
    a->next_try = a->fixed ? a->give_up : now.tick + DNS_TRY_MS;
    x->sent = x->in_n = 0;
    x->sending = 0;
    exchange_open(x, 0, a->tcp, &a->servers[a->server]);
}

static void no_answer(struct exchange *x, struct now now)
{
    char at[ADDR_TEXT_MAX + 8];
    struct buf b = BUF(at);
    const struct dns_ask *a = &x->ask;
    if (!a->server_count)
        fail_set(&x->trouble, FAIL_RETRY, LAYER_DNS, 0, SPAN("no DNS server known: set dns = ADDRESS"));
    else
        endpoint_put(&b, &a->servers[0]);
    if (x->phase == X_ASK)
        fail_set(&x->trouble, FAIL_RETRY, LAYER_DNS, 0, SPAN("no answer from the DNS server "), buf_view(&b));
    else if (x->lookup.rcode)
        fail_set(&x->trouble, FAIL_RETRY, LAYER_DNS, x->lookup.rcode, SPAN("the resolver "), buf_view(&b), SPAN(" answers "),
                 span_z(dns_rcode_name(x->lookup.rcode)), SPAN(" for "), x->rq.host);
    else
        fail_set(&x->trouble, FAIL_RETRY, LAYER_DNS, 0, SPAN("no answer from the resolver "), buf_view(&b), SPAN(" for "),
                 x->rq.host, SPAN(": is the network up, is `dns` right?"));
    exchange_give_up(x, now);
}

void ask_down(struct exchange *x, struct now now)
{
    struct dns_ask *a = &x->ask;
    bool may_have_arrived = a->fixed && x->sent; /* an update is never sent twice */
    if (x->phase == X_LOOKUP && x->lookup.count) { /* some resolvers never answer for one of the families */
        lookup_order(&x->lookup);
        exchange_resolved(x, now);
        return;
    }
    if (++a->server >= a->server_count) {
        a->server = 0;
        a->round++;
    }
    if (may_have_arrived || a->round >= ASK_ROUNDS || now.tick >= a->give_up)
        no_answer(x, now);
    else
        a->next_try = now.tick; /* ask_tick goes on once the old link is closed */
}

static bool make_questions(struct exchange *x)
{
    struct dns_ask *a = &x->ask;
    if (x->phase == X_ASK) {
        a->count = 1;
        a->fixed = a->tcp = x->rq.tcp;
        a->size[0] = (uint16_t)x->rq.out.n;
        if (a->fixed)
            return x->rq.out.n <= DNS_MESSAGE_MAX;
        if (x->rq.out.n > sizeof a->question[0] - 2)
            return false;
        memcpy(a->question[0] + 2, x->rq.out.p, x->rq.out.n);
        return true;
    }
    for (uint8_t family = 4; family <= 6; family += 2) {
        struct buf q = {.p = a->question[a->count] + 2, .cap = sizeof a->question[0] - 2};
        if (!(x->lookup.families & (family == 4 ? 1 : 2)))
            continue;
        lookup_query(&x->lookup, family, 0, &q);
        a->size[a->count++] = (uint16_t)q.n;
    }
    return true;
}

void ask_begin(struct exchange *x, struct now now)
{
    struct dns_ask *a = &x->ask;
    bool resolvers = x->phase == X_LOOKUP || !x->rq.host.p;
    *a = (struct dns_ask){.give_up = now.tick + DNS_ALL_MS};
    a->server_count = resolvers ? x->net->resolver_count : x->lookup.count;
    memcpy(a->servers, resolvers ? x->net->resolvers : x->lookup.found, a->server_count * sizeof a->servers[0]);
    if (!make_questions(x))
        fail_set(&x->trouble, FAIL_BUG, LAYER_DNS, 0, SPAN("DNS question too long"));
    if (x->trouble.kind || !a->server_count) {
        no_answer(x, now);
        return;
    }
    for (unsigned i = 0; i < a->count; i++) {
        a->question[i][0] = (char)(a->size[i] >> 8);
        a->question[i][1] = (char)a->size[i];
    }
    a->next_try = now.tick;
}

void ask_tick(struct exchange *x, struct now now)
{
    struct dns_ask *a = &x->ask;
    if (now.tick >= a->give_up) {
        no_answer(x, now);
    } else if (now.tick >= a->next_try) {
        if (x->link[0].state == LINK_NONE) {
            try_server(x, now);
        } else {
            exchange_close(x, 0);
            ask_down(x, now);
        }
    }
}

struct span ask_out(const struct exchange *x)
{
    const struct dns_ask *a = &x->ask;
    unsigned i = x->sending;
    if (a->fixed) { /* length first, then the message as the asker has it */
        if (x->sent < 2)
            return (struct span){a->question[0] + x->sent, 2 - x->sent};
        return span_from(x->rq.out, x->sent - 2);
    }
    if (i >= a->count)
        return SPAN_NONE;
    if (!a->tcp)
        return (struct span){a->question[i] + 2, a->size[i]};
    return span_from((struct span){a->question[i], 2u + a->size[i]}, x->sent);
}

void ask_sent(struct exchange *x, size_t n)
{
    struct dns_ask *a = &x->ask;
    x->sent += n;
    if (!a->fixed && x->sent >= a->size[x->sending] + (a->tcp ? 2u : 0u)) {
        x->sending++;
        x->sent = 0;
    }
}

static bool matches(struct exchange *x, const struct dns_reader *r)
{
    struct dns_ask *a = &x->ask;
    for (unsigned i = 0; i < a->count; i++) {
        struct span q = {a->question[i] + 2, a->size[i]};
        if (!(a->answered & 1u << i) && dns_same_question(r, q)) {
            a->answered |= (uint8_t)(1u << i);
            return true;
        }
    }
    return false;
}

static void looked_up(struct exchange *x, struct span message, struct now now)
{
    bool other = false;
    enum step s = lookup_reply(&x->lookup, message, &other, &x->trouble);
    if (s == STEP_MORE && !other)
        return;
    exchange_close(x, 0);
    if (s == STEP_MORE) {
        x->ask.answered = 0;
        ask_down(x, now);
    } else if (s == STEP_FAIL) {
        exchange_give_up(x, now);
    } else {
        exchange_resolved(x, now);
    }
}

/* A reply to an update need not repeat its question (RFC 2136 §3.8); its signature is the asker's to judge. */
static bool answers_fixed(const struct exchange *x, struct span message)
{
    return x->ask.fixed && message.n >= 12 && !memcmp(message.p, x->rq.out.p, 2) && (message.p[2] & 0x80);
}

/* Anything that does not answer an open question is not ours: a late reply, or somebody guessing. */
static void take(struct exchange *x, struct span message, struct now now)
{
    struct dns_reader r;
    struct fail none = {0};
    if (answers_fixed(x, message)) {
        x->ops->body(x->self, message);
        exchange_finish(x, &none, now);
        return;
    }
    if (!dns_read(&r, message) || !matches(x, &r))
        return;
    if (r.truncated && !x->ask.tcp) {
        x->ask.tcp = true;
        x->ask.answered = 0;
        x->ask.next_try = now.tick;
        exchange_close(x, 0);
    } else if (x->phase == X_LOOKUP) {
        looked_up(x, message, now);
    } else {
        x->ops->body(x->self, message);
        exchange_finish(x, &none, now);
    }
}

static size_t stream_size(const struct exchange *x)
{
    return 2 + (size_t)(((unsigned char)x->in[0] << 8) + (unsigned char)x->in[1]);
}

void ask_got(struct exchange *x, size_t n, struct now now)
{
    enum exchange_phase phase = x->phase;
    if (!x->ask.tcp) {
        take(x, (struct span){x->in, n}, now);
        return;
    }
    x->in_n += n;
    while (x->phase == phase && x->link[0].state == LINK_UP && x->in_n >= 2 && x->in_n >= stream_size(x)) {
        size_t size = stream_size(x);
        take(x, (struct span){x->in + 2, size - 2}, now);
        if (x->phase != phase || x->link[0].state != LINK_UP || x->in_n < size)
            return;
        memmove(x->in, x->in + size, x->in_n - size);
        x->in_n -= size;
    }
    if (x->in_n == sizeof x->in) { /* longer than DNS_MESSAGE_MAX */
        exchange_close(x, 0);
        ask_down(x, now);
    }
}
