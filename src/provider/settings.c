/* settings.c: the settings of a recipe. */
#include "provider/settings.h"
#include "config/conf.h"

/* Built in: of the item, the call or the play. */
static const char *const built_in[] = {"host", "sub", "zone", "type",  "ip",
                                       "ip4",  "ip6", "ips",  "nonce", "page"};
/* Names that need no line in the recipe: the core table has their help. The first ones are needed
 * where they are used. */
static const char *const core[] = {"user", "password", "token", "key", "secret", "id", "server",
                                   "ttl", "proxied", "line", "comment", "zone"};
enum { CORE_NEEDED = 7 };

static size_t place_in(const char *const *list, size_t count, struct span name)
{
    size_t i = 0;
    while (i < count && !span_is(name, list[i]))
        i++;
    return i;
}

static bool is_core(struct span name)
{
    return place_in(core, COUNT(core), name) < COUNT(core);
}

static const struct recipe_line *head_line(const struct recipe *r, unsigned key, struct span name)
{
    return recipe_find(r, KEY_HEAD, key, name);
}

static bool captured(const struct recipe *r, struct span name)
{
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++)
        if (l->key == KEY_LET && span_eq(recipe_name(r, l), name))
            return true;
    return false;
}

enum name_kind settings_kind(const struct recipe *r, struct span name)
{
    if (place_in(built_in, COUNT(built_in), name) < COUNT(built_in))
        return NAME_BUILT_IN;
    if (captured(r, name))
        return NAME_CAPTURED;
    if (is_core(name) || head_line(r, KEY_NEED, name) || head_line(r, KEY_TAKE, name) ||
        head_line(r, KEY_ELSE, name))
        return NAME_SETTING;
    return NAME_UNKNOWN;
}

bool settings_template(const struct recipe_line *l)
{
    return l->key == KEY_BASE || l->key == KEY_PARAMS ||
           (l->key >= KEY_HEADER && l->key != KEY_ROWS && l->key != KEY_LET && l->key != KEY_CODE &&
            l->key != KEY_SAY);
}

/* Where {name} first stands in the line; -1: nowhere. */
static long mention(const struct recipe *r, const struct recipe_line *l, struct span name)
{
    char text[80];
    struct buf b = BUF(text);
    buf_all(&b, SPAN("{"), name, SPAN("}"));
    return settings_template(l) ? span_find(recipe_value(r, l), buf_view(&b)) : -1;
}

static bool used(const struct recipe *r, struct span name)
{
    if (head_line(r, KEY_SPEAK, SPAN_NONE) || (span_is(name, "server") && settings_wants_server(r)))
        return true;
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++)
        if (mention(r, l, name) >= 0)
            return true;
    return span_is(name, "zone") && recipe_mentions(r, "{sub}");
}

bool settings_wants_server(const struct recipe *r)
{
    bool bare = false;
    for (uint8_t i = 0; i < r->phase_count; i++) {
        struct span target;
        recipe_method(r, r->phases[i], &target);
        bare |= !span_istarts(target, SPAN("https://")) && !span_istarts(target, SPAN("http://"));
    }
    return bare && !head_line(r, KEY_BASE, SPAN_NONE);
}

bool settings_takes(const struct recipe *r, struct span name)
{
    enum name_kind kind = settings_kind(r, name);
    bool may = kind == NAME_SETTING || (is_core(name) && kind != NAME_UNKNOWN);
    if (span_is(name, "server"))
        return true; /* a base URL instead of the recipe's own */
    return may && used(r, name) && !(kind == NAME_CAPTURED && !is_core(name));
}

static void describe(const struct recipe *r, struct span name, unsigned line, struct setting *out)
{
    const struct recipe_line *need = head_line(r, KEY_NEED, name),
                             *take = head_line(r, KEY_TAKE, name);
    const struct recipe_line *otherwise = head_line(r, KEY_ELSE, name), *help = need ? need : take;
    const struct conf_setting *known = conf_setting_find(name);
    *out = (struct setting){.name = name, .line = line};
    out->help = help ? recipe_value(r, help) : known ? span_z(known->help) : SPAN("");
    out->otherwise = otherwise ? recipe_value(r, otherwise) : SPAN_NONE;
    out->needed = !otherwise && !captured(r, name) &&
                  (need || (!take && place_in(core, COUNT(core), name) < CORE_NEEDED));
}

static bool first_here(const struct recipe *r, unsigned line, struct span name)
{
    if (head_line(r, KEY_NEED, name) || head_line(r, KEY_TAKE, name))
        return false;
    for (unsigned i = 0; i < line; i++)
        if (mention(r, &r->lines[i], name) >= 0)
            return false;
    return recipe_value(r, &r->lines[line]).p + mention(r, &r->lines[line], name) + 1 == name.p;
}

/* Settings of one line, one after another. */
static bool next_in_line(const struct recipe *r, struct settings_walk *w, struct setting *out)
{
    const struct recipe_line *l = &r->lines[w->line];
    struct span name = recipe_name(r, l);
    if (w->t.rest.p == NULL) {
        w->t = template_of(settings_template(l) ? recipe_value(r, l) : SPAN(""));
        if ((l->key == KEY_NEED || l->key == KEY_TAKE) && used(r, name)) {
            describe(r, name, l->number, out);
            return true;
        }
    }
    for (struct token t = template_next(&w->t); t.kind != TOKEN_DONE; t = template_next(&w->t))
        if (t.kind == TOKEN_NAME && settings_takes(r, t.text) && first_here(r, w->line, t.text)) {
            describe(r, t.text, l->number, out);
            return true;
        }
    return false;
}

bool settings_next(const struct recipe *r, struct settings_walk *w, struct setting *out)
{
    for (; w->line < r->line_count; w->line++, w->t.rest = SPAN_NONE)
        if (next_in_line(r, w, out))
            return true;
    if (w->line++ == r->line_count && settings_wants_server(r) &&
        !head_line(r, KEY_NEED, SPAN("server"))) {
        describe(r, SPAN("server"), 0, out);
        return true;
    }
    return false;
}

struct span settings_nearest(const struct recipe *r, struct span name)
{
    struct nearest n = {.word = name};
    for (size_t i = 0; i < COUNT(built_in); i++)
        nearest_offer(&n, span_z(built_in[i]));
    for (size_t i = 0; i < COUNT(core); i++)
        nearest_offer(&n, span_z(core[i]));
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++)
        if (l->key == KEY_NEED || l->key == KEY_TAKE || l->key == KEY_LET)
            nearest_offer(&n, recipe_name(r, l));
    return n.best;
}
