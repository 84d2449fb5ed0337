/* check.c: the invariants (design §10), watched from outside the core at every event:
 *
 *   1 no address is published that fewer than `confirm` sources have named since the start, or none lately;
 *   2 nor while the last detection has failed, or found another one (seen inside the core);
 *   3 no record is written more than WRITES_PER_HOUR times in any hour, restarts and power cuts included;
 *   4 what a provider has, and has told us or DNS shows, is not sent again, within one play nothing is sent twice but what a
 *     kept connection lost, and who refused us is left alone;
 *   5 some time after the last fault every record is right within an interval of each change;
 *   6 what a start finds on disk can be read, and an attempt is there before its first byte leaves;
 *   7 after failures the attempts become rarer;
 *   8 the core neither spins nor leaks sockets (os_fake.c), nor asks a source more often than events explain.
 *
 * Excuses are narrow: what was not yet on disk when the power went cannot be remembered. */
#include "sim/sim.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    HISTORY = 16, TICKETS = 4096, SETTLED_MS = 3 * HOUR, SLACK_MS = 2 * MINUTE,
    BELIEF_MS = 150 * MINUTE /* a lost write may be noticed only after the longest back-off, and DNS lags from then on */
};

struct written {
    struct addr value;
    uint64_t at, lag[2];
};

static struct ledger {
    char host[128];
    unsigned family, account;
    struct written past[HISTORY];
    unsigned writes;             /* all; past[writes % HISTORY] is the next */
    uint64_t attempts[PAST_MAX]; /* ring of times */
    unsigned attempt_n;
    bool told, saved;            /* the value in force was told to the client; the state was saved since */
    bool may_repeat;             /* and then it was forgotten */
    bool shown;                  /* an authoritative server has shown it to the client since the last attempt */
    struct addr disk_trying;     /* what the disk says is being tried, */
    struct addr disk_published;  /* and is published */
    struct addr forgot;          /* a start believes this, as an attempt could not be written down */
    uint64_t attempt_at, play;   /* the last attempt, and which play made it; 0: none in this run */
    bool attempt_first;          /* it was the first request of its connection */
    unsigned failures;           /* attempts in a row that were not told to be good, in this run */
    uint64_t cap_excused;        /* till then attempts may be forgotten */
    bool unsaved;                /* an attempt, and no good save since */
    uint64_t wrong_since;        /* 0: right */
    bool refused, refused_saved, may_ask; /* told so; on disk; forgotten */
} records[RECORDS];
static unsigned record_n;
static uint64_t failing_since[QUESTS_MAX]; /* 0: the last detection went well */

static struct {
    struct addr addr;
    uint64_t at;
} reports[SOURCE_IDS][PAST_MAX];

static struct {
    int record;
    enum verdict verdict;
    uint64_t write;
} tickets[TICKETS];
static unsigned ticket_n;

static const struct loop *core;
static bool save_failed; /* the last one */
static int64_t error_at_save;
static unsigned spins;
static uint64_t asked_hour[SOURCE_IDS], asked_n[SOURCE_IDS];
struct totals totals;

/* ---- the story so far */

enum { LINES = 400, LINE = 220 };
static char lines[LINES][LINE];
static unsigned line_n;
bool trace_live;

void trace(const char *format, ...)
{
    va_list list;
    char *line = lines[line_n++ % LINES];
    int n = snprintf(line, LINE, "%3llud %02llu:%02llu:%02llu.%03llu  ", (unsigned long long)(world.ms / DAY), (unsigned long long)(world.ms / HOUR % 24),
                     (unsigned long long)(world.ms / MINUTE % 60), (unsigned long long)(world.ms / 1000 % 60), (unsigned long long)(world.ms % 1000));
    va_start(list, format);
    vsnprintf(line + n, LINE - (size_t)n, format, list);
    va_end(list);
    if (trace_live)
        puts(line);
}

void trace_print(void)
{
    for (unsigned i = line_n < LINES ? 0 : line_n - LINES; i < line_n; i++)
        printf("#   %s\n", lines[i % LINES]);
}

_Noreturn void violated(const char *what, ...)
{
    va_list list;
    char text[300];
    va_start(list, what);
    vsnprintf(text, sizeof text, what, list);
    va_end(list);
    trace("VIOLATED: %s", text);
    run_failed();
}

static const char *text_of(const struct addr *a)
{
    static char text[4][ADDR_TEXT_MAX + 1];
    static unsigned turn;
    struct buf b = BUF(text[turn = (turn + 1) % 4]);
    addr_put(&b, a);
    return buf_text(&b);
}

/* ---- what there is */

