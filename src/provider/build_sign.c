/* build_sign.c: has a request signed when its recipe says so. */
#include "provider/play.h"

/* The words behind the scheme. False: one has no value, and the request goes unsigned. */
static bool sign_words(struct player *p, struct span words, struct buf *room,
                       char (*scratch)[SCOPE_SCRATCH], struct span *args)
{
    struct scope scope = names_group(p);
    for (unsigned i = 0; i < SIGN_ARGS; i++) {
        struct span word = span_word(&words);
        struct template t = template_of(word);
        struct token first = template_next(&t);
        size_t before = room->n;
        struct writer w;
        if (!word.n)
            return true;
        if (first.kind == TOKEN_NAME &&
            t.rest.n == 0) { /* as it is: a key file is too long to be copied */
            args[i] = names_get(p, p->group[0], first.text, scratch[i]);
        } else {
            writer_init(&w, room, PLACE_WORD, &scope);
            writer_put(&w, template_of(word));
            args[i] = w.bad.p ? SPAN_NONE : span_from(buf_view(room), before);
        }
        if (!args[i].p)
            return false;
    }
    return true;
}

enum step build_sign(struct player *p, struct signing *s, struct fail *f)
{
    char room[512], scratch[SIGN_ARGS][SCOPE_SCRATCH], nonce[SCOPE_SCRATCH];
    struct buf b = BUF(room);
    const struct recipe_line *l = recipe_find(&p->recipe, p->phase, KEY_SIGN, SPAN_NONE);
    struct span words = l ? recipe_value(&p->recipe, l) : SPAN_NONE, scheme = span_word(&words);
    if (!l || !sign_words(p, words, &b, scratch, s->args))
        return STEP_DONE;
    if (p->now.wall == 0)
        return fail_set(f, FAIL_RETRY, LAYER_PROVIDER, 0,
                        SPAN("the time of day is not known yet, and signatures need it"));
    s->wall = p->now.wall;
    s->nonce = names_get(p, p->group[0], SPAN("nonce"), nonce);
    sign_request(scheme, s);
    if (s->why)
        return fail_set(f, FAIL_CONFIG, LAYER_PROVIDER, 0, SPAN("cannot sign: "), span_z(s->why));
    return b.over || s->text->over || s->body->over || s->head->over ? STEP_MORE : STEP_DONE;
}
