/* log.h: one event, one line, as text for people or JSON for collectors. Makes the bytes; the loop
 * writes them.
 *
 * 2026-11-22T23:23:35Z info  home.example.com A 203.0.113.7: updated [cloudflare home] 85 ms
 * {"timestamp":"2026-11-22T23:23:35Z","service":"ddns","level":"info","trace_id":"0000002a",
 *  "message":"updated","account":"cloudflare home","host":"home.example.com","type":"A",
 *  "address":"203.0.113.7","took_ms":85}
 *
 * With a failure come (layer code), in JSON kind, layer, code and error. While the time of day is
 * not known, the text begins with the seconds of the tick (+85s) and timestamp is null. */
#ifndef LOG_H
#define LOG_H

#include "config/conf.h"

struct log_event {
    enum log_level level;
    struct now now;
    struct span account, host, type; /* absent when the event concerns none */
    struct span address;
    uint64_t took_ms;                /* UINT64_MAX: not a duration */
    const struct fail *fail;         /* NULL or kind FAIL_NONE when none */
    struct span message;             /* plain words; never holds a secret */
    uint32_t cycle;                  /* trace_id: one a cycle */
};

/* One line with LF, never longer than LOG_LINE_MAX: the message is cut, at a character. */
void log_put(struct buf *b, enum log_format format, const struct log_event *e);
const char *log_level_name(enum log_level l);

#endif
