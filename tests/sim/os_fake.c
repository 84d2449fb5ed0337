/* os_fake.c: os.h on virtual time. Nothing here is real but the bytes. */
#include "sim/sim.h"

#include <stdlib.h>

struct world world;

/* Every call is a place where the power can go. */
static void call(void)
{
    world.calls++;
    if (world.fault[F_POWER] && roll(2000000) < world.fault[F_POWER])
        power_cut();
}

static void cut_here(void)
{
    if (world.fault[F_POWER] && roll(8000) < world.fault[F_POWER])
        power_cut();
}

/* ---- clocks, entropy, console, surroundings */

_Noreturn void os_exit(int status)
{
    exit(status);
}

uint64_t os_tick(void)
{
    return world.ms - world.boot_ms + 1;
}

int64_t os_wall(void)
{
    return EPOCH_S + (int64_t)(world.ms / 1000) + world.clock_error;
}

bool os_random(void *p, size_t n)
{
    call();
    if (struck(F_RANDOM))
        return false;
    for (size_t i = 0; i < n; i++)
        ((uint8_t *)p)[i] = (uint8_t)roll(256);
    return true;
}

void os_write(int fd, const char *p, size_t n)
{
    (void)fd;
    trace("%.*s", (int)(n && p[n - 1] == '\n' ? n - 1 : n), p);
}

bool os_is_terminal(int fd)
{
    (void)fd;
    return false;
}

bool os_env(const char *name, char *out, size_t cap, size_t *n)
{
    (void)name;
    (void)out;
    (void)cap;
    *n = 0;
    return false;
}

bool os_exe_dir(char *out, size_t cap)
{
    (void)cap;
    memcpy(out, "/sim", 5);
    return true;
}

const char *os_system_dir(void)
{
    return "/etc";
}

char os_separator(void)
{
    return '/';
}

bool os_path_absolute(struct span path)
{
    return path.n && path.p[0] == '/';
}

unsigned os_pid(void)
{
    return 1;
}

/* ---- sockets: what a server says is cut into pieces that arrive in time */

enum { SOCKETS = 80, PIECES = 12, OUT_MAX = 20000, IN_MAX = 16000 };

struct piece {
    uint64_t at;
    unsigned from, n;
};

static struct sock {
    bool used, up, refused;
    enum os_kind kind;
    struct endpoint to;
    uint64_t up_at, end_at; /* connected or refused; ended by the server */
    bool reset, over;       /* and how; the server says no more */
    size_t out_n, in_n, read_n;
    unsigned pieces, piece;
    unsigned requests;
    int told;
    size_t told_at;         /* bytes the client must have read to know it */
    char out[OUT_MAX], in[IN_MAX];
    struct piece list[PIECES];
} socks[SOCKETS];

static void sockets_reset(void)
{
    for (unsigned i = 0; i < SOCKETS; i++)
        socks[i].used = false;
}

intptr_t os_sock_open(enum os_kind kind, const struct endpoint *to, struct span bind, struct fail *f)
{
    call();
    (void)bind;
    if (struck(F_OPEN) || (to->addr.family == 6 && !scene->v6) || (world.offline && to->addr.b[0] != 127)) {
        fail_set(f, FAIL_RETRY, LAYER_TCP, 101, SPAN("network is unreachable"));
        return OS_NONE;
    }
    for (unsigned i = 0; i < SOCKETS; i++) {
        struct sock *s = &socks[i];
        if (s->used)
            continue;
        memset(s, 0, offsetof(struct sock, out));
        s->used = true;
        s->kind = kind;
        s->to = *to;
        s->told = -1;
        s->end_at = UINT64_MAX;
        s->refused = !server_there(kind, to) || (kind == OS_TCP && struck(F_REFUSE));
        s->up_at = kind == OS_TCP && struck(F_HANG) ? UINT64_MAX : world.ms + (kind == OS_TCP ? between(5, 60) : 0);
        return (intptr_t)i;
    }
    violated("more than %d sockets are open: some are never closed", SOCKETS);
}

static struct sock *sock_of(intptr_t s)
{
    if (s < 0 || s >= SOCKETS || !socks[s].used)
        violated("a call on a socket that is not open");
    return &socks[s];
}

