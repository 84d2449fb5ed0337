/* writer.c: writes templates with values in, each escaped for its place. */
#include "provider/writer.h"
#include "base/codec.h"

enum place writer_place(struct span body)
{
    return span_starts(body, SPAN("<")) ? PLACE_XML : template_json(body) ? PLACE_JSON : PLACE_FORM;
}

/* ---- values */

static bool all(struct span v, bool (*good)(char c))
{
    for (size_t i = 0; i < v.n; i++)
        if (!good(v.p[i]))
            return false;
    return true;
}

static bool in_label(char c)
{
    return ascii_alnum(c) || c == '-';
}

static bool in_header(char c)
{
    return c > ' ' && (uint8_t)c < 0x7f && c != '"' && c != '\\';
}

static bool no_control(char c)
{
    return (uint8_t)c >= ' ' && c != 0x7f;
}

static size_t digits(struct span *s)
{
    size_t n = 0;
    while (n < s->n && ascii_digit(s->p[n]))
        n++;
    *s = span_from(*s, n);
    return n;
}

/* RFC 8259 §3 and §6: what may stand in JSON without quotes. */
static bool json_bare(struct span v)
{
    struct span s = span_from(v, span_starts(v, SPAN("-")));
    bool zero = span_starts(s, SPAN("0"));
    size_t n = digits(&s);
    if (span_is(v, "true") || span_is(v, "false") || span_is(v, "null"))
        return true;
    if (n == 0 || (zero && n > 1))
        return false;
    if (span_starts(s, SPAN("."))) {
        s = span_from(s, 1);
        if (digits(&s) == 0)
            return false;
    }
    if (span_istarts(s, SPAN("e"))) {
        s = span_from(s, 1);
        s = span_from(s, s.n && (s.p[0] == '+' || s.p[0] == '-'));
        if (digits(&s) == 0)
            return false;
    }
    return s.n == 0;
}

static void put_json(struct buf *b, struct span v)
{
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];
        if (c == '"' || c == '\\')
            buf_char(b, '\\');
        if (no_control(c)) {
            buf_char(b, c);
        } else {
            buf_z(b, "\\u00");
            buf_hex(b, &c, 1);
        }
    }
}

static void put_xml(struct buf *b, struct span v)
{
    for (size_t i = 0; i < v.n; i++) {
        if (span_chr(SPAN("&<>\"'"), v.p[i]) < 0) {
            buf_char(b, v.p[i]);
            continue;
        }
        buf_z(b, "&#");
        buf_u64(b, (uint8_t)v.p[i]);
        buf_char(b, ';');
    }
}

/* Returns what is wrong with the value in this place; NULL: it was written. */
static const char *put_value(struct writer *w, struct span v)
{
    struct buf *b = w->out;
    switch (w->place) {
    case PLACE_HOST:
        if (v.n == 0 || v.n > 63 || !all(v, in_label))
            return "must be one label of letters, digits and '-' to stand in a host name";
        break;
    case PLACE_PATH:
        percent_put(b, v, "@*");
        return v.n ? NULL : "is empty, and a path cannot hold that";
    case PLACE_QUERY:
    case PLACE_FORM:
        percent_put(b, v, ",");
        return NULL;
    case PLACE_JSON:
        if (!w->in_string && !json_bare(v))
            return "stands bare in JSON and is no number: put it in quotes";
        if (!utf8_valid(v))
            return "is not UTF-8";
        put_json(b, v);
        return NULL;
    case PLACE_XML:
        put_xml(b, v);
        return all(v, no_control) && utf8_valid(v) ? NULL : "holds a character that XML cannot";
    case PLACE_HEADER:
        if (!all(v, in_header))
            return "holds a blank or another character that a header cannot";
        break;
    case PLACE_BASIC:
        if (!all(v, no_control) || (span_chr(v, ':') >= 0 && span_chr(buf_view(b), ':') < 0))
            return "holds a ':' or a control character, and a user name cannot";
        break;
    case PLACE_WORD:
        break;
    }
    buf_span(b, v);
    return NULL;
}

/* ---- writing */

void writer_init(struct writer *w, struct buf *out, enum place place, const struct scope *scope)
{
    *w = (struct writer){
        .out = out, .scope = scope, .place = place, .item = scope->first, .start = out->n};
}

