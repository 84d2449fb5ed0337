/* codec.c: base64, hex and percent encoding. */
#include "base/codec.h"

static const char base64_common[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static void base64_any(struct buf *b, const uint8_t *p, size_t n, const char last[2], bool padded)
{
    for (; n; p += n < 3 ? n : 3, n -= n < 3 ? n : 3) {
        uint32_t v = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0) | (n > 2 ? p[2] : 0);
        for (unsigned i = 0; i < 4; i++, v <<= 6) {
            unsigned digit = v >> 18 & 63;
            if (i <= n)
                buf_char(b, digit < 62 ? base64_common[digit] : last[digit - 62]);
            else if (padded)
                buf_char(b, '=');
        }
    }
}

void base64_put(struct buf *b, const void *p, size_t n)
{
    base64_any(b, p, n, "+/", true);
}

void base64url_put(struct buf *b, const void *p, size_t n)
{
    base64_any(b, p, n, "-_", false);
}

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (ascii_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

long base64_read(struct span text, uint8_t *out, size_t cap)
{
    static const uint8_t spare[4] = {[2] = 15, [3] = 3};
    size_t n = 0, digits = 0, pads = 0;
    uint32_t v = 0;
    for (size_t i = 0; i < text.n; i++) {
        int digit = base64_digit(text.p[i]);
        if (span_chr(SPAN(" \t\r\n"), text.p[i]) >= 0)
            continue;
        if (text.p[i] == '=' && ++pads <= 2)
            continue;
        if (digit < 0 || pads)
            return -1;
        v = v << 6 | (uint32_t)digit;
        if (digits++ % 4 == 0)
            continue;
        if (n == cap)
            return -1;
        out[n++] = (uint8_t)(v >> (6 - 2 * ((digits - 1) % 4)));
    }
    /* A lone digit says nothing, padding must fill up the four, and the bits left over must be
     * zero. */
    if (digits % 4 == 1 || (pads && (digits + pads) % 4) || (v & spare[digits % 4]))
        return -1;
    return (long)n;
}

int hex_value(char c)
{
    c = ascii_lower(c);
    return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

long hex_read(struct span text, uint8_t *out, size_t cap)
{
    if (text.n % 2 || text.n / 2 > cap)
        return -1;
    for (size_t i = 0; i < text.n / 2; i++) {
        int high = hex_value(text.p[2 * i]), low = hex_value(text.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return -1;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return (long)(text.n / 2);
}

void percent_put(struct buf *b, struct span s, const char *keep)
{
    struct span stay = span_z(keep);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (ascii_alnum(c) || span_chr(SPAN("-._~"), c) >= 0 || span_chr(stay, c) >= 0) {
            buf_char(b, c);
            continue;
        }
        buf_char(b, '%');
        buf_char(b, "0123456789ABCDEF"[(uint8_t)c >> 4]);
        buf_char(b, "0123456789ABCDEF"[c & 15]);
    }
}
