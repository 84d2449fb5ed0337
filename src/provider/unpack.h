/* unpack.h: the embedded recipes as pack.c leaves them in the exe: a third of their size, and each
 * section can be unpacked alone.
 *
 * A symbol stands for one byte, or for two other symbols. The text of a section is a row of symbols
 * in canonical Huffman code, first bit uppermost; the bits that are left of its last byte are ones
 * and no symbol. Symbols are numbered in the order of their codes, those that only occur in others
 * last. */
#ifndef UNPACK_H
#define UNPACK_H

#include "base/buf.h"

enum {
    UNPACK_BITS = 16,       /* the longest code */
    UNPACK_DEPTH = 32,      /* symbols that wait while one is taken apart */
    UNPACK_LITERAL = 0xfff, /* in place of the right half: the left one is a byte */
};

/* Written by pack.c, which refuses recipes that go over a bound. */
extern const char recipes_ids[];               /* a NUL after each, an empty one at the end */
extern const uint16_t recipes_at[];            /* where sections begin, then where the last ends */
extern const uint8_t recipes_packed[];         /* their texts, without the [id] line */
extern const uint16_t recipes_codes[UNPACK_BITS]; /* how many are 1, 2, … bits long */
extern const uint8_t recipes_symbols[][3];     /* left and right half, 12 bits each */

/* The id of the nth section; absent past the end. */
struct span unpack_id(size_t nth);
/* Writes its text; out->over is set when it did not fit. */
void unpack_section(size_t nth, struct buf *out);
/* Any bytes give some text: damage is not seen. */
void unpack_text(struct span packed, struct buf *out);

#endif
