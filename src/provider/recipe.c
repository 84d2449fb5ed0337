/* recipe.c: reads recipes. */
#include "provider/recipe.h"
#include "base/civil.h"
#include "config/conf.h"
#include "config/lines.h"
#include "provider/unpack.h"

enum {
    NAMED = 1,  /* key NAME = value */
    MORE = 2,   /* may be given again */
    LIST = 4,   /* words or paths: quotes mean something */
    HEAD = 8, PHASE = 16, /* where it may stand */
    OPENS = 32, /* opens a phase */
};

static const struct {
    char text[8];
    uint8_t flags;
} keys[KEY_MAX] = {
    [KEY_NAME] = {"name", HEAD},
    [KEY_SITE] = {"site", HEAD},
    [KEY_LIKE] = {"like", HEAD},
    [KEY_BASE] = {"base", HEAD},
    [KEY_NEED] = {"need", HEAD | NAMED},
    [KEY_TAKE] = {"take", HEAD | NAMED},
    [KEY_ELSE] = {"else", HEAD | NAMED},
    [KEY_APEX] = {"apex", HEAD},
    [KEY_FAMILY] = {"family", HEAD},
    [KEY_GAP] = {"gap", HEAD},
    [KEY_REFRESH] = {"refresh", HEAD},
    [KEY_BATCH] = {"batch", HEAD},
    [KEY_PARAMS] = {"params", HEAD},
    [KEY_SPEAK] = {"speak", HEAD},
    [KEY_HEADER] = {"header", HEAD | PHASE | NAMED},
    [KEY_BASIC] = {"basic", HEAD | PHASE},
    [KEY_SIGN] = {"sign", HEAD | PHASE},
    [KEY_CODE] = {"code", HEAD | PHASE | LIST},
    [KEY_SAY] = {"say", HEAD | PHASE | LIST},
    [KEY_NONE] = {"none", HEAD | PHASE | LIST | MORE},
    [KEY_SAME] = {"same", HEAD | PHASE | LIST | MORE},
    [KEY_BUSY] = {"busy", HEAD | PHASE | LIST | MORE},
    [KEY_AUTH] = {"auth", HEAD | PHASE | LIST | MORE},
    [KEY_CONFIG] = {"config", HEAD | PHASE | LIST | MORE},
    [KEY_ABUSE] = {"abuse", HEAD | PHASE | LIST | MORE},
    [KEY_WAIT] = {"wait", HEAD | PHASE | LIST | MORE},
    [KEY_RETRY] = {"retry", HEAD | PHASE | LIST | MORE},
    [KEY_OK] = {"ok", HEAD | PHASE | LIST | MORE},
    [KEY_LOGIN] = {"login", OPENS},
    [KEY_ZONES] = {"zones", OPENS},
    [KEY_FIND] = {"find", OPENS},
    [KEY_SET] = {"set", OPENS},
    [KEY_EDIT] = {"edit", OPENS},
    [KEY_ADD] = {"add", OPENS},
    [KEY_REMOVE] = {"remove", OPENS},
    [KEY_AWAIT] = {"await", OPENS},
    [KEY_FINISH] = {"finish", OPENS},
    [KEY_BODY] = {"body", PHASE | MORE},
    [KEY_ROWS] = {"rows", PHASE | LIST},
    [KEY_MATCH] = {"match", PHASE | NAMED | LIST},
    [KEY_LET] = {"let", PHASE | NAMED | LIST},
};

struct recipe recipe_scratch;

void recipe_tell(struct recipe_judge *j, unsigned line, const struct span *parts)
{
    if (j == NULL)
        return;
    j->count++;
    j->wrong(j->arg, line, parts);
}

const char *recipe_key_name(unsigned key)
{
    return keys[key].text;
}

unsigned recipe_key(struct span word)
{
    unsigned key = KEY_MAX - 1;
    while (key && !span_is(word, keys[key].text))
        key--;
    return key;
}

struct span recipe_nearest(struct span word)
{
    struct nearest n = {.word = word};
    for (unsigned key = 1; key < KEY_MAX; key++)
        nearest_offer(&n, span_z(keys[key].text));
    return n.best;
}

