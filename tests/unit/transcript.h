/* transcript.h: reads the files of tests/transcripts (the format is described in their README) and
 * plays them. */
#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include "config/conf.h"
#include "proto/http.h"
#include "provider/provider.h"
#include "tap.h"

enum { TEXT_MAX = 65536, BLOCKS_MAX = 24, BLOCK_TEXT = 98304, ITEMS_MAX = 16 };

struct block {
    struct span request, reply; /* as they go over the wire */
    struct span what, to;       /* absent: not looked at */
};

struct transcript {
    const char *path;
    struct span text;
    struct block blocks[BLOCKS_MAX];
    size_t block_count;
    struct play_item items[ITEMS_MAX];
    struct record records[ITEMS_MAX];
    struct span want[ITEMS_MAX];
    size_t item_count;
    int64_t wall;
    bool told; /* that it failed */
};

static char list_text[TEXT_MAX], file_text[TEXT_MAX], conf_text[TEXT_MAX], room[BLOCK_TEXT];
static struct buf wire;
static struct conf conf;
static struct transcript t;
static struct play play;

static inline bool trouble(const char *what, struct span detail)
{
    if (!t.told)
        ok(false, t.path);
    t.told = true;
    note(what, detail);
    return false;
}

/* ---- reading */

static inline struct addr address(struct span s)
{
    struct addr a = {0};
    if (s.n)
        addr_parse(s, &a);
    return a;
}

static inline void keep(struct record *r, unsigned i, struct span s)
{
    struct buf b = {.p = r->keep[i], .cap = KEEP_TEXT};
    buf_span(&b, s);
    buf_text(&b);
}

/* item HOST TYPE ADDRESS [was ADDRESS] [idle] [kept ZONE ZID RID] */
static inline void read_item(struct span rest)
{
    struct play_item *it = &t.items[t.item_count];
    struct record *r = &t.records[t.item_count++];
    struct span word;
    *it = (struct play_item){.host = span_word(&rest), .due = true, .record = r};
    *r = (struct record){0};
    it->family = span_is(span_word(&rest), "AAAA") ? 6 : 4;
    it->ip = address(span_word(&rest));
    while ((word = span_word(&rest)).n) {
        if (span_is(word, "was"))
            it->published = address(span_word(&rest));
        if (span_is(word, "idle"))
            it->due = false;
        for (unsigned i = 0; i < 3 && span_is(word, "kept"); i++)
            keep(r, i, span_word(&rest));
    }
}

static inline void add_wire(struct span *out, struct span line, bool ended)
{
    const char *start = out->p ? out->p : wire.p + wire.n;
    struct span agent = SPAN("{agent}");
    long at = span_find(line, agent);
    buf_span(&wire, at < 0 ? line : span_upto(line, (size_t)at));
    if (at >= 0)
        buf_z(&wire, http_agent);
    buf_z(&wire, ended ? "\r\n" : "");
    *out = (struct span){start, (size_t)(wire.p + wire.n - start)};
}

/* A reply without a length or coding gets the length of what follows its head. */
static inline void add_length(struct span *reply)
{
    char digits[24];
    struct buf b = BUF(digits);
    long end = span_find(*reply, SPAN("\r\n\r\n"));
    struct span body = span_from(*reply, (size_t)end + 4),
                head = span_upto(*reply, (size_t)end + 2), out = SPAN_NONE;
    if (end < 0 || span_find(head, SPAN("Transfer-Encoding")) >= 0 ||
        span_find(head, SPAN("Connection: close")) >= 0 || span_find(head, SPAN(" 204 ")) >= 0)
        return;
    buf_u64(&b, body.n);
    add_wire(&out, head, false);
    add_wire(&out, SPAN("Content-Length: "), false);
    add_wire(&out, buf_view(&b), true);
    add_wire(&out, SPAN(""), true);
    add_wire(&out, body, false);
    *reply = out;
}

static inline void read_line(struct span line, struct buf *section)
{
    struct block *b = &t.blocks[t.block_count ? t.block_count - 1 : 0];
    struct span rest = line, word = span_word(&rest);
    uint64_t v = 0;
    bool raw = span_starts(word, SPAN(">-")) || span_starts(word, SPAN("<-"));
    struct span text = span_from(line, line.n > 2 || raw ? (raw ? 3 : 2) : 1);
    if (line.p[0] == '>') {
        if (t.block_count == 0 || b->reply.p ||
            (b->request.p == NULL && b->what.p == NULL && b->to.p == NULL))
            b = b->request.p || t.block_count == 0 ? &t.blocks[t.block_count++] : b;
        add_wire(&b->request, text, !raw);
    } else if (line.p[0] == '<') {
        add_wire(&b->reply, text, !raw);
    } else if (span_is(word, "what") || span_is(word, "to")) {
        b = t.block_count == 0 || b->request.p ? &t.blocks[t.block_count++] : b;
        *(span_is(word, "what") ? &b->what : &b->to) = span_trim(rest);
    } else if (span_is(word, "item")) {
        read_item(rest);
    } else if (span_is(word, "set") || line.p[0] == '|') {
        buf_span(section, span_trim(line.p[0] == '|' ? span_from(line, 1) : rest));
        buf_char(section, '\n');
    } else if (span_is(word, "time")) {
        span_u64(span_trim(rest), INT64_MAX, &v);
        t.wall = (int64_t)v;
    } else if (span_is(word, "=")) {
        for (size_t i = 0; i < t.item_count; i++) {
            struct span host = rest, type;
            word = span_word(&host);
            type = span_word(&host);
            if (span_eq(word, t.items[i].host) &&
                span_is(type, t.items[i].family == 6 ? "AAAA" : "A"))
                t.want[i] = span_trim(host);
        }
    }
}

