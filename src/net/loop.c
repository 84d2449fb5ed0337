/* loop.c: drives many exchanges: opens, sends, receives, closes as they want, and waits for the next thing to happen. */
#include "net/loop.h"
#include "net/jobs.h"
#include "base/civil.h"
#include "base/hash.h"

enum {
    CHILD_LOOK_MS = 50,
    KICK_MS = 50,          /* address events come in swarms */
    KICK_GAP_MS = 5000,    /* of a network that cannot settle */
    KICK_SAME_MS = 60000   /* routers repeat their IPv6 announcements, some every few seconds: an event, no change */
};

struct now loop_now(const struct loop *l)
{
    struct now now = {.tick = os_tick(), .wall = os_wall()};
    if (now.wall < l->build_epoch && l->net.date) /* a dead clock battery: the time of the last verified reply */
        now.wall = l->net.date + (int64_t)(now.tick - l->net.date_tick) / 1000;
    if (now.wall < l->build_epoch)
        now.wall = 0;
    return now;
}

void loop_init(struct loop *l)
{
    struct cycle *c = &l->cycle;
    c->conf = l->conf;
    c->state = l->state;
    c->net = &l->net;
    c->local = l->local;
    c->say = loop_say;
    c->arg = l;
    l->net.random = os_random;
    l->net.bind = l->conf->bind;
    for (unsigned i = 0; i < SLOTS_MAX; i++)
        l->child[i] = OS_NONE;
}

static void look_at_interfaces(struct loop *l)
{
    struct fail f = {0};
    long count = os_interfaces(l->local, IFADDRS_MAX, &f);
    l->cycle.local_count = count > 0 ? (size_t)count : 0;
    l->local_mark = 0;
    for (size_t i = 0; i < l->cycle.local_count; i++) { /* with its flags; lives only count down */
        const struct span address = {(const char *)&l->local[i], offsetof(struct ifaddr, prefix)};
        l->local_mark = l->local_mark * 31 + crc32_of(address);
    }
}

/* Resolvers, hosts and interface addresses are read anew before sources are asked: they change with the network. */
static void refresh(struct loop *l)
{
    size_t n = 0;
    long count;
    l->state->dirty |= l->unsaved; /* there may be room again */
    if (l->conf->resolver_count) {
        l->net.resolver_count = l->conf->resolver_count;
        memcpy(l->net.resolvers, l->conf->resolvers, sizeof l->net.resolvers);
    } else {
        count = os_resolvers(l->net.resolvers, RESOLVERS_MAX);
        l->net.resolver_count = count > 0 ? (uint8_t)count : 0;
    }
    os_file_read(os_hosts_path(), l->hosts, sizeof l->hosts, &n);
    l->net.hosts = (struct span){l->hosts, n};
    look_at_interfaces(l);
}

/* ---- one slot */

/* A resolver on this machine is reached by no other interface than lo. */
static struct span bind_of(const struct loop *l, const struct exchange *x, const struct endpoint *to)
{
    if (addr_classify(&to->addr) == ADDR_LOOPBACK)
        return SPAN_NONE;
    return x->rq.bind.p ? x->rq.bind : l->net.bind;
}

static void open_link(struct loop *l, struct exchange *x, unsigned i, struct now now)
{
    struct fail f = {0};
    const struct link *k = &x->link[i];
    intptr_t h = os_sock_open(k->tcp ? OS_TCP : OS_UDP, &k->to, bind_of(l, x, &k->to), &f);
    if (h == OS_NONE) {
        exchange_down(x, i, &f, now);
        return;
    }
    exchange_opened(x, i, h);
    if (!k->tcp)
        exchange_up(x, i, now);
}

static void close_link(struct exchange *x, unsigned i)
{
    struct fail f = {0};
    struct span goodbye = exchange_out(x, i);
    if (goodbye.n)
        os_sock_send(x->link[i].handle, goodbye.p, goodbye.n, &f);
    os_sock_close(x->link[i].handle);
    exchange_closed(x, i);
}

static bool finish_opening(struct exchange *x, unsigned i, uint8_t *ready, struct now now)
{
    struct fail f = {0};
    if (!(*ready & OS_WRITE))
        return false;
    enum step s = os_sock_connected(x->link[i].handle, &f);
    *ready &= (uint8_t)~OS_WRITE;
    if (s == STEP_DONE)
        exchange_up(x, i, now);
    else if (s == STEP_FAIL)
        exchange_down(x, i, &f, now);
    return s != STEP_MORE;
}

static bool send_link(struct exchange *x, unsigned i, struct now now)
{
    struct fail f = {0};
    struct span out = exchange_out(x, i);
    long n = os_sock_send(x->link[i].handle, out.p, out.n, &f);
    if (n > 0)
        exchange_sent(x, i, (size_t)n, now);
    else if (n < 0)
        exchange_down(x, i, &f, now);
    return n != 0;
}