bool recipe_write(unsigned phase)
{
    return phase >= KEY_SET && phase <= KEY_REMOVE;
}

bool recipe_rule(unsigned key)
{
    return key >= KEY_NONE && key <= KEY_OK;
}

struct span recipe_name(const struct recipe *r, const struct recipe_line *l)
{
    return span_upto(span_from(r->text[l->own], l->name_at), l->name_n);
}

struct span recipe_value(const struct recipe *r, const struct recipe_line *l)
{
    return span_upto(span_from(r->text[l->own], l->value_at), l->value_n);
}

static bool same_name(const struct recipe *r, const struct recipe_line *l, struct span name)
{
    return l->key == KEY_HEADER ? span_ieq(recipe_name(r, l), name)
                                : span_eq(recipe_name(r, l), name);
}

static const struct recipe_line *find_in(const struct recipe *r, unsigned phase, unsigned key,
                                         struct span name)
{
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++)
        if (l->phase == phase && l->key == key && (!name.p || same_name(r, l, name)))
            return l;
    return NULL;
}

const struct recipe_line *recipe_find(const struct recipe *r, unsigned phase, unsigned key,
                                      struct span name)
{
    const struct recipe_line *l = find_in(r, phase, key, name);
    return l ? l : find_in(r, KEY_HEAD, key, name);
}

bool recipe_has(const struct recipe *r, unsigned phase)
{
    return find_in(r, phase, phase, SPAN_NONE) != NULL;
}

bool recipe_in_force(const struct recipe *r, const struct recipe_line *l, unsigned phase)
{
    if (l->phase != KEY_HEAD || phase == KEY_HEAD || (keys[l->key].flags & MORE))
        return l->phase == phase || l->phase == KEY_HEAD;
    return !find_in(r, phase, l->key, l->name_n ? recipe_name(r, l) : SPAN_NONE);
}

struct span recipe_method(const struct recipe *r, unsigned phase, struct span *target)
{
    const struct recipe_line *l = find_in(r, phase, phase, SPAN_NONE);
    struct span rest = recipe_value(r, l), method = span_word(&rest);
    *target = span_trim(rest);
    return method;
}

bool recipe_word(struct span *rest, struct word *out)
{
    bool token;
    long end;
    *rest = span_trim(*rest);
    token = span_starts(*rest, SPAN("~"));
    *rest = span_from(*rest, token);
    if (rest->n == 0)
        return false;
    if (rest->p[0] == '"' || rest->p[0] == '\'') {
        end = span_chr(span_from(*rest, 1), rest->p[0]);
        out->text = span_upto(span_from(*rest, 1), end < 0 ? rest->n : (size_t)end);
        *rest = span_from(*rest, out->text.n + 2);
        out->kind = token ? WORD_TOKEN : WORD_TEXT;
        return true;
    }
    out->text = span_word(rest);
    out->kind = token ? WORD_TOKEN : span_ends(out->text, SPAN("*")) ? WORD_START : WORD_PLAIN;
    if (out->kind == WORD_START)
        out->text.n--;
    return true;
}

/* ---- reading */

static void drop(struct recipe *r, unsigned phase, unsigned key, struct span name)
{
    uint8_t kept = 0;
    for (uint8_t i = 0; i < r->line_count; i++) {
        const struct recipe_line *l = &r->lines[i];
        bool gone =
            !l->own && l->phase == phase && (!key || (l->key == key && same_name(r, l, name)));
        if (!gone)
            r->lines[kept++] = *l;
    }
    r->line_count = kept;
}

