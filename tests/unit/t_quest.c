/* t_quest.c: which address may be published: judging one answer, choosing among interfaces, weighing sources. */
#include "address/quest.h"
#include "address/sources.h"
#include "edge.h"
#include "tap.h"

static struct addr parsed(const char *z)
{
    struct addr a = {0};
    addr_parse(span_z(z), &a);
    return a;
}

static struct span addr_text(const struct addr *a, char room[ADDR_TEXT_MAX])
{
    struct buf b = {.p = room, .cap = ADDR_TEXT_MAX};
    addr_put(&b, a);
    return buf_view(&b);
}

static void is_addr(const struct addr *got, const char *want, const char *name)
{
    char room[ADDR_TEXT_MAX];
    is_str(addr_text(got, room), want, name);
}

/* ---- judging one answer */

static const struct {
    const char *body, *want; /* want: the address, or what the refusal must say after '!' */
    uint8_t family;
    uint32_t allow; /* one class */
} judge_rows[] = {
    {"8.8.8.8", "8.8.8.8", 4, 0},
    {" \t8.8.8.8\r\n", "8.8.8.8", 4, 0},
    {"2606:4700:4700::1111\n", "2606:4700:4700::1111", 6, 0},
    {"2606:4700:4700:0:0:0:0:1111", "2606:4700:4700::1111", 6, 0},
    {"", "!no bare address", 4, 0},
    {" \r\n", "!no bare address", 4, 0},
    {"8.8.8.8 8.8.4.4", "!no bare address", 4, 0},
    {"8.8.8.8,", "!no bare address", 4, 0},
    {"IP: 8.8.8.8", "!no bare address", 4, 0},
    {"8.8.8.8:80", "!no bare address", 4, 0},
    {"\"8.8.8.8\"", "!no bare address", 4, 0},
    {"{\"ip\":\"8.8.8.8\"}", "!no bare address", 4, 0},
    {"8.8.8", "!no bare address", 4, 0},
    {"8.8.8.8.8", "!no bare address", 4, 0},
    {"8.8.8.256", "!no bare address", 4, 0},
    {"08.8.8.8", "!no bare address", 4, 0},
    {"[2606:4700::1]", "!no bare address", 6, 0},
    {"2606:4700::1%eth0", "!no bare address", 6, 0},
    {"2606:4700::1/64", "!no bare address", 6, 0},
    {"<html>1.2.1.1</html>", "!no bare address", 4, 0},
    {"<!DOCTYPE html><title>Log in</title>", "!no bare address", 4, 0},
    {"__cf_bm=1.0.1.1-abcdef", "!no bare address", 4, 0}, /* the peers' cookie accident */
    {"error code: 1034", "!no bare address", 4, 0},
    {"1.0.1.1-SkLr7kT", "!no bare address", 4, 0},
    {"8.8.8.8", "!is no IPv6 address", 6, 0},
    {"2606:4700::1", "!is no IPv4 address", 4, 0},
    {"::ffff:8.8.8.8", "!is no IPv4 address", 4, 0},
    {"::ffff:8.8.8.8", "!(mapped)", 6, 0},
    {"64:ff9b::808:808", "!(mapped)", 6, 0},
    {"0.0.0.0", "!(unspecified)", 4, 0},
    {"::", "!(unspecified)", 6, 0},
    {"0.1.2.3", "!(reserved)", 4, 0},
    {"127.0.0.1", "!(loopback)", 4, 0},
    {"::1", "!(loopback)", 6, 0},
    {"10.1.2.3", "!(private)", 4, 0},
    {"172.16.0.1", "!(private)", 4, 0},
    {"192.168.1.1", "!(private)", 4, 0},
    {"100.64.0.1", "!(cgnat)", 4, 0},
    {"100.127.255.255", "!(cgnat)", 4, 0},
    {"100.128.0.0", "100.128.0.0", 4, 0},
    {"169.254.1.1", "!(link-local)", 4, 0},
    {"fe80::1", "!(link-local)", 6, 0},
    {"fd00::1", "!(ula)", 6, 0},
    {"203.0.113.7", "!(documentation)", 4, 0},
    {"2001:db8::1", "!(documentation)", 6, 0},
    {"198.18.0.1", "!(benchmark)", 4, 0},
    {"224.0.0.1", "!(multicast)", 4, 0},
    {"ff02::1", "!(multicast)", 6, 0},
    {"2001::1", "!(tunnel)", 6, 0},
    {"2002:808:808::1", "!(tunnel)", 6, 0},
    {"255.255.255.255", "!(reserved)", 4, 0},
    {"10.1.2.3", "10.1.2.3", 4, 1u << ADDR_PRIVATE},
    {"100.64.0.1", "!(cgnat)", 4, 1u << ADDR_PRIVATE},
    {"100.64.0.1", "100.64.0.1", 4, 1u << ADDR_CGNAT},
    {"fd00::1", "fd00::1", 6, 1u << ADDR_ULA},
    {"fd00::1", "!is no IPv4 address", 4, 1u << ADDR_ULA},
    {"203.0.113.7", "203.0.113.7", 4, 1u << ADDR_DOCUMENTATION},
};

