/* t_unpack.c: the embedded recipes are their sources, byte for byte, and no bits, however wrong,
 * are read or written past an end. */
#include "build.h"
#include "config/lines.h"
#include "provider/recipe.h"
#include "provider/unpack.h"
#include "edge.h"
#include "tap.h"

static char source[262144], room[RECIPE_TEXT_MAX], whole[RECIPE_TEXT_MAX];

static struct span packed_of(size_t nth)
{
    const void *p = recipes_packed + recipes_at[nth];
    return (struct span){p, (size_t)(recipes_at[nth + 1] - recipes_at[nth])};
}

/* Takes one section off the source: its id, and the text up to the next one. */
static bool next_source(struct span *rest, struct span *id, struct span *text)
{
    struct span line = span_cut(rest, '\n'), after;
    if (!span_starts(line, SPAN("[")) || !span_ends(line, SPAN("]")))
        return false;
    *id = (struct span){line.p + 1, line.n - 2};
    *text = (struct span){rest->p, 0};
    for (after = *rest; after.n && after.p[0] != '['; *rest = after)
        text->n += span_cut(&after, '\n').n + 1;
    return true;
}

static void test_sources(void)
{
    struct span rest = {source, 0}, id, text, name = SPAN_NONE;
    bool good = true;
    size_t n = 0;
    ok(os_file_read(BUILD_RECIPES, source, sizeof source, &rest.n) == OS_OK, BUILD_RECIPES);
    for (; rest.n && next_source(&rest, &id, &text); n++) {
        struct buf out = BUF(room);
        struct span got = SPAN_NONE, want = SPAN_NONE;
        unpack_section(n, &out);
        good &= span_eq(unpack_id(n), id) && span_eq(buf_view(&out), text) && !out.over;
        want = id;
        good &= recipe_embedded(&want, 0, whole, &got) && span_eq(got, text);
        good &= recipe_embedded(&name, n, NULL, NULL) && span_eq(name, id);
        name = SPAN_NONE;
        if (!good) {
            note("section", id);
            break;
        }
    }
    ok(good && rest.n == 0, "each section, by number and by name, is its source");
    ok(n > 150 && !unpack_id(n).p && !recipe_embedded(&name, n, NULL, NULL), "and no other");
    id = SPAN("CloudFlare");
    ok(recipe_embedded(&id, 0, whole, &text) && span_is(id, "cloudflare"), "letters of either case");
    id = SPAN("cloudflar");
    ok(!recipe_embedded(&id, 0, whole, &text), "but no part of a name");
    id = SPAN("");
    ok(!recipe_embedded(&id, 0, whole, &text), "and no empty one");
}

/* Whatever bits: the same again, and with less room the beginning of it. */
static bool bounded(struct span packed)
{
    struct buf out = BUF(whole), less = BUF(room);
    packed = edge(packed);
    unpack_text(packed, &out);
    less.cap = out.n / 2;
    less.p += sizeof room - less.cap;
    unpack_text(packed, &less);
    return less.n <= less.cap && less.over == (less.cap < out.n) &&
           memcmp(less.p, whole, less.n) == 0;
}

static void test_cut(void)
{
    bool good = true, fits = true;
    for (size_t i = 0; unpack_id(i).p; i++) {
        struct buf out = BUF(whole), part = BUF(room);
        unpack_section(i, &out);
        part.cap = out.n;
        unpack_section(i, &part);
        fits &= part.n == out.n && !part.over;
        part = (struct buf){.p = room, .cap = out.n - 1};
        unpack_section(i, &part);
        fits &= part.over;
        for (size_t n = 0; n < packed_of(i).n; n++) {
            part = (struct buf)BUF(room);
            unpack_text(edge(span_upto(packed_of(i), n)), &part);
            good &= part.n < out.n && !part.over && memcmp(room, whole, part.n) == 0;
        }
    }
    ok(fits, "room for just the text will do, one byte less is told");
    ok(good, "cut at every byte, a text begins as the whole does");
}

static void test_hostile(void)
{
    static char bytes[4096];
    struct buf out = BUF(room);
    uint32_t random = 1;
    bool good = true;
    for (unsigned v = 0; v < 65536; v++) {
        char two[2] = {(char)(v >> 8), (char)v};
        good &= bounded((struct span){two, 2});
    }
    ok(good, "every symbol");
    good = true;
    for (unsigned round = 0; round < 2000; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = (char)(random >> 24);
        }
        good &= bounded((struct span){bytes, round * 2});
    }
    ok(good, "random bits");
    memset(bytes, 0, sizeof bytes);
    ok(bounded((struct span){bytes, sizeof bytes}), "zeros");
    memset(bytes, 0xff, sizeof bytes);
    ok(bounded((struct span){bytes, sizeof bytes}), "ones");
    unpack_text((struct span){bytes, 1}, &out);
    ok(out.n == 0, "ones that fill up a last byte are no symbol");
    ok(bounded(SPAN("")), "nothing");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    test_sources();
    test_cut();
    test_hostile();
    return done();
}
