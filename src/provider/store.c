/* store.c: captured values. Each is owner, line of its `let`, length (2 bytes), bytes. */
#include "provider/store.h"

enum { HEAD = 4, NOBODY = 255 };

void store_init(struct store *s)
{
    s->low = 0;
    s->high = STORE_MAX;
    s->over = false;
}

static void write(struct store *s, uint16_t at, unsigned owner, unsigned line, struct span value)
{
    char *p = s->room + at;
    p[0] = (char)owner;
    p[1] = (char)line;
    p[2] = (char)(value.n >> 8);
    p[3] = (char)value.n;
    if (value.n)
        memcpy(p + HEAD, value.p, value.n);
}

static struct span read(const struct store *s, uint16_t at)
{
    const uint8_t *p = (const uint8_t *)s->room + at;
    return (struct span){s->room + at + HEAD, (size_t)p[2] << 8 | p[3]};
}

static bool fits(struct store *s, struct span value)
{
    if (value.n + HEAD > (size_t)(s->high - s->low))
        s->over = true;
    return !s->over;
}

void store_put(struct store *s, unsigned owner, unsigned line, struct span value)
{
    if (!fits(s, value))
        return;
    write(s, s->low, owner, line, value);
    s->low = (uint16_t)(s->low + HEAD + value.n);
}

bool store_next(const struct store *s, unsigned owner, uint16_t *at, uint8_t *line,
                struct span *value)
{
    while (*at < s->low) {
        uint16_t here = *at;
        *value = read(s, here);
        *at = (uint16_t)(here + HEAD + value->n);
        *line = (uint8_t)s->room[here + 1];
        if ((uint8_t)s->room[here] == owner)
            return true;
    }
    return false;
}

void store_forget(struct store *s, unsigned owner)
{
    uint16_t kept = 0, end;
    for (uint16_t at = 0; at < s->low; at = end) {
        size_t n = HEAD + read(s, at).n;
        end = (uint16_t)(at + n);
        if ((uint8_t)s->room[at] == owner)
            continue;
        memmove(s->room + kept, s->room + at, n);
        kept = (uint16_t)(kept + n);
    }
    s->low = kept;
}

void store_row(struct store *s)
{
    s->high = STORE_MAX;
}

void store_field(struct store *s, unsigned line, struct span value)
{
    if (!fits(s, value))
        return;
    s->high = (uint16_t)(s->high - HEAD - value.n);
    write(s, s->high, NOBODY, line, value);
}

struct span store_get_field(const struct store *s, unsigned line, unsigned nth)
{
    for (uint16_t at = s->high; at < STORE_MAX; at = (uint16_t)(at + HEAD + read(s, at).n))
        if ((uint8_t)s->room[at + 1] == line && nth-- == 0)
            return read(s, at);
    return SPAN_NONE;
}