static void test_judge(void)
{
    for (size_t i = 0; i < COUNT(judge_rows); i++) {
        struct addr a = {0};
        struct fail f = {0};
        enum step s = quest_judge(edge(span_z(judge_rows[i].body)), judge_rows[i].family, judge_rows[i].allow, &a, &f);
        char name[120];
        struct buf b = BUF(name);
        buf_z(&b, "judge: ");
        buf_safe(&b, span_z(judge_rows[i].body), 60);
        buf_z(&b, judge_rows[i].family == 4 ? " for IPv4" : " for IPv6");
        const char *want = judge_rows[i].want;
        if (want[0] == '!')
            ok(s == STEP_FAIL && a.family == 0 && f.kind == FAIL_PROTO && span_find(fail_text(&f), span_z(want + 1)) >= 0,
               buf_text(&b));
        else
            is_addr(&a, s == STEP_DONE ? want : "(refused)", buf_text(&b));
    }
}

/* ---- choosing among interfaces */

enum { EVER = -1 };
static const struct local_row {
    const char *name, *addr;
    uint8_t flags;
    int32_t preferred;
} office[] = {
    {"lo", "127.0.0.1", IF_LOOPBACK, EVER},
    {"lo", "::1", IF_LOOPBACK, EVER},
    {"eth0", "192.168.1.5", 0, EVER},
    {"eth0", "fe80::1", 0, EVER},
    {"eth0", "fd12::5", 0, EVER},
    {"eth0", "2a00:1::aaaa", IF_TEMPORARY, 900},
    {"eth0", "2a00:1::5", 0, 600},
    {"eth0", "2a00:2::5", 0, 3000},
    {"eth0", "2a00:9::5", IF_DEPRECATED, 0},
    {"eth0", "2a00:8::5", IF_TENTATIVE, 9000},
    {"wg0", "2a00:7::5", IF_TUNNEL, EVER},
    {"ppp0", "81.2.69.142", 0, EVER},
    {"eth1", "2a00:6::5", IF_DOWN, EVER},
    {"eth1", "2a00:6::6", IF_TEMPORARY, EVER},
};

static struct ifaddr local[COUNT(office)];

static void fill_local(void)
{
    for (size_t i = 0; i < COUNT(office); i++) {
        local[i] = (struct ifaddr){.addr = parsed(office[i].addr), .flags = office[i].flags, .prefix = 64,
                                   .preferred_s = (uint32_t)office[i].preferred};
        memcpy(local[i].name, office[i].name, strlen(office[i].name) + 1);
    }
}

static const struct {
    const char *name; /* NULL: any */
    uint8_t family;
    uint32_t allow;
    const char *want;
} choose_rows[] = {
    {NULL, 6, 0, "2a00:2::5"},
    {"eth0", 6, 0, "2a00:2::5"},
    {"wg0", 6, 0, "2a00:7::5"},
    {"eth1", 6, 0, "-"},
    {"eth", 6, 0, "-"},
    {"eth00", 6, 0, "-"},
    {"", 6, 0, "-"},
    {"lo", 6, 0, "-"},
    {"lo", 6, 1u << ADDR_LOOPBACK, "::1"},
    {NULL, 6, 1u << ADDR_LOOPBACK, "2a00:2::5"},
    {NULL, 4, 0, "81.2.69.142"},
    {"eth0", 4, 0, "-"},
    {"eth0", 4, 1u << ADDR_PRIVATE, "192.168.1.5"},
    {"eth0", 6, 1u << ADDR_ULA, "fd12::5"}, /* lives longer, and was allowed */
};

static void test_choose(void)
{
    struct addr a;
    fill_local();
    for (size_t i = 0; i < COUNT(choose_rows); i++) {
        a = (struct addr){0};
        bool found = quest_choose(local, COUNT(local), span_z(choose_rows[i].name), choose_rows[i].family,
                                  choose_rows[i].allow, &a);
        is_addr(&a, choose_rows[i].want, "interface: the lasting public address is chosen");
        ok(found == (choose_rows[i].want[0] != '-'), "interface: and it says whether there is one");
    }
    ok(!quest_choose(local, 0, SPAN_NONE, 6, 0, &a), "interface: none of no addresses");
}

