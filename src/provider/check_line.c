/* check_line.c: what can be wrong with one line of a recipe. */
#include "provider/check.h"
#include "provider/settings.h"
#include "provider/sign.h"

static void check_name(struct checker *c, const struct recipe_line *l, struct span name)
{
    struct span near;
    if (span_is(name, "server"))
        recipe_wrong(c->j, l->number, SPAN("{server} stands for the whole base: leave base out"));
    else if (c->r->by_host && (span_is(name, "ip") || span_is(name, "type")))
        recipe_wrong(c->j, l->number, SPAN("{"), name,
                     SPAN("} cannot go with {ip4}, {ip6} or {ips}: a call holds both families"));
    if (settings_kind(c->r, name) != NAME_UNKNOWN ||
        (c->account && conf_value(c->conf, c->account, name)))
        return;
    near = settings_nearest(c->r, name);
    recipe_wrong(c->j, l->number, SPAN("{"), name,
                 SPAN("} is no setting, capture or built-in name here: "),
                 near.p ? SPAN("did you mean {") : SPAN("write need NAME = help for a setting"),
                 near, SPAN("}?"));
}

static void check_sign(struct checker *c, const struct recipe_line *l)
{
    struct span words = recipe_value(c->r, l), scheme = span_word(&words), usage;
    unsigned wanted = 0, given = 0;
    bool known = sign_usage(scheme, &wanted, &usage);
    while (span_word(&words).n)
        given++;
    if (!known)
        recipe_wrong(c->j, l->number, SPAN("no signature scheme '"), scheme,
                     SPAN("': write one of "), usage);
    else if (given != wanted)
        recipe_wrong(c->j, l->number, SPAN("write sign = "), scheme, SPAN(" "), usage);
}

/* Words, paths and marks of a list. */
static void check_list(struct checker *c, const struct recipe_line *l)
{
    bool paths = l->key == KEY_CODE || l->key == KEY_SAY || l->key == KEY_ROWS || l->key == KEY_LET;
    struct span rest = recipe_value(c->r, l), end = span_from(rest, rest.n);
    struct word word;
    while ((paths || recipe_rule(l->key) || l->key == KEY_MATCH) && recipe_word(&rest, &word)) {
        const char *close = word.text.p + word.text.n;
        bool quoted = word.kind == WORD_TEXT || (word.kind == WORD_TOKEN && *(word.text.p - 1) != '~');
        if (quoted && (close == end.p || *close != *(word.text.p - 1)))
            recipe_wrong(c->j, l->number, SPAN("a quote is not closed: write it before and after"));
        else if (paths && !quoted && word.text.n > 1 &&
                 (word.text.p[0] == '.' || close[-1] == '.' || span_find(word.text, SPAN("..")) >= 0))
            recipe_wrong(c->j, l->number, SPAN("'"), word.text,
                         SPAN("' is no path: write names parted by single dots, such as a.b.0.c"));
    }
}

void check_line(struct checker *c, const struct recipe_line *l)
{
    struct span words = SPAN("host content-length transfer-encoding connection expect user-agent"),
                word;
    struct template t = template_of(settings_template(l) ? recipe_value(c->r, l) : SPAN(""));
    struct span name = recipe_name(c->r, l);
    enum name_kind kind = settings_kind(c->r, name);
    struct token token;
    while ((token = template_next(&t)).kind != TOKEN_DONE) {
        if (token.kind == TOKEN_NAME)
            check_name(c, l, token.text);
        else if (token.kind == TOKEN_TEXT && token.text.n > 1 && token.text.p[0] == '{' &&
                 ascii_alpha(token.text.p[1]))
            recipe_wrong(c->j, l->number, SPAN("a '{' is not closed: write {NAME}"));
        else if (token.kind == TOKEN_PICK && c->r->by_host)
            recipe_wrong(
                c->j, l->number,
                SPAN("{x|y} cannot go with {ip4}, {ip6} or {ips}: a call holds both families"));
    }
    while (l->key == KEY_HEADER && (word = span_word(&words)).n)
        if (span_ieq(word, name))
            recipe_wrong(c->j, l->number, SPAN("the header "), name,
                         SPAN(" is ddns's own: leave it out"));
    if (l->key == KEY_LET && ((kind == NAME_BUILT_IN && !span_is(name, "page")) ||
                              recipe_find(c->r, KEY_HEAD, KEY_NEED, name)))
        recipe_wrong(c->j, l->number, SPAN("{"), name,
                     SPAN("} has a value already: let another name have this one"));
    if (recipe_value(c->r, l).n == 0 && l->key != KEY_APEX && l->key != KEY_ELSE)
        recipe_wrong(c->j, l->number, span_z(recipe_key_name(l->key)),
                     SPAN(" has no value: write one, or leave the line out"));
    check_list(c, l);
    if (l->key == KEY_SIGN)
        check_sign(c, l);
}
