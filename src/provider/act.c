/* act.c: what follows from a reply: verdicts become results. */
#include "provider/play.h"
#include "provider/verdict.h"

static void say_fail(const struct player *p, const struct verdict *v, struct fail *f)
{
    char room[64];
    struct buf keys = BUF(room);
    struct verdict w = *v;
    if (p->head.status >= 300 && p->head.status < 400 && !p->tls)
        w.kind = FAIL_RETRY; /* in the clear anybody on the way can say so: a hotel's portal does */
    names_keys(p, &keys);
    verdict_fail(f, &w, &p->head, (struct span){p->reply.say, p->reply.say_n}, buf_view(&keys));
    names_scrub(p, f);
    if (w.kind == FAIL_WAIT) {
        f->wait_s = p->recipe.gap_s > WAIT_DEFAULT ? p->recipe.gap_s : (uint32_t)WAIT_DEFAULT;
        if (p->head.retry_after)
            f->wait_s = p->head.retry_after;
    }
}

/* CONFIG concerns the units asked for; any other failure would meet the rest of the play too. */
static void fail_group(struct player *p, const struct fail *f)
{
    if (f->kind != FAIL_CONFIG) {
        play_stop(p, f);
        return;
    }
    for (size_t i = 0; i < p->group_n; i++)
        play_fail_unit(p, p->group[i], f);
}

#define fail_group_with(p, kind, ...) \
    do { \
        struct fail f_ = {0}; \
        fail_set(&f_, (kind), LAYER_PROVIDER, (p)->head.status, __VA_ARGS__); \
        names_scrub((p), &f_); \
        fail_group((p), &f_); \
    } while (0)

static struct span type_of(const struct player *p, size_t item)
{
    return p->items[item].family == 6 ? SPAN("AAAA") : SPAN("A");
}

static void fail_record(struct player *p, size_t item, struct span before, struct span after)
{
    struct fail f = {0};
    fail_set(&f, FAIL_CONFIG, LAYER_PROVIDER, 0, before, type_of(p, item), SPAN(" record"), after);
    play_fail_unit(p, item, &f);
}

/* The next page: true when there is one and it is wanted. */
static bool next_page(struct player *p, bool unmet)
{
    uint16_t at = 0;
    uint8_t line;
    struct span mark;
    if (!unmet || !store_next(&p->store, STORE_PAGE, &at, &line, &mark) || mark.n == 0)
        return false;
    if (p->pages++ == PLAY_PAGES) {
        fail_group_with(p, FAIL_PROTO, SPAN("the list has more than 8 pages"));
        return true;
    }
    return p->paging = p->again = true;
}

static void no_zone(struct player *p, size_t item)
{
    struct fail f = {0};
    fail_set(&f, FAIL_CONFIG, LAYER_PROVIDER, 0, SPAN("no zone of this account holds "),
             p->items[item].host,
             SPAN(": correct hosts, set zone =, or allow the key to read the zone"));
    play_fail_unit(p, item, &f);
}

static void settle_zones(struct player *p, const struct verdict *v)
{
    size_t leader = p->group[0];
    bool unmet = false;
    for (size_t i = 0; i < p->group_n; i++)
        unmet |= zone_unknown(p, p->group[i]);
    if (next_page(p, unmet && v->outcome == OUTCOME_OK))
        return;
    if (!unmet && !zone_listed(&p->recipe)) {
        zone_share(p, leader);
    } else if (!zone_listed(&p->recipe) && p->units[leader].zone == NOTHING &&
               ++p->tries < PLAY_CANDIDATES) {
        p->candidate = zone_next(p, leader, p->candidate);
        p->again = p->candidate != NOTHING;
        p->paging = false;
    }
    for (size_t i = 0; i < p->group_n && !p->again; i++)
        if (zone_unknown(p, p->group[i]))
            no_zone(p, p->group[i]);
}

/* May one of several records be chosen by what was published last? Only when the writes name that
 * very one. */
static bool addressable(const struct player *p)
{
    return recipe_find(&p->recipe, KEY_FIND, KEY_LET, SPAN("rid")) ||
           recipe_mentions(&p->recipe, "{old}");
}

