/* t_http.c: HTTP replies: whole, per byte, at every split and cut at every byte. */
#include "edge.h"
#include "proto/http.h"
#include "tap.h"

static struct http h;

enum { BOUND = 64 };

/* Takes events until the input is used up or the reply ended; body pieces are joined. */
static enum http_event feed(struct buf *b, struct span piece)
{
    const char *p = edge(piece).p, *end = p + piece.n;
    struct span body = SPAN_NONE;
    enum http_event e;
    while ((e = http_next(&h, &p, end, &body)) != HTTP_MORE) {
        if (e == HTTP_HEAD) {
            buf_u64(b, (uint64_t)h.head.status);
            buf_z(b, h.keep ? " keep [" : " close [");
        } else if (e == HTTP_BODY) {
            buf_span(b, body);
        } else {
            if (e == HTTP_END && p < end)
                buf_z(b, " LEFT OVER");
            break;
        }
    }
    return e;
}

static void finish(struct buf *b, enum http_event e, bool clean)
{
    if (e == HTTP_MORE)
        e = http_eof(&h, clean);
    if (e == HTTP_END && http_eof(&h, false) == HTTP_END)
        buf_z(b, "] end");
    else if (e == HTTP_FAIL && http_eof(&h, true) == HTTP_FAIL && h.fail.kind != FAIL_NONE &&
             h.fail.layer == LAYER_HTTP)
        buf_all(b, SPAN(" FAIL "), fail_text(&h.fail));
    else
        buf_z(b, " ?");
}

static void play(struct buf *b, struct span text, size_t cut, bool bytes, bool head_only,
                 bool clean)
{
    enum http_event e = HTTP_MORE;
    http_init(&h, head_only, BOUND);
    b->n = 0;
    for (size_t at = 0; at < text.n && e == HTTP_MORE;) {
        size_t n = bytes ? 1 : at < cut ? cut - at : text.n - at;
        e = feed(b, span_upto(span_from(text, at), n));
        at += n;
    }
    finish(b, e, clean);
}

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"

