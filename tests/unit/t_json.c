/* t_json.c: the JSON reader: events, paths and scalars; every text whole, per byte and at every
 * split. */
#include "base/json.h"
#include "edge.h"
#include "tap.h"

static struct json j;

static void put_event(struct buf *b, enum json_event e)
{
    static const char *const marks[] = {
        [JSON_OPEN_OBJECT] = "{", [JSON_OPEN_ARRAY] = "[", [JSON_CLOSE] = "/", [JSON_STRING] = "s",
        [JSON_NUMBER] = "n",      [JSON_TRUE] = "t",       [JSON_FALSE] = "f", [JSON_NULL] = "0",
        [JSON_END] = ".",         [JSON_BAD] = "!",
    };
    buf_z(b, marks[e]);
    if (e < JSON_END)
        buf_span(b, json_path(&j));
    if (e >= JSON_STRING && e <= JSON_NULL)
        buf_all(b, SPAN("="), json_text(&j));
    buf_char(b, ' ');
}

static enum json_event feed(struct buf *b, struct span piece)
{
    const char *p = edge(piece).p, *end = p + piece.n;
    enum json_event e;
    do {
        e = json_next(&j, &p, end);
        if (e != JSON_MORE)
            put_event(b, e);
    } while (e != JSON_MORE && e != JSON_BAD);
    return e;
}

/* Feeds [0,cut), [cut,end), or single bytes; the last word tells how it ended. */
static void play(struct buf *b, struct span text, size_t cut, bool bytes)
{
    enum json_event e = JSON_MORE;
    json_init(&j);
    b->n = 0;
    for (size_t at = 0; at < text.n && e != JSON_BAD;) {
        size_t n = bytes ? 1 : at < cut ? cut - at : text.n - at;
        e = feed(b, span_upto(span_from(text, at), n));
        at += n;
    }
    buf_z(b, json_finish(&j) == JSON_END ? "ok" : "bad");
    if (json_next(&j, &(const char *){""}, "") == JSON_BAD && json_finish(&j) != JSON_BAD)
        buf_z(b, " BAD does not stick");
}

/* True when every way of feeding gives the same as the whole; the trace is in *b. */
static bool all_ways(struct buf *b, struct span text)
{
    static char other[8192];
    struct buf o = BUF(other);
    bool same = true;
    play(b, text, text.n, false);
    play(&o, text, 0, true);
    same = span_eq(buf_view(&o), buf_view(b));
    for (size_t cut = 1; cut < text.n && text.n < 600; cut++) {
        play(&o, text, cut, false);
        same = same && span_eq(buf_view(&o), buf_view(b));
    }
    if (!same)
        note("fed in pieces", buf_view(&o));
    return same;
}

static const struct {
    const char *in, *want;
} traces[] = {
    {"{}", "{ / . ok"},
    {" [ ] ", "[ / . ok"},
    {"\"a\"", "s=a . ok"},
    {"true", "t=true . ok"},
    {"false ", "f=false . ok"},
    {"null\r\n\t ", "0=null . ok"},
    {"12", "ok"}, /* ends only with the text; json_text holds it */
    {"12 ", "n=12 . ok"},
    {"-0.5e+10\n", "n=-0.5e+10 . ok"},
    {"{\"a\":1,\"b\":[2,{\"c\":\"d\"},[]],\"e\":{}}",
     "{ na=1 [b nb.0=2 {b.1 sb.1.c=d /b.1 [b.2 /b.2 /b {e /e / . ok"},
    {"[1,2,3]", "[ n0=1 n1=2 n2=3 / . ok"},
    {"[[1],[2,[3]]]", "[ [0 n0.0=1 /0 [1 n1.0=2 [1.1 n1.1.0=3 /1.1 /1 / . ok"},
    {" { \"a\" : [ true , false , null ] } ", "{ [a ta.0=true fa.1=false 0a.2=null /a / . ok"},
    {"{\"a\":1,\"a\":2}", "{ na=1 na=2 / . ok"},
    {"{\"a.b\":{\"c\":1}}", "{ {a\x1f"
                            "b na\x1f"
                            "b.c=1 /a\x1f"
                            "b / . ok"},
    {"{\"a\\u002eb\\n\":1}", "{ na\x1f"
                             "b\x1f=1 / . ok"},
    {"{\"\":{\"\":1,\"x\":2}}", "{ { n.=1 n.x=2 / / . ok"},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "s=\"\\/\b\f\n\r\t . ok"},
    {"\"\\u0041\\u00e9\\u20AC\"", "s=A\xc3\xa9\xe2\x82\xac . ok"},
    {"\"\\ud83d\\ude00\"", "s=\xf0\x9f\x98\x80 . ok"},
    {"\"\\uD800\\uDC00\\uDBFF\\uDFFF\"", "s=\xf0\x90\x80\x80\xf4\x8f\xbf\xbf . ok"},
    {"\"\\ud83d\"", "s=\xef\xbf\xbd . ok"},
    {"\"\\ude00x\"", "s=\xef\xbf\xbdx . ok"},
    {"\"\\ud83dx\\ud83d\\n\"", "s=\xef\xbf\xbdx\xef\xbf\xbd\n . ok"},
    {"\"\\ud83d\\u0041\\ud83d\\ud83d\\ude00\"", "s=\xef\xbf\xbd"
                                                "A\xef\xbf\xbd\xf0\x9f\x98\x80 . ok"},
    {"{\"\\ud83d\\ude00\":0}", "{ n\xf0\x9f\x98\x80=0 / . ok"},
    {"\"\x7f\xc3\xa9\"", "s=\x7f\xc3\xa9 . ok"},
    {"\"\"", "s= . ok"},
    {"{\"long\":\"x\",\"s\":\"\"}", "{ slong=x ss= / . ok"},
};

