/* provider.c: the list of providers, and which recipe an account plays. */
#include "provider/provider.h"
#include "provider/check.h"
#include "provider/play.h"

static struct span head(const struct recipe *r, unsigned key, struct span otherwise)
{
    const struct recipe_line *l = recipe_find(r, KEY_HEAD, key, SPAN_NONE);
    return l ? recipe_value(r, l) : otherwise;
}

static void describe(const struct recipe *r, struct span id, struct provider_info *out)
{
    const struct recipe_line *name = recipe_find(r, KEY_HEAD, KEY_NAME, SPAN_NONE);
    *out = (struct provider_info){.id = id,
                                  .name = name && name->own ? recipe_value(r, name) : id,
                                  .site = head(r, KEY_SITE, SPAN_NONE),
                                  .gap_s = r->gap_s,
                                  .refresh_s = r->refresh_s,
                                  .families = r->family == 4 ? 1 : 3,
                                  .batch = r->batch > 1};
}

bool provider_at(size_t i, struct provider_info *out)
{
    struct recipe *r = &recipe_scratch;
    struct span id = SPAN_NONE, text;
    if (!recipe_embedded(&id, i, r->room[1], &text))
        return false;
    recipe_read(r, text, 1, false, NULL);
    describe(r, id, out);
    return true;
}

bool provider_text(const struct account *a, struct span own, struct recipe *r, struct span *text,
                   unsigned *first, bool *mixed)
{
    struct span id = a->provider;
    *first = 1;
    *mixed = !own.p && a->recipe_text.p && !a->recipe_file.p;
    *text = own.p ? own : a->recipe_text;
    if (!own.p && a->recipe_text.p)
        *first = a->recipe_line;
    return text->p || recipe_embedded(&id, 0, r->room[1], text);
}

bool provider_of(const struct conf *c, const struct account *a, struct provider_info *out)
{
    struct recipe *r = &recipe_scratch;
    struct span text;
    unsigned first;
    bool mixed;
    (void)c;
    if (!provider_text(a, SPAN_NONE, r, &text, &first, &mixed))
        return false;
    recipe_read(r, text, first, mixed, NULL);
    describe(r, a->provider, out);
    return true;
}

/* ---- make test */

struct listener {
    void (*say)(void *arg, struct span text);
    void *arg;
    struct span id;
};

static void embedded_wrong(void *arg, unsigned line, const struct span *parts)
{
    const struct listener *l = arg;
    char room[240];
    struct buf b = BUF(room);
    buf_char(&b, '[');
    buf_span(&b, l->id);
    buf_z(&b, "] ");
    buf_u64(&b, line);
    buf_z(&b, ": ");
    buf_spans(&b, parts);
    l->say(l->arg, buf_view(&b));
}

size_t provider_selfcheck(void (*say)(void *arg, struct span text), void *arg)
{
    struct listener l = {.say = say, .arg = arg};
    struct recipe_judge j = {.wrong = embedded_wrong, .arg = &l};
    struct recipe *r = &recipe_scratch;
    struct span text;
    for (size_t i = 0; l.id = SPAN_NONE, recipe_embedded(&l.id, i, r->room[1], &text); i++) {
        recipe_read(r, text, 1, false, &j);
        check_recipe(r, NULL, NULL, &j);
    }
    return j.count;
}
