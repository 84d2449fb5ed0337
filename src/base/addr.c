/* addr.c: reading and writing IP addresses (RFC 4291 §2.2, RFC 5952) and endpoints. */
#include "base/addr.h"
#include "base/codec.h"

static bool parse_v4(struct span text, uint8_t out[4])
{
    uint64_t v;
    for (unsigned i = 0; i < 4; i++) {
        struct span part = span_cut(&text, '.');
        if (part.n > 3 || (part.n > 1 && part.p[0] == '0') || !span_u64(part, 255, &v))
            return false;
        out[i] = (uint8_t)v;
        if ((text.p != NULL) != (i < 3))
            return false;
    }
    return true;
}

static bool parse_group(struct span part, uint8_t out[2])
{
    unsigned v = 0;
    if (part.n == 0 || part.n > 4)
        return false;
    for (size_t i = 0; i < part.n; i++) {
        int digit = hex_value(part.p[i]);
        if (digit < 0)
            return false;
        v = v << 4 | (unsigned)digit;
    }
    out[0] = (uint8_t)(v >> 8);
    out[1] = (uint8_t)v;
    return true;
}

/* Groups parted by ':', at most `cap` bytes of them, the last may be dotted when `tail`. Returns
 * the bytes, -1 if wrong. */
static int parse_groups(struct span text, uint8_t *out, int cap, bool tail)
{
    int n = 0;
    while (text.p) {
        struct span part = span_cut(&text, ':');
        bool dotted = tail && text.p == NULL && span_chr(part, '.') >= 0;
        int size = dotted ? 4 : 2;
        if (n + size > cap || !(dotted ? parse_v4(part, out + n) : parse_group(part, out + n)))
            return -1;
        n += size;
    }
    return n;
}

static bool parse_v6(struct span text, uint8_t out[16])
{
    uint8_t right[16];
    long gap = span_find(text, SPAN("::"));
    struct span tail = span_from(text, (size_t)gap + 2);
    int left_n, right_n;
    if (gap < 0)
        return parse_groups(text, out, 16, true) == 16;
    /* "::" stands for one group at least, so 14 bytes may be written out; an empty side is no
     * group. */
    left_n = gap ? parse_groups(span_upto(text, (size_t)gap), out, 14, false) : 0;
    right_n = tail.n ? parse_groups(tail, right, 14, true) : 0;
    if (left_n < 0 || right_n < 0 || left_n + right_n > 14)
        return false;
    memset(out + left_n, 0, (size_t)(16 - left_n - right_n));
    memcpy(out + 16 - right_n, right, (size_t)right_n);
    return true;
}

bool addr_parse(struct span text, struct addr *out)
{
    struct addr a = {0};
    if (text.p == NULL)
        return false;
    a.family = span_chr(text, ':') < 0 ? 4 : 6;
    if (!(a.family == 4 ? parse_v4(text, a.b) : parse_v6(text, a.b)))
        return false;
    *out = a;
    return true;
}

static void put_v4(struct buf *b, const uint8_t *p)
{
    for (unsigned i = 0; i < 4; i++) {
        if (i)
            buf_char(b, '.');
        buf_u64(b, p[i]);
    }
}

static void put_group(struct buf *b, unsigned v)
{
    int shift = 12;
    while (shift && v >> shift == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        buf_char(b, "0123456789abcdef"[v >> shift & 15]);
}

/* The first of the longest runs of zero groups; a single one is not shortened (RFC 5952 §4.2.2). */
static unsigned zero_run(const uint8_t *p, unsigned *length)
{
    unsigned best = 8, run = 0;
    *length = 1;
    for (unsigned i = 0; i < 8; i++) {
        run = p[2 * i] | p[2 * i + 1] ? 0 : run + 1;
        if (run > *length) {
            *length = run;
            best = i + 1 - run;
        }
    }
    return best;
}

static void put_v6(struct buf *b, const uint8_t *p)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    unsigned length, gap = zero_run(p, &length);
    if (memcmp(p, mapped, 12) == 0) { /* RFC 5952 §5 */
        buf_z(b, "::ffff:");
        put_v4(b, p + 12);
        return;
    }
    for (unsigned i = 0; i < 8; i++) {
        if (i == gap) {
            buf_z(b, "::");
            i += length - 1;
            continue;
        }
        if (i && i != gap + length)
            buf_char(b, ':');
        put_group(b, (unsigned)p[2 * i] << 8 | p[2 * i + 1]);
    }
}

void addr_put(struct buf *b, const struct addr *a)
{
    if (a->family == 4)
        put_v4(b, a->b);
    else if (a->family == 6)
        put_v6(b, a->b);
    else
        buf_char(b, '-');
}

bool addr_eq(const struct addr *a, const struct addr *b)
{
    return a->family == b->family && memcmp(a->b, b->b, a->family == 4 ? 4 : 16) == 0;
}

/* Takes ":PORT" off the end; nothing there leaves the default. */
static bool parse_port(struct span text, uint16_t *port)
{
    uint64_t v;
    if (text.n == 0)
        return true;
    if (text.p[0] != ':' || !span_u64(span_from(text, 1), 65535, &v) || v == 0)
        return false;
    *port = (uint16_t)v;
    return true;
}

bool endpoint_parse(struct span text, uint16_t port, struct endpoint *out)
{
    struct endpoint e = {.port = port};
    struct span host = text;
    long end = span_chr(text, ']'), colon = span_chr(text, ':');
    bool bracket = end > 0 && text.p[0] == '[';
    if (bracket)
        host = span_upto(span_from(text, 1), (size_t)end - 1);
    else if (colon >= 0 && span_chr(span_from(text, (size_t)colon + 1), ':') < 0)
        host = span_upto(text, (size_t)colon);
    if (!addr_parse(host, &e.addr) || (bracket && e.addr.family != 6) ||
        !parse_port(span_from(text, host.n + (bracket ? 2 : 0)), &e.port))
        return false;
    *out = e;
    return true;
}

void endpoint_put(struct buf *b, const struct endpoint *e)
{
    if (e->addr.family == 6)
        buf_char(b, '[');
    addr_put(b, &e->addr);
    if (e->scope) {
        buf_char(b, '%');
        buf_u64(b, e->scope);
    }
    buf_z(b, e->addr.family == 6 ? "]:" : ":");
    buf_u64(b, e->port);
}
