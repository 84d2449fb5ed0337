/* play.c: the player: from phase to phase, request to request, until every item has a result. */
#include "provider/play.h"
#include "provider/rfc2136.h"

_Static_assert(sizeof(struct player) <= PLAY_ROOM, "a play fits into its slot");

void play_fail_unit(struct player *p, size_t unit, const struct fail *f)
{
    if (p->units[unit].flags & UNIT_FAILED)
        return;
    p->units[unit].flags |= UNIT_FAILED;
    p->items[unit].fail = *f;
}

/* Is what was written still to be published or awaited, or the old value to be taken away? */
static bool unfinished(const struct player *p, uint8_t flags)
{
    for (uint8_t at = p->at ? (uint8_t)(p->at - 1) : 0; at < p->recipe.phase_count; at++)
        if (p->recipe.phases[at] == KEY_AWAIT || p->recipe.phases[at] == KEY_FINISH ||
            (p->recipe.phases[at] == KEY_REMOVE && (flags & UNIT_FOUND)))
            return true;
    return false;
}

void play_stop(struct player *p, const struct fail *f)
{
    p->ended = true;
    p->fail = *f;
    for (size_t u = 0; u < p->setup.item_count; u++) {
        uint8_t flags = p->units[u].flags;
        if ((flags & UNIT_IN) && !(flags & UNIT_SAME) &&
            (!(flags & UNIT_WRITTEN) || unfinished(p, flags)))
            play_fail_unit(p, u, f);
    }
}

/* ---- results */

/* The unit that stands for an item: the first of its host where a host's addresses go together. */
static size_t unit_of(const struct player *p, size_t item)
{
    size_t u = 0;
    while (p->recipe.by_host && !span_eq(p->items[u].host, p->items[item].host))
        u++;
    return p->recipe.by_host ? u : item;
}

static void give_result(struct player *p, size_t item)
{
    struct play_item *it = &p->items[item];
    size_t unit = unit_of(p, item);
    uint8_t flags = p->units[unit].flags;
    if (flags & UNIT_FAILED) {
        it->result = ITEM_FAILED;
        it->fail = p->items[unit].fail;
    } else if (flags & (UNIT_SAME | UNIT_WRITTEN)) {
        it->result = flags & UNIT_SAME ? ITEM_SAME : ITEM_CHANGED;
        zone_keep(p, unit);
    } else {
        it->result = ITEM_FAILED;
        fail_set(&it->fail, FAIL_BUG, LAYER_PROVIDER, 0,
                 SPAN("no phase of the recipe writes this record"));
    }
}

static enum step finish(struct player *p)
{
    for (size_t i = 0; i < p->setup.item_count; i++)
        if (p->items[i].due)
            give_result(p, i);
    return STEP_DONE;
}

/* ---- the asker */

static bool too_many(struct player *p)
{
    struct fail f = {0};
    if (p->requests++ < PLAY_REQUESTS)
        return false;
    fail_set(&f, FAIL_BUG, LAYER_PROVIDER, 0, SPAN("more than 600 requests in one play"));
    play_stop(p, &f);
    return true;
}

/* A request that cannot be written fails its group; one that is too long is tried with half of it.
 */
static void not_built(struct player *p, enum step step, struct fail *f)
{
    if (step == STEP_MORE && p->group_n > 1) {
        p->group_n = (uint16_t)((p->group_n + 1) / 2);
        p->again = true;
        return;
    }
    fail_set(f, FAIL_CONFIG, LAYER_PROVIDER, 0,
             SPAN("the request is longer than the bound of 16384 bytes, 2048 of them URL"));
    names_scrub(p, f);
    for (size_t i = 0; i < p->group_n; i++)
        play_fail_unit(p, p->group[i], f);
}

static enum step next(void *self, struct request *rq, struct now now, struct fail *f)
{
    struct player *p = self;
    (void)f;
    p->now = now;
    while (!p->ended && (p->again || group_next(p))) {
        struct fail why = {0};
        enum step step;
        p->again = false;
        if (too_many(p))
            break;
        step = build_request(p, rq, &why);
        p->not_before = 0;
        p->tls = p->url.tls;
        if (step == STEP_DONE) {
            reply_begin(&p->reply, &p->recipe, p->phase, p->items[p->group[0]].family == 6,
                        &p->store);
            p->head = (struct reply_head){0};
            p->lost_id = false;
            return STEP_MORE;
        }
        not_built(p, step, &why);
    }
    return finish(p);
}

static void head(void *self, const struct reply_head *h)
{
    struct player *p = self;
    struct buf b = BUF(p->location);
    buf_safe(&b, h->location, sizeof p->location);
    p->head = *h;
    p->head.location = buf_view(&b);
}

static void body(void *self, struct span part)
{
    struct player *p = self;
    while (part.n)
        if (reply_feed(&p->reply, &part) && p->head.status >= 200 && p->head.status < 300)
            row_take(p);
}

static void end(void *self, const struct fail *why, struct now now)
{
    struct player *p = self;
    p->now = now;
    if (why->kind)
        play_stop(p, why);
    else
        act_end(p, reply_end(&p->reply));
}

static const struct asker player_ops = {.next = next, .head = head, .body = body, .end = end};

/* ---- for the rest of the program: a dialect in C, or a recipe */

static const struct asker *ops_of(void *self)
{
    return *(const struct asker *const *)self;
}

static enum step any_next(void *self, struct request *rq, struct now now, struct fail *f)
{
    return ops_of(self)->next(self, rq, now, f);
}

static void any_head(void *self, const struct reply_head *h)
{
    ops_of(self)->head(self, h);
}

static void any_body(void *self, struct span part)
{
    ops_of(self)->body(self, part);
}

static void any_end(void *self, const struct fail *why, struct now now)
{
    ops_of(self)->end(self, why, now);
}

const struct asker play_asker = {.next = any_next,
                                 .head = any_head,
                                 .body = any_body,
                                 .end = any_end};

static void take_part(struct player *p)
{
    for (size_t i = 0; i < p->setup.item_count; i++) {
        p->units[i] = (struct unit){.zone = NOTHING};
        p->items[i].result = ITEM_OPEN;
        p->items[i].fail = (struct fail){0};
    }
    for (size_t i = 0; i < p->setup.item_count; i++)
        if (p->items[i].due)
            p->units[unit_of(p, i)].flags |= UNIT_IN;
}

enum step play_start(struct play *play, const struct play_setup *setup, struct fail *f)
{
    struct player *p = (struct player *)(void *)play->room;
    struct span text;
    unsigned first;
    bool mixed;
    memset(p, 0, offsetof(struct player, store));
    if (!provider_text(setup->account, setup->own_recipe, &p->recipe, &text, &first, &mixed))
        return fail_set(f, FAIL_CONFIG, LAYER_CONFIG, 0, SPAN("no provider "),
                        setup->account->provider, SPAN(": `ddns providers` lists them"));
    recipe_read(&p->recipe, text, first, mixed, NULL);
    if (recipe_find(&p->recipe, KEY_HEAD, KEY_SPEAK, SPAN_NONE))
        return rfc2136_start(play, setup, &p->recipe, f);
    p->ops = &player_ops;
    p->setup = *setup;
    p->items = setup->items;
    store_init(&p->store);
    take_part(p);
    zone_start(p);
    return STEP_MORE;
}
