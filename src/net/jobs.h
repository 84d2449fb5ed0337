/* jobs.h: the four kinds of work a slot does: how each begins, and what its end means. Part of the cycle. */
#ifndef JOBS_H
#define JOBS_H

#include "net/cycle.h"

struct slot *jobs_free_slot(struct cycle *c);
struct span jobs_account(const struct cycle *c, unsigned account);
const struct addr *jobs_seen(const struct cycle *c, unsigned record); /* the address this record should have; family 0 unknown */

void jobs_quest(struct cycle *c, struct slot *s, unsigned quest, struct now now);
bool jobs_play(struct cycle *c, struct slot *s, unsigned account, struct now now); /* false: nothing was started */
void jobs_look(struct cycle *c, struct slot *s, unsigned account, struct now now);
void jobs_proof(struct cycle *c, struct slot *s, unsigned account, struct now now);
void jobs_ended(struct cycle *c, struct slot *s, struct now now);

/* say.c: the cycle's log lines */
enum { TOOK_NOTHING = -1 };
void say_quest(struct cycle *c, const struct slot *s, const struct fail *before, struct now now);
void say_record(struct cycle *c, enum log_level level, unsigned record, const struct addr *a, int64_t took_ms,
                const struct fail *fail, struct span message, struct now now);
void say_live(struct cycle *c, unsigned record, const struct addr *a, uint64_t after_ms, struct now now);
void say_failed(struct cycle *c, unsigned record, const struct addr *a, const struct fail *fail, struct now now);

#endif
