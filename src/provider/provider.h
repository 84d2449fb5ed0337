/* provider.h: what the rest of the program sees of providers: the list, an account's check, and the player as an asker. */
#ifndef PROVIDER_H
#define PROVIDER_H

#include "config/conf.h"
#include "proto/request.h"
#include "report/state.h"

struct provider_info {
    struct span id, name, site; /* name and site stand until the next call that asks of a provider */
    uint32_t gap_s, refresh_s;
    uint8_t families; /* bit 0: IPv4, bit 1: IPv6 */
    bool batch;
};
/* The i-th embedded provider; false past the end. */
bool provider_at(size_t i, struct provider_info *out);
/* What of a provider concerns this account (aliases, own recipes included); false: unknown, see provider_check. */
bool provider_of(const struct conf *c, const struct account *a, struct provider_info *out);
/* Every mistake of the account's section that its recipe can see, by conf_wrong: unknown provider (nearest name), missing or
 * unknown setting, ttl below the floor, ipv6 where there is none, a mistake in the user's own recipe with its line. */
void provider_check(struct conf *c, const struct account *a);
/* All embedded recipes, by the same checks as a user's; for `make test`. Calls say(arg, text) for each mistake; returns count. */
size_t provider_selfcheck(void (*say)(void *arg, struct span text), void *arg);
/* `ddns providers NAME`: what it needs, limits, and a section to paste. Calls put for each piece. False: no such name. */
bool provider_help(struct span id, void (*put)(void *arg, struct span text), void *arg);

/* One item of a play: what a record should be, and how it went. */
enum item_result { ITEM_OPEN, ITEM_SAME, ITEM_CHANGED, ITEM_FAILED };
struct play_item {
    struct span host;
    uint8_t family;
    bool due;              /* false: only told so that recipes that send both families know the other one */
    struct addr ip;        /* what it should be */
    struct addr published; /* what it was last, to tell the right one of several values; may be none */
    struct record *record; /* for ids remembered while running; NULL in tests */
    enum item_result result;
    struct fail fail;      /* of an ITEM_FAILED */
};

enum { PLAY_ITEMS_MAX = 128, PLAY_ROOM = 36864 };
struct play {
    uint64_t room[PLAY_ROOM / 8]; /* recipe, captures, request; opaque here */
};
/* Everything the play needs besides the recipe. `items` must live until the play ends, results are written into them. */
struct play_setup {
    const struct conf *conf;
    const struct account *account;
    struct play_item *items;
    size_t item_count;
    struct now now;
    uint8_t seed[16];      /* for {nonce} and message ids */
    struct span own_recipe; /* text of recipe = FILE, else absent */
};
enum step play_start(struct play *p, const struct play_setup *setup, struct fail *f);
extern const struct asker play_asker; /* self = struct play; next gives DONE when every item has a result */

#endif
