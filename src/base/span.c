/* span.c: comparing, searching and cutting pieces of text. */
#include "base/span.h"

struct span span_z(const char *z)
{
    return z ? (struct span){z, strlen(z)} : SPAN_NONE;
}

char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool ascii_alpha(char c)
{
    c = ascii_lower(c);
    return c >= 'a' && c <= 'z';
}

bool ascii_alnum(char c)
{
    return ascii_alpha(c) || ascii_digit(c);
}

bool span_eq(struct span a, struct span b)
{
    /* memcmp must not see the NULL of an absent span, even with n == 0 */
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool span_ieq(struct span a, struct span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
            return false;
    return true;
}

bool span_is(struct span a, const char *z)
{
    return span_eq(a, span_z(z));
}

bool span_starts(struct span a, struct span head)
{
    return a.n >= head.n && span_eq(span_upto(a, head.n), head);
}

bool span_istarts(struct span a, struct span head)
{
    return a.n >= head.n && span_ieq(span_upto(a, head.n), head);
}

bool span_ends(struct span a, struct span tail)
{
    return a.n >= tail.n && span_eq(span_from(a, a.n - tail.n), tail);
}

long span_find(struct span a, struct span needle)
{
    for (size_t i = 0; i + needle.n <= a.n; i++)
        if (span_eq((struct span){a.p + i, needle.n}, needle))
            return (long)i;
    return -1;
}

long span_chr(struct span a, char c)
{
    for (size_t i = 0; i < a.n; i++)
        if (a.p[i] == c)
            return (long)i;
    return -1;
}

struct span span_from(struct span a, size_t at)
{
    if (a.p == NULL)
        return a;
    if (at > a.n)
        at = a.n;
    return (struct span){a.p + at, a.n - at};
}

struct span span_upto(struct span a, size_t n)
{
    if (n < a.n)
        a.n = n;
    return a;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool space(char c)
{
    return blank(c) || c == '\r' || c == '\n';
}

struct span span_trim(struct span a)
{
    while (a.n && space(a.p[0]))
        a = span_from(a, 1);
    while (a.n && space(a.p[a.n - 1]))
        a.n--;
    return a;
}

struct span span_cut(struct span *rest, char sep)
{
    struct span all = *rest;
    long at = span_chr(all, sep);
    *rest = at < 0 ? SPAN_NONE : span_from(all, (size_t)at + 1);
    return at < 0 ? all : span_upto(all, (size_t)at);
}

struct span span_word(struct span *rest)
{
    struct span word;
    while (rest->n && blank(rest->p[0]))
        *rest = span_from(*rest, 1);
    word = (struct span){rest->p, 0};
    while (word.n < rest->n && !blank(rest->p[word.n]))
        word.n++;
    *rest = span_from(*rest, word.n);
    return word;
}

bool span_u64(struct span a, uint64_t max, uint64_t *out)
{
    uint64_t v = 0;
    if (a.n == 0)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        uint64_t digit = (uint64_t)(uint8_t)a.p[i] - '0';
        if (digit > 9 || digit > max || v > (max - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    *out = v;
    return true;
}
