/* sources.c: lists of address sources. */
#include "config/conf.h"

enum { AUTO_WEIGHT = 5, COMMAND_MAX = 510 }; /* what `auto` stands for; argv of one child */

static const struct {
    char name[10];
    bool arg, optional;
    const char *want;
} kinds[SOURCE_KIND_MAX] = {
    [SOURCE_AUTO] = {.name = "auto"},
    [SOURCE_OFF] = {.name = "off"},
    [SOURCE_INTERFACE] = {"interface", true, true, "interface NAME"},
    [SOURCE_WEB] = {"web", true, false, "web https://…, which answers with the bare address"},
    [SOURCE_FILE] = {"file", true, false, "file PATH"},
    [SOURCE_COMMAND] = {"command", true, false, "command PROG ARG …"},
};

#define ALL_KINDS "auto, off, interface NAME, web URL, file PATH or command PROG ARG"

static bool unknown(struct conf *c, unsigned line, struct span word)
{
    struct nearest n = {.word = word};
    for (size_t i = 0; i < SOURCE_KIND_MAX; i++)
        nearest_offer(&n, span_z(kinds[i].name));
    conf_wrong(c, line, SPAN("'"), conf_quote(word), SPAN("' is no address source"),
               n.best.p ? SPAN(", did you mean '") : SPAN(""), n.best.p ? n.best : SPAN(""),
               n.best.p ? SPAN("'?") : SPAN(""), SPAN(" — write " ALL_KINDS));
    return false;
}

static bool good_argument(const struct source_spec *s)
{
    if (s->kind == SOURCE_WEB)
        return (span_istarts(s->arg, SPAN("https://")) || span_istarts(s->arg, SPAN("http://"))) &&
               span_chr(s->arg, ' ') < 0 && span_chr(s->arg, '\t') < 0;
    return s->kind != SOURCE_COMMAND || s->arg.n <= COMMAND_MAX;
}

static bool one(struct conf *c, unsigned line, struct span text, struct source_spec *out)
{
    struct span arg = text, word = span_word(&arg);
    size_t kind = 0;
    while (kind < SOURCE_KIND_MAX && !span_is(word, kinds[kind].name))
        kind++;
    if (kind == SOURCE_KIND_MAX)
        return unknown(c, line, word);
    arg = span_trim(arg);
    *out = (struct source_spec){(enum source_kind)kind, arg.n ? arg : SPAN_NONE};
    if (arg.n && !kinds[kind].arg) {
        conf_wrong(c, line, SPAN("'"), word, SPAN("' takes nothing after it — write it alone, or "
                                                  "a comma before the next source"));
        return false;
    }
    if ((arg.n == 0 && kinds[kind].arg && !kinds[kind].optional) || !good_argument(out)) {
        conf_wrong(c, line, SPAN("'"), conf_quote(text), SPAN("' is no source — write "),
                   span_z(kinds[kind].want),
                   kind == SOURCE_COMMAND ? SPAN(" of at most 510 bytes") : SPAN(""));
        return false;
    }
    return true;
}

_Static_assert(COMMAND_MAX == 510, "the message above names it");

static bool there(const struct source_list *l, const struct source_spec *s)
{
    for (unsigned i = 0; i < l->count; i++)
        if (l->items[i].kind == s->kind && span_eq(l->items[i].arg, s->arg))
            return true;
    return false;
}

static bool has_off(const struct source_list *l)
{
    return there(l, &(struct source_spec){.kind = SOURCE_OFF});
}

/* `auto` counts for what address/sources.c makes of it, so that none of a list is ever left out. */
static unsigned weight(const struct source_list *l)
{
    unsigned sum = l->count;
    return there(l, &(struct source_spec){.kind = SOURCE_AUTO}) ? sum - 1 + AUTO_WEIGHT : sum;
}

bool conf_sources(struct conf *c, unsigned line, struct span text, struct source_list *out)
{
    struct source_list list = {.line = line};
    do {
        struct span item = span_trim(span_cut(&text, ','));
        struct source_spec s;
        if (!one(c, line, item, &s))
            return false;
        if (there(&list, &s)) {
            conf_wrong(c, line, SPAN("'"), conf_quote(item), SPAN("' stands here twice and would "
                                                              "confirm itself — name it once"));
            return false;
        }
        if (list.count < SOURCES_MAX)
            list.items[list.count++] = s;
        if (weight(&list) > SOURCES_MAX || (text.p && list.count == SOURCES_MAX)) {
            conf_wrong(c, line, SPAN("more than 8 sources (SOURCES_MAX; auto is 5 of them) — "
                                     "leave some out"));
            return false;
        }
    } while (text.p);
    if (list.count > 1 && has_off(&list)) {
        conf_wrong(c, line, SPAN("'off' stands beside other sources — write off alone, or leave "
                                 "it out"));
        return false;
    }
    *out = list;
    return true;
}

_Static_assert(SOURCES_MAX == 8, "the message above names it");
