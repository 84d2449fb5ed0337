/* t_cert.c: the certificate reader and name matching, on certificates made up here. */
#include "cert.h"
#include "edge.h"
#include "tap.h"

/* ---- DER made up here, bottom up, in a pool */
static char pool[32768];
static size_t pool_n;

static struct span der(unsigned tag, const struct span *parts)
{
    struct buf b = {.p = pool + pool_n, .cap = sizeof pool - pool_n};
    size_t n = 0;
    for (const struct span *p = parts; p->p; p++)
        n += p->n;
    buf_char(&b, (char)tag);
    if (n > 255)
        buf_put(&b, "\x82", 1), buf_u16be(&b, (unsigned)n);
    else if (n > 127)
        buf_put(&b, "\x81", 1), buf_char(&b, (char)n);
    else
        buf_char(&b, (char)n);
    buf_spans(&b, parts);
    pool_n += b.n;
    return buf_view(&b);
}

#define DER(tag, ...) der((tag), (const struct span[]){__VA_ARGS__, {0, 0}})
#define NUL SPAN("")

#define SAN_OID SPAN("\x55\x1d\x11")
#define EKU_OID SPAN("\x55\x1d\x25")
#define BOUND_OID SPAN("\x55\x1d\x1e")
#define KEY_OID SPAN("\x55\x1d\x0f")
#define SERVER SPAN("\x2b\x06\x01\x05\x05\x07\x03\x01")
#define CLIENT SPAN("\x2b\x06\x01\x05\x05\x07\x03\x02")
#define ANY_USE SPAN("\x55\x1d\x25\0")
#define SHA256_RSA SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b")
#define SHA1_RSA SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05")
#define MD5_RSA SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04")
#define SHA1_EC SPAN("\x2a\x86\x48\xce\x3d\x04\x01")

static struct span extension(struct span oid, struct span value)
{
    return DER(0x30, DER(0x06, oid), DER(0x04, DER(0x30, value)));
}

static struct span issuer, subject; /* names, as they stand in the certificate */

static struct span certificate(struct span dates, struct span algorithm, struct span extensions)
{
    struct span hash = DER(0x30, DER(0x06, algorithm), DER(0x05, NUL));
    struct span tbs = DER(0x30, DER(0xa0, DER(0x02, SPAN("\2"))), DER(0x02, SPAN("\1")), hash,
                          issuer, DER(0x30, dates), subject,
                          DER(0x30, hash, DER(0x03, SPAN("\0key"))),
                          DER(0xa3, DER(0x30, extensions)));
    return DER(0x30, tbs, hash, DER(0x03, SPAN("\0signature")));
}

static struct span dates(const char *from, const char *until)
{
    return DER(0x30, DER(strlen(from) == 15 ? 0x18 : 0x17, span_z(from)),
               DER(strlen(until) == 15 ? 0x18 : 0x17, span_z(until)));
}

/* The contents without the header of one byte each for tag and length. */
static struct span inside(struct span element)
{
    return span_from(element, 2);
}

#define PLAIN_DATES inside(dates("260101000000Z", "270101000000Z"))

static struct span with_extensions(struct span extensions)
{
    return certificate(PLAIN_DATES, SHA256_RSA, extensions);
}

/* ---- The certificate reader */
static struct cert cert;
static struct addr no_ip;

static void feed(struct span whole, size_t size, size_t first, size_t step, struct span host,
                 const struct addr *ip)
{
    cert_start(&cert, (uint32_t)size, host, ip);
    for (size_t at = 0; at < whole.n;) {
        size_t n = at == 0 && first ? first : step;
        struct span part = edge(span_upto(span_from(whole, at), n));
        cert_feed(&cert, (const uint8_t *)part.p, part.n);
        at += part.n;
    }
}

enum { DATED = CERT_FROM | CERT_UNTIL | CERT_NAMES };

static bool has_names(void)
{
    struct span a = {cert.issuer.der, cert.issuer.n}, b = {cert.subject.der, cert.subject.n};
    return span_eq(a, issuer.n > CERT_NAME_MAX ? NUL : issuer) &&
           span_eq(b, subject.n > CERT_NAME_MAX ? NUL : subject);
}

