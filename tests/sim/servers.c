/* servers.c: everybody the core can talk to:
 *   10.0.0.53, .54       resolvers, with caches
 *   10.2.0.1, .2         authoritative servers of example.test
 *   10.1.0.N, 2a02:1::N  address echoes echoN.test
 *   10.9.9.9             a captive portal
 *   127.0.0.1:80NN, 81NN providers: dyndns2, Cloudflare */
#include "sim/sim.h"
#include "unit/wire.h"

#include <stdio.h>
#include <stdlib.h>

#define ZONE "example.test"
enum { CACHE_MS = 120000, LYING_ECHO = 2 };

static struct {
    struct addr value;
    uint64_t until;
} cache[RECORDS];

void server_forget(void)
{
    memset(cache, 0, sizeof cache);
}

static bool is_v4(const struct endpoint *e, unsigned a, unsigned b, unsigned c)
{
    return e->addr.family == 4 && e->addr.b[0] == a && e->addr.b[1] == b && e->addr.b[2] == c;
}

static bool is_resolver(const struct endpoint *e)
{
    return is_v4(e, 10, 0, 0) && e->port == 53;
}

static bool is_authority(const struct endpoint *e)
{
    return is_v4(e, 10, 2, 0) && e->port == 53;
}

static unsigned echo_of(const struct endpoint *e)
{
    if (e->port != 80)
        return 0;
    return is_v4(e, 10, 1, 0) ? e->addr.b[3] : e->addr.family == 6 && e->addr.b[0] == 0x2a && e->addr.b[1] == 2 ? e->addr.b[15] : 0;
}

static bool is_portal(const struct endpoint *e)
{
    return is_v4(e, 10, 9, 9);
}

static unsigned provider_of_port(const struct endpoint *e)
{
    return is_v4(e, 127, 0, 0) && e->port > 8000 && e->port < 8200 ? e->port : 0;
}

bool server_there(enum os_kind kind, const struct endpoint *to)
{
    if (to->port == 53)
        return is_resolver(to) || is_authority(to);
    return kind == OS_TCP && (echo_of(to) || is_portal(to) || provider_of_port(to));
}

/* ---- DNS */

static void put_address(struct wire *w, const char *name, const struct addr *a)
{
    char text[ADDR_TEXT_MAX + 1];
    struct buf b = BUF(text);
    addr_put(&b, a);
    wire_addr(w, 1, name, buf_text(&b));
}

static struct addr cached(int record)
{
    if (world.ms >= cache[record].until) {
        cache[record].value = check_value(record, 0);
        cache[record].until = world.ms + CACHE_MS;
    }
    return cache[record].value;
}

/* Names outside the zone, known to resolvers only. */
static bool put_foreign(struct wire *w, struct span name, unsigned type)
{
    char z[80];
    struct addr a = {.family = 4, .b = {10, 2, 0, 1}};
    if (span_is(name, "ns2." ZONE)) {
        a.b[3] = 2;
    } else if (!span_is(name, "ns1." ZONE)) {
        if (name.n != 10 || !span_starts(name, SPAN("echo")) || !span_ends(name, SPAN(".test")))
            return false;
        unsigned n = (unsigned)(name.p[4] - '0');
        a = n >= 5 ? (struct addr){.family = 6, .b = {0x2a, 2, 0, 1, [15] = (uint8_t)n}} : (struct addr){.family = 4, .b = {10, 1, 0, (uint8_t)n}};
    }
    snprintf(z, sizeof z, "%.*s", (int)name.n, name.p);
    if ((type == DNS_A) == (a.family == 4) && (type == DNS_A || type == DNS_AAAA))
        put_address(w, z, &a);
    return true;
}

