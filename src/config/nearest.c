/* nearest.c: "did you mean": the edit distance of words, bounded. */
#include "config/conf.h"

enum { WORD_MAX = 32 }; /* longer words are no slips of the finger */

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of two neighbours (optimal string alignment), by
 * the three rows of the table that are still needed. */
static unsigned distance(struct span a, struct span b)
{
    uint8_t rows[3][WORD_MAX + 1];
    uint8_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.n; j++)
        row[j] = (uint8_t)j;
    for (size_t i = 1; i <= a.n; i++) {
        uint8_t *spare = before;
        before = last;
        last = row;
        row = spare;
        row[0] = (uint8_t)i;
        for (size_t j = 1; j <= b.n; j++) {
            char x = ascii_lower(a.p[i - 1]), y = ascii_lower(b.p[j - 1]);
            unsigned d = least(least(last[j], row[j - 1]) + 1u, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == ascii_lower(b.p[j - 2]) && y == ascii_lower(a.p[i - 2]))
                d = least(d, before[j - 2] + 1u);
            row[j] = (uint8_t)d;
        }
    }
    return row[b.n];
}

void nearest_offer(struct nearest *n, struct span candidate)
{
    unsigned d, bound = (unsigned)n->word.n / 4 + 1;
    if (n->word.n == 0 || n->word.n > WORD_MAX || candidate.n == 0 || candidate.n > WORD_MAX)
        return;
    d = distance(n->word, candidate);
    if (d <= bound && d < n->word.n && (!n->best.p || d < n->distance)) {
        n->best = candidate;
        n->distance = d;
    }
}

struct span conf_nearest(struct span word, const char *const *names, size_t count)
{
    struct nearest n = {.word = word};
    for (size_t i = 0; i < count; i++) {
        struct span rest = span_z(names[i]);
        for (struct span w = span_word(&rest); w.n; w = span_word(&rest))
            nearest_offer(&n, w);
    }
    return n.best;
}