static void events(void)
{
    static char text[8192];
    struct buf b = BUF(text);
    for (size_t i = 0; i < COUNT(traces); i++) {
        bool same = all_ways(&b, span_z(traces[i].in));
        if (!ok(same && span_is(buf_view(&b), traces[i].want), shown(traces[i].in)))
            note("got", buf_view(&b));
    }
    play(&b, SPAN("-12.5"), 5, false);
    is_str(json_text(&j), "-12.5", "a bare number at the end is in json_text");
}

static const char *const good[] = {
    "0", "-0", "1", "10", "123456789012345678901234567890", "0.0", "-1.25", "1e1", "1E+1", "1e-01",
    "0e0", "1.5E3", "[0]", "[-0,1e5 ,2\t]", "{\"a\":0}", "[\"\",\"\\u0000\"]", "[[[[]]]]", "[null]",
    "\"\\\"\"", "[\"\x80\"]",
};

static const char *const bad[] = {
    "", " ", "[", "]", "{", "}", "[}", "{]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]",
    "[1]]", "[1],", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}",
    "{\"a\" 1}", "{\"a\"::1}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\":1 \"b\":2}", "{\"a\":1]",
    "{\"a\",1}", "[\"a\":1]", "{[]:1}", "{null:1}", "{} {}", "1 2", "truefalse", "tru", "trux",
    "True", "TRUE", "nul", "nulll", "falsee", "undefined", "NaN", "Infinity", "-Infinity", "-",
    "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e1", "1e", "1e+", "1e-", "1E+x", "1.5.2",
    "1e1.5", "1e1e1", "--1", "1-1", "0x10", "1a", "[1a]", "[-]", "[01]", "[1.]", "[1e]", "1_000",
    "- 1", "1 .5", "\"", "\"a", "\"\\", "\"\\\"", "\"\\x41\"", "\"\\'\"", "\"\\a\"", "\"\\u\"",
    "\"\\u12\"", "\"\\u123g\"", "\"\\u 123\"", "\"\\U0041\"", "\"a\nb\"", "\"a\tb\"", "\"\x01\"",
    "\"\x1f\"", "'a'", "a", "/**/1", "//\n1", "[1]//", "\xef\xbb\xbf[]", "\f1", "\v[]", "[\f]",
    "\xa0", "<html>", "{\"a\":1}x", "*", "\"\\ud83d", "\"\\ud83d\\",
};

