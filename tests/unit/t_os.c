/* t_os.c: the platform contract of os.h on the real system: time, entropy, surroundings, sockets on
 * loopback, network facts. What differs by system is chosen by os_separator(), so one program serves
 * every target. Files and children are in t_os_file.c. */
#include "tap.h"

static bool posix;

static bool has(struct span text, const char *part)
{
    return span_find(text, span_z(part)) >= 0;
}

/* ---- time, entropy, surroundings */

static void t_clock(void)
{
    uint64_t before = os_tick(), last = before, now;
    bool forward = true;

    for (int i = 0; i < 1000; i++) {
        now = os_tick();
        forward = forward && now >= last;
        last = now;
    }
    ok(forward, "the tick never runs backwards");
    os_wait(NULL, 0, 60);
    now = os_tick() - before;
    ok(now >= 45, "a wait of 60 ms is not over at once");
    ok(now < 5000, "nor does it last");
    ok(os_wall() > 1577836800, "the wall clock is past 2020");
}

static void t_random(void)
{
    uint8_t a[64] = {0}, b[64] = {0};
    unsigned same = 0;

    ok(os_random(a, sizeof a) && os_random(b, sizeof b), "the system has entropy");
    ok(memcmp(a, b, sizeof a) != 0, "two draws differ");
    for (size_t i = 0; i < sizeof a; i++)
        same += a[i] == b[i];
    ok(same < 16, "in nearly every byte");
    ok(os_random(a, 0), "nothing can be drawn too");
}

static void t_console(void)
{
    char text[PATH_TEXT_MAX];
    size_t n = 0;
    static const struct {
        const char *path;
        bool on_posix, on_windows;
    } paths[] = {
        {"/etc/ddns.cfg", true, true},  {"C:\\x\\ddns.cfg", false, true}, {"C:/x", false, true},
        {"\\\\server\\x", false, true}, {"ddns.cfg", false, false},       {"", false, false},
        {"c:ddns.cfg", false, false},   {"./x", false, false},
    };

    ok(os_env(posix ? "PATH" : "SystemRoot", text, sizeof text, &n) && n > 0,
       "the environment is there");
    ok(!os_env("DDNS_NOT_SET", text, sizeof text, &n), "a name that is not set");
    ok(!os_env(posix ? "PATH" : "SystemRoot", text, 2, &n),
       "a value longer than its place is refused");
    for (size_t i = 0; i < COUNT(paths); i++)
        ok(os_path_absolute(span_z(paths[i].path)) ==
               (posix ? paths[i].on_posix : paths[i].on_windows),
           paths[i].path);
    ok(os_exe_dir(text, sizeof text), "the exe knows its folder");
    ok(os_path_absolute(span_z(text)), "which is absolute");
    ok(text[strlen(text) - 1] != os_separator(), "and has no final separator");
    ok(!os_exe_dir(text, 3) && text[0] == '.' && !text[1], "a folder too long for its place is .");
    ok(os_path_absolute(span_z(os_system_dir())), "the system's folder is absolute");
    ok(os_pid() > 0, "there is a process number");
    os_write(1, "# \xC3\xA4\xE2\x82\xAC\n", 8);
}

/* ---- sockets */

static const struct addr loopback = {.family = 4, .b = {127, 0, 0, 1}};

/* Waits until the connect is decided. */
static enum step settle(intptr_t s, struct fail *f)
{
    uint64_t until = os_tick() + 8000;
    enum step r = STEP_MORE;

    while (r == STEP_MORE && os_tick() < until) {
        struct os_watch w = {.s = s, .want = OS_WRITE};
        os_wait(&w, 1, 500);
        if (w.ready)
            r = os_sock_connected(s, f);
    }
    return r;
}

static void refused(const struct endpoint *to, const char *bind, const char *name)
{
    struct fail f = {0};
    intptr_t s = os_sock_open(OS_TCP, to, span_z(bind), &f);
    enum step r = s == OS_NONE ? STEP_FAIL : settle(s, &f);

    ok(r == STEP_FAIL, name);
    is_str(span_z(fail_kind_name(f.kind)), "retry", "  may pass");
    is_str(span_z(fail_layer_name(f.layer)), "tcp", "  is the transport's");
    ok(f.code != 0 && f.text_n > 0, "  and says why");
    note("text", fail_text(&f));
    os_sock_close(s);
}

static void t_refused(void)
{
    struct endpoint to = {.addr = loopback, .port = 1};
    struct endpoint nowhere = {.addr = {.family = 4, .b = {255, 255, 255, 255}}, .port = 80};
    struct fail f = {0};
    uint8_t byte = 0;
    intptr_t s;

    refused(&to, NULL, "a closed port refuses");
    refused(&nowhere, NULL, "the broadcast address cannot be connected to");
    refused(&to, "127.0.0.1", "bound to loopback the port is as closed");
    s = os_sock_open(OS_TCP, &to, SPAN_NONE, &f);
    if (s != OS_NONE && settle(s, &f) == STEP_FAIL) {
        ok(os_sock_recv(s, &byte, 1, &f) < 0, "nothing is received after a refusal");
        ok(os_sock_send(s, &byte, 1, &f) < 0, "nor sent");
    }
    os_sock_close(s);
    os_sock_close(OS_NONE);
}

