/* settings.h: which settings a recipe takes: the names in its templates that are neither built in
 * nor only captured. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "provider/recipe.h"
#include "provider/template.h"

struct setting {
    struct span name, help, otherwise; /* otherwise: the recipe's `else`; absent */
    unsigned line;
    bool needed;
};

struct settings_walk {
    uint8_t line;
    struct template t; /* what is left of that line */
};

/* Each once, those with a `need` or `take` line in the order of these. The walk begins as {0}. */
bool settings_next(const struct recipe *r, struct settings_walk *w, struct setting *out);
bool settings_takes(const struct recipe *r, struct span name);

enum name_kind { NAME_UNKNOWN, NAME_BUILT_IN, NAME_CAPTURED, NAME_SETTING };
enum name_kind settings_kind(const struct recipe *r, struct span name);
bool settings_template(const struct recipe_line *l); /* may the line's value hold {name} */
struct span settings_nearest(const struct recipe *r,
                             struct span name);     /* a name that could be meant */
bool settings_wants_server(const struct recipe *r); /* nothing but `server` tells where it is */

#endif
