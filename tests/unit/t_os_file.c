/* t_os_file.c: files, children and signals of os.h, on the real system: in one folder (argv[1], else
 * the exe's own) and with a few system programs. */
#include "tap.h"

static char dir[PATH_TEXT_MAX];
static bool posix;

/* A path in the test folder; two live at a time. */
static const char *at(const char *name)
{
    static char text[2][PATH_TEXT_MAX];
    static unsigned turn;
    struct buf b = BUF(text[turn++ & 1]);

    buf_z(&b, dir);
    buf_char(&b, os_separator());
    buf_z(&b, name);
    return buf_text(&b);
}

static bool has(struct span text, const char *part)
{
    return span_find(text, span_z(part)) >= 0;
}

static void is_file(const char *path, const char *want, const char *name)
{
    static char text[256];
    size_t n = 0;

    is_i64(os_file_read(path, text, sizeof text, &n), OS_OK, name);
    is_str((struct span){text, n}, want, name);
}

/* ---- files */

static void t_replace(void)
{
    static char big[5000];
    size_t n = 99;
    char text[8];

    is_i64(os_file_read(at("t_os.none"), text, sizeof text, &n), OS_MISSING, "a missing file");
    is_i64((int64_t)n, 0, "has no bytes");
    is_i64(os_file_replace(at("t_os.a"), "one", 3), OS_OK, "a file is written");
    is_file(at("t_os.a"), "one", "and read");
    is_i64(os_file_replace(at("t_os.a"), "second", 6), OS_OK, "replaced");
    is_file(at("t_os.a"), "second", "and read again");
    is_i64(os_file_read(at("t_os.a.new"), text, sizeof text, &n), OS_MISSING,
           "no .new stays behind");
    is_i64(os_file_read(at("t_os.a"), text, 6, &n), OS_OK, "a file that just fits");
    is_i64(os_file_read(at("t_os.a"), text, 5, &n), OS_TOO_LONG, "a file one byte too long");
    is_i64((int64_t)n, 5, "gives its beginning");
    is_i64(os_file_replace(at("t_os.a"), "", 0), OS_OK, "an empty file");
    is_file(at("t_os.a"), "", "is empty");
    memset(big, 'x', sizeof big);
    is_i64(os_file_replace(at("t_os.a"), big, sizeof big), OS_OK, "a long file");
    is_i64(os_file_replace(at("t_os.a.new"), "left", 4), OS_OK, "what a power cut left");
    is_i64(os_file_replace(at("t_os.a"), "three", 5), OS_OK, "is in nobody's way");
    is_file(at("t_os.a"), "three", "and does not get in");
    is_i64(os_file_replace(at("no such folder/x"), "", 0), OS_MISSING, "no folder, no file");
    is_i64(os_file_replace(at("t_os.\xC3\xA4\xE4\xB8\xAD"), "utf-8", 5), OS_OK,
           "a name beyond ASCII");
    is_file(at("t_os.\xC3\xA4\xE4\xB8\xAD"), "utf-8", "is a name like any");
    is_i64(os_file_rename(at("t_os.\xC3\xA4\xE4\xB8\xAD"), at("t_os.a")), OS_OK, "rename replaces");
    is_file(at("t_os.a"), "utf-8", "the other file");
    is_i64(os_file_rename(at("t_os.none"), at("t_os.a")), OS_MISSING, "a missing one does not");
    is_file(at("t_os.a"), "utf-8", "harm it");
}

static void t_append(void)
{
    os_file_replace(at("t_os.log"), "", 0);
    os_file_replace(at("t_os.log.1"), "older", 5);
    is_i64(os_file_append(at("t_os.log"), "12345", 5, 10), OS_OK, "a line is appended");
    is_i64(os_file_append(at("t_os.log"), "67890", 5, 10), OS_OK, "another just fits");
    is_file(at("t_os.log"), "1234567890", "both stand");
    is_i64(os_file_append(at("t_os.log"), "abc", 3, 10), OS_OK, "the next does not fit");
    is_file(at("t_os.log"), "abc", "so it stands in a new file");
    is_file(at("t_os.log.1"), "1234567890", "and the full one was kept");
    is_i64(os_file_append(at("t_os.log"), "a line longer than all", 22, 10), OS_OK,
           "an overlong line");
    is_file(at("t_os.log"), "a line longer than all", "is not cut");
    is_i64(os_file_append(at("no such folder/log"), "x", 1, 10), OS_MISSING, "no folder, no log");
}

