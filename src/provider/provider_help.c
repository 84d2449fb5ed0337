/* provider_help.c: `ddns providers NAME`. */
#include "base/civil.h"
#include "provider/provider.h"
#include "provider/settings.h"

struct printer {
    void (*put)(void *arg, struct span text);
    void *arg;
};

static void put_all(const struct printer *p, const struct span *parts)
{
    for (; parts->p; parts++)
        p->put(p->arg, *parts);
}
#define put(p, ...) put_all((p), (const struct span[]){__VA_ARGS__, {0, 0}})

static void put_limits(const struct printer *p, const struct recipe *r)
{
    char room[24];
    struct buf b = BUF(room);
    put(p, r->family == 4 ? SPAN("IPv4 only") : SPAN("IPv4 and IPv6"));
    if (r->batch > 1)
        put(p, SPAN("; several hosts share one request"));
    seconds_put(&b, r->gap_s);
    if (r->gap_s)
        put(p, SPAN("; at least "), buf_view(&b), SPAN(" between two updates"));
    b.n = 0;
    seconds_put(&b, r->refresh_s);
    if (r->refresh_s)
        put(p, SPAN("; renewed every "), buf_view(&b));
    put(p, SPAN("\n"));
}

static void put_setting(const struct printer *p, const struct setting *s)
{
    put(p, s->needed ? SPAN("") : SPAN("# "), s->name, SPAN(" = "),
        s->otherwise.n ? s->otherwise : SPAN("…"), s->help.n ? SPAN("   # ") : SPAN("\n"), s->help,
        SPAN("\n"));
}

/* As provider_check has it: nothing tells the zone but its setting. */
static bool needs_zone(const struct recipe *r)
{
    return (recipe_mentions(r, "{zone}") || recipe_mentions(r, "{sub}")) &&
           !recipe_has(r, KEY_ZONES) && !recipe_find(r, KEY_HEAD, KEY_ELSE, SPAN("zone"));
}

/* A section whose hosts must be below one domain shows one there. */
static void put_hosts(const struct printer *p, const struct recipe *r)
{
    const struct recipe_line *zone = recipe_find(r, KEY_HEAD, KEY_ELSE, SPAN("zone"));
    put(p, SPAN("hosts = home."), zone ? recipe_value(r, zone) : SPAN("example.com"), SPAN("\n"));
}

static struct span head(const struct recipe *r, unsigned key)
{
    const struct recipe_line *l = recipe_find(r, KEY_HEAD, key, SPAN_NONE);
    return l && (l->own || key != KEY_NAME) ? recipe_value(r, l) : SPAN_NONE;
}

bool provider_help(struct span id, void (*out)(void *arg, struct span text), void *arg)
{
    const struct printer p = {.put = out, .arg = arg};
    struct recipe *r = &recipe_scratch;
    struct span text, name, site;
    struct settings_walk walk = {0};
    struct setting s;
    if (!id.n || !recipe_embedded(&id, 0, r->room[1], &text))
        return false;
    recipe_read(r, text, 1, false, NULL);
    name = head(r, KEY_NAME);
    site = head(r, KEY_SITE);
    put(&p, name.p ? name : id, site.p ? SPAN(" — ") : SPAN_NONE, site);
    put(&p, SPAN("\n"));
    put_limits(&p, r);
    put(&p, SPAN("\n["), id, SPAN("]\n"));
    while (settings_next(r, &walk, &s))
        if (!needs_zone(r) || !span_is(s.name, "zone"))
            put_setting(&p, &s);
    if (needs_zone(r))
        put(&p, SPAN("zone = example.com   # the domain that the hosts belong to\n"));
    put_hosts(&p, r);
    return true;
}
