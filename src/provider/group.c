/* group.c: which units come next, and which of them share a request. */
#include "provider/play.h"

/* ---- what a request is made of */

static bool whole_url(const struct recipe *r, unsigned phase)
{
    struct span target;
    recipe_method(r, phase, &target);
    return span_istarts(target, SPAN("https://")) || span_istarts(target, SPAN("http://"));
}

bool group_in_request(const struct recipe *r, const struct recipe_line *l, unsigned phase)
{
    switch (l->key) {
    case KEY_BASE: return !whole_url(r, phase);
    case KEY_PARAMS: return true;
    case KEY_HEADER:
    case KEY_BASIC:
    case KEY_SIGN: return recipe_in_force(r, l, phase);
    case KEY_BODY: return l->phase == phase;
    default: return l->key == phase;
    }
}

bool group_uses(const struct recipe *r, unsigned phase, const char *what)
{
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++)
        if (group_in_request(r, l, phase) && span_find(recipe_value(r, l), span_z(what)) >= 0)
            return true;
    return false;
}

bool group_has_each(const struct recipe *r, unsigned phase)
{
    return group_uses(r, phase, "{each}");
}

bool group_no_address(const struct recipe *r, unsigned phase)
{
    return recipe_write(phase) && phase != KEY_REMOVE && !group_uses(r, phase, "{ip}") &&
           !group_uses(r, phase, "{ip4}") && !group_uses(r, phase, "{ip6}") &&
           !group_uses(r, phase, "{ips}");
}

/* ---- who is due */

static bool due(const struct player *p, unsigned phase, size_t unit)
{
    const struct unit *u = &p->units[unit];
    bool written = u->flags & UNIT_WRITTEN, found = u->flags & UNIT_FOUND;
    if (!(u->flags & UNIT_IN) || (u->flags & (UNIT_FAILED | UNIT_SAME)))
        return false;
    switch (phase) {
    case KEY_LOGIN: return !p->logged_in;
    case KEY_ZONES: return !written && zone_unknown(p, unit);
    case KEY_FIND: return !written && !(u->flags & UNIT_KEPT && found);
    case KEY_SET: return !written;
    case KEY_EDIT: return !written && found;
    case KEY_ADD: return !written && !found;
    case KEY_REMOVE: return found;
    default: return written;
    }
}

static bool waiting(const struct player *p, size_t unit)
{
    return due(p, p->phase, unit) && !(p->units[unit].flags & UNIT_HANDLED);
}

/* ---- who goes together */

static bool same_value(const struct player *p, size_t a, size_t b, struct span name)
{
    char x[SCOPE_SCRATCH], y[SCOPE_SCRATCH];
    struct span v = names_get(p, a, name, x), w = names_get(p, b, name, y);
    return !v.p == !w.p && span_eq(v, w);
}

static bool agree_on(const struct player *p, size_t a, size_t b, struct template t)
{
    bool inside = false;
    for (;;) {
        struct token token = template_next(&t);
        if (token.kind == TOKEN_DONE)
            return true;
        if (token.kind == TOKEN_EACH || token.kind == TOKEN_END)
            inside = token.kind == TOKEN_EACH;
        if (inside)
            continue;
        if (token.kind == TOKEN_NAME && !same_value(p, a, b, token.text))
            return false;
        if (token.kind == TOKEN_PICK && p->items[a].family != p->items[b].family)
            return false;
    }
}

/* Paths with {x|y} read the reply for one family only. */
static bool paths_by_family(const struct recipe *r, unsigned phase)
{
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++) {
        bool path =
            l->key == KEY_LET || l->key == KEY_ROWS || l->key == KEY_CODE || l->key == KEY_SAY;
        struct span text = l->key == KEY_MATCH ? recipe_name(r, l)
                           : path              ? recipe_value(r, l)
                                               : SPAN_NONE;
        if (recipe_in_force(r, l, phase) && span_chr(text, '|') >= 0)
            return true;
    }
    return false;
}

static bool agree(const struct player *p, size_t a, size_t b)
{
    const struct recipe *r = &p->recipe;
    bool body = false;
    if (p->items[a].family != p->items[b].family &&
        (group_no_address(r, p->phase) || paths_by_family(r, p->phase)))
        return false;
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++) {
        if (!group_in_request(r, l, p->phase) || (l->key == KEY_BODY && body))
            continue;
        body |= l->key == KEY_BODY;
        if (!agree_on(p, a, b,
                      l->key == KEY_BODY ? template_body(r, p->phase)
                                         : template_of(recipe_value(r, l))))
            return false;
    }
    return true;
}

static bool by_candidate(const struct player *p)
{
    return p->phase == KEY_ZONES && !zone_listed(&p->recipe);
}

static void form(struct player *p, size_t leader)
{
    size_t most = group_has_each(&p->recipe, p->phase) ? p->recipe.batch : PLAY_ITEMS_MAX;
    if (by_candidate(p) || (p->units[leader].flags & UNIT_ALONE))
        most = 1;
    p->candidate = p->units[leader].zone == NOTHING ? zone_first(p, leader) : zone_skip(p, leader);
    p->tries = p->pages = p->polls = 0;
    p->paging = false;
    p->group[0] = (uint8_t)leader;
    p->group_n = 1;
    for (size_t u = leader + 1; u < p->setup.item_count && p->group_n < most; u++)
        if (waiting(p, u) && !(p->units[u].flags & UNIT_ALONE) && agree(p, leader, u))
            p->group[p->group_n++] = (uint8_t)u;
}

static void enter(struct player *p, unsigned phase)
{
    p->phase = (uint8_t)phase;
    for (size_t i = 0; i < p->setup.item_count; i++) {
        struct unit *u = &p->units[i];
        u->flags &= (uint8_t)~(UNIT_HANDLED | UNIT_ALONE);
        if (phase == KEY_FIND && due(p, phase, i)) {
            u->flags &= (uint8_t)~UNIT_FOUND;
            u->rows = u->rank = 0;
        }
    }
}

bool group_next(struct player *p)
{
    for (;;) {
        for (size_t u = 0; p->phase != KEY_HEAD && u < p->setup.item_count; u++)
            if (waiting(p, u)) {
                form(p, u);
                return true;
            }
        act_leave(p);
        if (p->restart)
            p->at = 0;
        p->restart = false;
        if (p->at == p->recipe.phase_count)
            return false;
        enter(p, p->recipe.phases[p->at++]);
    }
}

bool group_last(const struct player *p)
{
    bool ours[PLAY_ITEMS_MAX] = {false};
    for (size_t i = 0; i < p->group_n; i++)
        ours[p->group[i]] = true;
    for (uint8_t at = p->at; at < p->recipe.phase_count; at++)
        if (!recipe_write(p->recipe.phases[at]))
            return false;
    for (size_t u = 0; u < p->setup.item_count; u++) {
        if (waiting(p, u) && !ours[u])
            return false;
        for (uint8_t at = p->at; at < p->recipe.phase_count; at++)
            if (due(p, p->recipe.phases[at], u) && (!ours[u] || p->recipe.phases[at] == KEY_REMOVE))
                return false;
    }
    return recipe_write(p->phase);
}