static unsigned zone_answer(struct wire *w, const struct dns_reader *r, bool authority, unsigned server)
{
    struct span name = span_z(r->qname);
    bool apex = span_is(name, ZONE);
    int v4 = check_find(name, 4), v6 = check_find(name, 6);
    int record = r->qtype == DNS_A ? v4 : r->qtype == DNS_AAAA ? v6 : -1;
    if (apex && r->qtype == DNS_NS) {
        wire_name(w, 1, ZONE, DNS_NS, "ns1." ZONE);
        wire_name(w, 1, ZONE, DNS_NS, "ns2." ZONE);
        return 0;
    }
    if (record >= 0) {
        struct addr a = authority ? check_value(record, server) : cached(record);
        if (a.family) {
            put_address(w, r->qname, &a);
            return 0;
        }
    }
    wire_soa(w, apex && r->qtype == DNS_SOA ? 1 : 2, ZONE);
    bool there = apex || (v4 >= 0 && check_value(v4, server).family) || (v6 >= 0 && check_value(v6, server).family);
    return there ? 0 : DNS_NXDOMAIN;
}

/* A ticket if the reply shows what the provider has. */
static int shown(const struct dns_reader *r, unsigned server)
{
    int record = check_find(span_z(r->qname), r->qtype == DNS_A ? 4 : 6);
    struct addr a, has;
    if (record < 0 || (r->qtype != DNS_A && r->qtype != DNS_AAAA))
        return -1;
    a = check_value(record, server);
    has = check_value(record, 2);
    return a.family && addr_eq(&a, &has) ? check_ticket(&record, 1, TOLD_SHOWN) : -1;
}

static void hijacked(struct wire *w, const struct dns_reader *r)
{
    const struct addr portal = {.family = 4, .b = {10, 9, 9, 9}};
    if (r->qtype == DNS_A)
        put_address(w, r->qname, &portal);
}

static void set_flags(struct wire *w, unsigned more)
{
    w->b[2] = (char)(w->b[2] | (char)(more >> 8));
    w->b[3] = (char)(w->b[3] | (char)more);
}

/* Somebody who guesses: a wrong id, and what the core would like to hear. */
static struct span forged(struct wire *w, struct span q, const struct dns_reader *r)
{
    const struct addr *a = &world.truth[r->qtype == DNS_AAAA];
    wire_begin(w, q, WIRE_AA);
    w->b[0]++;
    if (a->family && (r->qtype == DNS_A || r->qtype == DNS_AAAA))
        put_address(w, r->qname, a);
    return wire_end(w);
}

static struct span dns_answer(const struct endpoint *to, struct span q, bool tcp, int *told)
{
    static struct wire w;
    struct dns_reader r;
    bool resolver = is_resolver(to);
    struct span name;
    wire_begin(&w, q, 0);
    if (!dns_read(&r, wire_end(&w)))
        violated("a DNS question that cannot be read");
    name = span_z(r.qname);
    if (struck(F_DNS_BAD)) {
        set_flags(&w, roll(2) ? DNS_SERVFAIL : DNS_REFUSED);
    } else if (!tcp && struck(F_DNS_TC)) {
        set_flags(&w, WIRE_TC);
    } else if (resolver && struck(F_HIJACK)) {
        hijacked(&w, &r);
    } else if (resolver && put_foreign(&w, name, r.qtype)) {
        /* answered */
    } else if (span_is(name, ZONE) || span_ends(name, SPAN("." ZONE))) {
        bool authority = !resolver || (world.resolver_aa && to->addr.b[3] == 53);
        unsigned server = resolver ? 0 : to->addr.b[3] - 1u;
        set_flags(&w, zone_answer(&w, &r, authority, server));
        set_flags(&w, authority ? WIRE_AA : 0);
        if (authority)
            *told = shown(&r, server);
    } else {
        set_flags(&w, resolver ? DNS_NXDOMAIN : DNS_REFUSED);
    }
    if (struck(F_DNS_BAD)) {
        *told = -1;
        return forged(&w, q, &r);
    }
    return wire_end(&w);
}

