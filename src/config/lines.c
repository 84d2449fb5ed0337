/* lines.c: the line reader. */
#include "config/lines.h"
#include "base/codec.h"
#include "limits.h"

void lines_init(struct lines *l, struct span text, unsigned first, bool comments)
{
    if (span_starts(text, SPAN("\xef\xbb\xbf")))
        text = span_from(text, 3);
    *l = (struct lines){.rest = text, .number = first - 1, .comments = comments};
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Byte number of the first thing that is no text, 0 when all is. */
static unsigned no_text(struct span s)
{
    struct span rest = s;
    while (rest.n) {
        size_t at = s.n - rest.n;
        uint32_t c;
        if (!utf8_next(&rest, &c) || (c < 0x20 && c != '\t') || c == 0x7f)
            return (unsigned)at + 1;
    }
    return 0;
}

static enum line_kind bad(struct line *out, const char *wrong)
{
    out->wrong = wrong;
    return LINE_BAD;
}

/* The rest of `s` behind the closing quote of the one it begins with; absent when there is none. */
static struct span past_quote(struct span s, bool escapes)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == s.p[0])
            return span_from(s, i + 1);
        if (escapes && s.p[i] == '\\')
            i++;
    }
    return SPAN_NONE;
}

/* A comment begins at a '#' that is the first thing of `s` or comes after a blank. */
static struct span without_comment(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '#' && (i == 0 || blank(s.p[i - 1])))
            return span_upto(s, i);
    return s;
}

static void value(const struct lines *l, struct line *out, struct span s)
{
    struct span after = s.n && s.p[0] == '"' ? past_quote(s, true) : SPAN_NONE;
    size_t literal = s.n - after.n;
    if (after.p && l->comments && after.n && blank(after.p[0]))
        after = without_comment(after);
    out->quoted = after.p && span_trim(after).n == 0;
    if (out->quoted)
        out->value = (struct span){s.p + 1, literal - 2};
    else
        out->value = span_trim(l->comments ? without_comment(s) : s);
}

static enum line_kind section(const struct lines *l, struct line *out, struct span s)
{
    long close = span_chr(s, ']');
    struct span after;
    out->section = true;
    if (close < 0)
        return bad(out, "']' is missing — write [PROVIDER] or [PROVIDER LABEL]");
    after = span_trim(span_from(s, (size_t)close + 1));
    out->key = span_trim((struct span){s.p + 1, (size_t)close - 1});
    if (after.n && !(l->comments && after.p[0] == '#'))
        return bad(out, "text after ']' — write the setting on a line of its own");
    if (out->key.n == 0)
        return bad(out, "an empty section header — write [PROVIDER] or [PROVIDER LABEL]");
    return LINE_SECTION;
}

/* Where the '=' of a setting is, behind key and name; -1 when there is none. */
static long equals(struct span s, size_t key)
{
    struct span rest = s, quoted;
    while (key < s.n && blank(s.p[key]))
        key++;
    rest = span_from(s, key);
    if (rest.n && (rest.p[0] == '"' || rest.p[0] == '\'')) {
        quoted = past_quote(rest, false);
        rest = quoted.p ? quoted : rest;
    }
    key = (size_t)(rest.p - s.p);
    return span_chr(rest, '=') < 0 ? -1 : span_chr(rest, '=') + (long)key;
}

static enum line_kind setting(const struct lines *l, struct line *out, struct span s)
{
    size_t n = 0;
    long at;
    while (n < s.n && (ascii_alnum(s.p[n]) || s.p[n] == '_' || s.p[n] == '-'))
        n++;
    at = equals(s, n);
    if (at < 0)
        return bad(out, "'=' is missing — write KEY = VALUE, or put '#' before a comment");
    if (n == 0 || (n < s.n && !blank(s.p[n]) && s.p[n] != '='))
        return bad(out, "no key before '=' — write KEY = VALUE; a key is letters, digits and '_'");
    out->key = span_upto(s, n);
    out->name = span_trim((struct span){s.p + n, (size_t)at - n});
    if (out->name.n == 0)
        out->name = SPAN_NONE;
    value(l, out, span_trim(span_from(s, (size_t)at + 1)));
    return LINE_SETTING;
}

enum line_kind lines_next(struct lines *l, struct line *out)
{
    while (l->rest.n) {
        struct span s = span_cut(&l->rest, '\n');
        *out = (struct line){.number = ++l->number};
        if (s.n && s.p[s.n - 1] == '\r')
            s.n--;
        if (s.n > CONF_LINE_MAX)
            return bad(out, "line longer than 4096 bytes (CONF_LINE_MAX) — put a long value into "
                            "a file and write KEY = @FILE");
        out->column = no_text(s);
        if (out->column)
            return bad(out, "not UTF-8 text — save the file as UTF-8, without control characters");
        s = span_trim(s);
        if (s.n && s.p[0] != '#')
            return s.p[0] == '[' ? section(l, out, s) : setting(l, out, s);
    }
    *out = (struct line){.number = l->number};
    return LINE_END;
}

_Static_assert(CONF_LINE_MAX == 4096, "the message above names it");

void line_unquote(struct buf *b, struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
            i++;
        buf_char(b, s.p[i]);
    }
}