static void settle_record(struct player *p, size_t item)
{
    struct unit *u = &p->units[item];
    char count[8];
    struct buf b = BUF(count);
    if (u->rank == RANK_RIGHT) {
        u->flags |= UNIT_SAME;
    } else if (u->rows > 1 && !(u->rank == RANK_PUBLISHED && addressable(p))) {
        buf_u64(&b, u->rows);
        buf_char(&b, ' ');
        fail_record(p, item, buf_view(&b),
                    SPAN("s at this name, and none is what was last published: delete the others"));
    } else if (u->rows) {
        u->flags |= UNIT_FOUND;
    }
}

static void settle_find(struct player *p, const struct verdict *v)
{
    bool rows = recipe_find(&p->recipe, KEY_FIND, KEY_ROWS, SPAN_NONE) != NULL, unmet = false;
    if (v->outcome == OUTCOME_OK && rows && !p->reply.rows_seen) {
        fail_group_with(p, FAIL_PROTO, SPAN("unexpected answer: it holds no list of records"));
        return;
    }
    for (size_t i = 0; i < p->group_n; i++) {
        if (v->outcome == OUTCOME_NONE)
            p->units[p->group[i]].rows = p->units[p->group[i]].rank = 0;
        unmet |= p->units[p->group[i]].rows == 0;
    }
    if (next_page(p, unmet && v->outcome == OUTCOME_OK))
        return;
    for (size_t i = 0; i < p->group_n; i++)
        settle_record(p, p->group[i]);
}

/* What was remembered is no longer so: this unit is played again from the start. */
static void forget(struct player *p, size_t item)
{
    struct unit *u = &p->units[item];
    if (u->zone != NOTHING) {
        p->zones[u->zone].known = !recipe_has(&p->recipe, KEY_ZONES);
        store_forget(&p->store, OWNER_ZONE + u->zone);
    }
    if (!conf_value(p->setup.conf, p->setup.account, SPAN("zone")))
        u->zone = NOTHING;
    store_forget(&p->store, (unsigned)item);
    u->flags &= (uint8_t)~(UNIT_KEPT | UNIT_FOUND);
    p->restart = true;
}

static void settle_unit(struct player *p, size_t item, const struct verdict *v, struct fail *stop)
{
    struct unit *u = &p->units[item];
    struct fail f = {0};
    if (v->outcome == OUTCOME_NONE && recipe_write(p->phase) && (u->flags & UNIT_KEPT)) {
        forget(p, item);
    } else if (v->outcome == OUTCOME_NONE && p->phase == KEY_REMOVE) {
        return; /* it is gone: that was the aim */
    } else if (v->outcome == OUTCOME_SAME && recipe_write(p->phase) && p->phase != KEY_REMOVE) {
        u->flags |= UNIT_SAME;
    } else if (v->outcome == OUTCOME_OK || v->outcome == OUTCOME_SAME) {
        if (recipe_write(p->phase) && p->phase != KEY_REMOVE)
            u->flags |= UNIT_WRITTEN;
        p->logged_in |= p->phase == KEY_LOGIN;
    } else {
        say_fail(p,
                 &(struct verdict){.kind = v->kind ? v->kind : FAIL_CONFIG,
                                   .seen = v->seen,
                                   .why = v->why},
                 &f);
        if (f.kind == FAIL_CONFIG)
            play_fail_unit(p, item, &f);
        else if (stop->kind == FAIL_NONE)
            *stop = f;
    }
}

/* ---- one line of the text an item */

static struct span text_line(struct span text, size_t nth)
{
    while (text.p) {
        struct span line = span_trim(span_cut(&text, '\n'));
        if (line.n && nth-- == 0)
            return line;
    }
    return SPAN_NONE;
}

static bool line_each(const struct player *p, struct span text)
{
    return p->group_n > 1 && text.p && !recipe_find(&p->recipe, p->phase, KEY_CODE, SPAN_NONE) &&
           text_line(text, 1).p;
}

