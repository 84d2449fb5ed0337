/* status.c: what a person asks at night: is every name right, and if not, why and what now. */
#include "report/status.h"
#include "base/civil.h"
#include "report/text.h"

struct widths {
    size_t host, address, account;
};

static size_t wider(size_t a, size_t b)
{
    return a > b ? a : b;
}

static struct span address(const struct record *r, struct buf *room)
{
    addr_put(room, &r->published);
    return buf_view(room);
}

/* Long names push their own line's columns aside, not everybody's. */
static struct widths widths(const struct conf *c, const struct state *s)
{
    struct widths w = {.host = 4, .address = 7, .account = 7};
    for (size_t i = 0; i < c->record_count; i++) {
        char room[ADDR_TEXT_MAX];
        struct buf b = BUF(room);
        size_t host = c->records[i].host.n, id = strlen(c->accounts[c->records[i].account].id);
        w.host = wider(w.host, host < 40 ? host : 0);
        w.address = wider(w.address, address(&s->records[i], &b).n);
        w.account = wider(w.account, id < 32 ? id : 0);
    }
    return w;
}

enum status { RIGHT, ACCEPTED, NEVER, SOON, CUT, HELD, FAILING, PAUSED };

static const struct {
    char name[10];
    uint8_t verdict;
} states[] = {
    [RIGHT] = {"right", STATUS_RIGHT},     [ACCEPTED] = {"accepted", STATUS_RIGHT},
    [NEVER] = {"new", STATUS_PENDING},     [SOON] = {"soon", STATUS_PENDING},
    [CUT] = {"unknown", STATUS_PENDING},   [HELD] = {"held", STATUS_PENDING},
    [FAILING] = {"failing", STATUS_WRONG}, [PAUSED] = {"paused", STATUS_WRONG},
};

static enum status status_of(const struct conf *c, const struct record *r, const struct account *a,
                             struct now now)
{
    if (r->stopped && r->fingerprint == a->fingerprint)
        return PAUSED;
    if (r->failures)
        return FAILING;
    if (r->stopped || r->fail.kind)
        return SOON;
    if (r->trying.family)
        return CUT;
    if (!r->published.family)
        return r->not_before_tick > now.tick ? HELD : NEVER;
    return r->live || !c->verify ? RIGHT : ACCEPTED;
}

/* "token", "user or password": what the section gave to log in with. */
static void put_credentials(struct buf *b, const struct conf *c, const struct account *a)
{
    bool any = false;
    for (unsigned i = 0; i < a->value_count; i++) {
        const struct value *v = &c->values[a->value_first + i];
        if (!v->secret && !span_is(v->key, "user") && !span_is(v->key, "id"))
            continue;
        buf_z(b, any ? " or " : "");
        buf_safe(b, v->key, 24);
        any = true;
        if (b->cap - b->n < 400)
            break; /* the line has an end, and these are enough to go on with */
    }
    if (!any)
        buf_z(b, "it");
}

static void put_quote(struct buf *b, const struct fail *f)
{
    buf_z(b, f->text_n ? " \"" : "");
    buf_span(b, fail_text(f));
    buf_z(b, f->text_n ? "\"" : "");
}

static void put_paused(struct buf *b, const struct conf *c, const struct account *a,
                       const struct fail *f)
{
    struct span id = span_z(a->id);
    buf_z(b, f->kind == FAIL_AUTH    ? "paused: credentials refused:"
             : f->kind == FAIL_ABUSE ? "paused: blocked by the provider:"
                                     : "paused: a setting is wrong:");
    put_quote(b, f);
    buf_z(b, f->kind == FAIL_ABUSE ? " — settle it with them, then change anything"
                                   : " — correct ");
    if (f->kind == FAIL_AUTH)
        put_credentials(b, c, a);
    else if (f->kind != FAIL_ABUSE)
        buf_z(b, "it");
    buf_all(b, SPAN(" in ["), id, SPAN("] of ddns.cfg"));
}

static void put_wait(struct buf *b, const struct record *r, struct now now)
{
    if (r->not_before_tick > now.tick) {
        buf_z(b, "in ");
        millis_put(b, r->not_before_tick - now.tick);
    } else {
        buf_z(b, "at the next look");
    }
}