static void test_lasting(void)
{
    static const struct {
        const char *seen, *want;
    } rows[] = {
        {"2a00:1::aaaa", "2a00:2::5"}, /* temporary: the one of the same interface that lasts */
        {"2a00:9::5", "2a00:2::5"},    /* deprecated */
        {"2a00:1::5", "2a00:1::5"},    /* lasts, though another would live longer */
        {"2a00:6::6", NULL},           /* nothing but temporary ones on eth1 */
        {"2a00:77::1", "2a00:77::1"},  /* none of ours: behind a router */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct addr a = parsed(rows[i].seen);
        struct fail f = {0};
        enum step s = quest_lasting(local, COUNT(local), 0, &a, &f);
        if (rows[i].want)
            is_addr(&a, s == STEP_DONE ? rows[i].want : "(refused)", "an echo of a temporary address means the lasting one");
        else
            ok(s == STEP_FAIL && f.kind == FAIL_RETRY, "an interface with temporary addresses only publishes nothing");
    }
}

/* ---- weighing sources */

static struct conf conf;
static struct source_list list;

static void set_list(const char *kinds)
{
    static const char *const https[] = {"https://a.example/", "https://b.example/", "https://c.example/", "https://d.example/"};
    static const char *const http[] = {"http://a.example/", "http://b.example/", "http://c.example/", "http://d.example/"};
    list = (struct source_list){.count = (uint8_t)strlen(kinds)};
    for (unsigned i = 0; i < list.count; i++)
        switch (kinds[i]) {
        case 's': list.items[i] = (struct source_spec){SOURCE_WEB, span_z(https[i])}; break;
        case 'h': list.items[i] = (struct source_spec){SOURCE_WEB, span_z(http[i])}; break;
        case 'i': list.items[i] = (struct source_spec){SOURCE_INTERFACE, SPAN_NONE}; break;
        case 'f': list.items[i] = (struct source_spec){SOURCE_FILE, SPAN("address.txt")}; break;
        case 'c': list.items[i] = (struct source_spec){SOURCE_COMMAND, SPAN("  prog  -4 \t x ")}; break;
        case 'a': list.items[i] = (struct source_spec){SOURCE_AUTO, SPAN_NONE}; break;
        }
}

/* Answers are parted by blanks: an address, '!' no connection, a number a status, '?' junk. */
static void answer(struct quest *q, struct span a)
{
    struct fail f = {0};
    struct now now = {.tick = 5};
    struct reply_head head = {.status = 200};
    uint64_t status;
    if (span_is(a, "!")) {
        fail_set(&f, FAIL_RETRY, LAYER_TCP, 0, SPAN("cannot connect"));
    } else if (span_u64(a, 999, &status)) {
        head.status = (int)status;
        quest_asker.head(q, &head);
        quest_asker.body(q, SPAN("8.8.8.8"));
    } else {
        if (q->items[q->at].kind == SOURCE_WEB)
            quest_asker.head(q, &head);
        for (size_t i = 0; i < a.n; i++)
            quest_asker.body(q, (struct span){a.p + i, 1});
    }
    quest_asker.end(q, &f, now);
}

static enum step play(struct quest *q, const char *answers, struct fail *f, unsigned *asked)
{
    struct span rest = span_z(answers);
    struct now now = {.tick = 1};
    quest_start(q);
    for (*asked = 0;; ++*asked) {
        struct request rq = {0};
        enum step s = quest_asker.next(q, &rq, now, f);
        if (s != STEP_MORE)
            return s;
        struct span a = span_word(&rest);
        if (!a.n)
            return STEP_MORE; /* more is asked than the row foresaw */
        answer(q, a);
    }
}

