/* rfc2136.h: DNS UPDATE (RFC 2136) signed by TSIG, over TCP. Each record is read first: nothing is
 * sent when it is right, its TTL stays, and a second value at the name is not overwritten. */
#ifndef RFC2136_H
#define RFC2136_H

#include "provider/provider.h"
#include "provider/recipe.h"
#include "provider/tsig.h"

/* `recipe` may lie in the room of `play`, which is taken over. */
enum step rfc2136_start(struct play *play, const struct play_setup *setup,
                        const struct recipe *recipe, struct fail *f);

/* rfc2136_check.c */
struct rfc2136_settings {
    struct span host; /* of the server */
    uint16_t port;
    bool signs;
    struct tsig tsig;
};
/* False: something is wrong that rfc2136_check would have said. */
bool rfc2136_check_read(const struct conf *c, const struct account *a,
                        struct rfc2136_settings *out);
void rfc2136_check(struct conf *c, const struct account *a); /* what only this dialect can judge */

#endif
