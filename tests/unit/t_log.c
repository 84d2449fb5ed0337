/* t_log.c: log lines in both forms. */
#include "base/json.h"
#include "edge.h"
#include "report/log.h"
#include "tap.h"

static char line[LOG_LINE_MAX + 100];
static const struct now noon = {.tick = 85000, .wall = 1795389815}; /* 2026-11-22T23:23:35Z */

static struct span put(enum log_format format, const struct log_event *e)
{
    struct buf b = BUF(line);
    log_put(&b, format, e);
    return b.over ? SPAN_NONE : buf_view(&b);
}

static void t_text(void)
{
    struct fail f = {0};
    struct log_event e = {.level = LEVEL_INFO, .now = noon, .account = SPAN("cloudflare home"),
                          .host = SPAN("home.example.com"), .type = SPAN("A"),
                          .address = SPAN("203.0.113.7"), .took_ms = 85,
                          .message = SPAN("updated, was 198.51.100.2"), .cycle = 42};
    is_str(put(LOG_TEXT, &e), "2026-11-22T23:23:35Z info  home.example.com A 203.0.113.7: "
                              "updated, was "
           "198.51.100.2 [cloudflare home] 85 ms\n", "an update");
    e = (struct log_event){.level = LEVEL_WARN, .now = {.tick = 85999}, .took_ms = UINT64_MAX,
                           .message = SPAN("stopping"), .address = SPAN("192.0.2.1")};
    is_str(put(LOG_TEXT, &e), "+85s warn  stopping\n", "no host, no time of day");
    fail_set(&f, FAIL_AUTH, LAYER_PROVIDER, 9109, SPAN("Invalid token"));
    e = (struct log_event){.level = LEVEL_ERROR, .now = noon, .took_ms = UINT64_MAX, .fail = &f,
                           .host = SPAN("a.b"), .type = SPAN("AAAA"),
                               .message = SPAN("not updated")};
    is_str(put(LOG_TEXT, &e), "2026-11-22T23:23:35Z error a.b AAAA: not updated: Invalid token "
                              "(provider 9109)\n", "a failure is told");
    e.message = SPAN("not updated: Invalid token; next try in 30 s");
    is_str(put(LOG_TEXT, &e), "2026-11-22T23:23:35Z error a.b AAAA: not updated: Invalid token; "
                              "next "
                              "try in 30 s (provider 9109)\n", "but not twice");
    f.code = 0;
    is_str(put(LOG_TEXT, &e), "2026-11-22T23:23:35Z error a.b AAAA: not updated: Invalid token; "
                              "next "
                              "try in 30 s (provider auth)\n", "without a code its kind");
    e = (struct log_event){.level = LEVEL_DEBUG, .now = noon, .took_ms = 2100,
                           .message = SPAN("a\nb\x1b[2J")};
    is_str(put(LOG_TEXT, &e), "2026-11-22T23:23:35Z debug a?b?[2J 2.1 s\n", "one event is one "
                                                                            "line");
}

static void t_json(void)
{
    struct fail f = {0};
    struct log_event e = {.level = LEVEL_INFO, .now = noon, .account = SPAN("cloudflare home"),
                          .host = SPAN("home.example.com"), .type = SPAN("A"),
                          .address = SPAN("203.0.113.7"), .took_ms = 85, .message = SPAN("updated"),
                          .cycle = 42};
    is_str(put(LOG_JSON, &e),
           "{\"timestamp\":\"2026-11-22T23:23:35Z\",\"service\":\"ddns\",\"level\":\"info\","
           "\"trace_id\":\"0000002a\",\"message\":\"updated\",\"account\":\"cloudflare home\","
           "\"host\":\"home.example.com\",\"type\":\"A\",\"address\":\"203.0.113.7\","
           "\"took_ms\":85}\n",
           "an update");
    fail_set(&f, FAIL_RETRY, LAYER_DNS, -3, SPAN("no \"such\" na\\me"));
    e = (struct log_event){.level = LEVEL_ERROR, .took_ms = UINT64_MAX, .fail = &f,
                           .cycle = UINT32_MAX,
                           .message = SPAN("a\"b\\c\n\xc3\xa4\xff")};
    is_str(put(LOG_JSON, &e),
           "{\"timestamp\":null,\"service\":\"ddns\",\"level\":\"error\",\"trace_id\":\"ffffffff\","
           "\"message\":\"a\\\"b\\\\c?\xc3\xa4?\",\"kind\":\"retry\",\"layer\":\"dns\",\"code\":-3,"
           "\"error\":\"no \\\"such\\\" na\\\\me\"}\n", "a failure, no time of day, odd "
                                                        "characters");
}

static bool is_json(struct span s)
{
    static struct json j;
    enum json_event e = JSON_MORE;
    const char *p = s.p;
    json_init(&j);
    while ((e = json_next(&j, &p, s.p + s.n)) != JSON_MORE && e != JSON_BAD)
        ;
    return e == JSON_MORE && json_finish(&j) == JSON_END;
}

/* The longest of everything, of each awkward character: one whole line within its bound. */
static void t_longest(void)
{
    static const char *const letters[] = {"x", "\"", "\\", "\n", "\xff", "\xe2\x82\xac",
                                          "\xf0\x9f\x98\x80"};
    static char big[2000];
    char host[253], id[127], address[45];
    for (size_t i = 0; i < COUNT(letters); i++) {
        struct fail f = {0};
        struct buf b = BUF(big);
        while (!b.over)
            buf_z(&b, letters[i]);
        memset(host, 'h', sizeof host);
        memset(id, 'i', sizeof id);
        memset(address, 'f', sizeof address);
        fail_set(&f, FAIL_CONFIG, LAYER_PROVIDER, INT32_MIN, buf_view(&b));
        struct log_event e = {
            .level = LEVEL_ERROR, .now = {.wall = 253402300799}, .account = {id, sizeof id},
            .host = {host, sizeof host}, .type = SPAN("AAAA"), .address = {address, sizeof address},
            .took_ms = INT64_MAX, .message = buf_view(&b), .cycle = UINT32_MAX, .fail = &f};
        struct span s = put(LOG_JSON, &e);
        ok(s.p && s.n <= LOG_LINE_MAX && is_json(s), "the longest line as JSON");
        ok(span_find(s, SPAN("\"kind\":\"config\"")) > 0, "names the failure");
        s = put(LOG_TEXT, &e);
        ok(s.p && s.n <= LOG_LINE_MAX && span_chr(s, '\n') == (long)s.n - 1, "and as text");
        e.message = SPAN_NONE;
        s = put(LOG_JSON, &e);
        ok(s.p && is_json(s), "without a message");
    }
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    t_text();
    t_json();
    t_longest();
    return done();
}
