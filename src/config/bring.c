/* bring.c: what a written value stands for: itself, "…", the content of a file, a variable. The
 * errors repeat nothing of it: a password that begins with @ or $ may have been meant. */
#include "base/codec.h"
#include "config/inner.h"

static bool keep(struct conf *c, size_t n, struct span *out)
{
    *out = (struct span){c->secrets + c->secrets_n, n};
    c->secrets_n += (uint32_t)n;
    return true;
}

static bool no_room(struct conf *c, const struct line *l)
{
    conf_wrong(c, l->number, l->key, SPAN(": values by @, $ and \\ longer than 32768 bytes in all "
                                          "(SECRETS_TEXT_MAX) — use shorter ones"));
    return false;
}

_Static_assert(SECRETS_TEXT_MAX == 32768, "the message above names it");

bool bring_literal(struct conf *c, struct line *l)
{
    struct buf b = {.p = c->secrets + c->secrets_n, .cap = sizeof c->secrets - c->secrets_n};
    if (!l->quoted || span_chr(l->value, '\\') < 0)
        return true;
    line_unquote(&b, l->value);
    return b.over ? no_room(c, l) : keep(c, b.n, &l->value);
}

/* The last line end is the editor's, not the value's; those inside are (PEM). */
static struct span content(struct span s)
{
    if (span_starts(s, SPAN("\xef\xbb\xbf")))
        s = span_from(s, 3);
    if (span_ends(s, SPAN("\n")))
        s.n--;
    if (span_ends(s, SPAN("\r")))
        s.n--;
    return s;
}

static bool is_text(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] < 0x20 && s.p[i] != '\n' && s.p[i] != '\r' && s.p[i] != '\t')
            return false;
    return utf8_valid(s);
}

static bool from_file(struct conf *c, const struct conf_fetch *fetch, const struct line *l,
                      struct span *out)
{
    struct span path = span_from(l->value, 1);
    size_t cap = sizeof c->secrets - c->secrets_n, n = 0;
    const char *why = "no such file";
    struct span s;
    if (cap == 0)
        return no_room(c, l);
    if (path.n == 0 || !fetch->file(fetch->arg, path, c->secrets + c->secrets_n, cap, &n, &why)) {
        conf_wrong(c, l->number, l->key, SPAN(": cannot read the file named after @: "),
                   span_z(why), SPAN(" — name a file that holds the value, or write the value in "
                                     "\"…\" if it begins with @"));
        return false;
    }
    s = content((struct span){c->secrets + c->secrets_n, n});
    if (s.n == 0 || !is_text(s)) {
        conf_wrong(c, l->number, l->key, SPAN(": the file named after @ is "),
                   s.n ? SPAN("no UTF-8 text — save it as UTF-8")
                       : SPAN("empty — put the value into it"));
        return false;
    }
    keep(c, n, out);
    *out = s;
    return true;
}

static bool is_name(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]) && s.p[i] != '_')
            return false;
    return s.n && !ascii_digit(s.p[0]);
}

static bool from_env(struct conf *c, const struct conf_fetch *fetch, const struct line *l,
                     struct span *out)
{
    struct span name = span_from(l->value, 1);
    size_t cap = sizeof c->secrets - c->secrets_n, n = 0;
    if (!is_name(name)) {
        conf_wrong(c, l->number, l->key, SPAN(": '$' is not followed by a variable's name — write "
                                              "the value in \"…\" if it begins with $"));
        return false;
    }
    if (cap == 0)
        return no_room(c, l);
    if (!fetch->env(fetch->arg, name, c->secrets + c->secrets_n, cap, &n) || n == 0) {
        conf_wrong(c, l->number, l->key, SPAN(": the variable named after $ is not set — set it "
                   "before ddns starts, or write the value in \"…\" if it begins with $"));
        return false;
    }
    if (!is_text((struct span){c->secrets + c->secrets_n, n})) {
        conf_wrong(c, l->number, l->key, SPAN(": the variable named after $ is no UTF-8 text — "
                                              "set it to the value as text"));
        return false;
    }
    return keep(c, n, out);
}

bool bring_value(struct conf *c, const struct conf_fetch *fetch, const struct line *l,
                 struct value *out)
{
    out->text = l->value;
    out->indirect = !l->quoted && l->value.n && (l->value.p[0] == '@' || l->value.p[0] == '$');
    if (!out->indirect)
        return true;
    return l->value.p[0] == '@' ? from_file(c, fetch, l, &out->text)
                                : from_env(c, fetch, l, &out->text);
}
