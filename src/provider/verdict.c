/* verdict.c: from a reply to an outcome. */
#include "provider/verdict.h"

/* ---- words */

static struct span expand(struct span word, const struct scope *scope, char room[96])
{
    struct buf b = {.p = room, .cap = 96};
    struct writer w;
    writer_init(&w, &b, PLACE_WORD, scope);
    writer_put(&w, template_of(word));
    return w.bad.p || b.over ? SPAN_NONE : buf_view(&b);
}

/* Could the text go on as the same word here? A dot or hyphen counts when something follows it. */
static bool goes_on(struct span rest)
{
    if (rest.n == 0)
        return false;
    if (ascii_alnum(rest.p[0]) || rest.p[0] == '_')
        return true;
    return rest.n > 1 && span_chr(SPAN(".-:"), rest.p[0]) >= 0 &&
           (ascii_alnum(rest.p[1]) || rest.p[1] == rest.p[0]);
}

static bool began_before(char c)
{
    return ascii_alnum(c) || span_chr(SPAN("_.-:"), c) >= 0;
}

static bool has_token(struct span text, struct span word)
{
    for (size_t at = 0; word.n && at + word.n <= text.n; at++)
        if (span_istarts(span_from(text, at), word) && !goes_on(span_from(text, at + word.n)) &&
            (at == 0 || !began_before(text.p[at - 1])))
            return true;
    return false;
}

static bool word_hits(const struct word *word, struct span value, struct span text,
                      const struct scope *scope)
{
    char room[96];
    struct span want = expand(word->text, scope, room);
    if (want.p == NULL)
        return false;
    switch (word->kind) {
    case WORD_PLAIN: return value.p && span_ieq(value, want);
    case WORD_START: return value.p && span_istarts(value, want);
    case WORD_TEXT:
        if (want.n == 0)
            return text.p && text.n == 0;
        return text.p && span_istarts(text, want) && !goes_on(span_from(text, want.n));
    case WORD_TOKEN: return text.p && has_token(text, want);
    }
    return false;
}

/* ---- rules */

struct values {
    struct span list[REPLY_CODES]; /* what the reply says */
    unsigned count;
    bool stand_in;                 /* it says nothing: the HTTP status stands in */
    struct span text;
};

static bool line_hits(const struct values *v, struct span words, const struct scope *scope,
                      struct span *seen)
{
    struct word word;
    while (recipe_word(&words, &word))
        for (unsigned i = 0; i < v->count; i++) {
            struct span text = v->text.p ? v->text : v->stand_in ? SPAN_NONE : v->list[i];
            if (word_hits(&word, v->list[i], text, scope)) {
                *seen = v->list[i];
                return true;
            }
        }
    return false;
}

/* Rules of the phase, then the header's own, then the inherited ones. */
static bool rule_in_pass(const struct recipe_line *l, unsigned phase, unsigned pass)
{
    return recipe_rule(l->key) &&
           (pass == 0 ? l->phase == phase : l->phase == KEY_HEAD && l->own == (pass == 1)) &&
           (l->key != KEY_BUSY || phase == KEY_AWAIT);
}

static unsigned rule_hit(const struct reply *y, const struct values *v, bool good,
                         const struct scope *scope, struct span *seen)
{
    const struct recipe *r = y->r;
    for (unsigned pass = 0; pass < 3; pass++)
        for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count; l++)
            if (rule_in_pass(l, y->phase, pass) && (l->key != KEY_OK || (good && !v->stand_in)) &&
                line_hits(v, recipe_value(r, l), scope, seen))
                return l->key;
    return 0;
}

static struct verdict by_rule(unsigned key, struct span seen)
{
    static const uint8_t kinds[] = {
        [KEY_AUTH - KEY_AUTH] = FAIL_AUTH,   [KEY_CONFIG - KEY_AUTH] = FAIL_CONFIG,
        [KEY_ABUSE - KEY_AUTH] = FAIL_ABUSE, [KEY_WAIT - KEY_AUTH] = FAIL_WAIT,
        [KEY_RETRY - KEY_AUTH] = FAIL_RETRY,
    };
    struct verdict v = {.outcome = OUTCOME_FAIL, .seen = seen};
    if (key == KEY_OK || key == KEY_SAME || key == KEY_NONE || key == KEY_BUSY)
        v.outcome = key == KEY_OK     ? OUTCOME_OK
                    : key == KEY_SAME ? OUTCOME_SAME
                    : key == KEY_NONE ? OUTCOME_NONE
                                      : OUTCOME_BUSY;
    else
        v.kind = (enum fail_kind)kinds[key - KEY_AUTH];
    return v;
}

static struct verdict nonsense(const char *why, struct span seen)
{
    return (struct verdict){.outcome = OUTCOME_FAIL, .kind = FAIL_PROTO, .seen = seen, .why = why};
}