static void verdicts(void)
{
    static char text[8192];
    struct buf b = BUF(text);
    for (size_t i = 0; i < COUNT(good); i++)
        ok(all_ways(&b, span_z(good[i])) && span_ends(buf_view(&b), SPAN("ok")), shown(good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        ok(all_ways(&b, span_z(bad[i])) && span_ends(buf_view(&b), SPAN("bad")), shown(bad[i]));
    ok(all_ways(&b, SPAN("\"\0\"")) && span_ends(buf_view(&b), SPAN("bad")), "a NUL in a string");
    ok(all_ways(&b, SPAN("[\0]")) && span_ends(buf_view(&b), SPAN("bad")), "a NUL between tokens");
    ok(all_ways(&b, SPAN("\"\\u0000\"")) && span_eq(json_text(&j), SPAN("\0")),
       "an escaped NUL is kept");
}

static const char whole[] = "{\"success\":true,\"errors\":[],\"result\":[{\"id\":"
                            "\"372e67954025e0ba6aaa6d586b9e0b59\",\"ttl\":-1.5e3,"
                            "\"meta\":{\"auto\":null},\"name\":\"\\u00e9\\\"x\"}],\"n\":12}";

static void cut_off(void)
{
    static char text[8192];
    struct buf b = BUF(text);
    bool good_end = true;
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        play(&b, (struct span){whole, n}, n, false);
        good_end = good_end && span_ends(buf_view(&b), SPAN("bad"));
    }
    ok(good_end, "a reply cut at any byte is not whole");
    ok(all_ways(&b, (struct span){whole, sizeof whole - 1}),
       "the whole one reads the same in all ways");
    is_str(buf_view(&b),
           "{ tsuccess=true [errors /errors [result {result.0 "
           "sresult.0.id=372e67954025e0ba6aaa6d586b9e0b59 "
           "nresult.0.ttl=-1.5e3 {result.0.meta 0result.0.meta.auto=null /result.0.meta "
           "sresult.0.name=\xc3\xa9\"x /result.0 /result nn=12 / . ok",
           "and gives these events");
}

static void depth(void)
{
    static char text[8192];
    char nest[2 * JSON_DEPTH_MAX + 2];
    struct buf b = BUF(text);
    memset(nest, '[', JSON_DEPTH_MAX + 1);
    memset(nest + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    ok(all_ways(&b, (struct span){nest, 2 * JSON_DEPTH_MAX}) && span_ends(buf_view(&b), SPAN("ok")),
       "the greatest depth");
    nest[JSON_DEPTH_MAX] = '[';
    memset(nest + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    ok(all_ways(&b, (struct span){nest, sizeof nest}) && span_ends(buf_view(&b), SPAN("bad")),
       "one deeper");
}

/* {"KEY":{"k":1},"b":"VALUE","c":"v"} with a long key and a long value. */
static enum json_event until(const char **p, const char *end, enum json_event want)
{
    enum json_event e;
    do
        e = json_next(&j, p, end);
    while (e != want && e != JSON_BAD && e != JSON_MORE);
    return e;
}

static void long_ones(size_t key_n, size_t value_n)
{
    static char text[12000], fill[8000];
    struct buf b = BUF(text);
    const char *p = text, *end;
    memset(fill, 'k', sizeof fill);
    buf_all(&b, SPAN("{\""), span_upto((struct span){fill, sizeof fill}, key_n),
            SPAN("\":{\"k\":[1]},\"b\":\""), span_upto((struct span){fill, sizeof fill}, value_n),
            SPAN("\",\"c\":\"v\"}"));
    end = text + b.n;
    json_init(&j);
    until(&p, end, JSON_NUMBER);
    ok(j.path_over == (key_n + 4 > JSON_PATH_MAX), "path_over");
    ok(j.path_over ? !span_starts(json_path(&j), SPAN("k")) : json_path(&j).n == key_n + 4,
       "a path that is over equals nothing");
    until(&p, end, JSON_STRING);
    is_str(json_path(&j), "b", "the next member's path is right again");
    ok(!j.path_over && j.text_over == (value_n > JSON_TEXT_MAX), "text_over");
    ok(json_text(&j).n == (value_n > JSON_TEXT_MAX ? JSON_TEXT_MAX : value_n),
       "the text's beginning is kept");
    until(&p, end, JSON_STRING);
    ok(!j.text_over && span_is(json_text(&j), "v") && span_is(json_path(&j), "c"),
       "the next scalar is right again");
    ok(until(&p, end, JSON_END) == JSON_END && json_finish(&j) == JSON_END,
       "and the end is reached");
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    events();
    verdicts();
    cut_off();
    depth();
    long_ones(JSON_PATH_MAX - 4, JSON_TEXT_MAX);
    long_ones(JSON_PATH_MAX - 3, JSON_TEXT_MAX + 1);
    long_ones(JSON_PATH_MAX, 10);
    long_ones(JSON_PATH_MAX + 1, 7000);
    return done();
}
