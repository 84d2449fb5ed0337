/* state.c: the state file: written whole, read only when it is whole. */
#include "report/state.h"

#define FIRST_LINE "ddns state 1\n"

enum { WORD_MAX = FAIL_TEXT_MAX };

/* ---- the words of a record's line: one table for both ways */

enum kind { ADDRESS, TIME, COUNT16, KIND, LAYER, CODE, SECONDS, TEXT, PRINT };

static const struct {
    char word[10];
    uint8_t kind;
    uint16_t at;
} words[] = {
    {"ip", ADDRESS, offsetof(struct record, published)},
    {"before", ADDRESS, offsetof(struct record, before)},
    {"trying", ADDRESS, offsetof(struct record, trying)},
    {"since", TIME, offsetof(struct record, since)},
    {"live", TIME, offsetof(struct record, live)},
    {"wrote", TIME, offsetof(struct record, wrote)},
    {"tried", TIME, offsetof(struct record, tried)},
    {"hold", TIME, offsetof(struct record, not_before)},
    {"allowance", TIME, offsetof(struct record, allowance)},
    {"failures", COUNT16, offsetof(struct record, failures)},
    {"fail", KIND, offsetof(struct record, fail)},
    {"layer", LAYER, offsetof(struct record, fail)},
    {"code", CODE, offsetof(struct record, fail)},
    {"wait", SECONDS, offsetof(struct record, fail)},
    {"why", TEXT, offsetof(struct record, fail)},
    {"stopped", PRINT, offsetof(struct record, fingerprint)},
};

/* ---- writing */

static void put_quoted(struct buf *b, struct span s)
{
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_char(b, '\\');
        buf_char(b, s.p[i]);
    }
    buf_char(b, '"');
}

static bool known(const struct record *r, uint8_t kind, const void *at)
{
    const struct addr *a = at;
    const struct fail *f = &r->fail;
    int64_t time;
    switch ((enum kind)kind) {
    case ADDRESS: return a->family;
    case TIME: memcpy(&time, at, sizeof time); return time;
    case COUNT16: return r->failures;
    case KIND: case LAYER: return f->kind;
    case CODE: return f->kind && f->code;
    case SECONDS: return f->kind && f->wait_s;
    case TEXT: return f->kind && f->text_n;
    case PRINT: break;
    }
    return r->stopped;
}

static void put_value(struct buf *b, const struct record *r, uint8_t kind, const void *at)
{
    int64_t time;
    switch ((enum kind)kind) {
    case ADDRESS: addr_put(b, at); return;
    case TIME: memcpy(&time, at, sizeof time); buf_i64(b, time); return;
    case COUNT16: buf_u64(b, r->failures); return;
    case KIND: buf_z(b, fail_kind_name((enum fail_kind)r->fail.kind)); return;
    case LAYER: buf_z(b, fail_layer_name((enum fail_layer)r->fail.layer)); return;
    case CODE: buf_i64(b, r->fail.code); return;
    case SECONDS: buf_u64(b, r->fail.wait_s); return;
    case TEXT: put_quoted(b, fail_text(&r->fail)); return;
    case PRINT: buf_u64(b, r->fingerprint); return;
    }
}

static void put_record(struct buf *b, const struct conf *c, size_t i, const struct record *r,
                       bool texts)
{
    bool v4 = c->records[i].family == 4;
    size_t start = b->n, head;
    buf_z(b, "record ");
    put_quoted(b, span_z(c->accounts[c->records[i].account].id));
    buf_all(b, SPAN(" "), c->records[i].host, v4 ? SPAN(" A") : SPAN(" AAAA"));
    head = b->n;
    for (size_t k = 0; k < COUNT(words); k++) {
        const void *at = (const char *)r + words[k].at;
        if (!known(r, words[k].kind, at) || (words[k].kind == TEXT && !texts))
            continue;
        buf_all(b, SPAN(" "), span_z(words[k].word), SPAN(" "));
        put_value(b, r, words[k].kind, at);
    }
    if (b->n == head && !b->over)
        b->n = start; /* nothing known: no line */
    else
        buf_char(b, '\n');
}