static void put(struct writer *w, char c)
{
    if (!w->skipping)
        buf_char(w->out, c);
}

/* A new parameter begins. */
static void separate(struct writer *w)
{
    w->skipping = false;
    w->start = w->out->n;
    w->had = w->begun;
    if (w->begun || w->place == PLACE_QUERY)
        buf_char(w->out, w->begun ? '&' : '?');
    w->begun = true;
}

static void url_char(struct writer *w, char c)
{
    if (w->place == PLACE_HOST && c == '/' && ++w->slashes == 3)
        w->place = PLACE_PATH;
    if (c == '?' && w->place != PLACE_FORM) {
        w->place = PLACE_QUERY;
        separate(w);
    } else if (c == '&' && (w->place == PLACE_QUERY || w->place == PLACE_FORM)) {
        separate(w);
    } else {
        put(w, c);
    }
}

/* The start of a member includes the comma before it, so that both go together. */
static void json_comma(struct writer *w)
{
    char last = w->out->n ? w->out->p[w->out->n - 1] : '\0';
    w->skipping = false;
    w->start = w->out->n;
    if (last != '{' && last != '[')
        buf_char(w->out, ',');
}

static void json_structure(struct writer *w, char c)
{
    bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
    if (c == ',' && w->depth == 0) {
        json_comma(w);
        return;
    }
    if (w->skipping && closes && w->depth-- == 0) {
        w->depth = 0;
        w->skipping = false;
    }
    if (w->skipping && opens)
        w->depth++;
    put(w, c);
    if (opens && !w->skipping)
        w->start = w->out->n;
}

static void json_char(struct writer *w, char c)
{
    if (w->in_string) {
        bool ends = c == '"' && !w->escaped;
        w->escaped = c == '\\' && !w->escaped;
        w->in_string = !ends;
        put(w, c);
    } else if (c == '"') {
        w->in_string = true;
        put(w, c);
    } else {
        json_structure(w, c);
    }
}

void writer_text(struct writer *w, struct span text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (w->place == PLACE_JSON)
            json_char(w, text.p[i]);
        else if (w->place <= PLACE_FORM)
            url_char(w, text.p[i]);
        else
            put(w, text.p[i]);
    }
}

static void absent(struct writer *w, struct span name)
{
    if (w->place != PLACE_QUERY && w->place != PLACE_FORM && w->place != PLACE_JSON) {
        w->bad = name;
        return;
    }
    w->out->n = w->start;
    w->skipping = true;
    w->depth = 0;
    if (w->place != PLACE_JSON)
        w->begun = w->had;
}

static void put_name(struct writer *w, struct span name)
{
    char scratch[SCOPE_SCRATCH];
    struct span v = w->scope->get(w->scope->self, w->item, name, scratch);
    if (w->skipping)
        return;
    if (v.p == NULL) {
        absent(w, name);
        return;
    }
    w->why = put_value(w, v);
    if (w->why)
        w->bad = name;
}

static void put_pick(struct writer *w, struct token t)
{
    char scratch[SCOPE_SCRATCH];
    struct span type = w->scope->get(w->scope->self, w->item, SPAN("type"), scratch);
    writer_text(w, span_is(type, "AAAA") ? t.other : t.text);
}

/* Between two rounds of {each}. */
static void put_comma(struct writer *w)
{
    if (w->place == PLACE_JSON)
        json_char(w, ',');
    else if (w->place != PLACE_XML)
        put(w, ',');
}

void writer_put(struct writer *w, struct template t)
{
    struct template each = t;
    if (w->place == PLACE_FORM && w->out->n == w->start)
        w->begun = true;
    for (;;) {
        struct token token = template_next(&t);
        if (token.kind == TOKEN_DONE || w->bad.p)
            break;
        if (token.kind == TOKEN_TEXT) {
            writer_text(w, token.text);
        } else if (token.kind == TOKEN_NAME) {
            put_name(w, token.text);
        } else if (token.kind == TOKEN_PICK) {
            put_pick(w, token);
        } else if (token.kind == TOKEN_EACH) {
            each = t;
        } else if (++w->item < w->scope->items) {
            put_comma(w);
            t = each;
        } else {
            w->item = w->scope->first;
        }
    }
}
