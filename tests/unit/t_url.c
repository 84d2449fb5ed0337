/* t_url.c: addresses of web servers. */
#include "edge.h"
#include "proto/url.h"
#include "tap.h"

static const struct {
    const char *in, *want; /* host port path, + TLS; NULL: refused */
} rows[] = {
    {"http://example.com", "example.com 80 "},
    {"https://example.com", "+example.com 443 "},
    {"HTTPS://Example.com/", "+Example.com 443 /"},
    {"http://example.com:8080/a/b?c=d&e", "example.com :8080 /a/b?c=d&e"},
    {"https://example.com:443", "+example.com :443 "},
    {"http://example.com?x=/y", "example.com 80 ?x=/y"},
    {"http://example.com/a?u=http://b@c:1/", "example.com 80 /a?u=http://b@c:1/"},
    {"http://example.com/a#frag?x", "example.com 80 /a"},
    {"http://example.com#f", "example.com 80 "},
    {"https://1.1.1.1/dns-query", "+1.1.1.1 443 /dns-query"},
    {"https://[2001:db8::1]/x", "+2001:db8::1 443 /x"},
    {"https://[2001:db8::1]:8443", "+2001:db8::1 :8443 "},
    {"http://a_b.local:1", "a_b.local :1 "},
    {"http://h:65535", "h :65535 "},
    {"", NULL},
    {"http", NULL},
    {"http:/", NULL},
    {"http://", NULL},
    {"https://", NULL},
    {"http:///path", NULL},
    {"http://?x", NULL},
    {"//example.com", NULL},
    {"example.com", NULL},
    {"ftp://example.com", NULL},
    {"httpss://example.com", NULL},
    {" http://example.com", NULL},
    {"http://example.com ", NULL},
    {"http://exa mple.com", NULL},
    {"http://example.com/a b", NULL},
    {"http://example.com/a\r\nX: y", NULL},
    {"http://example.com/\t", NULL},
    {"http://example.com/\x7f", NULL},
    {"http://example.com/\xc3\xbc", NULL},
    {"http://b\xc3\xbc" "cher.de/", NULL},
    {"http://user@example.com/", NULL},
    {"http://user:pass@example.com/", NULL},
    {"http://example.com:/", NULL},
    {"http://example.com:0/", NULL},
    {"http://example.com:65536/", NULL},
    {"http://example.com:80x/", NULL},
    {"http://example.com:+80/", NULL},
    {"http://:80/", NULL},
    {"http://example.com./", NULL},
    {"http://.example.com/", NULL},
    {"http://a..b/", NULL},
    {"http://*.example.com/", NULL},
    {"http://a%2eb/", NULL},
    {"http://a\\b/", NULL},
    {"http://[::1", NULL},
    {"http://[]/", NULL},
    {"http://[1.2.3.4]/", NULL},
    {"http://[::1]x/", NULL},
    {"http://[::1]80/", NULL},
    {"http://[fe80::1%25eth0]/", NULL},
    {"http://::1/", NULL},
    {"http://2001:db8::1/", NULL},
};

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[128];
        struct buf b = BUF(text);
        struct url u = {.port = 9};
        bool good = url_parse(edge(span_z(rows[i].in)), &u);
        buf_z(&b, u.tls ? "+" : "");
        buf_all(&b, u.host, SPAN(" "), u.port_written ? SPAN(":") : SPAN(""));
        buf_u64(&b, u.port);
        buf_all(&b, SPAN(" "), u.path);
        if (!ok(good == (rows[i].want != NULL) &&
                    (good ? span_is(buf_view(&b), rows[i].want) : u.port == 9),
                shown(rows[i].in)))
            note("got", buf_view(&b));
    }
    return done();
}
