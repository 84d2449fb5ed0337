/* text.h: what log and status share: JSON strings and members, columns. */
#ifndef TEXT_H
#define TEXT_H

#include "base/fail.h"
#include "base/buf.h"

/* "…" as RFC 8259 §7 wants it. Control characters and broken UTF-8 become '?'; at most `max` bytes
 * between the quotes, cut at a character. */
void text_json(struct buf *b, struct span s, size_t max);
void text_member(struct buf *b, const char *name, struct span s, size_t max); /* ,"name":"…" */
void text_number(struct buf *b, const char *name, int64_t v);                 /* ,"name":7 */
/* ,"kind":"auth","layer":"provider","code":9109,"error":"…": at most TEXT_FAIL_MAX bytes; nothing
 * when there is no failure. */
void text_fail(struct buf *b, const struct fail *f);
enum { TEXT_ERROR_MAX = 170, TEXT_FAIL_MAX = 250 };

/* Cleaned, with blanks up to width + 2. */
void text_column(struct buf *b, struct span s, size_t width);

#endif
