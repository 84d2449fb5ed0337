/* t_template.c: templates: tokens, the escape of each place, what an absent value takes along. */
#include "base/json.h"
#include "provider/writer.h"
#include "tap.h"

/* ---- tokens, one letter each */

static struct span tokens(const char *text)
{
    static char room[256];
    struct buf b = BUF(room);
    struct template t = template_of(span_z(text));
    struct token token;
    while ((token = template_next(&t)).kind != TOKEN_DONE) {
        buf_char(&b, "?TNPEe"[token.kind]);
        buf_all(&b, SPAN("("), token.text);
        if (token.kind == TOKEN_PICK)
            buf_all(&b, SPAN("|"), token.other);
        buf_char(&b, ')');
    }
    return buf_view(&b);
}

static void test_tokens(void)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"plain", "T(plain)"},
        {"{host}", "N(host)"},
        {"a{host}b", "T(a)N(host)T(b)"},
        {"{\"a\":{\"b\":{ttl}}}", "T({\"a\":)T({\"b\":)N(ttl)T(}})"},
        {"{x_1}{1x}{a-b}{}", "N(x_1)T({1x})T({a-b})T({})"},
        {"ipv{4|6}{|v6.}{A|AAAA}{|}", "T(ipv)P(4|6)P(|v6.)P(A|AAAA)P(|)"},
        {"{a|b|c}{a|\"b\"}{a | b}", "T({a|b|c})T({a|\"b\"})T({a | b})"},
        {"{each}{sub}{end}", "E(each)N(sub)e(end)"},
        {"{host", "T({host)"},
        {"{", "T({)"},
        {"{{host}}", "T({)N(host)T(})"},
        {"{x|", "T({x|)"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        is_str(tokens(cases[i][0]), cases[i][1], cases[i][0]);
}

/* ---- values */

static struct span given;

/* v: the value under test. a, b: one an item. no: absent. */
static struct span get(const void *self, size_t item, struct span name, char scratch[SCOPE_SCRATCH])
{
    (void)self;
    (void)scratch;
    if (span_is(name, "v"))
        return given;
    if (span_is(name, "type"))
        return item % 2 ? SPAN("AAAA") : SPAN("A");
    if (span_is(name, "n"))
        return item == 0 ? SPAN("n0") : item == 1 ? SPAN("n1") : SPAN("n2");
    if (span_is(name, "second"))
        return item == 1 ? SPAN("s1") : SPAN_NONE;
    return SPAN_NONE;
}

static const struct scope scope = {.get = get, .first = 0, .items = 3};

static struct span expand(enum place place, const char *text, struct span value)
{
    static char room[1024];
    static char why[256];
    struct buf b = BUF(room), w = BUF(why);
    struct writer writer;
    given = value;
    writer_init(&writer, &b, place, &scope);
    writer_put(&writer, template_of(span_z(text)));
    if (!writer.bad.p)
        return buf_view(&b);
    buf_all(&w, SPAN("!"), writer.bad, SPAN(" "), writer.why ? span_z(writer.why) : SPAN("absent"));
    return buf_view(&w);
}

