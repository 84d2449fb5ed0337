/* writer.h: expands templates: how a value is written so that it cannot leave its place. Values are
 * never scanned again. A name without a value takes its surroundings along: in query and form the
 * parameter, in JSON the member with its comma, the whole of a header; elsewhere that is a mistake.
 */
#ifndef WRITER_H
#define WRITER_H

#include "base/buf.h"
#include "provider/template.h"

/* The places of an expanded text, each with its own escape. */
enum place {
    PLACE_HOST,   /* of a URL, with its scheme: one label of letters, digits, '-'. Goes on as PATH,
                     then as QUERY */
    PLACE_PATH,   /* RFC 3986 unreserved, '@' and '*' stay, the rest %XX; not empty */
    PLACE_QUERY,  /* unreserved stay */
    PLACE_FORM,   /* likewise */
    PLACE_JSON,   /* string escapes; bare: number, true, false, null */
    PLACE_XML,    /* numeric entities */
    PLACE_HEADER, /* visible ASCII without '"' and '\' */
    PLACE_BASIC,  /* user:password before base64: no control characters, no ':' in the user */
    PLACE_WORD    /* a word to compare with: as it is */
};
enum place writer_place(struct span body); /* FORM, JSON or XML, by its first character */

enum { SCOPE_SCRATCH = 64 };
/* Where values come from: absent when a name has none. `scratch` may hold what is returned. */
struct scope {
    struct span (*get)(const void *self, size_t item, struct span name,
                       char scratch[SCOPE_SCRATCH]);
    const void *self;
    size_t first, items; /* the item that names outside {each} mean; how many there are */
};

struct writer {
    struct buf *out;
    const struct scope *scope;
    enum place place;
    size_t item;
    size_t start; /* of the parameter or member now written, its separator included */
    uint8_t slashes, depth;
    bool begun, had;    /* a parameter was written; before `start` */
    bool skipping, in_string, escaped;
    struct span bad;    /* the name that spoilt it; absent: all is well */
    const char *why;    /* of `bad`: NULL when it has no value */
};

void writer_init(struct writer *w, struct buf *out, enum place place, const struct scope *scope);
void writer_text(struct writer *w, struct span text); /* taken as it stands, {} too */
void writer_put(struct writer *w, struct template t); /* stops at the first bad name */

#endif