static void put_end(struct buf *b, struct span lines)
{
    uint32_t crc = crc32_of(lines);
    uint8_t byte[4] = {(uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8),
                       (uint8_t)crc};
    buf_z(b, "end ");
    buf_hex(b, byte, sizeof byte);
    buf_char(b, '\n');
}

static void put_all(const struct state *s, const struct conf *c, struct buf *out, bool texts)
{
    size_t start = out->n;
    buf_z(out, FIRST_LINE);
    for (size_t i = 0; i < c->record_count; i++)
        put_record(out, c, i, &s->records[i], texts);
    put_end(out, span_from(buf_view(out), start));
}

void state_write(const struct state *s, const struct conf *c, struct buf *out)
{
    struct buf again = *out;
    put_all(s, c, out, true);
    if (out->over && !again.over) {
        *out = again;
        put_all(s, c, out, false);
    }
}

/* ---- reading */

static enum step damaged(struct fail *f, unsigned line, struct span what)
{
    char digits[12];
    struct buf b = BUF(digits);
    buf_u64(&b, line);
    return fail_set(f, FAIL_CONFIG, LAYER_STATE, (int32_t)line, SPAN("line "), buf_view(&b),
                    SPAN(": "), what);
}

/* The lines between the first and the `end` line. */
static enum step whole(struct span text, struct span *lines, struct fail *f)
{
    char room[16];
    struct buf want = BUF(room);
    size_t end = sizeof "end 12345678";
    struct span got = span_from(text, text.n - (text.n < end ? text.n : end));
    if (!span_starts(text, SPAN(FIRST_LINE)))
        return fail_set(f, FAIL_CONFIG, LAYER_STATE, 0, span_starts(text, SPAN("ddns state "))
                        ? SPAN("it was written by another version of ddns")
                        : SPAN("it does not begin with 'ddns state 1'"));
    *lines = span_upto(text, text.n - got.n);
    put_end(&want, *lines);
    if (!span_eq(got, buf_view(&want)))
        return fail_set(f, FAIL_CONFIG, LAYER_STATE, 0, span_starts(got, SPAN("end "))
                        ? SPAN("its checksum is wrong") : SPAN("its end is missing"));
    *lines = span_from(*lines, sizeof FIRST_LINE - 1);
    return STEP_DONE;
}

/* The next word, unquoted into `room`; absent at the line's end or when it is wrong. */
static struct span next_word(struct span *rest, struct buf *room)
{
    size_t i = 1;
    room->n = 0;
    while (rest->n && rest->p[0] == ' ')
        *rest = span_from(*rest, 1);
    if (rest->n == 0)
        return SPAN_NONE;
    if (rest->p[0] != '"')
        return span_word(rest);
    for (; i < rest->n && rest->p[i] != '"'; i++) {
        if (rest->p[i] == '\\' && i + 1 < rest->n)
            i++;
        buf_char(room, rest->p[i]);
    }
    if (i >= rest->n || room->over)
        return SPAN_NONE;
    *rest = span_from(*rest, i + 1);
    return buf_view(room);
}

/* Up to the year 9999, so that sums of them do not overflow. */
static bool read_time(struct span s, int64_t *out)
{
    uint64_t v = 0;
    bool good = span_u64(s, 253402300799, &v);
    *out = (int64_t)v;
    return good;
}

static bool read_code(struct span s, int32_t *out)
{
    bool minus = span_starts(s, SPAN("-"));
    uint64_t v = 0;
    bool good = span_u64(span_from(s, minus), (uint64_t)INT32_MAX + minus, &v);
    *out = (int32_t)(minus ? -(int64_t)v : (int64_t)v);
    return good;
}