enum step os_sock_connected(intptr_t h, struct fail *f)
{
    struct sock *s = sock_of(h);
    call();
    if (world.ms < s->up_at)
        return STEP_MORE;
    if (s->refused)
        return fail_set(f, FAIL_RETRY, LAYER_TCP, 111, SPAN("connection refused"));
    s->up = true;
    return STEP_DONE;
}

static void add_piece(struct sock *s, uint64_t at, const char *p, size_t n)
{
    if (s->pieces == PIECES || s->in_n + n > sizeof s->in)
        violated("the simulator's room for replies is too small");
    memcpy(s->in + s->in_n, p, n);
    s->list[s->pieces++] = (struct piece){.at = at, .from = (unsigned)s->in_n, .n = (unsigned)n};
    s->in_n += n;
}

/* TCP may part what was sent anywhere. */
static void add_stream(struct sock *s, uint64_t at, const char *p, size_t n, bool slow)
{
    unsigned parts = 1 + (unsigned)roll(3) + slow;
    while (n) {
        size_t piece = parts > 1 ? roll(n) + 1 : n;
        parts -= parts > 1;
        add_piece(s, at, p, piece);
        at += slow ? between(3000, 25000) : roll(3);
        p += piece;
        n -= piece;
    }
    if (s->end_at == 0)
        s->end_at = at;
}

static void deliver(struct sock *s, struct packet *r)
{
    uint64_t at = world.ms + between(2, 80);
    bool cut = struck(F_CUT), reset = struck(F_RESET), silent = struck(F_SILENT);
    if (r->lost) {
        unsigned how = (unsigned)roll(3);
        silent = how == 0;
        reset = how == 1;
        cut = how == 2;
        r->n = roll(2) ? 1 : r->n; /* not a byte of it, or some */
    }
    if (s->kind == OS_UDP) {
        s->told = cut ? -1 : r->told;
        r->n = cut ? roll(r->n) : r->n;
        s->told_at = s->in_n + r->n;
        if (!silent && r->n)
            add_piece(s, struck(F_SLOW) ? at + roll(4000) : at, r->b, r->n);
        return;
    }
    if (silent || reset || cut) {
        r->n = silent && !cut ? 0 : roll(r->n); /* an end by FIN before the last byte */
        s->reset = reset;
        s->over = true;
        s->end_at = silent && !reset && !cut ? UINT64_MAX : 0;
    } else {
        s->told = r->told;
        s->told_at = s->in_n + r->n;
        s->over = r->close;
        s->end_at = r->close ? 0 : UINT64_MAX;
    }
    add_stream(s, at, r->b, r->n, struck(F_SLOW));
    if (s->end_at == UINT64_MAX && !silent && roll(3) == 0)
        s->end_at = at + between(200, 8000); /* kept alive, but not for long */
}

static void serve(struct sock *s)
{
    static struct packet r;
    size_t used;
    totals.requests++;
    while (s->out_n && (used = server_answer(s->kind, &s->to, !s->requests, (struct span){s->out, s->out_n}, &r)) > 0) {
        s->requests++;
        memmove(s->out, s->out + used, s->out_n - used);
        s->out_n -= used;
        if (s->in_n == s->read_n && s->pieces == s->piece)
            s->in_n = s->read_n = s->pieces = s->piece = 0;
        if ((r.n || r.lost) && !s->over)
            deliver(s, &r);
    }
}

static bool ended(const struct sock *s)
{
    return world.ms >= s->end_at && s->piece == s->pieces;
}

static long broken(struct fail *f)
{
    fail_set(f, FAIL_RETRY, LAYER_TCP, 104, SPAN("connection reset by peer"));
    return OS_FAIL;
}

long os_sock_send(intptr_t h, const void *p, size_t n, struct fail *f)
{
    struct sock *s = sock_of(h);
    call();
    if (s->kind == OS_TCP && !s->up)
        violated("bytes are sent before the connection is there");
    if (s->kind == OS_UDP && s->refused && roll(2))
        return broken(f);
    if (s->kind == OS_TCP && world.ms >= s->end_at)
        return s->reset || roll(2) ? broken(f) : (long)n;
    if (s->kind == OS_TCP && roll(20) == 0) {
        n = roll(n);
        if (!n)
            return 0;
    }
    if (s->kind == OS_UDP)
        s->out_n = 0;
    if (s->out_n + n > sizeof s->out)
        violated("a request of more than %d bytes", OUT_MAX);
    memcpy(s->out + s->out_n, p, n);
    s->out_n += n;
    serve(s);
    return (long)n;
}