static size_t serve_dns(enum os_kind kind, const struct endpoint *to, struct span q, struct packet *out)
{
    struct buf b = {.p = out->b, .cap = sizeof out->b};
    size_t size = q.n;
    if (kind == OS_TCP) {
        if (q.n < 2)
            return 0;
        size = (size_t)((uint8_t)q.p[0] << 8 | (uint8_t)q.p[1]) + 2;
        if (q.n < size)
            return 0;
    }
    struct span m = kind == OS_TCP ? span_from(span_upto(q, size), 2) : q;
    struct span a = dns_answer(to, m, kind == OS_TCP, &out->told);
    if (kind == OS_TCP)
        buf_u16be(&b, (unsigned)a.n);
    buf_span(&b, a);
    out->n = b.n;
    return size;
}

/* ---- HTTP */

static void http(struct packet *out, int status, const char *head, const char *body)
{
    const char *words = status == 200 ? "OK" : "Whatever";
    size_t n = strlen(body);
    int length = n > 3 && roll(4) == 0
        ? snprintf(out->b, sizeof out->b, "HTTP/1.1 %d %s\r\n%sTransfer-Encoding: chunked\r\n\r\n3\r\n%.3s\r\n%zx\r\n%s\r\n0\r\n\r\n",
                   status, words, head, body, n - 3, body + 3)
        : snprintf(out->b, sizeof out->b, "HTTP/1.1 %d %s\r\n%sContent-Length: %zu\r\n\r\n%s", status, words, head, n, body);
    out->n = (size_t)length;
}

static const char *text_of(const struct addr *a)
{
    static char text[2][ADDR_TEXT_MAX + 1];
    static unsigned turn;
    struct buf b = BUF(text[turn ^= 1]);
    addr_put(&b, a);
    return buf_text(&b);
}

static void page(struct packet *out)
{
    static const char *const pages[] = {
        "<html><body>Your IP 81.2.69.142 was upgraded from 1.2.1.1, please log in</body></html>", "1.0.1.1-abc", "error code: 1034", "",
        "81.2.69.142 81.2.69.143", "10.0.0.1", "100.64.0.9", "0.0.0.0", "::", "::ffff:81.2.69.142", "fe80::1", "081.002.069.142",
        "{\"ip\":\"81.2.69.142\"}", "{\"success\":true", "<!DOCTYPE html>", "goodness", "{}", "[]", "not good",
    };
    static const char *const heads[] = {"", "Set-Cookie: x=1.0.1.1\r\n", "Content-Type: text/html\r\n", "Connection: close\r\n"};
    http(out, 200, heads[roll(COUNT(heads))], pages[roll(COUNT(pages))]);
}

static void bad_status(struct packet *out)
{
    static const int statuses[] = {302, 400, 404, 407, 500, 502, 503, 504};
    int status = statuses[roll(COUNT(statuses))];
    http(out, status, status == 302 ? "Location: http://portal.test/login?from=81.2.69.142\r\n" : "", "81.2.69.142");
}

static void echo(unsigned n, struct packet *out)
{
    char body[ADDR_TEXT_MAX + 4];
    bool v6 = n >= 5;
    struct addr a = v6 && roll(3) ? world.passing : world.truth[v6];
    if (n == LYING_ECHO && struck(F_LIE))
        a = roll(2) && world.old[v6].family ? world.old[v6] : (struct addr){.family = 4, .b = {66, 6, (uint8_t)roll(256), (uint8_t)roll(256)}};
    if (struck(F_JUNK)) {
        page(out);
        return;
    }
    if (struck(F_STATUS)) {
        bad_status(out);
        return;
    }
    check_reported(n - 1, &a);
    snprintf(body, sizeof body, "%s%s", text_of(&a), roll(2) ? "\n" : "");
    http(out, 200, roll(4) ? "" : "Connection: close\r\n", body);
}

/* Where the request ends; 0: not yet. */
static size_t request_size(struct span q, struct span *body)
{
    long head = span_find(q, SPAN("\r\n\r\n")), length = span_find(span_upto(q, (size_t)(head < 0 ? 0 : head)), SPAN("Content-Length: "));
    size_t n = length < 0 ? 0 : (size_t)atoi(q.p + length + 16);
    if (head < 0 || q.n < (size_t)head + 4 + n)
        return 0;
    *body = span_upto(span_from(q, (size_t)head + 4), n);
    return (size_t)head + 4 + n;
}

