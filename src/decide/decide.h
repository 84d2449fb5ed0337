/* decide.h: pure policy: from what was published, what is seen now and what happened before to
 * what to do. All times are given; jitter is a random number of the caller, so that a simulation
 * replays.
 *
 * While running only ticks count. The wall clock is used for what lasts longer than a run, and
 * trusted only as far as it agrees with itself: a wait that was written down is never taken for
 * longer than it was, and for as long as it was when the clock makes no sense. */
#ifndef DECIDE_H
#define DECIDE_H

#include "report/state.h"

enum decision_kind {
    DECIDE_NOTHING, /* the record is as it should be */
    DECIDE_LOOK,    /* what is published is not known, or an attempt was cut short: ask live DNS */
    DECIDE_UPDATE,  /* write `seen` */
    DECIDE_HOLD     /* something is to be done but not before `until`, or not at all (`forever`) */
};

struct decision {
    enum decision_kind kind;
    bool forever;        /* until the account's section changes */
    uint64_t until;      /* tick */
    const char *because; /* of DECIDE_HOLD; a constant, so that it can be compared as a pointer */
};

struct policy {
    uint32_t gap_s;     /* least time between two writes of a record, from the recipe; 0 none */
    uint32_t refresh_s; /* longest time without a write; 0 none */
};

struct decision decide(const struct record *r, const struct addr *seen, const struct policy *p,
                       uint32_t fingerprint, struct now now);
/* Before a request for `to` goes out: remembers the attempt (state must be on disk before the first
 * byte is sent), and begins the gap. */
void decide_trying(struct record *r, const struct addr *to, const struct policy *p, struct now now);
/* The provider took it, or said it is so already (changed = false). */
void decide_done(struct record *r, const struct addr *to, bool changed, struct now now);
/* AUTH, CONFIG and ABUSE stop the record until the section changes; WAIT holds for what the server
 * named, else the larger of gap and WAIT_DEFAULT; all others back off. */
void decide_failed(struct record *r, const struct fail *why, const struct policy *p,
                   uint32_t fingerprint, uint32_t jitter, struct now now);
/* Live DNS answered `found` (family 0: no such record, or not known). */
void decide_looked(struct record *r, const struct addr *found, const struct addr *seen,
                   struct now now);
/* After state_read: turns wall-clock deadlines into ticks. */
void decide_resume(struct record *r, uint32_t fingerprint, struct now now);
bool decide_stopped(const struct record *r, uint32_t fingerprint);

#endif