/* Sorted by the order of play; an own phase takes the place of the one it replaces. */
static void add_phase(struct recipe *r, unsigned phase)
{
    static const uint8_t rank[] = {[KEY_LOGIN - KEY_LOGIN] = 0,  [KEY_ZONES - KEY_LOGIN] = 1,
                                   [KEY_FIND - KEY_LOGIN] = 2,   [KEY_SET - KEY_LOGIN] = 3,
                                   [KEY_EDIT - KEY_LOGIN] = 3,   [KEY_ADD - KEY_LOGIN] = 3,
                                   [KEY_REMOVE - KEY_LOGIN] = 3, [KEY_AWAIT - KEY_LOGIN] = 4,
                                   [KEY_FINISH - KEY_LOGIN] = 5};
    uint8_t at = r->phase_count;
    for (uint8_t i = 0; i < r->phase_count; i++)
        if (r->phases[i] == phase)
            return;
    for (; at && rank[r->phases[at - 1] - KEY_LOGIN] > rank[phase - KEY_LOGIN]; at--)
        r->phases[at] = r->phases[at - 1];
    r->phases[at] = (uint8_t)phase;
    r->phase_count++;
}

/* Why this key cannot stand here; NULL when it can. */
static const char *misplaced(const struct recipe *r, const struct line *line, unsigned key,
                             unsigned phase, bool own)
{
    uint8_t flags = keys[key].flags;
    const struct recipe_line *before =
        find_in(r, flags & OPENS ? key : phase, key, flags & NAMED ? line->name : SPAN_NONE);
    if (!(flags & NAMED) != (line->name.n == 0))
        return flags & NAMED ? ": write KEY NAME = value" : " takes no name: write KEY = value";
    if (phase == KEY_HEAD && !(flags & (HEAD | OPENS)))
        return " belongs into a phase: write it below set = …, find = … or another one";
    if (phase != KEY_HEAD && !(flags & (PHASE | OPENS)))
        return " belongs before the first phase";
    if (before && before->own == own && !(flags & MORE) && !(key == KEY_MATCH))
        return " is given twice: leave one of them out";
    return r->line_count == RECIPE_LINES ? ": a recipe has at most 72 lines" : NULL;
}

static void add_line(struct recipe *r, const struct line *line, unsigned key, unsigned phase,
                     bool own)
{
    struct span text = r->text[own], value = line->value;
    struct recipe_line *l = &r->lines[r->line_count++];
    if (line->quoted && (keys[key].flags & LIST)) { /* the quotes say what the word means */
        value.p--;
        value.n += 2;
    }
    *l = (struct recipe_line){.key = (uint8_t)key,
                              .phase = (uint8_t)phase,
                              .own = own,
                              .number = (uint16_t)line->number};
    l->name_n = (uint8_t)line->name.n;
    l->name_at = line->name.n ? (uint16_t)(line->name.p - text.p) : 0;
    l->value_at = (uint16_t)(value.p - text.p);
    l->value_n = (uint16_t)value.n;
}

static unsigned take_line(struct recipe *r, const struct line *line, unsigned phase, bool own,
                          struct recipe_judge *j)
{
    unsigned key = recipe_key(line->key);
    const char *why = misplaced(r, line, key, phase, own);
    if (why) {
        recipe_wrong(j, line->number, SPAN("'"), line->key, SPAN("'"), span_z(why));
        return phase;
    }
    if (keys[key].flags & OPENS) {
        phase = key;
        add_phase(r, phase);
        if (own)
            drop(r, phase, 0, SPAN_NONE);
    } else if (own && phase == KEY_HEAD && !(keys[key].flags & MORE)) {
        drop(r, phase, key, line->name.n ? line->name : SPAN(""));
    }
    add_line(r, line, key, phase, own);
    return phase;
}

static void unknown_key(const struct line *line, struct recipe_judge *j)
{
    struct span near = recipe_nearest(line->key);
    recipe_wrong(j, line->number, SPAN("'"), line->key, SPAN("' is not a key of a recipe"),
                 near.p ? SPAN("; did you mean '") : SPAN_NONE, near, SPAN("'?"));
}

static void read_lines(struct recipe *r, bool own, unsigned first, bool mixed,
                       struct recipe_judge *j)
{
    struct lines lines;
    struct line line;
    enum line_kind kind;
    unsigned phase = KEY_HEAD;
    bool begun = false;
    lines_init(&lines, r->text[own], first, true);
    while ((kind = lines_next(&lines, &line)) != LINE_END && !(kind == LINE_SECTION && begun)) {
        begun = true;
        if (kind == LINE_BAD)
            recipe_wrong(j, line.number, span_z(line.wrong));
        if (kind != LINE_SETTING)
            continue;
        if (recipe_key(line.key))
            phase = take_line(r, &line, phase, own, j);
        else if (!mixed || line.name.n)
            unknown_key(&line, j);
    }
}

