/* posix.h: what the files of this folder share. Included first: it sets the feature level, brings
 * every system header, and only then the house's own, whose banned words system headers may still
 * use. */
#ifndef POSIX_H
#define POSIX_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#define ifaddr net_if_ifaddr /* base/addr.h has a struct of that name */
#include <net/if.h>
#undef ifaddr
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#undef alloca /* a macro in some stdlib.h, which base.h could not ban */

#include "os/os.h"

/* error.c. Text for people of an errno; NULL when it is not one of the common ones. */
const char *error_text(int code);
/* Fails as RETRY with "what: text" (or the text alone when `what` is absent). */
enum step error_fail(struct fail *f, enum fail_layer layer, int code, struct span what);

/* wait.c. Opens what wakes the loop; anything missing there is done without. */
void wait_init(void);
void wait_signal(int number); /* the handler of TERM, INT, HUP and CHLD */

/* ifaddr.c. Calls `take` for every address of the machine until it returns false. `take` may be
 * called again from the beginning after again(): the table changed while it was read. */
struct ifaddr_taker {
    bool (*take)(struct ifaddr_taker *self, const struct ifaddr *one);
    void (*again)(struct ifaddr_taker *self);
};
enum step ifaddr_walk(struct ifaddr_taker *taker, struct fail *f);

/* child.c */
void child_reap(void); /* collects ended children that os_child_end could not wait for */

uint64_t clock_ms(clockid_t id); /* clock.c; 0 when there is no such clock */

#endif
