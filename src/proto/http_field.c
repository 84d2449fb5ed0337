/* http_field.c: the headers of a reply that this client heeds. */
#include "proto/http_field.h"

static struct span content_length(struct http *h, struct span value)
{
    struct span rest = value;
    uint64_t n;
    while (rest.p) { /* a list of equal values comes from joined headers, RFC 9110 §8.6 */
        if (!span_u64(span_trim(span_cut(&rest, ',')), UINT64_MAX, &n) ||
            (h->length_known && n != h->left))
            return SPAN("Content-Length");
        h->length_known = true;
        h->left = n;
    }
    return SPAN_NONE;
}

static struct span transfer_encoding(struct http *h, struct span value)
{
    if (h->chunked || !span_ieq(value, SPAN("chunked")))
        return SPAN("Transfer-Encoding other than chunked");
    h->chunked = true;
    return SPAN_NONE;
}

static struct span content_encoding(struct http *h, struct span value)
{
    if (value.n == 0 || span_ieq(value, SPAN("identity")) || http_bodiless(h))
        return SPAN_NONE;
    return span_ieq(value, SPAN("gzip")) ? SPAN("Content-Encoding gzip, which was not asked for")
                                         : SPAN("Content-Encoding, none was asked for");
}

static struct span connection(struct http *h, struct span value)
{
    while (value.p)
        if (span_ieq(span_trim(span_cut(&value, ',')), SPAN("close")))
            h->keep = false;
    return SPAN_NONE;
}

static struct span content_type(struct http *h, struct span value)
{
    struct span type = span_trim(span_cut(&value, ';'));
    struct span tail = span_from(type, type.n > 5 ? type.n - 5 : 0);
    h->head.json = span_ieq(type, SPAN("application/json")) || span_ieq(type, SPAN("text/json")) ||
                   span_ieq(tail, SPAN("+json"));
    return SPAN_NONE;
}

static struct span date(struct http *h, struct span value)
{
    int64_t at;
    if (civil_parse_http(value, &at) && at > 0)
        h->head.date = at;
    return SPAN_NONE;
}

void http_field_retry(struct http *h, uint64_t seconds)
{
    h->head.retry_after = seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

/* A date is made seconds at the end of the head, when Date is known. */
static struct span retry_after(struct http *h, struct span value)
{
    uint64_t n;
    h->head.retry_after = 0;
    h->retry_at = 0;
    if (span_u64(value, UINT64_MAX, &n))
        http_field_retry(h, n);
    else if (!civil_parse_http(value, &h->retry_at))
        h->retry_at = 0;
    return SPAN_NONE;
}

/* Only the host, for the user's eyes: path, query and user info are where credentials stand. A place
 * on the same host has none. */
static struct span location(struct http *h, struct span value)
{
    struct buf b = BUF(h->location);
    struct span rest = span_cut(&value, '#'), text = span_cut(&rest, '?');
    long slash = span_chr(text, '/'), at;
    if (slash < 0 || span_find(text, SPAN("//")) != slash)
        return SPAN_NONE;
    text = span_from(text, (size_t)slash + 2);
    text = span_cut(&text, '/');
    while ((at = span_chr(text, '@')) >= 0)
        text = span_from(text, (size_t)at + 1);
    buf_safe(&b, text, sizeof h->location);
    h->head.location = buf_view(&b);
    return SPAN_NONE;
}

static const struct field {
    char name[18];
    bool framing;
    struct span (*note)(struct http *h, struct span value);
} fields[] = {
    {"Content-Length", true, content_length},
    {"Transfer-Encoding", true, transfer_encoding},
    {"Content-Encoding", true, content_encoding},
    {"Connection", false, connection},
    {"Content-Type", false, content_type},
    {"Date", false, date},
    {"Retry-After", false, retry_after},
    {"Location", false, location},
};

static const struct field *find(struct span name)
{
    for (size_t i = 0; i < COUNT(fields); i++)
        if (span_ieq(name, span_z(fields[i].name)))
            return &fields[i];
    return NULL;
}

bool http_field_framing(struct span name)
{
    const struct field *f = find(name);
    return f && f->framing;
}

struct span http_field(struct http *h, struct span name, struct span value)
{
    const struct field *f = find(name);
    return f ? f->note(h, value) : SPAN_NONE;
}