bool recipe_embedded(struct span *id, size_t nth, char room[RECIPE_TEXT_MAX], struct span *text)
{
    struct buf out = {.p = room, .cap = RECIPE_TEXT_MAX};
    struct span name;
    for (size_t i = id->p ? 0 : nth; (name = unpack_id(i)).p; i++) {
        if (id->p && !span_ieq(name, *id))
            continue;
        *id = name;
        if (room) {
            unpack_section(i, &out);
            *text = buf_view(&out);
        }
        return true;
    }
    return false;
}

static void read_number(struct recipe *r, unsigned key, uint64_t most, uint8_t *out,
                        struct recipe_judge *j)
{
    const struct recipe_line *l = find_in(r, KEY_HEAD, key, SPAN_NONE);
    uint64_t v = 0;
    if (l && (!span_u64(recipe_value(r, l), most, &v) || v == 0))
        recipe_wrong(j, l->number, span_z(keys[key].text), SPAN(" is a number from 1 to "),
                     span_z(most == 4 ? "4" : "128"));
    *out = (uint8_t)v;
}

static void read_seconds(struct recipe *r, unsigned key, uint32_t *out, struct recipe_judge *j)
{
    const struct recipe_line *l = find_in(r, KEY_HEAD, key, SPAN_NONE);
    if (l && !span_seconds(recipe_value(r, l), out))
        recipe_wrong(j, l->number, span_z(keys[key].text),
                     SPAN(" is a time such as 30s, 5m or 6d"));
}

bool recipe_mentions(const struct recipe *r, const char *what)
{
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++)
        if (span_find(recipe_value(r, l), span_z(what)) >= 0)
            return true;
    return false;
}

/* What the text is `like`. *alone: it says nothing else, and so is only another name. */
static struct span parent_of(struct span text, unsigned first, unsigned *number, bool *alone)
{
    struct lines lines;
    struct line line;
    enum line_kind kind;
    struct span like = SPAN_NONE;
    unsigned settings = 0;
    lines_init(&lines, text, first, true);
    while ((kind = lines_next(&lines, &line)) != LINE_END) {
        settings += kind == LINE_SETTING;
        if (kind == LINE_SETTING && span_is(line.key, "like")) {
            *number = line.number;
            like = line.value;
        }
    }
    *alone = like.p && settings == 1;
    return like;
}

void recipe_read(struct recipe *r, struct span text, unsigned first, bool mixed,
                 struct recipe_judge *j)
{
    unsigned number = 0;
    bool alone;
    struct span like = parent_of(text, first, &number, &alone), meant;
    if (alone && recipe_embedded(&like, 0, r->room[1], &meant)) {
        text = meant;
        like = parent_of(text, first, &number, &alone);
    }
    memset(r, 0, offsetof(struct recipe, room));
    r->text[1] = text;
    if (like.p &&
        (!recipe_embedded(&like, 0, r->room[0], &r->text[0]) ||
         parent_of(r->text[0], 1, &number, &alone).p))
        recipe_wrong(j, number, SPAN("no recipe '"), like,
                     SPAN("' that is not itself like another: `ddns providers` lists them"));
    else if (like.p)
        read_lines(r, false, 1, false, NULL);
    read_lines(r, true, first, mixed, j);
    read_number(r, KEY_BATCH, RECIPE_BATCH, &r->batch, j);
    read_number(r, KEY_FAMILY, 4, &r->family, j);
    read_seconds(r, KEY_GAP, &r->gap_s, j);
    read_seconds(r, KEY_REFRESH, &r->refresh_s, j);
    r->by_host =
        recipe_mentions(r, "{ip4}") || recipe_mentions(r, "{ip6}") || recipe_mentions(r, "{ips}");
}
