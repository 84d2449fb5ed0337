/* unpack.c: the texts of the embedded recipes. */
#include "provider/unpack.h"

/* Takes one symbol off the bits from *at on; -1 when they end before it does. */
static int next_symbol(struct span packed, size_t *at)
{
    unsigned code = 0, first = 0, number = 0;
    for (unsigned i = 0; i < UNPACK_BITS && *at < packed.n * 8; i++, ++*at) {
        code = code << 1 | ((uint8_t)packed.p[*at / 8] >> (7 - *at % 8) & 1);
        first <<= 1;
        if (code - first < recipes_codes[i]) {
            ++*at;
            return (int)(number + code - first);
        }
        first += recipes_codes[i];
        number += recipes_codes[i];
    }
    return -1;
}

static void put_symbol(unsigned symbol, struct buf *out)
{
    uint16_t waiting[UNPACK_DEPTH] = {(uint16_t)symbol};
    for (size_t n = 1; n;) {
        const uint8_t *s = recipes_symbols[waiting[--n]];
        unsigned left = s[0] | (s[1] & 15u) << 8, right = s[1] >> 4 | (unsigned)s[2] << 4;
        if (right == UNPACK_LITERAL) {
            buf_char(out, (char)left);
        } else {
            waiting[n++] = (uint16_t)right;
            waiting[n++] = (uint16_t)left;
        }
    }
}

void unpack_text(struct span packed, struct buf *out)
{
    size_t at = 0;
    for (int symbol; !out->over && (symbol = next_symbol(packed, &at)) >= 0;)
        put_symbol((unsigned)symbol, out);
}

void unpack_section(size_t nth, struct buf *out)
{
    const void *packed = recipes_packed + recipes_at[nth];
    unpack_text((struct span){packed, (size_t)(recipes_at[nth + 1] - recipes_at[nth])}, out);
}

struct span unpack_id(size_t nth)
{
    const char *id = recipes_ids;
    while (*id && nth--)
        id += strlen(id) + 1;
    return *id ? span_z(id) : SPAN_NONE;
}
