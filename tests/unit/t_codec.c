/* t_codec.c: base64, hex, percent encoding, UTF-8, host names. */
#include "base/codec.h"
#include "edge.h"
#include "tap.h"

static const struct {
    const char *plain, *text, *url;
} base64s[] = { /* RFC 4648 §10, and the two letters that differ */
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xbf\xff", "+/+//w==", "-_-__w"},
};

static void base64_writing(void)
{
    char text[32];
    uint8_t back[16];
    for (size_t i = 0; i < COUNT(base64s); i++) {
        struct span plain = edge(span_z(base64s[i].plain)), code = span_z(base64s[i].text);
        struct buf b = BUF(text);
        base64_put(&b, plain.p, plain.n);
        is_str(buf_view(&b), base64s[i].text, "base64_put");
        b.n = 0;
        base64url_put(&b, plain.p, plain.n);
        is_str(buf_view(&b), base64s[i].url, "base64url_put");
        ok(base64_read(edge(code), back, sizeof back) == (long)strlen(base64s[i].plain) &&
               memcmp(back, base64s[i].plain, strlen(base64s[i].plain)) == 0,
           "base64_read gives it back");
    }
}

static void base64_reading(void)
{
    static const struct {
        const char *in;
        long want;
    } rows[] = {
        {"Zm9vYg", 4},      {" Zm\r\n9v\tYg = =\n", 4},
        {"Zm8", 2},         {"Zm9vYg=", -1},
        {"Zm9v=", -1},      {"Zm9vYg===", -1},
        {"Z", -1},          {"Zm9vY", -1},
        {"=", -1},          {"==", -1},
        {"Zg==Zg==", -1},   {"Zm9-", -1},
        {"Zm9_", -1},       {"Zm9v!", -1},
        {"Zh==", -1},       {"Zm9=", -1},
        {"Zm\xc3\xbc", -1}, {"====", -1},
        {"Zm9vYmFy", 6},    {"Zm9vYmFyYg==", -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t out[6];
        ok(base64_read(edge(span_z(rows[i].in)), out, sizeof out) == rows[i].want,
           shown(rows[i].in));
    }
    ok(base64_read(SPAN("Z\0g=="), (uint8_t[4]){0}, 4) == -1, "a NUL is no base64");
}

static void hex(void)
{
    static const struct {
        const char *in;
        long want;
    } rows[] = {{"", 0},    {"00ffA5", 3},   {"0", -1},          {"0g", -1},
                {"g0", -1}, {"00112233", 4}, {"0011223344", -1}, {" 00", -1}};
    uint8_t out[4] = {9, 9, 9, 9};
    for (size_t i = 0; i < COUNT(rows); i++)
        ok(hex_read(edge(span_z(rows[i].in)), out, sizeof out) == rows[i].want, shown(rows[i].in));
    ok(hex_read(SPAN("00ffA5"), out, 4) == 3 && memcmp(out, "\x00\xff\xa5", 3) == 0,
       "hex_read's bytes");
    ok(hex_value('9') == 9 && hex_value('F') == 15 && hex_value('G') == -1 &&
           hex_value('\xe1') == -1,
       "hex_value");
}

static void percent(void)
{
    char text[128];
    struct buf b = BUF(text);
    percent_put(&b, edge(SPAN("aZ09-._~ /?&=%+*@\xc3\xbc\r\n")), "");
    is_str(buf_view(&b), "aZ09-._~%20%2F%3F%26%3D%25%2B%2A%40%C3%BC%0D%0A",
           "unreserved stays, the rest is %XX");
    b.n = 0;
    percent_put(&b, SPAN("a@b*c/d\0e"), "@*");
    is_str(buf_view(&b), "a@b*c%2Fd%00e", "what is to be kept stays; a NUL does not");
}

static void utf8(void)
{
    static const struct {
        const char *in;
        bool want;
    } rows[] = {
        {"", true},
        {"a\x7f", true},
        {"\xc2\x80\xdf\xbf", true},
        {"\xe0\xa0\x80\xef\xbf\xbf", true},
        {"\xed\x9f\xbf\xee\x80\x80", true},
        {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", true},
        {"\x80", false},
        {"\xbf", false},
        {"\xc0\x80", false},
        {"\xc1\xbf", false},
        {"\xe0\x9f\xbf", false},
        {"\xed\xa0\x80", false},
        {"\xed\xbf\xbf", false},
        {"\xf0\x8f\xbf\xbf", false},
        {"\xf4\x90\x80\x80", false},
        {"\xf5\x80\x80\x80", false},
        {"\xf8\x88\x80\x80\x80", false},
        {"\xff", false},
        {"\xc3", false},
        {"\xe2\x82", false},
        {"\xf0\x9f\x98", false},
        {"\xc3(", false},
    };
    bool good = true;
    for (size_t i = 0; i < COUNT(rows); i++)
        ok(utf8_valid(edge(span_z(rows[i].in))) == rows[i].want, "utf8_valid");
    for (uint32_t c = 1; c <= 0x10ffff; c += c < 0x3000 ? 1 : 97) {
        char byte[4];
        struct span s = {byte, utf8_write(byte, c)};
        uint32_t back;
        bool surrogate = c >= 0xd800 && c <= 0xdfff;
        good = good && utf8_next(&s, &back) == !surrogate && (surrogate || (back == c && s.n == 0));
    }
    ok(good, "utf8_write and utf8_next are inverse");
}

#define TEN "abcdefghij"
#define SIXTY TEN TEN TEN TEN TEN TEN

static const struct {
    const char *in, *out; /* NULL: refused */
} hosts[] = {
    {"example.com", "example.com"},
    {"Example.COM.", "example.com"},
    {"*.Example.com", "*.example.com"},
    {"_acme-challenge.a_b.example", "_acme-challenge.a_b.example"},
    {"xn--Bcher-kva.example", "xn--bcher-kva.example"},
    {"localhost", "localhost"},
    {"1.2.3.4", "1.2.3.4"},
    {"a--b.c", "a--b.c"},
    {"", NULL},
    {".", NULL},
    {"*", NULL},
    {"*.", NULL},
    {"*.*.com", NULL},
    {"a.*.com", NULL},
    {"a*.com", NULL},
    {".com", NULL},
    {"a..com", NULL},
    {"a.com..", NULL},
    {"-a.com", NULL},
    {"a-.com", NULL},
    {"a b.com", NULL},
    {" a.com", NULL},
    {"a.com\n", NULL},
    {"a/b.com", NULL},
    {"a:80", NULL},
    {"user@a.com", NULL},
    {"a%2e.com", NULL},
    {SIXTY "abc.com", SIXTY "abc.com"},
    {SIXTY "abcd.com", NULL},
    {SIXTY "abc." SIXTY "abc." SIXTY "abc." SIXTY "a",
     SIXTY "abc." SIXTY "abc." SIXTY "abc." SIXTY "a"},
    {SIXTY "abc." SIXTY "abc." SIXTY "abc." SIXTY "a.",
     SIXTY "abc." SIXTY "abc." SIXTY "abc." SIXTY "a"},
    {SIXTY "abc." SIXTY "abc." SIXTY "abc." SIXTY "ab", NULL},
    {"b\u00fccher.example", "xn--bcher-kva.example"},
    {"*.B\u00dcCHER.example", "*.xn--bcher-kva.example"},
    {"Stra\u00dfe.de", "xn--strae-oqa.de"},
    {"\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444", "xn--e1afmkfd.xn--p1ai"},
    {"\u041f\u0420\u0418\u041c\u0415\u0420.\u0420\u0424", "xn--e1afmkfd.xn--p1ai"},
    {"\u4f8b\u3048.\u30c6\u30b9\u30c8", "xn--r8jz45g.xn--zckzah"},
    {"\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587", "xn--ihqwcrb4cv8a8dqg056pqjye"},
    {"\u4ed6\u5011\u7232\u4ec0\u9ebd\u4e0d\u8aaa\u4e2d\u6587", "xn--ihqwctvzc91f659drss3x8bo0yb"},
    {"Pro\u010dprost\u011bnemluv\u00ed\u010desky", "xn--proprostnemluvesky-uyb24dma41a"},
    {"\u05dc\u05de\u05d4\u05d4\u05dd\u05e4\u05e9\u05d5\u05d8\u05dc\u05d0\u05de\u05d3\u05d1\u05e8"
     "\u05d9\u05dd\u05e2\u05d1"
     "\u05e8\u05d9\u05ea",
     "xn--4dbcagdahymbxekheh6e0a7fei0b"},
    {"3\u5e74B\u7d44\u91d1\u516b\u5148\u751f", "xn--3b-ww4c5e180e575a65lsy2b"},
    {"\u0395\u03bb\u03bb\u03ac\u03b4\u03b1", "xn--hxakic4aa"},
    {"\u017dLU\u0164.cz", "xn--lu-yta1h.cz"},
    {"\u0150", "xn--8fa"},
    {"\u0178", "xn--wda"},
    {"VI\u1ec6T.vn", "xn--vit-5kz.vn"},
    {"\u0540\u0561\u0575", "xn--y9a3aq"},
    {TEN TEN TEN TEN TEN "\u00fc", "xn--" TEN TEN TEN TEN TEN "-ehf"},
    {TEN TEN TEN TEN TEN "abcde\u00fc", "xn--" TEN TEN TEN TEN TEN "abcde-8yf"}, /* 63 bytes */
    {TEN TEN TEN TEN TEN "abcdef\u00fc", NULL}, /* 64 bytes as punycode */
    {"\u00fc-.de", NULL},
    {"-\u00fc.de", NULL},
    {"a\u0308.de", NULL}, /* letter and accent apart */
    {"a\u00a0b.de", NULL},
    {"a\u200bb.de", NULL},
    {"a\u202eb.de", NULL},
    {"a\u3002de", NULL},
    {"\u0130.tr", NULL},
    {"b\xfc"
     "cher.de",
     NULL}, /* Latin-1 */
    {"b\xc3", NULL},
};

static void host(void)
{
    char text[300];
    struct buf b = BUF(text);
    for (size_t i = 0; i < COUNT(hosts); i++) {
        bool good;
        b = BUF(text);
        buf_z(&b, ">");
        good = host_put(&b, edge(span_z(hosts[i].in)));
        if (!ok(good == (hosts[i].out != NULL) &&
                    (good ? span_is(span_from(buf_view(&b), 1), hosts[i].out) : b.n == 1),
                shown(hosts[i].in)))
            note("got", buf_view(&b));
    }
    b.cap = 5;
    b.n = 0;
    ok(!host_put(&b, SPAN("example")) && b.over, "no room: refused, and over");
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    base64_writing();
    base64_reading();
    hex();
    percent();
    utf8();
    host();
    return done();
}
