/* reply.c: captures from replies, by JSON paths or by marks in a text. */
#include "provider/reply.h"
#include "base/buf.h"
#include "provider/template.h"

enum { PATTERN_MAX = 160 };

/* ---- paths */

static struct span choose(struct span pattern, bool aaaa, char room[PATTERN_MAX])
{
    struct buf b = {.p = room, .cap = PATTERN_MAX};
    struct template t = template_of(pattern);
    for (;;) {
        struct token token = template_next(&t);
        if (token.kind == TOKEN_DONE)
            return b.over ? SPAN("\1") : buf_view(&b);
        buf_span(&b, token.kind == TOKEN_PICK && aaaa ? token.other : token.text);
    }
}

static bool is_index(struct span s)
{
    uint64_t v;
    return span_u64(s, UINT32_MAX, &v);
}

bool reply_path_is(struct span pattern, struct span path, bool aaaa, bool any)
{
    char room[PATTERN_MAX];
    struct span want = choose(pattern, aaaa, room);
    if (!any || span_is(want, "."))
        return span_is(want, ".") ? path.n == 0 : span_eq(want, path);
    while (want.p && path.p) {
        struct span a = span_cut(&want, '.'), b = span_cut(&path, '.');
        if (!span_eq(a, b) && !(span_is(a, "0") && is_index(b)))
            return false;
    }
    return !want.p && !path.p;
}

static bool is_mark(struct span path)
{
    return path.n && (path.p[0] == '"' || path.p[0] == '\'');
}

/* The path of a line: the value, but of `match` the name. */
static struct span path_of(const struct recipe *r, const struct recipe_line *l)
{
    return l->key == KEY_MATCH ? recipe_name(r, l) : recipe_value(r, l);
}

static bool holds_path(const struct recipe_line *l)
{
    return l->key == KEY_ROWS || l->key == KEY_MATCH || l->key == KEY_LET || l->key == KEY_CODE ||
           l->key == KEY_SAY;
}

static bool any_path(struct span paths, bool mark)
{
    struct word word;
    do {
        paths = span_trim(paths);
        if (paths.n && is_mark(paths) == mark)
            return true;
    } while (recipe_word(&paths, &word));
    return false;
}

bool reply_reads(const struct recipe *r, unsigned phase, bool marks)
{
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++)
        if (holds_path(l) && recipe_in_force(r, l, phase) && any_path(path_of(r, l), marks))
            return true;
    return false;
}

/* ---- keeping */

static void keep_code(struct reply *y, struct span v)
{
    if (v.n == 0 || y->code_count == REPLY_CODES)
        return;
    if (v.n > REPLY_CODE_MAX)
        v.n = REPLY_CODE_MAX; /* no word of a recipe is as long, so it cannot become one */
    memcpy(y->code[y->code_count], v.p, v.n);
    y->code_n[y->code_count++] = (uint8_t)v.n;
}

static void keep_say(struct reply *y, struct span v, unsigned rank)
{
    struct buf b = BUF(y->say);
    if (v.n == 0 || rank >= y->say_rank)
        return;
    buf_safe(&b, v, REPLY_SAY_MAX);
    y->say_n = (uint8_t)b.n;
    y->say_rank = (uint8_t)rank;
}

static bool whole_reply(const struct recipe *r, const struct recipe_line *l)
{
    return l->key == KEY_LET && span_is(recipe_name(r, l), "page");
}

/* Offers a scalar of the row to every line that wants it. `page` stands outside of rows: its path
 * is from the top. */
static void offer_fields(struct reply *y, struct span top, struct span in_row, struct span v)
{
    for (unsigned i = 0; i < y->r->line_count; i++) {
        const struct recipe_line *l = &y->r->lines[i];
        bool old = l->key == KEY_LET && span_is(recipe_name(y->r, l), "old");
        struct span path = whole_reply(y->r, l) ? top : in_row;
        if (l->phase != y->phase || (l->key != KEY_LET && l->key != KEY_MATCH) || !path.p)
            continue;
        if (!reply_path_is(path_of(y->r, l), path, y->aaaa, old))
            continue;
        y->over |= y->u.json.text_over;
        if (whole_reply(y->r, l))
            store_put(y->store, STORE_PAGE, i, v);
        else
            store_field(y->store, i, v);
    }
}

static void offer_words(struct reply *y, unsigned key, struct span path, struct span v)
{
    const struct recipe_line *l = recipe_find(y->r, y->phase, key, SPAN_NONE);
    struct span rest = l ? recipe_value(y->r, l) : SPAN_NONE;
    for (unsigned rank = 0; rest.p; rank++) {
        struct span want = span_word(&rest);
        if (want.n == 0)
            return;
        if (reply_path_is(want, path, y->aaaa, false)) {
            if (key == KEY_CODE)
                keep_code(y, v);
            else
                keep_say(y, v, rank);
        }
    }
}

/* ---- JSON */

/* Where the path lies: the row's own path is "" when it is a row itself; absent outside of rows. */
static struct span inside_row(const struct reply *y, struct span path, struct span rows)
{
    char room[PATTERN_MAX];
    struct span at = choose(rows, y->aaaa, room);
    long dot;
    if (span_is(at, "."))
        at.n = 0;
    if (path.n <= at.n || !span_starts(path, at) || (at.n && path.p[at.n] != '.'))
        return SPAN_NONE;
    path = span_from(path, at.n + (at.n > 0));
    dot = span_chr(path, '.');
    return dot < 0 ? span_upto(path, 0) : span_from(path, (size_t)dot + 1);
}

