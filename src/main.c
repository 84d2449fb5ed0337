/* main.c: the command line: a table of commands, and the one static struct of the program. */
#include "base/civil.h"
#include "config/conf.h"
#include "net/loop.h"
#include "os/os.h"
#include "provider/provider.h"
#include "report/status.h"

#include "build.h" /* generated: BUILD_VERSION, BUILD_TARGET, BUILD_EPOCH, BUILD_BEARSSL, BUILD_ANCHORS_DATE */

enum { EXIT_RIGHT = 0, EXIT_WRONG = 1, EXIT_USAGE = 2, RECIPE_FILES_MAX = 32768 };

static struct app {
    struct conf conf;
    struct state state;
    struct loop loop;
    struct tls_trust trust;
    bool json;                          /* --json */
    struct span arg;                    /* what follows the command */
    char path[PATH_TEXT_MAX];           /* of ddns.cfg */
    char dir[PATH_TEXT_MAX];            /* its folder */
    char text[CONF_TEXT_MAX];           /* its content: conf points into it */
    char recipes[RECIPE_FILES_MAX];     /* contents of `recipe = FILE` */
    size_t recipes_n;
} app;

_Static_assert(sizeof(struct app) <= 8u << 20, "BSS of a router: mostly untouched, but not without bound");

/* ---- output */

static void say(int fd, const struct span *parts)
{
    for (; parts->p; parts++)
        os_write(fd, parts->p, parts->n);
}

#define OUT(...) say(1, (const struct span[]){__VA_ARGS__, {0, 0}})
#define ERR(...) say(2, (const struct span[]){__VA_ARGS__, {0, 0}})

static void out_piece(void *arg, struct span text)
{
    (void)arg;
    OUT(text);
}

/* ---- reading the configuration */

static bool fetch_file(void *arg, struct span path, char *out, size_t cap, size_t *n, const char **why)
{
    char full[PATH_TEXT_MAX];
    (void)arg;
    enum os_file r = loop_path(&app.loop, path, full) ? os_file_read(full, out, cap, n) : OS_TOO_LONG;
    *why = os_file_text(r);
    return r == OS_OK;
}

static bool fetch_env(void *arg, struct span name, char *out, size_t cap, size_t *n)
{
    char z[128];
    struct buf b = BUF(z);
    (void)arg;
    buf_span(&b, name);
    buf_text(&b);
    return !b.over && os_env(z, out, cap, n);
}

static bool exists(const char *path)
{
    size_t n;
    return os_file_read(path, app.text, sizeof app.text, &n) != OS_MISSING;
}

static bool try_folder(const char *folder)
{
    struct buf b = BUF(app.path);
    char sep = os_separator();
    buf_z(&b, folder);
    buf_put(&b, &sep, 1);
    buf_z(&b, "ddns.cfg");
    buf_text(&b);
    return !b.over && exists(app.path);
}

/* Beside the exe first: a stick carries its configuration along. */
static bool find_conf(void)
{
    char exe[PATH_TEXT_MAX];
    if (app.path[0])
        return true;
    if (os_exe_dir(exe, sizeof exe) && try_folder(exe))
        return true;
    if (try_folder(os_system_dir()))
        return true;
    ERR(SPAN("there is no ddns.cfg beside the program and none in "), span_z(os_system_dir()),
        SPAN(": make one (`ddns providers NAME` prints a section to paste) or name one with -c FILE\n"));
    return false;
}

static void folder_of(const char *path)
{
    struct span p = span_z(path);
    struct buf b = BUF(app.dir);
    size_t n = p.n;
    while (n && path[n - 1] != os_separator() && path[n - 1] != '/')
        n--;
    buf_span(&b, n > 1 ? span_upto(p, n - 1) : n ? SPAN("/") : SPAN("."));
    buf_text(&b);
}

/* A user's recipe files become part of the account, as if written in its section. */
static void load_recipe(struct account *a)
{
    char full[PATH_TEXT_MAX];
    size_t n = 0, room = sizeof app.recipes - app.recipes_n;
    char *p = app.recipes + app.recipes_n;
    enum os_file r = loop_path(&app.loop, a->recipe_file, full) ? os_file_read(full, p, room, &n) : OS_TOO_LONG;
    if (r != OS_OK) {
        conf_wrong(&app.conf, a->line, SPAN("recipe = "), a->recipe_file, SPAN(": "), span_z(os_file_text(r)),
                   SPAN(" — write the path of a recipe, relative to ddns.cfg"));
        return;
    }
    a->recipe_text = (struct span){p, n};
    a->recipe_line = 1;
    conf_mark(a, a->recipe_text); /* a mended recipe ends a pause */
    app.recipes_n += n;
}

static void load_ca(void)
{
    char full[PATH_TEXT_MAX];
    struct fail f = {0};
    size_t n = 0;
    if (!app.conf.ca.p)
        return;
    enum os_file r = loop_path(&app.loop, app.conf.ca, full) ? os_file_read(full, app.loop.hosts, sizeof app.loop.hosts, &n)
                                                             : OS_TOO_LONG;
    if (r != OS_OK)
        conf_wrong(&app.conf, 0, SPAN("ca = "), app.conf.ca, SPAN(": "), span_z(os_file_text(r)),
                   SPAN(" — write the path of a PEM file, relative to ddns.cfg"));
    else if (tls_trust_add(&app.trust, (struct span){app.loop.hosts, n}, &f) == STEP_FAIL)
        conf_wrong(&app.conf, 0, SPAN("ca = "), app.conf.ca, SPAN(": "), fail_text(&f), SPAN(" — write the path of a PEM file"));
    else
        app.loop.net.trust = &app.trust;
}

