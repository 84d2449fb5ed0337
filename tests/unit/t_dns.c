/* t_dns.c: DNS messages: questions byte for byte; replies whole, cut at every byte and with every
 * byte changed. */
#include "edge.h"
#include "proto/dns.h"
#include "tap.h"

static void asking(void)
{
    char text[128];
    struct buf b = BUF(text);
    dns_query(&b, 0x1234, SPAN("Www.Example.com"), DNS_AAAA, DNS_IN, true);
    is_span(buf_view(&b), SPAN("\x12\x34\x01\0\0\x01\0\0\0\0\0\x01\3Www\7Example\3com\0\0\x1c\0\1"
                               "\0\0\x29\x04\xd0\0\0\0\0\0\0"), "a question with EDNS");
    b.n = 0;
    dns_query(&b, 0, SPAN(""), DNS_NS, DNS_CH, false);
    is_span(buf_view(&b),
            SPAN("\0\0\0\0\0\x01\0\0\0\0\0\x01\0\0\2\0\3\0\0\x29\x04\xd0\0\0\0\0\0\0"),
            "of the root");
    b.n = 0;
    dns_query(&b, 0, SPAN("a..b"), DNS_A, DNS_IN, true);
    ok(b.over, "a name that is none makes it unusable");
    b = (struct buf){text, 0, 20, false};
    dns_query(&b, 0, SPAN("example.com"), DNS_A, DNS_IN, true);
    ok(b.over, "no room");
}

#define TEN "abcdefghij"
#define LABEL TEN TEN TEN TEN TEN TEN "abc"

static void names(void)
{
    static const struct {
        const char *in;
        long want; /* bytes, -1: refused */
    } rows[] = {
        {"", 1}, {"a", 3}, {"example.com", 13}, {"*.a_b.c", 9}, {LABEL, 65}, {LABEL "x", -1},
        {LABEL "." LABEL "." LABEL "." TEN TEN TEN TEN TEN TEN "a", 255},
        {LABEL "." LABEL "." LABEL "." TEN TEN TEN TEN TEN TEN "ab", -1},
        {".", -1}, {"a.", -1}, {".a", -1}, {"a..b", -1}, {"a b", -1}, {"a\nb", -1}, {"a\xff", -1},
        {"a\x7f", -1},
    };
    char text[300];
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf b = BUF(text);
        bool good;
        buf_char(&b, '>');
        good = dns_name_put(&b, edge(span_z(rows[i].in)));
        ok(good == (rows[i].want >= 0) && b.n == (size_t)(good ? rows[i].want : 0) + 1,
           shown(rows[i].in));
    }
}

/* A whole reply of four sections, names compressed; the offsets that pointers name stand
 * in front. */
static const char reply[] =
    "\xab\xcd\x85\x80\0\1\0\3\0\2\0\3"
    /* 12 */ "\3WWW\7example\3Com\0\0\1\0\1"
    /* 33 */ "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\6\3alt\xc0\x10"
    /* 51 */ "\xc0\x2d\0\1\0\1\xff\xff\xff\xff\0\4\xcb\0\x71\7"
    /* 67 */ "\xc0\x2d\0\x1c\0\1\0\0\0\1\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
    /* 95 */ "\xc0\x10\0\2\0\1\0\0\1\0\0\5\2ns\xc0\x10"
    /* 112 */ "\xc0\x10\0\6\0\1\0\0\1\0\0\x20\2ns\xc0\x10\4root\xc0\x10\0\0\0\1\0\0\0\2\0\0\0\3\0\0"
              "\0\4\0\0\0\5"
    /* 156 */ "\xc0\x6b\0\1\0\1\0\0\0\x09\0\4\xc0\0\2\1"
    /* 172 */ "\0\0\x29\x10\0\1\0\x80\0\0\0"
    /* 183 */ "\1x\0\0\x10\0\1\0\0\0\0\0\3\2hi";

static const struct span message = {reply, sizeof reply - 1};

