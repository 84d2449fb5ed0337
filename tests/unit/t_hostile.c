/* t_hostile.c: every transcript that changes something once more, with each text setting in turn
 * replaced by values that try to break out of their place. A request may then be refused; one that
 * is sent has the same shape as the tame one: the same path segments and parameters, the same
 * headers, the same JSON or XML around its values. */
#include "base/json.h"
#include "transcript.h"

enum { SHAPE_MAX = 16384 };

static const struct span hostile[] = {
    {"\"", 1},
    {"\\", 1},
    {"\",\"x\":\"y", 9},
    {"1,\"x\":2", 7},
    {"</a><b c=\"d\">&e;", 16},
    {"a&x=y", 5},
    {"a=b?c#d", 7},
    {"/../../x", 8},
    {"..", 2},
    {".", 1},
    {"a\r\nX-Evil: 1\r\n\r\nGET / HTTP/1.1", 30},
    {"%2e%2e%2f%00", 12},
    {"{ip}{host}", 10},
    {"{each}x{end}", 12},
    {"\xff\xfe\x80", 3},
    {"a b\tc", 5},
    {"a\0b", 3},
    {"evil.example/", 13},
    {"user:pass@evil.example", 22},
    {"\xe9\xbb\x98\xe8\xae\xa4", 6},
    {"true", 4},
    {"-1e9", 4},
};

static char shapes[BLOCKS_MAX][SHAPE_MAX];
static size_t shape_n[BLOCKS_MAX];

/* Runs of harmless characters count as one: what stays is the structure. */
static void put_shape(struct buf *b, struct span s, const char *structure)
{
    bool plain = false;
    for (size_t i = 0; i < s.n; i++) {
        bool kept = span_chr(span_z(structure), s.p[i]) >= 0;
        if (kept || !plain)
            buf_char(b, kept ? s.p[i] : 'a');
        plain = !kept;
    }
    buf_char(b, '\n');
}

static bool put_json(struct buf *b, struct span s)
{
    static struct json j;
    const char *p = s.p, *end = s.p + s.n;
    enum json_event e;
    json_init(&j);
    while ((e = json_next(&j, &p, end)) != JSON_MORE && e != JSON_BAD) {
        buf_char(b,
                 (char)('A' + (e >= JSON_STRING && e <= JSON_NULL && e != JSON_STRING ? JSON_NUMBER
                                                                                      : e)));
        buf_span(b, json_path(&j));
        buf_char(b, '\n');
    }
    return e == JSON_MORE && json_finish(&j) == JSON_END;
}

static bool shape_of(struct span request, struct buf *b)
{
    long end = span_find(request, SPAN("\r\n\r\n"));
    struct span head = span_upto(request, (size_t)end), body = span_from(request, (size_t)end + 4);
    struct span line = span_cut(&head, '\n');
    put_shape(b, line, " /?&=#\r\n");
    while (head.p) {
        line = span_cut(&head, '\n');
        buf_span(b, span_cut(&line, ':'));
        buf_char(b, '\n');
    }
    if (span_starts(body, SPAN("{")) || span_starts(body, SPAN("[")))
        return put_json(b, body);
    put_shape(b, body, span_starts(body, SPAN("<")) ? "<>\"" : "&=\r\n");
    return end > 0 && !b->over;
}

/* The next request into `b`: false when there is none. */
static bool next_shape(struct buf *b, bool *good)
{
    struct request rq = {0};
    struct fail f = {0};
    if (play_asker.next(&play, &rq, now, &f) != STEP_MORE)
        return false;
    if (rq.not_before > now.tick)
        now.tick = rq.not_before;
    if (rq.carrier == CARRY_DNS)
        return false;
    *good = shape_of(rq.out, b);
    return true;
}

static void learn(void)
{
    bool good = true;
    start();
    for (size_t i = 0; i < t.block_count && good; i++) {
        struct buf b = BUF(shapes[i]);
        shape_n[i] = 0;
        if (!next_shape(&b, &good))
            break;
        shape_n[i] = b.n;
        feed(t.blocks[i].reply, BODY_MAX, 1, t.blocks[i].reply.n);
    }
}

static bool keeps_shape(void)
{
    static char text[SHAPE_MAX];
    for (size_t i = 0; i < t.block_count; i++) {
        struct buf b = BUF(text);
        bool good = true;
        if (!next_shape(&b, &good))
            break;
        if (!good || !span_eq(buf_view(&b), (struct span){shapes[i], shape_n[i]})) {
            trouble("changed shape", buf_view(&b));
            note("tame", (struct span){shapes[i], shape_n[i]});
            return false;
        }
        feed(t.blocks[i].reply, BODY_MAX, 1, t.blocks[i].reply.n);
    }
    for (size_t i = 0; i < t.item_count; i++)
        for (size_t v = 0; v < conf.value_count; v++)
            if (conf.values[v].secret && conf.values[v].text.n >= 4 &&
                span_find(fail_text(&t.items[i].fail), conf.values[v].text) >= 0)
                return trouble("a secret in the text", fail_text(&t.items[i].fail));
    return true;
}

static void run(const char *path)
{
    static struct record records[ITEMS_MAX];
    bool good = true;
    if (!load(path) || !span_is(t.want[0], "changed"))
        return;
    memcpy(records, t.records, sizeof records);
    learn();
    for (size_t v = 0; v < conf.value_count && good; v++) {
        struct value *value = &conf.values[v];
        const struct conf_setting *setting = conf_setting_find(value->key);
        struct span tame = value->text;
        if (setting && setting->type != CONF_TEXT && setting->type != CONF_SECRET)
            continue;
        for (size_t h = 0; h < COUNT(hostile) && good; h++) {
            if (span_is(value->key, "server")) /* a URL: provider_check has judged it */
                continue;
            memcpy(t.records, records, sizeof records);
            value->text = hostile[h];
            start();
            good = keeps_shape();
        }
        value->text = tame;
    }
    if (good)
        ok(true, path);
}

int app_main(int argc, char **argv)
{
    return each_transcript(argc, argv, run);
}
