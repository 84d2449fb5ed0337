/* fail.c: the one failure type and the words for its parts. */
#include "base/fail.h"
#include "base/buf.h"

static const char kind_names[FAIL_KIND_MAX][8] = {
    [FAIL_NONE] = "none", [FAIL_RETRY] = "retry",   [FAIL_WAIT] = "wait",   [FAIL_AUTH] = "auth",
    [FAIL_CONFIG] = "config", [FAIL_ABUSE] = "abuse", [FAIL_PROTO] = "proto", [FAIL_BUG] = "bug",
};

static const char layer_names[LAYER_MAX][9] = {
    [LAYER_OS] = "os",
    [LAYER_CONFIG] = "config",
    [LAYER_DNS] = "dns",
    [LAYER_TCP] = "tcp",
    [LAYER_TLS] = "tls",
    [LAYER_HTTP] = "http",
    [LAYER_PROVIDER] = "provider",
    [LAYER_SOURCE] = "source",
    [LAYER_STATE] = "state",
};

enum step fail_put(struct fail *f, enum fail_kind kind, enum fail_layer layer, int32_t code,
                   const struct span *text)
{
    struct buf b = BUF(f->text);
    if (f->kind != FAIL_NONE)
        return STEP_FAIL;
    f->kind = (uint8_t)kind;
    f->layer = (uint8_t)layer;
    f->code = code;
    for (; text->p; text++)
        buf_safe(&b, *text, b.cap - b.n);
    f->text_n = (uint8_t)b.n;
    return STEP_FAIL;
}

struct span fail_text(const struct fail *f)
{
    return (struct span){f->text, f->text_n};
}

const char *fail_kind_name(enum fail_kind kind)
{
    return (unsigned)kind < FAIL_KIND_MAX ? kind_names[kind] : "?";
}

const char *fail_layer_name(enum fail_layer layer)
{
    return (unsigned)layer < LAYER_MAX ? layer_names[layer] : "?";
}

enum fail_kind fail_kind_of(struct span name)
{
    for (unsigned k = FAIL_NONE + 1; k < FAIL_KIND_MAX; k++)
        if (span_is(name, kind_names[k]))
            return (enum fail_kind)k;
    return FAIL_NONE;
}
