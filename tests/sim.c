/* sim.c: runs the real core in the simulated world of tests/sim.
 *
 *   sim [scenario=NAME] [seed=N] [seeds=N] [days=N] [seconds=N] [trace]
 *
 * TAP: one test a scenario and round. A failure prints its seed and how it came about; `sim scenario=X seed=N days=D trace`
 * plays it again. With seconds=N as many rounds are run as fit. */
#define _GNU_SOURCE
#include "sim/sim.h"

#include "net/setup.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct app {
    struct conf conf;
    struct state state;
    struct loop loop;
    struct setup setup;
} app;

static jmp_buf gone;
enum { RUNS, CUT, FAILED };

_Noreturn void power_cut(void)
{
    longjmp(gone, CUT);
}

_Noreturn void run_failed(void)
{
    longjmp(gone, FAILED);
}

/* As main.c begins a run. False: ddns.cfg could not be read, and main.c would end. */
static bool prepare(void)
{
    memset(&app, 0, sizeof app);
    app.setup.loop = &app.loop;
    app.loop.conf = &app.conf;
    app.loop.state = &app.state;
    check_start(&app.loop);
    if (!setup_conf(&app.setup)) {
        if (app.conf.error_count)
            violated("the scenario cannot be read: line %u: %s", app.conf.errors[0].line, app.conf.errors[0].text);
        return false;
    }
    app.loop.build_epoch = EPOCH_S - 30 * 86400; /* the same whenever it was built */
    check_boot();
    setup_state(&app.setup, true);
    loop_init(&app.loop);
    return true;
}

/* After a power cut the machine is off for a while, and its ticks begin anew. */
static void rest(bool cut)
{
    uint64_t off = roll(3) ? between(1000, 30000) : between(1000, HOUR);
    check_gone(cut);
    os_fake_restart();
    world.stop_ms = UINT64_MAX;
    scene_advance(world.ms + off);
    if (cut)
        world.boot_ms = world.ms;
    if (world.fault[F_STOP])
        world.stop_ms = world.ms + between(5000, roll(2) ? MINUTE : 2 * HOUR);
}

/* False: an invariant was violated. */
static bool run(const struct scenario *s, uint64_t seed, uint64_t days)
{
    volatile bool on = true;
    check_begin();
    scene_begin(s, seed, days);
    os_fake_begin();
    server_forget();
    while (on) {
        switch (setjmp(gone)) {
        case RUNS:
            if (prepare())
                loop_run(&app.loop, false);
            on = world.ms < world.end_ms;
            if (on)
                rest(false);
            break;
        case CUT:
            on = world.ms < world.end_ms;
            if (on)
                rest(true);
            break;
        default:
            return false;
        }
    }
    totals.changes += world.changes;
    return true;
}

static struct {
    const char *scenario;
    uint64_t seed, seeds, days, seconds;
} options = {.seed = 1, .seeds = 1, .days = 10};

static bool number(const char *arg, const char *key, uint64_t *out)
{
    size_t n = strlen(key);
    if (strncmp(arg, key, n) != 0 || arg[n] != '=')
        return false;
    *out = strtoull(arg + n + 1, NULL, 10);
    return true;
}

static void read_options(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "trace") == 0)
            trace_live = true;
        else if (strncmp(argv[i], "scenario=", 9) == 0)
            options.scenario = argv[i] + 9;
        else if (!number(argv[i], "seed", &options.seed) && !number(argv[i], "seeds", &options.seeds) &&
                 !number(argv[i], "days", &options.days) && !number(argv[i], "seconds", &options.seconds)) {
            fprintf(stderr, "sim [scenario=NAME] [seed=N] [seeds=N] [days=N] [seconds=N] [trace]\n");
            exit(2);
        }
    }
}

static uint64_t real_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static unsigned long long ull(uint64_t v)
{
    return v;
}

static unsigned round_of(uint64_t seed, unsigned *count)
{
    unsigned failed = 0;
    for (size_t i = 0; i < scenario_count; i++) {
        if (options.scenario && strcmp(options.scenario, scenarios[i].name) != 0)
            continue;
        bool good = run(&scenarios[i], seed, options.days);
        printf("%s %u - %llu days, scenario=%s seed=%llu days=%llu\n", good ? "ok" : "not ok", ++*count, ull(options.days), scenarios[i].name,
               ull(seed), ull(options.days));
        if (!good)
            trace_print();
        failed += !good;
        fflush(stdout);
    }
    return failed;
}

int main(int argc, char **argv)
{
    uint64_t began = real_ms(), last;
    unsigned count = 0, failed = 0;
    read_options(argc, argv);
    last = options.seeds ? options.seed + options.seeds : UINT64_MAX;
    for (uint64_t seed = options.seed; options.seconds ? real_ms() - began < options.seconds * 1000 : seed < last; seed++)
        failed += round_of(seed, &count);
    uint64_t took = real_ms() - began, days = totals.ms / DAY;
    printf("1..%u\n# %llu device-days in %llu ms (%llu a second): %llu starts, %llu power cuts, %llu address changes, %llu requests, "
           "%llu updates sent, %llu taken, %llu repeated, %llu saves\n", count, ull(days), ull(took), ull(days * 1000 / (took ? took : 1)),
           ull(totals.boots), ull(totals.cuts), ull(totals.changes), ull(totals.requests), ull(totals.attempts), ull(totals.applied),
           ull(totals.repeats), ull(totals.saves));
    return failed != 0;
}
