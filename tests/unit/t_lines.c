/* t_lines.c: the line reader. */
#include "config/lines.h"
#include "limits.h"
#include "edge.h"
#include "tap.h"

struct row {
    const char *text;
    enum line_kind kind;
    const char *key, *name, *value; /* NULL: absent */
    bool quoted;
};

static const struct row rows[] = {
    {"a = b", LINE_SETTING, "a", NULL, "b", false},
    {"a=b", LINE_SETTING, "a", NULL, "b", false},
    {" \ta\t=\tb c \t\r", LINE_SETTING, "a", NULL, "b c", false},
    {"\xef\xbb\xbf" "a = b", LINE_SETTING, "a", NULL, "b", false},
    {"# x\n\n  # y\r\n \r\na=b", LINE_SETTING, "a", NULL, "b", false},
    {"a = b # c", LINE_SETTING, "a", NULL, "b", false},
    {"a = b#c", LINE_SETTING, "a", NULL, "b#c", false},
    {"a = b\t#c", LINE_SETTING, "a", NULL, "b", false},
    {"a = # c", LINE_SETTING, "a", NULL, "", false},
    {"a =", LINE_SETTING, "a", NULL, "", false},
    {"a = b = c", LINE_SETTING, "a", NULL, "b = c", false},
    {"a = \"$5 # x\"", LINE_SETTING, "a", NULL, "$5 # x", true},
    {"a = \"$5 # x\" # y", LINE_SETTING, "a", NULL, "$5 # x", true},
    {"a = \"\"", LINE_SETTING, "a", NULL, "", true},
    {"a = \" b \"", LINE_SETTING, "a", NULL, " b ", true},
    {"a = \"b\\\"c\\\\\"", LINE_SETTING, "a", NULL, "b\\\"c\\\\", true},
    {"a = \"b\\\\\\\"", LINE_SETTING, "a", NULL, "\"b\\\\\\\"", false},
    {"a = \"b\"#c", LINE_SETTING, "a", NULL, "\"b\"#c", false},
    {"a = \"b\" c", LINE_SETTING, "a", NULL, "\"b\" c", false},
    {"a = \"b", LINE_SETTING, "a", NULL, "\"b", false},
    {"a = \"", LINE_SETTING, "a", NULL, "\"", false},
    {"a = \"\\\"", LINE_SETTING, "a", NULL, "\"\\\"", false},
    {"need token = the token", LINE_SETTING, "need", "token", "the token", false},
    {"header X-Key = {k}", LINE_SETTING, "header", "X-Key", "{k}", false},
    {"match \"<N>\" = {zone}", LINE_SETTING, "match", "\"<N>\"", "{zone}", false},
    {"match 'CODE=\"' = 1", LINE_SETTING, "match", "'CODE=\"'", "1", false},
    {"match 'a = 1", LINE_SETTING, "match", "'a", "1", false},
    {"let  a b  = c", LINE_SETTING, "let", "a b", "c", false},
    {"log_size = 1", LINE_SETTING, "log_size", NULL, "1", false},
    {"[noip]", LINE_SECTION, "noip", NULL, NULL, false},
    {" [ noip  home ] # c", LINE_SECTION, "noip  home", NULL, NULL, false},
    {"[a]\r", LINE_SECTION, "a", NULL, NULL, false},
    {"", LINE_END, NULL, NULL, NULL, false},
    {"\n\n# only\r\n", LINE_END, NULL, NULL, NULL, false},
};

static bool same(struct span got, const char *want)
{
    return want ? got.p && span_is(got, want) : got.p == NULL;
}

static void t_rows(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *r = &rows[i];
        struct lines l;
        struct line out;
        lines_init(&l, edge(span_z(r->text)), 1, true);
        enum line_kind kind = lines_next(&l, &out);
        if (!ok(kind == r->kind && same(out.key, r->key) && same(out.name, r->name) &&
                same(out.value, r->value) && out.quoted == r->quoted, shown(r->text))) {
            note("key", out.key);
            note("name", out.name);
            note("value", out.value);
        }
    }
}

