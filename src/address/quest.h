/* quest.h: what is my address? One quest asks a list of sources for one family, in their order, as an asker.
 *
 * The first source that answers what was agreed before ends it: nothing changed, one request. Another answer must be
 * confirmed: sources are asked until `confirm` of them agree, at least one of them authenticated (HTTPS, or this machine
 * itself) if the list has such a one. Disagreement, junk and the wrong kind of address publish nothing. */
#ifndef QUEST_H
#define QUEST_H

#include "config/conf.h"
#include "proto/http.h"

enum { QUEST_SOURCES_MAX = SOURCES_MAX, QUEST_ANSWER_MAX = 80 };

/* What one source said in this quest. */
struct quest_answer {
    bool asked;
    struct addr addr;   /* family 0: none */
    uint64_t took_ms;
    struct fail fail;   /* why there is none, or why it must not be published */
};

struct quest {
    /* given */
    const struct conf *conf;
    const struct source_list *list;
    uint8_t family;
    bool all;                     /* `ddns ip`: ask every source, whatever the first ones say */
    struct addr before;           /* what was agreed last, family 0 none */
    const struct ifaddr *local;   /* addresses of this machine's interfaces */
    size_t local_count;
    /* in work */
    struct source_spec items[QUEST_SOURCES_MAX]; /* `auto` spelled out */
    uint8_t count, at;
    struct quest_answer answers[QUEST_SOURCES_MAX];
    uint64_t began;
    char request[512], body[QUEST_ANSWER_MAX];
    uint8_t body_n;
    uint32_t body_all;            /* bytes of the reply, kept or not */
    int status;
    /* result, after STEP_DONE; with STEP_FAIL the asker's fail says why nothing may be published */
    struct addr agreed;
    bool changed;
};

extern const struct asker quest_asker;
void quest_start(struct quest *q);
struct span quest_source_name(const struct quest *q, size_t i, struct buf *room); /* "web api.ipify.org" */

/* Pure parts, for tests. */
bool quest_authenticated(const struct source_spec *s);
/* The best address of interface `name` (absent: any): global, not temporary, deprecated or tentative, longest preferred life. */
bool quest_choose(const struct ifaddr *list, size_t n, struct span name, uint8_t family, uint32_t allow, struct addr *out);
/* What an echo sees may be an address of this machine that will not last, as requests leave by temporary ones (RFC 8981):
 * then it stands for the best one of the same interface. FAIL: that has none. */
enum step quest_lasting(const struct ifaddr *list, size_t n, uint32_t allow, struct addr *a, struct fail *f);
/* The whole trimmed body must be one address of the family and of a class that may be published. */
enum step quest_judge(struct span body, uint8_t family, uint32_t allow, struct addr *out, struct fail *f);

#endif
