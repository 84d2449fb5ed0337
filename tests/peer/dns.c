/* dns.c: an authoritative DNS server of one question (RFC 1035), answering from the table. */
#define _GNU_SOURCE
#include "peer/peer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { T_A = 1, T_NS = 2, T_SOA = 6, T_TXT = 16, T_AAAA = 28 };
enum { R_OK, R_FORMERR, R_SERVFAIL, R_NXDOMAIN, R_NOTIMP, R_REFUSED };

struct message {
    uint8_t *p;
    size_t n, cap;
    unsigned count[3]; /* answer, authority, additional */
};

static void put(struct message *m, const void *p, size_t n)
{
    if (m->n + n > m->cap)
        peer_die("a DNS answer is longer than", "its buffer");
    memcpy(m->p + m->n, p, n);
    m->n += n;
}

static void put16(struct message *m, unsigned v)
{
    put(m, (uint8_t[]){(uint8_t)(v >> 8), (uint8_t)v}, 2);
}

static void put_name(struct message *m, const char *name)
{
    while (*name) {
        size_t n = strcspn(name, ".");
        put(m, (uint8_t[]){(uint8_t)n}, 1);
        put(m, name, n);
        name += n + (name[n] == '.');
    }
    put(m, "", 1);
}

static void put_record(struct message *m, int section, const char *name, unsigned type, unsigned ttl)
{
    put_name(m, name);
    put16(m, type);
    put16(m, 1);
    put16(m, ttl >> 16);
    put16(m, ttl);
    m->count[section]++;
}

static void put_soa(struct message *m, int section, const char *zone)
{
    put_record(m, section, zone, T_SOA, 60);
    size_t at = m->n;
    put16(m, 0);
    put_name(m, "ns.example.com");
    put_name(m, "hostmaster.example.com");
    const uint32_t numbers[] = {table_serial(), 7200, 900, 1209600, 60};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        put16(m, numbers[i] >> 16);
        put16(m, numbers[i]);
    }
    size_t n = m->n - at - 2;
    m->p[at] = (uint8_t)(n >> 8);
    m->p[at + 1] = (uint8_t)n;
}

/* What DNS shows of a row now; "" = nothing yet. Behind Cloudflare's proxy that is not the content. */
static const char *shown(const struct row *r)
{
    if (r->changed && peer_now() < r->changed + table_lag)
        return r->before;
    if (r->proxied)
        return !strcmp(r->type, "A") ? "104.16.0.1" : "2606:4700::1";
    return r->content;
}

static void put_row(struct message *m, const struct row *r)
{
    static const struct { const char *name; unsigned type; int family; } types[] = {
        {"A", T_A, AF_INET}, {"AAAA", T_AAAA, AF_INET6}, {"TXT", T_TXT, 0}};
    uint8_t rdata[300] = {0};
    for (size_t i = 0; i < COUNT(types); i++) {
        if (strcmp(types[i].name, r->type))
            continue;
        size_t n = types[i].family == AF_INET ? 4 : types[i].family ? 16 : strlen(shown(r)) + 1;
        if (types[i].family) {
            inet_pton(types[i].family, shown(r), rdata);
        } else {
            rdata[0] = (uint8_t)(n - 1);
            memcpy(rdata + 1, shown(r), n - 1);
        }
        put_record(m, 0, r->name, types[i].type, r->ttl == 1 ? 300 : r->ttl);
        put16(m, (unsigned)n);
        put(m, rdata, n);
    }
}

/* Answers from the table; returns the rcode. */
static int look_up(struct message *m, const char *name, unsigned type)
{
    const char *want = type == T_A ? "A" : type == T_AAAA ? "AAAA" : type == T_TXT ? "TXT" : "";
    const char *zone = table_zone(name);
    bool exists = zone && !strcasecmp(zone, name);
    const struct row *r;
    for (size_t i = 0; (r = table_at(i)); i++) {
        size_t below = strlen(r->name) - strlen(name);
        if (strlen(r->name) > strlen(name) && r->name[below - 1] == '.' && !strcasecmp(r->name + below, name))
            exists = true; /* an empty non-terminal */
        if (strcasecmp(r->name, name) || !*shown(r))
            continue;
        exists = true;
        if (!strcmp(r->type, want))
            put_row(m, r);
    }
    if (!zone && !exists)
        return R_REFUSED;
    if (zone && !strcasecmp(zone, name) && type == T_SOA)
        put_soa(m, 0, zone);
    if (zone && !strcasecmp(zone, name) && type == T_NS) {
        put_record(m, 0, zone, T_NS, 3600);
        put16(m, 16);
        put_name(m, "ns.example.com");
    }
    if (!m->count[0] && zone)
        put_soa(m, 1, zone);
    return exists ? R_OK : R_NXDOMAIN;
}

/* The question's name as lower-case text; returns where its type stands, 0 when malformed. */
static size_t read_name(const uint8_t *q, size_t n, char *name, size_t cap)
{
    size_t at = 12, out = 0;
    while (at < n && q[at]) {
        size_t label = q[at++];
        if (label > 63 || at + label > n || out + label + 2 > cap)
            return 0;
        if (out)
            name[out++] = '.';
        for (size_t i = 0; i < label; i++, at++)
            name[out++] = (char)(q[at] >= 'A' && q[at] <= 'Z' ? q[at] + 32 : q[at]);
    }
    name[out] = 0;
    return at + 5 <= n ? at + 1 : 0;
}

static void log_question(const char *name, unsigned type, bool udp, const struct message *m, int rcode)
{
    static const char *const rcodes[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};
    char kind[24], result[32];
    snprintf(kind, sizeof kind, "%s", type == T_A ? "A" : type == T_AAAA ? "AAAA" : type == T_SOA ? "SOA" :
                                      type == T_NS ? "NS" : type == T_TXT ? "TXT" : "other");
    snprintf(result, sizeof result, "%s/%u", rcodes[rcode], m->count[0]);
    peer_log(udp ? "DNS" : "DNS/TCP", kind, name, "", result);
}

size_t dns_answer(const uint8_t *q, size_t n, bool udp, uint8_t *out, size_t cap)
{
    char name[256];
    if (n < 12 || q[2] & 0x80)
        return 0;
    struct message m = {.p = out, .cap = cap};
    size_t at = q[4] == 0 && q[5] == 1 ? read_name(q, n, name, sizeof name) : 0;
    bool truncated = at && udp && !strncmp(name, "tc.", 3);
    int rcode = at ? R_OK : R_FORMERR;
    put(&m, q, at ? at + 4 : 12);
    unsigned type = at ? q[at] * 256u + q[at + 1] : 0;
    if (at && (q[2] & 0x78))
        rcode = R_NOTIMP;
    else if (at && !strncmp(name, "servfail.", 9))
        rcode = R_SERVFAIL;
    else if (at && !truncated)
        rcode = look_up(&m, name, type);
    if (at && q[11] && at + 4 + 11 <= n) { /* EDNS: ours has no options */
        put(&m, "\0\0\x29\x04\xd0\0\0\0\0\0\0", 11);
        m.count[2]++;
    }
    out[2] = (uint8_t)(0x80 | (q[2] & 0x79) | (rcode == R_REFUSED ? 0 : 4) | (truncated ? 2 : 0));
    out[3] = (uint8_t)(0x80 | rcode); /* RA: stub resolvers want to see it */
    for (size_t i = 0; i < 3; i++) {
        out[6 + 2 * i] = 0;
        out[7 + 2 * i] = (uint8_t)m.count[i];
    }
    if (at)
        log_question(name, type, udp, &m, rcode);
    else
        out[5] = 0;
    return m.n;
}
