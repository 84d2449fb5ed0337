/* recipe.h: a recipe as read: its lines in file order, merged with those of the recipe it is
 * `like`. Lines are places in the two texts, which must live as long as the recipe: a user's
 * stands in ddns.cfg or its own file, an embedded one is unpacked into the recipe itself. The
 * language is described in README.md ("Adding a provider"). */
#ifndef RECIPE_H
#define RECIPE_H

#include "base/buf.h"

enum recipe_key {
    KEY_HEAD, /* as a phase: the lines before the first one */
    /* only there */
    KEY_NAME, KEY_SITE, KEY_LIKE, KEY_BASE, KEY_NEED, KEY_TAKE, KEY_ELSE, KEY_APEX, KEY_FAMILY,
    KEY_GAP, KEY_REFRESH, KEY_BATCH, KEY_PARAMS, KEY_SPEAK,
    /* there or in a phase */
    KEY_HEADER, KEY_BASIC, KEY_SIGN, KEY_CODE, KEY_SAY,
    KEY_NONE, KEY_SAME, KEY_BUSY, KEY_AUTH, KEY_CONFIG, KEY_ABUSE, KEY_WAIT, KEY_RETRY, KEY_OK,
    /* phases in the order of play; SET to REMOVE keep the file's order among themselves */
    KEY_LOGIN, KEY_ZONES, KEY_FIND, KEY_SET, KEY_EDIT, KEY_ADD, KEY_REMOVE, KEY_AWAIT, KEY_FINISH,
    /* only in a phase */
    KEY_BODY, KEY_ROWS, KEY_MATCH, KEY_LET,
    KEY_MAX
};

enum {
    RECIPE_LINES = 72,  /* the longest of 154 recipes has 39 with what it inherits */
    RECIPE_PHASES = 9,
    RECIPE_BATCH = 128, /* items of a play */
    RECIPE_TEXT_MAX = 2048, /* of an embedded one; the longest has 1.8 KB */
};

struct recipe_line {
    uint8_t key, phase; /* KEY_HEAD: header */
    bool own;           /* not of the recipe it is like */
    uint8_t name_n;
    uint16_t number, name_at, value_at, value_n;
};

struct recipe {
    struct span text[2]; /* of the recipe it is like, own */
    uint32_t gap_s, refresh_s;
    uint8_t batch;  /* 0: not given */
    uint8_t family; /* 4: IPv4 only; 0 */
    bool by_host;   /* {ip4} {ip6} {ips} are used: a host's addresses go together */
    uint8_t phase_count, line_count;
    uint8_t phases[RECIPE_PHASES];
    struct recipe_line lines[RECIPE_LINES];
    char room[2][RECIPE_TEXT_MAX]; /* for the texts that are embedded ones */
};
/* For those who are done with a recipe before anybody reads the next one; a play has its own. */
extern struct recipe recipe_scratch;

/* Who hears of mistakes: `parts` end with an absent span, as for conf_error. NULL: nobody. */
struct recipe_judge {
    void (*wrong)(void *arg, unsigned line, const struct span *parts);
    void *arg;
    unsigned count;
};
#define recipe_wrong(j, line, ...) \
    recipe_tell((j), (line), (const struct span[]){__VA_ARGS__, {0, 0}})
void recipe_tell(struct recipe_judge *j, unsigned line, const struct span *parts);

/* Reads one recipe: lines with or without a [section] line in front. `first` is the number of the
 * first line. A section of ddns.cfg (`mixed`) holds the account's settings too: unknown keys are
 * left to provider_check. `text` may stand in r->room[1], where provider_text has it. */
void recipe_read(struct recipe *r, struct span text, unsigned first, bool mixed,
                 struct recipe_judge *j);
/* The embedded recipe of that id, or the nth one when id is absent; *id gets its name, which is
 * static. Its text is unpacked into `room`; NULL: only the name is asked for. */
bool recipe_embedded(struct span *id, size_t nth, char room[RECIPE_TEXT_MAX], struct span *text);

struct span recipe_name(const struct recipe *r, const struct recipe_line *l);
/* Quotes are taken off, except those of lists. */
struct span recipe_value(const struct recipe *r, const struct recipe_line *l);
/* The line of that key in a phase, else in the header; NULL: none. `name` absent: any. */
const struct recipe_line *recipe_find(const struct recipe *r, unsigned phase, unsigned key,
                                      struct span name);
bool recipe_has(const struct recipe *r, unsigned phase);
/* Does the line count in this phase: its own, or the header's unless the phase has one of the same
 * key and name. */
bool recipe_in_force(const struct recipe *r, const struct recipe_line *l, unsigned phase);
struct span recipe_method(const struct recipe *r, unsigned phase, struct span *target);
bool recipe_mentions(const struct recipe *r, const char *what); /* in any value */
bool recipe_write(unsigned phase); /* set, edit, add, remove */
bool recipe_rule(unsigned key);    /* a list of verdict words */
const char *recipe_key_name(unsigned key);
unsigned recipe_key(struct span word);        /* KEY_HEAD: none of them */
struct span recipe_nearest(struct span word); /* the key that may be meant; absent: none is near */

/* Words of a list: blanks part them, "…" or '…' hold blanks. */
enum word_kind { WORD_PLAIN, WORD_START /* w* */, WORD_TEXT /* "…" */, WORD_TOKEN /* ~w, ~"…" */ };
struct word {
    enum word_kind kind;
    struct span text; /* without quotes and marks */
};
bool recipe_word(struct span *rest, struct word *out);

#endif
