/* utf8.c: reading and writing UTF-8 (RFC 3629). */
#include "base/codec.h"

/* Length of a character by its first byte, and the least value that needs that length; 0: not a
 * first byte. */
static unsigned lead(uint8_t c, uint32_t *bits, uint32_t *least)
{
    static const struct { uint8_t mask, mark; uint32_t least; } forms[] = {
        {0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000},
    };
    for (unsigned i = 0; i < COUNT(forms); i++)
        if ((c & forms[i].mask) == forms[i].mark) {
            *bits = c & ~(uint32_t)forms[i].mask;
            *least = forms[i].least;
            return i + 1;
        }
    return 0;
}

bool utf8_next(struct span *rest, uint32_t *out)
{
    uint32_t c = 0, least = 0;
    struct span s = *rest;
    unsigned n = lead((uint8_t)s.p[0], &c, &least);
    *out = (uint8_t)s.p[0];
    *rest = span_from(s, 1);
    if (n == 0 || n > s.n)
        return false;
    for (unsigned i = 1; i < n; i++) {
        if ((s.p[i] & 0xc0) != 0x80)
            return false;
        c = c << 6 | (s.p[i] & 0x3f);
    }
    if (c < least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return false;
    *out = c;
    *rest = span_from(s, n);
    return true;
}

bool utf8_valid(struct span s)
{
    uint32_t c;
    while (s.n)
        if (!utf8_next(&s, &c))
            return false;
    return true;
}

size_t utf8_write(char out[4], uint32_t c)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    if (n == 1) {
        out[0] = (char)c;
        return 1;
    }
    for (size_t i = n; --i > 0; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(0xf00 >> n | c); /* n ones, a zero, the rest */
    return n;
}