static void t_bind(void)
{
    struct endpoint to = {.addr = loopback, .port = 1};
    static const struct {
        const char *bind, *says;
    } bad[] = {
        {"nosuch0", "nosuch0"},
        {"a-name-much-longer-than-any-interface-can-have", "a-name-much-longer"},
        {"192.0.2.77", "192.0.2.77"},
        {"::1", "other family"},
    };

    for (size_t i = 0; i < COUNT(bad); i++)
        for (int kind = OS_UDP; kind <= OS_TCP; kind++) {
            struct fail f = {0};
            ok(os_sock_open(kind, &to, span_z(bad[i].bind), &f) == OS_NONE, "bind fails closed");
            ok(has(fail_text(&f), bad[i].says), bad[i].says);
        }
}

static void t_udp(void)
{
    struct endpoint to = {.addr = loopback, .port = 1};
    struct fail f = {0};
    char byte = 'x';
    intptr_t s = os_sock_open(OS_UDP, &to, SPAN_NONE, &f);
    struct os_watch w = {.s = s, .want = OS_WRITE};

    ok(s != OS_NONE, "a UDP socket opens");
    os_wait(&w, 1, 1000);
    is_i64(w.ready, OS_WRITE, "and can be written to");
    os_wait(&w, 1, 1000);
    is_i64(w.ready, OS_WRITE, "still, when asked again");
    w.want = OS_READ;
    os_wait(&w, 1, 20);
    is_i64(w.ready, 0, "but has nothing to read");
    is_i64(os_sock_recv(s, &byte, 1, &f), 0, "as recv says");
    is_i64(os_sock_send(s, &byte, 1, &f), 1, "one byte is sent");
    os_wait(&w, 1, 300);
    long got = os_sock_recv(s, &byte, 1, &f);
    ok(got == OS_FAIL || (!posix && got == 0), "the closed port answers, if by silence");
    os_sock_close(s);
}

static void t_many(void)
{
    static struct os_watch w[2 * SLOTS_MAX + 2];
    struct endpoint to = {.addr = loopback, .port = 1};
    struct fail f = {0};
    size_t ready = 0;

    for (size_t i = 0; i < COUNT(w); i++) {
        w[i].s = os_sock_open(OS_UDP, &to, SPAN_NONE, &f);
        w[i].want = OS_WRITE;
    }
    os_wait(w, COUNT(w), 1000);
    for (size_t i = 0; i < COUNT(w); i++)
        ready += w[i].ready == OS_WRITE;
    is_i64((int64_t)ready, (int64_t)COUNT(w), "as many sockets as ever needed are watched");
    for (size_t i = 0; i < COUNT(w); i++)
        w[i].want = OS_READ;
    w[COUNT(w) - 1].want |= OS_WRITE;
    os_wait(w, COUNT(w), 1000);
    is_i64(w[COUNT(w) - 1].ready, OS_WRITE, "the last of them alone is ready");
    for (size_t i = 0; i < COUNT(w); i++)
        os_sock_close(w[i].s);
}

/* ---- network facts */

static void t_network(void)
{
    static struct ifaddr list[IFADDRS_MAX];
    static struct endpoint servers[RESOLVERS_MAX];
    struct fail f = {0};
    long n = os_interfaces(list, COUNT(list), &f), found = -1;
    bool sane = true;

    ok(n >= 1, "the machine has addresses");
    for (long i = 0; i < n; i++) {
        char text[200];
        struct buf b = BUF(text);
        buf_u64(&b, list[i].index);
        buf_char(&b, ' ');
        buf_z(&b, list[i].name);
        buf_char(&b, ' ');
        addr_put(&b, &list[i].addr);
        buf_char(&b, '/');
        buf_u64(&b, list[i].prefix);
        buf_z(&b, ", flags ");
        buf_u64(&b, list[i].flags);
        note("address", buf_view(&b));
        if (addr_eq(&list[i].addr, &loopback))
            found = i;
        sane = sane && list[i].index > 0 && list[i].name[0] && list[i].prefix <= 128;
    }
    ok(sane, "each with index, name and prefix");
    ok(found >= 0, "one of them is 127.0.0.1");
    ok(found >= 0 && (list[found].flags & IF_LOOPBACK), "which is marked as loopback");
    ok(found >= 0 && !(list[found].flags & (IF_TEMPORARY | IF_TENTATIVE | IF_DEPRECATED)),
       "and usable");
    is_i64(os_interfaces(list, 1, &f), 1, "a short list is filled");
    n = os_resolvers(servers, COUNT(servers));
    ok(n >= (posix ? 1 : -1) && n <= RESOLVERS_MAX, "the resolvers are listed");
    for (long i = 0; i < n; i++)
        ok(servers[i].port == 53 && servers[i].addr.family, "a resolver is an address and port 53");
    ok(os_path_absolute(span_z(os_hosts_path())), "the hosts file has a place");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    posix = os_separator() == '/';
    t_clock();
    t_random();
    t_console();
    t_refused();
    t_bind();
    t_udp();
    t_many();
    t_network();
    return done();
}
