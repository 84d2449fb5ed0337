/* conf.c: reads ddns.cfg: the global part, and the way from line to line. */
#include "config/inner.h"

struct span conf_quote(struct span s)
{
    size_t n = s.n > 60 ? 60 : s.n;
    while (n && n < s.n && ((uint8_t)s.p[n] & 0xc0) == 0x80)
        n--;
    return s.p ? span_upto(s, n) : SPAN("");
}

static bool comes_after(const struct conf_error *e, struct span file, unsigned line)
{
    return e->file.p == file.p ? e->line > line : !file.p;
}

/* The first ones in the order of lines are kept. */
void conf_error(struct conf *c, struct span file, unsigned line, const struct span *parts)
{
    size_t at = c->error_count;
    struct conf_error *e;
    struct buf b;
    while (at && comes_after(&c->errors[at - 1], file, line))
        at--;
    if (c->error_count == ERRORS_MAX)
        c->errors_cut = true;
    else
        c->error_count++;
    if (at == ERRORS_MAX)
        return;
    e = &c->errors[at];
    memmove(e + 1, e, (c->error_count - 1u - at) * sizeof *e);
    e->file = file;
    e->line = line;
    b = (struct buf){.p = e->text, .cap = sizeof e->text - 1};
    for (; parts->p; parts++)
        buf_safe(&b, *parts, b.cap - b.n);
    b.p[b.n] = '\0';
}

const struct conf_setting *conf_setting_find(struct span key)
{
    for (size_t i = 0; i < conf_setting_count; i++)
        if (span_ieq(key, span_z(conf_settings[i].key)))
            return &conf_settings[i];
    return NULL;
}

const struct value *conf_value(const struct conf *c, const struct account *a, struct span key)
{
    const struct value *v = c->values + a->value_first;
    for (size_t i = 0; i < a->value_count; i++)
        if (span_eq(v[i].key, key))
            return &v[i];
    return NULL;
}

static void global_store(struct conf *c, const struct conf_setting *s, unsigned line,
                         struct span text)
{
    struct parsed p;
    if (s->type == CONF_SOURCES)
        conf_sources(c, line, text, &c->quests[span_is(span_z(s->key), "ipv6")]);
    else if (value_parse(c, s, line, text, &p) && s->type != CONF_ENDPOINTS)
        value_store(s, (char *)c + s->at, &p);
}

static void defaults(struct conf *c)
{
    memset(c, 0, offsetof(struct conf, quests));
    c->quest_count = 2;
    c->quest_family[0] = 4;
    c->quest_family[1] = 6;
    for (size_t i = 0; i < conf_setting_count; i++)
        if (conf_settings[i].scope & CONF_GLOBAL && conf_settings[i].otherwise)
            global_store(c, &conf_settings[i], 0, span_z(conf_settings[i].otherwise));
}

static void unknown(struct conf *c, const struct line *l)
{
    struct nearest n = {.word = l->key};
    for (size_t i = 0; i < conf_setting_count; i++)
        nearest_offer(&n, span_z(conf_settings[i].key));
    if (n.best.p)
        conf_wrong(c, l->number, SPAN("unknown setting '"), conf_quote(l->key),
                   SPAN("' — did you mean '"), n.best, SPAN("'?"));
    else
        conf_wrong(c, l->number, SPAN("unknown setting '"), conf_quote(l->key),
                   SPAN("' — remove the line; the ddns.cfg that came with ddns names them all"));
}

static void global_setting(struct reader *r, const struct conf_setting *s, const struct line *l)
{
    if (l->name.p)
        conf_wrong(r->c, l->number, SPAN("'"), conf_quote(l->key), SPAN(" "), conf_quote(l->name),
                   SPAN("' is no key — write one word before '='"));
    else if (!s)
        unknown(r->c, l);
    else if (!(s->scope & CONF_GLOBAL))
        conf_wrong(r->c, l->number, l->key, SPAN(" belongs to an account — write [PROVIDER] on a "
                                                 "line above it"));
    else if (conf_first(r, s, l) && conf_plain(r, l, false))
        global_store(r->c, s, l->number, l->value);
}

