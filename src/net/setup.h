/* setup.h: what a run begins with: ddns.cfg found and read with all it names, the state of the last run, and the lock. */
#ifndef SETUP_H
#define SETUP_H

#include "net/loop.h"

enum { RECIPE_FILES_MAX = 32768 };

struct setup {
    struct loop *loop;              /* its conf and state are filled */
    struct tls_trust trust;
    char path[PATH_TEXT_MAX];       /* of ddns.cfg; given by -c, or found */
    char dir[PATH_TEXT_MAX];        /* its folder */
    char text[CONF_TEXT_MAX];       /* its content: conf points into it */
    char recipes[RECIPE_FILES_MAX]; /* contents of `recipe = FILE` */
    size_t recipes_n;
};

/* All three tell the user on stderr what is wrong. */
bool setup_conf(struct setup *s);             /* false: there is none, or it has errors */
void setup_state(struct setup *s, bool mend); /* mend: a damaged one is kept aside */
bool setup_lock(struct setup *s);             /* false: another instance runs with this configuration */

/* Writes texts one after another; absent ones end the list. */
void setup_say(int fd, const struct span *parts);

#endif
