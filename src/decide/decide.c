/* decide.c: what to do about one record, and what to remember of what was done. */
#include "decide/decide.h"

enum {
    SECOND = 1000,
    HOUR = 3600,
    LAG = 600, /* of authoritative servers behind the provider, rarely more */
    /* Half of an hour's writes may come at once, the other half one after another as the hour goes
     * by: so no hour, wherever it is taken to begin, holds more than all of them. */
    SHARE = HOUR / (WRITES_PER_HOUR / 2)
};

bool decide_stopped(const struct record *r, uint32_t fingerprint)
{
    return r->stopped && r->fingerprint == fingerprint;
}

static bool refresh_due(const struct record *r, const struct policy *p, struct now now)
{
    if (p->refresh_s == 0)
        return false;
    if (r->wrote_tick)
        return now.tick - r->wrote_tick >= (uint64_t)p->refresh_s * SECOND;
    /* A write in the future says that a clock was wrong: one more write puts it right. */
    return now.wall && (now.wall < r->wrote || now.wall - r->wrote >= p->refresh_s);
}

static struct decision hold(uint64_t until, const char *because)
{
    return (struct decision){.kind = DECIDE_HOLD, .until = until, .because = because};
}

static const char *reason(const struct record *r)
{
    if (!r->failures)
        return "the provider wants time between two updates";
    return r->fail.kind == FAIL_WAIT ? "the provider asked to wait" : "back-off after failures";
}

struct decision decide(const struct record *r, const struct addr *seen, const struct policy *p,
                       uint32_t fingerprint, struct now now)
{
    const uint64_t full = (uint64_t)(HOUR - SHARE) * SECOND;
    bool right = addr_eq(&r->published, seen) && !r->trying.family;
    bool waits = r->not_before_tick > now.tick;
    if (!seen->family || (right && !refresh_due(r, p, now)))
        return (struct decision){.kind = DECIDE_NOTHING};
    if (decide_stopped(r, fingerprint))
        return (struct decision){.kind = DECIDE_HOLD, .forever = true, .until = UINT64_MAX,
                                 .because = "stopped until its section in ddns.cfg changes"};
    if (waits && r->failures) /* DNS may lag behind an update whose answer was lost: look later */
        return hold(r->not_before_tick, reason(r));
    if (addr_eq(&r->published, seen) && r->look_tick) /* it looks right, so there is no hurry */
        return r->look_tick > now.tick ? hold(r->look_tick, "DNS may not know yet what became of a lost update")
                                       : (struct decision){.kind = DECIDE_LOOK};
    /* What the file says may be old news: the disk it lies on may since have been full or read-only. */
    if (!right && !r->looked && (r->trying.family || !r->wrote_tick))
        return (struct decision){.kind = DECIDE_LOOK};
    if (waits)
        return hold(r->not_before_tick, reason(r));
    if (r->allowance_tick > now.tick + full)
        return hold(r->allowance_tick - full, "12 updates an hour are enough (WRITES_PER_HOUR)");
    return (struct decision){.kind = DECIDE_UPDATE};
}

_Static_assert(WRITES_PER_HOUR == 12 && HOUR % SHARE == 0, "the message above names it");

static void not_before(struct record *r, uint32_t wait_s, struct now now)
{
    uint64_t until = now.tick + (uint64_t)wait_s * SECOND;
    if (until > r->not_before_tick)
        r->not_before_tick = until;
}