/* Colons of IPv6 come percent-encoded. */
static bool parse_encoded(struct span s, struct addr *out)
{
    char text[3 * ADDR_TEXT_MAX];
    struct buf b = BUF(text);
    for (size_t i = 0; i < s.n; i++) {
        bool colon = span_starts(span_from(s, i), SPAN("%3A"));
        buf_char(&b, colon ? ':' : s.p[i]);
        i += colon ? 2 : 0;
    }
    return addr_parse(buf_view(&b), out);
}

static struct span between_texts(struct span s, const char *from, const char *to)
{
    long at = span_find(s, span_z(from));
    if (at < 0)
        return SPAN_NONE;
    s = span_from(s, (size_t)at + strlen(from));
    at = span_find(s, span_z(to));
    return at < 0 ? s : span_upto(s, (size_t)at);
}

/* Busy, refusing, or out of its mind: true when `out` is the answer. */
static bool misbehaves(struct packet *out, const int *records, size_t n, const char *refusal)
{
    if (struck(F_JUNK)) {
        page(out);
    } else if (struck(F_STATUS)) {
        http(out, (int)between(500, 504), "Content-Type: text/html\r\n", "<html>81.2.69.142 good</html>");
    } else if (refusal && struck(F_REFUSAL) && roll(50) == 0) {
        http(out, 400, "", "no such host"); /* a 404 may mean a remembered id: that is tried anew */
        out->told = check_ticket(records, n, TOLD_WRONG);
    } else if (struck(F_BUSY)) {
        if (roll(3) == 0)
            http(out, 429, roll(2) ? "Retry-After: 600\r\n" : "", "slow down");
        else
            http(out, roll(2) ? 500 : 503, "", "<html>Internal Server Error</html>");
        out->told = check_ticket(records, n, TOLD_BUSY);
    } else if (refusal && struck(F_REFUSAL) && roll(50) == 0) {
        http(out, 200, "", refusal);
        out->told = check_ticket(records, n, TOLD_REFUSED);
    } else {
        return false;
    }
    return true;
}

static void apply(struct packet *out, int record, const struct addr *a, const char *body)
{
    check_applied(record, a);
    http(out, 200, roll(5) ? "" : "Connection: close\r\n", body);
    out->told = check_ticket(&record, 1, TOLD_GOOD);
    out->lost = struck(F_LOST);
}

static void dyndns2(struct span q, bool first, struct packet *out)
{
    char body[80];
    struct span host = between_texts(q, "hostname=", "&"), ip = between_texts(q, "myip=", " ");
    struct addr a, had;
    if (!span_starts(q, SPAN("GET /nic/update?")) || span_find(q, SPAN("\r\nAuthorization: Basic bWU6c2VjcmV0\r\n")) < 0 || !parse_encoded(ip, &a))
        violated("dyndns2 gets a strange request: %.*s", (int)q.n, q.p);
    int record = check_find(host, a.family);
    if (record < 0)
        violated("dyndns2 is asked for %.*s", (int)host.n, host.p);
    check_attempt(record, &a, true, first);
    if (misbehaves(out, &record, 1, "badauth"))
        return;
    if (struck(F_BUSY)) {
        http(out, 200, "", "911");
        out->told = check_ticket(&record, 1, TOLD_BUSY);
        return;
    }
    had = check_value(record, 2);
    snprintf(body, sizeof body, "%s %s\r\n", addr_eq(&had, &a) ? "nochg" : "good", text_of(&a));
    apply(out, record, &a, body);
}