static void t_lock(void)
{
    is_i64(os_file_lock(at("t_os.lock")), OS_OK, "the lock is free");
    is_i64(os_file_lock(at("t_os.lock")), OS_BUSY, "and then it is not");
    is_i64(os_file_lock(at("no such folder/lock")), OS_MISSING, "no folder, no lock");
    is_i64(os_file_writable_dir(dir), OS_OK, "the folder takes files");
    ok(os_file_writable_dir(at("no such folder")) == OS_MISSING, "a missing one does not");
    ok(os_file_writable_dir(at("t_os.log")) != OS_OK, "nor does a file");
    for (int i = OS_OK; i <= OS_IO; i++)
        ok(os_file_text(i)[0] != 0, os_file_text(i));
}

/* ---- children */

struct ran {
    enum step step;
    struct fail f;
    char out[64];
    size_t n;
    uint64_t took;
};

static struct ran run(struct span argv)
{
    struct ran r = {.step = STEP_FAIL};
    uint64_t begin = os_tick();
    intptr_t c = os_child_start(argv, &r.f);

    if (c != OS_NONE) {
        while ((r.step = os_child_poll(c, r.out, sizeof r.out, &r.n, &r.f)) == STEP_MORE &&
               os_tick() - begin < 30000)
            os_wait(NULL, 0, 20000); /* the child's end wakes us, or this test takes long */
        os_child_end(c);
    }
    r.took = os_tick() - begin;
    return r;
}

static void t_child_common(void)
{
    struct ran r = run(SPAN("no-such-program-anywhere\0x"));
    intptr_t c;

    is_i64(r.step, STEP_FAIL, "a missing program");
    is_str(span_z(fail_kind_name(r.f.kind)), "config", "is the configuration's fault");
    ok(has(fail_text(&r.f), "no-such-program-anywhere"), "and is named");
    r = run(SPAN(""));
    is_i64(r.step, STEP_FAIL, "no program at all");
    r = posix ? run(SPAN("sh\0-c\0exit 3")) : run(SPAN("cmd\0/c\0exit 3"));
    is_i64(r.step, STEP_FAIL, "a program that fails");
    is_i64(r.f.code, 3, "with its status");
    r = posix ? run(SPAN("sh\0-c\0head -c 65 /dev/zero"))
              : run(SPAN("cmd\0/c\0set & set & set & set"));
    is_i64(r.step, STEP_FAIL, "a program that prints too much");
    ok(has(fail_text(&r.f), "too much"), "is told so");
    for (int i = 0; i < 20; i++) {
        struct fail f = {0};
        c = posix ? os_child_start(SPAN("sleep\00030"), &f)
                  : os_child_start(SPAN("cmd\0/c\0for /L %i in (1,1,1000000000) do @rem"), &f);
        r.n = 0;
        if (c == OS_NONE || os_child_poll(c, r.out, sizeof r.out, &r.n, &f) != STEP_MORE)
            break;
        os_child_end(c);
        r.took = (uint64_t)i;
    }
    is_i64((int64_t)r.took, 19, "twenty endless programs are ended, one after another");
}

static void t_child(void)
{
    struct ran r = posix ? run(SPAN("/bin/echo\0hi")) : run(SPAN("cmd\0/c\0echo hi"));

    is_i64(r.step, STEP_DONE, "a program runs");
    is_str(span_trim((struct span){r.out, r.n}), "hi", "and prints");
    ok(r.took < 15000, "its end wakes the wait");
    note("error", fail_text(&r.f));
    t_child_common();
    if (!posix)
        return;
    r = run(SPAN("cat"));
    ok(r.step == STEP_DONE && r.n == 0, "stdin is empty");
    r = run(SPAN("sh\0-c\0echo lost >&2; echo \"$1|$2\"\0sh\0a  b\0"));
    is_str((struct span){r.out, r.n}, "a  b|\n", "words arrive as given, stderr is dropped");
    r = run(SPAN("sh\0-c\0ls /proc/self/fd | tr '\\n' ' '"));
    is_str((struct span){r.out, r.n}, "0 1 2 3 ", "no descriptor of ours is inherited");
    r = run(SPAN("sh\0-c\0kill -9 $$"));
    ok(r.step == STEP_FAIL && has(fail_text(&r.f), "signal 9"), "a program that is killed");
}

