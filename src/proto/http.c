/* http.c: reads HTTP/1.x replies: lines, framing, body. What single headers mean is in
 * http_field.c. */
#include "proto/http_field.h"

/* In each of these a whole line is awaited, until BODY. */
enum state { STATUS, HEADER, CHUNK_SIZE, CHUNK_END, TRAILER, BODY, ENDED, FAILED };

void http_init(struct http *h, bool head_only, uint64_t body_max)
{
    memset(h, 0, offsetof(struct http, line));
    h->head_only = head_only;
    h->body_max = body_max;
}

static enum http_event fail(struct http *h, const char *why, struct span what)
{
    fail_set(&h->fail, FAIL_PROTO, LAYER_HTTP, h->head.status, span_z(why), what);
    h->state = FAILED;
    return HTTP_FAIL;
}

static enum http_event go(struct http *h, enum state state)
{
    h->state = (uint8_t)state;
    return HTTP_MORE;
}

static enum http_event too_long(struct http *h)
{
    char text[24];
    struct buf b = BUF(text);
    buf_u64(&b, h->body_max);
    buf_z(&b, " bytes");
    return fail(h, "reply longer than the bound of ", buf_view(&b));
}

bool http_bodiless(const struct http *h)
{
    return h->head_only || h->head.status == 204 || h->head.status == 304;
}

static enum http_event status_line(struct http *h, struct span line)
{
    struct span rest = line, version = span_word(&rest), code = span_word(&rest);
    uint64_t status;
    if (version.n != 8 || !span_starts(version, SPAN("HTTP/1.")) || !ascii_digit(version.p[7]))
        return fail(h, "not an HTTP/1 reply: ", span_upto(line, 60));
    if (code.n != 3 || !span_u64(code, 999, &status) || status < 100)
        return fail(h, "bad status line: ", span_upto(line, 60));
    if (status == 101)
        return fail(h, "the server changes to another protocol unasked", SPAN_NONE);
    h->head = (struct reply_head){.status = (int)status};
    h->keep = version.p[7] != '0';
    h->chunked = h->length_known = h->framing = false;
    h->retry_at = 0;
    return go(h, HEADER);
}

/* RFC 9112 §6.3: what the head says about the body's end. */
static enum http_event head_end(struct http *h)
{
    if (h->head.status < 200)
        return go(h, STATUS);
    if (h->chunked && h->length_known)
        return fail(h, "Content-Length with chunked coding", SPAN_NONE);
    if (h->retry_at > h->head.date && h->head.date)
        http_field_retry(h, (uint64_t)(h->retry_at - h->head.date));
    if (http_bodiless(h))
        go(h, ENDED);
    else if (h->chunked)
        go(h, CHUNK_SIZE);
    else if (h->length_known && h->left > h->body_max)
        return too_long(h);
    else
        go(h, h->length_known && h->left == 0 ? ENDED : BODY);
    if (h->state == BODY && !h->length_known) {
        h->keep = false;
        h->left = UINT64_MAX; /* until the stream ends */
    }
    return HTTP_HEAD;
}

static enum http_event header_line(struct http *h, struct span line, bool cut)
{
    long colon = span_chr(line, ':');
    struct span name = span_upto(line, (size_t)colon), why = SPAN_NONE;
    if (line.n == 0)
        return head_end(h);
    if (line.p[0] == ' ' || line.p[0] == '\t') { /* obs-fold: the rest of a header, RFC 9112 §5.2 */
        return h->framing ? fail(h, "folded header of the body's length or coding", SPAN_NONE)
                          : HTTP_MORE;
    }
    if (colon <= 0 || span_chr(name, ' ') >= 0 || span_chr(name, '\t') >= 0)
        return cut ? HTTP_MORE : fail(h, "bad header: ", span_upto(line, 60));
    h->framing = http_field_framing(name);
    if (cut && h->framing)
        return fail(h, "header too long: ", name);
    if (!cut)
        why = http_field(h, name, span_trim(span_from(line, (size_t)colon + 1)));
    return why.p ? fail(h, "cannot use header: ", why) : HTTP_MORE;
}

