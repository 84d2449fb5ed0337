/* records.c: hosts, and what they are with their families: records. */
#include "config/inner.h"

static void twice(struct conf *c, unsigned line, struct span host, unsigned first,
                  struct span advice)
{
    char digits[12];
    struct buf b = BUF(digits);
    buf_u64(&b, first);
    conf_wrong(c, line, conf_quote(host), SPAN(" is named again — first on line "), buf_view(&b),
               advice);
}

static bool full(struct conf *c, unsigned line)
{
    conf_wrong(c, line, SPAN("more than 512 records (RECORDS_MAX; a host with IPv4 and IPv6 is "
                             "two) — run a second ddns with -c and the others"));
    return false;
}

_Static_assert(RECORDS_MAX == 512, "the message above names it");

static bool add_host(struct reader *r, unsigned line, struct span host)
{
    struct conf *c = r->c;
    struct account *a = r->account;
    for (size_t i = a->record_first; i < c->record_count; i++)
        if (span_eq(c->records[i].host, host)) {
            twice(c, line, host, c->records[i].line, SPAN("; remove one of them"));
            return true;
        }
    if (c->record_count == RECORDS_MAX)
        return full(c, line);
    c->records[c->record_count++] =
        (struct conf_record){.host = host, .line = line, .account = (uint8_t)(a - c->accounts)};
    return true;
}

/* The family is known at the section's end only: `ipv6` may follow `hosts`. */
void records_read(struct reader *r, const struct line *l)
{
    struct span rest = l->value, item;
    bool room = true;
    while (room && (item = value_item(&rest)).n) {
        struct span host = value_host(r->c, l->number, item);
        if (host.p)
            room = add_host(r, l->number, host);
    }
}

static bool same_list(const struct source_list *a, const struct source_list *b)
{
    bool same = a->count == b->count && span_eq(a->bind, b->bind);
    for (unsigned i = 0; same && i < a->count; i++)
        same = a->items[i].kind == b->items[i].kind &&
               span_eq(a->items[i].arg, b->items[i].arg);
    return same;
}

/* The quest for an account's own list, or its own link; equal ones are asked once. */
static uint8_t quest_of(struct conf *c, const struct source_list *own, unsigned family)
{
    for (uint8_t i = 0; i < c->quest_count; i++)
        if (c->quest_family[i] == family && same_list(&c->quests[i], own))
            return i;
    if (c->quest_count == QUESTS_MAX) {
        conf_wrong(c, own->line, SPAN("more than 16 different source lists (QUESTS_MAX) — use one "
                                      "of those above"));
        return 0;
    }
    c->quests[c->quest_count] = *own;
    c->quest_family[c->quest_count] = (uint8_t)family;
    return c->quest_count++;
}

_Static_assert(QUESTS_MAX == 16, "the message above names it");

/* From the end on, so that no host is overwritten before its turn. */
static void spread(struct conf *c, struct account *a, const uint8_t *families, size_t n)
{
    size_t hosts = c->record_count - a->record_first;
    struct conf_record *first = c->records + a->record_first;
    if (a->record_first + hosts * n > RECORDS_MAX) {
        full(c, a->line);
        n = 0;
    }
    for (size_t i = hosts; n && i--;) {
        struct conf_record one = first[i];
        for (size_t k = 0; k < n; k++) {
            one.family = families[k];
            first[i * n + k] = one;
        }
    }
    a->record_count = (uint16_t)(hosts * n);
    c->record_count = (uint16_t)(a->record_first + hosts * n);
}

/* By an IPv4 address no IPv6 source is reached, and the other way round. */
static struct span bind_of(const struct account *a, unsigned family)
{
    struct addr own;
    return addr_parse(a->bind, &own) && own.family != family ? SPAN_NONE : a->bind;
}

void records_expand(struct reader *r, struct account *a)
{
    struct conf *c = r->c;
    uint8_t families[2];
    size_t n = 0;
    for (unsigned i = 0; i < 2; i++) {
        struct source_list list = r->own[i].line ? r->own[i] : c->quests[i];
        if (list.items[0].kind != SOURCE_OFF)
            list.bind = bind_of(a, 4 + 2 * i);
        a->quest[i] = list.bind.p || r->own[i].line ? quest_of(c, &list, 4 + 2 * i) : (uint8_t)i;
        if (c->quests[a->quest[i]].items[0].kind != SOURCE_OFF)
            families[n++] = (uint8_t)(4 + 2 * i);
    }
    if (!r->first[conf_setting_find(SPAN("hosts")) - conf_settings])
        conf_wrong(c, a->line, SPAN("["), conf_quote(span_z(a->id)),
                   SPAN("] has no hosts — add a line such as hosts = home.example.com"));
    if (n == 0)
        conf_wrong(c, a->line, SPAN("["), conf_quote(span_z(a->id)), SPAN("]: ipv4 and ipv6 are "
                   "both off — set one of them, such as ipv4 = auto"));
    spread(c, a, families, n);
}

static bool same_server(const struct conf *c, const struct account *a, const struct account *b)
{
    const struct value *x = conf_value(c, a, SPAN("server")), *y = conf_value(c, b, SPAN("server"));
    return x && y ? span_eq(x->text, y->text) : !x && !y;
}

/* One provider keeps a name once; two [custom …] are two providers. */
static bool same_place(const struct conf *c, const struct account *a, const struct account *b)
{
    return a != b && span_ieq(a->provider, b->provider) && same_server(c, a, b) &&
           !span_ieq(a->provider, SPAN("custom"));
}

void records_clash(struct conf *c)
{
    for (size_t i = 0; i < c->record_count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct conf_record *x = &c->records[j], *y = &c->records[i];
            if (x->family == y->family && x->account != y->account && span_eq(x->host, y->host) &&
                same_place(c, &c->accounts[x->account], &c->accounts[y->account]))
                twice(c, y->line, y->host, x->line, SPAN("; one account must keep it"));
        }
}