void check_begin(void)
{
    memset(records, 0, sizeof records);
    memset(reports, 0, sizeof reports);
    memset(asked_n, 0, sizeof asked_n);
    record_n = ticket_n = line_n = spins = 0;
    save_failed = false;
    error_at_save = 0;
}

static void learn_records(const struct conf *c)
{
    for (unsigned i = 0; i < c->record_count && i < RECORDS; i++) {
        struct ledger *l = &records[i];
        snprintf(l->host, sizeof l->host, "%.*s", (int)c->records[i].host.n, c->records[i].host.p);
        l->family = c->records[i].family;
        l->account = c->records[i].account;
    }
    record_n = c->record_count;
}

void check_start(const struct loop *l)
{
    core = l;
}

void check_boot(void)
{
    if (!record_n)
        learn_records(core->conf);
    memset(reports, 0, sizeof reports); /* nothing is known after a start */
    memset(failing_since, 0, sizeof failing_since);
    totals.boots++;
    trace("the program starts (wall clock %+lld s)", (long long)world.clock_error);
    if (world.clock_error != error_at_save) /* waits are written down by the wall clock */
        for (unsigned i = 0; i < record_n; i++)
            records[i].cap_excused = world.ms + HOUR;
}

void check_gone(bool cut)
{
    trace(cut ? "power cut" : "the program stops");
    totals.cuts += cut;
    totals.stops += !cut;
    for (unsigned i = 0; i < record_n; i++) {
        struct ledger *l = &records[i];
        l->shown = false;
        l->attempt_at = l->failures = 0;
        l->may_repeat |= l->told && !l->saved;
        l->may_ask |= l->refused && !l->refused_saved;
        if (l->unsaved)
            l->cap_excused = world.ms + HOUR;
        struct addr has = check_value((int)i, 2);
        if (save_failed && !l->disk_trying.family && !addr_eq(&has, &l->disk_published))
            l->forgot = l->disk_published;
    }
}

/* The core takes for published what the provider has. */
static bool knows(unsigned i)
{
    const struct record *r = &core->state->records[i];
    struct addr has = check_value((int)i, 2);
    return addr_eq(&r->published, &has) && !r->trying.family;
}

void check_saved(bool good)
{
    totals.saves++;
    save_failed = !good;
    for (unsigned i = 0; good && i < record_n; i++) {
        records[i].disk_trying = core->state->records[i].trying;
        records[i].disk_published = core->state->records[i].published;
        records[i].saved = records[i].told && knows(i); /* of a play that still runs it does not take note yet */
        records[i].refused_saved = records[i].refused;
        records[i].unsaved = false;
    }
    if (good)
        error_at_save = world.clock_error;
    else
        trace("the state cannot be saved");
}

void check_unread(void)
{
    for (unsigned i = 0; i < record_n; i++) {
        records[i].may_repeat |= records[i].told;
        records[i].saved = records[i].refused_saved = false;
        records[i].cap_excused = world.ms + HOUR;
        records[i].may_ask |= records[i].refused;
    }
}

void check_disk(struct span text)
{
    static struct state copy;
    struct fail f = {0};
    if (state_read(&copy, core->conf, text, &f) == STEP_FAIL)
        violated("the state on disk is torn: %.*s", (int)f.text_n, f.text);
}

int check_find(struct span host, unsigned family)
{
    for (unsigned i = 0; i < record_n; i++)
        if (records[i].family == family && span_is(host, records[i].host))
            return (int)i;
    return -1;
}

static struct written *newest(struct ledger *l, unsigned back)
{
    return l->writes > back && back < HISTORY ? &l->past[(l->writes - 1 - back) % HISTORY] : NULL;
}

struct addr check_value(int record, unsigned server)
{
    struct written *w;
    for (unsigned back = 0; (w = newest(&records[record], back)); back++)
        if (server == 2 || w->at + w->lag[server] <= world.ms)
            return w->value;
    return (struct addr){0};
}

/* ---- sources */

void check_reported(unsigned source, const struct addr *a)
{
    unsigned oldest = 0;
    for (unsigned i = 0; i < PAST_MAX; i++) {
        if (addr_eq(&reports[source][i].addr, a) || !reports[source][i].addr.family) {
            oldest = i;
            break;
        }
        if (reports[source][i].at < reports[source][oldest].at)
            oldest = i;
    }
    reports[source][oldest].addr = *a;
    reports[source][oldest].at = world.ms;
    if (source >= ECHOES_MAX)
        return;
    if (asked_hour[source] != world.ms / HOUR || !asked_n[source]) {
        asked_hour[source] = world.ms / HOUR;
        asked_n[source] = 0;
    }
    /* Each interval, twice as often when a change or a failure has to be looked into, and after each event or start. */
    if (++asked_n[source] > 2 * HOUR / 1000 / scene->interval_s + 700)
        violated("source %u is asked %llu times in an hour", source, (unsigned long long)asked_n[source]);
}