static void print_errors(void)
{
    for (unsigned i = 0; i < app.conf.error_count; i++) {
        const struct conf_error *e = &app.conf.errors[i];
        char line[16];
        struct buf b = BUF(line);
        buf_char(&b, ':');
        buf_u64(&b, e->line);
        ERR(span_z(app.path), e->line ? buf_view(&b) : SPAN(""), SPAN(": "), span_z(e->text), SPAN("\n"));
    }
    if (app.conf.errors_cut)
        ERR(SPAN("… and more; mend these first\n"));
}

static bool has_secret(void)
{
    for (unsigned i = 0; i < app.conf.value_count; i++)
        if (app.conf.values[i].secret && !app.conf.values[i].indirect)
            return true;
    return false;
}

static bool set_path(char out[PATH_TEXT_MAX], struct span given, const char *otherwise)
{
    if (given.p && span_is(given, "-")) {
        out[0] = 0;
        return true;
    }
    return loop_path(&app.loop, given.p ? given : span_z(otherwise), out);
}

static bool read_conf(void)
{
    const struct conf_fetch fetch = {.file = fetch_file, .env = fetch_env};
    size_t n = 0;
    if (!find_conf())
        return false;
    folder_of(app.path);
    app.loop.dir = app.dir;
    app.loop.conf = &app.conf;
    app.loop.state = &app.state;
    app.loop.build_epoch = BUILD_EPOCH;
    enum os_file r = os_file_read(app.path, app.text, sizeof app.text, &n);
    if (r != OS_OK) {
        ERR(span_z(app.path), SPAN(": "), span_z(os_file_text(r)),
            r == OS_TOO_LONG ? SPAN(": more than 64 KB — divide it over two files and two runs\n") : SPAN("\n"));
        return false;
    }
    conf_read(&app.conf, (struct span){app.text, n}, &fetch);
    load_ca();
    for (unsigned i = 0; i < app.conf.account_count; i++) {
        if (app.conf.accounts[i].recipe_file.p)
            load_recipe(&app.conf.accounts[i]);
        provider_check(&app.conf, &app.conf.accounts[i]);
    }
    if (!set_path(app.loop.state_path, app.conf.state, "ddns.state") || !set_path(app.loop.log_path, app.conf.log, "ddns.log"))
        conf_wrong(&app.conf, 0, SPAN("state or log: the path is too long — write a shorter one"));
    print_errors();
    if (!app.conf.error_count && has_secret() && os_file_exposed(app.path))
        ERR(span_z(app.path), SPAN(": other users of this machine can read its secrets: chmod 600 "), span_z(app.path), SPAN("\n"));
    return !app.conf.error_count;
}

/* ---- state and lock */

static void set_state_aside(const struct fail *why)
{
    char aside[PATH_TEXT_MAX];
    struct buf b = BUF(aside);
    buf_z(&b, app.loop.state_path);
    buf_z(&b, ".bad");
    buf_text(&b);
    os_file_rename(app.loop.state_path, aside);
    ERR(span_z(app.loop.state_path), SPAN(" is damaged ("), fail_text(why), SPAN("): kept as "), span_z(aside),
        SPAN("; what is published is asked from DNS instead\n"));
}

static void read_state(bool mend)
{
    struct fail f = {0};
    size_t n = 0;
    char *text = app.loop.state_text;
    enum os_file r = os_file_read(app.loop.state_path, text, sizeof app.loop.state_text, &n);
    if (r == OS_MISSING)
        return;
    if (r != OS_OK)
        fail_set(&f, FAIL_RETRY, LAYER_STATE, 0, span_z(os_file_text(r)));
    else
        state_read(&app.state, &app.conf, (struct span){text, n}, &f);
    if (f.kind && mend && r != OS_DENIED)
        set_state_aside(&f);
    else if (f.kind)
        ERR(span_z(app.loop.state_path), SPAN(" cannot be used ("), fail_text(&f), SPAN(")\n"));
}

/* One instance a configuration. Where no lock file can be made (read-only media) there is none to collide with. */
static bool take_lock(void)
{
    char path[PATH_TEXT_MAX];
    struct buf b = BUF(path);
    buf_z(&b, app.loop.state_path);
    buf_z(&b, ".lock");
    buf_text(&b);
    if (b.over || os_file_lock(path) != OS_BUSY)
        return true;
    ERR(SPAN("another ddns is running with "), span_z(app.path), SPAN(": end it first, or give this one its own `state =`\n"));
    return false;
}

/* ---- commands */

static int prepare(void)
{
    if (!read_conf())
        return EXIT_USAGE;
    if (!take_lock())
        return EXIT_WRONG;
    read_state(true);
    loop_init(&app.loop);
    app.loop.screen = app.loop.verbose || os_is_terminal(2);
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
    if (!read_conf())
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
    OUT(span_z(app.path), SPAN(" is right\n"));
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
    if (!read_conf())
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
    if (!read_conf())
        return EXIT_USAGE;
    read_state(false);
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
    struct buf path = BUF(app.path);
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
