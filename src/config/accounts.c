/* accounts.c: the sections of ddns.cfg. */
#include "base/hash.h"
#include "config/inner.h"

/* Keys of the recipe language. Everything else in [custom …] is a setting. */
bool conf_recipe_key(struct span key)
{
    struct span words = SPAN(
        "name site base like need take else apex family gap refresh batch params speak header "
        "basic sign code say none same busy auth config abuse wait retry ok login zones find set "
        "edit add remove await finish body rows match let");
    for (struct span w = span_word(&words); w.n; w = span_word(&words))
        if (span_eq(w, key))
            return true;
    return false;
}

/* The CRC of CRCs: a section's lines need not lie side by side to be summed up. */
void conf_mark(struct account *a, struct span s)
{
    char room[8];
    struct buf b = BUF(room);
    buf_u32be(&b, a->fingerprint);
    buf_u32be(&b, s.p ? crc32_of(s) : 1);
    a->fingerprint = crc32_of(buf_view(&b));
}

static bool good_provider(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_' && s.p[i] != '.')
            return false;
    return s.n < LABEL_MAX;
}

static bool good_label(struct span s)
{
    return s.n < LABEL_MAX && span_chr(s, '"') < 0 && span_chr(s, '\\') < 0 &&
           span_chr(s, '[') < 0 && span_chr(s, '\t') < 0;
}

static bool good_header(struct conf *c, const struct line *l, struct span provider,
                        struct span label)
{
    if (c->account_count == ACCOUNTS_MAX)
        conf_wrong(c, l->number, SPAN("more than 64 sections (ACCOUNTS_MAX) — run a second ddns "
                                      "with -c and the others"));
    else if (!good_provider(provider))
        conf_wrong(c, l->number, SPAN("'"), conf_quote(provider),
                   SPAN("' is no provider's name — `ddns providers` lists them"));
    else if (!good_label(label))
        conf_wrong(c, l->number, SPAN("this label cannot be used — write at most 63 bytes without "
                                      "quotes, brackets, tabs and backslashes"));
    else
        return true;
    return false;
}

_Static_assert(ACCOUNTS_MAX == 64 && LABEL_MAX == 64, "the messages above name them");

static void only_once(struct conf *c, const struct account *a)
{
    char digits[12];
    struct buf b = BUF(digits);
    for (const struct account *o = c->accounts; o < a; o++) {
        if (!span_ieq(span_z(o->id), span_z(a->id)))
            continue;
        buf_u64(&b, o->line);
        conf_wrong(c, a->line, SPAN("section ["), conf_quote(span_z(a->id)),
                   SPAN("] again — first on line "), buf_view(&b), SPAN("; join them, or give it a "
                   "label: ["), a->provider, SPAN(" LABEL]"));
        return;
    }
}

void account_begin(struct reader *r, const struct line *l, struct span rest)
{
    struct span label = l->key, provider = span_word(&label);
    struct account *a = &r->c->accounts[r->c->account_count];
    struct buf b;
    label = span_trim(label);
    r->skip = !good_header(r->c, l, provider, label);
    if (r->skip)
        return;
    *a = (struct account){.provider = provider, .label = label.n ? label : SPAN_NONE,
                          .line = l->number, .recipe_line = l->number + 1, .create = true,
                          .value_first = r->c->value_count, .record_first = r->c->record_count};
    b = BUF(a->id);
    buf_all(&b, provider, label.n ? SPAN(" ") : SPAN(""), label);
    buf_text(&b);
    r->c->account_count++;
    r->account = a;
    r->custom = span_ieq(provider, SPAN("custom"));
    r->recipe_line = 0;
    r->body = rest.p;
    memset(r->first, 0, sizeof r->first);
    memset(r->own, 0, sizeof r->own);
    conf_mark(a, provider);
    conf_mark(a, label);
    only_once(r->c, a);
}

