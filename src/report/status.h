/* status.h: `ddns status` in both forms, from conf and state alone; decide_resume has been called
 * for the records. */
#ifndef STATUS_H
#define STATUS_H

#include "report/state.h"

enum { STATUS_LINE_MAX = 1024 }; /* a record's line or member at its longest */
enum status_verdict { STATUS_RIGHT, STATUS_PENDING, STATUS_WRONG };

/* Column titles, or '['. */
void status_head(struct buf *b, const struct conf *c, const struct state *s, bool json);
/* One line (text) or one array member (JSON) for record i; the caller writes it out and calls for
 * the next. */
enum status_verdict status_record(struct buf *b, const struct conf *c, const struct state *s,
                                  size_t i, bool json, struct now now);
void status_tail(struct buf *b, bool json);

#endif