static bool receive_link(struct exchange *x, unsigned i, uint8_t *ready, struct now now)
{
    struct fail f = {0};
    size_t room;
    char *p = exchange_room(x, i, &room);
    if (!(*ready & OS_READ) || !room)
        return false;
    long n = os_sock_recv(x->link[i].handle, p, room, &f);
    if (n > 0)
        exchange_got(x, i, (size_t)n, now);
    else if (n < 0)
        exchange_down(x, i, &f, now); /* OS_EOF leaves f without a kind */
    else
        *ready &= (uint8_t)~OS_READ;
    return n != 0;
}

/* True: something moved, look again. */
static bool drive_link(struct loop *l, struct exchange *x, unsigned i, uint8_t *ready, struct now now)
{
    unsigned want = exchange_link_want(x, i);
    if (want & LINK_CLOSE) {
        close_link(x, i);
        *ready = 0;
        return true;
    }
    if (want & LINK_OPEN) {
        *ready = 0;
        open_link(l, x, i, now);
        return true;
    }
    if (x->link[i].state == LINK_OPENING)
        return finish_opening(x, i, ready, now);
    if ((want & LINK_SEND) && send_link(x, i, now))
        return true;
    return (want & LINK_RECV) && receive_link(x, i, ready, now);
}

/* Both tell whether they moved the exchange on. */
static bool read_file(struct loop *l, struct exchange *x, struct now now)
{
    char path[PATH_TEXT_MAX];
    struct fail f = {0};
    size_t n = 0;
    enum os_file r = loop_path(l, x->rq.out, path) ? os_file_read(path, x->in, sizeof x->in, &n) : OS_TOO_LONG;
    if (r != OS_OK)
        fail_set(&f, FAIL_RETRY, LAYER_SOURCE, 0, x->rq.out, SPAN(": "), span_z(os_file_text(r)));
    exchange_local(x, (struct span){x->in, n}, &f, now);
    return true;
}

static void end_child(struct loop *l, unsigned slot)
{
    if (l->child[slot] != OS_NONE)
        os_child_end(l->child[slot]);
    l->child[slot] = OS_NONE;
}

static bool watch_child(struct loop *l, unsigned slot, struct exchange *x, struct now now)
{
    struct fail f = {0};
    size_t n = 0;
    if (l->child[slot] == OS_NONE)
        l->child[slot] = os_child_start(x->rq.out, &f);
    enum step s = l->child[slot] == OS_NONE ? STEP_FAIL : os_child_poll(l->child[slot], x->in, CHILD_OUTPUT_MAX, &n, &f);
    if (s == STEP_MORE && now.tick < x->deadline)
        return false;
    if (s == STEP_MORE)
        fail_set(&f, FAIL_RETRY, LAYER_SOURCE, 0, SPAN("the command did not end within 20 s"));
    end_child(l, slot);
    exchange_local(x, (struct span){x->in, n}, &f, now);
    return true;
}

static bool drive_local(struct loop *l, unsigned slot, struct exchange *x, struct now now)
{
    if (x->phase == X_LOCAL)
        return x->rq.carrier == CARRY_FILE ? read_file(l, x, now) : watch_child(l, slot, x, now);
    end_child(l, slot); /* of an aborted one */
    return false;
}

static void drive(struct loop *l, unsigned slot, struct now now)
{
    struct exchange *x = &l->cycle.slots[slot].x;
    bool moved = true;
    while (moved) {
        exchange_step(x, now);
        moved = drive_local(l, slot, x, now);
        for (unsigned i = 0; i < 2; i++)
            moved = drive_link(l, x, i, &l->ready[slot][i], now) || moved;
    }
}

static bool at_rest(const struct slot *s)
{
    return s->job == JOB_NONE && s->x.link[0].state == LINK_NONE && s->x.link[1].state == LINK_NONE;
}

static void drive_all(struct loop *l)
{
    for (unsigned i = 0; i < SLOTS_MAX; i++)
        if (!at_rest(&l->cycle.slots[i]))
            drive(l, i, loop_now(l));
}

/* ---- waiting */

static size_t fill_watches(struct loop *l)
{
    size_t n = 0;
    for (unsigned s = 0; s < SLOTS_MAX; s++)
        for (unsigned i = 0; i < 2; i++) {
            const struct exchange *x = &l->cycle.slots[s].x;
            const struct link *k = &x->link[i];
            if (!k->opened)
                continue;
            bool write = k->state == LINK_OPENING || (exchange_link_want(x, i) & LINK_SEND);
            l->watch[n] = (struct os_watch){.s = k->handle, .want = (uint8_t)(write ? OS_READ | OS_WRITE : OS_READ)};
            l->watch_slot[n] = (uint8_t)s;
            l->watch_link[n++] = (uint8_t)i;
        }
    return n;
}