static void put_next(struct buf *b, enum status st, const struct conf *c, const struct record *r,
                     const struct account *a, struct now now)
{
    switch (st) {
    case RIGHT: buf_z(b, r->live ? "right, seen in DNS" : "right"); return;
    case ACCEPTED: buf_z(b, "accepted, not yet seen in DNS"); return;
    case NEVER: buf_z(b, "not published yet: is ddns running?"); return;
    case SOON: buf_z(b, "ddns.cfg was changed: will be tried again"); return;
    case CUT: buf_z(b, "an update was cut short: DNS will be asked first"); return;
    case HELD: buf_z(b, "next try "); put_wait(b, r, now); return;
    case FAILING: break;
    case PAUSED: put_paused(b, c, a, &r->fail); return;
    }
    buf_z(b, r->fail.kind == FAIL_WAIT ? "the provider asks to wait:" : "failed:");
    put_quote(b, &r->fail);
    buf_z(b, " — next try ");
    put_wait(b, r, now);
}

/* The last time the provider had it right, as an age. */
static struct span last_success(const struct record *r, struct now now, struct buf *room)
{
    if (!r->wrote && !r->published.family)
        buf_z(room, "never");
    else if (!r->wrote || !now.wall || now.wall < r->wrote)
        buf_z(room, "unknown");
    else
        millis_put(room, (uint64_t)(now.wall - r->wrote) * 1000);
    if (r->wrote && now.wall >= r->wrote)
        buf_z(room, " ago");
    return buf_view(room);
}

static void put_time(struct buf *b, const char *name, int64_t unix_s)
{
    char room[24];
    struct buf t = BUF(room);
    civil_put(&t, unix_s);
    if (unix_s)
        text_member(b, name, buf_view(&t), sizeof room);
}

static void put_json(struct buf *b, const struct conf_record *cr, const struct account *a,
                     const struct record *r, enum status st)
{
    char room[ADDR_TEXT_MAX];
    struct buf ip = BUF(room);
    buf_z(b, "{\"host\":");
    text_json(b, cr->host, HOST_MAX);
    text_member(b, "type", cr->family == 4 ? SPAN("A") : SPAN("AAAA"), 4);
    text_member(b, "account", span_z(a->id), sizeof a->id);
    if (r->published.family)
        text_member(b, "address", address(r, &ip), sizeof room);
    else
        buf_z(b, ",\"address\":null");
    text_member(b, "state", span_z(states[st].name), 10);
    put_time(b, "since", r->since);
    put_time(b, "live", r->live);
    put_time(b, "success", r->wrote);
    put_time(b, "tried", r->tried);
    if (r->failures)
        put_time(b, "next_try", st == PAUSED ? 0 : r->not_before);
    text_number(b, "failures", r->failures);
    text_fail(b, &r->fail);
    buf_char(b, '}');
}

void status_head(struct buf *b, const struct conf *c, const struct state *s, bool json)
{
    struct widths w = widths(c, s);
    if (json) {
        buf_z(b, "[\n");
        return;
    }
    text_column(b, SPAN("NAME"), w.host);
    text_column(b, SPAN("TYPE"), 4);
    text_column(b, SPAN("ADDRESS"), w.address);
    text_column(b, SPAN("ACCOUNT"), w.account);
    text_column(b, SPAN("SUCCESS"), 11);
    buf_z(b, "STATE\n");
}

enum status_verdict status_record(struct buf *b, const struct conf *c, const struct state *s,
                                  size_t i, bool json, struct now now)
{
    const struct conf_record *cr = &c->records[i];
    const struct account *a = &c->accounts[cr->account];
    const struct record *r = &s->records[i];
    enum status st = status_of(c, r, a, now);
    struct widths w;
    char ip[ADDR_TEXT_MAX], age[32];
    struct buf ip_b = BUF(ip), age_b = BUF(age);
    if (json) {
        buf_z(b, i ? ",\n" : "");
        put_json(b, cr, a, r, st);
        return (enum status_verdict)states[st].verdict;
    }
    w = widths(c, s);
    text_column(b, cr->host, w.host);
    text_column(b, cr->family == 4 ? SPAN("A") : SPAN("AAAA"), 4);
    text_column(b, address(r, &ip_b), w.address);
    text_column(b, span_z(a->id), w.account);
    text_column(b, last_success(r, now, &age_b), 11);
    put_next(b, st, c, r, a, now);
    buf_char(b, '\n');
    return (enum status_verdict)states[st].verdict;
}

void status_tail(struct buf *b, bool json)
{
    if (json)
        buf_z(b, "\n]\n");
}
