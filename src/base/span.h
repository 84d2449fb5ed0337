/* span.h: a piece of text that somebody else owns. Never NUL-terminated, may hold any byte. */
#ifndef SPAN_H
#define SPAN_H

#include "base/base.h"

struct span {
    const char *p; /* NULL means absent; a present empty span has p != NULL and n == 0 */
    size_t n;
};

#define SPAN(literal) ((struct span){"" literal, sizeof(literal) - 1})
#define SPAN_NONE ((struct span){0, 0})
#define SPAN_INIT(literal) {"" literal, sizeof(literal) - 1} /* for static tables */

struct span span_z(const char *z); /* of a NUL-terminated text; NULL gives SPAN_NONE */
bool span_eq(struct span a, struct span b);
bool span_ieq(struct span a, struct span b); /* ASCII letters without case */
bool span_is(struct span a, const char *z);
bool span_starts(struct span a, struct span head);
bool span_istarts(struct span a, struct span head);
bool span_ends(struct span a, struct span tail);
long span_find(struct span a, struct span needle); /* offset of the first one, -1 if none */
long span_chr(struct span a, char c);              /* likewise */
/* The rest from `at` on, empty when past the end */
struct span span_from(struct span a, size_t at);
struct span span_upto(struct span a, size_t n);    /* the first n bytes, or all */
/* Without blanks, tabs, CR and LF at both ends */
struct span span_trim(struct span a);

/* Takes the part before the first `sep` off `rest` and returns it. Without a `sep` it takes all and
 * `rest` becomes SPAN_NONE, so "a," is "a" and "". Loop while rest->p. */
struct span span_cut(struct span *rest, char sep);
/* The next word of `rest` parted by blanks and tabs; n == 0 when there is none. */
struct span span_word(struct span *rest);

/* Decimal digits only, no sign, at most max */
bool span_u64(struct span a, uint64_t max, uint64_t *out);

char ascii_lower(char c);
bool ascii_alnum(char c);
bool ascii_digit(char c);
bool ascii_alpha(char c);

#endif
