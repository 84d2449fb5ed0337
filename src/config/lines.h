/* lines.h: the line reader shared by ddns.cfg, recipes and transcripts' headers.
 *
 *   # comment            blank lines and lines whose first non-blank is '#' are skipped
 *   [section rest]       LINE_SECTION: key = the words inside the brackets
 *   key = value          LINE_SETTING: key, name absent
 *   key NAME = value     LINE_SETTING: key and name (need token = …, header Authorization = …,
 *                        let rid = id); a '=' inside a quoted name ("<a b=") is part of it
 *
 * A key is letters, digits, '_' and '-'. Values lose blanks at both ends and may be empty. With
 * `comments` " #" outside quotes begins a comment; without, a value is taken to the line's end. A
 * value wholly in "…" is literal: quotes taken off, \" and \\ are the only escapes and are left for
 * line_unquote. A value that only begins with a quote is given as written. CR before LF, a BOM at
 * the start and a missing last LF are accepted. */
#ifndef LINES_H
#define LINES_H

#include "base/buf.h"

enum line_kind { LINE_END, LINE_SECTION, LINE_SETTING, LINE_BAD };

struct lines {
    struct span rest;
    unsigned number; /* of the line last read */
    bool comments;   /* " #" ends a value */
};

struct line {
    unsigned number, column; /* column: the byte of a LINE_BAD that is no text, from 1; else 0 */
    struct span key, name, value;
    bool quoted;       /* the value stood in "…" as a whole */
    bool section;      /* LINE_BAD: it was meant as a section's header */
    const char *wrong; /* LINE_BAD: what is wrong and what to write instead */
};

void lines_init(struct lines *l, struct span text, unsigned first, bool comments);
enum line_kind lines_next(struct lines *l, struct line *out);
void line_unquote(struct buf *b, struct span value); /* of a quoted value: \" and \\ undone */

#endif
