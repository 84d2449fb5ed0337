/* duration.c: spans of time as people write and read them. */
#include "base/civil.h"

static const struct {
    char letter;
    uint32_t seconds;
} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

bool span_seconds(struct span s, uint32_t *out)
{
    uint32_t unit = 1;
    uint64_t v;
    for (size_t i = 0; i < COUNT(units); i++)
        if (s.n && s.p[s.n - 1] == units[i].letter) {
            unit = units[i].seconds;
            s.n--;
            break;
        }
    if (!span_u64(s, UINT32_MAX / unit, &v))
        return false;
    *out = (uint32_t)v * unit;
    return true;
}

void seconds_put(struct buf *b, uint64_t s)
{
    size_t i = 0;
    while (units[i].seconds > 1 && (s == 0 || s % units[i].seconds))
        i++;
    buf_u64(b, s / units[i].seconds);
    buf_char(b, units[i].letter);
}

/* A unit serves until two of the next are reached, so that 90 s is not "1 min". */
static const struct {
    uint64_t below, unit; /* milliseconds */
    char name[6];
} words[] = {
    {1000, 1, " ms"}, {120000, 1000, " s"}, {7200000, 60000, " min"}, {172800000, 3600000, " h"},
    {UINT64_MAX, 86400000, " days"},
};

void millis_put(struct buf *b, uint64_t ms)
{
    size_t i = 0;
    while (i + 1 < COUNT(words) && ms >= words[i].below)
        i++;
    buf_u64(b, ms / words[i].unit);
    if (ms >= 1000 && ms < 10000) {
        buf_char(b, '.');
        buf_u64(b, ms % 1000 / 100);
    }
    buf_z(b, words[i].name);
}
