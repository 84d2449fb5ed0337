/* quest.c: asks the sources of one list in turn and weighs their answers. */
#include "address/quest.h"
#include "address/sources.h"
#include "base/codec.h"

void quest_start(struct quest *q)
{
    q->count = (uint8_t)sources_expand(q->list, q->family, q->items);
    q->at = 0;
    q->agreed = (struct addr){0};
    q->changed = false;
    memset(q->answers, 0, sizeof q->answers);
}

struct span quest_source_name(const struct quest *q, size_t i, struct buf *room)
{
    static const char *const names[SOURCE_KIND_MAX] = {[SOURCE_INTERFACE] = "interface", [SOURCE_WEB] = "web",
                                                       [SOURCE_FILE] = "file", [SOURCE_COMMAND] = "command"};
    const struct source_spec *s = &q->items[i];
    struct url u;
    buf_z(room, names[s->kind]);
    buf_char(room, ' ');
    if (s->kind == SOURCE_WEB && url_parse(s->arg, &u))
        buf_safe(room, u.host, 64);
    else
        buf_safe(room, s->arg.p ? s->arg : SPAN("any"), 64);
    return buf_view(room);
}

static size_t wanted(const struct quest *q)
{
    return q->conf->confirm < q->count ? q->conf->confirm : q->count;
}

static bool any_authenticated(const struct quest *q)
{
    for (unsigned i = 0; i < q->count; i++)
        if (quest_authenticated(&q->items[i]))
            return true;
    return false;
}

/* How many of the answers so far equal answer i; false when none of them is authenticated though one could be. */
static bool confirmed(const struct quest *q, unsigned i)
{
    size_t same = 0;
    bool trusted = !any_authenticated(q);
    for (unsigned j = 0; j < q->count; j++) {
        if (!addr_eq(&q->answers[j].addr, &q->answers[i].addr))
            continue;
        same++;
        trusted = trusted || quest_authenticated(&q->items[j]);
    }
    return trusted && same >= wanted(q);
}

/* True while nobody said anything but `addr`. */
static bool unanimous(const struct quest *q, const struct addr *addr)
{
    for (unsigned i = 0; i < q->count; i++)
        if (q->answers[i].addr.family && !addr_eq(&q->answers[i].addr, addr))
            return false;
    return true;
}

static bool settled(struct quest *q)
{
    const struct quest_answer *last = q->at ? &q->answers[q->at - 1] : NULL;
    if (q->agreed.family || !last || !last->addr.family)
        return q->agreed.family;
    if (q->before.family && addr_eq(&last->addr, &q->before) && unanimous(q, &q->before)) {
        q->agreed = q->before; /* as before: no need to trouble another source */
    } else if (confirmed(q, q->at - 1u)) {
        q->agreed = last->addr;
        q->changed = !addr_eq(&q->agreed, &q->before);
    }
    return q->agreed.family;
}

static void ask_interface(struct quest *q, struct quest_answer *a)
{
    const struct source_spec *s = &q->items[q->at];
    if (!quest_choose(q->local, q->local_count, s->arg, q->family, q->conf->allow, &a->addr))
        fail_set(&a->fail, FAIL_RETRY, LAYER_SOURCE, 0, SPAN("no stable public "), q->family == 4 ? SPAN("IPv4") : SPAN("IPv6"),
                 SPAN(" address on "), s->arg.p ? s->arg : SPAN("any interface"));
}

static void web_request(struct quest *q, struct request *rq)
{
    const struct source_spec *s = &q->items[q->at];
    struct buf out = BUF(q->request);
    struct url u;
    if (!url_parse(s->arg, &u)) {
        fail_set(&q->answers[q->at].fail, FAIL_CONFIG, LAYER_SOURCE, 0, SPAN("not a URL: "), s->arg);
        return;
    }
    http_request(&out, SPAN("GET"), &u, u.path);
    http_body(&out, SPAN_NONE, SPAN_NONE);
    rq->carrier = u.tls ? CARRY_HTTPS : CARRY_HTTP;
    rq->host = u.host;
    rq->port = u.port;
    rq->family = q->family;
    rq->bind = q->list->bind;
    rq->out = buf_view(&out);
    rq->last = true;
    rq->body_max = SOURCE_BODY_MAX;
    if (out.over)
        fail_set(&q->answers[q->at].fail, FAIL_CONFIG, LAYER_SOURCE, 0, SPAN("URL too long: "), s->arg);
}

/* `command PROG ARG …`: words become argv, no shell ever sees them. */
static void command_request(struct quest *q, struct request *rq)
{
    struct buf out = BUF(q->request);
    struct span rest = q->items[q->at].arg;
    for (struct span w = span_word(&rest); w.n; w = span_word(&rest)) {
        buf_span(&out, w);
        buf_char(&out, 0);
    }
    rq->carrier = CARRY_CHILD;
    rq->out = buf_view(&out);
    if (out.over)
        fail_set(&q->answers[q->at].fail, FAIL_CONFIG, LAYER_SOURCE, 0, SPAN("command longer than 512 bytes"));
}