bool conf_first(struct reader *r, const struct conf_setting *s, const struct line *l)
{
    unsigned *first = &r->first[s - conf_settings];
    if (*first && s->type != CONF_HOSTS) {
        conf_again(r->c, l, *first);
        return false;
    }
    *first = l->number;
    return true;
}

void conf_again(struct conf *c, const struct line *l, unsigned first)
{
    char digits[12];
    struct buf b = BUF(digits);
    buf_u64(&b, first);
    conf_wrong(c, l->number, l->key, SPAN(" is set again — first set on line "), buf_view(&b),
               SPAN("; remove one of them"));
}

/* The marks that only settings of an account read must be quoted elsewhere, lest somebody
 * believes they are read. */
bool conf_plain(struct reader *r, const struct line *l, bool marks)
{
    if (l->quoted)
        return true;
    if (l->value.n == 0)
        conf_wrong(r->c, l->number, l->key, SPAN(" has no value — write one after '=', or remove "
                                                 "the line"));
    else if (l->value.p[0] == '"')
        conf_wrong(r->c, l->number, l->key, SPAN(": the quotes do not enclose the whole value — "
                                                 "end it with \", and write \\\" for one inside"));
    else if (!marks && (l->value.p[0] == '@' || l->value.p[0] == '$'))
        conf_wrong(r->c, l->number, l->key, SPAN(": @ and $ are read only for settings such as "
                   "token — write the value itself, in \"…\" if it begins so"));
    else
        return true;
    return false;
}

static void setting(struct reader *r, struct line *l)
{
    const struct conf_setting *s = conf_setting_find(l->key);
    if (r->skip || !bring_literal(r->c, l))
        return;
    if (r->account)
        account_setting(r, s, l);
    else
        global_setting(r, s, l);
}

static void bad_line(struct conf *c, const struct line *l)
{
    char digits[12];
    struct buf b = BUF(digits);
    buf_u64(&b, l->column);
    if (l->column)
        conf_wrong(c, l->number, SPAN("byte "), buf_view(&b), SPAN(" of the line: "),
                   span_z(l->wrong));
    else
        conf_wrong(c, l->number, span_z(l->wrong));
}

static bool readable(struct conf *c, struct span text)
{
    if (span_starts(text, SPAN("\xff\xfe")) || span_starts(text, SPAN("\xfe\xff")))
        conf_wrong(c, 0, SPAN("the file is UTF-16 — save it as UTF-8"));
    else if (text.n > CONF_TEXT_MAX)
        conf_wrong(c, 0, SPAN("the file is longer than 65536 bytes (CONF_TEXT_MAX) — split it and "
                              "run a second ddns with -c"));
    else
        return true;
    return false;
}

_Static_assert(CONF_TEXT_MAX == 65536, "the message above names it");

static void finish(struct conf *c, bool sections)
{
    if (!sections)
        conf_wrong(c, 0, SPAN("no account yet — add a section such as [duckdns] with token = … and "
                              "hosts = …; `ddns providers` lists the names"));
    records_clash(c);
}

void conf_read(struct conf *c, struct span text, const struct conf_fetch *fetch)
{
    struct reader r = {.c = c, .fetch = fetch};
    struct lines l;
    struct line line;
    enum line_kind kind;
    bool sections = false;
    defaults(c);
    if (!readable(c, text))
        return;
    lines_init(&l, text, 1, true);
    do {
        const char *before = l.rest.p ? l.rest.p : text.p + text.n;
        kind = lines_next(&l, &line);
        if (kind == LINE_BAD)
            bad_line(c, &line);
        if (kind == LINE_SETTING)
            setting(&r, &line);
        if (kind == LINE_SECTION || kind == LINE_END || line.section) {
            account_end(&r, before);
            sections = sections || kind != LINE_END;
        }
        if (kind == LINE_SECTION)
            account_begin(&r, &line, l.rest);
        else if (line.section)
            r.skip = true;
    } while (kind != LINE_END);
    finish(c, sections);
}
