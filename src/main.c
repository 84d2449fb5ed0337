/* main.c: the command line: a table of commands, and the one static struct of the program. */
#include "base/civil.h"
#include "config/conf.h"
#include "net/setup.h"
#include "provider/provider.h"
#include "report/status.h"

#include "build.h" /* generated: BUILD_VERSION, BUILD_TARGET, BUILD_EPOCH, BUILD_BEARSSL, BUILD_ANCHORS_DATE */

enum { EXIT_RIGHT = 0, EXIT_WRONG = 1, EXIT_USAGE = 2 };

static struct app {
    struct conf conf;
    struct state state;
    struct loop loop;
    struct setup setup;
    bool json;       /* --json */
    struct span arg; /* what follows the command */
} app;

_Static_assert(sizeof(struct app) <= 8u << 20, "BSS of a router: mostly untouched, but not without bound");

/* ---- output */

#define OUT(...) setup_say(1, (const struct span[]){__VA_ARGS__, {0, 0}})
#define ERR(...) setup_say(2, (const struct span[]){__VA_ARGS__, {0, 0}})

static void out_piece(void *arg, struct span text)
{
    (void)arg;
    OUT(text);
}

/* ---- commands */

static int prepare(void)
{
    if (!setup_conf(&app.setup))
        return EXIT_USAGE;
    if (!setup_lock(&app.setup))
        return EXIT_WRONG;
    app.loop.screen = app.loop.verbose || os_is_terminal(2);
    setup_state(&app.setup, true);
    loop_init(&app.loop);
    return EXIT_RIGHT;
}

static int command_run(void)
{
    int bad = prepare();
    if (!bad)
        loop_run(&app.loop, false);
    return bad;
}

static int command_once(void)
{
    int bad = prepare();
    if (bad)
        return bad;
    loop_run(&app.loop, true);
    return cycle_right(&app.loop.cycle) ? EXIT_RIGHT : EXIT_WRONG;
}

static void print_sources(const struct source_list *list)
{
    static const char *const names[SOURCE_KIND_MAX] = {
        [SOURCE_AUTO] = "auto", [SOURCE_OFF] = "off", [SOURCE_INTERFACE] = "interface", [SOURCE_WEB] = "web",
        [SOURCE_FILE] = "file", [SOURCE_COMMAND] = "command"};
    for (unsigned i = 0; i < list->count; i++)
        OUT(i ? SPAN(", ") : SPAN(""), span_z(names[list->items[i].kind]), list->items[i].arg.p ? SPAN(" ") : SPAN_NONE,
            list->items[i].arg);
}

static int command_check(void)
{
    if (!setup_conf(&app.setup))
        return EXIT_USAGE;
    for (unsigned i = 0; i < app.conf.record_count; i++) {
        const struct conf_record *r = &app.conf.records[i];
        const struct account *a = &app.conf.accounts[r->account];
        char text[24];
        struct buf b = BUF(text);
        seconds_put(&b, a->interval_s ? a->interval_s : app.conf.interval_s);
        OUT(r->host, r->family == 4 ? SPAN(" A by ") : SPAN(" AAAA by "), span_z(a->id), SPAN(", every "), buf_view(&b),
            SPAN(", address from "));
        print_sources(&app.conf.quests[a->quest[r->family == 6]]);
        OUT(SPAN("\n"));
    }
    OUT(span_z(app.setup.path), SPAN(" is right\n"));
    return EXIT_RIGHT;
}

static void print_answer(const struct quest *q, unsigned i)
{
    const struct quest_answer *a = &q->answers[i];
    char text[200];
    struct buf b = BUF(text);
    buf_z(&b, q->family == 4 ? "IPv4  " : "IPv6  ");
    quest_source_name(q, i, &b);
    buf_z(&b, "  ");
    addr_put(&b, &a->addr);
    buf_z(&b, "  ");
    millis_put(&b, a->took_ms);
    OUT(buf_view(&b), SPAN("  "), a->fail.kind ? fail_text(&a->fail) : SPAN("good"), SPAN("\n"));
}

static int command_ip(void)
{
    bool good = true;
    if (!setup_conf(&app.setup))
        return EXIT_USAGE;
    loop_init(&app.loop);
    app.conf.log_level = LEVEL_ERROR; /* the table below says it all */
    for (unsigned k = 0; k < app.conf.quest_count; k++) {
        if (app.conf.quests[k].items[0].kind == SOURCE_OFF)
            continue;
        const struct quest *q = loop_quest(&app.loop, k);
        for (unsigned i = 0; q && i < q->count; i++)
            print_answer(q, i);
        if (q && !q->agreed.family)
            OUT(SPAN("      nothing would be published: "), fail_text(&app.loop.cycle.quests[k].fail), SPAN("\n"));
        good = good && q && q->agreed.family;
    }
    return good ? EXIT_RIGHT : EXIT_WRONG;
}

