/* t_decide.c: the rules one by one, then long random lives in which they must never be broken. */
#include "decide/decide.h"
#include "edge.h"
#include "tap.h"

#define T0 1795389815 /* 2026-11-22T23:23:35Z */
enum { S = 1000, PRINT = 7 };

static struct record r;
static const struct policy plain = {0}, with_gap = {.gap_s = 300}, refreshed = {.refresh_s = 86400};
static const struct policy *policy = &plain;
static struct now now;

static struct addr ip(unsigned n)
{
    return (struct addr){.family = 4, .b = {203, 0, 113, (uint8_t)n}};
}

static void begin(const struct policy *p)
{
    memset(&r, 0, sizeof r);
    now = (struct now){.tick = 5000, .wall = T0};
    policy = p;
    decide_resume(&r, PRINT, now);
}

static void pass(uint64_t seconds)
{
    now.tick += seconds * S;
    if (now.wall)
        now.wall += (int64_t)seconds;
}

static struct decision ask(unsigned n)
{
    struct addr seen = ip(n);
    return decide(&r, &seen, policy, PRINT, now);
}

static bool is(unsigned n, enum decision_kind kind)
{
    return ask(n).kind == kind;
}

/* Held for exactly so long. */
static bool held(unsigned n, uint64_t seconds)
{
    struct decision d = ask(n);
    return d.kind == DECIDE_HOLD && !d.forever && d.because && d.until == now.tick + seconds * S;
}

static void look(unsigned found, unsigned seen)
{
    struct addr f = found ? ip(found) : (struct addr){0}, s = ip(seen);
    decide_looked(&r, &f, &s, now);
}

static void write_try(unsigned n)
{
    struct addr a = ip(n);
    decide_trying(&r, &a, policy, now);
}

static void write_done(unsigned n)
{
    struct addr a = ip(n);
    decide_done(&r, &a, true, now);
}

static void write_failed(enum fail_kind kind, uint32_t wait_s, uint32_t jitter)
{
    struct fail f = {0};
    fail_set(&f, kind, LAYER_PROVIDER, 1, SPAN("no"));
    f.wait_s = wait_s;
    decide_failed(&r, &f, policy, PRINT, jitter, now);
}

/* The file: only what is persisted survives, through the real writer and reader. */
static struct conf conf;
static struct state disk;

static void restart(uint64_t down_s)
{
    static char text[2048];
    struct buf b = BUF(text);
    struct fail f = {0};
    conf.account_count = 1;
    memcpy(conf.accounts[0].id, "d", 2);
    conf.record_count = 1;
    conf.records[0] = (struct conf_record){.host = SPAN("a.b"), .family = 4};
    disk.records[0] = r;
    state_write(&disk, &conf, &b);
    if (b.over || state_read(&disk, &conf, buf_view(&b), &f) != STEP_DONE)
        ok(false, "the state survives a restart");
    r = disk.records[0];
    pass(down_s);
    now.tick = 3000 + now.tick % 1000; /* ticks begin anew */
    decide_resume(&r, PRINT, now);
}

static void t_first(void)
{
    struct addr none = {0};
    begin(&plain);
    ok(decide(&r, &none, policy, PRINT, now).kind == DECIDE_NOTHING, "no address, nothing to do");
    ok(is(1, DECIDE_LOOK), "nothing known: look");
    look(0, 1);
    ok(is(1, DECIDE_UPDATE), "nothing found: write");
    write_try(1);
    ok(r.trying.family == 4 && r.tried == T0, "the attempt is remembered");
    write_done(1);
    ok(is(1, DECIDE_NOTHING) && r.since == T0 && r.wrote == T0 && !r.live, "written: nothing "
                                                                           "more to do");
    pass(30 * 86400);
    ok(is(1, DECIDE_NOTHING), "not after a month either");
    ok(is(2, DECIDE_UPDATE), "another address: write, without a look");
    restart(5);
    ok(is(1, DECIDE_NOTHING), "nothing to do after a restart either");
    ok(is(2, DECIDE_LOOK), "but the first change then: look, for the file may be old news");
    look(1, 2);
    ok(is(2, DECIDE_UPDATE), "it was not: write");
    write_try(2);
    write_done(2);
    ok(is(3, DECIDE_UPDATE), "the next change: write, without a look");
}

