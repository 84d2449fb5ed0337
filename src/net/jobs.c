/* jobs.c: how each kind of work begins, and what its end means. */
#include "net/jobs.h"

enum { OFFLINE_FIRST_MS = 5000 };

struct slot *jobs_free_slot(struct cycle *c)
{
    for (unsigned i = 0; i < SLOTS_MAX; i++)
        if (c->slots[i].job == JOB_NONE)
            return &c->slots[i];
    return NULL;
}

struct span jobs_account(const struct cycle *c, unsigned account)
{
    return span_z(c->conf->accounts[account].id);
}

static const struct quest_state *quest_of(const struct cycle *c, unsigned record)
{
    const struct conf_record *r = &c->conf->records[record];
    return &c->quests[c->conf->accounts[r->account].quest[r->family == 6]];
}

/* What was agreed once is not published after the sources have failed: it may have changed meanwhile. */
const struct addr *jobs_seen(const struct cycle *c, unsigned record)
{
    static const struct addr none;
    const struct quest_state *qs = quest_of(c, record);
    return qs->fail.kind ? &none : &qs->agreed;
}

static void begin(struct cycle *c, struct slot *s, enum job job, unsigned subject, const struct asker *ops, void *self,
                  struct now now)
{
    s->job = job;
    s->subject = (uint8_t)subject;
    s->began = now.tick;
    exchange_start(&s->x, c->net, ops, self, now);
}

/* ---- quest */

void jobs_quest(struct cycle *c, struct slot *s, unsigned quest, struct now now)
{
    struct quest *q = &s->u.quest;
    *q = (struct quest){.conf = c->conf, .list = &c->conf->quests[quest], .family = c->conf->quest_family[quest],
                        .before = c->quests[quest].agreed, .local = c->local, .local_count = c->local_count,
                        .all = c->ask_all};
    quest_start(q);
    c->quests[quest].running = true;
    c->quests[quest].began = now.tick;
    begin(c, s, JOB_QUEST, quest, &quest_asker, q, now);
}

/* Offline is a state, not a fault: soon again at first, then at the usual interval. */
static uint64_t next_quest(const struct quest_state *qs, struct now now)
{
    uint64_t usual = (uint64_t)qs->interval_s * 1000, soon = OFFLINE_FIRST_MS;
    if (!qs->failures)
        return now.tick + usual;
    soon <<= qs->failures < 16 ? qs->failures - 1 : 15;
    return now.tick + (soon < usual ? soon : usual);
}

static void quest_ended(struct cycle *c, struct slot *s, struct now now)
{
    struct quest_state *qs = &c->quests[s->subject];
    struct fail before = qs->fail;
    qs->running = false;
    qs->asked = true;
    qs->fail = s->x.done ? (struct fail){0} : s->x.fail;
    qs->failures = s->x.done ? 0 : (uint8_t)(qs->failures + (qs->failures < 255));
    if (s->x.done)
        qs->agreed = s->u.quest.agreed;
    if (!qs->again)
        qs->due = next_quest(qs, now);
    else if (qs->due < now.tick)
        qs->due = now.tick;
    qs->again = false;
    say_quest(c, s, &before, now);
}

/* ---- play */

static bool due(const struct cycle *c, unsigned record, enum decision_kind kind, struct now now)
{
    unsigned account = c->conf->records[record].account;
    return decide(&c->state->records[record], jobs_seen(c, record), &c->accounts[account].policy,
                  c->conf->accounts[account].fingerprint, now).kind == kind;
}

/* The record of the same host's other family stands beside it. */
static bool partner_due(const struct cycle *c, unsigned record, struct now now)
{
    const struct conf_record *r = &c->conf->records[record];
    const struct account *a = &c->conf->accounts[r->account];
    if (record > a->record_first && span_eq(r[-1].host, r->host))
        return c->state->records[record - 1].busy;
    return record + 1u < a->record_first + a->record_count && span_eq(r[1].host, r->host) &&
           due(c, record + 1, DECIDE_UPDATE, now);
}