static void put_record(struct buf *b, const struct dns_reader *r, const struct dns_record *rec)
{
    struct addr a;
    char name[HOST_MAX];
    buf_u64(b, rec->section);
    buf_char(b, ' ');
    buf_z(b, rec->name);
    buf_char(b, ' ');
    buf_u64(b, rec->type);
    buf_char(b, ' ');
    buf_u64(b, rec->ttl);
    buf_char(b, ' ');
    if (dns_record_addr(r, rec, &a))
        addr_put(b, &a);
    if ((rec->type == DNS_NS || rec->type == DNS_CNAME || rec->type == DNS_SOA) &&
        dns_record_name(r, rec, 0, name))
        buf_z(b, name);
    buf_z(b, "; ");
}

static enum step walk(struct dns_reader *r, struct buf *b)
{
    struct dns_record rec;
    enum step step;
    while ((step = dns_next(r, &rec)) == STEP_MORE)
        put_record(b, r, &rec);
    return step;
}

static void reading(void)
{
    static char text[4096];
    struct buf b = BUF(text);
    struct dns_reader r;
    ok(dns_read(&r, edge(message)), "a reply is read");
    ok(r.id == 0xabcd && r.authoritative && !r.truncated && r.rcode == 0 && r.qtype == DNS_A &&
           r.qclass == DNS_IN,
       "its header and question");
    is_str(span_z(r.qname), "www.example.com", "the name is lower-case");
    ok(walk(&r, &b) == STEP_DONE && dns_next(&r, &(struct dns_record){0}) == STEP_DONE,
       "all records are read");
    is_str(buf_view(&b),
           "1 www.example.com 5 60 alt.example.com; 1 alt.example.com 1 4294967295 203.0.113.7; "
           "1 alt.example.com 28 1 2001:db8::1; 2 example.com 2 256 ns.example.com; 2 example.com "
           "6 256 ns.example.com; "
           "3 ns.example.com 1 9 192.0.2.1; 3  41 16809984 ; 3 x 16 0 ; ",
           "the records");
    ok(r.rcode == 16, "the upper bits of the rcode stand in OPT");
}

static void cut_off(void)
{
    static char text[4096];
    bool good = true;
    for (size_t n = 0; n < message.n; n++) {
        struct buf b = BUF(text);
        struct dns_reader r;
        struct dns_record rec;
        bool head = dns_read(&r, edge(span_upto(message, n)));
        good = good && head == (n >= 33) &&
               (!head || (walk(&r, &b) == STEP_FAIL && dns_next(&r, &rec) == STEP_FAIL));
    }
    ok(good, "a reply cut at any byte is malformed, and stays so");
}

/* Nothing is asserted but that it ends and no byte outside is touched: the sanitizer and the guard
 * look. */
static void changed(void)
{
    static char copy[sizeof reply], text[8192];
    unsigned read = 0;
    for (size_t at = 0; at < message.n; at++)
        for (int v = 0; v < 256; v++) {
            struct buf b = BUF(text);
            struct dns_reader r;
            memcpy(copy, reply, message.n);
            copy[at] = (char)v;
            read += dns_read(&r, edge((struct span){copy, message.n})) && walk(&r, &b) == STEP_DONE;
        }
    ok(read > 10000 && read < message.n * 256, "every byte changed to every value");
}

static bool takes(struct span m)
{
    static char text[4096];
    struct buf b = BUF(text);
    struct dns_reader r;
    return dns_read(&r, edge(m)) && walk(&r, &b) == STEP_DONE;
}

#define HEAD "\0\1\x80\0\0\1\0\0\0\0\0\0"
#define HEAD1 "\0\1\x80\0\0\1\0\1\0\0\0\0"
#define IN_A "\0\1\0\1"

