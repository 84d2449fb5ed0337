/* cycle.h: the main job: quests for addresses, decisions, plays, looks and proofs, side by side in slots. Pure: time comes
 * in, exchanges say what they want, the loop does it. Accounts never wait for each other. */
#ifndef CYCLE_H
#define CYCLE_H

#include "address/quest.h"
#include "decide/decide.h"
#include "net/exchange.h"
#include "net/proof.h"
#include "provider/provider.h"
#include "report/log.h"

enum job { JOB_NONE, JOB_QUEST, JOB_PLAY, JOB_LOOK, JOB_PROOF };

struct slot {
    enum job job;
    uint8_t subject; /* quest or account */
    uint64_t began;
    struct exchange x;
    union {
        struct quest quest;
        struct play play;
        struct proof proof;
    } u;
};

/* What is known of one source list. */
struct quest_state {
    struct addr agreed; /* family 0: not yet, nothing is published */
    bool running, asked; /* asked: ended at least once since the start */
    bool again;          /* kicked while it was running: what it heard may be old */
    uint8_t failures;
    uint32_t interval_s;
    uint64_t due, began, told; /* told: when its trouble was logged last */
    struct fail fail;   /* of the last quest; kind FAIL_NONE when it went well */
};

struct account_state {
    bool busy;    /* a play or look of it is running */
    bool proving; /* a proof is */
    uint64_t not_before; /* tick: the provider asked to wait, which holds for all its records */
    struct policy policy;
};

struct cycle {
    struct conf *conf;
    struct state *state;
    struct net *net;
    const struct ifaddr *local;
    size_t local_count;
    void (*say)(void *arg, const struct log_event *e);
    void *arg;
    uint32_t number; /* of the round, the trace_id */
    bool ask_all;    /* `ip`: every source of a list, whatever the first ones say */
    struct slot slots[SLOTS_MAX];
    struct quest_state quests[QUESTS_MAX];
    struct account_state accounts[ACCOUNTS_MAX];
    struct play_item items[RECORDS_MAX];    /* of running plays, at their account's place */
    struct proof_item looks[RECORDS_MAX], proofs[RECORDS_MAX];
    bool unproven[RECORDS_MAX];             /* written, and not yet seen at the authoritative servers */
    uint64_t written_tick[RECORDS_MAX];     /* when, for "live after" */
    const char *held[RECORDS_MAX];          /* the reason last said, so that it is said once */
};

void cycle_init(struct cycle *c, struct now now);
/* Takes in what ended, starts what is due. Returns how many jobs run now. */
size_t cycle_step(struct cycle *c, struct now now);
uint64_t cycle_deadline(const struct cycle *c, struct now now);
bool cycle_asks(const struct cycle *c, struct now now); /* the next step starts a quest: facts should be fresh */
/* Something happened to the network: all sources are asked again in `wait_ms`, but `gap_ms` after they were last at the
 * earliest: some networks have events all the time. */
void cycle_kick(struct cycle *c, uint32_t wait_ms, uint32_t gap_ms, struct now now);
/* Every source was asked, nothing runs and nothing can be done now: `once` is over. */
bool cycle_over(const struct cycle *c);
/* Every record is as it should be. */
bool cycle_right(const struct cycle *c);
void cycle_stop(struct cycle *c); /* aborts all exchanges */

#endif
