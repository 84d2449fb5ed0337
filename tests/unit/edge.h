/* edge.h: for tests of readers: input at the very end of an array, so that the sanitizer sees a
 * read behind it; names. */
#ifndef EDGE_H
#define EDGE_H

#include "base/buf.h"

/* The copy stands until the next call. */
static inline struct span edge(struct span s)
{
    static char arena[70000];
    struct span copy = {arena + sizeof arena - s.n, s.n};
    if (s.n)
        memmove(arena + sizeof arena - s.n, s.p, s.n);
    return copy;
}

/* A test's name made of input: one line, whatever is in it. */
static inline const char *shown(const char *text)
{
    static char name[120];
    struct buf b = BUF(name);
    buf_safe(&b, span_z(text), sizeof name - 1);
    return buf_text(&b);
}

#endif
