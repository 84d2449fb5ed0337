/* fail.h: the one failure type. `kind` is policy (what decide does next), layer + code + text are
 * diagnosis (what the user reads). The first failure sticks: later fail_set calls on the same
 * struct change nothing. */
#ifndef FAIL_H
#define FAIL_H

#include "base/span.h"

enum fail_kind {
    FAIL_NONE,
    FAIL_RETRY,  /* transient: network, server fault; back off and try again */
    FAIL_WAIT,   /* the server asked for patience: `wait_s` seconds, or the provider's gap */
    FAIL_AUTH,   /* credentials refused: stop until the section changes */
    FAIL_CONFIG, /* a setting or the zone is wrong: stop until the section changes */
    FAIL_ABUSE,  /* the provider blocked us: stop until the user acts */
    FAIL_PROTO,  /* the peer talks nonsense: back off like RETRY, say what was seen */
    FAIL_BUG,    /* ours */
    FAIL_KIND_MAX
};

enum fail_layer {
    LAYER_OS,
    LAYER_CONFIG,
    LAYER_DNS,
    LAYER_TCP,
    LAYER_TLS,
    LAYER_HTTP,
    LAYER_PROVIDER,
    LAYER_SOURCE,
    LAYER_STATE,
    LAYER_MAX
};

#define FAIL_TEXT_MAX 160 /* one line on a terminal of 200 columns with the name in front */

struct fail {
    uint8_t kind, layer;
    uint8_t text_n;
    int32_t code;    /* errno, WSA error, BR_ERR, DNS rcode, HTTP status: as the layer says */
    uint32_t wait_s; /* FAIL_WAIT: seconds the server named, 0 when it named none */
    char text[FAIL_TEXT_MAX];
};

/* fail_set(f, FAIL_RETRY, LAYER_DNS, 3, SPAN("no such name: "), host); always returns STEP_FAIL.
 * Text passes buf_safe. Absent spans (p == NULL) end the list. */
#define fail_set(f, kind, layer, code, ...)                                                        \
    fail_put((f), (kind), (layer), (code), (const struct span[]){__VA_ARGS__, {0, 0}})
enum step fail_put(struct fail *f, enum fail_kind kind, enum fail_layer layer, int32_t code,
                   const struct span *text);
struct span fail_text(const struct fail *f);
const char *fail_kind_name(enum fail_kind kind);    /* "retry", "auth", … */
const char *fail_layer_name(enum fail_layer layer); /* "dns", "tls", … */
enum fail_kind fail_kind_of(struct span name);      /* inverse; FAIL_NONE when unknown */

#endif
