/* check.h: what can be wrong with a recipe, found before it is ever played. */
#ifndef CHECK_H
#define CHECK_H

#include "config/conf.h"
#include "provider/recipe.h"

/* Every template is expanded with samples, whole and with each optional value absent; bodies are
 * read back by our own JSON reader. `account`: whose settings may be named without a `need` line;
 * NULL for embedded recipes. */
void check_recipe(const struct recipe *r, const struct conf *c, const struct account *account,
                  struct recipe_judge *j);

/* ---- for the two files that do it */

struct checker {
    const struct recipe *r;
    const struct conf *conf;
    const struct account *account;
    struct recipe_judge *j;
    struct span absent; /* the name that now has no value */
    bool apex;          /* the host is the zone itself */
};
void check_line(struct checker *c, const struct recipe_line *l);

#endif