static const struct {
    const char *name, *sources, *before, *answers, *want; /* want: '=' unchanged, address changed, '!' + text of the failure */
    unsigned asked, confirm;
} weigh_rows[] = {
    {"as before: one source is enough", "ssss", "8.8.8.8", "8.8.8.8", "=", 1, 2},
    {"first time: two must agree", "ssss", "-", "8.8.8.8 8.8.8.8", "8.8.8.8", 2, 2},
    {"a change: two must agree", "ssss", "8.8.8.8", "9.9.9.9 9.9.9.9", "9.9.9.9", 2, 2},
    {"three when three are asked for", "ssss", "-", "9.9.9.9 9.9.9.9 9.9.9.9", "9.9.9.9", 3, 3},
    {"one when one is asked for", "ssss", "8.8.8.8", "9.9.9.9", "9.9.9.9", 1, 1},
    {"no more than there are", "s", "-", "9.9.9.9", "9.9.9.9", 1, 2},
    {"a liar is outvoted", "ssss", "8.8.8.8", "6.6.6.6 9.9.9.9 9.9.9.9", "9.9.9.9", 3, 2},
    {"a liar is outvoted, late", "ssss", "8.8.8.8", "9.9.9.9 6.6.6.6 9.9.9.9", "9.9.9.9", 3, 2},
    {"a liar cannot make a change", "ssss", "8.8.8.8", "6.6.6.6 8.8.8.8 8.8.8.8", "=", 3, 2},
    {"one word for the old one is not enough then", "ss", "8.8.8.8", "6.6.6.6 8.8.8.8", "!sources disagree", 2, 2},
    {"all different: nothing", "ssss", "8.8.8.8", "1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4", "!sources disagree", 4, 2},
    {"fail over", "ssss", "8.8.8.8", "! 8.8.8.8", "=", 2, 2},
    {"fail over to the last two", "ssss", "8.8.8.8", "! 503 9.9.9.9 9.9.9.9", "9.9.9.9", 4, 2},
    {"a change with one voice only", "ssss", "8.8.8.8", "! ! ! 9.9.9.9", "!not confirmed by a second source", 4, 2},
    {"nobody answers", "ssss", "8.8.8.8", "! ! ! !", "!no source answered", 4, 2},
    {"statuses are no addresses", "ssss", "8.8.8.8", "403 429 302 500", "!HTTP status 403", 4, 2},
    {"a private one counts for nothing", "ssss", "8.8.8.8", "10.0.0.1 10.0.0.1 10.0.0.1 10.0.0.1", "!not reachable", 4, 2},
    {"IPv6 where IPv4 was asked", "ss", "8.8.8.8", "2a00::1 2a00::1", "!no IPv4 address", 2, 2},
    {"plain HTTP alone may confirm itself", "hh", "8.8.8.8", "9.9.9.9 9.9.9.9", "9.9.9.9", 2, 2},
    {"but not where HTTPS could", "hhss", "8.8.8.8", "9.9.9.9 9.9.9.9 9.9.9.9", "9.9.9.9", 3, 2},
    {"and then the HTTPS one is heard", "hhs", "8.8.8.8", "6.6.6.6 6.6.6.6 8.8.8.8", "!sources disagree", 3, 2},
    {"and its silence is no consent", "hhs", "8.8.8.8", "6.6.6.6 6.6.6.6 !", "!not confirmed", 3, 2},
    {"a file and HTTPS", "fs", "8.8.8.8", "9.9.9.9 9.9.9.9", "9.9.9.9", 2, 2},
    {"a file alone", "f", "8.8.8.8", "9.9.9.9", "9.9.9.9", 1, 2},
    {"a command alone", "c", "8.8.8.8", "9.9.9.9", "9.9.9.9", 1, 2},
    {"the interface alone asks nobody", "i", "-", "", "81.2.69.142", 0, 2},
    {"the interface and a web source", "is", "-", "81.2.69.142", "81.2.69.142", 1, 2},
    {"the interface as before asks nobody", "is", "81.2.69.142", "", "=", 0, 2},
    {"the interface and nobody else", "is", "-", "!", "!not confirmed", 1, 2},
    {"web sources against the interface", "iss", "-", "9.9.9.9 9.9.9.9", "9.9.9.9", 2, 2},
};

static void weigh(size_t i)
{
    static struct quest q;
    struct fail f = {0};
    unsigned asked;
    struct addr before = parsed(weigh_rows[i].before);
    const char *want = weigh_rows[i].want;
    set_list(weigh_rows[i].sources);
    conf.confirm = (uint8_t)weigh_rows[i].confirm;
    q = (struct quest){.conf = &conf, .list = &list, .family = 4, .before = before, .local = local, .local_count = COUNT(local)};
    enum step s = play(&q, weigh_rows[i].answers, &f, &asked);
    if (want[0] == '!') {
        if (!ok(s == STEP_FAIL && q.agreed.family == 0 && f.kind != FAIL_NONE && span_find(fail_text(&f), span_z(want + 1)) >= 0,
                weigh_rows[i].name))
            note("said", fail_text(&f));
    } else {
        is_addr(&q.agreed, s != STEP_DONE ? "(not settled)" : want[0] == '=' ? weigh_rows[i].before : want, weigh_rows[i].name);
        ok(q.changed == (want[0] != '='), weigh_rows[i].name);
    }
    is_i64(asked, weigh_rows[i].asked, weigh_rows[i].name);
}