/* Whole, at every split and a byte at a time; `good`: makes sense, `seen`: what it shows. */
static void reads(const char *name, struct span whole, struct span host, const struct addr *ip,
                  bool good, unsigned seen)
{
    bool same = true;
    for (size_t first = 0; first <= whole.n; first++) {
        feed(whole, whole.n, first, first ? whole.n : 1, host, ip);
        if (cert_whole(&cert) != good || (good && (cert.seen != seen || !has_names()))) {
            same = false;
            is_i64(cert.seen, seen, name);
            break;
        }
    }
    ok(same, name);
}

static void test_names(void)
{
    struct span www = SPAN("www.example.com"), list, names = DER(0x82, www);
    struct addr v4, v6;
    addr_parse(SPAN("192.0.2.1"), &v4);
    addr_parse(SPAN("2001:db8::1"), &v6);
    reads("no names", with_extensions(extension(KEY_OID, NUL)), www, &no_ip, true, DATED);
    reads("the name", with_extensions(extension(SAN_OID, names)), www, &no_ip, true,
          DATED | CERT_SAN | CERT_NAMED);
    reads("another", with_extensions(extension(SAN_OID, DER(0x82, SPAN("www.example.org")))), www,
          &no_ip, true, DATED | CERT_SAN);
    reads("no name in the list", with_extensions(extension(SAN_OID, NUL)), www, &no_ip, true,
          DATED | CERT_SAN);
    reads("as rfc822Name", with_extensions(extension(SAN_OID, DER(0x81, www))), www, &no_ip, true,
          DATED | CERT_SAN);
    reads("with a NUL behind",
          with_extensions(extension(SAN_OID, DER(0x82, SPAN("www.example.com\0.org")))), www,
          &no_ip, true, DATED | CERT_SAN);
    reads("in another extension", with_extensions(extension(KEY_OID, DER(0x82, www))), www, &no_ip,
          true, DATED);
    reads("critical",
          with_extensions(
              DER(0x30, DER(0x06, SAN_OID), DER(0x01, SPAN("\xff")), DER(0x04, DER(0x30, names)))),
          www, &no_ip, true, DATED | CERT_SAN | CERT_NAMED);
    reads("an extension of nothing", with_extensions(DER(0x30, NUL)), www, &no_ip, true, DATED);
    list = extension(SAN_OID, names);
    reads("the extension twice", with_extensions(inside(DER(0x30, list, list))), www, &no_ip, false,
          0);
    reads("an IPv4 address", with_extensions(extension(SAN_OID, DER(0x87, SPAN("\xc0\0\2\1")))),
          NUL, &v4, true, DATED | CERT_SAN | CERT_NAMED);
    reads("another IPv4 address",
          with_extensions(extension(SAN_OID, DER(0x87, SPAN("\xc0\0\2\2")))), NUL, &v4, true,
          DATED | CERT_SAN);
    reads("an IPv4 network",
          with_extensions(extension(SAN_OID, DER(0x87, SPAN("\xc0\0\2\1\xff\xff\xff\xff")))), NUL,
          &v4, true, DATED | CERT_SAN);
    reads("an address as dNSName",
          with_extensions(extension(SAN_OID, DER(0x82, SPAN("192.0.2.1")))), NUL, &v4, true,
          DATED | CERT_SAN);
    reads("a name as iPAddress", with_extensions(extension(SAN_OID, DER(0x87, SPAN("abcd")))),
          SPAN("abcd"), &no_ip, true, DATED | CERT_SAN);
    reads("an IPv6 address",
          with_extensions(extension(SAN_OID, DER(0x87, (struct span){(char *)v6.b, 16}))), NUL, &v6,
          true, DATED | CERT_SAN | CERT_NAMED);
    reads("the first four bytes of an IPv6 address",
          with_extensions(extension(SAN_OID, DER(0x87, (struct span){(char *)v6.b, 4}))), NUL, &v6,
          true, DATED | CERT_SAN);
    pool_n = 0;
}

static void test_long_lists(void)
{
    static char text[300];
    struct span www = SPAN("www.example.com"), filler, list;
    memset(text, 'a', sizeof text);
    filler = DER(0x82, (struct span){text, 253});
    list = DER(0x30, filler, filler, filler, filler, DER(0x82, www), filler);
    reads("among names of 253 bytes", with_extensions(extension(SAN_OID, span_from(list, 4))), www,
          &no_ip, true, DATED | CERT_SAN | CERT_NAMED);
    list = DER(0x30, DER(0x82, (struct span){text, sizeof text}), DER(0x82, www));
    reads("behind a name of 300 bytes", with_extensions(extension(SAN_OID, span_from(list, 4))),
          www, &no_ip, true, DATED | CERT_SAN | CERT_NAMED);
    pool_n = 0;
}

