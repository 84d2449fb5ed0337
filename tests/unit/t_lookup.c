/* t_lookup.c: host names to addresses: literals, the hosts file, DNS replies. */
#include "edge.h"
#include "net/lookup.h"
#include "tap.h"
#include "wire.h"

static struct lookup l;

static struct span found(char room[400])
{
    struct buf b = {.p = room, .cap = 400};
    for (unsigned i = 0; i < l.count; i++) {
        buf_z(&b, i ? " " : "");
        endpoint_put(&b, &l.found[i]);
    }
    return buf_view(&b);
}

static const char hosts[] = "127.0.0.1 localhost wrong.example\n"
                            "# 1.1.1.1 commented.example\n"
                            "  192.0.2.1\tone.example  ONE.alias # two.example\r\n"
                            "2001:db8::1 one.example\n"
                            "192.0.2.2 one.example one.example\n"
                            "not-an-address bad.example\n"
                            "fe80::1%eth0 scoped.example\n"
                            "192.0.2.9 six.example\n"
                            "192.0.2.3 last.example";

static const struct {
    const char *host, *want; /* NULL: no host name; "?": has to be asked */
    uint8_t family;
} start_rows[] = {
    {"192.0.2.7", "192.0.2.7:443", 0},
    {"192.0.2.7", "192.0.2.7:443", 6}, /* a literal is what was written */
    {"2001:db8::7", "[2001:db8::7]:443", 0},
    {"localhost", "[::1]:443 127.0.0.1:443", 0},
    {"LocalHost", "127.0.0.1:443", 4},
    {"localhost", "[::1]:443", 6},
    {"one.example", "[2001:db8::1]:443 192.0.2.1:443 192.0.2.2:443", 0},
    {"One.EXAMPLE", "192.0.2.1:443 192.0.2.2:443", 4},
    {"one.example", "[2001:db8::1]:443", 6},
    {"one.alias", "192.0.2.1:443", 0},
    {"last.example", "192.0.2.3:443", 0},
    {"six.example", "?", 6},
    {"two.example", "?", 0},
    {"commented.example", "?", 0},
    {"bad.example", "?", 0},
    {"scoped.example", "?", 0},
    {"nowhere.example", "?", 0},
    {"one", "?", 0},
    {"b\xc3\xbc" "cher.example", "?", 0},
    {"", NULL, 0},
    {"a..b", NULL, 0},
    {"a b", NULL, 0},
    {"192.0.2.256", "?", 0}, /* labels of digits are a name; no server knows it */
};

static void test_start(void)
{
    char room[400];
    for (size_t i = 0; i < COUNT(start_rows); i++) {
        struct fail f = {0};
        enum step s = lookup_start(&l, edge(span_z(start_rows[i].host)), 443, start_rows[i].family,
                                   (struct span){hosts, sizeof hosts - 1}, &f);
        const char *want = start_rows[i].want;
        if (!want)
            ok(s == STEP_FAIL && f.kind == FAIL_CONFIG, shown(start_rows[i].host));
        else if (want[0] == '?')
            ok(s == STEP_MORE && l.count == 0, shown(start_rows[i].host));
        else
            is_str(s == STEP_DONE ? found(room) : SPAN("(not at once)"), want, shown(start_rows[i].host));
    }
    struct fail f = {0};
    ok(lookup_start(&l, SPAN("one.example"), 1, 0, SPAN_NONE, &f) == STEP_MORE, "without a hosts file it is asked");
}

/* ---- replies */

static char query_room[LOOKUP_QUERY_MAX];
static struct wire w;

static void begin(const char *host, uint8_t family)
{
    struct fail f = {0};
    lookup_start(&l, span_z(host), 80, family, SPAN_NONE, &f);
}

static void reply_to(uint8_t family, unsigned flags)
{
    struct buf q = BUF(query_room);
    lookup_query(&l, family, 0x1234, &q);
    wire_begin(&w, buf_view(&q), flags);
}

/* The outcome as one letter: More, Next server, Done, Fail. */
static char take(struct fail *f)
{
    bool next = false;
    enum step s = lookup_reply(&l, edge(wire_end(&w)), &next, f);
    return s == STEP_DONE ? 'D' : s == STEP_FAIL ? 'F' : next ? 'N' : 'M';
}

static void test_query(void)
{
    struct dns_reader r;
    char room[LOOKUP_QUERY_MAX];
    struct buf q = BUF(room);
    begin("b\xc3\xbc" "cher.example", 0);
    lookup_query(&l, 6, 0xabcd, &q);
    ok(q.n > 12 && !q.over && (uint8_t)room[0] == 0xab && (uint8_t)room[1] == 0xcd && room[2] == 1, "a question with its id, recursion desired");
    wire_begin(&w, buf_view(&q), 0);
    ok(dns_read(&r, wire_end(&w)) && r.qtype == DNS_AAAA && r.qclass == DNS_IN, "for AAAA");
    is_str(span_z(r.qname), "xn--bcher-kva.example", "of the name as DNS has it");
}