/* A passing address stands for the lasting one of the same network. */
static bool means(const struct addr *reported, const struct addr *a)
{
    return addr_eq(reported, a) || (a->family == 6 && reported->family == 6 && memcmp(reported->b, a->b, 8) == 0);
}

static void check_sources(const struct ledger *l, const struct addr *a)
{
    uint64_t newest_at = 0;
    unsigned named = 0, wanted = core->conf->confirm;
    for (unsigned s = 0; s < SOURCE_IDS; s++) {
        bool one = false;
        for (unsigned i = 0; i < PAST_MAX; i++)
            if (reports[s][i].addr.family && means(&reports[s][i].addr, a)) {
                one = true;
                newest_at = reports[s][i].at > newest_at ? reports[s][i].at : newest_at;
            }
        named += one;
    }
    if (named < wanted)
        violated("%s is published for %s: %u sources named it, %u are needed", text_of(a), l->host, named, wanted);
    if (world.ms - newest_at > scene->interval_s * 1000ull + 5 * MINUTE)
        violated("%s is published for %s: no source has named it for %llu s", text_of(a), l->host, (unsigned long long)(world.ms - newest_at) / 1000);
}

static const struct slot *play_of(const struct ledger *l)
{
    for (unsigned i = 0; i < SLOTS_MAX; i++)
        if (core->cycle.slots[i].job == JOB_PLAY && core->cycle.slots[i].subject == l->account)
            return &core->cycle.slots[i];
    violated("%s is written by nobody", l->host);
}

static void check_detection(const struct ledger *l, const struct addr *a)
{
    unsigned quest = core->conf->accounts[l->account].quest[l->family == 6];
    const struct quest_state *q = &core->cycle.quests[quest];
    uint64_t began = play_of(l)->began - 1 + world.boot_ms;
    if (failing_since[quest] && began > failing_since[quest]) /* what has begun is played to its end */
        violated("%s is published for %s though the last detection failed: %.*s", text_of(a), l->host, (int)q->fail.text_n, q->fail.text);
}

/* ---- writes */

static void check_cap(struct ledger *l)
{
    unsigned n = 1;
    for (unsigned i = 0; i < PAST_MAX; i++)
        n += l->attempts[i] && world.ms - l->attempts[i] < HOUR;
    l->attempts[l->attempt_n++ % PAST_MAX] = world.ms ? world.ms : 1;
    if (n > WRITES_PER_HOUR && world.ms > l->cap_excused)
        violated("%s is written %u times within an hour", l->host, n);
}

/* Then what DNS shows may be old. */
static bool was_there_lately(struct ledger *l, const struct addr *a)
{
    for (unsigned back = 1; newest(l, back); back++)
        if (addr_eq(&newest(l, back)->value, a) && world.ms - newest(l, back - 1)->at < BELIEF_MS)
            return true;
    return false;
}

static void check_repeat(struct ledger *l, const struct addr *a)
{
    struct written *w = newest(l, 0);
    if (!w || !addr_eq(&w->value, a))
        return;
    totals.repeats++;
    if (l->told && !l->may_repeat)
        violated("%s is sent again for %s, which the provider has taken and said so", text_of(a), l->host);
    if (l->shown)
        violated("%s is sent again for %s, though DNS has shown it", text_of(a), l->host);
    if (!core->state->records[l - records].looked)
        violated("%s is sent again for %s without a look at DNS", text_of(a), l->host);
}

/* Lost on a kept connection that the server had closed: the same play may say it once more, on a new one. */
static bool was_lost_on_kept(const struct ledger *l, bool safe, bool first)
{
    return safe && first && !l->attempt_first;
}

static void check_pace(struct ledger *l, bool safe, bool first)
{
    uint64_t play = play_of(l)->began, least = BACKOFF_FIRST * 500ull;
    bool same_play = l->attempt_at && l->play == play;
    for (unsigned i = 1; i < l->failures && least < BACKOFF_MAX * 500ull; i++)
        least *= 2;
    least = least < BACKOFF_MAX * 500ull ? least : BACKOFF_MAX * 500ull;
    if (same_play && !was_lost_on_kept(l, safe, first))
        violated("%s is written twice by one play", l->host);
    if (!same_play && l->failures && world.ms - l->attempt_at < least)
        violated("%s is written %llu ms after failure number %u", l->host, (unsigned long long)(world.ms - l->attempt_at), l->failures);
    l->play = play;
    l->attempt_at = world.ms;
    l->attempt_first = first;
    l->failures += !same_play;
}

