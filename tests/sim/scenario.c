/* scenario.c: households, and the weather they live in. */
#include "sim/sim.h"

#define BASE "log = -\n"
#define WEB4 "web http://echo1.test/, web http://echo2.test/, web http://echo3.test/"
#define WEB6 "web http://echo5.test/, web http://echo6.test/"
#define DYN(label, port, hosts) \
    "[dyndns2 " label "]\nserver = http://127.0.0.1:" port "\nuser = me\npassword = secret\nhosts = " hosts "\n"
#define CLOUD(label, port, hosts) \
    "[cloudflare " label "]\nserver = http://127.0.0.1:" port "/client/v4\ntoken = t0ken\nhosts = " hosts "\n"

const struct scenario scenarios[] = {
    {.name = "single", .interval_s = 300, .change_least = 30 * MINUTE, .change_most = 20ull * HOUR,
     .conf = BASE "ipv4 = " WEB4 "\n" DYN("a", "8001", "home.example.test")},
    {.name = "cloud", .interval_s = 300, .change_least = 30 * MINUTE, .change_most = 20ull * HOUR, .resolver_aa = true,
     .conf = BASE "ipv4 = file address.txt, " WEB4 "\n" CLOUD("a", "8101", "home.example.test, *.home.example.test")},
    {.name = "dual", .interval_s = 120, .v6 = true, .change_least = 20 * MINUTE, .change_most = 8ull * HOUR,
     .conf = BASE "interval = 2m\nipv4 = " WEB4 "\nipv6 = interface, " WEB6 "\n"
             DYN("a", "8001", "home.example.test") CLOUD("b", "8101", "nas.example.test www.example.test")
             "ipv6 = " WEB6 "\n"},
    {.name = "many", .interval_s = 600, .change_least = HOUR, .change_most = 10ull * HOUR,
     .conf = BASE "interval = 10m\nipv4 = " WEB4 "\n"
             DYN("a", "8001", "a1.example.test a2.example.test a3.example.test") DYN("b", "8002", "b1.example.test")
             DYN("c", "8003", "c1.example.test") DYN("d", "8004", "d1.example.test") DYN("e", "8005", "e1.example.test")
             CLOUD("f", "8101", "f1.example.test f2.example.test f3.example.test f4.example.test")
             CLOUD("g", "8102", "example.test")},
    {.name = "flapping", .interval_s = 60, .change_least = 5000, .change_most = 15 * MINUTE,
     .conf = BASE "interval = 1m\nipv4 = " WEB4 "\n" DYN("a", "8001", "home.example.test")},
    {.name = "crashing", .interval_s = 60, .change_least = 20000, .change_most = 2ull * HOUR,
     .mask = 1u << F_POWER | 1u << F_STOP | 1u << F_LOST | 1u << F_LAG | 1u << F_SILENT,
     .conf = BASE "interval = 1m\nipv4 = " WEB4 "\n" DYN("a", "8001", "home.example.test") CLOUD("b", "8101", "nas.example.test")},
};
const size_t scenario_count = COUNT(scenarios);
const struct scenario *scene;

const char *const fault_names[F_MAX] = {
    [F_OPEN] = "open", [F_REFUSE] = "refuse", [F_HANG] = "hang", [F_SILENT] = "silent", [F_RESET] = "reset", [F_CUT] = "cut",
    [F_SLOW] = "slow", [F_JUNK] = "junk", [F_STATUS] = "status", [F_LIE] = "lie", [F_DNS_BAD] = "dns-bad", [F_DNS_TC] = "dns-tc",
    [F_HIJACK] = "hijack", [F_LAG] = "lag", [F_BUSY] = "busy", [F_REFUSAL] = "refusal", [F_LOST] = "lost", [F_DISK] = "disk",
    [F_POWER] = "power", [F_STOP] = "stop", [F_CLOCK] = "clock", [F_RANDOM] = "random", [F_EVENT] = "event",
};

/* Quiet long enough for the longest back-off, and then some to see that all is right. */
enum { QUIET_MS = 5 * HOUR };

static uint64_t state;

uint64_t roll(uint64_t n)
{
    state ^= state >> 12; /* xorshift64* */
    state ^= state << 25;
    state ^= state >> 27;
    return n ? (state * 0x2545f4914f6cdd1dull >> 11) % n : 0;
}

uint64_t between(uint64_t a, uint64_t b)
{
    return a + roll(b - a + 1);
}

bool struck(enum fault f)
{
    if (!world.fault[f] || roll(1000) >= world.fault[f])
        return false;
    world.faults++;
    return true;
}

static struct addr some_address(unsigned family)
{
    struct addr a = {.family = (uint8_t)(family == 4 ? 4 : 6)};
    if (family == 4)
        memcpy(a.b, (const uint8_t[]){81, 2, (uint8_t)roll(4), (uint8_t)between(1, 250)}, 4);
    else
        memcpy(a.b, (const uint8_t[]){0x2a, 0x00, 0x0d, (uint8_t)roll(256), 0, 0, 0, (uint8_t)roll(4), 2, 0x11, 0x22, 0xff, 0xfe, 0x33, 0x44, 0x55}, 16);
    return a;
}

