/* wire.h: DNS replies made for tests. Sections are written in their order: 1 answer, 2 authority, 3 additional. */
#ifndef WIRE_H
#define WIRE_H

#include "proto/dns.h"

enum { WIRE_AA = 0x0400, WIRE_TC = 0x0200 }; /* and an rcode */

struct wire {
    char b[5000];
    struct buf out;
    unsigned count[4];
};

/* Begins the reply to `query`: its id, its question, `flags`. */
static inline void wire_begin(struct wire *w, struct span query, unsigned flags)
{
    size_t end = 12;
    *w = (struct wire){.count = {1}};
    w->out = (struct buf){.p = w->b, .cap = sizeof w->b};
    while (query.p[end])
        end += 1 + (uint8_t)query.p[end];
    buf_put(&w->out, query.p, 2);
    buf_u16be(&w->out, 0x8000 | flags);
    buf_put(&w->out, "\0\1\0\0\0\0\0\0", 8);
    buf_span(&w->out, span_from(span_upto(query, end + 5), 12));
}

static inline void wire_owner(struct wire *w, unsigned section, const char *owner, unsigned type, unsigned rdata)
{
    w->count[section]++;
    dns_name_put(&w->out, span_z(owner));
    buf_u16be(&w->out, type);
    buf_u16be(&w->out, DNS_IN);
    buf_u32be(&w->out, 60);
    buf_u16be(&w->out, rdata);
}

static inline void wire_addr(struct wire *w, unsigned section, const char *owner, const char *address)
{
    struct addr a = {0};
    addr_parse(span_z(address), &a);
    wire_owner(w, section, owner, a.family == 4 ? DNS_A : DNS_AAAA, a.family == 4 ? 4 : 16);
    buf_put(&w->out, a.b, a.family == 4 ? 4 : 16);
}

/* CNAME or NS. */
static inline void wire_name(struct wire *w, unsigned section, const char *owner, unsigned type, const char *to)
{
    wire_owner(w, section, owner, type, (unsigned)strlen(to) + 2);
    dns_name_put(&w->out, span_z(to));
}

static inline void wire_soa(struct wire *w, unsigned section, const char *zone)
{
    wire_owner(w, section, zone, DNS_SOA, 22);
    buf_put(&w->out, "\0\0", 2);
    for (unsigned i = 0; i < 5; i++)
        buf_u32be(&w->out, 60);
}

static inline struct span wire_end(struct wire *w)
{
    for (unsigned i = 0; i < 4; i++) {
        w->b[4 + 2 * i] = (char)(w->count[i] >> 8);
        w->b[5 + 2 * i] = (char)w->count[i];
    }
    return buf_view(&w->out);
}

#endif