static const struct {
    const char *in, *want; /* want: the outcome after a clean end of the stream */
    bool head_only;
} rows[] = {
    {OK "Content-Length: 5\r\n\r\nhello", "200 keep [hello] end", 0},
    {OK "content-LENGTH:5\r\n\r\nhello", "200 keep [hello] end", 0},
    {OK "Content-Length: \t 5 \t\r\n\r\nhello", "200 keep [hello] end", 0},
    {OK "Content-Length: 0\r\n\r\n", "200 keep [] end", 0},
    {"HTTP/1.1 200\nContent-Length: 2\n\nhi", "200 keep [hi] end", 0},
    {"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi", "200 keep [hi] end", 0},
    {OK "Content-Length: 2\r\nConnection: close\r\n\r\nhi", "200 close [hi] end", 0},
    {OK "Content-Length: 2\r\nConnection: foo , Close\r\n\r\nhi", "200 close [hi] end", 0},
    {OK "Content-Length: 2\r\nConnection: keep-alive\r\nConnection: close\r\n\r\nhi",
     "200 close [hi] end", 0},
    {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 close [hi] end", 0},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
     "200 close [hi] end", 0},
    {OK "\r\nuntil the end", "200 close [until the end] end", 0},
    {OK "\r\n", "200 close [] end", 0},
    {"HTTP/1.0 503 Busy\r\nServer: x\r\n\r\nno", "503 close [no] end", 0},
    {"HTTP/1.1 204 No Content\r\n\r\n", "204 keep [] end", 0},
    {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\n",
     "204 keep [] end", 0},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304 keep [] end", 0},
    {OK "Content-Length: 5000\r\n\r\n", "200 keep [] end", 1},
    {OK "Transfer-Encoding: chunked\r\n\r\n", "200 keep [] end", 1},
    {OK "\r\n", "200 keep [] end", 1},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\nContent-Length: "
     "9\r\nConnection: close\r\n\r\n" OK "Content-Length: 2\r\n\r\nhi",
     "200 keep [hi] end", 0},
    {OK "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", "200 keep [hi] end", 0},
    {OK "Content-Length: 2 , 2,2\r\n\r\nhi", "200 keep [hi] end", 0},
    {OK "X-Folded: a\r\n b\r\n\tc: d\r\nContent-Length: 2\r\n\r\nhi", "200 keep [hi] end", 0},
    {OK "X-Folded: a\r\n Content-Length: 9\r\nContent-Length: 2\r\n\r\nhi", "200 keep [hi] end", 0},
    {OK "Empty:\r\nContent-Length: 2\r\n\r\nhi", "200 keep [hi] end", 0},
    {OK "Content-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi", "200 keep [hi] end", 0},
    {CHUNKED "5\r\nhello\r\n0\r\n\r\n", "200 keep [hello] end", 0},
    {CHUNKED "0005  \r\nhello\r\n1;ext=\"a;b\"\r\n!\r\nA ; x\r\n0123456789\r\n000;y\r\n\r\n",
     "200 keep [hello!0123456789] end", 0},
    {CHUNKED "1\nx\n0\n\n", "200 keep [x] end", 0},
    {CHUNKED "0\r\nTrailer: 1\r\nContent-Length: 9\r\n folded\r\n\r\n", "200 keep [] end", 0},
    {"HTTP/1.1 200 OK\r\ntransfer-encoding:\tCHUNKED\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
     "200 keep [hi] end", 0},
    /* failures of the status line */
    {"", " FAIL connection closed without a reply", 0},
    {"H", " FAIL reply cut off", 0},
    {"SSH-2.0-OpenSSH\r\n", " FAIL not an HTTP/1 reply: SSH-2.0-OpenSSH", 0},
    {"\r\n" OK "\r\n", " FAIL not an HTTP/1 reply: ", 0},
    {"HTTP/2 200\r\n\r\n", " FAIL not an HTTP/1 reply: HTTP/2 200", 0},
    {"HTTP/1.x 200\r\n\r\n", " FAIL not an HTTP/1 reply: HTTP/1.x 200", 0},
    {"HTTP/1.10 200\r\n\r\n", " FAIL not an HTTP/1 reply: HTTP/1.10 200", 0},
    {"http/1.1 200 OK\r\n\r\n", " FAIL not an HTTP/1 reply: http/1.1 200 OK", 0},
    {"HTTP/1.1\r\n\r\n", " FAIL bad status line: HTTP/1.1", 0},
    {"HTTP/1.1 20 OK\r\n\r\n", " FAIL bad status line: HTTP/1.1 20 OK", 0},
    {"HTTP/1.1 2000 OK\r\n\r\n", " FAIL bad status line: HTTP/1.1 2000 OK", 0},
    {"HTTP/1.1 099 OK\r\n\r\n", " FAIL bad status line: HTTP/1.1 099 OK", 0},
    {"HTTP/1.1 2x0 OK\r\n\r\n", " FAIL bad status line: HTTP/1.1 2x0 OK", 0},
    {"HTTP/1.1 200 a\rb\r\n\r\n", " FAIL bare CR in a line of the head", 0},
    {"HTTP/1.1 101 Switching Protocols\r\n\r\n",
     " FAIL the server changes to another protocol unasked", 0},
    {"HTTP/1.1 100 Continue\r\n\r\n", " FAIL reply cut off", 0},
    /* failures of headers */
    {OK "no colon\r\n\r\n", " FAIL bad header: no colon", 0},
    {OK ": value\r\n\r\n", " FAIL bad header: : value", 0},
    {OK "Content-Length : 2\r\n\r\nhi", " FAIL bad header: Content-Length : 2", 0},
    {OK "X: a\rContent-Length: 2\r\n\r\nhi", " FAIL bare CR in a line of the head", 0},
    {OK "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
     " FAIL cannot use header: Content-Length", 0},
    {OK "Content-Length: 2, 3\r\n\r\nhi", " FAIL cannot use header: Content-Length", 0},
    {OK "Content-Length: 2,\r\n\r\nhi", " FAIL cannot use header: Content-Length", 0},
    {OK "Content-Length: -2\r\n\r\nhi", " FAIL cannot use header: Content-Length", 0},
    {OK "Content-Length: +2\r\n\r\nhi", " FAIL cannot use header: Content-Length", 0},
    {OK "Content-Length: 0x2\r\n\r\nhi", " FAIL cannot use header: Content-Length", 0},
    {OK "Content-Length: 2 2\r\n\r\nhi", " FAIL cannot use header: Content-Length", 0},
    {OK "Content-Length: \r\n\r\nhi", " FAIL cannot use header: Content-Length", 0},
    {OK "Content-Length: 18446744073709551616\r\n\r\n", " FAIL cannot use header: Content-Length",
     0},
    {OK "Content-Length: 18446744073709551615\r\n\r\n",
     " FAIL reply longer than the bound of 64 bytes", 0},
    {OK "Content-Length: 65\r\n\r\n", " FAIL reply longer than the bound of 64 bytes", 0},
    {OK "Content-Length: 2\r\n 3\r\n\r\nhi", " FAIL folded header of the body's length or coding",
     0},
    {OK "Transfer-Encoding:\r\n chunked\r\n\r\nhi",
     " FAIL cannot use header: Transfer-Encoding other than chunked", 0},
    {OK "Transfer-Encoding: gzip, chunked\r\n\r\n",
     " FAIL cannot use header: Transfer-Encoding other than chunked", 0},
    {OK "Transfer-Encoding: chunked, gzip\r\n\r\n",
     " FAIL cannot use header: Transfer-Encoding other than chunked", 0},
    {OK "Transfer-Encoding: identity\r\n\r\n",
     " FAIL cannot use header: Transfer-Encoding other than chunked", 0},
    {OK "Transfer-Encoding: xchunked\r\n\r\n",
     " FAIL cannot use header: Transfer-Encoding other than chunked", 0},
    {OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
     " FAIL cannot use header: Transfer-Encoding other than chunked", 0},
    {OK "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     " FAIL Content-Length with chunked coding", 0},
    {OK "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
     " FAIL Content-Length with chunked coding", 0},
    {OK "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi",
     " FAIL cannot use header: Content-Encoding gzip, which was not asked for", 0},
    {OK "Content-Encoding: br\r\n\r\n",
     " FAIL cannot use header: Content-Encoding, none was asked for", 0},
    /* failures of bodies */
    {OK "Content-Length: 5\r\n\r\nhell", "200 keep [hell FAIL reply cut off", 0},
    {CHUNKED "5\r\nhello\r\n", "200 keep [hello FAIL reply cut off", 0},
    {CHUNKED "5\r\nhello\r\n0\r\n", "200 keep [hello FAIL reply cut off", 0},
    {CHUNKED "5\r\nhelloX\r\n", "200 keep [hello FAIL chunk longer than its size", 0},
    {CHUNKED "5\r\nhello0\r\n\r\n", "200 keep [hello FAIL chunk longer than its size", 0},
    {CHUNKED "\r\n", "200 keep [ FAIL chunk without a size", 0},
    {CHUNKED ";x\r\n", "200 keep [ FAIL chunk without a size", 0},
    {CHUNKED "0x5\r\n", "200 keep [ FAIL bad chunk size: 0x5", 0},
    {CHUNKED "-5\r\n", "200 keep [ FAIL bad chunk size: -5", 0},
    {CHUNKED "5 5\r\n", "200 keep [ FAIL bad chunk size: 5 5", 0},
    {CHUNKED "g\r\n", "200 keep [ FAIL bad chunk size: g", 0},
    {CHUNKED "41\r\n", "200 keep [ FAIL reply longer than the bound of 64 bytes", 0},
    {CHUNKED "fffffffffffffff\r\n", "200 keep [ FAIL reply longer than the bound of 64 bytes", 0},
    {CHUNKED "10000000000000005\r\n", "200 keep [ FAIL bad chunk size: 10000000000000005", 0},
    {CHUNKED "3f\r\n0123456789012345678901234567890123456789012345678901234567890ab\r\n2\r\n",
     "200 keep [0123456789012345678901234567890123456789012345678901234567890ab FAIL reply longer "
     "than the bound of 64 bytes",
     0},
    {CHUNKED "0\r\nX: \r\rY\r\n\r\n", "200 keep [ FAIL bare CR in a line of the head", 0},
    {OK "Content-Length: 2\r\n\r\nhiX", "200 keep [hi LEFT OVER] end", 0},
    {"HTTP/1.1 204 \r\n\r\nX", "204 keep [ LEFT OVER] end", 0},
};

