/* buf.c: the bounded writer. */
#include "base/buf.h"
#include "base/codec.h"

void buf_put(struct buf *b, const void *p, size_t n)
{
    if (b->over || n > b->cap - b->n) {
        b->over = true;
        return;
    }
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
}

void buf_span(struct buf *b, struct span s)
{
    buf_put(b, s.p, s.n);
}

void buf_z(struct buf *b, const char *z)
{
    buf_put(b, z, strlen(z));
}

void buf_char(struct buf *b, char c)
{
    buf_put(b, &c, 1);
}

void buf_pad(struct buf *b, uint64_t v, unsigned width)
{
    char digits[20];
    unsigned n = 0;
    do {
        digits[sizeof digits - ++n] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    for (; width > n; width--)
        buf_char(b, '0');
    buf_put(b, digits + sizeof digits - n, n);
}

void buf_u64(struct buf *b, uint64_t v)
{
    buf_pad(b, v, 0);
}

void buf_i64(struct buf *b, int64_t v)
{
    if (v < 0)
        buf_char(b, '-');
    buf_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void buf_hex(struct buf *b, const void *p, size_t n)
{
    const uint8_t *byte = p;
    for (size_t i = 0; i < n; i++) {
        buf_char(b, "0123456789abcdef"[byte[i] >> 4]);
        buf_char(b, "0123456789abcdef"[byte[i] & 15]);
    }
}

void buf_u16be(struct buf *b, unsigned v)
{
    uint8_t byte[2] = {(uint8_t)(v >> 8), (uint8_t)v};
    buf_put(b, byte, 2);
}

void buf_u32be(struct buf *b, uint32_t v)
{
    buf_u16be(b, v >> 16);
    buf_u16be(b, v & 0xffff);
}

/* Marks that change the direction of the text around them could make a line read as another one. */
static bool harmless(uint32_t c)
{
    return c >= 0x20 && !(c >= 0x7f && c <= 0x9f) && c != 0x200e && c != 0x200f &&
           !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069);
}

void buf_safe(struct buf *b, struct span s, size_t max)
{
    uint32_t c;
    while (s.n) {
        struct span was = s;
        bool good = utf8_next(&s, &c) && harmless(c);
        struct span piece = good ? span_upto(was, was.n - s.n) : SPAN("?");
        if (piece.n > max)
            return;
        buf_span(b, piece);
        max -= piece.n;
    }
}

struct span buf_view(const struct buf *b)
{
    return (struct span){b->p, b->n};
}

const char *buf_text(struct buf *b)
{
    if (b->over || b->n == b->cap) {
        b->over = true;
        return "";
    }
    b->p[b->n] = '\0';
    return b->p;
}

void buf_spans(struct buf *b, const struct span *list)
{
    for (; list->p; list++)
        buf_span(b, *list);
}
