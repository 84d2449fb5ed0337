/* row.c: rows of replies become captures: zones found, records found, what a write gave back. */
#include "provider/play.h"

static bool same_word(struct span got, struct span want)
{
    if (span_ends(got, SPAN(".")))
        got.n--;
    if (span_ends(want, SPAN(".")))
        want.n--;
    return span_ieq(got, want);
}

static bool line_matches(const struct player *p, size_t item, unsigned line)
{
    struct span words = recipe_value(&p->recipe, &p->recipe.lines[line]),
                got = store_get_field(&p->store, line, 0);
    struct scope scope = names_scope(p, item);
    struct word word;
    while (got.p && recipe_word(&words, &word)) {
        char room[HOST_MAX + 2];
        struct buf b = BUF(room);
        struct writer w;
        writer_init(&w, &b, PLACE_WORD, &scope);
        writer_put(&w, template_of(word.text));
        if (!w.bad.p && !b.over && same_word(got, buf_view(&b)))
            return true;
    }
    return false;
}

static bool row_matches(const struct player *p, size_t item)
{
    for (unsigned i = 0; i < p->recipe.line_count; i++)
        if (p->recipe.lines[i].key == KEY_MATCH && p->recipe.lines[i].phase == p->phase &&
            !line_matches(p, item, i))
            return false;
    return true;
}

static bool is_let(const struct player *p, unsigned line, const char *name)
{
    const struct recipe_line *l = &p->recipe.lines[line];
    return l->key == KEY_LET && l->phase == p->phase &&
           (!name || span_is(recipe_name(&p->recipe, l), name));
}

/* Keeps what the row gives. False: something is missing that later requests rest on. */
static bool capture(struct player *p, unsigned owner)
{
    bool whole = true;
    for (unsigned i = 0; i < p->recipe.line_count; i++) {
        struct span v = store_get_field(&p->store, i, 0);
        if (!is_let(p, i, NULL) || is_let(p, i, "page"))
            continue;
        if (is_let(p, i, "old") && !recipe_mentions(&p->recipe, "{old}"))
            continue;
        if (v.p)
            store_put(&p->store, owner, i, v);
        else if (p->phase < KEY_FIND || is_let(p, i, "rid") || is_let(p, i, "old"))
            whole = false;
    }
    return whole;
}

static bool zone_row(struct player *p, size_t item)
{
    uint8_t z = row_matches(p, item) ? zone_add(p, item, p->candidate) : (uint8_t)NOTHING;
    if (z == NOTHING)
        return false;
    if (!p->zones[z].known && !capture(p, OWNER_ZONE + z))
        p->lost_id = true;
    p->zones[z].known = true;
    p->units[item].zone = z;
    return true;
}

/* A listing: the row may be the zone of any unit, and of the zones of a unit the longest is right.
 */
static void zone_list_row(struct player *p, size_t item)
{
    uint8_t has = zone_skip(p, item);
    bool unknown = zone_unknown(p, item), set = has != NOTHING && unknown;
    p->candidate = set ? has : zone_first(p, item);
    while (p->candidate != NOTHING && (unknown || p->candidate < has)) {
        if (zone_row(p, item))
            return;
        p->candidate = set ? (uint8_t)NOTHING : zone_next(p, item, p->candidate);
    }
}

/* ---- records found */

static bool wanted(const struct player *p, size_t item, const struct addr *a)
{
    for (size_t i = 0; i < p->setup.item_count && p->recipe.by_host; i++)
        if (addr_eq(a, &p->items[i].ip) && span_eq(p->items[i].host, p->items[item].host))
            return true;
    return addr_eq(a, &p->items[item].ip);
}

static size_t wanted_count(const struct player *p, size_t item)
{
    size_t n = 0;
    for (size_t i = 0; i < p->setup.item_count && p->recipe.by_host; i++)
        n += p->items[i].ip.family && span_eq(p->items[i].host, p->items[item].host);
    return p->recipe.by_host ? n : 1;
}

static enum rank rank_of(const struct player *p, size_t item, struct span old)
{
    struct addr a;
    size_t right = 0, all = 0;
    while (old.p) {
        struct span part = span_cut(&old, ',');
        all++;
        if (!addr_parse(span_trim(part), &a))
            return RANK_OTHER;
        right += wanted(p, item, &a);
    }
    if (all && right == all && all == wanted_count(p, item))
        return RANK_RIGHT;
    return all == 1 && addr_eq(&a, &p->items[item].published) ? RANK_PUBLISHED : RANK_OTHER;
}

static void record_row(struct player *p, size_t item)
{
    struct unit *u = &p->units[item];
    enum rank rank = RANK_OTHER;
    unsigned values = 0;
    for (unsigned i = 0; i < p->recipe.line_count; i++) {
        if (!is_let(p, i, "old"))
            continue;
        for (struct span old = store_get_field(&p->store, i, 0); old.p;
             old = store_get_field(&p->store, i, ++values)) {
            enum rank this = rank_of(p, item, old);
            rank = this > rank ? this : rank;
        }
    }
    if (values > 1 && rank == RANK_PUBLISHED)
        rank = RANK_OTHER; /* one row with several values can only be written as a whole */
    u->rows =
        (uint8_t)(u->rows + (values > 1 ? values : 1) > 99 ? 99
                                                           : u->rows + (values > 1 ? values : 1));
    if (rank <= (enum rank)u->rank)
        return;
    u->rank = (uint8_t)rank;
    store_forget(&p->store, (unsigned)item);
    if (!capture(p, (unsigned)item))
        p->lost_id = true;
}

static void unit_row(struct player *p, size_t item)
{
    if (p->phase == KEY_ZONES && zone_listed(&p->recipe))
        zone_list_row(p, item);
    else if (p->phase == KEY_ZONES && zone_unknown(p, item))
        zone_row(p, item);
    else if (p->phase == KEY_FIND && row_matches(p, item))
        record_row(p, item);
    else if (p->phase > KEY_FIND && row_matches(p, item))
        capture(p, (unsigned)item);
}

void row_take(struct player *p)
{
    if (p->phase == KEY_LOGIN && !capture(p, OWNER_PLAY))
        p->lost_id = true;
    for (size_t i = 0; i < p->group_n && p->phase != KEY_LOGIN; i++)
        unit_row(p, p->group[i]);
}
