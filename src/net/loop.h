/* loop.h: the only place, beside main.c, that calls os.h: clocks, sockets, files and waiting for all slots of a cycle. */
#ifndef LOOP_H
#define LOOP_H

#include "net/cycle.h"
#include "os/os.h"

struct loop {
    struct cycle cycle;
    struct conf *conf;
    struct state *state;
    struct net net;
    const char *dir;        /* folder of ddns.cfg: relative paths start there */
    int64_t build_epoch;    /* a clock before it is not set */
    bool verbose;           /* -v: everything is logged */
    bool screen;            /* somebody looks at stderr: the log goes there too */
    bool unsaved;           /* the state could not be written; that was said */
    uint32_t local_mark;    /* CRC-32 of the interfaces' addresses when they were last looked at */
    intptr_t child[SLOTS_MAX];
    struct os_watch watch[2 * SLOTS_MAX];
    uint8_t watch_slot[2 * SLOTS_MAX], watch_link[2 * SLOTS_MAX];
    uint8_t ready[SLOTS_MAX][2];
    struct ifaddr local[IFADDRS_MAX];
    char state_path[PATH_TEXT_MAX], log_path[PATH_TEXT_MAX]; /* log_path "": stderr */
    char hosts[65536];      /* hosts files of ad blockers are longer: their beginning is read */
    char state_text[STATE_TEXT_MAX];
};

void loop_init(struct loop *l);
/* Until stopped, or with `once` until the round is over. */
void loop_run(struct loop *l, bool once);
/* `ip`: asks every source of one quest; the answers stay in the returned slot. */
const struct quest *loop_quest(struct loop *l, unsigned quest);
void loop_save(struct loop *l); /* the state, if something changed */
struct now loop_now(const struct loop *l);
void loop_say(void *loop, const struct log_event *e);
/* A path of the configuration: as it is when absolute, else below `dir`. False: too long. */
bool loop_path(const struct loop *l, struct span path, char out[PATH_TEXT_MAX]);

#endif