static uint32_t time_out(const struct loop *l, uint64_t deadline)
{
    uint64_t now = os_tick(), ms = deadline > now ? deadline - now : 0;
    for (unsigned i = 0; i < SLOTS_MAX; i++)
        if (l->child[i] != OS_NONE && ms > CHILD_LOOK_MS)
            ms = CHILD_LOOK_MS;
    return ms < WAIT_CAP_MS ? (uint32_t)ms : WAIT_CAP_MS;
}

static unsigned wait_until(struct loop *l, uint64_t deadline)
{
    size_t n = fill_watches(l);
    unsigned woke = os_wait(l->watch, n, time_out(l, deadline));
    for (size_t i = 0; i < n; i++)
        l->ready[l->watch_slot[i]][l->watch_link[i]] |= l->watch[i].ready;
    return woke;
}

static bool slot_settled(const struct exchange *x)
{
    return x->phase == X_ENDED && !exchange_link_want(x, 0) && !exchange_link_want(x, 1);
}

static bool any_settled(const struct loop *l)
{
    for (unsigned i = 0; i < SLOTS_MAX; i++)
        if (l->cycle.slots[i].job != JOB_NONE && slot_settled(&l->cycle.slots[i].x))
            return true;
    return false;
}

/* ---- the rounds */

static size_t step(struct loop *l)
{
    struct now now = loop_now(l);
    if (cycle_asks(&l->cycle, now))
        refresh(l);
    size_t running = cycle_step(&l->cycle, now);
    loop_save(l); /* what is about to be tried is on disk before the first byte leaves */
    drive_all(l);
    return running;
}

static void kick(struct loop *l, unsigned woke)
{
    uint32_t before = l->local_mark;
    look_at_interfaces(l);
    bool same = woke == OS_WAKE_ADDRESS && l->local_mark == before;
    uint32_t gap = woke & OS_WAKE_RELOAD ? 0 : same ? KICK_SAME_MS : KICK_GAP_MS; /* a user's signal is never put off */
    cycle_kick(&l->cycle, KICK_MS, gap, loop_now(l));
}

void loop_run(struct loop *l, bool once)
{
    unsigned woke = 0;
    cycle_init(&l->cycle, loop_now(l));
    while (!(woke & OS_WAKE_STOP)) {
        size_t running = step(l);
        if (once && !running && cycle_over(&l->cycle))
            break;
        if (any_settled(l))
            continue;
        woke = wait_until(l, cycle_deadline(&l->cycle, loop_now(l)));
        if (woke & (OS_WAKE_ADDRESS | OS_WAKE_RESUME | OS_WAKE_RELOAD))
            kick(l, woke);
    }
    cycle_stop(&l->cycle);
    drive_all(l);
    loop_save(l);
}

const struct quest *loop_quest(struct loop *l, unsigned quest)
{
    struct slot *s = &l->cycle.slots[0];
    refresh(l);
    l->cycle.ask_all = true;
    jobs_quest(&l->cycle, s, quest, loop_now(l));
    while (!slot_settled(&s->x)) {
        drive(l, 0, loop_now(l));
        if (!slot_settled(&s->x) && (wait_until(l, exchange_deadline(&s->x)) & OS_WAKE_STOP))
            return NULL;
    }
    jobs_ended(&l->cycle, s, loop_now(l));
    s->job = JOB_NONE;
    return &s->u.quest;
}

/* ---- files */

bool loop_path(const struct loop *l, struct span path, char out[PATH_TEXT_MAX])
{
    struct buf b = {.p = out, .cap = PATH_TEXT_MAX};
    if (!os_path_absolute(path)) {
        buf_z(&b, l->dir);
        buf_char(&b, os_separator());
    }
    buf_span(&b, path);
    buf_text(&b);
    return !b.over;
}

void loop_save(struct loop *l)
{
    struct buf b = BUF(l->state_text);
    char text[256];
    struct buf why = BUF(text);
    if (!l->state->dirty)
        return;
    state_write(l->state, l->conf, &b);
    enum os_file r = b.over ? OS_TOO_LONG : os_file_replace(l->state_path, b.p, b.n);
    l->state->dirty = false;
    if (r != OS_OK && !l->unsaved) {
        buf_all(&why, span_z(l->state_path), SPAN(" cannot be written ("), span_z(os_file_text(r)),
                SPAN("): kept in memory only, DNS is asked after a restart; set `state =` to a writable place"));
        loop_say(l, &(struct log_event){.level = LEVEL_WARN, .now = loop_now(l), .took_ms = UINT64_MAX, .message = buf_view(&why)});
    }
    l->unsaved = r != OS_OK;
}

void loop_say(void *loop, const struct log_event *e)
{
    struct loop *l = loop;
    char line[LOG_LINE_MAX];
    struct buf b = BUF(line);
    enum log_level most = l->verbose ? LEVEL_DEBUG : l->conf->log_level;
    if (e->level > most)
        return;
    log_put(&b, l->conf->log_format, e);
    bool written = l->log_path[0] && os_file_append(l->log_path, b.p, b.n, l->conf->log_size) == OS_OK;
    if (!written || l->screen)
        os_write(2, b.p, b.n);
}
