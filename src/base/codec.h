/* codec.h: base64, hex, percent encoding, UTF-8, and host names (IDN to punycode). */
#ifndef CODEC_H
#define CODEC_H

#include "base/buf.h"

void base64_put(struct buf *b, const void *p, size_t n);    /* RFC 4648 §4, padded */
void base64url_put(struct buf *b, const void *p, size_t n); /* §5, no padding */
/* Strict: alphabet of §4, right padding (or none), blanks and line ends skipped. Returns the bytes
 * written, -1 if wrong or too long. */
long base64_read(struct span text, uint8_t *out, size_t cap);
int hex_value(char c); /* 0–15 of a digit of either case, -1 of anything else */
long hex_read(struct span text, uint8_t *out, size_t cap);
/* RFC 3986 unreserved and `keep` stay, the rest %XX */
void percent_put(struct buf *b, struct span s, const char *keep);

/* UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_valid(struct span s);
/* Takes one character off `rest`, which must not be empty. False: broken, one byte was taken and is
 * in *out. */
bool utf8_next(struct span *rest, uint32_t *out);
size_t utf8_write(char out[4], uint32_t c); /* returns the bytes written */

/* A host name as it goes into DNS and HTTP: lower-case, labels of non-ASCII letters as xn-- (RFC
 * 3492), no final dot. `*` is taken as first label, `_` inside labels. Labels 1–63 bytes, whole at
 * most 253. False: not a host name. */
bool host_put(struct buf *b, struct span name);

#endif