/* Both deadlines are written down by the clock as it is now, with it beside them. */
static void stamp(struct record *r, struct now now)
{
    uint64_t wait = r->not_before_tick > now.tick ? r->not_before_tick - now.tick : 0;
    uint64_t spent = r->allowance_tick > now.tick ? r->allowance_tick - now.tick : 0;
    r->tried = now.wall;
    r->tried_tick = now.tick ? now.tick : 1;
    r->not_before = wait ? now.wall + (int64_t)((wait + SECOND - 1) / SECOND) : 0;
    r->allowance = spent ? now.wall + (int64_t)((spent + SECOND - 1) / SECOND) : 0;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void decide_trying(struct record *r, const struct addr *to, const struct policy *p, struct now now)
{
    r->unsure = r->trying.family;
    r->trying = *to;
    if (r->allowance_tick < now.tick)
        r->allowance_tick = now.tick;
    r->allowance_tick += (uint64_t)SHARE * SECOND;
    not_before(r, least(p->gap_s, WAIT_MAX), now);
    stamp(r, now);
}

static void good(struct record *r, const struct addr *what, struct now now)
{
    if (!addr_eq(&r->published, what))
        r->before = r->published;
    r->published = *what;
    r->trying = (struct addr){0};
    r->look_tick = 0;
    r->wrote = now.wall;
    r->wrote_tick = now.tick ? now.tick : 1;
    r->failures = 0;
    r->fail = (struct fail){0};
    r->stopped = false;
}

void decide_done(struct record *r, const struct addr *to, bool changed, struct now now)
{
    if (!addr_eq(&r->published, to)) {
        r->since = changed ? now.wall : 0; /* it may have been so for long */
        r->live = 0;
    }
    good(r, to, now);
}

static uint32_t backoff(unsigned failures, uint32_t jitter)
{
    unsigned doubled = failures > 16 ? 16 : failures - 1;
    uint32_t whole = least((uint32_t)BACKOFF_FIRST << doubled, BACKOFF_MAX);
    return whole / 2 + jitter % (whole - whole / 2 + 1);
}

/* Nothing was written this time; what an earlier attempt did is for DNS to tell. */
static void refused(struct record *r)
{
    if (r->unsure)
        r->looked = false;
    else
        r->trying = (struct addr){0};
}

void decide_failed(struct record *r, const struct fail *why, const struct policy *p,
                   uint32_t fingerprint, uint32_t jitter, struct now now)
{
    r->fail = *why;
    r->failures = (uint16_t)(r->failures + (r->failures < UINT16_MAX));
    switch ((enum fail_kind)why->kind) {
    case FAIL_AUTH: case FAIL_CONFIG: case FAIL_ABUSE:
        r->stopped = true;
        r->fingerprint = fingerprint;
        refused(r);
        break;
    case FAIL_WAIT: {
        uint32_t wait = why->wait_s ? why->wait_s : WAIT_DEFAULT;
        refused(r);
        not_before(r, least(wait > p->gap_s ? wait : p->gap_s, WAIT_MAX), now);
        break;
    }
    case FAIL_NONE: case FAIL_RETRY: case FAIL_PROTO: case FAIL_BUG: case FAIL_KIND_MAX:
        r->looked = false; /* it may have been written all the same */
        not_before(r, backoff(r->failures, jitter), now);
        break;
    }
    stamp(r, now);
}

/* Within LAG of it; the wall clock counts for what an earlier run did. */
static bool lately(uint64_t tick, int64_t wall, struct now now)
{
    if (tick)
        return now.tick - tick < LAG * (uint64_t)SECOND;
    return now.wall >= wall && now.wall - wall < LAG;
}

void decide_looked(struct record *r, const struct addr *found, const struct addr *seen,
                   struct now now)
{
    /* What was tried only to refresh cannot be seen in DNS: it stays due. */
    bool refresh = addr_eq(&r->published, seen) && addr_eq(&r->trying, seen);
    r->looked = true;
    r->look_tick = 0;
    if (!found->family || (addr_eq(found, &r->before) && lately(r->wrote_tick, r->wrote, now)))
        return; /* not known, or from before the last write: what was tried stays possible */
    if (!addr_eq(&r->published, found)) {
        r->before = r->published;
        r->since = 0;
        r->live = 0;
    } else if (!lately(r->wrote_tick, r->wrote, now)) {
        r->before = (struct addr){0};
    }
    r->published = *found;
    if (r->trying.family && !addr_eq(found, &r->trying) && lately(r->tried_tick, r->tried, now)) {
        r->look_tick = now.tick + LAG * (uint64_t)SECOND; /* it may come yet */
        return;
    }
    r->trying = (struct addr){0};
    if (!addr_eq(found, seen))
        return;
    r->live = r->live ? r->live : now.wall;
    if (!refresh)
        good(r, found, now);
}

/* How long a wait still lasts that was written down at `tried`: never longer than it was then. */
static uint64_t remaining(int64_t deadline, int64_t tried, uint32_t most_s, struct now now)
{
    bool sane = now.wall && tried && now.wall >= tried;
    int64_t whole = deadline - tried, left = sane ? deadline - now.wall : whole;
    if (deadline == 0 || left <= 0)
        return 0;
    return (uint64_t)(left < (int64_t)most_s ? left : (int64_t)most_s) * SECOND;
}

void decide_resume(struct record *r, uint32_t fingerprint, struct now now)
{
    r->not_before_tick = now.tick + remaining(r->not_before, r->tried, WAIT_MAX, now);
    r->allowance_tick = now.tick + remaining(r->allowance, r->tried, HOUR, now);
    r->wrote_tick = r->tried_tick = r->look_tick = 0;
    r->looked = false;
    r->busy = false;
    if (r->stopped && r->fingerprint != fingerprint) {
        r->stopped = false;
        r->failures = 0;
    }
}
