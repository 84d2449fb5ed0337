/* t_play.c: plays that transcripts cannot show: many items, bounds, what is remembered, and what
 * stays within its slot. */
#include "provider/play.h"
#include "tap.h"

enum { MANY = PLAY_ITEMS_MAX };

static struct conf conf;
static struct play play;
static struct play_item items[MANY];
static struct record records[MANY];
static char text[16384], names[MANY][40];
static struct request rq;
static struct now now = {.tick = 1000, .wall = 1795394769};
static const struct fail good;

static void load(const char *section)
{
    struct buf b = BUF(text);
    buf_z(&b, section);
    conf_read(&conf, buf_view(&b), NULL);
    for (unsigned i = 0; i < conf.error_count; i++)
        note("ddns.cfg", span_z(conf.errors[i].text));
}

static void item(size_t i, const char *host, const char *ip)
{
    items[i] = (struct play_item){.host = span_z(host), .due = true, .record = &records[i]};
    records[i] = (struct record){0};
    addr_parse(span_z(ip), &items[i].ip);
    items[i].family = items[i].ip.family;
}

static void begin(size_t count)
{
    struct play_setup setup = {.conf = &conf,
                               .account = &conf.accounts[0],
                               .items = items,
                               .item_count = count,
                               .now = now};
    struct fail f = {0};
    ok(play_start(&play, &setup, &f) == STEP_MORE, "starts");
}

static bool next(void)
{
    struct fail f = {0};
    return play_asker.next(&play, &rq, now, &f) == STEP_MORE;
}

static void answer(int status, const char *body)
{
    struct reply_head head = {.status = status};
    play_asker.head(&play, &head);
    play_asker.body(&play, span_z(body));
    play_asker.end(&play, &good, now);
}

static size_t count_results(enum item_result result, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += items[i].result == result;
    return count;
}

static bool asks_for(const char *what)
{
    return next() && span_find(rq.out, span_z(what)) >= 0;
}

/* ---- 100 hosts: one request when their ids are known */

static void number_names(size_t n, const char *domain)
{
    for (size_t i = 0; i < n; i++) {
        struct buf b = BUF(names[i]);
        buf_char(&b, 'h');
        buf_u64(&b, i);
        buf_char(&b, '.');
        buf_z(&b, domain);
        buf_text(&b);
        item(i, names[i], "203.0.113.7");
    }
}

static void test_hundred(void)
{
    static char listing[65536];
    struct buf b = BUF(listing);
    load("[cloudflare-batch]\ntoken = t0123456789\nhosts = a.example.com\n");
    number_names(100, "example.com");
    begin(100);
    ok(asks_for("zones?name=h0.example.com "), "the zone, by its first candidate");
    answer(200, "{\"success\":true,\"result\":[]}");
    ok(asks_for("zones?name=example.com "), "the second");
    answer(200, "{\"success\":true,\"result\":[{\"id\":\"0123456789abcdef0123456789abcdef\","
                "\"name\":\"example.com\"}]}");
    buf_z(&b, "{\"success\":true,\"result\":[");
    for (size_t i = 0; i < 100; i++) {
        buf_z(&b, i ? ",{\"id\":\"0123456789abcdef0123456789abc"
                    : "{\"id\":\"0123456789abcdef0123456789abc");
        buf_pad(&b, i, 3);
        buf_all(&b, SPAN("\",\"type\":\"A\",\"content\":\"198.51.100.4\",\"name\":\""),
                items[i].host, SPAN("\"}"));
    }
    buf_z(&b, "]}");
    ok(asks_for("dns_records?type=A&per_page=5000 "), "one listing");
    answer(200, buf_text(&b));
    ok(asks_for("dns_records/batch ") && rq.last, "one write");
    ok(span_find(rq.out,
                 SPAN("0123456789abcdef0123456789abc099\",\"content\":\"203.0.113.7\"}]}")) > 0,
       "with the last of them");
    answer(200, "{\"success\":true,\"result\":{}}");
    ok(!next(), "that was all");
    is_i64((int64_t)count_results(ITEM_CHANGED, 100), 100, "all changed");
    is_str(span_z(records[99].keep[0]), "example.com", "the zone is remembered");
    is_str(span_z(records[99].keep[1]), "0123456789abcdef0123456789abcdef", "its id");
    is_str(span_z(records[99].keep[2]), "0123456789abcdef0123456789abc099", "the record's id");
    begin(100);
    ok(asks_for("dns_records/batch ") && rq.last, "the next time: one request");
    answer(200, "{\"success\":true,\"result\":{}}");
    ok(!next() && count_results(ITEM_CHANGED, 100) == 100, "for all of them");
}

/* ---- bounds */

static void test_batches(void)
{
    unsigned calls = 0;
    load("[noip]\nuser = me\npassword = p0123\nhosts = a.example.com\n");
    number_names(MANY, "ddns.net");
    begin(MANY);
    while (next()) {
        calls++;
        answer(200, "good 203.0.113.7");
    }
    is_i64(calls, (MANY + 19) / 20, "twenty a call");
    is_i64((int64_t)count_results(ITEM_CHANGED, MANY), MANY, "all changed");
}

