/* zone.c: which zone a host belongs to: set by the user, remembered, or found by asking for one
 * candidate after another. */
#include "provider/play.h"

bool zone_listed(const struct recipe *r)
{
    return !group_uses(r, KEY_ZONES, "{zone}");
}

/* ---- candidates: the host without its first labels, two labels at least */

static size_t without_star(struct span host)
{
    return span_starts(host, SPAN("*.")) ? 2 : 0;
}

static uint8_t candidate(const struct player *p, size_t item, size_t skip)
{
    struct span rest = span_from(p->items[item].host, skip);
    return span_chr(rest, '.') < 0 ? (uint8_t)NOTHING : (uint8_t)skip;
}

uint8_t zone_first(const struct player *p, size_t item)
{
    return candidate(p, item, without_star(p->items[item].host));
}

uint8_t zone_next(const struct player *p, size_t item, uint8_t skip)
{
    long dot = span_chr(span_from(p->items[item].host, skip), '.');
    return dot < 0 ? (uint8_t)NOTHING : candidate(p, item, skip + (size_t)dot + 1);
}

/* ---- zones in play */

static struct span name_of(const struct player *p, uint8_t zone)
{
    return span_from(p->items[p->zones[zone].item].host, p->zones[zone].skip);
}

uint8_t zone_skip(const struct player *p, size_t item)
{
    uint8_t zone = p->units[item].zone;
    return zone == NOTHING ? (uint8_t)NOTHING
                           : (uint8_t)(p->items[item].host.n - name_of(p, zone).n);
}

bool zone_unknown(const struct player *p, size_t item)
{
    uint8_t zone = p->units[item].zone;
    return zone == NOTHING || !p->zones[zone].known;
}

uint8_t zone_add(struct player *p, size_t item, uint8_t skip)
{
    struct span name = span_from(p->items[item].host, skip);
    for (uint8_t z = 0; z < p->zone_count; z++)
        if (span_eq(name_of(p, z), name))
            return z;
    if (p->zone_count == PLAY_ZONES)
        return NOTHING;
    p->zones[p->zone_count] = (struct play_zone){.item = (uint8_t)item, .skip = skip};
    return p->zone_count++;
}

/* A host stands directly in the zone found, or beside the host it was found for: every longer
 * candidate that it does not itself make was tried in vain. A deeper host asks for itself, there
 * may be a zone in between. */
void zone_share(struct player *p, size_t item)
{
    uint8_t zone = p->units[item].zone;
    struct span host = p->items[item].host;
    for (size_t i = 0; i < p->setup.item_count; i++) {
        struct span other = span_from(p->items[i].host, without_star(p->items[i].host)),
                    above = other;
        span_cut(&above, '.');
        if (p->units[i].zone == NOTHING && names_in_zone(other, name_of(p, zone)) &&
            (span_eq(other, name_of(p, zone)) || names_in_zone(host, above)))
            p->units[i].zone = zone;
    }
}

/* ---- before the play */

/* Does `zones` give anything but the zone itself? */
static bool captures(const struct recipe *r)
{
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++)
        if (l->key == KEY_LET && l->phase == KEY_ZONES && !span_is(recipe_name(r, l), "page"))
            return true;
    return false;
}

static void fail_unit(struct player *p, size_t unit, struct span why, struct span zone,
                      struct span advice)
{
    struct fail f = {0};
    fail_set(&f, FAIL_CONFIG, LAYER_CONFIG, 0, why, zone, advice);
    play_fail_unit(p, unit, &f);
}

static void set_zone(struct player *p, size_t unit, struct span zone)
{
    struct span host = p->items[unit].host;
    if (!names_in_zone(host, zone)) {
        fail_unit(p, unit, SPAN("the name is not in the zone "), zone,
                  SPAN(": correct hosts or zone"));
        return;
    }
    p->units[unit].zone = zone_add(p, unit, (uint8_t)(host.n - zone.n));
    if (p->units[unit].zone == NOTHING)
        fail_unit(p, unit, SPAN("more than 16 zones in one section"), SPAN(": divide it"),
                  SPAN(""));
    else if (!recipe_has(&p->recipe, KEY_ZONES) || !captures(&p->recipe))
        p->zones[p->units[unit].zone].known = true;
}

/* ---- remembered while running: zone, zid, rid */

enum { KEPT_ZONE, KEPT_ZID, KEPT_RID };