static void test_both(void)
{
    char room[400];
    struct fail f = {0};
    begin("w.example", 0);
    reply_to(4, 0);
    wire_addr(&w, 1, "w.example", "192.0.2.1");
    wire_addr(&w, 1, "w.example", "192.0.2.2");
    ok(take(&f) == 'M', "A is there, AAAA is still out");
    reply_to(6, 0);
    wire_addr(&w, 1, "W.Example", "2001:db8::1");
    ok(take(&f) == 'D', "both are there");
    is_str(found(room), "[2001:db8::1]:80 192.0.2.1:80 192.0.2.2:80", "IPv6 first, then in turn");

    begin("w.example", 0);
    reply_to(6, 0);
    ok(take(&f) == 'M', "no AAAA is an answer");
    reply_to(4, 0);
    wire_addr(&w, 1, "w.example", "192.0.2.1");
    ok(take(&f) == 'D' && l.count == 1, "A alone is enough");

    begin("w.example", 4);
    reply_to(4, 0);
    wire_addr(&w, 1, "w.example", "192.0.2.1");
    wire_addr(&w, 1, "w.example", "192.0.2.1");
    ok(take(&f) == 'D' && l.count == 1, "one family is asked alone; the same address counts once");
}

static void test_chain(void)
{
    char room[400];
    struct fail f = {0};
    begin("w.example", 4);
    reply_to(4, 0);
    wire_name(&w, 1, "w.example", DNS_CNAME, "x.example");
    wire_name(&w, 1, "x.example", DNS_CNAME, "y.cdn.test");
    wire_addr(&w, 1, "y.cdn.test", "192.0.2.1");
    ok(take(&f) == 'D', "aliases are followed");
    is_str(found(room), "192.0.2.1:80", "to the address");

    begin("w.example", 4);
    reply_to(4, 0);
    wire_addr(&w, 1, "evil.example", "192.0.2.66");
    wire_name(&w, 1, "w.example", DNS_CNAME, "x.example");
    wire_addr(&w, 1, "w.example.evil", "192.0.2.66");
    wire_addr(&w, 2, "x.example", "192.0.2.66");
    wire_addr(&w, 3, "x.example", "192.0.2.66");
    ok(take(&f) == 'F' && l.count == 0, "addresses of other names and other sections are not ours");

    begin("w.example", 4);
    reply_to(4, 0);
    wire_name(&w, 1, "w.example", DNS_CNAME, "x.example");
    ok(take(&f) == 'F', "an alias that leads nowhere");
}

static void test_negative(void)
{
    struct fail f = {0};
    begin("w.example", 0);
    reply_to(6, DNS_NXDOMAIN);
    ok(take(&f) == 'F' && f.code == DNS_NXDOMAIN && f.kind == FAIL_RETRY, "no such name: the other family need not be waited for");
    is_str(fail_text(&f), "there is no host named w.example", "and so it says");

    f = (struct fail){0};
    begin("w.example", 0);
    reply_to(4, 0);
    wire_addr(&w, 1, "w.example", "192.0.2.1");
    take(&f);
    reply_to(6, DNS_NXDOMAIN);
    ok(take(&f) == 'D' && l.count == 1, "a resolver that denies the name for AAAA only");

    f = (struct fail){0};
    begin("w.example", 6);
    reply_to(6, 0);
    wire_soa(&w, 2, "example");
    ok(take(&f) == 'F', "no data");
    is_str(fail_text(&f), "w.example has no IPv6 address", "and so it says");
}

static void test_other_server(void)
{
    static const unsigned rcodes[] = {DNS_SERVFAIL, DNS_REFUSED, DNS_FORMERR, DNS_NOTIMP};
    struct fail f = {0};
    for (size_t i = 0; i < COUNT(rcodes); i++) {
        begin("w.example", 4);
        reply_to(4, rcodes[i]);
        wire_addr(&w, 1, "w.example", "192.0.2.66");
        ok(take(&f) == 'N' && l.rcode == rcodes[i] && l.count == 0, "the next server may know; nothing is taken from this one");
    }
    begin("w.example", 4);
    reply_to(4, 0);
    wire_addr(&w, 1, "w.example", "192.0.2.1");
    struct span whole = wire_end(&w);
    bool none_done = true;
    for (size_t n = 0; n < whole.n; n++) {
        bool next = false;
        begin("w.example", 4);
        none_done = none_done && lookup_reply(&l, edge(span_upto(whole, n)), &next, &f) == STEP_MORE && next;
    }
    ok(none_done, "a reply cut anywhere is no answer");
}

static void test_many(void)
{
    struct fail f = {0};
    char address[] = "192.0.2.1";
    begin("w.example", 4);
    reply_to(4, 0);
    for (char c = '1'; c <= '9'; c++) {
        address[8] = c;
        wire_addr(&w, 1, "w.example", address);
    }
    wire_addr(&w, 1, "w.example", "192.0.2.77");
    ok(take(&f) == 'D' && l.count == ENDPOINTS_MAX, "more addresses than are ever tried");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    test_start();
    test_query();
    test_both();
    test_chain();
    test_negative();
    test_other_server();
    test_many();
    return done();
}