static bool is_scalar(enum json_event e)
{
    return e >= JSON_STRING && e <= JSON_NULL;
}

/* One event where `rows` is given. True: it ended a row. */
static bool row_event(struct reply *y, enum json_event e, struct span path, struct span rows)
{
    struct span in = inside_row(y, path, rows);
    if (e != JSON_CLOSE && reply_path_is(rows, path, y->aaaa, false))
        y->rows_seen = !is_scalar(e) || e == JSON_NULL;
    if (in.p && in.n == 0 && e != JSON_CLOSE)
        store_row(y->store);
    if (is_scalar(e) && e != JSON_NULL)
        offer_fields(y, path, in, json_text(&y->u.json));
    return in.p && in.n == 0 && (e == JSON_CLOSE || is_scalar(e));
}

static bool json_step(struct reply *y, enum json_event e)
{
    const struct recipe_line *rows = recipe_find(y->r, y->phase, KEY_ROWS, SPAN_NONE);
    struct span path = json_path(&y->u.json), v = json_text(&y->u.json);
    if (is_scalar(e) && e != JSON_NULL) {
        offer_words(y, KEY_CODE, path, v);
        offer_words(y, KEY_SAY, path, v);
    }
    if (rows)
        return row_event(y, e, path, recipe_value(y->r, rows));
    if (is_scalar(e) && e != JSON_NULL)
        offer_fields(y, path, path, v);
    return false;
}

/* ---- text */

static bool in_token(char c)
{
    return c > ' ' && span_chr(SPAN("<>\"',;()"), c) < 0;
}

static bool in_words(char c)
{
    return (uint8_t)c >= ' ' && span_chr(SPAN("<>\"'"), c) < 0;
}

/* The token, or the words, after the first place of the mark; absent when the mark is not there or
 * nothing follows. */
static struct span after_mark(const struct reply *y, struct span mark, bool (*in)(char c))
{
    struct span text = reply_text(y), token;
    long at = span_find(text, mark);
    if (at < 0)
        return SPAN_NONE;
    text = span_from(text, (size_t)at + mark.n);
    while (text.n && (text.p[0] == ' ' || text.p[0] == '\t'))
        text = span_from(text, 1);
    token = (struct span){text.p, 0};
    while (token.n < text.n && in(token.p[token.n]))
        token.n++;
    return token.n ? token : SPAN_NONE;
}

static void text_line(struct reply *y, unsigned i)
{
    const struct recipe_line *l = &y->r->lines[i];
    struct span rest = path_of(y->r, l), v;
    struct word word;
    for (unsigned rank = 0; recipe_word(&rest, &word); rank++) {
        v = after_mark(y, word.text, l->key == KEY_SAY ? in_words : in_token);
        if (l->key == KEY_SAY)
            keep_say(y, v, rank);
        else if (v.p && l->key == KEY_CODE)
            keep_code(y, v);
        else if (v.p)
            store_field(y->store, i, v);
    }
}

static void keep_text(struct reply *y, struct span part)
{
    size_t n = part.n < (size_t)(REPLY_TEXT_MAX - y->text_n) ? part.n
                                                             : (size_t)(REPLY_TEXT_MAX - y->text_n);
    if (n)
        memcpy(y->u.text + y->text_n, part.p, n);
    y->text_n = (uint16_t)(y->text_n + n);
}

/* ---- */

void reply_begin(struct reply *y, const struct recipe *r, unsigned phase, bool aaaa,
                 struct store *store)
{
    memset(y, 0, offsetof(struct reply, code));
    y->r = r;
    y->store = store;
    y->phase = (uint8_t)phase;
    y->aaaa = aaaa;
    y->is_json = reply_reads(r, phase, false);
    y->say_rank = 255;
    y->json_end = JSON_BAD;
    store_row(store);
    store_forget(store, STORE_PAGE);
    json_init(&y->u.json);
}

bool reply_feed(struct reply *y, struct span *part)
{
    const char *p = part->p, *end = part->p + part->n;
    enum json_event e = JSON_MORE;
    bool row = false;
    if (!y->is_json)
        keep_text(y, *part);
    while (y->is_json && !row) {
        e = json_next(&y->u.json, &p, end);
        if (e == JSON_MORE || e == JSON_BAD)
            break;
        row = e != JSON_END && json_step(y, e);
    }
    y->size += (uint32_t)(row ? p - part->p : (long)part->n);
    *part = row ? (struct span){p, (size_t)(end - p)} : SPAN_NONE;
    return row;
}

bool reply_end(struct reply *y)
{
    bool rows = recipe_find(y->r, y->phase, KEY_ROWS, SPAN_NONE) != NULL;
    if (y->is_json) {
        /* A number that is the whole body ends only here; no recipe wants one. */
        y->json_end = json_finish(&y->u.json);
        return !rows && (y->json_end == JSON_END || y->size == 0);
    }
    for (unsigned i = 0; i < y->r->line_count; i++)
        if (holds_path(&y->r->lines[i]) && recipe_in_force(y->r, &y->r->lines[i], y->phase))
            text_line(y, i);
    return true;
}

struct span reply_code(const struct reply *y, unsigned i)
{
    return i < y->code_count ? (struct span){y->code[i], y->code_n[i]} : SPAN_NONE;
}

struct span reply_text(const struct reply *y)
{
    struct span text = {y->u.text, y->text_n};
    if (y->is_json)
        return SPAN_NONE;
    return span_from(text, span_starts(text, SPAN("\xef\xbb\xbf")) ? 3 : 0);
}
