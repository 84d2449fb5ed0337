/* template.h: texts with {name} in them.
 *
 * {name}: a letter, then letters, digits, _. {x|y}: x for IPv4, y for IPv6. {each}…{end}: once for
 * every item of the call. Nothing else is special: JSON has no brace before a bare word. */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "provider/recipe.h"

enum token_kind { TOKEN_DONE, TOKEN_TEXT, TOKEN_NAME, TOKEN_PICK, TOKEN_EACH, TOKEN_END };

struct token {
    enum token_kind kind;
    struct span text;  /* the text, the name, or x */
    struct span other; /* y */
};

/* What is left of a template. A body goes on over several lines of the recipe. */
struct template {
    struct span rest;
    const struct recipe *r; /* NULL: `rest` is all */
    uint8_t line;
};

struct template template_of(struct span text);
struct template template_body(const struct recipe *r,
                              unsigned phase); /* rest absent: the phase has no body */
struct token template_next(struct template *t);
bool template_json(struct span body); /* does it begin as JSON does */

#endif