static void test_places(void)
{
    static const struct {
        enum place place;
        const char *text, *value, *want;
    } cases[] = {
        {PLACE_PATH, "/a/{v}/b", "x y/z?&#%", "/a/x%20y%2Fz%3F%26%23%25/b"},
        {PLACE_PATH, "/a/{v}", "@*-._~", "/a/@*-._~"},
        {PLACE_PATH, "/a/{v}", "", "!v is empty, and a path cannot hold that"},
        {PLACE_PATH, "/a/{no}", "", "!no absent"},
        {PLACE_QUERY, "", "", ""},
        {PLACE_HOST, "https://h/p?a={v}&b=1", "x&y=z+ 1", "https://h/p?a=x%26y%3Dz%2B%201&b=1"},
        {PLACE_HOST, "https://{v}.h/p", "eu-1", "https://eu-1.h/p"},
        {PLACE_HOST, "https://{v}.h/p", "a.b",
         "!v must be one label of letters, digits and '-' to stand in a host name"},
        {PLACE_HOST, "https://{v}.h/p", "",
         "!v must be one label of letters, digits and '-' to stand in a host name"},
        {PLACE_HOST, "https://ip{4|6}.h/{|six}", "", "https://ip4.h/"},
        {PLACE_HOST, "https://h/p?a={no}&b=1", "", "https://h/p?b=1"},
        {PLACE_HOST, "https://h/p?a=1&b={no}&c=2", "", "https://h/p?a=1&c=2"},
        {PLACE_HOST, "https://h/p?a=1&b=x{no}y", "", "https://h/p?a=1"},
        {PLACE_HOST, "https://h/p?a={no}", "", "https://h/p"},
        {PLACE_HOST, "https://h/p?q?a=1", "", "https://h/p?q&a=1"},
        {PLACE_HOST, "https://h/p?h={each}{n}{end}&x={v}", "1,2", "https://h/p?h=n0,n1,n2&x=1,2"},
        {PLACE_HOST, "https://h/p?h={each}{second}{end}&x=1", "", "https://h/p?x=1"},
        {PLACE_FORM, "a={v}&b={no}&c=1", "=&%", "a=%3D%26%25&c=1"},
        {PLACE_FORM, "a={no}&c=1", "", "c=1"},
        {PLACE_FORM, "a={no}", "", ""},
        {PLACE_JSON, "{\"a\":\"{v}\"}", "q\"b\\c\n\x7f", "{\"a\":\"q\\\"b\\\\c\\u000a\\u007f\"}"},
        {PLACE_JSON, "{\"a\":\"{v}\"}", "\xff", "!v is not UTF-8"},
        {PLACE_JSON, "{\"a\":{v}}", "60", "{\"a\":60}"},
        {PLACE_JSON, "{\"a\":{v}}", "-1.5e+3", "{\"a\":-1.5e+3}"},
        {PLACE_JSON, "{\"a\":{v}}", "true", "{\"a\":true}"},
        {PLACE_JSON, "{\"a\":{v}}", "060",
         "!v stands bare in JSON and is no number: put it in quotes"},
        {PLACE_JSON, "{\"a\":{v}}", "1,\"b\":2",
         "!v stands bare in JSON and is no number: put it in quotes"},
        {PLACE_JSON, "{\"a\":{v}}", "",
         "!v stands bare in JSON and is no number: put it in quotes"},
        {PLACE_JSON, "{\"a\":{v}}", "1.",
         "!v stands bare in JSON and is no number: put it in quotes"},
        {PLACE_JSON, "{\"a\":{no},\"b\":1}", "", "{\"b\":1}"},
        {PLACE_JSON, "{\"b\":1,\"a\":\"x{no}y\"}", "", "{\"b\":1}"},
        {PLACE_JSON, "{\"b\":1,\"a\":{no},\"c\":2}", "", "{\"b\":1,\"c\":2}"},
        {PLACE_JSON, "{\"a\":{no},\"b\":{no},\"c\":{no}}", "", "{}"},
        {PLACE_JSON, "{\"a\":{no},\"b\":{no},\"c\":1}", "", "{\"c\":1}"},
        {PLACE_JSON, "[{no},1,\"{no}\",[{no}]]", "", "[1,[]]"},
        {PLACE_JSON, "{\"{no}\":{\"x\":[1,{\"y\":2}]},\"c\":1}", "", "{\"c\":1}"},
        {PLACE_JSON, "{\"c\":1,\"o\":{\"x\":{no}}}", "", "{\"c\":1,\"o\":{}}"},
        {PLACE_JSON, "{\"s\":\"a,b{}[]\\\",\",\"c\":{no}}", "", "{\"s\":\"a,b{}[]\\\",\"}"},
        {PLACE_JSON, "[{each}{\"i\":\"{second}\",\"n\":\"{n}\"}{end}]", "",
         "[{\"n\":\"n0\"},{\"i\":\"s1\",\"n\":\"n1\"},{\"n\":\"n2\"}]"},
        {PLACE_JSON, "[{each}\"{A|AAAA}\"{end}]", "", "[\"A\",\"AAAA\",\"A\"]"},
        {PLACE_XML, "<a b=\"{v}\">{v}</a>", "<&>\"'x",
         "<a b=\"&#60;&#38;&#62;&#34;&#39;x\">&#60;&#38;&#62;&#34;&#39;x</a>"},
        {PLACE_XML, "<a>{each}<n>{n}</n>{end}</a>", "", "<a><n>n0</n><n>n1</n><n>n2</n></a>"},
        {PLACE_XML, "<a>{no}</a>", "", "!no absent"},
        {PLACE_XML, "<a>{v}</a>", "\x01", "!v holds a character that XML cannot"},
        {PLACE_HEADER, "Bearer {v}", "abc.DEF-123_~+/=", "Bearer abc.DEF-123_~+/="},
        {PLACE_HEADER, "{\"x\":\"{v}\"}", "a\"b",
         "!v holds a blank or another character that a header cannot"},
        {PLACE_HEADER, "Bearer {v}", "a b",
         "!v holds a blank or another character that a header cannot"},
        {PLACE_HEADER, "Bearer {v}", "a\r\nX: y",
         "!v holds a blank or another character that a header cannot"},
        {PLACE_HEADER, "Bearer {no}", "", "!no absent"},
        {PLACE_BASIC, "{v}:x", "user", "user:x"},
        {PLACE_BASIC, "{v}:x", "a:b",
         "!v holds a ':' or a control character, and a user name cannot"},
        {PLACE_BASIC, "u:{v}", "a:b c", "u:a:b c"},
        {PLACE_WORD, "{v}.", "a b", "a b."},
        {PLACE_JSON, "{\"a\":\"{v}\"}", "{n}{each}", "{\"a\":\"{n}{each}\"}"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        is_str(expand(cases[i].place, cases[i].text, span_z(cases[i].value)), cases[i].want,
               cases[i].text);
}

/* ---- whatever the value, what is read back is the value, in the same place */

static bool reads_back(struct span body, struct span value)
{
    static struct json j;
    static const char *const paths[] = {"a", "l.0", "l.1.b"};
    const char *p = body.p, *end = body.p + body.n;
    unsigned strings = 0;
    enum json_event e;
    json_init(&j);
    while ((e = json_next(&j, &p, end)) != JSON_MORE && e != JSON_BAD)
        if (e == JSON_STRING) {
            if (strings == COUNT(paths) || !span_is(json_path(&j), paths[strings]) ||
                !span_eq(json_text(&j), value))
                return false;
            strings++;
        }
    return e == JSON_MORE && json_finish(&j) == JSON_END && strings == COUNT(paths);
}

static void test_hostile(void)
{
    bool json = true, query = true, path = true;
    for (unsigned a = 0; a < 128; a++)
        for (unsigned b = 0; b < 128; b++) {
            char two[2] = {(char)a, (char)b};
            struct span value = {two, 2}, out;
            json =
                json && reads_back(expand(PLACE_JSON,
                                          "{\"a\":\"{v}\",\"l\":[\"{v}\",{\"b\":\"{v}\"}]}", value),
                                   value);
            out = expand(PLACE_HOST, "https://h/p?a={v}&b=1", value);
            query = query && span_starts(out, SPAN("https://h/p?a=")) &&
                    span_ends(out, SPAN("&b=1")) &&
                    span_chr(span_from(span_upto(out, out.n - 4), 14), '&') < 0 &&
                    span_chr(out, '#') < 0 && span_chr(out, ' ') < 0;
            out = expand(PLACE_HOST, "https://h/p/{v}/q", value);
            path = path && span_starts(out, SPAN("https://h/p/")) && span_ends(out, SPAN("/q")) &&
                   span_chr(span_from(span_upto(out, out.n - 2), 12), '/') < 0 &&
                   span_chr(out, '?') < 0;
        }
    ok(json, "any two bytes: JSON reads back the same value");
    ok(query, "any two bytes: they stay in their parameter");
    ok(path, "any two bytes: they stay in their segment");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    test_tokens();
    test_places();
    test_hostile();
    return done();
}
