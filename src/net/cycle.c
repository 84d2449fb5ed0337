/* cycle.c: what is due now, and for whom there is a slot. */
#include "net/jobs.h"

static uint32_t interval_of(const struct conf *c, unsigned quest)
{
    uint32_t least = UINT32_MAX;
    for (unsigned i = 0; i < c->account_count; i++) {
        const struct account *a = &c->accounts[i];
        uint32_t own = a->interval_s ? a->interval_s : c->interval_s;
        if ((a->quest[0] == quest || a->quest[1] == quest) && own < least)
            least = own;
    }
    return least == UINT32_MAX ? c->interval_s : least;
}

/* A list nobody's records depend on is not asked. */
static bool used(const struct conf *c, unsigned quest)
{
    for (unsigned i = 0; i < c->record_count; i++)
        if (c->accounts[c->records[i].account].quest[c->records[i].family == 6] == quest)
            return true;
    return false;
}

void cycle_init(struct cycle *c, struct now now)
{
    for (unsigned i = 0; i < c->conf->quest_count; i++) {
        c->quests[i] = (struct quest_state){.interval_s = interval_of(c->conf, i), .due = now.tick};
        if (!used(c->conf, i))
            c->quests[i] = (struct quest_state){.asked = true, .due = UINT64_MAX};
    }
    for (unsigned i = 0; i < c->conf->account_count; i++) {
        struct provider_info info = {0};
        provider_of(c->conf, &c->conf->accounts[i], &info);
        c->accounts[i].policy = (struct policy){.gap_s = info.gap_s, .refresh_s = info.refresh_s};
    }
    for (unsigned i = 0; i < c->conf->record_count; i++)
        decide_resume(&c->state->records[i], c->conf->accounts[c->conf->records[i].account].fingerprint, now);
}

static struct decision decision_of(const struct cycle *c, unsigned record, struct now now)
{
    unsigned account = c->conf->records[record].account;
    const struct addr *seen = jobs_seen(c, record);
    const struct account_state *as = &c->accounts[account];
    struct decision d = decide(&c->state->records[record], seen, &as->policy, c->conf->accounts[account].fingerprint, now);
    if (d.kind == DECIDE_UPDATE && as->not_before > now.tick)
        return (struct decision){.kind = DECIDE_HOLD, .until = as->not_before, .because = "the provider asked to wait"};
    return d;
}

/* Why a record has to wait is said once. */
static void note_hold(struct cycle *c, unsigned record, const struct decision *d, struct now now)
{
    char text[160];
    struct buf b = BUF(text);
    const char *why = d->kind == DECIDE_HOLD ? d->because : NULL;
    if (why && why != c->held[record] && !c->state->records[record].failures) {
        buf_z(&b, "held back: ");
        buf_z(&b, why);
        say_record(c, LEVEL_INFO, record, jobs_seen(c, record), TOOK_NOTHING, NULL, buf_view(&b), now);
    }
    c->held[record] = why;
}

static void start_account(struct cycle *c, unsigned account, struct now now)
{
    const struct account *a = &c->conf->accounts[account];
    bool look = false, update = false, prove = false;
    struct slot *s = jobs_free_slot(c);
    if (!s || c->accounts[account].busy)
        return;
    for (unsigned i = a->record_first; i < a->record_first + a->record_count; i++) {
        struct decision d = decision_of(c, i, now);
        look = look || d.kind == DECIDE_LOOK;
        update = update || d.kind == DECIDE_UPDATE;
        prove = prove || c->unproven[i];
        note_hold(c, i, &d, now);
    }
    if (look) {
        jobs_look(c, s, account, now);
    } else if (update && now.wall) { /* without the time of day no certificate can be judged */
        jobs_play(c, s, account, now);
    } else if (prove && !c->accounts[account].proving) {
        jobs_proof(c, s, account, now);
    }
}