static void make_request(struct quest *q, struct request *rq)
{
    const struct source_spec *s = &q->items[q->at];
    q->body_n = 0;
    q->body_all = 0;
    q->status = 0;
    if (s->kind == SOURCE_WEB) {
        web_request(q, rq);
    } else if (s->kind == SOURCE_COMMAND) {
        command_request(q, rq);
    } else {
        rq->carrier = CARRY_FILE;
        rq->out = s->arg;
    }
}

static enum step disagreement(struct quest *q, struct fail *f)
{
    char text[2][ADDR_TEXT_MAX];
    struct buf b[2] = {BUF(text[0]), BUF(text[1])};
    char room[2][80];
    struct buf r[2] = {BUF(room[0]), BUF(room[1])};
    unsigned n = 0, who[2] = {0, 0};
    for (unsigned i = 0; i < q->count && n < 2; i++)
        if (q->answers[i].addr.family && (!n || !addr_eq(&q->answers[i].addr, &q->answers[who[0]].addr)))
            who[n++] = i;
    for (unsigned i = 0; i < n; i++) {
        addr_put(&b[i], &q->answers[who[i]].addr);
        quest_source_name(q, who[i], &r[i]);
    }
    if (n == 2)
        return fail_set(f, FAIL_RETRY, LAYER_SOURCE, 0, SPAN("sources disagree, nothing is published: "), buf_view(&r[0]), SPAN(" says "),
                        buf_view(&b[0]), SPAN(", "), buf_view(&r[1]), SPAN(" says "), buf_view(&b[1]));
    if (n == 1)
        return fail_set(f, FAIL_RETRY, LAYER_SOURCE, 0, SPAN("only "), buf_view(&r[0]), SPAN(" answered ("), buf_view(&b[0]),
                        SPAN("): not confirmed by a second source, nothing is published"));
    quest_source_name(q, 0, &r[0]);
    return fail_set(f, q->count ? q->answers[0].fail.kind : FAIL_CONFIG, LAYER_SOURCE, 0, SPAN("no source answered: "), buf_view(&r[0]), SPAN(": "),
                    fail_text(&q->answers[0].fail));
}

static enum step next(void *self, struct request *rq, struct now now, struct fail *f)
{
    struct quest *q = self;
    while (q->at < q->count && (!settled(q) || q->all)) {
        struct quest_answer *a = &q->answers[q->at];
        a->asked = true;
        q->began = now.tick;
        if (q->items[q->at].kind == SOURCE_INTERFACE)
            ask_interface(q, a);
        else
            make_request(q, rq);
        if (q->items[q->at].kind != SOURCE_INTERFACE && !a->fail.kind)
            return STEP_MORE;
        q->at++;
    }
    return settled(q) ? STEP_DONE : disagreement(q, f);
}

static void head(void *self, const struct reply_head *h)
{
    struct quest *q = self;
    q->status = h->status;
}

static void body(void *self, struct span part)
{
    struct quest *q = self;
    size_t room = sizeof q->body - q->body_n, n = part.n < room ? part.n : room;
    memcpy(q->body + q->body_n, part.p, n);
    q->body_n += (uint8_t)n;
    q->body_all = part.n > UINT32_MAX - q->body_all ? UINT32_MAX : q->body_all + (uint32_t)part.n;
}

static void judge(struct quest *q, struct quest_answer *a)
{
    char code[8];
    struct buf b = BUF(code);
    struct addr seen;
    buf_u64(&b, (unsigned)q->status);
    if (q->status && q->status != 200)
        fail_set(&a->fail, FAIL_PROTO, LAYER_SOURCE, q->status, SPAN("answered with HTTP status "), buf_view(&b),
                 q->status / 100 == 3 ? SPAN(": a redirect, perhaps a log-in page of this network") : SPAN(""));
    else if (q->body_all > sizeof q->body)
        fail_set(&a->fail, FAIL_PROTO, LAYER_SOURCE, 0, SPAN("answered a page, not a bare address: "), (struct span){q->body, 40});
    else if (quest_judge((struct span){q->body, q->body_n}, q->family, q->conf->allow, &seen, &a->fail) == STEP_DONE &&
             (!q->status || quest_lasting(q->local, q->local_count, q->conf->allow, &seen, &a->fail) == STEP_DONE))
        a->addr = seen;
}

static void end(void *self, const struct fail *why, struct now now)
{
    struct quest *q = self;
    struct quest_answer *a = &q->answers[q->at++];
    a->took_ms = now.tick - q->began;
    if (why->kind)
        a->fail = *why;
    else
        judge(q, a);
}

const struct asker quest_asker = {.next = next, .head = head, .body = body, .end = end};
