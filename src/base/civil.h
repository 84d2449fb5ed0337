/* civil.h: the civil calendar and durations; nothing here knows time zones other than UTC. */
#ifndef CIVIL_H
#define CIVIL_H

#include "base/buf.h"

struct civil {
    int year;
    uint8_t month, day, hour, minute, second, weekday; /* month 1–12, weekday 0 = Sunday */
};

void civil_of(int64_t unix_s, struct civil *out);
int64_t civil_unix(const struct civil *c);
void civil_put(struct buf *b, int64_t unix_s);       /* 2026-11-22T23:23:35Z */
void civil_put_basic(struct buf *b, int64_t unix_s); /* 20261122T232335Z, as signatures want it */
void civil_put_http(struct buf *b, int64_t unix_s);  /* Sun, 22 Nov 2026 23:23:35 GMT */
bool civil_parse(struct span s, int64_t *out);       /* what civil_put writes */
/* IMF-fixdate of RFC 9110 §5.6.7; the two old forms too. */
bool civil_parse_http(struct span s, int64_t *out);

/* 30s, 5m, 2h, 25d, or a bare number of seconds. */
bool span_seconds(struct span s, uint32_t *out);
void seconds_put(struct buf *b, uint64_t s); /* largest exact unit: 5m, 90s, 2h; "0s" */
void millis_put(struct buf *b, uint64_t ms); /* for people: 85 ms, 2.1 s, 3 min */

#endif
