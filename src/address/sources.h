/* sources.h: the default lists behind `auto`. */
#ifndef SOURCES_H
#define SOURCES_H

#include "config/conf.h"

/* Spells out `auto` and copies the rest; returns how many. */
size_t sources_expand(const struct source_list *list, uint8_t family, struct source_spec out[SOURCES_MAX]);

#endif
