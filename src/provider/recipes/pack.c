/* pack.c: runs where ddns is built: packs the recipes for unpack.c, which says how.
 *   pack < TEXT > C
 * TEXT is the recipes one after another, without comments, indents and empty lines. Again and again
 * the two symbols that most often stand side by side become a new one, until that gains nothing;
 * then symbols get Huffman codes. The same text gives the same bytes. */
#include <stdio.h>
#include <stdlib.h>

#include "provider/recipe.h"
#include "provider/unpack.h"

enum {
    SECTIONS = 1024,
    TEXT = 131072,
    SYMBOLS = 3072, /* 256 of them are bytes */
    WORTH = 4,      /* times that a pair must occur: a symbol takes 3 bytes, a code about one */
};

struct symbol {
    unsigned left, right, depth;
    unsigned count; /* in the texts */
    unsigned bits, code;
    bool used; /* anywhere */
    unsigned number;
};

static struct symbol symbols[SYMBOLS];
static unsigned symbol_count = 256;
static unsigned text[TEXT]; /* of all sections, as symbols */
static struct {
    char id[64];
    size_t begin, end;
} sections[SECTIONS];
static size_t section_count;
static uint8_t packed[65536];
static size_t packed_n;

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "pack: '%s' %s\n", what, why);
    exit(1);
}

static void begin_section(const char *line, size_t length, size_t at)
{
    if (section_count == SECTIONS)
        stop(line, "is one section too many");
    if (length < 3 || length - 2 >= sizeof sections->id || line[length - 1] != ']')
        stop(line, "is no [id] line");
    memcpy(sections[section_count].id, line + 1, length - 2);
    sections[section_count++].begin = at;
}

static void read_sections(void)
{
    char line[RECIPE_TEXT_MAX];
    size_t n = 0;
    while (fgets(line, sizeof line, stdin)) {
        size_t length = strcspn(line, "\n");
        if (!line[length])
            stop(line, "is too long a line, or a last one without its end");
        line[length] = 0;
        if (line[0] == '[')
            begin_section(line, length, n);
        if (section_count == 0)
            stop(line, "stands before the first section");
        if (n + length >= TEXT)
            stop(line, "is beyond the end of TEXT in pack.c");
        for (size_t i = 0; i <= length && line[0] != '['; i++)
            text[n++] = i < length ? (uint8_t)line[i] : '\n';
        sections[section_count - 1].end = n;
        if (n - sections[section_count - 1].begin > RECIPE_TEXT_MAX)
            stop(sections[section_count - 1].id, "is longer than RECIPE_TEXT_MAX in recipe.h");
    }
}

/* ---- pairs */

/* The pair seen most often, the first of several; how often. */
static unsigned best_pair(unsigned *left, unsigned *right)
{
    static uint16_t seen[SYMBOLS][SYMBOLS];
    unsigned best = 0;
    for (size_t s = 0; s < section_count; s++)
        for (size_t i = sections[s].begin + 1; i < sections[s].end; i++)
            if (++seen[text[i - 1]][text[i]] > best) {
                best = seen[text[i - 1]][text[i]];
                *left = text[i - 1];
                *right = text[i];
            }
    for (size_t s = 0; s < section_count; s++)
        for (size_t i = sections[s].begin + 1; i < sections[s].end; i++)
            seen[text[i - 1]][text[i]] = 0;
    return best;
}

static void replace(unsigned left, unsigned right, unsigned by)
{
    for (size_t s = 0; s < section_count; s++) {
        size_t kept = sections[s].begin;
        for (size_t i = kept; i < sections[s].end; i++) {
            bool pair = i + 1 < sections[s].end && text[i] == left && text[i + 1] == right;
            text[kept++] = pair ? by : text[i];
            i += pair;
        }
        sections[s].end = kept;
    }
}

static void find_pairs(void)
{
    unsigned left = 0, right = 0;
    for (unsigned i = 0; i < symbol_count; i++)
        symbols[i] = (struct symbol){.left = i, .right = UNPACK_LITERAL, .depth = 1};
    while (symbol_count < SYMBOLS && best_pair(&left, &right) >= WORTH) {
        struct symbol *s = &symbols[symbol_count];
        *s = (struct symbol){.left = left, .right = right, .depth = symbols[left].depth + 1};
        if (s->depth < symbols[right].depth)
            s->depth = symbols[right].depth;
        if (s->depth > UNPACK_DEPTH)
            stop("pairs", "are nested deeper than UNPACK_DEPTH in unpack.h");
        symbols[left].used = symbols[right].used = true;
        replace(left, right, symbol_count++);
    }
}

