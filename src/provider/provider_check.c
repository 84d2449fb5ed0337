/* provider_check.c: what is wrong with an account's section, as far as its recipe can see. */
#include "provider/check.h"
#include "provider/play.h"
#include "provider/rfc2136.h"
#include "provider/settings.h"

struct section {
    struct conf *c;
    const struct account *a;
    const struct recipe *r;
};

static void unknown_provider(struct conf *c, const struct account *a)
{
    struct nearest n = {.word = a->provider};
    struct span id = SPAN_NONE;
    for (size_t i = 0; id = SPAN_NONE, recipe_embedded(&id, i, NULL, NULL); i++)
        nearest_offer(&n, id);
    if (n.best.p)
        conf_wrong(c, a->line, SPAN("no provider '"), conf_quote(a->provider),
                   SPAN("' — did you mean '"), n.best, SPAN("'?"));
    else
        conf_wrong(
            c, a->line, SPAN("no provider '"), conf_quote(a->provider),
            SPAN("' — `ddns providers` lists them; [custom NAME] takes a recipe of your own"));
}

/* ---- settings */

static void check_missing(const struct section *s)
{
    struct settings_walk walk = {0};
    struct setting setting;
    while (settings_next(s->r, &walk, &setting))
        if (setting.needed && !conf_value(s->c, s->a, setting.name))
            conf_wrong(s->c, s->a->line, setting.name, SPAN(" is missing — add "), setting.name,
                       SPAN(" = …"), setting.help.n ? SPAN(": ") : SPAN_NONE, setting.help);
}

/* In [custom …] a line that no template asks for may be a misspelt key of the recipe. */
static void check_unknown(const struct section *s, const struct value *v)
{
    struct nearest n = {.word = v->key};
    struct settings_walk walk = {0};
    struct setting setting;
    char text[80];
    struct buf b = BUF(text);
    buf_all(&b, SPAN("{"), v->key, SPAN("}"));
    if (settings_takes(s->r, v->key) ||
        (s->a->recipe_text.p && recipe_mentions(s->r, buf_text(&b))))
        return;
    while (settings_next(s->r, &walk, &setting))
        nearest_offer(&n, setting.name);
    for (unsigned key = 1; key < KEY_MAX && s->a->recipe_text.p; key++)
        nearest_offer(&n, span_z(recipe_key_name(key)));
    nearest_offer(&n, SPAN("hosts"));
    if (n.best.p)
        conf_wrong(s->c, v->line, SPAN("["), s->a->provider, SPAN("] takes no '"),
                   conf_quote(v->key), SPAN("' — did you mean '"), n.best, SPAN("'?"));
    else
        conf_wrong(s->c, v->line, SPAN("["), s->a->provider, SPAN("] takes no '"),
                   conf_quote(v->key), SPAN("' — remove the line; `ddns providers "),
                   s->a->provider, SPAN("` lists its settings"));
}

static void check_ttl(const struct section *s)
{
    const struct recipe_line *least = recipe_find(s->r, KEY_HEAD, KEY_ELSE, SPAN("ttl"));
    const struct value *v = conf_value(s->c, s->a, SPAN("ttl"));
    uint64_t floor, ttl;
    if (v && least && span_u64(recipe_value(s->r, least), UINT32_MAX, &floor) &&
        span_u64(v->text, UINT32_MAX, &ttl) && ttl < floor)
        conf_wrong(s->c, v->line, SPAN("ttl is too short for ["), s->a->provider,
                   SPAN("] — write "), recipe_value(s->r, least), SPAN(" or more"));
}

static void check_server(const struct section *s)
{
    const struct value *v = conf_value(s->c, s->a, SPAN("server"));
    struct url url;
    if (!v || recipe_find(s->r, KEY_HEAD, KEY_SPEAK, SPAN_NONE))
        return;
    if (!url_parse(v->text, &url))
        conf_wrong(s->c, v->line,
                   SPAN("server is no URL — write https://HOST, with a path if there is one"));
    else if (!build_may_send(&url))
        conf_wrong(
            s->c, v->line,
            SPAN("server = http://… would send the credentials in the clear — write https://"));
}