static struct piece *due_piece(struct sock *s)
{
    while (s->piece < s->pieces && s->list[s->piece].n == 0)
        s->piece++;
    return s->piece < s->pieces && s->list[s->piece].at <= world.ms ? &s->list[s->piece] : NULL;
}

long os_sock_recv(intptr_t h, void *p, size_t cap, struct fail *f)
{
    struct sock *s = sock_of(h);
    call();
    struct piece *q = due_piece(s);
    if (!q && ended(s))
        return s->reset ? broken(f) : OS_EOF;
    if (!q)
        return s->kind == OS_UDP && s->refused && roll(2) ? broken(f) : 0;
    size_t n = q->n < cap ? q->n : cap;
    if (s->kind == OS_TCP && roll(10) == 0)
        n = between(1, n);
    memcpy(p, s->in + q->from, n);
    q->from += (unsigned)n;
    q->n -= s->kind == OS_UDP ? q->n : (unsigned)n;
    s->read_n += n;
    due_piece(s);
    if (s->told >= 0 && s->read_n >= s->told_at) {
        check_told(s->told);
        s->told = -1;
    }
    return (long)n;
}

void os_sock_close(intptr_t h)
{
    struct sock *s = sock_of(h);
    call();
    s->used = false;
}

/* ---- waiting */

static uint8_t ready(struct sock *s)
{
    uint8_t r = 0;
    if (s->kind == OS_TCP && !s->up)
        return world.ms >= s->up_at ? OS_WRITE | (s->refused ? OS_READ : 0) : 0;
    if (due_piece(s) || ended(s))
        r |= OS_READ;
    return r | OS_WRITE;
}

static uint64_t next_of(const struct sock *s)
{
    if (s->kind == OS_TCP && !s->up)
        return s->up_at;
    return s->piece < s->pieces ? s->list[s->piece].at : s->end_at;
}

static bool any_ready(struct os_watch *watch, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        watch[i].ready = ready(sock_of(watch[i].s)) & watch[i].want;
        any = any || watch[i].ready;
    }
    return any;
}

unsigned os_wait(struct os_watch *watch, size_t n, uint32_t timeout_ms)
{
    uint64_t until = world.ms + timeout_ms, before = world.ms;
    bool early = struck(F_EVENT) && roll(4) == 0;
    unsigned wake = 0;
    call();
    world.waits++;
    while (!any_ready(watch, n) && world.ms < until && !early && !world.event && world.ms < world.end_ms &&
           world.ms < world.stop_ms) {
        uint64_t next = until;
        for (size_t i = 0; i < n; i++) {
            uint64_t at = next_of(&socks[watch[i].s]);
            next = at > world.ms && at < next ? at : next;
        }
        if (scene_next() < next)
            next = scene_next();
        scene_advance(next > world.ms ? next : world.ms + 1);
    }
    check_spin(world.ms != before);
    check_watch();
    wake |= world.event ? OS_WAKE_ADDRESS : 0;
    world.event = false;
    if (world.ms >= world.end_ms || world.ms >= world.stop_ms)
        wake |= OS_WAKE_STOP;
    return wake;
}

/* ---- network facts */

static struct ifaddr own_address(const char *name, struct addr a, uint8_t flags, uint32_t preferred_s)
{
    struct ifaddr i = {.addr = a, .flags = flags, .prefix = 64, .index = 2, .preferred_s = preferred_s};
    memcpy(i.name, name, strlen(name) + 1);
    return i;
}

long os_interfaces(struct ifaddr *list, size_t cap, struct fail *f)
{
    struct addr lan = {.family = 4, .b = {192, 168, 1, 9}};
    (void)f;
    (void)cap;
    call();
    list[0] = own_address("eth0", lan, 0, UINT32_MAX);
    if (!scene->v6)
        return 1;
    if (struck(F_OPEN) || world.offline)
        return roll(2) ? 1 : -1;
    list[1] = own_address("eth0", world.passing, IF_TEMPORARY, 70000);
    list[2] = own_address("eth0", world.truth[1], 0, 3000 - (uint32_t)(world.ms / 1000 % 600));
    if (!world.old[1].family || addr_eq(&world.old[1], &world.truth[1])) {
        check_reported(SOURCE_IS_INTERFACE, &world.truth[1]);
        return 3;
    }
    list[3] = own_address("eth0", world.old[1], IF_DEPRECATED, 0);
    check_reported(SOURCE_IS_INTERFACE, &world.truth[1]);
    return 4;
}

