/* t_buf.c: the bounded writer, the failure type, and small helpers of base. */
#include "base/fail.h"
#include "base/hash.h"
#include "edge.h"
#include "tap.h"

static void writing(void)
{
    char text[64];
    struct buf b = BUF(text);
    buf_u64(&b, 0);
    buf_char(&b, ' ');
    buf_u64(&b, UINT64_MAX);
    buf_char(&b, ' ');
    buf_i64(&b, INT64_MIN);
    is_str(buf_view(&b), "0 18446744073709551615 -9223372036854775808", "numbers at their ends");
    b.n = 0;
    buf_i64(&b, -1);
    buf_pad(&b, 7, 3);
    buf_pad(&b, 1234, 2);
    buf_pad(&b, 0, 0);
    is_str(buf_view(&b), "-100712340", "buf_pad");
    b.n = 0;
    buf_hex(&b, "\x00\x0f\xf0\xff", 4);
    buf_u16be(&b, 0x4142);
    buf_u32be(&b, 0x43444546);
    is_str(buf_view(&b), "000ff0ffABCDEF", "buf_hex, buf_u16be, buf_u32be");
    b.n = 0;
    buf_all(&b, SPAN("a"), SPAN(""), SPAN("b"), SPAN_NONE, SPAN("c"));
    is_str(buf_view(&b), "ab", "buf_all ends at an absent span");
}

static void bounds(void)
{
    char text[4];
    struct buf b = BUF(text);
    buf_z(&b, "abcd");
    ok(!b.over && b.n == 4, "filled to the brim is not over");
    buf_put(&b, NULL, 0);
    ok(!b.over, "nothing more still fits");
    ok(buf_text(&b)[0] == '\0' && b.over, "no room for a NUL: over, and an empty text");
    b = BUF(text);
    buf_z(&b, "abc");
    is_str(span_z(buf_text(&b)), "abc", "buf_text");
    buf_z(&b, "de");
    ok(b.over && b.n == 3, "what does not fit is not begun");
    buf_char(&b, 'x');
    ok(b.over && b.n == 3, "over sticks");
    ok(buf_text(&b)[0] == '\0', "buf_text of an over one is empty");
}

static void safe(void)
{
    static const struct {
        const char *in;
        size_t max;
        const char *want, *name;
    } rows[] = {
        {"plain", 99, "plain", "plain"},
        {"a\r\nb\tc\x1b[31m\x7f", 99, "a??b?c?[31m?", "controls"},
        {"\xc2\x9b"
         "31m \xc2\xa0",
         99, "?31m \xc2\xa0", "C1 controls in UTF-8"},
        {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80", 99,
         "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80", "UTF-8"},
        {"\xff"
         "a\xc3"
         "b\x80",
         99, "?a?b?", "broken UTF-8"},
        {"\xc0\xaf\xe0\x80\xaf", 99, "?????", "overlong forms"},
        {"\xed\xa0\x80", 99, "???", "surrogates"},
        {"\xf4\x90\x80\x80", 99, "????", "above U+10FFFF"},
        {"a\xe2\x80\xae"
         "b\xe2\x81\xa6"
         "c",
         99, "a?b?c", "marks that turn the text around"},
        {"a\xc3\xbc", 2, "a", "cut at a character"},
        {"a\xc3\xbc"
         "b",
         3, "a\xc3\xbc", "cut after a character"},
        {"abc", 0, "", "no room"},
        {"a\xe2\x82", 99, "a??", "ends inside a character"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[64];
        struct buf b = BUF(text);
        buf_safe(&b, edge(span_z(rows[i].in)), rows[i].max);
        is_str(buf_view(&b), rows[i].want, rows[i].name);
    }
}

static void failing(void)
{
    struct fail f = {0};
    char big[400];
    memset(big, 'x', sizeof big);
    ok(fail_text(&f).n == 0, "no failure, no text");
    ok(fail_set(&f, FAIL_RETRY, LAYER_DNS, 3, SPAN("no such name: "), SPAN("a\nb")) == STEP_FAIL,
       "fail_set gives STEP_FAIL");
    ok(f.kind == FAIL_RETRY && f.layer == LAYER_DNS && f.code == 3, "kind, layer and code");
    is_str(fail_text(&f), "no such name: a?b", "text is made safe");
    fail_set(&f, FAIL_AUTH, LAYER_TLS, 4, SPAN("later"));
    ok(f.kind == FAIL_RETRY && f.code == 3, "the first failure sticks");
    is_str(fail_text(&f), "no such name: a?b", "with its text");
    f = (struct fail){0};
    fail_set(&f, FAIL_PROTO, LAYER_HTTP, -1, SPAN("head "), (struct span){big, sizeof big},
             SPAN("tail"));
    ok(fail_text(&f).n == FAIL_TEXT_MAX && f.text[5] == 'x', "long text is cut at the bound");
    for (int k = FAIL_NONE + 1; k < FAIL_KIND_MAX; k++)
        ok(fail_kind_of(span_z(fail_kind_name((enum fail_kind)k))) == (enum fail_kind)k,
           fail_kind_name((enum fail_kind)k));
    ok(fail_kind_of(SPAN("none")) == FAIL_NONE && fail_kind_of(SPAN("Auth")) == FAIL_NONE,
       "unknown kinds");
    is_str(span_z(fail_layer_name(LAYER_PROVIDER)), "provider", "fail_layer_name");
    is_str(span_z(fail_layer_name((enum fail_layer)99)), "?", "a layer that is none");
    is_str(span_z(fail_kind_name((enum fail_kind)-1)), "?", "a kind that is none");
}

static void helpers(void)
{
    char secret[] = "secret";
    ok(crc32_of(SPAN("")) == 0, "crc32 of nothing");
    ok(crc32_of(edge(SPAN("123456789"))) == 0xcbf43926, "crc32 check value");
    ok(bytes_same("abc", "abc", 3) && !bytes_same("abc", "abd", 3) && bytes_same("a", "b", 0),
       "bytes_same");
    bytes_wipe(secret, 3);
    ok(memcmp(secret, "\0\0\0ret", 7) == 0, "bytes_wipe");
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    writing();
    bounds();
    safe();
    failing();
    helpers();
    return done();
}
