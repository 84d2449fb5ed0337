/* dns.c: reads and writes DNS messages. */
#include "proto/dns.h"

enum { HEADER_BYTES = 12, LABEL_BYTES = 63, NAME_TEXT = 253, HOPS_MAX = 32 };
enum { FLAG_REPLY = 0x8000, OPCODE = 0x7800, FLAG_AUTHORITATIVE = 0x0400, FLAG_TRUNCATED = 0x0200,
       FLAG_RECURSE = 0x0100 };

/* Names come into logs and are compared as text: a byte that text cannot show, or a dot inside a
 * label, is refused. */
static bool plain(char c)
{
    return c > ' ' && (uint8_t)c < 0x7f && c != '.';
}

bool dns_name_put(struct buf *b, struct span name)
{
    size_t start = b->n;
    struct span rest = name.n ? name : SPAN_NONE;
    bool good = name.n <= NAME_TEXT;
    while (good && rest.p) {
        struct span label = span_cut(&rest, '.');
        good = label.n > 0 && label.n <= LABEL_BYTES;
        for (size_t i = 0; i < label.n; i++)
            good = good && plain(label.p[i]);
        buf_char(b, (char)label.n);
        buf_span(b, label);
    }
    buf_char(b, 0);
    if (!good)
        b->n = start;
    return good && !b->over;
}

void dns_query(struct buf *b, uint16_t id, struct span name, uint16_t type, uint16_t class,
               bool recurse)
{
    const unsigned head[] = {id, recurse ? FLAG_RECURSE : 0, 1, 0, 0, 1};
    for (size_t i = 0; i < COUNT(head); i++)
        buf_u16be(b, head[i]);
    if (!dns_name_put(b, name))
        b->over = true;
    buf_u16be(b, type);
    buf_u16be(b, class);
    buf_char(b, 0); /* EDNS: the root's OPT, no flags, no options */
    buf_u16be(b, DNS_OPT);
    buf_u16be(b, UDP_PAYLOAD);
    buf_u32be(b, 0);
    buf_u16be(b, 0);
}

static unsigned u16(struct span m, size_t at)
{
    return (unsigned)(uint8_t)m.p[at] << 8 | (uint8_t)m.p[at + 1];
}

static uint32_t u32(struct span m, size_t at)
{
    return (uint32_t)u16(m, at) << 16 | u16(m, at + 2);
}

static bool read_label(struct span label, struct buf *b)
{
    if (b->n)
        buf_char(b, '.');
    for (size_t i = 0; i < label.n; i++) {
        if (!plain(label.p[i]))
            return false;
        buf_char(b, ascii_lower(label.p[i]));
    }
    return true;
}

/* Reads the name at `at` and returns where it ends in place; 0: malformed. A pointer must point
 * before the name it stands in, so no loop is possible; the count bounds the work. */
static size_t read_name(struct span m, size_t at, char out[HOST_MAX])
{
    struct buf b = {.p = out, .cap = HOST_MAX};
    size_t end = 0, start = at;
    for (unsigned hops = 0; at < m.n;) {
        unsigned n = (uint8_t)m.p[at];
        if (n >= 0xc0) {
            size_t to = at + 1 < m.n ? u16(m, at) & 0x3fff : m.n;
            if (to >= start || ++hops > HOPS_MAX)
                return 0;
            end = end ? end : at + 2;
            at = start = to;
        } else if (n == 0) {
            buf_text(&b);
            return b.over ? 0 : end ? end : at + 1;
        } else {
            if (n > LABEL_BYTES || n > m.n - at - 1 ||
                !read_label((struct span){m.p + at + 1, n}, &b))
                return 0;
            at += n + 1;
        }
    }
    return 0;
}