/* ---- codes */

/* The lightest node that has no parent yet. */
static unsigned lightest(const unsigned *weight, const unsigned *parent, unsigned n)
{
    unsigned found = n;
    for (unsigned i = 0; i < n; i++)
        if (weight[i] && !parent[i] && (found == n || weight[i] < weight[found]))
            found = i;
    return found;
}

static void find_bits(void)
{
    static unsigned weight[2 * SYMBOLS], parent[2 * SYMBOLS];
    unsigned n = SYMBOLS, a, b;
    for (size_t s = 0; s < section_count; s++)
        for (size_t i = sections[s].begin; i < sections[s].end; i++)
            weight[text[i]]++;
    for (unsigned i = 0; i < symbol_count; i++) {
        symbols[i].count = weight[i];
        symbols[i].used |= weight[i] > 0;
    }
    while (a = lightest(weight, parent, n), parent[a] = n, b = lightest(weight, parent, n), b < n) {
        parent[b] = n;
        weight[n] = weight[a] + weight[b];
        n++;
    }
    parent[a] = 0;
    for (unsigned i = 0; i < symbol_count; i++)
        for (unsigned up = i; weight[i] && parent[up]; up = parent[up])
            symbols[i].bits++;
}

/* Symbols in the order of their codes, into `order`; returns how many. */
static unsigned number_symbols(unsigned *order, unsigned *codes)
{
    unsigned n = 0, code = 0;
    for (unsigned bits = 1; bits <= UNPACK_BITS; bits++, code <<= 1)
        for (unsigned i = 0; i < symbol_count; i++)
            if (symbols[i].bits == bits) {
                symbols[i].code = code++;
                codes[bits - 1]++;
                order[n++] = i;
            }
    if (code != 2u << UNPACK_BITS || symbols[order[n - 1]].bits < 8)
        stop("the longest code", "has less than 8 or more than UNPACK_BITS bits");
    for (unsigned i = 0; i < symbol_count; i++)
        if (symbols[i].used && !symbols[i].bits)
            order[n++] = i;
    for (unsigned i = 0; i < n; i++)
        symbols[order[i]].number = i;
    return n;
}

/* ---- writing */

static void pack_section(size_t nth)
{
    size_t bit = packed_n * 8;
    for (size_t i = sections[nth].begin; i < sections[nth].end; i++) {
        const struct symbol *s = &symbols[text[i]];
        if (packed_n > sizeof packed - 8)
            stop(sections[nth].id, "is beyond the 64 KB that recipes_at can tell");
        for (unsigned k = s->bits; k-- > 0; bit++)
            packed[bit / 8] |= (uint8_t)((s->code >> k & 1) << (7 - bit % 8));
        packed_n = (bit + 7) / 8;
    }
    for (; bit % 8; bit++)
        packed[bit / 8] |= (uint8_t)(1 << (7 - bit % 8));
}

static void print_numbers(const char *head, const unsigned *numbers, size_t n)
{
    printf("%s = {", head);
    for (size_t i = 0; i < n; i++)
        printf("%s%u,", i % 16 ? " " : "\n", numbers[i]);
    printf("\n};\n");
}

int main(void)
{
    static unsigned order[SYMBOLS], codes[UNPACK_BITS], at[SECTIONS + 1], bytes[sizeof packed];
    unsigned n;
    read_sections();
    find_pairs();
    find_bits();
    n = number_symbols(order, codes);
    printf("#include \"provider/unpack.h\"\nconst char recipes_ids[] =");
    for (size_t i = 0; i < section_count; i++) {
        printf("\n\"%s\\0\"", sections[i].id);
        pack_section(i);
        at[i + 1] = (unsigned)packed_n;
    }
    printf(";\n");
    for (size_t i = 0; i < packed_n; i++)
        bytes[i] = packed[i];
    print_numbers("const uint16_t recipes_at[]", at, section_count + 1);
    print_numbers("const uint8_t recipes_packed[]", bytes, packed_n);
    print_numbers("const uint16_t recipes_codes[UNPACK_BITS]", codes, UNPACK_BITS);
    printf("const uint8_t recipes_symbols[][3] = {\n");
    for (unsigned i = 0; i < n; i++) {
        const struct symbol *s = &symbols[order[i]];
        bool literal = s->right == UNPACK_LITERAL;
        unsigned left = literal ? s->left : symbols[s->left].number,
                 right = literal ? s->right : symbols[s->right].number;
        printf("{%u, %u, %u},\n", left & 255, left >> 8 | (right & 15) << 4, right >> 4);
    }
    printf("};\n");
    return 0;
}
