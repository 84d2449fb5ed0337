/* url.c: reads http and https addresses. */
#include "proto/url.h"
#include "base/codec.h"

static bool visible(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || (uint8_t)s.p[i] >= 0x7f)
            return false;
    return true;
}

static bool good_host(struct span host, bool bracket)
{
    char name[254];
    struct buf b = BUF(name);
    struct addr a;
    if (bracket)
        return addr_parse(host, &a) && a.family == 6;
    return !span_ends(host, SPAN(".")) && span_chr(host, '*') < 0 && host_put(&b, host);
}

/* Takes HOST or [V6] off the authority; what stays is the port with its colon. */
static bool take_host(struct span *rest, struct span *host)
{
    bool bracket = span_starts(*rest, SPAN("["));
    long end = span_chr(*rest, bracket ? ']' : ':');
    size_t n = end < 0 ? rest->n : (size_t)end;
    if (bracket && end < 0)
        return false;
    *host = span_from(span_upto(*rest, n), bracket);
    *rest = span_from(*rest, n + bracket);
    return good_host(*host, bracket);
}

bool url_parse(struct span text, struct url *out)
{
    struct url u = {.tls = span_istarts(text, SPAN("https://"))};
    struct span rest = span_from(text, u.tls ? 8 : 7), authority;
    uint64_t port;
    size_t n = 0;
    if (!visible(text) || (!u.tls && !span_istarts(text, SPAN("http://"))))
        return false;
    rest = span_cut(&rest, '#');
    while (n < rest.n && span_chr(SPAN("/?"), rest.p[n]) < 0)
        n++;
    authority = span_upto(rest, n);
    u.path = span_from(rest, n);
    if (!take_host(&authority, &u.host))
        return false;
    u.port = u.tls ? 443 : 80;
    u.port_written = authority.n > 0;
    if (u.port_written) {
        if (authority.p[0] != ':' || !span_u64(span_from(authority, 1), 65535, &port) || port == 0)
            return false;
        u.port = (uint16_t)port;
    }
    *out = u;
    return true;
}