static void t_looked(void)
{
    begin(&plain);
    look(1, 1);
    ok(is(1, DECIDE_NOTHING) && r.live == T0 && r.since == 0, "DNS shows it: no write");
    begin(&plain);
    look(2, 1);
    ok(is(1, DECIDE_UPDATE) && r.published.b[3] == 2, "DNS shows another: write");
    begin(&plain);
    look(0, 1);
    struct addr a = ip(1);
    decide_done(&r, &a, false, now);
    ok(is(1, DECIDE_NOTHING) && r.since == 0 && r.wrote == T0, "it was so already: since when is "
                                                               "unknown");
}

/* A refusal says that nothing was written by it; it says nothing of a lost answer before. */
static void t_unsure(void)
{
    static const uint8_t kinds[] = {FAIL_WAIT, FAIL_AUTH};
    for (unsigned i = 0; i < COUNT(kinds); i++) {
        begin(&plain);
        look(0, 1);
        write_try(1);
        write_done(1);
        pass(3600);
        write_try(2);
        write_failed(FAIL_RETRY, 0, 0); /* and yet it was written */
        pass(60);
        look(0, 2);
        write_try(2);
        write_failed((enum fail_kind)kinds[i], 0, 0);
        pass(2 * 3600);
        r.stopped = false; /* the section was mended */
        ok(is(1, DECIDE_LOOK), "back at the old address: look, for the other one may be there");
        look(2, 1);
        ok(is(1, DECIDE_UPDATE), "it is: write");
    }
}

/* The answer to 2 was lost, and 1 is right again: DNS shows 1, but 2 may come yet. */
static void t_comes_yet(void)
{
    for (unsigned late = 0; late < 2; late++)
        for (unsigned killed = 0; killed < 2; killed++) {
            begin(&plain);
            look(0, 1);
            write_try(1);
            write_done(1);
            pass(3600);
            write_try(2);
            if (killed)
                restart(10);
            else
                write_failed(FAIL_RETRY, 0, 0);
            pass(late ? 600 : 60);
            ok(is(1, DECIDE_LOOK) && is(2, DECIDE_LOOK), "a lost attempt: look");
            look(1, killed ? 2 : 1);
            ok(is(2, DECIDE_UPDATE), "2 is written once more");
            if (late) {
                ok(is(1, DECIDE_NOTHING), "DNS must know by now: 1 is right");
                continue;
            }
            ok(held(1, 600), "1 looks right: look again when DNS must know");
            pass(600);
            ok(is(1, DECIDE_LOOK), "then look");
            look(killed ? 1 : 2, 1);
            ok(is(1, killed ? DECIDE_NOTHING : DECIDE_UPDATE), killed ? "it is right" : "2 came: write 1");
        }
}

/* There and back again: what DNS shows then may be the first of the two, still. */
static void t_lag(void)
{
    for (unsigned late = 0; late < 2; late++) {
        begin(&plain);
        look(0, 1);
        write_try(1);
        write_done(1);
        pass(3600);
        write_try(2);
        write_done(2);
        if (late)
            pass(600);
        write_try(1);
        write_failed(FAIL_RETRY, 0, 0);
        restart(60);
        look(1, 1);
        ok(is(1, late ? DECIDE_NOTHING : DECIDE_UPDATE),
           late ? "later it is believed" : "what was there before proves nothing soon after a write");
        look(3, 1);
        ok(is(1, DECIDE_UPDATE) && r.published.b[3] == 3, "anything else is what is there");
    }
}

static void t_cut_short(void)
{
    begin(&with_gap);
    look(0, 1);
    write_try(1);
    restart(1);
    ok(is(1, DECIDE_LOOK), "cut short: look, even in the gap");
    look(1, 1);
    ok(is(1, DECIDE_NOTHING) && !r.trying.family, "it had been written");
    write_try(2);
    restart(1);
    look(1, 2);
    ok(held(2, 299), "it had not: write when the gap is over");
    write_try(2);
    restart(1);
    look(0, 1);
    ok(held(1, 299), "not known: what was tried stays possible, so the old address is written too");
}

static void t_gap(void)
{
    begin(&with_gap);
    look(0, 1);
    write_try(1);
    write_done(1);
    ok(held(2, 300), "a gap after a write");
    pass(299);
    ok(held(2, 1), "to its end");
    restart(0);
    look(1, 2);
    ok(held(2, 1), "also after a restart");
    pass(1);
    ok(is(2, DECIDE_UPDATE), "then the next");
    write_try(2);
    write_failed(FAIL_RETRY, 0, 0);
    ok(held(2, 300), "a back-off never shortens the gap");
}

