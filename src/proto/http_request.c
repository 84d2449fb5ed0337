/* http_request.c: writes HTTP/1.1 requests. */
#include "proto/http.h"

const char http_agent[] = "ddns/0.1 (dynamic DNS updater)";

/* A byte that is not allowed makes the whole request unusable. */
static void put(struct buf *b, struct span s, char least, bool high)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == 0x7f || ((s.p[i] & 0x80) ? !high : s.p[i] < least))
            b->over = true;
    buf_span(b, s);
}

static void put_visible(struct buf *b, struct span s)
{
    put(b, s, '!', false);
}

void http_host(struct buf *b, const struct url *u)
{
    bool v6 = span_chr(u->host, ':') >= 0;
    buf_z(b, v6 ? "[" : "");
    put_visible(b, u->host);
    buf_z(b, v6 ? "]" : "");
    if (u->port != (u->tls ? 443 : 80)) {
        buf_char(b, ':');
        buf_u64(b, u->port);
    }
}

void http_request(struct buf *b, struct span method, const struct url *u, struct span path)
{
    if (path.p == NULL)
        path = u->path;
    if (method.n == 0 || u->host.n == 0)
        b->over = true;
    put_visible(b, method);
    buf_char(b, ' ');
    if (!span_starts(path, SPAN("/")))
        buf_char(b, '/');
    put_visible(b, path);
    buf_z(b, " HTTP/1.1\r\nHost: ");
    http_host(b, u);
    buf_z(b, "\r\n");
    http_header(b, SPAN("User-Agent"), span_z(http_agent));
    http_header(b, SPAN("Accept"), SPAN("*/*"));
}

void http_header(struct buf *b, struct span name, struct span value)
{
    if (name.n == 0 || span_chr(name, ':') >= 0)
        b->over = true;
    put_visible(b, name);
    buf_z(b, ": ");
    put(b, value, ' ', true);
    buf_z(b, "\r\n");
}

void http_body(struct buf *b, struct span type, struct span body)
{
    if (body.p == NULL) {
        buf_z(b, "\r\n");
        return;
    }
    if (type.n)
        http_header(b, SPAN("Content-Type"), type);
    buf_z(b, "Content-Length: ");
    buf_u64(b, body.n);
    buf_z(b, "\r\n\r\n");
    buf_span(b, body);
}