static void change_address(unsigned i)
{
    char text[ADDR_TEXT_MAX] = "";
    struct buf b = BUF(text);
    struct addr next = some_address(i ? 6 : 4);
    if (!roll(5) && world.old[i].family)
        next = world.old[i]; /* back to where it was */
    world.old[i] = world.truth[i];
    world.truth[i] = next;
    if (i) {
        world.passing = next;
        memset(world.passing.b + 8, (int)roll(256), 8);
        world.event = true;
    }
    world.changes++;
    addr_put(&b, &next);
    trace("the address is now %s", buf_text(&b));
}

static void change(void)
{
    if (!scene->v6 || roll(2))
        change_address(0);
    else
        change_address(1);
    /* In quiet times never as fast as the write cap, so that it is not what delays an update. */
    uint64_t least = world.quiet_ms == UINT64_MAX ? scene->change_least : 25 * MINUTE;
    world.change_ms = world.ms + between(least, least > scene->change_most ? 2 * least : scene->change_most);
}

static void quiet(void)
{
    memset(world.fault, 0, sizeof world.fault);
    world.quiet_ms = world.ms;
    world.clock_error = 0;
    world.offline = false;
    world.epoch_ms = world.ms + QUIET_MS + roll(3 * HOUR);
    world.change_ms = world.ms + between(25 * MINUTE, 2 * HOUR);
    world.stop_ms = world.jump_ms = UINT64_MAX;
    trace("---- quiet");
}

static void weather(void)
{
    static const unsigned levels[] = {3, 20, 100, 400, 1000};
    char text[400] = "";
    struct buf b = BUF(text);
    uint32_t mask = scene->mask ? scene->mask : UINT32_MAX;
    world.quiet_ms = UINT64_MAX;
    for (unsigned i = 0; i < F_MAX; i++) {
        world.fault[i] = (mask >> i & 1) && !roll(3) ? levels[roll(COUNT(levels))] : 0;
        if (world.fault[i]) {
            buf_all(&b, SPAN(" "), span_z(fault_names[i]), SPAN(" "));
            buf_u64(&b, world.fault[i]);
        }
    }
    world.epoch_ms = world.ms + between(10 * MINUTE, 6 * HOUR);
    world.stop_ms = world.fault[F_STOP] ? world.ms + roll(HOUR) : UINT64_MAX;
    world.jump_ms = world.fault[F_CLOCK] ? world.ms + roll(HOUR) : UINT64_MAX;
    trace("---- faults:%s", buf_text(&b));
}

static void jump(void)
{
    static const int64_t errors[] = {-EPOCH_S, -86400 * 400, -86400, -3600, -30, 0, 30, 3600, 86400, 86400 * 400};
    world.clock_error = errors[roll(COUNT(errors))];
    world.jump_ms = world.ms + roll(2 * HOUR);
    trace("the clock is wrong by %lld s", (long long)world.clock_error);
}

void scene_begin(const struct scenario *s, uint64_t seed, uint64_t days)
{
    scene = s;
    state = seed * 0x9e3779b97f4a7c15ull + 0x1234567;
    roll(2);
    world = (struct world){.end_ms = days * DAY, .resolver_aa = s->resolver_aa, .stop_ms = UINT64_MAX, .jump_ms = UINT64_MAX,
                           .quiet_ms = 0};
    world.truth[0] = some_address(4);
    world.truth[1] = s->v6 ? some_address(6) : (struct addr){0};
    world.passing = world.truth[1];
    world.passing.b[8] = 0xee;
    world.change_ms = between(25 * MINUTE, 2 * HOUR);
    world.epoch_ms = roll(2 * HOUR);
    if (roll(2))
        weather();
}

uint64_t scene_next(void)
{
    uint64_t next = world.end_ms;
    const uint64_t all[] = {world.change_ms, world.epoch_ms, world.jump_ms, world.stop_ms, world.minute_ms};
    for (size_t i = 0; i < COUNT(all); i++)
        next = all[i] < next ? all[i] : next;
    return next;
}

void scene_advance(uint64_t to)
{
    while (scene_next() <= to && world.ms < world.end_ms) {
        world.ms = scene_next() > world.ms ? scene_next() : world.ms;
        if (world.ms >= world.minute_ms) {
            world.minute_ms = world.ms + MINUTE;
            check_minute();
            if (world.quiet_ms == UINT64_MAX && struck(F_EVENT))
                world.event = true;
        }
        if (world.ms >= world.change_ms)
            change();
        if (world.ms >= world.jump_ms)
            jump();
        if (world.ms >= world.epoch_ms)
            world.quiet_ms == UINT64_MAX ? quiet() : weather();
        if (world.ms >= world.stop_ms)
            break; /* the program has to be told */
    }
    if (to > world.ms && world.ms < world.stop_ms)
        world.ms = to < world.end_ms ? to : world.end_ms;
}