static void t_backoff(void)
{
    static const uint32_t want[] = {30, 60, 120, 240, 480, 960, 1920, 3840, 7200, 7200, 7200};
    begin(&plain);
    look(0, 1);
    for (size_t i = 0; i < COUNT(want); i++) {
        write_try(1);
        write_failed(i % 2 ? FAIL_PROTO : i % 3 ? FAIL_BUG : FAIL_RETRY, 0, want[i] / 2);
        ok(held(1, want[i]) && held(2, want[i]), "back-off, doubled, for every address");
        pass(want[i] - 1);
        ok(held(1, 1), "held to its end");
        pass(1);
        ok(is(1, DECIDE_LOOK), "then DNS is asked: the answer was lost, not surely the update");
        look(0, 1);
        ok(is(1, DECIDE_UPDATE), "and tried again");
    }
    write_try(1);
    write_failed(FAIL_RETRY, 0, 12345);
    struct decision d = ask(1);
    ok(d.until - now.tick >= 3600 * S && d.until - now.tick <= 7200 * S, "jitter takes at most "
                                                                         "half");
    restart(3600);
    ok(r.failures == COUNT(want) + 1 && r.fail.kind == FAIL_RETRY, "remembered");
    pass(3600);
    look(0, 1);
    write_try(1);
    write_done(1);
    ok(r.failures == 0 && r.fail.kind == FAIL_NONE, "a success ends it");
}

static void t_wait(void)
{
    begin(&with_gap);
    look(0, 1);
    write_try(1);
    write_failed(FAIL_WAIT, 0, 999);
    ok(held(1, WAIT_DEFAULT) && !r.trying.family, "asked to wait: half an hour");
    restart(60);
    ok(held(1, WAIT_DEFAULT - 60), "restarts included");
    pass(WAIT_DEFAULT);
    look(0, 1);
    write_try(1);
    write_failed(FAIL_WAIT, 7200, 0);
    ok(held(1, 7200), "as long as it named");
    pass(7200);
    write_try(1);
    write_failed(FAIL_WAIT, 10, 0);
    ok(held(1, 300), "the gap at least");
    pass(300);
    write_try(1);
    write_failed(FAIL_WAIT, UINT32_MAX, 0);
    ok(held(1, WAIT_MAX), "a day at most");
}

static void t_stopped(void)
{
    static const uint8_t kinds[] = {FAIL_AUTH, FAIL_CONFIG, FAIL_ABUSE};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        begin(&plain);
        look(0, 1);
        write_try(1);
        write_failed((enum fail_kind)kinds[i], 0, 0);
        ok(ask(1).forever && ask(2).forever && decide_stopped(&r, PRINT), "stopped");
        pass(365 * 86400);
        restart(10);
        ok(ask(1).forever && r.failures == 1, "a year and a restart later still");
        struct addr seen = ip(1);
        decide_resume(&r, PRINT + 1, now);
        look(0, 1);
        ok(!decide_stopped(&r, PRINT + 1) && r.failures == 0 &&
           decide(&r, &seen, policy, PRINT + 1, now).kind == DECIDE_UPDATE,
           "the section changed: due again");
    }
}

static void t_refresh(void)
{
    begin(&refreshed);
    look(0, 1);
    write_try(1);
    write_done(1);
    pass(86399);
    ok(is(1, DECIDE_NOTHING), "not due yet");
    pass(1);
    ok(is(1, DECIDE_UPDATE), "refresh is due");
    write_try(1);
    write_failed(FAIL_RETRY, 0, 15);
    ok(held(1, 30), "a failed refresh backs off");
    pass(30);
    look(1, 1);
    ok(is(1, DECIDE_UPDATE) && r.failures == 1, "DNS cannot show a refresh: it stays due");
    write_try(1);
    write_done(1);
    ok(is(1, DECIDE_NOTHING), "done");
    restart(86400);
    ok(is(1, DECIDE_UPDATE), "due after a long stop");
    write_try(1);
    write_done(1);
    restart(0);
    now.wall = 0;
    ok(is(1, DECIDE_NOTHING), "not guessed without a clock");
    now.wall = T0 - 86400 * 3650;
    ok(is(1, DECIDE_UPDATE), "a clock far back: once");
    write_try(1);
    write_done(1);
    restart(100);
    ok(is(1, DECIDE_NOTHING), "and no more");
}