static bool read_layer(struct span s, struct fail *f)
{
    for (unsigned i = 0; i < LAYER_MAX; i++)
        if (span_is(s, fail_layer_name((enum fail_layer)i))) {
            f->layer = (uint8_t)i;
            return true;
        }
    return false;
}

static bool read_value(struct record *r, unsigned word, uint8_t family, struct span s)
{
    void *at = (char *)r + words[word].at;
    struct addr *a = at;
    struct buf text = BUF(r->fail.text);
    uint64_t v = 0;
    int64_t time = 0;
    bool good;
    switch ((enum kind)words[word].kind) {
    case ADDRESS: return addr_parse(s, a) && a->family == family;
    case TIME: good = read_time(s, &time); memcpy(at, &time, sizeof time); return good;
    case COUNT16: good = span_u64(s, UINT16_MAX, &v); r->failures = (uint16_t)v; return good;
    case KIND: r->fail.kind = (uint8_t)fail_kind_of(s); return r->fail.kind;
    case LAYER: return read_layer(s, &r->fail);
    case CODE: return read_code(s, &r->fail.code);
    case SECONDS: good = span_u64(s, UINT32_MAX, &v); r->fail.wait_s = (uint32_t)v; return good;
    case TEXT: buf_safe(&text, s, text.cap); r->fail.text_n = (uint8_t)text.n; return true;
    case PRINT: break;
    }
    r->stopped = span_u64(s, UINT32_MAX, &v);
    r->fingerprint = (uint32_t)v;
    return r->stopped;
}

/* The file is in the order of ddns.cfg most of the time: the search goes on where it ended. */
static struct record *find(struct state *s, const struct conf *c, struct span account,
                           struct span host, uint8_t family, size_t *hint)
{
    for (size_t n = 0; n < c->record_count; n++) {
        size_t i = (*hint + n) % c->record_count;
        const struct conf_record *r = &c->records[i];
        if (r->family != family || !span_eq(r->host, host) ||
            !span_is(account, c->accounts[r->account].id))
            continue;
        *hint = i + 1;
        return &s->records[i];
    }
    return NULL;
}

/* NULL: right. Otherwise what is wrong. */
static const char *read_line(struct state *s, const struct conf *c, struct span line, size_t *hint)
{
    char text[WORD_MAX], id[2 * LABEL_MAX];
    struct buf room = BUF(text), account = BUF(id);
    struct record unknown = {0}, *r;
    struct span word = next_word(&line, &room), host, type;
    uint8_t family;
    if (!span_is(word, "record"))
        return NULL; /* of a later version */
    next_word(&line, &account);
    host = span_word(&line);
    type = span_word(&line);
    family = span_is(type, "A") ? 4 : span_is(type, "AAAA") ? 6 : 0;
    if (!family || account.over || account.n == 0)
        return "no account, name or type";
    r = find(s, c, buf_view(&account), host, family, hint);
    while ((word = span_word(&line)).n) {
        struct span value = next_word(&line, &room);
        unsigned k = 0;
        if (!value.p)
            return "a word without a value";
        while (k < COUNT(words) && !span_is(word, words[k].word))
            k++;
        if (k < COUNT(words) && !read_value(r ? r : &unknown, k, family, value))
            return words[k].word;
    }
    return NULL;
}

enum step state_read(struct state *s, const struct conf *c, struct span text, struct fail *f)
{
    struct span lines;
    size_t hint = 0;
    memset(s->records, 0, c->record_count * sizeof s->records[0]);
    s->dirty = false;
    if (whole(text, &lines, f) == STEP_FAIL)
        return STEP_FAIL;
    for (unsigned n = 2; lines.n; n++) {
        const char *wrong = read_line(s, c, span_cut(&lines, '\n'), &hint);
        if (wrong) {
            memset(s->records, 0, c->record_count * sizeof s->records[0]);
            return damaged(f, n, span_z(wrong));
        }
    }
    return STEP_DONE;
}
