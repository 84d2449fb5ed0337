/* inner.h: what the files of config share among themselves. */
#ifndef CONFIG_INNER_H
#define CONFIG_INNER_H

#include "config/conf.h"
#include "config/lines.h"

/* A value as read: which members are set depends on the type. */
struct parsed {
    uint32_t number;  /* numbers, seconds, bytes; 0 or 1; index of the word; bits of the classes */
    struct span text; /* how it is kept as a setting of an account */
};

/* values.c: `s->type` decides; false: conf_wrong was called. Not for hosts and sources. */
bool value_parse(struct conf *c, const struct conf_setting *s, unsigned line, struct span text,
                 struct parsed *out);
void value_store(const struct conf_setting *s, void *at, const struct parsed *p);
/* The next item of a list parted by commas or blanks; n == 0 when there is none. */
struct span value_item(struct span *rest);
/* One host name into c->names; absent: conf_wrong was called. */
struct span value_host(struct conf *c, unsigned line, struct span name);

/* bring.c. Both false: conf_wrong was called. */
bool bring_literal(struct conf *c, struct line *l); /* undoes the escapes of a quoted value */
/* What @PATH and $NAME stand for; other values are taken as they are. */
bool bring_value(struct conf *c, const struct conf_fetch *fetch, const struct line *l,
                 struct value *out);

struct reader {
    struct conf *c;
    const struct conf_fetch *fetch;
    struct account *account; /* NULL: in the global part, or `skip` */
    bool skip;               /* in a section that cannot be read */
    bool custom;             /* [custom …] */
    unsigned recipe_line;    /* its first line of a recipe; 0: none */
    const char *body;        /* where its lines begin; NULL at the end of the text */
    struct source_list own[2];
    unsigned first[CONF_SETTINGS_MAX]; /* line of each setting in this scope, 0 none */
};

/* conf.c. Both false: conf_wrong was called. */
bool conf_first(struct reader *r, const struct conf_setting *s, const struct line *l);
bool conf_plain(struct reader *r, const struct line *l, bool marks); /* marks: @ and $ are read */
void conf_again(struct conf *c, const struct line *l, unsigned first);

/* accounts.c: sections and what stands in them. `rest` and `end`: where its lines are. */
void account_begin(struct reader *r, const struct line *l, struct span rest);
void account_setting(struct reader *r, const struct conf_setting *s, const struct line *l);
void account_end(struct reader *r, const char *end);

/* records.c */
void records_read(struct reader *r, const struct line *l);
void records_expand(struct reader *r, struct account *a);
void records_clash(struct conf *c); /* one name of one provider in two accounts */

#endif
