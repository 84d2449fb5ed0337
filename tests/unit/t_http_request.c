/* t_http_request.c: HTTP requests, byte for byte; bytes that would break out of their place. */
#include "proto/http.h"
#include "tap.h"

static void requests(void)
{
    char text[300];
    struct buf b = BUF(text);
    struct url u = {
        .tls = true, .host = SPAN("api.example.com"), .port = 443, .path = SPAN("/base?q")};
    http_request(&b, SPAN("GET"), &u, SPAN_NONE);
    http_body(&b, SPAN_NONE, SPAN_NONE);
    buf_z(&b, "~");
    ok(!b.over &&
           span_starts(buf_view(&b),
                       SPAN("GET /base?q HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: ddns/")),
       "a GET of the url's path");
    ok(span_ends(buf_view(&b), SPAN("\r\nAccept: */*\r\n\r\n~")),
       "without a body there is no Content-Length");
    b = BUF(text);
    u = (struct url){.host = SPAN("2001:db8::1"), .port = 8080};
    http_request(&b, SPAN("POST"), &u, SPAN("?a=b"));
    http_header(&b, SPAN("X-Key"), SPAN("v \xc3\xbc"));
    http_body(&b, SPAN("text/plain"), SPAN("a\r\n\0"));
    ok(!b.over &&
           span_starts(buf_view(&b),
                       SPAN("POST /?a=b HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\nUser-Agent: ")),
       "IPv6 in brackets, other port, query alone");
    ok(span_ends(buf_view(&b), SPAN("\r\nX-Key: v \xc3\xbc\r\nContent-Type: "
                                    "text/plain\r\nContent-Length: 4\r\n\r\na\r\n\0")),
       "headers and body");
    b = BUF(text);
    u = (struct url){.host = SPAN("h"), .port = 443};
    http_request(&b, SPAN("PUT"), &u, SPAN(""));
    http_body(&b, SPAN_NONE, SPAN(""));
    ok(!b.over && span_starts(buf_view(&b), SPAN("PUT / HTTP/1.1\r\nHost: h:443\r\n")),
       "443 is not http's default");
    ok(span_ends(buf_view(&b), SPAN("*/*\r\nContent-Length: 0\r\n\r\n")),
       "an empty body has a length");
}

static void injections(void)
{
    static const struct {
        const char *method, *host, *path, *name, *value, *type;
    } evil[] = {
        {"GET\r\nX:", "h", "/", "N", "v", "t"},
        {"G T", "h", "/", "N", "v", "t"},
        {"", "h", "/", "N", "v", "t"},
        {"GET", "h\r\nX: y", "/", "N", "v", "t"},
        {"GET", "h y", "/", "N", "v", "t"},
        {"GET", "", "/", "N", "v", "t"},
        {"GET", "h", "/ HTTP/1.1\r\nX: y", "N", "v", "t"},
        {"GET", "h", "/a b", "N", "v", "t"},
        {"GET", "h", "/\xc3\xbc", "N", "v", "t"},
        {"GET", "h", "/\x7f", "N", "v", "t"},
        {"GET", "h", "/", "N: x\r\nM", "v", "t"},
        {"GET", "h", "/", "N N", "v", "t"},
        {"GET", "h", "/", "", "v", "t"},
        {"GET", "h", "/", "N:", "v", "t"},
        {"GET", "h", "/", "N", "v\r\nX: y", "t"},
        {"GET", "h", "/", "N", "v\n", "t"},
        {"GET", "h", "/", "N",
         "a\x01"
         "b",
         "t"},
        {"GET", "h", "/", "N", "a\x7f", "t"},
        {"GET", "h", "/", "N", "v", "t\r\nX: y"},
    };
    char text[300];
    for (size_t i = 0; i < COUNT(evil); i++) {
        struct buf b = BUF(text);
        struct url u = {.host = span_z(evil[i].host), .port = 80};
        http_request(&b, span_z(evil[i].method), &u, span_z(evil[i].path));
        http_header(&b, span_z(evil[i].name), span_z(evil[i].value));
        http_body(&b, span_z(evil[i].type), SPAN("x"));
        ok(b.over, "a byte that breaks out of its place is refused");
    }
    struct buf b = BUF(text);
    http_header(&b, SPAN("N"), SPAN("a\0b"));
    ok(b.over, "and a NUL");
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    requests();
    injections();
    return done();
}