bool dns_read(struct dns_reader *r, struct span message)
{
    size_t at;
    memset(r, 0, sizeof *r);
    r->m = message;
    if (message.n < HEADER_BYTES || message.n > UINT16_MAX)
        return false;
    r->id = (uint16_t)u16(message, 0);
    r->flags = (uint16_t)u16(message, 2);
    r->rcode = r->flags & 15;
    r->authoritative = r->flags & FLAG_AUTHORITATIVE;
    r->truncated = r->flags & FLAG_TRUNCATED;
    for (unsigned i = 1; i < 4; i++)
        r->left[i] = (uint16_t)u16(message, 4 + 2 * i);
    at = read_name(message, HEADER_BYTES, r->qname);
    if (!(r->flags & FLAG_REPLY) || u16(message, 4) != 1 || at == 0 || message.n - at < 4)
        return false;
    r->qtype = (uint16_t)u16(message, at);
    r->qclass = (uint16_t)u16(message, at + 2);
    r->at = (uint16_t)(at + 4);
    return true;
}

enum step dns_next(struct dns_reader *r, struct dns_record *out)
{
    size_t at;
    unsigned section = 1;
    while (section < 4 && r->left[section] == 0)
        section++;
    if (section == 4)
        return STEP_DONE;
    at = read_name(r->m, r->at, out->name);
    if (at == 0 || r->m.n - at < 10 || r->m.n - at - 10 < u16(r->m, at + 8))
        return STEP_FAIL; /* r->at stays, so it fails again */
    out->section = (uint8_t)section;
    out->type = (uint16_t)u16(r->m, at);
    out->class = (uint16_t)u16(r->m, at + 2);
    out->ttl = u32(r->m, at + 4);
    out->rdata_n = (uint16_t)u16(r->m, at + 8);
    out->rdata_at = (uint16_t)(at + 10);
    r->at = (uint16_t)(out->rdata_at + out->rdata_n);
    r->left[section]--;
    if (out->type == DNS_OPT && section == 3) /* RFC 6891 §6.1.3: the upper eight bits of twelve */
        r->rcode = (uint16_t)((r->rcode & 15) | out->ttl >> 24 << 4);
    return STEP_MORE;
}

bool dns_record_addr(const struct dns_reader *r, const struct dns_record *rec, struct addr *out)
{
    bool v4 = rec->type == DNS_A && rec->rdata_n == 4,
         v6 = rec->type == DNS_AAAA && rec->rdata_n == 16;
    if (rec->class != DNS_IN || (!v4 && !v6))
        return false;
    memset(out, 0, sizeof *out);
    out->family = v4 ? 4 : 6;
    memcpy(out->b, r->m.p + rec->rdata_at, rec->rdata_n);
    return true;
}

bool dns_record_name(const struct dns_reader *r, const struct dns_record *rec, unsigned skip,
                     char out[HOST_MAX])
{
    size_t end = (size_t)rec->rdata_at + rec->rdata_n;
    size_t at =
        skip < rec->rdata_n ? read_name(span_upto(r->m, end), rec->rdata_at + skip, out) : 0;
    return at != 0;
}

bool dns_same_question(const struct dns_reader *r, struct span query)
{
    char name[HOST_MAX];
    size_t at = query.n > HEADER_BYTES ? read_name(query, HEADER_BYTES, name) : 0;
    return at && query.n - at >= 4 && u16(query, 0) == r->id &&
           ((u16(query, 2) ^ r->flags) & OPCODE) == 0 && span_is(span_z(name), r->qname) &&
           u16(query, at) == r->qtype && u16(query, at + 2) == r->qclass;
}

const char *dns_rcode_name(unsigned rcode)
{
    static const char names[][9] = {
        [DNS_NOERROR] = "NOERROR",   [DNS_FORMERR] = "FORMERR", [DNS_SERVFAIL] = "SERVFAIL",
        [DNS_NXDOMAIN] = "NXDOMAIN", [DNS_NOTIMP] = "NOTIMP",   [DNS_REFUSED] = "REFUSED",
        [DNS_YXDOMAIN] = "YXDOMAIN", [DNS_YXRRSET] = "YXRRSET", [DNS_NXRRSET] = "NXRRSET",
        [DNS_NOTAUTH] = "NOTAUTH",   [DNS_NOTZONE] = "NOTZONE", [DNS_BADSIG] = "BADSIG",
        [DNS_BADKEY] = "BADKEY",     [DNS_BADTIME] = "BADTIME",
    };
    return rcode < COUNT(names) && names[rcode][0] ? names[rcode] : "unknown rcode";
}
