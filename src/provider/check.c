/* check.c: finds mistakes in recipes. */
#include "provider/check.h"
#include "base/json.h"
#include "provider/play.h"
#include "provider/settings.h"

/* Used at the start of the program only; too large for the stack. */
static struct {
    char text[4096];
    struct json json;
} scratch;

/* ---- samples */

static struct span sample(const void *self, size_t item, struct span name, char room[SCOPE_SCRATCH])
{
    static const char *const samples[][2] = {
        {"host", "h.example.com"},
        {"zone", "example.com"},
        {"sub", "h"},
        {"type", "A"},
        {"ip", "192.0.2.1"},
        {"ip4", "192.0.2.1"},
        {"ip6", "2001:db8::1"},
        {"ips", "192.0.2.1,2001:db8::1"},
        {"nonce", "00112233445566778899"},
        {"proxied", "true"},
    };
    const struct checker *c = self;
    const struct recipe_line *apex = recipe_find(c->r, KEY_HEAD, KEY_APEX, SPAN_NONE);
    (void)item;
    (void)room;
    if (span_eq(name, c->absent))
        return SPAN_NONE;
    if (c->apex && span_is(name, "sub"))
        return apex ? recipe_value(c->r, apex) : SPAN("@");
    for (size_t i = 0; i < COUNT(samples); i++)
        if (span_is(name, samples[i][0]))
            return span_z(samples[i][1]);
    /* A number everywhere, but no label: what a reply brings may not choose the host. */
    return settings_kind(c->r, name) == NAME_CAPTURED ? SPAN("1.5") : SPAN("1");
}

/* ---- expanding */

static unsigned line_of(const struct recipe *r, unsigned phase, unsigned key)
{
    const struct recipe_line *l = recipe_find(r, phase, key, SPAN_NONE);
    return l ? l->number : 0;
}

static bool bad_name(struct checker *c, const struct writer *w, unsigned line)
{
    if (!w->bad.p)
        return false;
    if (!w->why && w->place == PLACE_HEADER)
        return false;
    if (w->place == PLACE_HOST && settings_kind(c->r, w->bad) != NAME_SETTING)
        recipe_wrong(c->j, line, SPAN("{"), w->bad,
                     SPAN("} may not choose the host: only settings may"));
    else if (!w->why)
        recipe_wrong(c->j, line, SPAN("{"), w->bad,
                     SPAN("} may be absent and this place cannot leave it out"));
    else if (c->apex)
        recipe_wrong(c->j, line, SPAN("{"), w->bad, SPAN("} of the zone itself "), span_z(w->why),
                     SPAN(": leave out apex = \"\""));
    else
        recipe_wrong(c->j, line, SPAN("{"), w->bad, SPAN("} "), span_z(w->why));
    return true;
}

static struct scope scope_of(const struct checker *c)
{
    return (struct scope){.get = sample, .self = c, .first = 0, .items = 2};
}

static bool too_long(struct checker *c, const struct buf *b, unsigned line)
{
    if (b->over)
        recipe_wrong(c->j, line, SPAN("longer than the bound of 4096 bytes"));
    return b->over;
}

static bool check_url(struct checker *c, unsigned phase)
{
    struct buf b = BUF(scratch.text);
    struct scope scope = scope_of(c);
    const struct recipe_line *base = recipe_find(c->r, KEY_HEAD, KEY_BASE, SPAN_NONE);
    const struct recipe_line *params = recipe_find(c->r, KEY_HEAD, KEY_PARAMS, SPAN_NONE);
    unsigned line = line_of(c->r, phase, phase);
    struct span target;
    struct writer w;
    struct url url;
    recipe_method(c->r, phase, &target);
    writer_init(&w, &b, PLACE_HOST, &scope);
    if (span_find(target, SPAN("://")) < 0)
        writer_put(&w, base ? template_of(recipe_value(c->r, base))
                            : template_of(SPAN("https://server.example")));
    writer_put(&w, template_of(target));
    if (params) {
        writer_text(&w, SPAN("?"));
        writer_put(&w, template_of(recipe_value(c->r, params)));
    }
    if (bad_name(c, &w, line) || too_long(c, &b, line))
        return false;
    if (url_parse(buf_view(&b), &url))
        return true;
    recipe_wrong(c->j, line,
                 SPAN("no URL comes out: write base = https://HOST before the phases, and a path "
                      "from '/' on"));
    return false;
}

static bool is_json(struct span text)
{
    const char *p = text.p, *end = text.p + text.n;
    enum json_event e;
    json_init(&scratch.json);
    do
        e = json_next(&scratch.json, &p, end);
    while (e != JSON_MORE && e != JSON_BAD);
    return e == JSON_MORE && json_finish(&scratch.json) == JSON_END;
}

