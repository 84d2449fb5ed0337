/* buf.h: the bounded writer that does all formatting. Once something did not fit, `over` sticks and
 * nothing more is written: the caller checks it once, at the end, and fails naming the bound. */
#ifndef BUF_H
#define BUF_H

#include "base/span.h"

struct buf {
    char *p;
    size_t n, cap;
    bool over;
};

#define BUF(array) ((struct buf){.p = (array), .cap = sizeof(array)})

void buf_put(struct buf *b, const void *p, size_t n);
void buf_span(struct buf *b, struct span s);
void buf_z(struct buf *b, const char *z);
void buf_char(struct buf *b, char c);
void buf_u64(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);
void buf_pad(struct buf *b, uint64_t v, unsigned width); /* decimal, zeros in front */
void buf_hex(struct buf *b, const void *p, size_t n);    /* lower-case */
void buf_u16be(struct buf *b, unsigned v);
void buf_u32be(struct buf *b, uint32_t v);
/* Server text for a person: control bytes, quotes of terminals (ESC, C1) and broken UTF-8 become
 * '?', at most max bytes, cut at a character. */
void buf_safe(struct buf *b, struct span s, size_t max);
struct span buf_view(const struct buf *b); /* what was written so far */
/* The same NUL-terminated; needs one spare byte, else sets over and gives "". */
const char *buf_text(struct buf *b);

/* buf_all(&b, SPAN("host "), host, SPAN(": ok")): writes spans one after another. */
#define buf_all(b, ...) buf_spans((b), (const struct span[]){__VA_ARGS__, {0, 0}})
/* Ends at p == NULL: absent spans end the list. */
void buf_spans(struct buf *b, const struct span *list);

#endif