/* Ids of records are their numbers here, behind 'r'. */
static void cloudflare_list(struct packet *out, struct span q)
{
    char body[400] = "{\"success\":true,\"errors\":[],\"result\":[]}";
    struct span name = between_texts(q, "&name=", " "), type = between_texts(q, "?type=", "&");
    int record = check_find(name, span_is(type, "A") ? 4 : 6);
    struct addr a = record < 0 ? (struct addr){0} : check_value(record, 2);
    if (a.family)
        snprintf(body, sizeof body, "{\"success\":true,\"errors\":[],\"result\":[{\"id\":\"r%d\",\"type\":\"%s\",\"name\":\"%.*s\","
                 "\"content\":\"%s\",\"proxied\":false,\"ttl\":60}]}", record, a.family == 4 ? "A" : "AAAA", (int)name.n, name.p, text_of(&a));
    http(out, 200, "Content-Type: application/json\r\n", body);
    if (a.family)
        out->told = check_ticket(&record, 1, TOLD_SHOWN);
}

static int cloudflare_target(struct span q, struct span body)
{
    struct addr a;
    struct span name = between_texts(body, "\"name\":\"", "\""), id = between_texts(q, "/dns_records/r", " ");
    if (!addr_parse(between_texts(body, "\"content\":\"", "\""), &a))
        violated("Cloudflare gets a strange body: %.*s", (int)body.n, body.p);
    int record = span_starts(q, SPAN("PATCH ")) ? atoi(id.p) : check_find(name, a.family);
    if (record < 0 || record >= RECORDS)
        violated("Cloudflare is asked for a strange record: %.*s", (int)q.n, q.p);
    return record;
}

static void cloudflare_write(struct packet *out, struct span q, struct span body)
{
    struct addr a;
    char text[300];
    int record = cloudflare_target(q, body);
    addr_parse(between_texts(body, "\"content\":\"", "\""), &a);
    check_attempt(record, &a, false, false);
    if (misbehaves(out, &record, 1, "{\"success\":false,\"errors\":[{\"code\":10000,\"message\":\"Authentication error\"}],\"result\":null}"))
        return;
    snprintf(text, sizeof text, "{\"success\":true,\"errors\":[],\"messages\":[],\"result\":{\"id\":\"r%d\",\"content\":\"%s\"}}", record, text_of(&a));
    apply(out, record, &a, text);
}

static void cloudflare(struct span q, struct span body, struct packet *out)
{
    static const char zones[] = "{\"success\":true,\"errors\":[],\"result\":[{\"id\":\"z1\",\"name\":\"" ZONE "\"}]}";
    static const char none[] = "{\"success\":true,\"errors\":[],\"result\":[]}";
    if (span_find(q, SPAN("\r\nAuthorization: Bearer t0ken\r\n")) < 0)
        violated("Cloudflare gets no token: %.*s", (int)q.n, q.p);
    if (span_starts(q, SPAN("PATCH /client/v4/zones/z1/dns_records/r")) || span_starts(q, SPAN("POST /client/v4/zones/z1/dns_records ")))
        cloudflare_write(out, q, body);
    else if (misbehaves(out, NULL, 0, NULL))
        return;
    else if (span_starts(q, SPAN("GET /client/v4/zones?name=")))
        http(out, 200, "Content-Type: application/json\r\n", span_is(between_texts(q, "?name=", " "), ZONE) ? zones : none);
    else if (span_starts(q, SPAN("GET /client/v4/zones/z1/dns_records?")))
        cloudflare_list(out, q);
    else
        violated("Cloudflare gets a strange request: %.*s", (int)q.n, q.p);
}

size_t server_answer(enum os_kind kind, const struct endpoint *to, bool first, struct span q, struct packet *out)
{
    struct span body = SPAN_NONE;
    out->n = 0;
    out->told = -1;
    out->close = out->lost = false;
    if (!server_there(kind, to))
        return q.n;
    if (to->port == 53)
        return serve_dns(kind, to, q, out);
    size_t used = request_size(q, &body);
    if (!used)
        return 0;
    q = span_upto(q, used);
    if (echo_of(to))
        echo(echo_of(to), out);
    else if (is_portal(to))
        page(out);
    else if (provider_of_port(to) < 8100)
        dyndns2(q, first, out);
    else
        cloudflare(q, body, out);
    out->close = span_find((struct span){out->b, out->n}, SPAN("Connection: close")) >= 0;
    return used;
}