static struct value *value_add(struct reader *r, struct span key, const struct line *l)
{
    struct conf *c = r->c;
    if (c->value_count == VALUES_MAX) {
        conf_wrong(c, l->number, SPAN("more than 1024 settings in all accounts (VALUES_MAX) — run "
                                      "a second ddns with -c and the others"));
        return NULL;
    }
    r->account->value_count++;
    c->values[c->value_count] = (struct value){.key = key, .line = l->number};
    return &c->values[c->value_count++];
}

_Static_assert(VALUES_MAX == 1024, "the message above names it");

/* A key that only the recipe knows: text that might be secret. */
static void foreign(struct reader *r, const struct line *l)
{
    const struct value *old = conf_value(r->c, r->account, l->key);
    struct value *v;
    if (old)
        conf_again(r->c, l, old->line);
    v = old || !conf_plain(r, l, true) ? NULL : value_add(r, l->key, l);
    if (v) {
        v->secret = true;
        if (bring_value(r->c, r->fetch, l, v))
            conf_mark(r->account, v->text);
    }
}

static void kept(struct reader *r, const struct conf_setting *s, const struct line *l)
{
    struct value *v = value_add(r, span_z(s->key), l);
    struct parsed p;
    if (!v)
        return;
    v->secret = s->type == CONF_SECRET;
    v->text = l->value;
    if (s->type == CONF_TEXT || s->type == CONF_SECRET)
        bring_value(r->c, r->fetch, l, v);
    else if (value_parse(r->c, s, l->number, l->value, &p))
        v->text = p.text;
    conf_mark(r->account, v->text);
}

static void known(struct reader *r, const struct conf_setting *s, const struct line *l)
{
    struct parsed p;
    if (s->at_account == CONF_KEPT) {
        kept(r, s, l);
        return;
    }
    if (s->at_account != offsetof(struct account, interval_s))
        conf_mark(r->account, l->value);
    if (s->type == CONF_HOSTS)
        records_read(r, l);
    else if (s->type == CONF_SOURCES)
        conf_sources(r->c, l->number, l->value, &r->own[span_is(span_z(s->key), "ipv6")]);
    else if (value_parse(r->c, s, l->number, l->value, &p))
        value_store(s, (char *)r->account + s->at_account, &p);
}

void account_setting(struct reader *r, const struct conf_setting *s, const struct line *l)
{
    bool marks = s && (s->type == CONF_TEXT || s->type == CONF_SECRET);
    if (!s || s->at_account != offsetof(struct account, interval_s))
        conf_mark(r->account, l->key);
    if (r->custom && (l->name.p || (!s && conf_recipe_key(l->key)))) {
        conf_mark(r->account, l->name);
        conf_mark(r->account, l->value);
        r->recipe_line = r->recipe_line ? r->recipe_line : l->number;
    } else if (l->name.p) {
        conf_wrong(r->c, l->number, SPAN("'"), conf_quote(l->key), SPAN(" "), conf_quote(l->name),
                   SPAN("' is no key — write one word before '='"));
    } else if (!s) {
        foreign(r, l);
    } else if (!(s->scope & CONF_ACCOUNT)) {
        conf_wrong(r->c, l->number, l->key, SPAN(" is for the whole program — write it above the "
                                                 "first section"));
    } else if (conf_first(r, s, l) && conf_plain(r, l, marks)) {
        known(r, s, l);
    }
}

void account_end(struct reader *r, const char *end)
{
    struct account *a = r->account;
    r->skip = false;
    r->account = NULL;
    if (!a)
        return;
    if (a->recipe_file.p && r->recipe_line)
        conf_wrong(r->c, r->recipe_line, SPAN("recipe = FILE holds the recipe — remove this and "
                                              "the other lines of one, or recipe = FILE"));
    if (r->custom && r->body)
        a->recipe_text = (struct span){r->body, (size_t)(end - r->body)};
    records_expand(r, a);
}