static size_t fill_items(struct cycle *c, unsigned account, struct play_item *items, struct now now)
{
    const struct account *a = &c->conf->accounts[account];
    size_t n = 0;
    for (unsigned i = a->record_first; i < a->record_first + a->record_count && n < PLAY_ITEMS_MAX; i++) {
        struct record *r = &c->state->records[i];
        bool write = due(c, i, DECIDE_UPDATE, now);
        if (!jobs_seen(c, i)->family || (!write && !partner_due(c, i, now)))
            continue;
        items[n++] = (struct play_item){.host = c->conf->records[i].host, .family = c->conf->records[i].family, .due = write,
                                        .ip = *jobs_seen(c, i), .published = r->published, .record = r};
        r->busy = write;
        if (write)
            decide_trying(r, jobs_seen(c, i), &c->accounts[account].policy, now);
    }
    c->state->dirty = true;
    return n;
}

static void play_item_ended(struct cycle *c, struct play_item *it, const struct fail *whole, struct slot *s, struct now now)
{
    unsigned record = (unsigned)(it->record - c->state->records), account = s->subject;
    const struct addr old = it->record->published;
    uint32_t jitter = 0;
    it->record->busy = false;
    if (it->result == ITEM_SAME || it->result == ITEM_CHANGED) {
        decide_done(it->record, &it->ip, it->result == ITEM_CHANGED, now);
        c->unproven[record] = c->conf->verify && (it->result == ITEM_CHANGED || !it->record->live);
        c->written_tick[record] = now.tick;
        say_record(c, LEVEL_INFO, record, &it->ip, (int64_t)(now.tick - s->began), NULL,
                   it->result == ITEM_SAME ? SPAN("is right already") : old.family ? SPAN("updated") : SPAN("published"), now);
        return;
    }
    if (it->result == ITEM_OPEN)
        it->fail = *whole;
    if (!it->fail.kind)
        fail_set(&it->fail, FAIL_BUG, LAYER_PROVIDER, 0, SPAN("the play ended without a result"));
    c->net->random(&jitter, sizeof jitter);
    decide_failed(it->record, &it->fail, &c->accounts[account].policy, c->conf->accounts[account].fingerprint, jitter, now);
    say_failed(c, record, &it->ip, &it->fail, now);
}

/* Refused credentials, a block and a wish for patience hold for the account, also for records that were right. */
static void spread_failure(struct cycle *c, unsigned account, const struct fail *why, struct now now)
{
    const struct account *a = &c->conf->accounts[account];
    struct account_state *as = &c->accounts[account];
    for (unsigned i = a->record_first; i < a->record_first + a->record_count; i++) {
        struct record *r = &c->state->records[i];
        if (why->kind == FAIL_WAIT && r->not_before_tick > as->not_before)
            as->not_before = r->not_before_tick;
        if (why->kind == FAIL_WAIT || decide_stopped(r, a->fingerprint))
            continue;
        struct addr trying = r->trying; /* it took no part: this says nothing of its last attempt */
        decide_failed(r, why, &as->policy, a->fingerprint, 0, now);
        r->trying = trying;
    }
}

static void play_ended(struct cycle *c, struct slot *s, const struct fail *why, struct now now)
{
    const struct account *a = &c->conf->accounts[s->subject];
    struct play_item *items = &c->items[a->record_first];
    struct fail common = {0};
    for (unsigned i = 0; i < a->record_count && items[i].record; i++) {
        if (!items[i].due)
            continue;
        play_item_ended(c, &items[i], why, s, now);
        uint8_t kind = items[i].result == ITEM_FAILED || items[i].result == ITEM_OPEN ? items[i].fail.kind : FAIL_NONE;
        if (kind == FAIL_AUTH || kind == FAIL_ABUSE || kind == FAIL_WAIT)
            common = items[i].fail;
    }
    if (common.kind)
        spread_failure(c, s->subject, &common, now);
    c->accounts[s->subject].busy = false;
    c->state->dirty = true;
}

/* A proof of what is about to be replaced is pointless; what it had not seen yet is proven after the play. */
static void drop_proof(struct cycle *c, unsigned account)
{
    for (unsigned i = 0; i < SLOTS_MAX; i++) {
        struct slot *s = &c->slots[i];
        if (s->job != JOB_PROOF || s->subject != account)
            continue;
        for (size_t k = 0; k < s->u.proof.count; k++)
            c->unproven[s->u.proof.items[k].record] |= s->u.proof.items[k].open;
        exchange_abort(&s->x);
        s->job = JOB_NONE;
        c->accounts[account].proving = false;
    }
}

