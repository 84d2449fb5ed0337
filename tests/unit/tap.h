/* tap.h: the Test Anything Protocol for test programs that, like the product, have no C library: they print through
 * os_write and run on every target. The count comes last, so a program that dies early fails under prove. */
#ifndef TAP_H
#define TAP_H

#include "base/addr.h"
#include "base/buf.h"
#include "os/os.h"

static unsigned tap_count, tap_failed;

static inline void tap_say(struct span a, struct span b, struct span c)
{
    char line[1200];
    struct buf out = BUF(line);
    buf_span(&out, span_upto(a, 300));
    buf_safe(&out, b, 400); /* a name may show input with line ends in it */
    buf_span(&out, span_upto(c, 400));
    buf_char(&out, '\n');
    os_write(1, out.p, out.n);
}

static inline bool ok(bool good, const char *name)
{
    char head[32];
    struct buf b = BUF(head);
    tap_count++;
    if (!good)
        tap_failed++;
    buf_z(&b, good ? "ok " : "not ok ");
    buf_u64(&b, tap_count);
    buf_z(&b, " - ");
    tap_say(buf_view(&b), span_z(name), SPAN(""));
    return good;
}

static inline void note(const char *label, struct span text)
{
    char safe[800];
    struct buf b = BUF(safe);
    buf_z(&b, "#   ");
    buf_z(&b, label);
    buf_z(&b, ": ");
    buf_safe(&b, text, 600);
    tap_say(buf_view(&b), SPAN(""), SPAN(""));
}

static inline bool is_span(struct span got, struct span want, const char *name)
{
    if (ok(span_eq(got, want), name))
        return true;
    note("got", got);
    note("want", want);
    return false;
}

static inline bool is_str(struct span got, const char *want, const char *name)
{
    return is_span(got, span_z(want), name);
}

static inline bool is_i64(int64_t got, int64_t want, const char *name)
{
    char a[24], b[24];
    struct buf x = BUF(a), y = BUF(b);
    if (ok(got == want, name))
        return true;
    buf_i64(&x, got);
    buf_i64(&y, want);
    note("got", buf_view(&x));
    note("want", buf_view(&y));
    return false;
}

static inline int done(void)
{
    char text[32];
    struct buf b = BUF(text);
    buf_z(&b, "1..");
    buf_u64(&b, tap_count);
    tap_say(buf_view(&b), SPAN(""), SPAN(""));
    return tap_failed != 0;
}

#endif