/* Clock jumps, in a run and across restarts, while held. */
static void t_clock(void)
{
    static const int64_t jumps[] = {10 * 365 * 86400LL, -10 * 365 * 86400LL, -1, 1};
    for (size_t i = 0; i < COUNT(jumps); i++) {
        begin(&plain);
        look(0, 1);
        write_try(1);
        write_failed(FAIL_WAIT, 3600, 0);
        now.wall += jumps[i];
        ok(held(1, 3600), "a jump while running changes nothing");
        restart(600);
        struct decision d = ask(1);
        ok(jumps[i] > 3600 ? d.kind == DECIDE_LOOK || d.kind == DECIDE_UPDATE
                           : d.kind == DECIDE_HOLD || d.kind == DECIDE_LOOK, "nor locks out");
        uint64_t left = r.not_before_tick > now.tick ? r.not_before_tick - now.tick : 0;
        ok(left <= 3600 * S && (jumps[i] != -1 || left == 3001 * S) &&
           (jumps[i] >= -1 || left == 3600 * S), "no longer than it was");
    }
    begin(&plain);
    now.wall = 0;
    look(0, 1);
    write_try(1);
    write_failed(FAIL_RETRY, 0, 15);
    ok(held(1, 30), "without a clock ticks do");
    restart(10);
    ok(held(1, 30), "a restart without a clock: the whole wait again");
    now.wall = T0;
    restart(10);
    ok(held(1, 30), "a restart with one: likewise, when it was unknown before");
    begin(&plain);
    look(0, 1);
    write_try(1);
    write_failed(FAIL_RETRY, 0, 15);
    now.wall = 0;
    restart(10);
    ok(held(1, 30), "and when it is unknown now");
    r = (struct record){.tried = 253402300799, .not_before = 1, .allowance = 253402300799};
    decide_resume(&r, PRINT, (struct now){.tick = 9, .wall = T0});
    ok(r.not_before_tick == 9 && r.allowance_tick == 9, "nonsense is harmless");
    r = (struct record){.not_before = 253402300799, .allowance = 253402300799, .tried = 1};
    decide_resume(&r, PRINT, (struct now){.tick = 9, .wall = 2});
    ok(r.not_before_tick == 9 + (uint64_t)WAIT_MAX * S && r.allowance_tick == 9 + 3600 * S,
       "and never longer than policy");
}

/* A machine in a reboot loop, killed at any place: at most one write of an address. */
static void t_restarts(void)
{
    for (unsigned where = 0; where < 4; where++)
        for (unsigned clock = 0; clock < 2; clock++) {
            unsigned writes = 0;
            bool there = false; /* at the provider */
            begin(&plain);
            now.wall = clock ? T0 : 0;
            for (unsigned i = 0; i < 200; i++) {
                if (is(1, DECIDE_LOOK) && where > 0)
                    look(there, 1);
                if (is(1, DECIDE_UPDATE) && where > 1) {
                    write_try(1);
                    writes++;
                    there = true;
                    if (where > 2)
                        write_done(1);
                }
                restart(18);
            }
            ok(writes <= 1 && (where < 2 || writes == 1), "200 restarts in an hour, at most one "
                                                          "write");
        }
}

/* ---- random lives */

static uint32_t seed;

