/* reply.h: reads a reply as it comes and keeps what the phase wants of it: the fields of a row, the
 * codes, the words for the user. JSON is never kept whole; of a text the first 4 KB. */
#ifndef REPLY_H
#define REPLY_H

#include "base/json.h"
#include "provider/recipe.h"
#include "provider/store.h"

enum { REPLY_CODES = 4, REPLY_CODE_MAX = 64, REPLY_SAY_MAX = 96, REPLY_TEXT_MAX = 4096 };

struct reply {
    const struct recipe *r;
    struct store *store;
    uint8_t phase;
    bool aaaa;       /* which side of {x|y} in paths */
    bool is_json;    /* a JSON path is in force: the body is read as JSON */
    bool over;       /* a wanted value was longer than what is kept */
    bool rows_seen;  /* `rows` was there: array, object or null */
    uint8_t code_count, say_rank;
    uint8_t code_n[REPLY_CODES], say_n;
    enum json_event json_end; /* JSON_END: the whole body was one JSON value */
    uint32_t size;   /* of the body */
    uint16_t text_n;
    char code[REPLY_CODES][REPLY_CODE_MAX];
    char say[REPLY_SAY_MAX];
    union {
        struct json json;
        char text[REPLY_TEXT_MAX];
    } u;
};

void reply_begin(struct reply *y, const struct recipe *r, unsigned phase, bool aaaa,
                 struct store *store);
/* Reads on; true: a row is complete, its fields are in the store until the next call, *part holds
 * what is left. */
bool reply_feed(struct reply *y, struct span *part);
/* After the last byte. True: the reply as a whole is a row. */
bool reply_end(struct reply *y);
struct span reply_code(const struct reply *y, unsigned i);
struct span reply_text(const struct reply *y); /* absent in JSON */
/* The path in the recipe, with {x|y} chosen, against that of a value; `any`: a component 0 stands
 * for every index. */
bool reply_path_is(struct span pattern, struct span path, bool aaaa, bool any);
bool reply_reads(const struct recipe *r, unsigned phase,
                 bool marks); /* is a mark, or else a JSON path, in force */

#endif
