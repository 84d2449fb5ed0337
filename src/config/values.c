/* values.c: one parser for each type of value. */
#include "base/civil.h"
#include "base/codec.h"
#include "config/inner.h"

struct span value_item(struct span *rest)
{
    struct span s = *rest;
    size_t n = 0;
    while (s.n && (s.p[0] == ',' || s.p[0] == ' ' || s.p[0] == '\t'))
        s = span_from(s, 1);
    while (n < s.n && s.p[n] != ',' && s.p[n] != ' ' && s.p[n] != '\t')
        n++;
    *rest = span_from(s, n);
    return span_upto(s, n);
}

static bool wrong(struct conf *c, const struct conf_setting *s, unsigned line, struct span text,
                  struct span want, struct span more)
{
    conf_wrong(c, line, span_z(s->key), SPAN(": '"), conf_quote(text), SPAN("' — write "), want,
               more);
    return false;
}

static void put_amount(struct buf *b, const struct conf_setting *s, uint32_t v)
{
    if (s->type == CONF_SECONDS)
        seconds_put(b, v);
    else if (s->type == CONF_SIZE && v >= 1024)
        buf_u64(b, v / 1024);
    else
        buf_u64(b, v);
    if (s->type == CONF_SIZE && v >= 1024)
        buf_char(b, 'K');
}

static bool parse_size(struct span s, uint32_t *out)
{
    unsigned shift = 0;
    uint64_t v;
    char last = s.n ? ascii_lower(s.p[s.n - 1]) : 0;
    if (last == 'k' || last == 'm') {
        shift = last == 'k' ? 10 : 20;
        s.n--;
    }
    if (!span_u64(s, UINT32_MAX >> shift, &v))
        return false;
    *out = (uint32_t)(v << shift);
    return true;
}

static bool parse_amount(struct conf *c, const struct conf_setting *s, unsigned line,
                         struct span text, struct parsed *out)
{
    char room[64];
    struct buf b = BUF(room);
    uint64_t v = 0;
    bool good = s->type == CONF_SECONDS ? span_seconds(text, &out->number)
              : s->type == CONF_SIZE    ? parse_size(text, &out->number)
                                        : span_u64(text, UINT32_MAX, &v);
    if (s->type == CONF_NUMBER)
        out->number = (uint32_t)v;
    while (text.n > 1 && text.p[0] == '0') /* 060 is no number in JSON */
        text = span_from(text, 1);
    out->text = text;
    if (good && out->number >= s->least && out->number <= s->most)
        return true;
    put_amount(&b, s, s->least);
    buf_z(&b, " to ");
    put_amount(&b, s, s->most);
    return wrong(c, s, line, text, s->type == CONF_SECONDS ? SPAN("a time such as 90s, 5m or 2h, ")
                                   : s->type == CONF_SIZE  ? SPAN("a size such as 256K or 1M, ")
                                                           : SPAN("a whole number, "),
                 buf_view(&b));
}

static bool parse_yesno(struct conf *c, const struct conf_setting *s, unsigned line,
                        struct span text, struct parsed *out)
{
    out->number = span_ieq(text, SPAN("yes")) || span_ieq(text, SPAN("true")) ||
                  span_ieq(text, SPAN("on"));
    out->text = out->number ? SPAN("yes") : SPAN("no");
    if (out->number || span_ieq(text, SPAN("no")) || span_ieq(text, SPAN("false")) ||
        span_ieq(text, SPAN("off")))
        return true;
    return wrong(c, s, line, text, SPAN("yes or no"), SPAN_NONE);
}

static bool parse_word(struct conf *c, const struct conf_setting *s, unsigned line,
                       struct span text, struct parsed *out)
{
    struct span words = span_z(s->words), w;
    for (out->number = 0; (w = span_word(&words)).n; out->number++)
        if (span_ieq(w, text))
            return true;
    return wrong(c, s, line, text, SPAN("one of "), span_z(s->words));
}

static bool parse_classes(struct conf *c, const struct conf_setting *s, unsigned line,
                          struct span text, struct parsed *out)
{
    static const uint8_t classes[] = {ADDR_PRIVATE, ADDR_CGNAT, ADDR_ULA, ADDR_DOCUMENTATION,
                                      ADDR_LOOPBACK}; /* as the table's words go */
    struct span item;
    out->number = 0;
    while ((item = value_item(&text)).n) {
        struct parsed one;
        if (!parse_word(c, s, line, item, &one))
            return false;
        out->number |= 1u << classes[one.number];
    }
    return true;
}

static bool parse_endpoints(struct conf *c, const struct conf_setting *s, unsigned line,
                            struct span text)
{
    struct span item;
    uint8_t n = 0;
    while ((item = value_item(&text)).n) {
        if (n == RESOLVERS_MAX)
            return wrong(c, s, line, item, SPAN("at most 4 servers (RESOLVERS_MAX)"), SPAN_NONE);
        if (!endpoint_parse(item, 53, &c->resolvers[n++]))
            return wrong(c, s, line, item,
                         SPAN("addresses such as 192.0.2.53 or [2001:db8::53]:53"), SPAN_NONE);
    }
    c->resolver_count = n;
    return true;
}

_Static_assert(RESOLVERS_MAX == 4, "the message above names it");

struct span value_host(struct conf *c, unsigned line, struct span name)
{
    struct buf b = {.p = c->names + c->names_n, .cap = sizeof c->names - c->names_n};
    struct addr a;
    bool good = host_put(&b, name);
    struct span host = buf_view(&b);
    if (good && span_chr(host, '.') >= 0 && !addr_parse(host, &a)) {
        c->names_n += (uint32_t)host.n;
        return host;
    }
    if (b.cap - b.n < HOST_MAX)
        conf_wrong(c, line, SPAN("host names longer than 32768 bytes in all (RECORDS_MAX * 64) — "
                                 "run a second ddns with a file of its own"));
    else if (good)
        conf_wrong(c, line, SPAN("'"), conf_quote(name), SPAN("' is no full host name — write it "
                                                             "whole, such as home.example.com"));
    else
        conf_wrong(c, line, SPAN("'"), conf_quote(name), SPAN("' is no host name — write letters, "
                   "digits and '-' parted by dots, such as home.example.com"));
    return SPAN_NONE;
}

_Static_assert(sizeof((struct conf *)0)->names == 32768, "the message above names it");

bool value_parse(struct conf *c, const struct conf_setting *s, unsigned line, struct span text,
                 struct parsed *out)
{
    out->number = 0;
    out->text = text;
    switch ((enum conf_type)s->type) {
    case CONF_YESNO: return parse_yesno(c, s, line, text, out);
    case CONF_NUMBER:
    case CONF_SECONDS:
    case CONF_SIZE: return parse_amount(c, s, line, text, out);
    case CONF_WORD: return parse_word(c, s, line, text, out);
    case CONF_CLASSES: return parse_classes(c, s, line, text, out);
    case CONF_ENDPOINTS: return parse_endpoints(c, s, line, text);
    case CONF_HOST: out->text = value_host(c, line, text); return out->text.p != NULL;
    case CONF_TEXT: case CONF_SECRET: case CONF_PLAIN: case CONF_HOSTS: case CONF_SOURCES: break;
    }
    return true;
}

void value_store(const struct conf_setting *s, void *at, const struct parsed *p)
{
    bool yes = p->number;
    if (s->type == CONF_YESNO)
        memcpy(at, &yes, sizeof yes);
    else if (s->type == CONF_PLAIN)
        memcpy(at, &p->text, sizeof p->text);
    else
        memcpy(at, &p->number, sizeof p->number);
}