/* Issuer and subject, as the anchors' names are compared: with their headers. */
static void test_issuer(void)
{
    static char text[600];
    static const unsigned lengths[] = {0, 1, 127, 128, 255, 256, 508, 509, 600};
    char name[] = "names of ... bytes";
    for (size_t i = 0; i < COUNT(lengths); i++) {
        memset(text, 'i', sizeof text);
        issuer = DER(0x30, (struct span){text, lengths[i]});
        memset(text, 's', sizeof text);
        subject = DER(0x30, (struct span){text, lengths[COUNT(lengths) - 1 - i]});
        for (unsigned k = 0, n = lengths[i]; k < 3; k++, n /= 10)
            name[11 - k] = (char)('0' + n % 10);
        reads(name, with_extensions(NUL), NUL, &no_ip, true, DATED);
        ok(cert.issuer.n == (lengths[i] > 508 ? 0 : issuer.n), "all of them or nothing");
        pool_n = 0;
    }
    issuer = subject = SPAN("\x30\0");
}

static void test_usage(void)
{
    static const struct {
        const char *name;
        struct span a, b;
        unsigned seen;
    } rows[] = {
        {"serverAuth", {"\x2b\x06\x01\x05\x05\x07\x03\x01", 8}, {0, 0}, CERT_EKU | CERT_SERVER},
        {"clientAuth", {"\x2b\x06\x01\x05\x05\x07\x03\x02", 8}, {0, 0}, CERT_EKU},
        {"clientAuth, serverAuth", {"\x2b\x06\x01\x05\x05\x07\x03\x02", 8},
         {"\x2b\x06\x01\x05\x05\x07\x03\x01", 8}, CERT_EKU | CERT_SERVER},
        {"anyExtendedKeyUsage", {"\x55\x1d\x25\0", 4}, {0, 0}, CERT_EKU | CERT_SERVER},
        {"longer than serverAuth", {"\x2b\x06\x01\x05\x05\x07\x03\x01\x01", 9}, {0, 0}, CERT_EKU},
        {"no usage", {0, 0}, {0, 0}, CERT_EKU},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct span list = NUL;
        if (rows[i].b.p)
            list = inside(DER(0x30, DER(0x06, rows[i].a), DER(0x06, rows[i].b)));
        else if (rows[i].a.p)
            list = DER(0x06, rows[i].a);
        reads(rows[i].name, with_extensions(extension(EKU_OID, list)), NUL, &no_ip, true,
              DATED | rows[i].seen);
    }
    reads("name constraints", with_extensions(extension(BOUND_OID, NUL)), NUL, &no_ip, true,
          DATED | CERT_CONSTRAINED);
    reads("SHA-1 with RSA", certificate(PLAIN_DATES, SHA1_RSA, NUL), NUL, &no_ip, true,
          DATED | CERT_OLD_HASH);
    reads("MD5 with RSA", certificate(PLAIN_DATES, MD5_RSA, NUL), NUL, &no_ip, true,
          DATED | CERT_OLD_HASH);
    reads("SHA-1 with ECDSA", certificate(PLAIN_DATES, SHA1_EC, NUL), NUL, &no_ip, true,
          DATED | CERT_OLD_HASH);
    pool_n = 0;
}