bool jobs_play(struct cycle *c, struct slot *s, unsigned account, struct now now)
{
    const struct account *a = &c->conf->accounts[account];
    struct play_item *items = &c->items[a->record_first];
    struct fail f = {0};
    drop_proof(c, account);
    memset(items, 0, a->record_count * sizeof *items);
    struct play_setup setup = {.conf = c->conf, .account = a, .items = items, .now = now};
    setup.item_count = fill_items(c, account, items, now);
    s->subject = (uint8_t)account;
    s->began = now.tick;
    if (!c->net->random(setup.seed, sizeof setup.seed))
        fail_set(&f, FAIL_RETRY, LAYER_OS, 0, SPAN("the system has no randomness yet"));
    if (f.kind || play_start(&s->u.play, &setup, &f) == STEP_FAIL) {
        play_ended(c, s, &f, now);
        return false;
    }
    c->accounts[account].busy = true;
    begin(c, s, JOB_PLAY, account, &play_asker, &s->u.play, now);
    return true;
}

/* ---- look and proof */

static void dns_job(struct cycle *c, struct slot *s, unsigned account, struct proof_item *items, size_t count, bool look,
                    struct now now)
{
    s->u.proof = (struct proof){.items = items, .count = count, .look = look};
    proof_start(&s->u.proof, now);
    begin(c, s, look ? JOB_LOOK : JOB_PROOF, account, &proof_asker, &s->u.proof, now);
}

static struct proof_item dns_item(const struct cycle *c, unsigned record, const struct addr *want)
{
    return (struct proof_item){.host = c->conf->records[record].host, .record = (uint16_t)record,
                               .family = c->conf->records[record].family, .open = true, .want = *want};
}

void jobs_look(struct cycle *c, struct slot *s, unsigned account, struct now now)
{
    const struct account *a = &c->conf->accounts[account];
    struct proof_item *items = &c->looks[a->record_first];
    size_t n = 0;
    for (unsigned i = a->record_first; i < a->record_first + a->record_count; i++)
        if (due(c, i, DECIDE_LOOK, now))
            items[n++] = dns_item(c, i, jobs_seen(c, i));
    c->accounts[account].busy = true;
    dns_job(c, s, account, items, n, true, now);
}

void jobs_proof(struct cycle *c, struct slot *s, unsigned account, struct now now)
{
    const struct account *a = &c->conf->accounts[account];
    struct proof_item *items = &c->proofs[a->record_first];
    size_t n = 0;
    for (unsigned i = a->record_first; i < a->record_first + a->record_count; i++)
        if (c->unproven[i]) {
            items[n++] = dns_item(c, i, &c->state->records[i].published);
            c->unproven[i] = false;
        }
    c->accounts[account].proving = true;
    dns_job(c, s, account, items, n, false, now);
}

static void look_ended(struct cycle *c, struct slot *s, struct now now)
{
    const struct proof *p = &s->u.proof;
    for (size_t i = 0; i < p->count; i++) {
        const struct proof_item *it = &p->items[i];
        struct record *r = &c->state->records[it->record];
        decide_looked(r, &it->found, &it->want, now);
        if (addr_eq(&r->published, &it->want) && !r->trying.family)
            say_record(c, LEVEL_INFO, it->record, &it->want, TOOK_NOTHING, NULL, SPAN("is right already, says DNS"), now);
    }
    c->accounts[s->subject].busy = false;
    c->state->dirty = true;
}

static void proof_ended(struct cycle *c, struct slot *s, struct now now)
{
    const struct proof *p = &s->u.proof;
    c->accounts[s->subject].proving = false;
    for (size_t i = 0; i < p->count; i++) {
        const struct proof_item *it = &p->items[i];
        struct record *r = &c->state->records[it->record];
        if (!addr_eq(&r->published, &it->want))
            continue; /* changed again meanwhile */
        if (it->proven) {
            r->live = now.wall ? now.wall : 1;
            c->state->dirty = true;
            say_live(c, it->record, &it->want, now.tick - c->written_tick[it->record], now);
        } else {
            say_record(c, LEVEL_WARN, it->record, &it->want, TOOK_NOTHING, &it->fail, fail_text(&it->fail), now);
        }
    }
}

void jobs_ended(struct cycle *c, struct slot *s, struct now now)
{
    struct fail none = {0};
    if (s->job == JOB_QUEST)
        quest_ended(c, s, now);
    else if (s->job == JOB_PLAY)
        play_ended(c, s, s->x.done ? &none : &s->x.fail, now);
    else if (s->job == JOB_LOOK)
        look_ended(c, s, now);
    else
        proof_ended(c, s, now);
}
