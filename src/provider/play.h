/* play.h: inside of a play, for the files that make it up. The rest of the program sees provider.h.
 *
 * A play walks the phases of its recipe. In each it takes the first unit that is due, puts with it
 * all that ask for the very same request (group.c), writes that (build.c), reads the reply
 * (reply.c), judges it (verdict.c) and marks the units (act.c). Values of names come from names.c.
 */
#ifndef PLAY_H
#define PLAY_H

#include "proto/url.h"
#include "provider/provider.h"
#include "provider/reply.h"
#include "provider/sign.h"
#include "provider/writer.h"

enum {
    PLAY_REQUESTS = 600, /* more than 128 records can need: such a play goes round in circles */
    PLAY_PAGES = 8, PLAY_POLLS = 15, PLAY_POLL_MS = 2000, PLAY_CANDIDATES = 8, PLAY_ZONES = 16,
    PLAY_URL_MAX = 2048, /* 20 names of a dyndns2 batch take 1.2 KB */
    NOTHING = 255,
};

/* Owners in the store: units by their index, then zones, then the play. */
enum { OWNER_ZONE = PLAY_ITEMS_MAX, OWNER_PLAY = 254 }; /* STORE_PAGE is 255 */
_Static_assert((int)OWNER_ZONE + (int)PLAY_ZONES < (int)OWNER_PLAY, "owners are one byte");

enum unit_flag {
    UNIT_IN = 1, /* takes part: a due item, or the first of a host whose addresses go together */
    UNIT_HANDLED = 2, /* in this phase */
    UNIT_FOUND = 4,   /* the record is there */
    UNIT_WRITTEN = 8,
    UNIT_SAME = 16,
    UNIT_FAILED = 32,
    UNIT_ALONE = 64, /* its group failed: it is asked for on its own */
    UNIT_KEPT = 128, /* plays with ids remembered from an earlier play */
};

/* How near a row is to what the item wants. */
enum rank { RANK_NONE, RANK_OTHER, RANK_PUBLISHED, RANK_RIGHT };

struct unit {
    uint8_t flags, zone; /* zone: index, or NOTHING */
    uint8_t rows, rank;  /* values seen at its name; of the one captured */
};

struct play_zone {
    uint8_t item, skip; /* its name is the host of that item from there on */
    bool known;         /* the provider has it, and what `zones` captures is there */
};

struct player {
    const struct asker *ops; /* first, for play_asker: ours, or a dialect's */
    struct play_setup setup;
    struct play_item *items;
    struct recipe recipe;
    struct now now;
    struct fail fail;        /* what ended the play */
    struct unit units[PLAY_ITEMS_MAX];
    struct play_zone zones[PLAY_ZONES];
    uint8_t group[PLAY_ITEMS_MAX];
    uint16_t group_n, requests;
    uint8_t zone_count;
    uint8_t at, phase; /* index of the phase to come; the phase now, KEY_HEAD before the first */
    uint8_t candidate; /* `zones`: where in the host the candidate begins; NOTHING: none left */
    uint8_t tries, pages, polls, what_n;
    bool again;    /* the same group once more: next page, next candidate, still busy */
    bool restart;  /* from the first phase, for units whose remembered ids were wrong */
    bool logged_in, paging, ended, tls;
    bool lost_id;  /* a row that matched had no id */
    uint64_t not_before;
    struct reply_head head;
    struct url url;
    struct store store;
    struct reply reply;
    char location[96];
    char what[160];
    char url_text[PLAY_URL_MAX];
    char out[REQUEST_MAX];
};

/* provider.c: the recipe of an account: its own, or the embedded one, which goes into r->room[1].
 * False: there is none. */
bool provider_text(const struct account *a, struct span own, struct recipe *r, struct span *text,
                   unsigned *first, bool *mixed);

/* play.c */
void play_fail_unit(struct player *p, size_t unit, const struct fail *f);
void play_stop(struct player *p, const struct fail *f); /* ends the play: whatever is open fails */

/* names.c */
struct scope names_scope(const struct player *p, size_t item); /* one item */
struct scope names_group(const struct player *p);              /* the group, for {each} */
struct span names_get(const void *self, size_t item, struct span name,
                      char scratch[SCOPE_SCRATCH]);
struct span names_setting(const struct conf *c, const struct account *a, struct span name);
struct span names_zone(const struct player *p, size_t item); /* absent: not known */
/* The same, or below it by whole labels. */
bool names_in_zone(struct span host, struct span zone);
/* No value of a secret setting stays in the text. */
void names_scrub(const struct player *p, struct fail *f);
/* "user and password": the credentials that this recipe takes. */
void names_keys(const struct player *p, struct buf *out);

/* group.c */
bool group_next(struct player *p); /* the next group to ask for; false: the play is over */
bool group_last(const struct player *p);
/* Is the line part of the phase's request? Is `what` in it, inside {each} too? */
bool group_in_request(const struct recipe *r, const struct recipe_line *l, unsigned phase);
bool group_uses(const struct recipe *r, unsigned phase, const char *what);
bool group_has_each(const struct recipe *r, unsigned phase);
/* A write that names no address: the provider goes by where it comes from. */
bool group_no_address(const struct recipe *r, unsigned phase);

/* zone.c. Candidates are told as how many bytes of the host to leave out. */
void zone_start(struct player *p);        /* from settings, and remembered ones */
bool zone_listed(const struct recipe *r); /* `zones` asks once for all */
uint8_t zone_first(const struct player *p, size_t item);
uint8_t zone_next(const struct player *p, size_t item, uint8_t skip); /* NOTHING: no more */
/* Of the unit's zone, set or found; NOTHING: it has none. */
uint8_t zone_skip(const struct player *p, size_t item);
bool zone_unknown(const struct player *p, size_t item); /* to the provider, so far */
uint8_t zone_add(struct player *p, size_t item, uint8_t skip); /* NOTHING: too many */
void zone_share(struct player *p, size_t item); /* the zone just found serves others below it */
void zone_keep(struct player *p, size_t unit);  /* remembers what the play learnt of a unit */

/* build.c */
bool build_may_send(const struct url *u);
/* MORE: too long, take fewer items. */
enum step build_request(struct player *p, struct request *rq, struct fail *f);
/* build_sign.c */
enum step build_sign(struct player *p, struct signing *s, struct fail *f);

/* row.c: a row is complete, its fields are in the store. */
void row_take(struct player *p);

/* act.c */
void act_end(struct player *p, bool row); /* the reply is complete; row: the whole of it is one */
void act_leave(struct player *p);         /* a phase is over */

#endif
