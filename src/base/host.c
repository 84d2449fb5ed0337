/* host.c: host names as they go into DNS and HTTP: lower-case ASCII, other letters as punycode (RFC
 * 3492, RFC 5890).
 *
 * The full tables of Unicode are larger than this program. Letters are lower-cased by the rows
 * below, which cover the scripts that have two cases and registries that sell them; what needs more
 * care than that is refused, and may be written as xn--. */
#include "base/codec.h"

enum { LABEL_BYTES = 63, NAME_BYTES = 253, LABEL_CHARS = 63 };

static const struct {
    uint16_t from, to;
    int32_t add; /* to the capital; 0: refused; 1: capitals (of the parity of from) alternate */
} cases[] = {
    {0x0080, 0x00b6, 0}, {0x00b8, 0x00bf, 0}, {0x00d7, 0x00d7, 0}, {0x00f7, 0x00f7, 0}, /* signs */
    {0x00c0, 0x00de, 32},
    {0x0130, 0x0131, 0}, {0x0132, 0x0133, 0}, {0x013f, 0x0140, 0}, {0x0149, 0x0149, 0},
    {0x017f, 0x017f, 0},
    {0x0100, 0x0137, 1}, {0x0139, 0x0148, 1}, {0x014a, 0x0177, 1}, {0x0178, 0x0178, -121},
    {0x0179, 0x017e, 1},
    {0x0300, 0x036f, 0}, /* accents that should have been one with their letter */
    {0x0386, 0x0386, 38}, {0x0388, 0x038a, 37}, {0x038c, 0x038c, 64}, {0x038e, 0x038f, 63},
    {0x0391, 0x03ab, 32},
    {0x0400, 0x040f, 80}, {0x0410, 0x042f, 32}, {0x0460, 0x0481, 1}, {0x048a, 0x04bf, 1},
    {0x04c1, 0x04ce, 1}, {0x04d0, 0x052f, 1},
    {0x0531, 0x0556, 48},
    {0x1e00, 0x1e95, 1}, {0x1e9a, 0x1e9b, 0}, {0x1e9e, 0x1e9e, 0}, {0x1ea0, 0x1eff, 1},
    {0x2000, 0x2bff, 0}, /* punctuation, invisible marks, symbols */
    {0x3000, 0x3004, 0}, {0xd800, 0xf8ff, 0}, {0xfe00, 0xffff, 0}, /* signs, private use, forms */
};

/* 0: not in a host name. */
static uint32_t fold(uint32_t c)
{
    if (c < 0x80)
        return ascii_alnum((char)c) || c == '-' || c == '_' ? (uint8_t)ascii_lower((char)c) : 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (c < cases[i].from || c > cases[i].to)
            continue;
        if (cases[i].add == 1)
            return c + ((c ^ cases[i].from) & 1 ? 0 : 1);
        return cases[i].add ? c + (uint32_t)cases[i].add : 0;
    }
    return c;
}

/* RFC 3492 §6.1 with the values of §5. */
static unsigned adapt(uint32_t delta, uint32_t points, bool first)
{
    unsigned k = 0;
    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    for (; delta > 35 * 26 / 2; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

static void put_digit(struct buf *b, uint32_t digit)
{
    buf_char(b, (char)(digit < 26 ? 'a' + digit : '0' + digit - 26));
}

static void put_number(struct buf *b, uint32_t v, unsigned bias)
{
    for (unsigned k = 36;; k += 36) {
        unsigned t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (v < t)
            break;
        put_digit(b, t + (v - t) % (36 - t));
        v = (v - t) / (36 - t);
    }
    put_digit(b, v);
}

static uint32_t least_from(const uint32_t *c, size_t n, uint32_t from)
{
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < n; i++)
        if (c[i] >= from && c[i] < least)
            least = c[i];
    return least;
}

/* RFC 3492 §6.3. A label of 63 characters keeps delta below 64 * 0x110000, far from an overflow. */
static void put_punycode(struct buf *b, const uint32_t *c, size_t n)
{
    uint32_t next = 0x80, delta = 0, done = 0, basic;
    unsigned bias = 72;
    buf_z(b, "xn--");
    for (size_t i = 0; i < n; i++)
        if (c[i] < 0x80) {
            buf_char(b, (char)c[i]);
            done++;
        }
    basic = done;
    if (basic)
        buf_char(b, '-');
    while (done < n) {
        uint32_t m = least_from(c, n, next);
        delta += (m - next) * (done + 1);
        next = m;
        for (size_t i = 0; i < n; i++) {
            if (c[i] < next)
                delta++;
            if (c[i] != next)
                continue;
            put_number(b, delta, bias);
            bias = adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
        delta++;
        next++;
    }
}

static bool put_label(struct buf *b, struct span label)
{
    uint32_t c[LABEL_CHARS];
    size_t n = 0, start = b->n;
    bool ascii = true;
    while (label.n) {
        if (n == LABEL_CHARS || !utf8_next(&label, &c[n]))
            return false;
        c[n] = fold(c[n]);
        if (c[n] == 0)
            return false;
        ascii = ascii && c[n] < 0x80;
        n++;
    }
    if (n == 0 || c[0] == '-' || c[n - 1] == '-')
        return false;
    if (!ascii)
        put_punycode(b, c, n);
    else
        for (size_t i = 0; i < n; i++)
            buf_char(b, (char)c[i]);
    return b->n - start <= LABEL_BYTES;
}

bool host_put(struct buf *b, struct span name)
{
    size_t start = b->n;
    if (span_ends(name, SPAN(".")))
        name.n--;
    if (span_starts(name, SPAN("*."))) {
        buf_z(b, "*.");
        name = span_from(name, 2);
    }
    for (bool good = name.n > 0; good;) {
        good = put_label(b, span_cut(&name, '.'));
        if (name.p)
            buf_char(b, '.');
        else if (good && !b->over && b->n - start <= NAME_BYTES)
            return true;
    }
    b->n = start;
    return false;
}