static bool check_body(struct checker *c, unsigned phase)
{
    struct buf b = BUF(scratch.text);
    struct scope scope = scope_of(c);
    struct template body = template_body(c->r, phase);
    enum place place = writer_place(body.rest);
    unsigned line = line_of(c->r, phase, KEY_BODY);
    struct writer w;
    if (!body.rest.p)
        return true;
    writer_init(&w, &b, place, &scope);
    writer_put(&w, body);
    if (bad_name(c, &w, line) || too_long(c, &b, line))
        return false;
    if (place != PLACE_JSON || is_json(buf_view(&b)))
        return true;
    recipe_wrong(c->j, line, SPAN("the body is not JSON"),
                 c->absent.p ? SPAN(" when this has no value: ") : SPAN(""), c->absent);
    return false;
}

static bool check_heads(struct checker *c, unsigned phase)
{
    bool good = true;
    for (const struct recipe_line *l = c->r->lines; l < c->r->lines + c->r->line_count; l++) {
        struct buf b = BUF(scratch.text);
        struct scope scope = scope_of(c);
        struct writer w;
        if ((l->key != KEY_HEADER && l->key != KEY_BASIC) || !recipe_in_force(c->r, l, phase))
            continue;
        writer_init(&w, &b, l->key == KEY_BASIC ? PLACE_BASIC : PLACE_HEADER, &scope);
        writer_put(&w, template_of(recipe_value(c->r, l)));
        good &= !bad_name(c, &w, l->number);
    }
    return good;
}

static bool expand(struct checker *c, unsigned phase)
{
    return check_url(c, phase) && check_body(c, phase) && check_heads(c, phase);
}

/* ---- names that may have no value in a phase */

static bool let_in(const struct recipe *r, unsigned phase, struct span name)
{
    return recipe_find(r, phase, KEY_LET, name) != NULL;
}

/* Captured where a reply without it ends the play. */
static bool certain(const struct recipe *r, unsigned phase, struct span name)
{
    bool found = phase == KEY_EDIT || phase == KEY_REMOVE, writes = false;
    for (unsigned write = KEY_SET; write <= KEY_REMOVE; write++)
        writes |= let_in(r, write, name);
    return let_in(r, KEY_LOGIN, name) || let_in(r, KEY_ZONES, name) ||
           (phase == KEY_AWAIT && writes) ||
           (found && let_in(r, KEY_FIND, name) && (span_is(name, "rid") || span_is(name, "old")));
}

static bool optional(const struct recipe *r, unsigned phase, struct span name)
{
    bool need = recipe_find(r, KEY_HEAD, KEY_NEED, name) != NULL;
    bool otherwise = phase != KEY_EDIT && recipe_find(r, KEY_HEAD, KEY_ELSE, name);
    struct settings_walk walk = {0};
    struct setting setting;
    if (settings_kind(r, name) == NAME_BUILT_IN)
        return (span_is(name, "ip4") || span_is(name, "ip6") || span_is(name, "page")) &&
               !otherwise;
    while (!need && settings_next(r, &walk, &setting))
        need = setting.needed && span_eq(setting.name, name);
    return !need && !otherwise && !certain(r, phase, name);
}

static void without_each(struct checker *c, unsigned phase)
{
    for (const struct recipe_line *l = c->r->lines; l < c->r->lines + c->r->line_count; l++) {
        struct template t = template_of(recipe_value(c->r, l));
        struct token token;
        if (!group_in_request(c->r, l, phase))
            continue;
        while ((token = template_next(&t)).kind != TOKEN_DONE) {
            if (token.kind != TOKEN_NAME || !optional(c->r, phase, token.text))
                continue;
            c->absent = token.text;
            if (!expand(c, phase))
                return;
        }
    }
}

/* ---- one phase */

static bool sent_in_clear(const struct recipe *r, unsigned phase)
{
    const struct recipe_line *base = recipe_find(r, KEY_HEAD, KEY_BASE, SPAN_NONE);
    struct span target;
    recipe_method(r, phase, &target);
    return span_istarts(target, SPAN("http://")) ||
           (span_find(target, SPAN("://")) < 0 && base &&
            span_istarts(recipe_value(r, base), SPAN("http://")));
}

