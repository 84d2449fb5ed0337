/* t_addr.c: addresses: strict reading, RFC 5952 writing, the IANA classes at both ends of each
 * block. */
#include "edge.h"
#include "tap.h"

static const struct {
    const char *in, *out; /* NULL: refused */
} texts[] = {
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"203.0.113.7", "203.0.113.7"},
    {"", NULL},
    {"1", NULL},
    {"1.2.3", NULL},
    {"1.2.3.", NULL},
    {".1.2.3", NULL},
    {"1..2.3", NULL},
    {"1.2.3.4.", NULL},
    {"1.2.3.4.5", NULL},
    {"1.2.3.256", NULL},
    {"1.2.3.0004", NULL},
    {"01.2.3.4", NULL},
    {"1.2.3.00", NULL},
    {"1.2.3.-4", NULL},
    {"1.2.3.4 ", NULL},
    {" 1.2.3.4", NULL},
    {"0x1.2.3.4", NULL},
    {"1.2.3.a", NULL},
    {"::", "::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"0:0:0:0:0:0:0:0", "::"},
    {"2001:DB8::A", "2001:db8::a"},
    {"2001:0db8:0000:0001:0000:0000:0000:0001", "2001:db8:0:1::1"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
    {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"},
    {"1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"},
    {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
    {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
    {"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"fe80::1:2ff:fe03:10", "fe80::1:2ff:fe03:10"},
    {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
    {"::ffff:c000:201", "::ffff:192.0.2.1"},
    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
    {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    {"::1.2.3.4", "::102:304"},
    {":", NULL},
    {":::", NULL},
    {"::::", NULL},
    {"1:::2", NULL},
    {"1::2::3", NULL},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"1:2:3:4:5:6:7:8::", NULL},
    {"::1:2:3:4:5:6:7:8", NULL},
    {"1:2:3:4::5:6:7:8", NULL},
    {":1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:", NULL},
    {"1::2:", NULL},
    {":1::2", NULL},
    {"12345::", NULL},
    {"g::", NULL},
    {"1:2:3:4:5:6:7:1.2.3.4", NULL},
    {"1.2.3.4::", NULL},
    {"::1.2.3.4:5", NULL},
    {"::1.2.3", NULL},
    {"::01.2.3.4", NULL},
    {"1.2.3.4:5:6:7:8:9:a:b", NULL},
    {"fe80::1%eth0", NULL},
    {"[::1]", NULL},
    {"::1/64", NULL},
    {" ::1", NULL},
    {"::1\n", NULL},
};

static void reading(void)
{
    for (size_t i = 0; i < COUNT(texts); i++) {
        char text[ADDR_TEXT_MAX];
        struct buf b = BUF(text);
        struct addr a = {.family = 99};
        bool good = addr_parse(edge(span_z(texts[i].in)), &a);
        if (!texts[i].out) {
            ok(!good && a.family == 99, shown(texts[i].in));
            continue;
        }
        addr_put(&b, &a);
        if (ok(good && span_is(buf_view(&b), texts[i].out), shown(texts[i].in)))
            continue;
        note("got", buf_view(&b));
    }
}

static const struct {
    const char *text;
    enum addr_class want;
} classes[] = {
    {"0.0.0.0", ADDR_UNSPECIFIED},      {"0.0.0.1", ADDR_RESERVED},
    {"0.255.255.255", ADDR_RESERVED},   {"1.0.0.0", ADDR_GLOBAL},
    {"9.255.255.255", ADDR_GLOBAL},     {"10.0.0.0", ADDR_PRIVATE},
    {"10.255.255.255", ADDR_PRIVATE},   {"11.0.0.0", ADDR_GLOBAL},
    {"100.63.255.255", ADDR_GLOBAL},    {"100.64.0.0", ADDR_CGNAT},
    {"100.127.255.255", ADDR_CGNAT},    {"100.128.0.0", ADDR_GLOBAL},
    {"126.255.255.255", ADDR_GLOBAL},   {"127.0.0.0", ADDR_LOOPBACK},
    {"127.255.255.255", ADDR_LOOPBACK}, {"128.0.0.0", ADDR_GLOBAL},
    {"169.253.255.255", ADDR_GLOBAL},   {"169.254.0.0", ADDR_LINK_LOCAL},
    {"169.254.255.255", ADDR_LINK_LOCAL}, {"169.255.0.0", ADDR_GLOBAL},
    {"172.15.255.255", ADDR_GLOBAL},    {"172.16.0.0", ADDR_PRIVATE},
    {"172.31.255.255", ADDR_PRIVATE},   {"172.32.0.0", ADDR_GLOBAL},
    {"191.255.255.255", ADDR_GLOBAL},   {"192.0.0.0", ADDR_RESERVED},
    {"192.0.0.255", ADDR_RESERVED},     {"192.0.1.0", ADDR_GLOBAL},
    {"192.0.2.0", ADDR_DOCUMENTATION},  {"192.0.2.255", ADDR_DOCUMENTATION},
    {"192.0.3.0", ADDR_GLOBAL},         {"192.88.98.255", ADDR_GLOBAL},
    {"192.88.99.0", ADDR_RESERVED},     {"192.88.99.255", ADDR_RESERVED},
    {"192.88.100.0", ADDR_GLOBAL},      {"192.167.255.255", ADDR_GLOBAL},
    {"192.168.0.0", ADDR_PRIVATE},      {"192.168.255.255", ADDR_PRIVATE},
    {"192.169.0.0", ADDR_GLOBAL},       {"198.17.255.255", ADDR_GLOBAL},
    {"198.18.0.0", ADDR_BENCHMARK},     {"198.19.255.255", ADDR_BENCHMARK},
    {"198.20.0.0", ADDR_GLOBAL},        {"198.51.99.255", ADDR_GLOBAL},
    {"198.51.100.0", ADDR_DOCUMENTATION}, {"198.51.100.255", ADDR_DOCUMENTATION},
    {"198.51.101.0", ADDR_GLOBAL},      {"203.0.112.255", ADDR_GLOBAL},
    {"203.0.113.0", ADDR_DOCUMENTATION}, {"203.0.113.255", ADDR_DOCUMENTATION},
    {"203.0.114.0", ADDR_GLOBAL},       {"223.255.255.255", ADDR_GLOBAL},
    {"224.0.0.0", ADDR_MULTICAST},      {"239.255.255.255", ADDR_MULTICAST},
    {"240.0.0.0", ADDR_RESERVED},       {"255.255.255.255", ADDR_RESERVED},
    {"::", ADDR_UNSPECIFIED},           {"::1", ADDR_LOOPBACK},
    {"::2", ADDR_RESERVED},             {"::1.2.3.4", ADDR_RESERVED},
    {"::fffe:1.2.3.4", ADDR_RESERVED},  {"::ffff:1.2.3.4", ADDR_MAPPED},
    {"::ffff:10.0.0.1", ADDR_MAPPED},   {"0:0:0:1::", ADDR_RESERVED},
    {"64:ff9b::", ADDR_MAPPED},         {"64:ff9b::ffff:ffff", ADDR_MAPPED},
    {"64:ff9b::1:0:0", ADDR_RESERVED},  {"64:ff9b:1::1", ADDR_MAPPED},
    {"64:ff9b:2::1", ADDR_RESERVED},    {"100::1", ADDR_RESERVED},
    {"1fff:ffff::1", ADDR_RESERVED},    {"2000::", ADDR_GLOBAL},
    {"2000:ffff::1", ADDR_GLOBAL},      {"2001::", ADDR_TUNNEL},
    {"2001:0:ffff::", ADDR_TUNNEL},     {"2001:1::1", ADDR_RESERVED},
    {"2001:2::1", ADDR_BENCHMARK},      {"2001:2:1::1", ADDR_RESERVED},
    {"2001:20::1", ADDR_RESERVED},      {"2001:1ff:ffff::1", ADDR_RESERVED},
    {"2001:200::1", ADDR_GLOBAL},       {"2001:db7:ffff::1", ADDR_GLOBAL},
    {"2001:db8::", ADDR_DOCUMENTATION}, {"2001:db8:ffff:ffff::1", ADDR_DOCUMENTATION},
    {"2001:db9::1", ADDR_GLOBAL},       {"2001:ffff::1", ADDR_GLOBAL},
    {"2002::1", ADDR_TUNNEL},           {"2002:ffff::1", ADDR_TUNNEL},
    {"2003::1", ADDR_GLOBAL},           {"2a00:1450:4001::8", ADDR_GLOBAL},
    {"3ffe:ffff::1", ADDR_GLOBAL},      {"3fff::1", ADDR_DOCUMENTATION},
    {"3fff:fff:ffff::1", ADDR_DOCUMENTATION}, {"3fff:1000::1", ADDR_GLOBAL},
    {"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ADDR_GLOBAL}, {"4000::", ADDR_RESERVED},
    {"5f00::1", ADDR_RESERVED},         {"fbff::1", ADDR_RESERVED},
    {"fc00::1", ADDR_ULA},              {"fdff:ffff::1", ADDR_ULA},
    {"fe00::1", ADDR_RESERVED},         {"fe7f::1", ADDR_RESERVED},
    {"fe80::1", ADDR_LINK_LOCAL},       {"febf:ffff::1", ADDR_LINK_LOCAL},
    {"fec0::1", ADDR_RESERVED},         {"feff::1", ADDR_RESERVED},
    {"ff00::", ADDR_MULTICAST},         {"ff02::1", ADDR_MULTICAST},
};

static void classifying(void)
{
    struct addr none = {0};
    for (size_t i = 0; i < COUNT(classes); i++) {
        struct addr a;
        bool good = addr_parse(span_z(classes[i].text), &a) && addr_classify(&a) == classes[i].want;
        if (!ok(good, classes[i].text))
            note("got", span_z(addr_class_name(addr_classify(&a))));
    }
    ok(addr_classify(&none) == ADDR_NONE, "no address has class none");
    is_str(span_z(addr_class_name(ADDR_DOCUMENTATION)), "documentation", "a class's name");
    for (int c = 0; c < ADDR_CLASS_MAX; c++)
        ok(addr_class_name((enum addr_class)c)[0] >= 'a', addr_class_name((enum addr_class)c));
    is_str(span_z(addr_class_name(ADDR_CLASS_MAX)), "?", "no class's name");
}

static void equality(void)
{
    struct addr a, b, c = {0};
    addr_parse(SPAN("192.0.2.1"), &a);
    addr_parse(SPAN("192.0.2.1"), &b);
    b.b[9] = 7; /* behind the four that count */
    ok(addr_eq(&a, &b), "four bytes of an IPv4 address count");
    addr_parse(SPAN("::ffff:192.0.2.1"), &b);
    ok(!addr_eq(&a, &b) && !addr_eq(&a, &c), "families differ");
    addr_parse(SPAN("2001:db8::1"), &a);
    addr_parse(SPAN("2001:db8::2"), &b);
    ok(!addr_eq(&a, &b) && addr_eq(&b, &b) && addr_eq(&c, &c), "addr_eq");
}

static const struct {
    const char *in, *out;
} endpoints[] = {
    {"192.0.2.1", "192.0.2.1:53"},
    {"192.0.2.1:5353", "192.0.2.1:5353"},
    {"192.0.2.1:65535", "192.0.2.1:65535"},
    {"2001:db8::1", "[2001:db8::1]:53"},
    {"[2001:db8::1]", "[2001:db8::1]:53"},
    {"[2001:db8::1]:1", "[2001:db8::1]:1"},
    {"", NULL},
    {":53", NULL},
    {"192.0.2.1:", NULL},
    {"192.0.2.1:0", NULL},
    {"192.0.2.1:65536", NULL},
    {"192.0.2.1:53x", NULL},
    {"192.0.2.1:-1", NULL},
    {"[192.0.2.1]:53", NULL},
    {"[2001:db8::1", NULL},
    {"2001:db8::1]", NULL},
    {"[2001:db8::1]53", NULL},
    {"[2001:db8::1]:", NULL},
    {"[]:53", NULL},
    {"[", NULL},
    {"]", NULL},
    {"[]", NULL},
    {"example.com:53", NULL},
};

static void endpointing(void)
{
    struct endpoint scoped = {.port = 53, .scope = 3};
    char text[64];
    struct buf b = BUF(text);
    for (size_t i = 0; i < COUNT(endpoints); i++) {
        struct endpoint e = {0};
        bool good = endpoint_parse(edge(span_z(endpoints[i].in)), 53, &e);
        b.n = 0;
        endpoint_put(&b, &e);
        ok(good == (endpoints[i].out != NULL) && (!good || span_is(buf_view(&b), endpoints[i].out)),
           shown(endpoints[i].in));
    }
    addr_parse(SPAN("fe80::1"), &scoped.addr);
    b.n = 0;
    endpoint_put(&b, &scoped);
    is_str(buf_view(&b), "[fe80::1%3]:53", "the interface of a link-local endpoint");
}

int app_main(int argc, char **argv)
{
    struct addr none = {0};
    char text[8];
    struct buf b = BUF(text);
    (void)argc, (void)argv;
    reading();
    addr_put(&b, &none);
    is_str(buf_view(&b), "-", "no address is written as -");
    ok(!addr_parse(SPAN_NONE, &none), "an absent span is no address");
    classifying();
    equality();
    endpointing();
    return done();
}