static int command_status(void)
{
    char line[STATUS_LINE_MAX];
    int exit = EXIT_RIGHT;
    struct buf b = BUF(line);
    if (!setup_conf(&app.setup))
        return EXIT_USAGE;
    app.loop.screen = true;
    setup_state(&app.setup, false);
    struct now now = loop_now(&app.loop);
    for (unsigned i = 0; i < app.conf.record_count; i++)
        decide_resume(&app.state.records[i], app.conf.accounts[app.conf.records[i].account].fingerprint, now);
    status_head(&b, &app.conf, &app.state, app.json);
    OUT(buf_view(&b));
    for (unsigned i = 0; i < app.conf.record_count; i++) {
        b.n = 0;
        if (status_record(&b, &app.conf, &app.state, i, app.json, now) != STATUS_RIGHT)
            exit = EXIT_WRONG;
        OUT(buf_view(&b));
    }
    b.n = 0;
    status_tail(&b, app.json);
    OUT(buf_view(&b));
    return exit;
}

static int command_providers(void)
{
    struct provider_info info;
    if (app.arg.p) {
        if (provider_help(app.arg, out_piece, NULL))
            return EXIT_RIGHT;
        ERR(SPAN("no provider is called '"), app.arg, SPAN("': `ddns providers` lists the names\n"));
        return EXIT_USAGE;
    }
    for (size_t i = 0; provider_at(i, &info); i++)
        OUT(info.id, SPAN("\t"), info.name, SPAN("\n"));
    return EXIT_RIGHT;
}

static int command_version(void)
{
    char text[24];
    struct buf b = BUF(text);
    buf_u64(&b, tls_roots());
    OUT(SPAN("ddns " BUILD_VERSION " for " BUILD_TARGET "\n"), span_z(tls_version),
        SPAN(" (MIT licence, Thomas Pornin), "), buf_view(&b), SPAN(" trust anchors of " BUILD_ANCHORS_DATE
        " (Mozilla's set, MPL 2.0)\n"));
    return EXIT_RIGHT;
}

static int command_help(void);

struct command {
    const char *name, *what, *help;
    int (*run)(void);
    bool takes; /* one more word */
};

static const struct command commands[] = {
    {"run", "", "check and update until stopped (the default)", command_run, false},
    {"once", "", "one full round, then exit: for cron", command_once, false},
    {"check", "", "read ddns.cfg and say what would be done; no traffic", command_check, false},
    {"ip", "", "ask every address source and print what it says", command_ip, false},
    {"status", " [--json]", "every name: address, since when, what comes next", command_status, false},
    {"providers", " [NAME]", "the providers; with NAME what it needs and a section to paste", command_providers, true},
    {"version", "", "version, target, BearSSL and trust anchors", command_version, false},
    {"help", "", "this text", command_help, false},
};

static int command_help(void)
{
    OUT(SPAN("ddns [-c FILE] [-v] [COMMAND]: keeps DNS names pointing at an address that changes\n\n"));
    for (size_t i = 0; i < COUNT(commands); i++) {
        struct span name = span_z(commands[i].name), what = span_z(commands[i].what);
        OUT(SPAN("  "), name, what, span_from(SPAN("                    "), name.n + what.n), span_z(commands[i].help), SPAN("\n"));
    }
    OUT(SPAN("\n  -c FILE  use this ddns.cfg (else: beside the program, then "), span_z(os_system_dir()),
        SPAN(")\n  -v       say everything, on the screen too\n\n"
             "exit status: 0 all is right, 1 a record could not be brought right, 2 configuration or usage error\n"));
    return EXIT_RIGHT;
}

static int usage(struct span wrong)
{
    ERR(SPAN("ddns: '"), wrong, SPAN("' is not understood here: `ddns help` lists the commands\n"));
    return EXIT_USAGE;
}

static const struct command *find_command(struct span name)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        if (span_is(name, commands[i].name))
            return &commands[i];
    return NULL;
}

int app_main(int argc, char **argv)
{
    const struct command *command = NULL;
    struct buf path = BUF(app.setup.path);
    app.loop.conf = &app.conf;
    app.loop.state = &app.state;
    app.setup.loop = &app.loop;
    for (int i = 1; i < argc; i++) {
        struct span word = span_z(argv[i]);
        if (span_is(word, "-v")) {
            app.loop.verbose = true;
        } else if (span_is(word, "-c") && i + 1 < argc && !path.n) {
            buf_z(&path, argv[++i]);
            buf_text(&path);
        } else if (span_is(word, "--json")) {
            app.json = true;
        } else if (!command) {
            command = find_command(span_is(word, "-h") || span_is(word, "--help") ? SPAN("help") : word);
            if (!command)
                return usage(word);
        } else if (command->takes && !app.arg.p) {
            app.arg = word;
        } else {
            return usage(word);
        }
    }
    if (path.over)
        return usage(SPAN("-c"));
    return (command ? command : &commands[0])->run();
}
