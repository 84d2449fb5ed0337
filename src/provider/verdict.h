/* verdict.h: what a complete reply means: the words of the recipe tried top to bottom, then the
 * HTTP status. */
#ifndef VERDICT_H
#define VERDICT_H

#include "base/fail.h"
#include "proto/request.h"
#include "provider/reply.h"
#include "provider/writer.h"

enum outcome { OUTCOME_OK, OUTCOME_SAME, OUTCOME_NONE, OUTCOME_BUSY, OUTCOME_FAIL };

struct verdict {
    enum outcome outcome;
    enum fail_kind kind; /* of OUTCOME_FAIL */
    struct span seen;    /* the value that decided, or the first one; points into the reply */
    const char *why;     /* PROTO: what is wrong with the reply */
};

/* Judges the reply for one item. `text`: its line, or the whole text; absent in JSON. `scope` gives
 * {ip} in words. */
struct verdict verdict_of(const struct reply *y, const struct reply_head *head, struct span text,
                          const struct scope *scope);
/* Says it: `detail` is what the provider said (may be empty), `keys` names the credentials'
 * settings. */
void verdict_fail(struct fail *f, const struct verdict *v, const struct reply_head *head,
                  struct span detail, struct span keys);

#endif
