/* conf.h: ddns.cfg as read: global settings, accounts, their hosts. Pure: the caller brings the
 * text, and what @file and $NAME stand for. Spans point into that text or into the struct, so both
 * must stay where they are. */
#ifndef CONF_H
#define CONF_H

#include "base/addr.h"
#include "base/fail.h"
#include "limits.h"

enum source_kind {
    SOURCE_AUTO, SOURCE_OFF, SOURCE_INTERFACE, SOURCE_WEB, SOURCE_FILE, SOURCE_COMMAND,
    SOURCE_KIND_MAX
};

struct source_spec {
    enum source_kind kind;
    /* Interface name, URL, path, command line as written; absent when there is none: `auto`, `off`
     * and `interface` alone, which is any interface. */
    struct span arg;
};

/* `ipv4 = web https://a.example, web https://b.example`. `off` stands alone; no source is named
 * twice, for it would confirm itself. */
struct source_list {
    struct source_spec items[SOURCES_MAX];
    uint8_t count;
    unsigned line;    /* 0: the default */
    struct span bind; /* the account's: its own link's address is asked for; absent: the global one */
};

/* A setting of an account. Secrets carry their mark from here on: only recipes may expand them,
 * nothing may print them. */
struct value {
    struct span key, text;
    unsigned line;
    bool secret;   /* by the settings table, or unknown to it (then a recipe decides what it is) */
    bool indirect; /* came by @ or $: text is in secrets */
};

struct account {
    struct span provider, label; /* [provider label]; label may be absent */
    char id[2 * LABEL_MAX];      /* "cloudflare home": its name in messages and the state file */
    unsigned line;
    uint16_t value_first, value_count;   /* in conf.values: every setting but those below */
    uint16_t record_first, record_count; /* in conf.records */
    struct span recipe_text; /* [custom …]: the section's lines, recipe keys among them */
    unsigned recipe_line;    /* line number of its first line */
    struct span recipe_file; /* recipe = FILE, as written */
    uint32_t fingerprint;    /* of the section's meaning: a pause ends when it changes */
    uint32_t interval_s;     /* 0: the global one */
    struct span bind;        /* absent: the global one */
    uint8_t quest[2];        /* for ipv4 and ipv6: index into conf.quests */
    bool create;             /* default yes */
};

/* One name and one family of one account. */
struct conf_record {
    struct span host; /* normalised by host_put, in conf.names */
    unsigned line;
    uint8_t account;
    uint8_t family; /* 4 or 6 */
};

struct conf_error {
    struct span file; /* of recipe = FILE, as written; absent: ddns.cfg */
    unsigned line;    /* 0: the file as a whole */
    char text[240];   /* "what — what to write instead" */
};

enum log_format { LOG_TEXT, LOG_JSON };
enum log_level { LEVEL_ERROR, LEVEL_WARN, LEVEL_INFO, LEVEL_DEBUG };

/* The arrays come last and are not cleared: what is not used is not touched. */
struct conf {
    uint32_t interval_s;
    uint32_t confirm;
    uint32_t allow; /* bit per enum addr_class */
    struct span ca, bind, state, log; /* as written; absent when not set and without a default */
    struct endpoint resolvers[RESOLVERS_MAX];
    uint8_t resolver_count;
    uint32_t log_format; /* enum log_format */
    uint32_t log_level;  /* enum log_level */
    uint32_t log_size;
    bool verify;

    uint8_t quest_count;
    uint16_t account_count, record_count, value_count;
    uint8_t error_count;
    bool errors_cut; /* there were more */
    uint32_t names_n, secrets_n;

    /* 0: global ipv4, 1: global ipv6, then the accounts' own; each with its family */
    struct source_list quests[QUESTS_MAX];
    uint8_t quest_family[QUESTS_MAX];
    struct account accounts[ACCOUNTS_MAX];
    struct conf_record records[RECORDS_MAX];
    struct value values[VALUES_MAX];
    struct conf_error errors[ERRORS_MAX];
    char names[RECORDS_MAX * 64];   /* host names after host_put */
    char secrets[SECRETS_TEXT_MAX]; /* what @ and $ brought, and unescaped quotes */
};

/* How the reader gets what @PATH and $NAME stand for: false = not there; *why gives the reason
 * ("no such file"). `path` is as written; the caller resolves it. */
struct conf_fetch {
    bool (*file)(void *arg, struct span path, char *out, size_t cap, size_t *n, const char **why);
    bool (*env)(void *arg, struct span name, char *out, size_t cap, size_t *n);
    void *arg;
};

/* Reads the whole text; afterwards conf->error_count tells. Every error is kept (up to ERRORS_MAX),
 * not only the first. */
void conf_read(struct conf *c, struct span text, const struct conf_fetch *fetch);
/* Adds an error found later (by a recipe): kept in the order of lines, ddns.cfg's first. */
void conf_error(struct conf *c, struct span file, unsigned line, const struct span *parts);
#define conf_wrong(c, line, ...) \
    conf_error((c), SPAN_NONE, (line), (const struct span[]){__VA_ARGS__, {0, 0}})
/* What the user wrote, cut at a character to fit into an error. */
struct span conf_quote(struct span s);
/* Adds what belongs to the account's meaning (the content of its recipe file) to its fingerprint. */
void conf_mark(struct account *a, struct span s);
/* A setting of the account by its key: NULL when not given. */
const struct value *conf_value(const struct conf *c, const struct account *a, struct span key);
/* The lines of [custom …] that are the recipe's: `set`, `header`, …; the others are settings. */
bool conf_recipe_key(struct span key);

/* ---- the one table of settings: parser, help, `ddns.cfg` test and `providers NAME` all read it */
enum conf_type {
    CONF_TEXT,   /* kept as a value; @PATH and $NAME are read */
    CONF_SECRET, /* likewise, marked secret */
    CONF_PLAIN,  /* as written: paths, interface names */
    CONF_HOST, CONF_HOSTS,
    CONF_YESNO, CONF_NUMBER, CONF_SECONDS, CONF_SIZE, CONF_WORD, CONF_CLASSES,
    CONF_SOURCES, CONF_ENDPOINTS
};
enum { CONF_GLOBAL = 1, CONF_ACCOUNT = 2 };
enum { CONF_SETTINGS_MAX = 40, CONF_KEPT = UINT16_MAX };
struct conf_setting {
    const char *key;
    uint8_t type, scope;
    uint16_t at, at_account; /* offset in struct conf, in struct account; CONF_KEPT: in values */
    uint32_t least, most;    /* for numbers */
    const char *words;       /* for CONF_WORD: allowed words parted by blanks */
    const char *otherwise;   /* default as text; NULL: none */
    const char *help;        /* one line */
};
extern const struct conf_setting conf_settings[];
extern const size_t conf_setting_count; /* at most CONF_SETTINGS_MAX */
/* Capitals do not matter; NULL when there is none. */
const struct conf_setting *conf_setting_find(struct span key);

/* "Did you mean": offer candidates one after another; `best` is absent when none is near. */
struct nearest {
    struct span word, best;
    unsigned distance;
};
void nearest_offer(struct nearest *n, struct span candidate);
/* The same over a list; each of `names` may hold several words parted by blanks. */
struct span conf_nearest(struct span word, const char *const *names, size_t count);

/* One source list from its text; also used by `ip`. False: conf_wrong was called with what to
 * write, and *out is unchanged. */
bool conf_sources(struct conf *c, unsigned line, struct span text, struct source_list *out);

#endif