static void malformed(void)
{
    ok(takes(SPAN(HEAD "\1a\0" IN_A)), "the plain question");
    ok(!takes(SPAN("\0\1\0\0\0\1\0\0\0\0\0\0\1a\0" IN_A)), "not a reply");
    ok(!takes(SPAN("\0\1\x80\0\0\0\0\0\0\0\0\0")), "no question");
    ok(!takes(SPAN("\0\1\x80\0\0\2\0\0\0\0\0\0\1a\0" IN_A "\1a\0" IN_A)), "two questions");
    ok(!takes(SPAN(HEAD "\xc0\x0c" IN_A)), "a pointer to itself");
    ok(!takes(SPAN(HEAD "\xc0\x0e\1a\0" IN_A)), "a pointer forward");
    ok(!takes(SPAN(HEAD "\1a\xc0\x0c" IN_A)), "a pointer to its own name's start");
    ok(!takes(SPAN(HEAD "\1a\xc0")), "half a pointer");
    ok(takes(SPAN(HEAD "\xc0\4" IN_A)), "a pointer to a zero in the header is the root");
    ok(!takes(SPAN(HEAD "\x41"
                        "a\0" IN_A)) &&
           !takes(SPAN(HEAD "\x81"
                            "a\0" IN_A)),
       "label types that are none");
    ok(!takes(SPAN(HEAD "\5abc")), "a label beyond the end");
    ok(!takes(SPAN(HEAD "\3a.b\0" IN_A)), "a dot in a label");
    ok(!takes(SPAN(HEAD "\3a\0b\0" IN_A)), "a NUL in a label");
    ok(!takes(SPAN(HEAD "\2a\x80\0" IN_A)) && !takes(SPAN(HEAD "\2a \0" IN_A)),
       "a byte that cannot be shown");
    ok(!takes(SPAN(HEAD1 "\1a\0" IN_A "\xc0\x0c" IN_A "\0\0\0\0\0\4\1\2\3")),
       "rdata beyond the end");
    ok(takes(SPAN(HEAD1 "\1a\0" IN_A "\xc0\x0c" IN_A "\0\0\0\0\0\4\1\2\3\4")),
       "rdata up to the end");
    ok(!takes((struct span){reply, 0}) && !takes(SPAN(HEAD)), "nothing, or a header alone");
}

/* A question whose name is made of labels of 63 bytes, the last of `last`. */
static bool takes_long(size_t last)
{
    char text[400];
    struct buf b = BUF(text);
    buf_span(&b, SPAN(HEAD));
    for (unsigned i = 0; i < 4; i++) {
        size_t n = i < 3 ? 63 : last;
        buf_char(&b, (char)n);
        buf_put(&b, LABEL, n);
    }
    buf_put(&b, "\0" IN_A, 5);
    return takes(buf_view(&b));
}

/* One answer whose owner name is a chain of pointers. */
static bool takes_hops(unsigned hops)
{
    char text[400];
    struct buf b = BUF(text);
    size_t at = 19; /* of the first pointer: behind the question */
    buf_span(&b, SPAN("\0\1\x80\0\0\1\0\2\0\0\0\0\1a\0" IN_A));
    buf_put(&b, "\xc0\x0c\0\x10\0\1\0\0\0\0", 10);
    buf_u16be(&b, 2 * hops);
    for (unsigned i = 0; i < hops; i++) {
        size_t to = i == 0 ? 12 : at;
        at = b.n;
        buf_u16be(&b, 0xc000 | (unsigned)to);
    }
    buf_u16be(&b, 0xc000 | (unsigned)at);
    buf_put(&b, IN_A "\0\0\0\0\0\0", 10);
    return takes(buf_view(&b));
}

static void bounds(void)
{
    char big[HOST_MAX];
    struct dns_reader r;
    ok(takes_long(61) && !takes_long(62), "253 bytes of name, and 254");
    ok(takes_hops(1) && takes_hops(31) && !takes_hops(32), "a chain of pointers has a bound");
    ok(dns_read(&r, message) &&
           !dns_record_name(&r, &(struct dns_record){.rdata_at = 95, .rdata_n = 1}, 0, big),
       "a name in rdata must end there");
    ok(!dns_record_name(&r, &(struct dns_record){.rdata_at = 45, .rdata_n = 6}, 6, big),
       "or begin there");
    ok(dns_record_name(&r, &(struct dns_record){.rdata_at = 44, .rdata_n = 7}, 1, big) &&
           span_is(span_z(big), "alt.example.com"),
       "bytes before it are skipped");
}

