/* t_transcripts.c: plays every file of tests/transcripts/LIST: whole, a byte at a time, at every
 * split of each reply, and cut at every offset: a cut reply is never a success. Requests are
 * compared byte for byte. */
#include "build.h"
#include "transcript.h"

/* Emulated targets, where a play takes ten times as long, look at some of the offsets only. */
static size_t stride(void)
{
    struct span target = SPAN(BUILD_TARGET);
    return span_is(target, "native") || span_is(target, "asan") ? 1 : 7;
}

static bool result_is(const struct play_item *it, struct span want)
{
    static const char *const names[] = {"open", "same", "changed", "failed"};
    char text[FAIL_TEXT_MAX + 16];
    struct buf b = BUF(text);
    if (it->result == ITEM_FAILED)
        buf_all(&b, span_z(fail_kind_name((enum fail_kind)it->fail.kind)), SPAN(" "),
                fail_text(&it->fail));
    else
        buf_z(&b, names[it->result]);
    if (span_eq(buf_view(&b), want))
        return true;
    note("result", buf_view(&b));
    note("wanted", want);
    return false;
}

static bool results(bool loud)
{
    bool good = true;
    for (size_t i = 0; i < t.item_count; i++) {
        if (t.items[i].due &&
            (loud ? !result_is(&t.items[i], t.want[i]) : t.items[i].result == ITEM_OPEN))
            good = false;
        if (has_secret(fail_text(&t.items[i].fail)))
            good = trouble("a secret in the text", fail_text(&t.items[i].fail));
    }
    return good;
}

/* The next request must be that of block i, or the end when i is the count. */
static bool ask(size_t i)
{
    struct request rq = {0};
    struct fail f = {0};
    enum step step = play_asker.next(&play, &rq, now, &f);
    const struct block *b = &t.blocks[i];
    char to[HOST_MAX + 32];
    struct buf at = BUF(to);
    if (step != STEP_MORE)
        return i == t.block_count && step == STEP_DONE ? true
                                                       : trouble("ended too early", fail_text(&f));
    if (i == t.block_count)
        return trouble("one request too many", rq.out);
    if (rq.not_before > now.tick)
        now.tick = rq.not_before;
    buf_all(&at, rq.carrier == CARRY_HTTPS ? SPAN("https ") : SPAN("http "), rq.host, SPAN(" "));
    buf_u64(&at, rq.port);
    buf_z(&at, rq.family == 4 ? " v4" : rq.family == 6 ? " v6" : "");
    buf_z(&at, rq.last ? " last" : "");
    if (!span_eq(rq.out, b->request)) {
        trouble("request", rq.out);
        note("wanted", b->request);
        return false;
    }
    if (b->to.p && !span_eq(b->to, buf_view(&at)))
        return trouble("goes to", buf_view(&at));
    if (b->what.p && !span_eq(b->what, rq.what))
        return trouble("is called", rq.what);
    if (has_secret(rq.what))
        return trouble("a secret in what is logged", rq.what);
    return true;
}

static bool play_from(size_t i, size_t step)
{
    for (; i < t.block_count; i++)
        if (!ask(i) || !feed(t.blocks[i].reply, step, step, t.blocks[i].reply.n))
            return false;
    return ask(t.block_count);
}

static struct play play_then;
static struct play_item items_then[ITEMS_MAX];
static struct record records_then[ITEMS_MAX];

static void save(void)
{
    play_then = play;
    memcpy(items_then, t.items, sizeof items_then);
    memcpy(records_then, t.records, sizeof records_then);
}

static void restore(void)
{
    play = play_then;
    memcpy(t.items, items_then, sizeof items_then);
    memcpy(t.records, records_then, sizeof records_then);
}

/* Results of a play whose reply i is cut at `end`, as one character an item. Ends the play. */
static bool cut(size_t i, size_t end, char *outcome)
{
    struct request rq;
    struct fail f = {0};
    restore();
    if (feed(t.blocks[i].reply, end, 1, end))
        return trouble("a cut reply was taken for whole", span_upto(t.blocks[i].reply, end));
    if (play_asker.next(&play, &rq, now, &f) != STEP_DONE || !results(false))
        return trouble("goes on after a cut reply", SPAN(""));
    for (size_t k = 0; k < t.item_count; k++)
        outcome[k] = t.items[k].result == ITEM_FAILED ? 'f' : t.items[k].due ? 's' : '-';
    return true;
}

static bool every_split(size_t i)
{
    struct span reply = t.blocks[i].reply;
    char none[ITEMS_MAX], some[ITEMS_MAX];
    for (size_t at = 1; at < reply.n; at += stride()) {
        restore();
        if (!feed(reply, at, reply.n, reply.n) || !play_from(i + 1, BODY_MAX) || !results(true))
            return trouble("split", span_upto(reply, at));
    }
    if (!cut(i, 0, none))
        return false;
    for (size_t at = 1; at < reply.n; at += stride())
        if (!cut(i, at, some) || memcmp(none, some, t.item_count) != 0)
            return trouble("cut", span_upto(reply, at));
    return true;
}

static bool play_all(void)
{
    save();
    start();
    if (!play_from(0, BODY_MAX) || !results(true))
        return false;
    memcpy(t.items, items_then, sizeof items_then);
    memcpy(t.records, records_then, sizeof records_then);
    start();
    if (!play_from(0, 1) || !results(true))
        return trouble("a byte at a time", SPAN(""));
    memcpy(t.items, items_then, sizeof items_then);
    memcpy(t.records, records_then, sizeof records_then);
    start();
    for (size_t i = 0; i < t.block_count; i++) {
        if (!ask(i))
            return false;
        save();
        if (!every_split(i))
            return false;
        restore();
        feed(t.blocks[i].reply, BODY_MAX, 1, t.blocks[i].reply.n);
    }
    return true;
}

static void run(const char *path)
{
    if (!load(path))
        return;
    if (play_all())
        ok(true, path);
    else
        trouble("not as wanted", SPAN(""));
}

int app_main(int argc, char **argv)
{
    return each_transcript(argc, argv, run);
}
