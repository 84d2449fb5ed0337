/* say.c: the log lines of the cycle, in words a person reads at night: what happened to which name, what comes next. */
#include "base/civil.h"
#include "net/jobs.h"

enum { REMIND_MS = 3600000 };

static void emit(struct cycle *c, struct log_event *e, struct now now)
{
    e->now = now;
    e->cycle = c->number;
    c->say(c->arg, e);
}

void say_record(struct cycle *c, enum log_level level, unsigned record, const struct addr *a, int64_t took_ms,
                const struct fail *fail, struct span message, struct now now)
{
    const struct conf_record *r = &c->conf->records[record];
    char text[ADDR_TEXT_MAX];
    struct buf b = BUF(text);
    if (a)
        addr_put(&b, a);
    struct log_event e = {.level = level, .account = jobs_account(c, r->account), .host = r->host,
                          .type = r->family == 4 ? SPAN("A") : SPAN("AAAA"), .address = a ? buf_view(&b) : SPAN_NONE,
                          .took_ms = took_ms < 0 ? UINT64_MAX : (uint64_t)took_ms, .fail = fail, .message = message};
    emit(c, &e, now);
}

void say_live(struct cycle *c, unsigned record, const struct addr *a, uint64_t after_ms, struct now now)
{
    char text[80];
    struct buf b = BUF(text);
    buf_z(&b, "live after ");
    millis_put(&b, after_ms);
    buf_z(&b, ": its authoritative servers answer it");
    say_record(c, LEVEL_INFO, record, a, TOOK_NOTHING, NULL, buf_view(&b), now);
}

static void put_next(struct buf *b, const struct record *r, const struct conf_record *cr, const struct cycle *c, struct now now)
{
    if (r->stopped) {
        buf_all(b, SPAN("; stopped until ["), jobs_account(c, cr->account), SPAN("] in ddns.cfg is changed"));
    } else if (r->not_before_tick > now.tick) {
        buf_z(b, "; next try in ");
        millis_put(b, r->not_before_tick - now.tick);
    }
}

void say_failed(struct cycle *c, unsigned record, const struct addr *a, const struct fail *fail, struct now now)
{
    char text[320];
    struct buf b = BUF(text);
    buf_z(&b, "not updated: ");
    buf_span(&b, fail_text(fail));
    put_next(&b, &c->state->records[record], &c->conf->records[record], c, now);
    say_record(c, fail->kind == FAIL_RETRY || fail->kind == FAIL_WAIT ? LEVEL_WARN : LEVEL_ERROR, record, a, TOOK_NOTHING, fail,
               buf_view(&b), now);
}

static void put_sources(struct buf *b, const struct quest *q)
{
    const char *before = ", say ";
    for (unsigned i = 0; i < q->count; i++) {
        if (!addr_eq(&q->answers[i].addr, &q->agreed))
            continue;
        buf_z(b, before);
        quest_source_name(q, i, b);
        before = ", ";
    }
}

/* A trouble is told when it begins, and then once an hour with the reason it has by then. */
static bool trouble_is_news(struct quest_state *qs, const struct fail *before, struct now now)
{
    bool news = !before->kind || now.tick - qs->told >= REMIND_MS;
    if (news)
        qs->told = now.tick;
    return news;
}

void say_quest(struct cycle *c, const struct slot *s, const struct fail *before, struct now now)
{
    struct quest_state *qs = &c->quests[s->subject];
    const struct quest *q = &s->u.quest;
    char text[400], address[ADDR_TEXT_MAX];
    struct buf b = BUF(text), a = BUF(address);
    struct log_event e = {.took_ms = now.tick - s->began};
    struct span family = q->family == 4 ? SPAN("IPv4") : SPAN("IPv6");
    if (!qs->fail.kind) {
        addr_put(&a, &q->agreed);
        buf_all(&b, SPAN("the "), family, SPAN(" address is "), buf_view(&a));
        put_sources(&b, q);
        e.address = buf_view(&a);
        e.level = q->changed || before->kind ? LEVEL_INFO : LEVEL_DEBUG;
    } else {
        buf_all(&b, SPAN("no "), family, SPAN(" address: "), fail_text(&qs->fail), SPAN("; next try in "));
        millis_put(&b, qs->due - now.tick);
        e.fail = &qs->fail;
        e.level = trouble_is_news(qs, before, now) ? LEVEL_WARN : LEVEL_DEBUG;
    }
    e.message = buf_view(&b);
    emit(c, &e, now);
}