static unsigned let_line(const struct recipe *r, unsigned phase, const char *name)
{
    const struct recipe_line *l = recipe_find(r, phase, KEY_LET, span_z(name));
    return l ? (unsigned)(l - r->lines) : (unsigned)NOTHING;
}

static void recall_zone(struct player *p, size_t unit, const char (*keep)[KEEP_TEXT])
{
    const struct recipe *r = &p->recipe;
    struct span zone = span_z(keep[KEPT_ZONE]), zid = span_z(keep[KEPT_ZID]);
    unsigned line = let_line(r, KEY_ZONES, "zid");
    uint8_t z;
    if (zone.n == 0 || !recipe_has(r, KEY_ZONES) || !names_in_zone(p->items[unit].host, zone) ||
        (captures(r) && (line == NOTHING || zid.n == 0)) ||
        (p->units[unit].zone != NOTHING && !span_ieq(names_zone(p, unit), zone)))
        return;
    z = zone_add(p, unit, (uint8_t)(p->items[unit].host.n - zone.n));
    if (z == NOTHING)
        return;
    if (!p->zones[z].known && line != NOTHING)
        store_put(&p->store, OWNER_ZONE + z, line, zid);
    p->zones[z].known = true;
    p->units[unit].zone = z;
    p->units[unit].flags |= UNIT_KEPT;
}

/* Would `find` tell the edit anything that the id and the settings do not? */
static bool find_tells_more(const struct player *p)
{
    const struct recipe *r = &p->recipe;
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++) {
        char text[80];
        struct buf b = BUF(text);
        if (l->phase != KEY_FIND || l->key != KEY_LET || span_is(recipe_name(r, l), "rid"))
            continue;
        buf_all(&b, SPAN("{"), recipe_name(r, l), SPAN("}"));
        if (group_uses(r, KEY_EDIT, buf_text(&b)) &&
            !conf_value(p->setup.conf, p->setup.account, recipe_name(r, l)))
            return true;
    }
    return false;
}

static void recall_record(struct player *p, size_t unit, const char (*keep)[KEEP_TEXT])
{
    unsigned line = let_line(&p->recipe, KEY_FIND, "rid");
    if (line == NOTHING || !keep[KEPT_RID][0] || !recipe_has(&p->recipe, KEY_EDIT) ||
        recipe_has(&p->recipe, KEY_REMOVE) || find_tells_more(p))
        return;
    store_put(&p->store, (unsigned)unit, line, span_z(keep[KEPT_RID]));
    p->units[unit].flags |= UNIT_KEPT | UNIT_FOUND;
}

static void keep_text(char out[KEEP_TEXT], struct span v)
{
    struct buf b = {.p = out, .cap = KEEP_TEXT};
    buf_span(&b, v);
    if (!*buf_text(&b))
        out[0] = '\0'; /* longer than the room: asked for again next time */
}

void zone_keep(struct player *p, size_t unit)
{
    struct record *record = p->items[unit].record;
    char scratch[SCOPE_SCRATCH];
    p->phase = KEY_HEAD;
    if (record == NULL)
        return;
    keep_text(record->keep[KEPT_ZONE], names_zone(p, unit));
    keep_text(record->keep[KEPT_ZID], names_get(p, unit, SPAN("zid"), scratch));
    keep_text(record->keep[KEPT_RID], names_get(p, unit, SPAN("rid"), scratch));
}

void zone_start(struct player *p)
{
    const struct recipe *r = &p->recipe;
    const struct recipe_line *otherwise = recipe_find(r, KEY_HEAD, KEY_ELSE, SPAN("zone"));
    struct span zone = names_setting(p->setup.conf, p->setup.account, SPAN("zone"));
    bool used = recipe_mentions(r, "{zone}") || recipe_mentions(r, "{sub}"),
         asks = recipe_has(r, KEY_ZONES);
    if (!zone.p && !asks && otherwise)
        zone = recipe_value(r, otherwise);
    if (span_ends(zone, SPAN(".")))
        zone.n--;
    for (size_t u = 0; u < p->setup.item_count && used; u++) {
        if (!(p->units[u].flags & UNIT_IN))
            continue;
        if (zone.p)
            set_zone(p, u, zone);
        else if (!asks)
            fail_unit(p, u, SPAN("the zone is not known: "),
                      SPAN("set zone = the domain that this name belongs to"), SPAN(""));
        if (p->items[u].record) {
            recall_zone(p, u, (const char (*)[KEEP_TEXT])p->items[u].record->keep);
            recall_record(p, u, (const char (*)[KEEP_TEXT])p->items[u].record->keep);
        }
    }
}