static enum http_event chunk_size(struct http *h, struct span line)
{
    struct span digits = span_cut(&line, ';');
    uint64_t size = 0;
    h->head_n += (uint32_t)line.n;
    digits = span_trim(digits);
    for (size_t i = 0; i < digits.n; i++) {
        int digit = hex_value(digits.p[i]);
        if (digit < 0 || i > 14)
            return fail(h, "bad chunk size: ", span_upto(digits, 40));
        size = size << 4 | (unsigned)digit;
    }
    if (digits.n == 0)
        return fail(h, "chunk without a size", SPAN_NONE);
    if (size > h->body_max - h->body_n)
        return too_long(h);
    h->left = size;
    return go(h, size ? BODY : TRAILER);
}

static enum http_event take_line(struct http *h)
{
    bool cut = h->line_n > sizeof h->line;
    struct span line = {h->line, cut ? sizeof h->line : h->line_n};
    h->line_n = 0;
    if (!cut && span_ends(line, SPAN("\r")))
        line.n--;
    if (span_chr(line, '\r') >= 0)
        return fail(h, "bare CR in a line of the head", SPAN_NONE);
    switch (h->state) {
    case STATUS: return status_line(h, line);
    case HEADER: return header_line(h, line, cut);
    case CHUNK_SIZE: return chunk_size(h, line);
    case CHUNK_END:
        return line.n ? fail(h, "chunk longer than its size", SPAN_NONE) : go(h, CHUNK_SIZE);
    default: return line.n ? HTTP_MORE : go(h, ENDED);
    }
}

_Static_assert(HTTP_HEAD_MAX == 32768 && HTTP_LINE_MAX == 1024, "the texts below name these");

/* One byte of a line; both ends CRLF and LF are taken (RFC 9112 §2.2). */
static enum http_event line_byte(struct http *h, char c)
{
    bool skippable = h->state == HEADER || h->state == TRAILER;
    if (h->state == STATUS || skippable)
        h->head_n++;
    if (h->head_n > HTTP_HEAD_MAX)
        return fail(h, "head of the reply longer than the bound of 32768 bytes", SPAN_NONE);
    if (c == '\0')
        return fail(h, "NUL in the head of the reply", SPAN_NONE);
    if (c == '\n')
        return take_line(h);
    if (h->line_n < sizeof h->line)
        h->line[h->line_n] = c;
    else if (!skippable)
        return fail(h, "line longer than the bound of 1024 bytes: ", (struct span){h->line, 40});
    if (h->line_n <= sizeof h->line)
        h->line_n++;
    return HTTP_MORE;
}

static enum http_event take_body(struct http *h, const char **p, const char *end, struct span *body)
{
    size_t n = (size_t)(end - *p);
    if (n > h->left)
        n = (size_t)h->left;
    if (n == 0)
        return HTTP_MORE;
    if (n > h->body_max - h->body_n)
        return too_long(h);
    *body = (struct span){*p, n};
    *p += n;
    h->body_n += n;
    h->left -= n;
    if (h->left == 0)
        go(h, h->chunked ? CHUNK_END : ENDED);
    return HTTP_BODY;
}

enum http_event http_next(struct http *h, const char **p, const char *end, struct span *body)
{
    enum http_event event = HTTP_MORE;
    while (event == HTTP_MORE && h->state < BODY && *p < end)
        event = line_byte(h, *(*p)++);
    if (event != HTTP_MORE || h->state < BODY)
        return event;
    if (h->state == BODY)
        return take_body(h, p, end, body);
    return h->state == ENDED ? HTTP_END : HTTP_FAIL;
}

enum http_event http_eof(struct http *h, bool clean)
{
    bool open_ended = h->state == BODY && !h->chunked && !h->length_known;
    if (h->state == FAILED)
        return HTTP_FAIL;
    if (h->state == ENDED || (open_ended && clean)) {
        go(h, ENDED);
        return HTTP_END;
    }
    fail_set(&h->fail, FAIL_RETRY, LAYER_HTTP, h->head.status,
             h->head_n ? SPAN("reply cut off") : SPAN("connection closed without a reply"));
    h->state = FAILED;
    return HTTP_FAIL;
}