static void t_bad(void)
{
    static const struct {
        const char *text;
        unsigned column;
        bool section;
        const char *part;
    } bads[] = {
        {"a", 0, false, "'=' is missing"},       {"= b", 0, false, "no key"},
        {"a! = b", 0, false, "no key"},          {"\xc3\xa4 = b", 0, false, "no key"},
        {"[a", 0, true, "']' is missing"},       {"[]", 0, true, "empty section"},
        {"[ ]", 0, true, "empty section"},       {"[a] b", 0, true, "after ']'"},
        {"a = \xff", 5, false, "not UTF-8"},     {"a = \xc0\xaf", 5, false, "not UTF-8"},
        {"a\rb = c", 2, false, "not UTF-8"},     {"# \x1b[31m", 3, false, "not UTF-8"},
        {"a = b\xe2\x82", 6, false, "not UTF-8"}, {"\x7f", 1, false, "not UTF-8"},
    };
    for (size_t i = 0; i < COUNT(bads); i++) {
        struct lines l;
        struct line out;
        lines_init(&l, edge(span_z(bads[i].text)), 7, true);
        ok(lines_next(&l, &out) == LINE_BAD && out.number == 7 && out.column == bads[i].column &&
           out.section == bads[i].section && span_find(span_z(out.wrong),
                                                       span_z(bads[i].part)) >= 0,
           bads[i].part);
    }
}

static void t_nul(void)
{
    struct lines l;
    struct line out;
    lines_init(&l, edge(SPAN("a = b\0c\nd = e")), 1, true);
    ok(lines_next(&l, &out) == LINE_BAD && out.column == 6, "NUL inside a line");
    ok(lines_next(&l, &out) == LINE_SETTING && span_is(out.key, "d") && out.number == 2,
       "the line after a bad one is read");
    ok(lines_next(&l, &out) == LINE_END && lines_next(&l, &out) == LINE_END, "the end sticks");
}

static void t_long(void)
{
    static char text[CONF_LINE_MAX + 3];
    struct lines l;
    struct line out;
    memset(text, 'x', sizeof text);
    text[1] = '=';
    lines_init(&l, edge((struct span){text, CONF_LINE_MAX}), 1, true);
    ok(lines_next(&l, &out) == LINE_SETTING && out.value.n == CONF_LINE_MAX - 2, "longest line");
    text[CONF_LINE_MAX] = '\r';
    lines_init(&l, edge((struct span){text, CONF_LINE_MAX + 1}), 1, true);
    ok(lines_next(&l, &out) == LINE_SETTING, "longest line and CR");
    text[CONF_LINE_MAX] = 'x';
    lines_init(&l, edge((struct span){text, CONF_LINE_MAX + 1}), 1, true);
    ok(lines_next(&l, &out) == LINE_BAD &&
       span_find(span_z(out.wrong), SPAN("CONF_LINE_MAX")) >= 0, "a byte longer is refused");
}

static void t_no_comments(void)
{
    struct lines l;
    struct line out;
    lines_init(&l, SPAN("body = {\"a\":\"b # c\"} # d\n# e\nok = \"a # b\"\n[x] # y"), 1, false);
    lines_next(&l, &out);
    is_str(out.value, "{\"a\":\"b # c\"} # d", "without comments a value goes to the line's end");
    ok(lines_next(&l, &out) == LINE_SETTING && out.quoted && span_is(out.value, "a # b"),
       "quotes without comments");
    ok(lines_next(&l, &out) == LINE_BAD, "no comment after a header either");
}

static void t_unquote(void)
{
    char text[32];
    struct buf b = BUF(text);
    line_unquote(&b, SPAN("a\\\"b\\\\c\\d\\"));
    is_str(buf_view(&b), "a\"b\\c\\d\\", "only \\\" and \\\\ are escapes");
}

/* Whatever the bytes: every line once, spans inside the text. */
static void t_noise(void)
{
    static const char letters[] = "a=[]\"'#\\ \t\r\n\xc3\xa4\xff@$";
    uint32_t x = 12345;
    bool good = true;
    for (unsigned round = 0; round < 20000; round++) {
        char text[24];
        struct lines l;
        struct line out;
        unsigned n = 0, lf = 0;
        for (; n < sizeof text && (x >> 20) % 25; n++) {
            x = x * 1664525 + 1013904223;
            text[n] = letters[(x >> 16) % (sizeof letters - 1)];
            lf += text[n] == '\n';
        }
        x = x * 1664525 + 1013904223;
        struct span s = edge((struct span){text, n});
        lines_init(&l, s, 1, x & 1);
        unsigned steps = 0;
        while (lines_next(&l, &out) != LINE_END) {
            steps++;
            good = good && (!out.value.n || (out.value.p >= s.p &&
                                             out.value.p + out.value.n <= s.p + s.n));
            good = good && out.number <= lf + 1;
        }
        good = good && steps <= lf + 1;
    }
    ok(good, "20000 random texts");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    t_rows();
    t_bad();
    t_nul();
    t_long();
    t_no_comments();
    t_unquote();
    t_noise();
    return done();
}
