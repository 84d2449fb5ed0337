/* state.h: what is remembered across restarts, and its file. Text lines, so that a person can read
 * it; every word is followed by one value, what is not known or zero is left out:
 *
 *   ddns state 1
 *   record "cloudflare home" home.example.com A ip 203.0.113.7 since 1763850000 wrote 1763850000
 *   end 5d41402a                      (CRC-32 of all lines before)
 *
 * A file without a right `end` line is torn or was edited: state_read fails and nothing of it is
 * used. Lines and words that a later version added are skipped, and not kept. */
#ifndef STATE_H
#define STATE_H

#include "base/hash.h"
#include "config/conf.h"

enum { KEEP_MAX = 3, KEEP_TEXT = 64 };

/* A record's life. Persisted unless marked. Index = index in conf.records. All zero: nothing known.
 * Times are unix seconds, 0 unknown or not yet. */
struct record {
    struct addr published; /* what the provider last took or live DNS showed; family 0: unknown */
    struct addr before;    /* what was published until then: DNS may go on answering it for a while */
    struct addr trying;    /* set before a request goes out, taken away when its outcome is known */
    int64_t since;         /* published holds since then */
    int64_t live;          /* the authoritative servers were seen to answer it */
    int64_t wrote;         /* the provider last took or confirmed it */
    int64_t tried;         /* the last attempt: the clock the next two were reckoned by */
    int64_t not_before;    /* end of back-off, of the provider's wish or of the gap */
    int64_t allowance;     /* when it may again be written as often as a fresh one */
    uint16_t failures;     /* in a row */
    struct fail fail;      /* why the last attempt failed; kind FAIL_NONE when it did not */
    bool stopped;          /* AUTH, CONFIG, ABUSE: until the section changes */
    uint32_t fingerprint;  /* of the section when it was stopped */
    /* not persisted */
    bool looked;           /* live DNS was asked since the start, or since the last lost answer */
    bool busy;             /* part of a running play */
    bool unsure;           /* the outcome of an attempt before the last one was not known either */
    uint64_t not_before_tick, allowance_tick; /* the same on the clock that does not step */
    uint64_t wrote_tick, tried_tick; /* 0: not in this run */
    uint64_t look_tick;    /* when DNS must know what became of a lost attempt; 0: none to wait for */
    char keep[KEEP_MAX][KEEP_TEXT]; /* ids a recipe remembers (zid, rid, …), NUL-terminated */
};

struct state {
    struct record records[RECORDS_MAX];
    bool dirty; /* something persisted changed since state_write */
};

/* Takes what `text` knows of the records of `conf`; unknown ones are forgotten (they were removed
 * from ddns.cfg). FAIL: damaged; every record is as if nothing were known, and the caller keeps the
 * file aside. Only as many records as `conf` has are touched. */
enum step state_read(struct state *s, const struct conf *c, struct span text, struct fail *f);
/* The whole file. When it would not fit into `out`, the texts of failures are left out, for they
 * only explain; out->over when even that is too long. */
void state_write(const struct state *s, const struct conf *c, struct buf *out);

#endif
