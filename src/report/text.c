/* text.c: JSON strings and columns. */
#include "report/text.h"
#include "base/codec.h"

void text_json(struct buf *b, struct span s, size_t max)
{
    buf_char(b, '"');
    while (s.n) {
        struct span was = s;
        char room[8];
        struct buf piece = BUF(room);
        uint32_t c;
        utf8_next(&s, &c);
        if (c == '"' || c == '\\')
            buf_char(&piece, '\\');
        buf_safe(&piece, span_upto(was, was.n - s.n), 4);
        if (piece.n > max)
            break;
        buf_span(b, buf_view(&piece));
        max -= piece.n;
    }
    buf_char(b, '"');
}

static void name_of(struct buf *b, const char *name)
{
    buf_all(b, SPAN(",\""), span_z(name), SPAN("\":"));
}

void text_member(struct buf *b, const char *name, struct span s, size_t max)
{
    name_of(b, name);
    text_json(b, s, max);
}

void text_number(struct buf *b, const char *name, int64_t v)
{
    name_of(b, name);
    buf_i64(b, v);
}

void text_fail(struct buf *b, const struct fail *f)
{
    if (!f || !f->kind)
        return;
    text_member(b, "kind", span_z(fail_kind_name((enum fail_kind)f->kind)), 16);
    text_member(b, "layer", span_z(fail_layer_name((enum fail_layer)f->layer)), 16);
    text_number(b, "code", f->code);
    text_member(b, "error", fail_text(f), TEXT_ERROR_MAX);
}

void text_column(struct buf *b, struct span s, size_t width)
{
    size_t used = 0, start = b->n;
    buf_safe(b, s, s.n);
    for (size_t i = start; i < b->n; i++)
        used += ((uint8_t)b->p[i] & 0xc0) != 0x80;
    for (; used < width + 2; used++)
        buf_char(b, ' ');
}