static bool troubled(const struct cycle *c, unsigned account)
{
    const struct account *a = &c->conf->accounts[account];
    for (unsigned i = a->record_first; i < a->record_first + a->record_count; i++)
        if (c->state->records[i].failures)
            return true;
    return false;
}

static void start_due(struct cycle *c, struct now now)
{
    struct slot *s;
    for (unsigned i = 0; i < c->conf->quest_count; i++)
        if (!c->quests[i].running && now.tick >= c->quests[i].due && (s = jobs_free_slot(c)) != NULL) {
            c->number++;
            jobs_quest(c, s, i, now);
        }
    for (unsigned bad = 0; bad < 2; bad++) /* those that failed last time get what slots are left */
        for (unsigned i = 0; i < c->conf->account_count; i++)
            if (troubled(c, i) == bad)
                start_account(c, i, now);
}

static void collect(struct cycle *c, struct now now)
{
    for (unsigned i = 0; i < SLOTS_MAX; i++) {
        struct slot *s = &c->slots[i];
        if (s->job != JOB_NONE && s->x.phase == X_ENDED && !exchange_link_want(&s->x, 0) && !exchange_link_want(&s->x, 1)) {
            jobs_ended(c, s, now);
            s->job = JOB_NONE;
        }
    }
}

size_t cycle_step(struct cycle *c, struct now now)
{
    size_t running = 0;
    collect(c, now);
    start_due(c, now);
    for (unsigned i = 0; i < SLOTS_MAX; i++)
        running += c->slots[i].job != JOB_NONE;
    return running;
}

uint64_t cycle_deadline(const struct cycle *c, struct now now)
{
    uint64_t next = UINT64_MAX;
    for (unsigned i = 0; i < c->conf->quest_count; i++)
        if (!c->quests[i].running && c->quests[i].due < next)
            next = c->quests[i].due;
    for (unsigned i = 0; i < SLOTS_MAX; i++)
        if (c->slots[i].job != JOB_NONE && exchange_deadline(&c->slots[i].x) < next)
            next = exchange_deadline(&c->slots[i].x);
    for (unsigned i = 0; i < c->conf->record_count; i++) {
        struct decision d = decision_of(c, i, now);
        if (d.kind == DECIDE_HOLD && !d.forever && d.until < next)
            next = d.until;
    }
    return next;
}

bool cycle_asks(const struct cycle *c, struct now now)
{
    for (unsigned i = 0; i < c->conf->quest_count; i++)
        if (!c->quests[i].running && now.tick >= c->quests[i].due)
            return true;
    return false;
}

void cycle_kick(struct cycle *c, uint32_t wait_ms, uint32_t gap_ms, struct now now)
{
    for (unsigned i = 0; i < c->conf->quest_count; i++) {
        struct quest_state *qs = &c->quests[i];
        uint64_t soon = now.tick + wait_ms, gap = qs->began + gap_ms;
        if (qs->due == UINT64_MAX)
            continue;
        if (qs->asked && soon < gap)
            soon = gap;
        if (qs->running || qs->due > soon) /* never later than it is due: events in a row must not put it off */
            qs->due = soon;
        qs->again = qs->running;
        qs->failures = 0;
    }
}

bool cycle_over(const struct cycle *c)
{
    for (unsigned i = 0; i < c->conf->quest_count; i++)
        if (!c->quests[i].asked)
            return false;
    for (unsigned i = 0; i < SLOTS_MAX; i++)
        if (c->slots[i].job != JOB_NONE)
            return false;
    return true;
}

bool cycle_right(const struct cycle *c)
{
    for (unsigned i = 0; i < c->conf->record_count; i++) {
        const struct addr *seen = jobs_seen(c, i);
        if (!seen->family || !addr_eq(seen, &c->state->records[i].published))
            return false;
    }
    return true;
}

void cycle_stop(struct cycle *c)
{
    for (unsigned i = 0; i < SLOTS_MAX; i++)
        if (c->slots[i].job != JOB_NONE)
            exchange_abort(&c->slots[i].x);
}
