/* t_status.c: what `ddns status` says of a record in each state of its life. */
#include "base/json.h"
#include "edge.h"
#include "report/status.h"
#include "tap.h"

static struct conf c;
static struct state s;
static char room[STATUS_LINE_MAX];
static const struct now noon = {.tick = 1000000, .wall = 1795389815}; /* 2026-11-22T23:23:35Z */

static struct addr ip(const char *z)
{
    struct addr a = {0};
    addr_parse(span_z(z), &a);
    return a;
}

static void set_up(void)
{
    static const char id[] = "cloudflare home";
    memset(&c, 0, sizeof c);
    memset(&s, 0, sizeof s);
    c.verify = true;
    c.account_count = 1;
    memcpy(c.accounts[0].id, id, sizeof id);
    c.accounts[0].fingerprint = 7;
    c.accounts[0].value_count = 3;
    c.value_count = 3;
    c.values[0] = (struct value){.key = SPAN("ttl"), .text = SPAN("60")};
    c.values[1] = (struct value){.key = SPAN("user"), .text = SPAN("me")};
    c.values[2] = (struct value){.key = SPAN("token"), .text = SPAN("hunter2"), .secret = true};
    c.record_count = 1;
    c.records[0] = (struct conf_record){.host = SPAN("home.example.com"), .family = 4};
}

static struct span line(bool json, enum status_verdict *verdict)
{
    struct buf b = BUF(room);
    *verdict = status_record(&b, &c, &s, 0, json, noon);
    return b.over ? SPAN_NONE : buf_view(&b);
}

static struct record failed(enum fail_kind kind, const char *text)
{
    struct record r = {.published = ip("203.0.113.7"), .wrote = noon.wall - 7200,
                       .tried = noon.wall - 60,
                       .failures = 3, .not_before = noon.wall + 240,
                       .not_before_tick = noon.tick + 240000};
    fail_set(&r.fail, kind, LAYER_PROVIDER, 9109, span_z(text));
    r.stopped = kind == FAIL_AUTH || kind == FAIL_CONFIG || kind == FAIL_ABUSE;
    r.fingerprint = 7;
    return r;
}

static void says(struct record r, const char *state, enum status_verdict want)
{
    static const char head[] = "home.example.com  A     ";
    enum status_verdict got;
    s.records[0] = r;
    struct span t = line(false, &got);
    ok(got == want, "the verdict");
    ok(span_starts(t, span_z(head)), "name and type");
    ok(span_find(t, SPAN("hunter2")) < 0, "no secret");
    is_span(span_from(t, t.n - (t.n < strlen(state) ? t.n : strlen(state))), span_z(state),
            "the state");
}

static void t_states(void)
{
    struct record r = {0};
    set_up();
    says(r, "  -        cloudflare home  never        not published yet: is ddns running?\n",
         STATUS_PENDING);
    r = (struct record){.published = ip("203.0.113.7"), .wrote = noon.wall - 7200, .live = 1};
    says(r, "  203.0.113.7  cloudflare home  2 h ago      right, seen in DNS\n", STATUS_RIGHT);
    r.live = 0;
    says(r, "accepted, not yet seen in DNS\n", STATUS_RIGHT);
    c.verify = false;
    says(r, "  2 h ago      right\n", STATUS_RIGHT);
    c.verify = true;
    r.wrote = noon.wall + 5;
    says(r, "  unknown      accepted, not yet seen in DNS\n", STATUS_RIGHT);
    r.trying = ip("203.0.113.8");
    says(r, "an update was cut short: DNS will be asked first\n", STATUS_PENDING);
    says((struct record){.not_before_tick = noon.tick + 60000}, "next try in 60 s\n",
         STATUS_PENDING);
    says(failed(FAIL_RETRY, "no route"), "failed: \"no route\" — next try in 4 min\n",
         STATUS_WRONG);
    says(failed(FAIL_WAIT, ""), "the provider asks to wait: — next try in 4 min\n", STATUS_WRONG);
    says(failed(FAIL_AUTH, "Invalid API token"), "paused: credentials refused: \"Invalid API "
                                                 "token\" — "
         "correct user or token in [cloudflare home] of ddns.cfg\n", STATUS_WRONG);
    says(failed(FAIL_CONFIG, "no such zone"), "paused: a setting is wrong: \"no such zone\" — "
                                              "correct it "
         "in [cloudflare home] of ddns.cfg\n", STATUS_WRONG);
    says(failed(FAIL_ABUSE, "abuse"), "paused: blocked by the provider: \"abuse\" — settle it "
                                      "with them, "
         "then change anything in [cloudflare home] of ddns.cfg\n", STATUS_WRONG);
    r = failed(FAIL_AUTH, "x");
    r.fingerprint = 8;
    r.failures = 0;
    says(r, "ddns.cfg was changed: will be tried again\n", STATUS_PENDING);
}