static uint32_t dice(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

struct life {
    uint64_t world; /* true seconds */
    uint64_t writes[4096];
    unsigned n;
    uint64_t asked_until; /* WAIT */
    bool stopped;
    unsigned broken_gap, broken_cap, broken_wait, broken_stop;
};

static struct life life;

static void spend(uint64_t seconds)
{
    life.world += seconds;
    pass(seconds);
}

static void note_write(uint32_t gap_s)
{
    uint64_t t = life.world;
    if (life.n && t - life.writes[life.n - 1] < gap_s)
        life.broken_gap++;
    if (life.n >= WRITES_PER_HOUR && t - life.writes[life.n - WRITES_PER_HOUR] < 3600)
        life.broken_cap++;
    life.broken_wait += t < life.asked_until;
    life.broken_stop += life.stopped;
    if (life.n < COUNT(life.writes))
        life.writes[life.n++] = t;
}

static void outcome(unsigned n, bool kills)
{
    unsigned luck = dice(10);
    if (kills && dice(4) == 0)
        return; /* killed before the answer */
    spend(dice(3));
    if (luck < 6) {
        write_done(n);
    } else if (luck < 8) {
        write_failed(FAIL_RETRY, 0, dice(UINT32_MAX));
    } else if (luck == 8) {
        uint32_t wait = dice(2) ? dice(5000) : 0;
        write_failed(FAIL_WAIT, wait, 0);
        life.asked_until = life.world + (wait ? wait : WAIT_DEFAULT);
    } else if (dice(8) == 0) {
        write_failed(FAIL_AUTH, 0, 0);
        life.stopped = true;
    } else {
        write_failed(FAIL_PROTO, 0, dice(UINT32_MAX));
    }
}

static void restart_within(uint32_t seconds)
{
    uint64_t down = dice(seconds);
    life.world += down;
    restart(down);
}

/* A clock that was set back to the truth after a write makes its waits look over: nothing can tell.
 * So across restarts it only jumps backwards. */
static void live(const struct policy *p, bool jumps, bool restarts)
{
    unsigned seen = 1;
    memset(&life, 0, sizeof life);
    begin(p);
    for (unsigned i = 0; i < 4000 && life.n < COUNT(life.writes); i++) {
        struct decision d;
        if (dice(3) == 0)
            seen = 1 + dice(3);
        if (jumps && !restarts && dice(20) == 0)
            now.wall = T0 + (int64_t)life.world + (dice(2) ? 1 : -1) * (int64_t)dice(3650) * 86400;
        if (life.stopped && dice(30) == 0) {
            life.stopped = false; /* the user mends the section */
            decide_resume(&r, PRINT + 1, now);
            r.stopped = false;
        }
        d = ask(seen);
        if (d.kind == DECIDE_LOOK) {
            look(dice(2) ? dice(4) : r.published.b[3], seen);
        } else if (d.kind == DECIDE_UPDATE) {
            write_try(seen);
            note_write(p->gap_s);
            outcome(seen, restarts);
            if (r.trying.family && r.failures == 0)
                restart_within(5); /* it was killed */
        } else if (d.kind == DECIDE_HOLD && !d.forever && dice(2)) {
            spend((d.until - now.tick) / S + 1);
        }
        spend(dice(2) ? dice(20) : dice(400));
        if (restarts && dice(10) == 0) {
            if (jumps && dice(4) == 0 && now.wall > 86400 * 3650)
                now.wall -= (int64_t)dice(365) * 86400;
            restart_within(60);
        }
    }
}

static void t_lives(void)
{
    static const struct policy policies[] = {{0, 0}, {300, 0}, {30, 3600}, {0, 86400}};
    for (unsigned run = 0; run < 40; run++) {
        const struct policy *p = &policies[run % 4];
        seed = run * 7919 + 1;
        live(p, run / 4 % 2, run / 8 % 2);
        if (!ok(life.n > 100 && !life.broken_cap && !life.broken_gap && !life.broken_wait &&
                !life.broken_stop, "a random life within policy")) {
            is_i64(life.n, 0, "writes");
            is_i64(life.broken_cap, 0, "cap");
            is_i64(life.broken_gap, 0, "gap");
            is_i64(life.broken_wait, 0, "wait");
            is_i64(life.broken_stop, 0, "stop");
        }
    }
}

/* An address that flaps every second for a day: the cap holds, and the record follows. */
static void t_flapping(void)
{
    memset(&life, 0, sizeof life);
    begin(&plain);
    look(0, 1);
    for (unsigned i = 0; i < 86400; i++) {
        if (is(i % 2 + 1, DECIDE_UPDATE)) {
            write_try(i % 2 + 1);
            note_write(0);
            write_done(i % 2 + 1);
        }
        spend(1);
    }
    ok(life.broken_cap == 0, "flapping for a day: no hour with more than 12 writes");
    is_i64(life.n, 6 + 143, "half of them at once, the others every 10 minutes");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    t_first();
    t_looked();
    t_lag();
    t_comes_yet();
    t_unsure();
    t_cut_short();
    t_gap();
    t_backoff();
    t_wait();
    t_stopped();
    t_refresh();
    t_clock();
    t_restarts();
    t_lives();
    t_flapping();
    return done();
}
