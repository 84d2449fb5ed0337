/* t_span.c: spans, the bounded writer's friend. */
#include "edge.h"
#include "tap.h"

static void comparing(void)
{
    ok(span_z(NULL).p == NULL && span_z("").p != NULL && span_z("ab").n == 2, "span_z");
    ok(span_eq(SPAN("ab"), SPAN("ab")) && !span_eq(SPAN("ab"), SPAN("aB")) &&
           !span_eq(SPAN("ab"), SPAN("abc")),
       "span_eq");
    ok(span_eq(SPAN_NONE, SPAN("")), "an absent span equals an empty one");
    ok(span_eq(SPAN("a\0b"), SPAN("a\0b")) && !span_eq(SPAN("a\0b"), SPAN("a\0c")),
       "a NUL is a byte like others");
    ok(span_ieq(SPAN("aZ@["), SPAN("Az@[")) && !span_ieq(SPAN("@"), SPAN("`")) &&
           !span_ieq(SPAN("["), SPAN("{")),
       "span_ieq folds letters only");
    ok(!span_ieq(SPAN("\xc3\x84"), SPAN("\xc3\xa4")), "span_ieq leaves other alphabets alone");
    ok(span_is(SPAN("x"), "x") && !span_is(SPAN("x"), "xy") && span_is(SPAN_NONE, ""), "span_is");
    ok(span_starts(SPAN("abc"), SPAN("ab")) && span_starts(SPAN("abc"), SPAN("")) &&
           !span_starts(SPAN("a"), SPAN("ab")),
       "span_starts");
    ok(span_istarts(SPAN("ABc"), SPAN("ab")) && !span_istarts(SPAN("b"), SPAN("ab")),
       "span_istarts");
    ok(span_ends(SPAN("abc"), SPAN("bc")) && span_ends(SPAN("abc"), SPAN("")) &&
           !span_ends(SPAN("c"), SPAN("bc")),
       "span_ends");
}

static void finding(void)
{
    ok(span_find(edge(SPAN("aabab")), SPAN("ab")) == 1, "span_find finds the first");
    ok(span_find(edge(SPAN("aab")), SPAN("abc")) == -1, "span_find does not read on");
    ok(span_find(SPAN("ab"), SPAN("")) == 0 && span_find(SPAN_NONE, SPAN("a")) == -1,
       "span_find: nothing");
    ok(span_chr(SPAN("abcb"), 'b') == 1 && span_chr(SPAN("abc"), 'x') == -1 &&
           span_chr(SPAN_NONE, 'x') == -1,
       "span_chr");
}

static void cutting(void)
{
    struct span rest = SPAN("a,,b,"), none = SPAN_NONE;
    is_str(span_from(SPAN("abc"), 1), "bc", "span_from");
    ok(span_from(SPAN("abc"), 9).n == 0 && span_from(SPAN("abc"), 9).p && !span_from(none, 1).p,
       "span_from past the end");
    is_str(span_upto(SPAN("abc"), 2), "ab", "span_upto");
    is_str(span_upto(SPAN("abc"), (size_t)-1), "abc", "span_upto past the end");
    is_str(span_trim(edge(SPAN(" \t\r\na b\n "))), "a b", "span_trim");
    is_str(span_trim(edge(SPAN(" \r\n"))), "", "span_trim of blanks");
    is_str(span_cut(&rest, ','), "a", "span_cut: first");
    is_str(span_cut(&rest, ','), "", "span_cut: empty");
    is_str(span_cut(&rest, ','), "b", "span_cut: third");
    ok(rest.p && span_cut(&rest, ',').n == 0 && rest.p == NULL,
       "span_cut: after a last separator comes one empty part");
    ok(span_cut(&none, ',').p == NULL && none.p == NULL, "span_cut of nothing");
}

static void words(void)
{
    struct span rest = edge(SPAN("  one\ttwo \n  "));
    is_str(span_word(&rest), "one", "span_word: first");
    is_str(span_word(&rest), "two", "span_word: second");
    is_str(span_word(&rest), "\n", "span_word: a line end is no blank");
    ok(span_word(&rest).n == 0 && rest.n == 0, "span_word: no more");
}

static void numbers(void)
{
    static const struct {
        const char *text;
        uint64_t max;
        bool good;
        uint64_t want;
    } rows[] = {
        {"0", 9, true, 0},
        {"007", 9, true, 7},
        {"255", 255, true, 255},
        {"256", 255, false, 0},
        {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, false, 0},
        {"99999999999999999999", UINT64_MAX, false, 0},
        {"4294967295", UINT32_MAX, true, UINT32_MAX},
        {"4294967296", UINT32_MAX, false, 0},
        {"1", 0, false, 0},
        {"0", 0, true, 0},
        {"", 9, false, 0},
        {"-1", 9, false, 0},
        {"+1", 9, false, 0},
        {" 1", 9, false, 0},
        {"1 ", 9, false, 0},
        {"0x1", 99, false, 0},
        {"1\xb2", 99, false, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t v = 12345;
        bool good = span_u64(edge(span_z(rows[i].text)), rows[i].max, &v);
        ok(good == rows[i].good && v == (good ? rows[i].want : 12345), shown(rows[i].text));
    }
}

static void letters(void)
{
    bool good = true;
    for (int i = 0; i < 256; i++) {
        char c = (char)i;
        bool upper = i >= 'A' && i <= 'Z', lower = i >= 'a' && i <= 'z',
             digit = i >= '0' && i <= '9';
        good = good && ascii_lower(c) == (char)(upper ? i + 32 : i) && ascii_digit(c) == digit &&
               ascii_alpha(c) == (upper || lower) && ascii_alnum(c) == (upper || lower || digit);
    }
    ok(good, "ascii_* of all 256 bytes");
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    comparing();
    finding();
    cutting();
    words();
    numbers();
    letters();
    return done();
}