static struct verdict by_status(const struct reply_head *head, struct span seen)
{
    struct verdict v = {.outcome = OUTCOME_FAIL, .kind = FAIL_CONFIG, .seen = seen};
    if (head->status == 429 || head->retry_after)
        v.kind = FAIL_WAIT;
    else if (head->status == 401 || head->status == 403)
        v.kind = FAIL_AUTH;
    else if (head->status == 404)
        v.outcome = OUTCOME_NONE;
    else if (head->status == 408 || head->status == 425 || head->status >= 500)
        v.kind = FAIL_RETRY;
    return v;
}

static bool words_in_force(const struct recipe *r, unsigned phase, unsigned key)
{
    return recipe_find(r, phase, key, SPAN_NONE) != NULL;
}

/* A 2xx reply that should be JSON: an empty one will do where nothing is read from it. */
static bool unreadable(const struct reply *y)
{
    static const uint8_t readers[] = {KEY_ROWS, KEY_MATCH, KEY_LET, KEY_OK};
    bool needed = y->size > 0;
    for (unsigned i = 0; i < COUNT(readers); i++)
        needed |= words_in_force(y->r, y->phase, readers[i]);
    return y->is_json && needed && y->json_end != JSON_END;
}

static struct values values_of(const struct reply *y, struct span text, struct span status)
{
    struct values v = {.count = y->code_count};
    struct span rest = text;
    bool first_word = text.p && !words_in_force(y->r, y->phase, KEY_CODE) &&
                      words_in_force(y->r, y->phase, KEY_OK);
    for (unsigned i = 0; i < v.count; i++)
        v.list[i] = reply_code(y, i);
    if (!v.count)
        v.text = text;
    if (first_word)
        v.list[v.count++] = span_word(&rest);
    if (v.count == 0 || v.list[0].n == 0) {
        v.stand_in = true;
        v.list[0] = status;
        v.count = 1;
    }
    return v;
}

struct verdict verdict_of(const struct reply *y, const struct reply_head *head, struct span text,
                          const struct scope *scope)
{
    char digits[24];
    struct buf status = BUF(digits);
    bool good = head->status >= 200 && head->status < 300;
    struct span seen = SPAN_NONE;
    struct values v;
    unsigned key;
    buf_i64(&status, head->status);
    v = values_of(y, text, buf_view(&status));
    if (head->status >= 300 && head->status < 400)
        return (struct verdict){.outcome = OUTCOME_FAIL, .kind = FAIL_CONFIG};
    if (good && unreadable(y))
        return nonsense(y->size ? "the reply is not the JSON it should be" : "the reply is empty",
                        SPAN_NONE);
    if (y->over)
        return nonsense("a value of the reply is longer than the bound of 4096 bytes", SPAN_NONE);
    key = rule_hit(y, &v, good, scope, &seen);
    if (v.stand_in)
        v.list[0] = SPAN_NONE; /* `digits` ends here; the head has the number */
    if (key)
        return by_rule(key, v.stand_in ? SPAN_NONE : seen);
    if (!good)
        return by_status(head, v.list[0]);
    if (words_in_force(y->r, y->phase, KEY_OK) || y->code_count)
        return nonsense("unexpected answer", v.list[0]);
    return (struct verdict){.outcome = OUTCOME_OK};
}

/* ---- texts */

void verdict_fail(struct fail *f, const struct verdict *v, const struct reply_head *head,
                  struct span detail, struct span keys)
{
    static const struct {
        const char *before, *after;
    } texts[FAIL_KIND_MAX] = {
        [FAIL_AUTH] = {"credentials refused", ": correct "},
        [FAIL_CONFIG] = {"refused", ": correct hosts, zone or another setting of this section"},
        [FAIL_ABUSE] = {"blocked by the provider",
                        ": have it unblocked there, then change this section"},
        [FAIL_WAIT] = {"the provider asks to wait", ""},
        [FAIL_RETRY] = {"trouble at the provider", ""},
        [FAIL_PROTO] = {"unexpected answer", ""},
    };
    char room[REPLY_SAY_MAX + 24];
    struct buf b = BUF(room);
    if (head->status >= 300 && head->status < 400) {
        fail_set(f, v->kind, LAYER_HTTP, head->status,
                 SPAN("the server points elsewhere: set server = (now "),
                 head->location.n ? head->location : SPAN("no place named"),
                 SPAN(") or correct it"));
        return;
    }
    buf_z(&b, " (");
    buf_safe(&b, detail.n ? detail : v->seen.n ? v->seen : SPAN("HTTP "), 80);
    if (!detail.n && !v->seen.n)
        buf_i64(&b, head->status);
    buf_z(&b, ")");
    fail_set(f, v->kind, LAYER_PROVIDER, head->status,
             span_z(v->why ? v->why : texts[v->kind].before), buf_view(&b),
             span_z(texts[v->kind].after), v->kind == FAIL_AUTH ? keys : SPAN_NONE);
}
