/* json.h: a JSON reader (RFC 8259) fed in pieces of any size. It keeps one path and one scalar, no
 * tree. */
#ifndef JSON_H
#define JSON_H

#include "base/span.h"

/* Tokens of providers reach 2.5 KB. */
enum { JSON_DEPTH_MAX = 24, JSON_PATH_MAX = 256, JSON_TEXT_MAX = 4096 };

enum json_event {
    JSON_MORE,                         /* all input used, feed again */
    JSON_OPEN_OBJECT, JSON_OPEN_ARRAY, /* path is that of the container */
    JSON_CLOSE,                        /* a container ended, path is that of the container */
    JSON_STRING, JSON_NUMBER, JSON_TRUE, JSON_FALSE, JSON_NULL, /* scalars: in path and text */
    JSON_END, /* the top value ended, told once; only blanks may follow */
    JSON_BAD  /* not JSON; sticks */
};

struct json {
    uint8_t state, depth, hex_left;
    bool key;       /* the string being read is a key and goes to path */
    bool path_over; /* the path is longer than kept: it equals nothing */
    bool text_over; /* the scalar is longer than kept: text holds its beginning */
    uint32_t code;  /* \u escape in the making */
    uint16_t high;  /* first half of a surrogate pair */
    uint16_t path_n, text_n;
    /* Length of the path at each open container; UINT16_MAX when it was over */
    uint16_t mark[JSON_DEPTH_MAX];
    uint32_t index[JSON_DEPTH_MAX]; /* next index of an array; UINT32_MAX for an object */
    uint8_t literal, literal_n;
    /* Keys and indexes joined by '.', e.g. result.0.id; '.' and controls in keys become \x1f */
    char path[JSON_PATH_MAX];
    char text[JSON_TEXT_MAX]; /* string unescaped, number as written, "true", "false", "null" */
};

void json_init(struct json *j);
/* Reads on from *p, stops after each event. */
enum json_event json_next(struct json *j, const char **p, const char *end);
/* After the last byte: a bare number at the top ends only here. JSON_END, or JSON_BAD when the text
 * is not whole. */
enum json_event json_finish(struct json *j);
/* "" for the top value; a text that no key can make when it is over. */
struct span json_path(const struct json *j);
struct span json_text(const struct json *j);

#endif
