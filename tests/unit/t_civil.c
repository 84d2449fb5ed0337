/* t_civil.c: the calendar, HTTP's dates, durations. */
#include "base/civil.h"
#include "edge.h"
#include "tap.h"

static const struct {
    int64_t unix_s;
    const char *iso, *http;
} moments[] = {
    {0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
    {784111777, "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT"},
    {951782399, "2000-02-28T23:59:59Z", "Mon, 28 Feb 2000 23:59:59 GMT"},
    {951782400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT"},
    {951868800, "2000-03-01T00:00:00Z", "Wed, 01 Mar 2000 00:00:00 GMT"},
    {1795389815, "2026-11-22T23:23:35Z", "Sun, 22 Nov 2026 23:23:35 GMT"},
    {2147483647, "2038-01-19T03:14:07Z", "Tue, 19 Jan 2038 03:14:07 GMT"},
    {2147483648, "2038-01-19T03:14:08Z", "Tue, 19 Jan 2038 03:14:08 GMT"},
    {4107542399, "2100-02-28T23:59:59Z", "Sun, 28 Feb 2100 23:59:59 GMT"},
    {4107542400, "2100-03-01T00:00:00Z", "Mon, 01 Mar 2100 00:00:00 GMT"},
    {4294967296, "2106-02-07T06:28:16Z", "Sun, 07 Feb 2106 06:28:16 GMT"},
    {13574563199, "2400-02-28T23:59:59Z", "Mon, 28 Feb 2400 23:59:59 GMT"},
    {13574563200, "2400-02-29T00:00:00Z", "Tue, 29 Feb 2400 00:00:00 GMT"},
    {253402300799, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"},
};

static void writing(void)
{
    char text[40];
    for (size_t i = 0; i < COUNT(moments); i++) {
        struct buf b = BUF(text);
        int64_t back = -1;
        civil_put(&b, moments[i].unix_s);
        is_str(buf_view(&b), moments[i].iso, moments[i].iso);
        ok(civil_parse(edge(buf_view(&b)), &back) && back == moments[i].unix_s, "civil_parse");
        b.n = 0;
        civil_put_http(&b, moments[i].unix_s);
        is_str(buf_view(&b), moments[i].http, moments[i].http);
        back = -1;
        ok(civil_parse_http(edge(buf_view(&b)), &back) && back == moments[i].unix_s,
           "civil_parse_http");
    }
    struct buf b = BUF(text);
    civil_put_basic(&b, 1795389815);
    is_str(buf_view(&b), "20261122T232335Z", "civil_put_basic");
}

/* Walks every day by the plain rule. */
static void calendar(void)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 1970, month = 1, day = 1;
    bool good = true;
    for (int64_t n = 0; year < 2500; n++) {
        struct civil c;
        bool leap = year % 4 == 0 && (year % 100 || year % 400 == 0);
        civil_of(n * 86400 + 3723, &c);
        good = good && c.year == year && c.month == month && c.day == day && c.hour == 1 &&
               c.minute == 2 && c.second == 3 && c.weekday == (n + 4) % 7 &&
               civil_unix(&c) == n * 86400 + 3723;
        if (++day > lengths[month - 1] + (month == 2 && leap)) {
            day = 1;
            month++;
        }
        if (month > 12) {
            month = 1;
            year++;
        }
    }
    ok(good, "every day from 1970 to 2499");
    struct civil old;
    civil_of(-1, &old);
    ok(old.year == 1969 && old.month == 12 && old.day == 31 && old.second == 59 && old.weekday == 3,
       "before 1970");
}

static void parsing(void)
{
    static const char *const wrong[] = {
        "", "2026-11-22", "2026-11-22T23:23:35", "2026-11-22 23:23:35Z", "2026-11-22T23:23:35z",
        "2026-11-22T23:23:35Z ", "2026-13-22T23:23:35Z", "2026-00-22T23:23:35Z",
        "2026-11-31T23:23:35Z", "2026-11-00T23:23:35Z", "2026-02-29T00:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T23:60:00Z", "2026-11-22T23:23:61Z",
        "2026-11-22T23:23:3", "26-11-22T23:23:35Z", "2026-1-22T23:23:35Z", "+026-11-22T23:23:35Z",
        "2026-11-22T23:23:35.5Z", "2026-11-22T23:23:35+00:00",
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        int64_t v = 7;
        ok(!civil_parse(edge(span_z(wrong[i])), &v) && v == 7, shown(wrong[i]));
    }
}

static void http_dates(void)
{
    static const struct {
        const char *in;
        int64_t want; /* -1: refused */
    } rows[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Wed Nov 16 08:49:37 1994", 784975777},
        {"Sunday, 22-Nov-26 23:23:35 GMT", 1795389815},
        {"Wed, 31-Dec-69 23:59:59 GMT", 3155759999},
        {"Thu, 01-Jan-70 00:00:00 GMT", 0},
        {"sun, 06 nov 1994 08:49:37 GMT", 784111777},
        {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
        {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
        {"Sun, 06 Nov 1994 08:49:37", -1},
        {"Sun, 6 Nov 1994 08:49:37 GMT", -1},
        {"06 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 08:49:37 GMT ", -1},
        {"Sun, 06 Foo 1994 08:49:37 GMT", -1},
        {"Sun, 31 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 24:49:37 GMT", -1},
        {"Sun Nov 06 08:49:37 94", -1},
        {"Sun Nov   6 08:49:37 1994", -1},
        {"Sunday, 06-Nov-9x 08:49:37 GMT", -1},
        {"06-Nov-94 08:49:37 GMT", -1},
        {" GMT", -1},
        {"xxxxxxxxxx GMT", -1},
        {"xxxxxxxxxxx GMT", -1},
        {"120", -1},
        {"", -1},
        {"Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww, 06-Nov-94 08:49:37 GMT",
         -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t v = -1;
        bool good = civil_parse_http(edge(span_z(rows[i].in)), &v);
        ok(good == (rows[i].want >= 0) && v == rows[i].want, shown(rows[i].in));
    }
}

static void durations(void)
{
    static const struct {
        const char *in;
        bool good;
        uint32_t want;
    } rows[] = {
        {"0", true, 0}, {"30s", true, 30}, {"5m", true, 300}, {"2h", true, 7200},
        {"25d", true, 2160000}, {"90", true, 90}, {"4294967295", true, UINT32_MAX},
        {"4294967295s", true, UINT32_MAX}, {"4294967296", false, 0},
        {"71582788m", true, 4294967280}, {"71582789m", false, 0}, {"1193046h", true, 4294965600},
        {"1193047h", false, 0}, {"49710d", true, 4294944000}, {"49711d", false, 0}, {"", false, 0},
        {"m", false, 0}, {"5 m", false, 0}, {"5M", false, 0}, {"-5m", false, 0}, {"5ms", false, 0},
        {"1.5h", false, 0}, {"5m ", false, 0}, {"1h30m", false, 0}, {"1w", false, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t v = 7;
        bool good = span_seconds(edge(span_z(rows[i].in)), &v);
        ok(good == rows[i].good && v == (good ? rows[i].want : 7), shown(rows[i].in));
    }
}

static void words(void)
{
    static const struct {
        uint64_t value;
        bool ms;
        const char *want;
    } rows[] = {
        {0, false, "0s"}, {1, false, "1s"}, {60, false, "1m"}, {90, false, "90s"},
        {300, false, "5m"}, {3600, false, "1h"}, {5400, false, "90m"}, {86400, false, "1d"},
        {90000, false, "25h"}, {86401, false, "86401s"},
        {UINT64_MAX, false, "18446744073709551615s"},
        {0, true, "0 ms"}, {85, true, "85 ms"}, {999, true, "999 ms"}, {1000, true, "1.0 s"},
        {2149, true, "2.1 s"}, {9999, true, "9.9 s"}, {10000, true, "10 s"}, {90000, true, "90 s"},
        {119999, true, "119 s"}, {120000, true, "2 min"}, {7199999, true, "119 min"},
        {7200000, true, "2 h"}, {172799999, true, "47 h"}, {172800000, true, "2 days"},
        {UINT64_MAX, true, "213503982334 days"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[40];
        struct buf b = BUF(text);
        (rows[i].ms ? millis_put : seconds_put)(&b, rows[i].value);
        is_str(buf_view(&b), rows[i].want, rows[i].want);
    }
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    writing();
    calendar();
    parsing();
    http_dates();
    durations();
    words();
    return done();
}