static void addresses(void)
{
    struct dns_reader r = {.m = SPAN("0123456789abcdef")};
    struct addr a;
    ok(dns_record_addr(&r, &(struct dns_record){.type = DNS_A, .class = DNS_IN, .rdata_n = 4},
                       &a) &&
           a.family == 4 && memcmp(a.b, "0123\0\0\0\0\0\0\0\0\0\0\0\0", 16) == 0,
       "A");
    ok(dns_record_addr(&r, &(struct dns_record){.type = DNS_AAAA, .class = DNS_IN, .rdata_n = 16},
                       &a) &&
           a.family == 6,
       "AAAA");
    ok(!dns_record_addr(&r, &(struct dns_record){.type = DNS_A, .class = DNS_IN, .rdata_n = 16},
                        &a),
       "A of 16 bytes");
    ok(!dns_record_addr(&r, &(struct dns_record){.type = DNS_AAAA, .class = DNS_IN, .rdata_n = 4},
                        &a),
       "AAAA of 4 bytes");
    ok(!dns_record_addr(&r, &(struct dns_record){.type = DNS_A, .class = DNS_CH, .rdata_n = 4}, &a),
       "another class");
    ok(!dns_record_addr(&r, &(struct dns_record){.type = DNS_TXT, .class = DNS_IN, .rdata_n = 4},
                        &a),
       "another type");
}

static bool same(unsigned id, const char *name, unsigned type, unsigned class, int opcode)
{
    char text[128];
    struct buf b = BUF(text);
    struct dns_reader r;
    dns_query(&b, (uint16_t)id, span_z(name), (uint16_t)type, (uint16_t)class, true);
    text[2] = (char)(text[2] | opcode << 3);
    return dns_read(&r, message) && dns_same_question(&r, edge(buf_view(&b)));
}

static void matching(void)
{
    struct dns_reader r;
    ok(same(0xabcd, "www.example.com", DNS_A, DNS_IN, 0), "the reply to its question");
    ok(same(0xabcd, "wWw.EXAMPLE.coM", DNS_A, DNS_IN, 0), "without case");
    ok(!same(0xabce, "www.example.com", DNS_A, DNS_IN, 0), "another id");
    ok(!same(0xabcd, "wwx.example.com", DNS_A, DNS_IN, 0), "another name");
    ok(!same(0xabcd, "example.com", DNS_A, DNS_IN, 0), "a shorter name");
    ok(!same(0xabcd, "www.example.com", DNS_AAAA, DNS_IN, 0), "another type");
    ok(!same(0xabcd, "www.example.com", DNS_A, DNS_CH, 0), "another class");
    ok(!same(0xabcd, "www.example.com", DNS_A, DNS_IN, 5), "another opcode");
    ok(dns_read(&r, message) && !dns_same_question(&r, SPAN("")) &&
           !dns_same_question(&r, span_upto(message, 30)),
       "a question that is none");
}

static void rcodes(void)
{
    is_str(span_z(dns_rcode_name(0)), "NOERROR", "rcode 0");
    is_str(span_z(dns_rcode_name(DNS_NXDOMAIN)), "NXDOMAIN", "rcode 3");
    is_str(span_z(dns_rcode_name(DNS_BADTIME)), "BADTIME", "rcode 18");
    is_str(span_z(dns_rcode_name(12)), "unknown rcode", "rcode 12");
    is_str(span_z(dns_rcode_name(4095)), "unknown rcode", "rcode 4095");
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    asking();
    names();
    reading();
    cut_off();
    changed();
    malformed();
    bounds();
    addresses();
    matching();
    rcodes();
    return done();
}
