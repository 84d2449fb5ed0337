/* log.c: log lines. */
#include "report/log.h"
#include "base/civil.h"
#include "report/text.h"

enum {
    HOST_BYTES = 254, ID_BYTES = 128, ADDRESS_BYTES = 46, TYPE_BYTES = 8,
    FRAME_BYTES = 200 /* names, punctuation and numbers of the longest line */
};

const char *log_level_name(enum log_level l)
{
    static const char names[][6] = {
        [LEVEL_ERROR] = "error", [LEVEL_WARN] = "warn", [LEVEL_INFO] = "info",
        [LEVEL_DEBUG] = "debug"};
    return names[l];
}

/* What is left for the message when all else has what it needs. */
static size_t message_room(const struct log_event *e)
{
    size_t used = FRAME_BYTES + e->account.n + e->host.n + e->address.n +
                  (e->fail && e->fail->kind ? TEXT_FAIL_MAX : 0);
    return used < LOG_LINE_MAX ? LOG_LINE_MAX - used : 0;
}

static void put_time(struct buf *b, struct now now)
{
    if (now.wall) {
        civil_put(b, now.wall);
        return;
    }
    buf_char(b, '+');
    buf_u64(b, now.tick / 1000);
    buf_char(b, 's');
}

/* The message tells the failure in most places; where it does not, it is added. */
static void put_fail(struct buf *b, const struct log_event *e)
{
    const struct fail *f = e->fail;
    if (!f || !f->kind)
        return;
    if (span_find(e->message, fail_text(f)) < 0) {
        buf_z(b, e->message.n ? ": " : "");
        buf_safe(b, fail_text(f), TEXT_ERROR_MAX);
    }
    buf_all(b, SPAN(" ("), span_z(fail_layer_name((enum fail_layer)f->layer)), SPAN(" "));
    if (f->code)
        buf_i64(b, f->code);
    else
        buf_z(b, fail_kind_name((enum fail_kind)f->kind));
    buf_char(b, ')');
}

static void put_subject(struct buf *b, const struct log_event *e)
{
    const struct span parts[] = {e->host, e->type, e->address};
    bool any = false;
    if (!e->host.p)
        return; /* without a host the message names the address itself */
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (!parts[i].p)
            continue;
        buf_z(b, any ? " " : "");
        buf_safe(b, parts[i], HOST_BYTES);
        any = true;
    }
    buf_z(b, ": ");
}

static void put_text(struct buf *b, const struct log_event *e)
{
    const char *level = log_level_name(e->level);
    put_time(b, e->now);
    buf_all(b, SPAN(" "), span_z(level), strlen(level) < 5 ? SPAN("  ") : SPAN(" "));
    put_subject(b, e);
    buf_safe(b, e->message, message_room(e));
    put_fail(b, e);
    if (e->account.p) {
        buf_z(b, " [");
        buf_safe(b, e->account, ID_BYTES);
        buf_char(b, ']');
    }
    if (e->took_ms != UINT64_MAX) {
        buf_char(b, ' ');
        millis_put(b, e->took_ms);
    }
}

static void put_json(struct buf *b, const struct log_event *e)
{
    const struct {
        const char *name;
        struct span s;
        size_t max;
    } members[] = {{"account", e->account, ID_BYTES}, {"host", e->host, HOST_BYTES},
                   {"type", e->type, TYPE_BYTES}, {"address", e->address, ADDRESS_BYTES}};
    char trace[8];
    struct buf t = BUF(trace);
    uint8_t cycle[4] = {(uint8_t)(e->cycle >> 24), (uint8_t)(e->cycle >> 16),
                        (uint8_t)(e->cycle >> 8), (uint8_t)e->cycle};
    buf_hex(&t, cycle, sizeof cycle);
    buf_z(b, "{\"timestamp\":");
    buf_z(b, e->now.wall ? "\"" : "null");
    if (e->now.wall) {
        civil_put(b, e->now.wall);
        buf_char(b, '"');
    }
    text_member(b, "service", SPAN("ddns"), 4);
    text_member(b, "level", span_z(log_level_name(e->level)), 5);
    text_member(b, "trace_id", buf_view(&t), 8);
    text_member(b, "message", e->message, message_room(e));
    for (size_t i = 0; i < COUNT(members); i++)
        if (members[i].s.p)
            text_member(b, members[i].name, members[i].s, members[i].max);
    if (e->took_ms != UINT64_MAX)
        text_number(b, "took_ms", (int64_t)e->took_ms);
    text_fail(b, e->fail);
    buf_char(b, '}');
}

void log_put(struct buf *b, enum log_format format, const struct log_event *e)
{
    if (format == LOG_JSON)
        put_json(b, e);
    else
        put_text(b, e);
    buf_char(b, '\n');
}