long os_resolvers(struct endpoint *list, size_t cap)
{
    (void)cap;
    call();
    for (unsigned i = 0; i < 2; i++)
        list[i] = (struct endpoint){.addr = {.family = 4, .b = {10, 0, 0, (uint8_t)(53 + i)}}, .port = 53};
    return 2;
}

const char *os_hosts_path(void)
{
    return "/etc/hosts";
}

/* ---- the disk: one state file, and an address that a router's script leaves there */

static struct {
    bool there;
    char text[STATE_TEXT_MAX];
    size_t n;
} disk;

const char *os_file_text(enum os_file r)
{
    return r == OS_OK ? "good" : r == OS_MISSING ? "no such file" : r == OS_FULL ? "the disk is full" : "input/output error";
}

static bool is_state(const char *path)
{
    return span_is(span_z(path), "/sim/ddns.state");
}

static enum os_file read_address(char *p, size_t cap, size_t *n)
{
    struct buf b = {.p = p, .cap = cap};
    if (struck(F_CUT) || !world.truth[0].family)
        return OS_OK; /* just being written: empty */
    struct addr a = struck(F_LIE) ? world.old[0] : world.truth[0];
    addr_put(&b, &a);
    buf_char(&b, '\n');
    *n = b.n;
    if (a.family)
        check_reported(SOURCE_IS_FILE, &a);
    return OS_OK;
}

static enum os_file copy_file(const char *from, size_t size, char *p, size_t cap, size_t *n)
{
    if (size > cap)
        return OS_TOO_LONG;
    memcpy(p, from, size);
    *n = size;
    return OS_OK;
}

enum os_file os_file_read(const char *path, char *p, size_t cap, size_t *n)
{
    call();
    *n = 0;
    if (struck(F_DISK)) {
        if (is_state(path) && disk.there)
            check_unread();
        return OS_IO;
    }
    if (span_is(span_z(path), "/sim/address.txt"))
        return read_address(p, cap, n);
    if (span_is(span_z(path), "/sim/ddns.cfg"))
        return copy_file(scene->conf, strlen(scene->conf), p, cap, n);
    if (!is_state(path) || !disk.there)
        return OS_MISSING;
    check_disk((struct span){disk.text, disk.n});
    return copy_file(disk.text, disk.n, p, cap, n);
}

enum os_file os_file_replace(const char *path, const char *p, size_t n)
{
    call();
    if (!is_state(path))
        violated("a file is written that nobody knows: %s", path);
    cut_here();
    if (struck(F_DISK)) {
        check_saved(false);
        return roll(2) ? OS_FULL : OS_IO;
    }
    cut_here(); /* PATH.new is there, whole or not; nobody reads it */
    memcpy(disk.text, p, n);
    disk.n = n;
    disk.there = true;
    check_saved(true);
    cut_here();
    return OS_OK;
}

enum os_file os_file_rename(const char *from, const char *to)
{
    (void)to;
    if (is_state(from))
        disk.there = false;
    return OS_OK;
}

enum os_file os_file_append(const char *path, const char *p, size_t n, uint64_t limit)
{
    (void)path;
    (void)p;
    (void)n;
    (void)limit;
    return OS_DENIED; /* the log goes to os_write */
}

enum os_file os_file_lock(const char *path)
{
    (void)path;
    return OS_OK;
}

bool os_file_exposed(const char *path)
{
    (void)path;
    return false;
}

enum os_file os_file_writable_dir(const char *path)
{
    (void)path;
    return OS_OK;
}

void os_fake_begin(void)
{
    disk.there = false;
    sockets_reset();
}

void os_fake_restart(void)
{
    sockets_reset();
}

/* ---- children: none */

intptr_t os_child_start(struct span argv, struct fail *f)
{
    (void)argv;
    fail_set(f, FAIL_RETRY, LAYER_OS, 2, SPAN("no such program"));
    return OS_NONE;
}

enum step os_child_poll(intptr_t child, char *out, size_t cap, size_t *n, struct fail *f)
{
    (void)child;
    (void)out;
    (void)cap;
    *n = 0;
    return fail_set(f, FAIL_RETRY, LAYER_OS, 2, SPAN("no such program"));
}

void os_child_end(intptr_t child)
{
    (void)child;
}
