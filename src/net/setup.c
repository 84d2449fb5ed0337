/* setup.c: what a run begins with. */
#include "net/setup.h"

#include "build.h" /* generated: BUILD_EPOCH */

#define ERR(...) setup_say(2, (const struct span[]){__VA_ARGS__, {0, 0}})

void setup_say(int fd, const struct span *parts)
{
    for (; parts->p; parts++)
        os_write(fd, parts->p, parts->n);
}

/* ---- reading the configuration */

static bool fetch_file(void *arg, struct span path, char *out, size_t cap, size_t *n, const char **why)
{
    char full[PATH_TEXT_MAX];
    const struct setup *s = arg;
    enum os_file r = loop_path(s->loop, path, full) ? os_file_read(full, out, cap, n) : OS_TOO_LONG;
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

static bool exists(struct setup *s, const char *path)
{
    size_t n;
    return os_file_read(path, s->text, sizeof s->text, &n) != OS_MISSING;
}

static bool try_folder(struct setup *s, const char *folder)
{
    struct buf b = BUF(s->path);
    char sep = os_separator();
    buf_z(&b, folder);
    buf_put(&b, &sep, 1);
    buf_z(&b, "ddns.cfg");
    buf_text(&b);
    return !b.over && exists(s, s->path);
}

/* Beside the exe first: a stick carries its configuration along. */
static bool find_conf(struct setup *s)
{
    char exe[PATH_TEXT_MAX];
    if (s->path[0])
        return true;
    if (os_exe_dir(exe, sizeof exe) && try_folder(s, exe))
        return true;
    if (try_folder(s, os_system_dir()))
        return true;
    ERR(SPAN("there is no ddns.cfg beside the program and none in "), span_z(os_system_dir()),
        SPAN(": make one (`ddns providers NAME` prints a section to paste) or name one with -c FILE\n"));
    return false;
}

static void note_folder(struct setup *s)
{
    const char *path = s->path;
    struct span p = span_z(path);
    struct buf b = BUF(s->dir);
    size_t n = p.n;
    while (n && path[n - 1] != os_separator() && path[n - 1] != '/')
        n--;
    buf_span(&b, n > 1 ? span_upto(p, n - 1) : n ? SPAN("/") : SPAN("."));
    buf_text(&b);
}

/* A user's recipe files become part of the account, as if written in its section. */
static bool load_recipe(struct setup *s, struct account *a)
{
    struct loop *l = s->loop;
    char full[PATH_TEXT_MAX];
    size_t n = 0, room = sizeof s->recipes - s->recipes_n;
    char *p = s->recipes + s->recipes_n;
    enum os_file r = loop_path(l, a->recipe_file, full) ? os_file_read(full, p, room, &n) : OS_TOO_LONG;
    if (r != OS_OK) {
        conf_wrong(l->conf, a->line, SPAN("recipe = "), a->recipe_file, SPAN(": "), span_z(os_file_text(r)),
                   SPAN(" — write the path of a recipe, relative to ddns.cfg"));
        return false;
    }
    a->recipe_text = (struct span){p, n};
    a->recipe_line = 1;
    conf_mark(a, a->recipe_text); /* a mended recipe ends a pause */
    s->recipes_n += n;
    return true;
}

static void load_ca(struct setup *s)
{
    struct loop *l = s->loop;
    char full[PATH_TEXT_MAX];
    struct fail f = {0};
    size_t n = 0;
    if (!l->conf->ca.p)
        return;
    enum os_file r = loop_path(l, l->conf->ca, full) ? os_file_read(full, l->hosts, sizeof l->hosts, &n)
                                                             : OS_TOO_LONG;
    if (r != OS_OK)
        conf_wrong(l->conf, 0, SPAN("ca = "), l->conf->ca, SPAN(": "), span_z(os_file_text(r)),
                   SPAN(" — write the path of a PEM file, relative to ddns.cfg"));
    else if (tls_trust_add(&s->trust, (struct span){l->hosts, n}, &f) == STEP_FAIL)
        conf_wrong(l->conf, 0, SPAN("ca = "), l->conf->ca, SPAN(": "), fail_text(&f), SPAN(" — write the path of a PEM file"));
    else
        l->net.trust = &s->trust;
}

static void print_errors(const struct setup *s)
{
    const struct conf *c = s->loop->conf;
    for (unsigned i = 0; i < c->error_count; i++) {
        const struct conf_error *e = &c->errors[i];
        char line[16];
        struct buf b = BUF(line);
        buf_char(&b, ':');
        buf_u64(&b, e->line);
        ERR(e->file.p ? e->file : span_z(s->path), e->line ? buf_view(&b) : SPAN(""), SPAN(": "), span_z(e->text), SPAN("\n"));
    }
    if (c->errors_cut)
        ERR(SPAN("… and more; mend these first\n"));
}

static bool has_secret(const struct conf *c)
{
    for (unsigned i = 0; i < c->value_count; i++)
        if (c->values[i].secret && !c->values[i].indirect)
            return true;
    return false;
}

static bool set_path(const struct loop *l, char out[PATH_TEXT_MAX], struct span given, const char *otherwise)
{
    if (given.p && span_is(given, "-")) {
        out[0] = 0;
        return true;
    }
    return loop_path(l, given.p ? given : span_z(otherwise), out);
}

bool setup_conf(struct setup *s)
{
    struct loop *l = s->loop;
    const struct conf_fetch fetch = {.file = fetch_file, .env = fetch_env, .arg = s};
    size_t n = 0;
    if (!find_conf(s))
        return false;
    note_folder(s);
    l->dir = s->dir;
    l->build_epoch = BUILD_EPOCH;
    enum os_file r = os_file_read(s->path, s->text, sizeof s->text, &n);
    if (r != OS_OK) {
        ERR(span_z(s->path), SPAN(": "), span_z(os_file_text(r)),
            r == OS_TOO_LONG ? SPAN(": more than 64 KB — divide it over two files and two runs\n") : SPAN("\n"));
        return false;
    }
    conf_read(l->conf, (struct span){s->text, n}, &fetch);
    load_ca(s);
    for (unsigned i = 0; i < l->conf->account_count; i++) {
        struct account *a = &l->conf->accounts[i];
        if (!a->recipe_file.p || load_recipe(s, a))
            provider_check(l->conf, a);
    }
    if (!set_path(l, l->state_path, l->conf->state, "ddns.state") || !set_path(l, l->log_path, l->conf->log, "ddns.log"))
        conf_wrong(l->conf, 0, SPAN("state or log: the path is too long — write a shorter one"));
    print_errors(s);
    if (!l->conf->error_count && has_secret(l->conf) && os_file_exposed(s->path))
        ERR(span_z(s->path), SPAN(": other users of this machine can read its secrets: chmod 600 "), span_z(s->path), SPAN("\n"));
    return !l->conf->error_count;
}

/* ---- state and lock */

/* A log event, not a word on stderr: a service has nobody to read that. */
static void say_state(struct loop *l, struct span what, const struct fail *why, struct span then)
{
    char text[FAIL_TEXT_MAX + PATH_TEXT_MAX + 200];
    struct buf b = BUF(text);
    buf_all(&b, span_z(l->state_path), what, fail_text(why), then);
    loop_say(l, &(struct log_event){.level = LEVEL_WARN, .now = loop_now(l), .took_ms = UINT64_MAX, .message = buf_view(&b)});
}

static void set_state_aside(struct loop *l, const struct fail *why)
{
    char aside[PATH_TEXT_MAX];
    struct buf b = BUF(aside);
    buf_z(&b, l->state_path);
    buf_z(&b, ".bad");
    buf_text(&b);
    os_file_rename(l->state_path, aside);
    say_state(l, SPAN(" is damaged ("), why,
              SPAN("): kept beside it with the ending .bad; what is published is asked from DNS instead"));
}

void setup_state(struct setup *s, bool mend)
{
    struct loop *l = s->loop;
    struct fail f = {0};
    size_t n = 0;
    char *text = l->state_text;
    enum os_file r = os_file_read(l->state_path, text, sizeof l->state_text, &n);
    if (r == OS_MISSING)
        return;
    if (r != OS_OK)
        fail_set(&f, FAIL_RETRY, LAYER_STATE, 0, span_z(os_file_text(r)));
    else
        state_read(l->state, l->conf, (struct span){text, n}, &f);
    if (f.kind && mend && (r == OS_OK || r == OS_TOO_LONG)) /* a disk that fails now may do again later */
        set_state_aside(l, &f);
    else if (f.kind)
        say_state(l, SPAN(" cannot be used ("), &f, SPAN("): what is published is asked from DNS instead"));
}

/* One instance a configuration. Where no lock file can be made (read-only media) there is none to collide with. */
bool setup_lock(struct setup *s)
{
    char path[PATH_TEXT_MAX];
    struct buf b = BUF(path);
    buf_z(&b, s->loop->state_path);
    buf_z(&b, ".lock");
    buf_text(&b);
    if (b.over || os_file_lock(path) != OS_BUSY)
        return true;
    ERR(SPAN("another ddns is running with "), span_z(s->path), SPAN(": end it first, or give this one its own `state =`\n"));
    return false;
}