static struct verdict judge(const struct player *p, size_t item, struct span text)
{
    struct scope scope = names_scope(p, item);
    if (!text.p && !p->reply.is_json)
        return (struct verdict){.outcome = OUTCOME_FAIL,
                                .kind = FAIL_PROTO,
                                .why = "the answer has no line for this name"};
    return verdict_of(&p->reply, &p->head, text, &scope);
}

static void settle_units(struct player *p, struct span text)
{
    struct fail stop = {0};
    bool lines = line_each(p, text);
    for (size_t i = 0; i < p->group_n; i++) {
        struct verdict v = judge(p, p->group[i], lines ? text_line(text, i) : text);
        settle_unit(p, p->group[i], &v, &stop);
    }
    if (stop.kind)
        play_stop(p, &stop);
}

/* One bad name makes some providers refuse the whole call: then each is asked for on its own. */
static bool try_alone(struct player *p, const struct verdict *v)
{
    if (v->outcome != OUTCOME_FAIL || (v->kind != FAIL_CONFIG && v->kind != FAIL_PROTO) ||
        p->group_n == 1 || !group_has_each(&p->recipe, p->phase))
        return false;
    for (size_t i = 0; i < p->group_n; i++) {
        p->units[p->group[i]].flags |= UNIT_ALONE;
        p->units[p->group[i]].flags &= (uint8_t)~UNIT_HANDLED;
    }
    return true;
}

static void still_busy(struct player *p)
{
    if (p->polls++ == PLAY_POLLS) {
        fail_group_with(p, FAIL_RETRY, SPAN("the provider still works on it after 30 s"));
        return;
    }
    p->not_before = p->now.tick + PLAY_POLL_MS;
    p->again = true;
}

static void settle(struct player *p, const struct verdict *v, struct span text)
{
    struct fail f = {0};
    if (v->outcome == OUTCOME_BUSY) {
        still_busy(p);
    } else if (p->phase != KEY_ZONES && p->phase != KEY_FIND) {
        if (line_each(p, text) || !try_alone(p, v))
            settle_units(p, text);
    } else if (v->outcome == OUTCOME_FAIL) {
        say_fail(p, v, &f);
        fail_group(p, &f);
        for (size_t i = 0; i < p->group_n; i++) /* rows of a reply that failed count for nothing */
            if (p->phase == KEY_ZONES && p->units[p->group[i]].zone != NOTHING)
                p->zones[p->units[p->group[i]].zone].known = false;
    } else if (p->phase == KEY_ZONES) {
        settle_zones(p, v);
    } else {
        settle_find(p, v);
    }
}

void act_end(struct player *p, bool row)
{
    struct span text = span_trim(reply_text(&p->reply));
    struct verdict v = judge(p, p->group[0], line_each(p, text) ? text_line(text, 0) : text);
    for (size_t i = 0; i < p->group_n; i++)
        p->units[p->group[i]].flags |= UNIT_HANDLED;
    if (row && (v.outcome == OUTCOME_OK || v.outcome == OUTCOME_SAME))
        row_take(p);
    if (p->store.over)
        fail_group_with(p, FAIL_PROTO,
                        SPAN("more than 6400 bytes to remember: divide the section into two"));
    else if (p->lost_id && v.outcome == OUTCOME_OK)
        fail_group_with(p, FAIL_PROTO,
                        SPAN("unexpected answer: what the next request needs is missing from it"));
    else
        settle(p, &v, text);
}

/* After `find`: what is not there must be made, if anybody may. */
void act_leave(struct player *p)
{
    bool adds = recipe_has(&p->recipe, KEY_ADD) || recipe_has(&p->recipe, KEY_SET),
         may = p->setup.account->create;
    for (size_t u = 0; p->phase == KEY_FIND && u < p->setup.item_count && !(adds && may); u++)
        if ((p->units[u].flags & (UNIT_IN | UNIT_FOUND | UNIT_SAME | UNIT_FAILED | UNIT_WRITTEN)) ==
            UNIT_IN)
            fail_record(p, u, SPAN("no "),
                        adds ? SPAN(" at this name: create it at the provider, or set create = yes")
                             : SPAN(" at this name: create it at the provider"));
}