static char trace[60000], other[60000];

/* "LEFT OVER" is seen only when the byte comes with the last one of the reply, so such rows are fed
 * whole alone. */
static void replies(void)
{
    struct buf b = BUF(trace), o = BUF(other);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct span text = span_z(rows[i].in);
        bool same = true;
        play(&b, text, text.n, false, rows[i].head_only, true);
        for (size_t cut = 0; cut < text.n && span_find(buf_view(&b), SPAN("OVER")) < 0; cut++) {
            play(&o, text, cut, cut == 0, rows[i].head_only, true);
            same = same && span_eq(buf_view(&o), buf_view(&b));
        }
        if (!ok(same && span_is(buf_view(&b), rows[i].want), shown(rows[i].in))) {
            note("got", buf_view(&b));
            note("in pieces", buf_view(&o));
        }
    }
    play(&b, SPAN(OK "X: a\0b\r\n\r\n"), 0, true, false, true);
    is_str(buf_view(&b), " FAIL NUL in the head of the reply", "a NUL in a header");
}

/* Whatever byte a reply is cut after, it is no whole reply; an end without FIN or close_notify
 * never is one. */
static void cut_off(void)
{
    struct buf b = BUF(trace);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct span text = span_z(rows[i].in);
        bool framed = span_find(text, SPAN("chunked")) >= 0 ||
                      span_find(text, SPAN("Length: 5\r\n\r\nhello")) >= 0;
        bool good = true;
        if (!span_ends(span_z(rows[i].want), SPAN("] end")) || !framed || rows[i].head_only)
            continue;
        for (size_t n = 0; n < text.n; n++) {
            play(&b, span_upto(text, n), n, false, false, true);
            good = good && span_find(buf_view(&b), SPAN("FAIL")) >= 0;
        }
        ok(good, "cut at any byte is a failure");
    }
    play(&b, SPAN(OK "\r\nhalf"), 0, false, false, false);
    is_str(buf_view(&b), "200 close [half FAIL reply cut off",
           "without a length only a clean end is an end");
    ok(h.fail.kind == FAIL_RETRY && h.fail.code == 200, "cut off may be tried again");
    play(&b, SPAN("HTTP/9\r\n"), 0, false, false, false);
    ok(h.fail.kind == FAIL_PROTO, "nonsense is the peer's fault");
}

