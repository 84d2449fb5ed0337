/* template.c: reads templates into tokens. */
#include "provider/template.h"

struct template template_of(struct span text)
{
    return (struct template){.rest = text};
}

/* The next body line of the same phase after t->line. */
static bool next_line(struct template *t)
{
    unsigned phase = t->r->lines[t->line].phase;
    while (++t->line < t->r->line_count) {
        const struct recipe_line *l = &t->r->lines[t->line];
        if (l->key == KEY_BODY && l->phase == phase) {
            t->rest = recipe_value(t->r, l);
            return true;
        }
    }
    t->line--;
    return false;
}

struct template template_body(const struct recipe *r, unsigned phase)
{
    struct template t = {.r = r};
    const struct recipe_line *l = recipe_find(r, phase, KEY_BODY, SPAN_NONE);
    if (l == NULL)
        return t;
    t.line = (uint8_t)(l - r->lines);
    t.rest = recipe_value(r, l);
    return t;
}

static size_t name_length(struct span s)
{
    size_t n = 0;
    while (n < s.n && (ascii_alpha(s.p[n]) || (n && (ascii_digit(s.p[n]) || s.p[n] == '_'))))
        n++;
    return n;
}

/* How many bytes up to one that cannot stand in a {x|y}. */
static size_t pick_length(struct span s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] > ' ' && span_chr(SPAN("{}|\""), s.p[n]) < 0)
        n++;
    return n;
}

/* What begins with this '{': kind TEXT when nothing does. */
static struct token read_brace(struct span s, size_t *length)
{
    struct span in = span_from(s, 1);
    size_t n = name_length(in), x = pick_length(in), y;
    struct token t = {.kind = TOKEN_TEXT};
    if (n && n < in.n && in.p[n] == '}') {
        t.text = span_upto(in, n);
        t.kind = span_is(t.text, "each")  ? TOKEN_EACH
                 : span_is(t.text, "end") ? TOKEN_END
                                          : TOKEN_NAME;
        *length = n + 2;
    } else if (x < in.n && in.p[x] == '|') {
        y = pick_length(span_from(in, x + 1));
        if (x + 1 + y < in.n && in.p[x + 1 + y] == '}') {
            t = (struct token){TOKEN_PICK, span_upto(in, x), span_upto(span_from(in, x + 1), y)};
            *length = x + y + 3;
        }
    }
    return t;
}

struct token template_next(struct template *t)
{
    struct token token = {.kind = TOKEN_DONE};
    size_t n = 0;
    while (t->rest.n == 0)
        if (t->r == NULL || !next_line(t))
            return token;
    if (t->rest.p[0] == '{')
        token = read_brace(t->rest, &n);
    if (n == 0) {
        n = 1;
        while (n < t->rest.n && t->rest.p[n] != '{')
            n++;
        token = (struct token){TOKEN_TEXT, span_upto(t->rest, n), SPAN_NONE};
    }
    t->rest = span_from(t->rest, n);
    return token;
}

bool template_json(struct span body)
{
    return span_starts(body, SPAN("[")) ||
           (span_starts(body, SPAN("{")) && name_length(span_from(body, 1)) == 0);
}