/* The settings become a ddns.cfg, so that what is played is what a user could write. */
static inline void read_transcript(void)
{
    struct buf section = BUF(conf_text);
    struct span rest = t.text;
    bool v6 = false;
    wire = (struct buf)BUF(room);
    while (rest.p) {
        struct span line = span_cut(&rest, '\n'), words = line;
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (span_is(span_word(&words), "provider"))
            buf_all(&section, SPAN("["), span_trim(words), SPAN("]\n"));
        else
            read_line(line, &section);
    }
    buf_z(&section, "hosts =");
    for (size_t i = 0; i < t.item_count; i++) {
        bool again = false;
        v6 |= t.items[i].family == 6;
        for (size_t j = 0; j < i; j++)
            again |= span_eq(t.items[i].host, t.items[j].host);
        if (!again)
            buf_all(&section, SPAN(" "), t.items[i].host);
    }
    buf_z(&section, v6 ? "\nipv6 = interface\n" : "\n");
    for (size_t i = 0; i < t.block_count; i++)
        add_length(&t.blocks[i].reply);
    conf_read(&conf, buf_view(&section), NULL);
    if (conf.account_count == 1)
        provider_check(&conf, &conf.accounts[0]);
}

/* ---- playing */

static const struct fail cut_off = {.kind = FAIL_RETRY,
                                    .layer = LAYER_HTTP,
                                    .text_n = 3,
                                    .text = "cut"};
static const struct fail no_fail;
static struct now now;

/* Feeds bytes [0, end) in pieces; the first has `first` bytes, the others `step`. False: the reply
 * did not come whole. */
static inline bool feed(struct span reply, size_t first, size_t step, size_t end)
{
    static struct http h;
    bool whole = false;
    http_init(&h, false, BODY_MAX);
    for (size_t at = 0, n = first; at < end; at += n, n = step) {
        const char *p = reply.p + at, *stop;
        struct span body;
        enum http_event e;
        if (n > end - at)
            n = end - at;
        stop = p + n;
        while ((e = http_next(&h, &p, stop, &body)) != HTTP_MORE && e != HTTP_END &&
               e != HTTP_FAIL) {
            if (e == HTTP_HEAD)
                play_asker.head(&play, &h.head);
            else
                play_asker.body(&play, body);
        }
        whole = e == HTTP_END;
    }
    if (!whole)
        whole = http_eof(&h, end == reply.n) == HTTP_END;
    play_asker.end(&play, whole ? &no_fail : h.fail.kind ? &h.fail : &cut_off, now);
    return whole;
}

static inline void start(void)
{
    struct play_setup setup = {.conf = &conf,
                               .account = &conf.accounts[0],
                               .items = t.items,
                               .item_count = t.item_count,
                               .now = now};
    struct fail f = {0};
    for (size_t i = 0; i < sizeof setup.seed; i++)
        setup.seed[i] = (uint8_t)i;
    play_start(&play, &setup, &f);
}

static inline bool has_secret(struct span text)
{
    for (size_t i = 0; i < conf.value_count; i++)
        if (conf.values[i].secret && span_find(text, conf.values[i].text) >= 0)
            return true;
    return false;
}

static inline bool load(const char *path)
{
    size_t n = 0;
    memset(&t, 0, sizeof t);
    t.path = path;
    now = (struct now){.tick = 1000};
    if (os_file_read(path, file_text, sizeof file_text, &n) != OS_OK)
        return trouble("cannot be read", SPAN(""));
    t.text = (struct span){file_text, n};
    read_transcript();
    now.wall = t.wall;
    if (conf.error_count || conf.account_count != 1 || t.item_count == 0)
        return trouble("ddns.cfg",
                       span_z(conf.error_count ? conf.errors[0].text : "no provider or no item"));
    return true;
}

/* The files named as arguments, or all of LIST. */
static inline int each_transcript(int argc, char **argv, void (*run)(const char *path))
{
    static char path[PATH_TEXT_MAX];
    size_t n = 0;
    struct span rest;
    for (int i = 1; i < argc; i++)
        run(argv[i]);
    if (argc > 1)
        return done();
    ok(os_file_read("tests/transcripts/LIST", list_text, sizeof list_text, &n) == OS_OK,
       "the list can be read");
    rest = (struct span){list_text, n};
    while (rest.p) {
        struct buf b = BUF(path);
        struct span name = span_trim(span_cut(&rest, '\n'));
        if (name.n == 0)
            continue;
        buf_all(&b, SPAN("tests/transcripts/"), name);
        run(buf_text(&b));
    }
    return done();
}

#endif