/* A reply of a repeated piece between a head and a tail. */
static void big(const char *head, const char *piece, size_t times, const char *tail,
                const char *want, const char *name)
{
    static char text[60000];
    struct buf t = BUF(text), b = BUF(trace), o = BUF(other);
    buf_z(&t, head);
    while (times--)
        buf_z(&t, piece);
    buf_z(&t, tail);
    play(&b, buf_view(&t), t.n, false, false, true);
    play(&o, buf_view(&t), 0, true, false, true);
    if (!ok(!t.over && span_is(buf_view(&b), want) && span_eq(buf_view(&b), buf_view(&o)), name)) {
        note("got", buf_view(&b));
        note("per byte", buf_view(&o));
    }
}

static void bounds(void)
{
    const char *end = "\r\nContent-Length: 2\r\n\r\nhi", *fine = "200 keep [hi] end";
    const char *head_bound = " FAIL head of the reply longer than the bound of 32768 bytes";
    big(OK "X: ", "a", HTTP_LINE_MAX - 3, end, fine, "a header as long as the line");
    big(OK "X: ", "a", HTTP_LINE_MAX - 4, end, fine, "one less");
    big(OK "X: ", "a", 9000, end, fine, "a longer header is skipped");
    big(OK "Location: /", "a", 9000, end, fine, "also one that would be heeded");
    big(OK "", "a", 2000, end, fine, "a long line without a colon is skipped");
    big(OK "Content-Length: ", " ", 2000, "2\r\n\r\nhi", " FAIL header too long: Content-Length",
        "not the body's length");
    big(OK "transfer-encoding: ", " ", 2000, "chunked\r\n\r\n",
        " FAIL header too long: transfer-encoding", "nor its coding");
    big(OK "", "X-Y: 12345678\r\n", 2180, "Content-Length: 2\r\n\r\nhi", fine, "2180 headers");
    big(OK "", "X-Y: 12345678\r\n", 2190, "Content-Length: 2\r\n\r\nhi", head_bound,
        "2190 headers");
    big("", "HTTP/1.1 100 C\r\n\r\n", 1800, OK "Content-Length: 2\r\n\r\nhi", fine,
        "1800 interim replies");
    big("", "HTTP/1.1 100 C\r\n\r\n", 1900, OK "Content-Length: 2\r\n\r\nhi", head_bound,
        "1900 interim replies");
    big(OK "X: ", "a", 40000, end, head_bound, "an endless header");
    big("HTTP/1.1 200 ", "a", HTTP_LINE_MAX - 14, end, fine, "a long status line");
    big("HTTP/1.1 200 ", "a", HTTP_LINE_MAX, end,
        " FAIL line longer than the bound of 1024 bytes: HTTP/1.1 200 aaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "too long a one");
    big(CHUNKED "2;", "a", 900, "\r\nhi\r\n0\r\n\r\n", fine, "a long chunk extension");
    big(CHUNKED "2;", "aaaaaaaaaa", 120, "\r\nhi\r\n0\r\n\r\n",
        "200 keep [ FAIL line longer than the bound of 1024 bytes: "
        "2;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "too long a one");
    big(CHUNKED "0\r\n", "X: 12345678901\r\n", 2500, "\r\n",
        "200 keep [ FAIL head of the reply longer than the bound of 32768 bytes",
        "endless trailers");
    big(OK "Content-Length: 64\r\n\r\n", "abcdefgh", 8, "",
        "200 keep [abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh] end",
        "a body as long as the bound");
    big(OK "\r\n", "abcdefgh", 8, "",
        "200 close [abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh] end",
        "until the end, as long");
}

static void endless_bodies(void)
{
    struct buf b = BUF(trace);
    char text[128];
    struct buf t = BUF(text);
    buf_z(&t, OK "\r\n");
    while (t.n < 19 + BOUND + 1)
        buf_char(&t, 'x');
    play(&b, buf_view(&t), 0, true, false, true);
    ok(span_ends(buf_view(&b), SPAN("FAIL reply longer than the bound of 64 bytes")),
       "one byte over the bound");
    play(&b, buf_view(&t), t.n, false, false, true);
    ok(span_ends(buf_view(&b), SPAN("FAIL reply longer than the bound of 64 bytes")),
       "the same at once");
    ok(http_next(&h, &(const char *){"x"}, "x" + 1, &(struct span){0}) == HTTP_FAIL,
       "a failure sticks");
}

static const struct {
    const char *headers, *location;
    uint32_t retry;
    int64_t date;
    bool json;
} heads[] = {
    {"", "", 0, 0, 0},
    {"Retry-After: 120\r\n", "", 120, 0, 0},
    {"retry-after:0\r\n", "", 0, 0, 0},
    {"Retry-After: 99999999999\r\n", "", UINT32_MAX, 0, 0},
    {"Retry-After: soon\r\n", "", 0, 0, 0},
    {"Retry-After: -5\r\n", "", 0, 0, 0},
    {"Retry-After: 1.5\r\n", "", 0, 0, 0},
    {"Retry-After: 120, 120\r\n", "", 0, 0, 0},
    {"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", "", 0, 784111777, 0},
    {"Date: yesterday\r\n", "", 0, 0, 0},
    {"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:50:07 GMT\r\n", "",
     30, 784111777, 0},
    {"Retry-After: Sunday, 06-Nov-94 08:50:07 GMT\r\nDate: Sun Nov  6 08:49:37 1994\r\n", "", 30,
     784111777, 0},
    {"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:07 GMT\r\n", "", 0,
     784111777, 0},
    {"Retry-After: Sun, 06 Nov 1994 08:50:07 GMT\r\n", "", 0, 0, 0},
    {"Date: Thu, 01 Jan 1970 00:00:01 GMT\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n", "",
     UINT32_MAX, 1, 0},
    {"Content-Type: application/json\r\n", "", 0, 0, 1},
    {"Content-Type: Application/JSON ; charset=utf-8\r\n", "", 0, 0, 1},
    {"Content-Type: application/problem+json\r\n", "", 0, 0, 1},
    {"Content-Type: text/json;x\r\n", "", 0, 0, 1},
    {"Content-Type: text/html; x=+json\r\n", "", 0, 0, 0},
    {"Content-Type: application/jsonp\r\n", "", 0, 0, 0},
    {"Content-Type: json\r\n", "", 0, 0, 0},
    {"Location: https://new.example/path?secret=1#frag\r\n", "new.example", 0, 0, 0},
    {"Location: https://user:pass@new.example:8443/p@th\r\n", "new.example:8443", 0, 0, 0},
    {"Location: https://a:b@c@new.example?x\r\n", "new.example", 0, 0, 0},
    {"Location: //new.example/x\r\n", "new.example", 0, 0, 0},
    {"Location: /login?next=http://u:p@h/\r\n", "", 0, 0, 0},
    {"Location: /to/http://h/x\r\n", "", 0, 0, 0},
    {"Location: relative\r\n", "", 0, 0, 0},
    {"Location: ?x\r\n", "", 0, 0, 0},
    {"Location: http://\x1b[31m\xff/\xc3\xbc\r\n", "?[31m?", 0, 0, 0},
    {"Location: "
     "http://h/"
     "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012"
     "3456789\r\n",
     "h",
     0, 0, 0},
};

static void fields(void)
{
    for (size_t i = 0; i < COUNT(heads); i++) {
        char text[400];
        struct buf t = BUF(text), b = BUF(trace);
        buf_z(&t, "HTTP/1.1 302 Found\r\n");
        buf_z(&t, heads[i].headers);
        buf_z(&t, "Content-Length: 0\r\n\r\n");
        play(&b, buf_view(&t), 0, true, false, true);
        if (!ok(h.head.status == 302 && h.head.retry_after == heads[i].retry &&
                    h.head.date == heads[i].date && h.head.json == heads[i].json &&
                    span_is(h.head.location, heads[i].location),
                shown(heads[i].headers)))
            note("location", h.head.location);
    }
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    replies();
    cut_off();
    bounds();
    endless_bodies();
    fields();
    return done();
}