static void test_zones(void)
{
    load("[custom x]\nhosts = a.example.com\nset = GET https://h.example/?z={zone}&h={host}\nzones "
         "= GET https://h.example/{zone}\n");
    for (size_t i = 0; i < 20; i++) {
        struct buf b = BUF(names[i]);
        buf_z(&b, "z");
        buf_u64(&b, i);
        buf_z(&b, ".example");
        buf_text(&b);
        item(i, names[i], "203.0.113.7");
    }
    begin(20);
    while (next())
        answer(200, "");
    is_i64((int64_t)count_results(ITEM_CHANGED, 20), 16, "16 zones");
    is_i64((int64_t)count_results(ITEM_FAILED, 20), 4, "and no more");
}

static void test_store(void)
{
    static char token[8192];
    struct buf b = BUF(token);
    load("[custom x]\nhosts = a.example.com\nlogin = GET https://h.example/l\nlet session = s\n"
         "set = GET https://h.example/?h={host}\nheader Authorization = Bearer {session}\n");
    item(0, "a.example.com", "203.0.113.7");
    begin(1);
    ok(next(), "login");
    buf_z(&b, "{\"s\":\"");
    for (unsigned i = 0; i < 2600; i++)
        buf_char(&b, 'x');
    buf_z(&b, "\"}");
    answer(200, buf_text(&b));
    ok(asks_for("Authorization: Bearer xxx") && rq.out.n > 2600, "a long token goes whole");
    answer(200, "");
    ok(!next() && items[0].result == ITEM_CHANGED, "and works");
    begin(1);
    ok(next(), "login");
    b.n -= 2;
    for (unsigned i = 0; i < 1600; i++)
        buf_char(&b, 'x');
    buf_z(&b, "\"}");
    answer(200, buf_text(&b));
    ok(!next() && items[0].result == ITEM_FAILED && items[0].fail.kind == FAIL_PROTO,
       "a longer one is not cut but refused");
    is_str(fail_text(&items[0].fail),
           "a value of the reply is longer than the bound of 4096 bytes (HTTP 200)",
           "naming the bound");
}

/* ---- failures */

static void test_transport(void)
{
    struct fail why = {0};
    load("[noip]\nuser = me\npassword = p0123\nhosts = a.example.com\n");
    item(0, "a.ddns.net", "203.0.113.7");
    item(1, "b.ddns.net", "203.0.113.8");
    begin(2);
    ok(next(), "the first");
    answer(200, "good");
    ok(next(), "the second");
    fail_set(&why, FAIL_RETRY, LAYER_TCP, 111, SPAN("connection refused"));
    play_asker.end(&play, &why, now);
    ok(!next(), "over");
    ok(items[0].result == ITEM_CHANGED, "what was done is done");
    ok(items[1].result == ITEM_FAILED && items[1].fail.layer == LAYER_TCP &&
           items[1].fail.code == 111,
       "the reason is kept");
    is_str(fail_text(&items[1].fail), "connection refused", "in its words");
}

static void test_wait(void)
{
    struct reply_head head = {.status = 429, .retry_after = 90};
    load("[custom x]\nhosts = a.example.com\ngap = 1h\nset = GET https://h.example/?h={host}\n");
    item(0, "a.example.com", "203.0.113.7");
    begin(1);
    next();
    play_asker.head(&play, &head);
    play_asker.end(&play, &good, now);
    ok(!next() && items[0].fail.kind == FAIL_WAIT && items[0].fail.wait_s == 90,
       "as long as the server says");
    begin(1);
    next();
    answer(429, "");
    ok(!next() && items[0].fail.wait_s == 3600, "else as long as the gap");
    load("[noip]\nuser = me\npassword = p0123\nhosts = a.example.com\n");
    begin(1);
    next();
    answer(200, "911");
    ok(!next() && items[0].fail.wait_s == WAIT_DEFAULT, "but half an hour at least");
}

static void test_start(void)
{
    struct play_setup setup = {.conf = &conf,
                               .account = &conf.accounts[0],
                               .items = items,
                               .item_count = 1};
    struct fail f = {0};
    load("[nobody]\nhosts = a.example.com\n");
    ok(play_start(&play, &setup, &f) == STEP_FAIL && f.kind == FAIL_CONFIG, "an unknown provider");
    is_str(fail_text(&f), "no provider nobody: `ddns providers` lists them", "is named");
    f = (struct fail){0};
    setup.own_recipe = SPAN("[mine]\nset = GET https://h.example/?h={host}&ip={ip}\n");
    item(0, "a.example.com", "203.0.113.7");
    ok(play_start(&play, &setup, &f) == STEP_MORE &&
           asks_for("GET /?h=a.example.com&ip=203.0.113.7 "),
       "a recipe of one's own");
    answer(200, "");
    ok(!next() && items[0].result == ITEM_CHANGED, "is played");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    test_hundred();
    test_batches();
    test_zones();
    test_store();
    test_transport();
    test_wait();
    test_start();
    return done();
}