/* ---- what only one side has */

static bool sh(const char *script, const char *arg)
{
    static char text[2 * PATH_TEXT_MAX];
    struct buf b = BUF(text);

    buf_span(&b, SPAN("sh\0-c\0"));
    buf_z(&b, script);
    buf_span(&b, SPAN("\0sh\0"));
    buf_z(&b, arg);
    return run(buf_view(&b)).step == STEP_DONE;
}

/* Sends ourselves a signal a little later and returns what woke the wait. */
static unsigned woken_by(const char *name, unsigned wake)
{
    uint64_t until = os_tick() + 5000;
    char text[100];
    struct buf b = BUF(text);
    struct fail f = {0};
    unsigned got = 0;
    intptr_t c;

    buf_span(&b, SPAN("sh\0-c\0sleep 0.2; kill -$1 $2\0sh\0"));
    buf_z(&b, name);
    buf_char(&b, 0);
    buf_u64(&b, os_pid());
    c = os_child_start(buf_view(&b), &f);
    while (!(got & wake) && os_tick() < until)
        got |= os_wait(NULL, 0, 1000);
    os_child_end(c);
    return got;
}

static void t_posix_files(void)
{
    sh("cd \"$1\" && rm -rf t_os.d && mkdir t_os.d && ln -s t_os.d/far t_os.d/link0 && ln -s far "
       "t_os.d/link && "
       "ln -s ring t_os.d/ring && mkfifo t_os.d/pipe",
       dir);
    is_i64(os_file_replace(at("t_os.d/link"), "behind", 6), OS_OK, "a link to nothing yet");
    is_file(at("t_os.d/far"), "behind", "is written through");
    is_i64(os_file_append(at("t_os.d/link"), " more", 5, 8), OS_OK, "a log behind a link");
    is_file(at("t_os.d/far.1"), "behind", "is rotated where it lies");
    is_i64(os_file_replace(at("t_os.d/ring"), "", 0), OS_IO, "a ring of links ends");
    ok(!os_file_exposed(at("t_os.d/far")), "what we write is ours alone");
    ok(sh("chmod 640 \"$1\"", at("t_os.d/far")) && os_file_exposed(at("t_os.d/far")),
       "a group's file is exposed");
    ok(!os_file_exposed(at("t_os.none")), "a missing one is not");
    is_i64(os_file_append("/dev/full", "x", 1, 10), OS_FULL, "a full disk");
    is_i64(os_file_read(dir, dir + sizeof dir / 2, 10, &(size_t){0}), OS_IO,
           "a folder is not a file");
    is_file(at("t_os.d/pipe"), "", "a pipe without a writer is empty");
}

static void t_signals(void)
{
    uint64_t begin;

    is_i64(woken_by("HUP", OS_WAKE_RELOAD), OS_WAKE_RELOAD, "a reload wakes");
    is_i64(os_wait(NULL, 0, 1), 0, "once");
    is_i64(woken_by("TERM", OS_WAKE_STOP), OS_WAKE_STOP, "a stop wakes");
    os_wait(NULL, 0, 20); /* the end of the child that sent it */
    begin = os_tick();
    is_i64(os_wait(NULL, 0, 50), OS_WAKE_STOP, "it stays set");
    ok(os_tick() - begin >= 45, "without keeping the loop awake");
}

int app_main(int argc, char **argv)
{
    posix = os_separator() == '/';
    if (argc > 1) {
        struct buf b = {.p = dir, .cap = sizeof dir / 2};
        buf_z(&b, argv[1]);
        buf_text(&b);
    } else {
        os_exe_dir(dir, sizeof dir / 2);
    }
    t_replace();
    t_append();
    t_lock();
    t_child();
    if (posix) {
        t_posix_files();
        t_signals();
    }
    return done();
}