/* Braces of {each} must pair, and a call of many needs to know how many. */
static void check_each(struct checker *c, unsigned phase)
{
    unsigned line = line_of(c->r, phase, phase);
    for (const struct recipe_line *l = c->r->lines; l < c->r->lines + c->r->line_count; l++) {
        struct template t =
            l->key == KEY_BODY ? template_body(c->r, phase) : template_of(recipe_value(c->r, l));
        struct token token;
        int open = 0;
        bool good = true;
        if (!group_in_request(c->r, l, phase))
            continue;
        while ((token = template_next(&t)).kind != TOKEN_DONE) {
            open += (token.kind == TOKEN_EACH) - (token.kind == TOKEN_END);
            good &= open == 0 || open == 1;
        }
        if (!good || open)
            recipe_wrong(c->j, l->number,
                         SPAN("{each} and {end} must stand in pairs, not one inside another"));
    }
    if (group_has_each(c->r, phase) && !c->r->batch)
        recipe_wrong(c->j, line,
                     SPAN("{each} needs batch = the most items that one call may hold"));
}

static void check_words(struct checker *c, unsigned phase)
{
    const struct recipe_line *ok = recipe_find(c->r, phase, KEY_OK, SPAN_NONE);
    const struct recipe_line *code = recipe_find(c->r, phase, KEY_CODE, SPAN_NONE);
    unsigned line = line_of(c->r, phase, phase);
    if (sent_in_clear(c->r, phase) && !ok)
        recipe_wrong(c->j, line,
                     SPAN("http:// needs ok = words that only the provider would answer"));
    if (reply_reads(c->r, phase, false) && reply_reads(c->r, phase, true))
        recipe_wrong(c->j, line,
                     SPAN("JSON paths and \"marks\" cannot both read one reply: choose one sort"));
    else if (ok && !code && reply_reads(c->r, phase, false))
        recipe_wrong(
            c->j, line,
            SPAN("ok = words are compared with what code = PATH finds in JSON: write code"));
    if (recipe_find(c->r, phase, KEY_ROWS, SPAN_NONE) && reply_reads(c->r, phase, true))
        recipe_wrong(c->j, line, SPAN("rows are read from JSON only: leave rows out"));
}

static void check_phase(struct checker *c, unsigned phase)
{
    const struct span methods = SPAN("GET POST PUT PATCH DELETE");
    struct span target, method = recipe_method(c->r, phase, &target), words = methods, word;
    unsigned before = c->j->count;
    while ((word = span_word(&words)).n && !span_eq(word, method))
        ;
    if (!word.n)
        recipe_wrong(c->j, line_of(c->r, phase, phase), SPAN("'"), method,
                     SPAN("' is no method: write one of "), methods);
    check_words(c, phase);
    check_each(c, phase);
    c->absent = SPAN_NONE;
    c->apex = false;
    if (c->j->count == before && expand(c, phase)) {
        c->apex = true;
        if (expand(c, phase)) {
            c->apex = false;
            without_each(c, phase);
        }
    }
}

/* ---- the whole */

static bool speaks(struct checker *c)
{
    const struct recipe_line *l = recipe_find(c->r, KEY_HEAD, KEY_SPEAK, SPAN_NONE);
    if (l && !span_is(recipe_value(c->r, l), "rfc2136"))
        recipe_wrong(c->j, l->number, SPAN("speak = rfc2136 is the only dialect"));
    return l != NULL;
}

static void check_phases(struct checker *c)
{
    const struct recipe *r = c->r;
    bool edits = recipe_has(r, KEY_EDIT), adds = recipe_has(r, KEY_ADD),
         sets = recipe_has(r, KEY_SET);
    unsigned here = c->account && !c->account->recipe_file.p ? c->account->line : 0;
    unsigned first = r->line_count ? r->lines[r->line_count - 1].number : here;
    if (!edits && !adds && !sets)
        recipe_wrong(
            c->j, first,
            SPAN("nothing is ever written: add set = METHOD URL, or find with edit and add"));
    if ((edits || adds || recipe_has(r, KEY_REMOVE)) && !recipe_has(r, KEY_FIND))
        recipe_wrong(c->j, first,
                     SPAN("edit, add and remove need find, which tells them what is there"));
    if (r->family && r->family != 4)
        recipe_wrong(c->j, line_of(r, KEY_HEAD, KEY_FAMILY),
                     SPAN("family = 4 says IPv4 only; leave it out otherwise"));
    for (uint8_t i = 0; i < r->phase_count; i++)
        check_phase(c, r->phases[i]);
}

void check_recipe(const struct recipe *r, const struct conf *c, const struct account *account,
                  struct recipe_judge *j)
{
    struct checker checker = {.r = r, .conf = c, .account = account, .j = j};
    unsigned before = j->count;
    if (speaks(&checker))
        return;
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++)
        if (l->own || !account)
            check_line(&checker, l);
    if (j->count == before)
        check_phases(&checker);
}