static void test_all(void)
{
    static struct quest q;
    struct fail f = {0};
    unsigned asked;
    set_list("ssss");
    conf.confirm = 2;
    q = (struct quest){.conf = &conf, .list = &list, .family = 4, .all = true};
    ok(play(&q, "9.9.9.9 9.9.9.9 ! ?", &f, &asked) == STEP_DONE, "`ip`: two agree, the others fail: settled");
    is_i64(asked, 4, "`ip`: all are asked");
    is_addr(&q.agreed, "9.9.9.9", "`ip`: and the two decide");
    ok(q.answers[2].fail.kind == FAIL_RETRY && q.answers[3].fail.kind == FAIL_PROTO, "`ip`: each one's failure is kept");
    is_i64((int64_t)q.answers[0].took_ms, 4, "`ip`: and what it took");
}

static void test_page(void)
{
    static struct quest q;
    struct now now = {.tick = 1};
    struct request rq = {0};
    struct fail f = {0};
    struct reply_head head = {.status = 200};
    char page[300];
    set_list("s");
    memset(page, ' ', sizeof page);
    memcpy(page, "9.9.9.9", 7);
    memcpy(page + 290, "x", 1);
    q = (struct quest){.conf = &conf, .list = &list, .family = 4};
    quest_start(&q);
    quest_asker.next(&q, &rq, now, &f);
    quest_asker.head(&q, &head);
    for (unsigned i = 0; i < 3; i++)
        quest_asker.body(&q, edge((struct span){page + 100 * i, 100}));
    quest_asker.end(&q, &f, now);
    ok(q.answers[0].addr.family == 0 && span_find(fail_text(&q.answers[0].fail), SPAN("a page")) >= 0,
       "a page that begins with an address is no address");
}

static void test_requests(void)
{
    static struct quest q;
    struct now now = {.tick = 1};
    struct request rq = {0};
    struct fail f = {0};
    char name[80];
    struct buf b = BUF(name);
    set_list("hscf");
    list.bind = SPAN("wan2");
    q = (struct quest){.conf = &conf, .list = &list, .family = 4};
    quest_start(&q);
    ok(quest_asker.next(&q, &rq, now, &f) == STEP_MORE && rq.carrier == CARRY_HTTP && rq.port == 80 && rq.family == 4 && rq.last &&
       span_is(rq.host, "a.example") && span_is(rq.bind, "wan2") && rq.body_max == SOURCE_BODY_MAX, "web: plain HTTP, over the family asked for");
    ok(span_starts(rq.out, SPAN("GET / HTTP/1.1\r\nHost: a.example\r\n")) && span_ends(rq.out, SPAN("\r\n\r\n")), "web: a whole request");
    answer(&q, SPAN("!"));
    ok(quest_asker.next(&q, &rq, now, &f) == STEP_MORE && rq.carrier == CARRY_HTTPS && rq.port == 443, "web: HTTPS");
    is_str(quest_source_name(&q, 1, &b), "web b.example", "its name in messages");
    answer(&q, SPAN("!"));
    ok(quest_asker.next(&q, &rq, now, &f) == STEP_MORE && rq.carrier == CARRY_CHILD, "command");
    is_span(rq.out, SPAN("prog\0-4\0x\0"), "command: words become argv");
    answer(&q, SPAN("!"));
    ok(quest_asker.next(&q, &rq, now, &f) == STEP_MORE && rq.carrier == CARRY_FILE, "file");
    is_str(rq.out, "address.txt", "file: its path");
}

static void test_auto(void)
{
    struct source_spec out[SOURCES_MAX];
    set_list("a");
    size_t four = sources_expand(&list, 4, out);
    bool good = four >= 3;
    for (size_t i = 0; i < four; i++)
        good = good && out[i].kind == SOURCE_WEB && quest_authenticated(&out[i]);
    ok(good, "auto for IPv4: three HTTPS echoes and more");
    size_t six = sources_expand(&list, 6, out);
    ok(six >= 3 && out[0].kind == SOURCE_INTERFACE && !out[0].arg.p && quest_authenticated(&out[1]), "auto for IPv6: the interface first");
    set_list("fahs");
    ok(sources_expand(&list, 4, out) == SOURCES_MAX && out[0].kind == SOURCE_FILE && out[1].kind == SOURCE_WEB,
       "auto among others is spelled out in its place");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    test_judge();
    test_choose();
    test_lasting();
    for (size_t i = 0; i < COUNT(weigh_rows); i++)
        weigh(i);
    test_all();
    test_page();
    test_requests();
    test_auto();
    return done();
}