static void t_columns(void)
{
    enum status_verdict v;
    char head[200];
    struct buf b = BUF(head);
    set_up();
    c.record_count = 2;
    c.records[1] = (struct conf_record){.host = SPAN("a-longer-name.example.com"), .family = 6};
    s.records[1].published = ip("2001:db8::1:2");
    status_head(&b, &c, &s, false);
    is_str(buf_view(&b), "NAME                       TYPE  ADDRESS        ACCOUNT          "
                         "SUCCESS      "
                         "STATE\n", "titles as wide as the widest");
    is_str(line(false, &v), "home.example.com           A     -              cloudflare home  "
                            "never      "
                            "  not published yet: is ddns running?\n", "and the lines below");
}

static bool is_json(struct span text)
{
    static struct json j;
    enum json_event e;
    const char *p = text.p;
    json_init(&j);
    while ((e = json_next(&j, &p, text.p + text.n)) != JSON_MORE && e != JSON_BAD)
        ;
    return e == JSON_MORE && json_finish(&j) == JSON_END;
}

static void t_json(void)
{
    enum status_verdict v;
    set_up();
    is_str(line(true, &v),
           "{\"host\":\"home.example.com\",\"type\":\"A\",\"account\":\"cloudflare home\","
           "\"address\":null,\"state\":\"new\",\"failures\":0}", "nothing known");
    s.records[0] = failed(FAIL_AUTH, "Invalid \"API\" token");
    s.records[0].since = s.records[0].live = noon.wall;
    is_str(line(true, &v),
           "{\"host\":\"home.example.com\",\"type\":\"A\",\"account\":\"cloudflare home\","
           "\"address\":\"203.0.113.7\",\"state\":\"paused\",\"since\":\"2026-11-22T23:23:35Z\","
           "\"live\":\"2026-11-22T23:23:35Z\",\"success\":\"2026-11-22T21:23:35Z\","
           "\"tried\":\"2026-11-22T23:22:35Z\",\"failures\":3,\"kind\":\"auth\","
           "\"layer\":\"provider\","
           "\"code\":9109,\"error\":\"Invalid \\\"API\\\" token\"}", "paused");
    s.records[0] = failed(FAIL_RETRY, "x");
    ok(span_find(line(true, &v), SPAN("\"next_try\":\"2026-11-22T23:27:35Z\"")) > 0, "the next "
                                                                                     "try");
    static char all[3 * STATUS_LINE_MAX];
    struct buf b = BUF(all);
    status_head(&b, &c, &s, true);
    c.record_count = 2;
    c.records[1] = c.records[0];
    status_record(&b, &c, &s, 0, true, noon);
    status_record(&b, &c, &s, 1, true, noon);
    status_tail(&b, true);
    ok(!b.over && is_json(buf_view(&b)), "the whole is JSON");
}

/* The longest of everything fits into the line. */
static void t_longest(void)
{
    static char host[253], text[FAIL_TEXT_MAX];
    enum status_verdict v;
    set_up();
    memset(host, 'h', sizeof host);
    c.records[0].host = (struct span){host, sizeof host};
    c.records[0].family = 6;
    memset(c.accounts[0].id, 'i', sizeof c.accounts[0].id - 1);
    for (unsigned i = 0; i < 60; i++)
        c.values[i] = (struct value){.key = SPAN("an_own_key_of_some_length"), .secret = true};
    c.accounts[0].value_count = 60;
    for (unsigned round = 0; round < 2; round++) {
        memset(text, round ? '"' : 'x', sizeof text);
        s.records[0] = failed(FAIL_AUTH, "");
        memcpy(s.records[0].fail.text, text, sizeof text);
        s.records[0].fail.text_n = sizeof text;
        s.records[0].published = ip("2001:db8:1111:2222:3333:4444:5555:6666");
        s.records[0].since = s.records[0].live = noon.wall;
        ok(line(false, &v).p != NULL, "the longest line");
        struct span t = line(true, &v);
        ok(t.p && is_json(t), "the longest member");
    }
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    t_states();
    t_columns();
    t_json();
    t_longest();
    return done();
}