void check_attempt(int record, const struct addr *a, bool safe, bool first)
{
    struct ledger *l = &records[record];
    trace("-> %s %s", l->host, text_of(a));
    totals.attempts++;
    if (l->refused && !l->may_ask)
        violated("%s is asked for again after it was refused", l->host);
    if (!save_failed && !addr_eq(&l->disk_trying, a))
        violated("%s is sent for %s before the disk knows", text_of(a), l->host);
    check_sources(l, a);
    check_detection(l, a);
    check_cap(l);
    check_repeat(l, a);
    check_pace(l, safe, first);
    l->unsaved = true;
    l->shown = false;
    l->forgot = (struct addr){0};
}

void check_applied(int record, const struct addr *a)
{
    struct ledger *l = &records[record];
    struct written *w = newest(l, 0);
    totals.applied++;
    if (w && addr_eq(&w->value, a))
        return;
    struct written *now = &l->past[l->writes++ % HISTORY];
    *now = (struct written){.value = *a, .at = world.ms};
    for (unsigned i = 0; i < 2; i++)
        now->lag[i] = struck(F_LAG) ? between(5000, 500000) : roll(2000);
    l->told = l->saved = l->may_repeat = false;
}

int check_ticket(const int *list, size_t n, enum verdict v)
{
    unsigned i = ticket_n++ % TICKETS;
    tickets[i].record = n ? list[0] : -1;
    tickets[i].verdict = v;
    tickets[i].write = n ? records[list[0]].writes : 0;
    return n ? (int)i : -1;
}

/* A proof of what stood there before may see it as well, and draws no conclusion. */
static bool looking(const struct ledger *l)
{
    unsigned looks = 0, proofs = 0;
    for (unsigned i = 0; i < SLOTS_MAX; i++) {
        const struct slot *s = &core->cycle.slots[i];
        looks += s->job == JOB_LOOK && s->subject == l->account;
        proofs += s->job == JOB_PROOF && s->subject == l->account;
    }
    return looks && !proofs;
}

static void refuse(struct ledger *l)
{
    trace("<- %s is refused", l->host);
    l->refused = true;
    l->refused_saved = l->may_ask = false;
}

void check_told(int ticket)
{
    struct ledger *l = &records[tickets[ticket].record];
    switch (tickets[ticket].verdict) {
    case TOLD_SHOWN:
        l->shown |= looking(l) && tickets[ticket].write == l->writes && !was_there_lately(l, &newest(l, 0)->value);
        l->failures = 0;
        break;
    case TOLD_GOOD:
        l->failures = 0;
        if (tickets[ticket].write == l->writes) {
            l->told = true;
            l->may_repeat = false;
        }
        break;
    case TOLD_WRONG:
        refuse(l);
        break;
    case TOLD_REFUSED:
        for (unsigned i = 0; i < record_n; i++)
            if (records[i].account == l->account)
                refuse(&records[i]);
        break;
    case TOLD_BUSY: /* it says itself when */
        l->failures = 0;
        break;
    }
}

/* ---- as time goes by */

void check_minute(void)
{
    totals.ms += MINUTE;
    for (unsigned i = 0; i < record_n; i++) {
        struct ledger *l = &records[i];
        struct addr has = check_value((int)i, 2);
        const struct addr *truth = &world.truth[l->family == 6];
        bool right = addr_eq(&has, truth) || (l->forgot.family && addr_eq(&l->forgot, truth));
        if (right || l->refused || world.quiet_ms == UINT64_MAX || world.ms - world.quiet_ms < SETTLED_MS)
            l->wrong_since = 0;
        else if (!l->wrong_since)
            l->wrong_since = world.ms;
        else if (world.ms - l->wrong_since > scene->interval_s * 1000ull + SLACK_MS)
            violated("%s is still %s, not %s, %llu s after a change in quiet times", l->host, text_of(&has), text_of(truth),
                     (unsigned long long)(world.ms - l->wrong_since) / 1000);
    }
}

void check_watch(void)
{
    for (unsigned i = 0; i < core->conf->quest_count; i++)
        if (!core->cycle.quests[i].fail.kind)
            failing_since[i] = 0;
        else if (!failing_since[i])
            failing_since[i] = world.ms;
    /* The answer to another address was lost: which one the provider has is not known. */
    for (unsigned i = 0; i < record_n; i++) {
        const struct record *r = &core->state->records[i];
        struct addr has = check_value((int)i, 2);
        records[i].may_repeat |= !r->busy && r->trying.family;
        if (r->trying.family && !addr_eq(&r->trying, &has))
            records[i].shown = false;
    }
}

void check_spin(bool moved)
{
    spins = moved ? 0 : spins + 1;
    if (spins > 5000)
        violated("the core spins: %u turns without a millisecond going by", spins);
}
