/* store.h: what a play has captured, in one bounded room: values kept grow from its beginning, the
 * fields of the row now being read from its end. */
#ifndef STORE_H
#define STORE_H

#include "base/span.h"

enum {
    STORE_MAX = 6400, /* 100 records with ids of 32 bytes, or a token of 2.5 KB and fewer */
    STORE_PAGE = 255, /* owner of the next page's mark */
};

struct store {
    uint16_t low, high; /* free is what lies between */
    bool over;          /* something did not fit; sticks */
    char room[STORE_MAX];
};

void store_init(struct store *s);
void store_put(struct store *s, unsigned owner, unsigned line, struct span value);
/* Walks the kept values of one owner, oldest first: *at begins with 0. */
bool store_next(const struct store *s, unsigned owner, uint16_t *at, uint8_t *line,
                struct span *value);
void store_forget(struct store *s, unsigned owner);

void store_row(struct store *s); /* a new row: its fields are forgotten */
void store_field(struct store *s, unsigned line, struct span value);
struct span store_get_field(const struct store *s, unsigned line,
                            unsigned nth); /* absent: none; in any order */

#endif