/* ---- hosts */

static struct span zone_of(const struct section *s, unsigned *line)
{
    const struct value *v = conf_value(s->c, s->a, SPAN("zone"));
    const struct recipe_line *otherwise = recipe_find(s->r, KEY_HEAD, KEY_ELSE, SPAN("zone"));
    *line = v ? v->line : s->a->line;
    return v ? v->text : otherwise ? recipe_value(s->r, otherwise) : SPAN_NONE;
}

static bool names_host(const struct recipe *r)
{
    for (unsigned phase = KEY_SET; phase <= KEY_REMOVE; phase++)
        if (recipe_has(r, phase) &&
            (group_uses(r, phase, "{host}") || group_uses(r, phase, "{sub}") ||
             group_uses(r, phase, "{rid}") || group_uses(r, phase, "{old}")))
            return true;
    return recipe_find(r, KEY_HEAD, KEY_SPEAK, SPAN_NONE) != NULL;
}

static void check_hosts(const struct section *s)
{
    unsigned line;
    struct span zone = zone_of(s, &line);
    const struct conf_record *first = &s->c->records[s->a->record_first];
    bool v6 = false, several = false;
    for (const struct conf_record *rec = first; rec < first + s->a->record_count; rec++) {
        v6 |= rec->family == 6;
        several |= !span_eq(rec->host, first->host);
        if (zone.p && !names_in_zone(rec->host, zone))
            conf_wrong(s->c, rec->line, conf_quote(rec->host), SPAN(" is not below "), zone,
                       SPAN(" — correct hosts, or set zone ="));
    }
    if (v6 && s->r->family == 4)
        conf_wrong(s->c, s->a->line, SPAN("["), s->a->provider,
                   SPAN("] takes IPv4 addresses only — write ipv6 = off in "
                        "this section"));
    if (several && !names_host(s->r))
        conf_wrong(s->c, s->a->line, SPAN("the credentials of ["), s->a->provider,
                   SPAN("] belong to one name — write a "
                        "section for each host: ["),
                   s->a->provider, SPAN(" LABEL]"));
}

/* A name that is needed without `zones` to find it, and cannot be known. */
static void check_zone(const struct section *s)
{
    unsigned line;
    bool used = recipe_mentions(s->r, "{zone}") || recipe_mentions(s->r, "{sub}");
    if (used && !recipe_has(s->r, KEY_ZONES) && !zone_of(s, &line).p)
        conf_wrong(s->c, s->a->line,
                   SPAN("zone is missing — add zone = the domain that the hosts belong to"));
}

/* ---- */

static void own_wrong(void *arg, unsigned line, const struct span *parts)
{
    const struct section *s = arg;
    conf_error(s->c, s->a->recipe_file, line, parts);
}

/* A misspelt key of a recipe may be why the rest of it is wrong. */
static bool misspelt(const struct value *v)
{
    return !conf_setting_find(v->key) && recipe_nearest(v->key).p;
}

void provider_check(struct conf *c, const struct account *a)
{
    struct recipe *r = &recipe_scratch;
    struct section s = {.c = c, .a = a, .r = r};
    struct recipe_judge j = {.wrong = own_wrong, .arg = &s};
    struct span text;
    unsigned first;
    bool mixed;
    if (!provider_text(a, SPAN_NONE, r, &text, &first, &mixed)) {
        unknown_provider(c, a);
        return;
    }
    recipe_read(r, text, first, mixed, a->recipe_text.p ? &j : NULL);
    if (a->recipe_text.p)
        check_recipe(r, c, a, &j);
    for (unsigned i = 0; i < a->value_count; i++)
        if (!j.count || misspelt(&c->values[a->value_first + i]))
            check_unknown(&s, &c->values[a->value_first + i]);
    if (j.count)
        return;
    check_missing(&s);
    check_ttl(&s);
    check_server(&s);
    check_hosts(&s);
    check_zone(&s);
    if (recipe_find(r, KEY_HEAD, KEY_SPEAK, SPAN_NONE))
        rfc2136_check(c, a);
}