static void test_dates(void)
{
    static const struct {
        const char *from, *until;
        int64_t want_from, want_until; /* 1 and 1: refused */
    } rows[] = {
        {"260101000000Z", "270101000000Z", 1767225600, 1798761600},
        {"700101000000Z", "491231235959Z", 0, 2524607999},
        {"500101000000Z", "99991231235959Z", -631152000, 253402300799},
        {"20500101000000Z", "21000301000000Z", 2524608000, 4107542400},
        {"240229120000Z", "20240229120000Z", 1709208000, 1709208000},
        {"250229120000Z", "270101000000Z", 1, 1},
        {"261301000000Z", "270101000000Z", 1, 1},
        {"260100000000Z", "270101000000Z", 1, 1},
        {"260101240000Z", "270101000000Z", 1, 1},
        {"260101000000z", "270101000000Z", 1, 1},
        {"2601010000Z", "270101000000Z", 1, 1},
        {"260101000000+0100", "270101000000Z", 1, 1},
        {"20260101000000.5Z", "270101000000Z", 1, 1},
        {"", "270101000000Z", 1, 1},
        {"260101000000Z", "27010100000", 1, 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct span whole =
            certificate(inside(dates(rows[i].from, rows[i].until)), SHA256_RSA, NUL);
        bool good = !(rows[i].want_from == 1 && rows[i].want_until == 1);
        reads(rows[i].from, whole, NUL, &no_ip, good, DATED);
        if (good) {
            is_i64(cert.from, rows[i].want_from, "notBefore");
            is_i64(cert.until, rows[i].want_until, "notAfter");
        }
        pool_n = 0;
    }
}

/* Cut anywhere, one byte changed anywhere, and lengths that do not fit: never whole when cut, never
 * read beyond. */
static void test_damage(void)
{
    static char copy[1024];
    struct span www = SPAN("www.example.com");
    struct span whole = with_extensions(extension(SAN_OID, DER(0x82, www)));
    unsigned cut = 0, escaped = 0;
    for (size_t n = 0; n < whole.n; n++) {
        feed(span_upto(whole, n), whole.n, 0, 7, www, &no_ip);
        cut += cert_whole(&cert);
        feed(span_upto(whole, n), n, 0, 7, www, &no_ip);
        cut += cert_whole(&cert);
    }
    is_i64(cut, 0, "cut anywhere: never whole");
    memcpy(copy, whole.p, whole.n);
    copy[whole.n] = 0;
    feed((struct span){copy, whole.n + 1}, whole.n + 1, 0, 9, www, &no_ip);
    ok(!cert_whole(&cert), "a byte too many");
    for (size_t i = 0; i < whole.n; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(copy, whole.p, whole.n);
            copy[i] = (char)(copy[i] ^ (1 << bit));
            feed((struct span){copy, whole.n}, whole.n, 0, 5, www, &no_ip);
            escaped += cert.depth >= CERT_DEPTH;
        }
    is_i64(escaped, 0, "any bit changed: stays in bounds");
    pool_n = 0;
}

static void test_lengths(void)
{
    static const struct {
        const char *name;
        struct span der;
    } rows[] = {
        {"indefinite length", {"\x30\x80\0\0", 4}},
        {"length of 4 bytes", {"\x30\x84\0\0\0\1\0", 7}},
        {"length not the shortest: 81 05", {"\x30\x81\x05zzzzz", 8}},
        {"length not the shortest: 82 00 80", {"\x30\x82\x00\x80", 4}},
        {"tag of two bytes", {"\x3f\x20\x00", 3}},
        {"longer than what is around it", {"\x30\x02\x30\x01", 4}},
        {"header across the end", {"\x30\x01\x30", 3}},
        {"two elements", {"\x30\x00\x30\x00", 4}},
        {"nothing", {"", 0}},
        {"an empty sequence", {"\x30\x00", 2}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        reads(rows[i].name, rows[i].der, NUL, &no_ip, false, 0);
}

static void test_covers(void)
{
    static const struct {
        const char *name, *host;
        bool covers;
    } rows[] = {
        {"example.com", "example.com", true},
        {"EXAMPLE.com", "example.com", true},
        {"example.com", "www.example.com", false},
        {"www.example.com", "example.com", false},
        {"*.example.com", "www.example.com", true},
        {"*.Example.COM", "www.example.com", true},
        {"*.example.com", "xn--bcher-kva.example.com", true},
        {"xn--bcher-kva.example.com", "xn--bcher-kva.example.com", true},
        {"*.example.com", "example.com", false},
        {"*.example.com", ".example.com", false},
        {"*.example.com", "a.b.example.com", false},
        {"*.b.example.com", "a.b.example.com", true},
        {"w*.example.com", "www.example.com", false},
        {"*w.example.com", "www.example.com", false},
        {"www.*.com", "www.example.com", false},
        {"*.*.com", "www.example.com", false},
        {"*", "com", false},
        {"*", "example.com", false},
        {"*.com", "example.com", false},
        {"*.", "example.", false},
        {"*..com", "example..com", false},
        {"example.com.", "example.com", false},
        {"", "example.com", false},
        {"*.example.com", "*.example.com", true},
        {"*.168.1.1", "192.168.1.1", true}, /* an address is never looked for as a name */
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        is_i64(cert_name_covers(span_z(rows[i].name), span_z(rows[i].host)), rows[i].covers,
               rows[i].name);
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    issuer = subject = SPAN("\x30\0");
    test_names();
    test_issuer();
    test_long_lists();
    test_usage();
    test_dates();
    test_damage();
    test_lengths();
    test_covers();
    return done();
}
