/* civil.c: the proleptic Gregorian calendar, HTTP's dates, and durations. */
#include "base/civil.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char weekdays[] = "SunMonTueWedThuFriSat";

/* Both ways count years from March, so that the leap day is a year's last, and days from 0000-03-01
 * in whole cycles of 400 years, which are 146097 days. */
enum { CYCLE_DAYS = 146097, DAYS_TO_1970 = 719468, DAY_SECONDS = 86400 };

static int64_t days_of(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t cycle = (y >= 0 ? y : y - 399) / 400;
    int in_cycle = (int)(y - cycle * 400);
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return cycle * CYCLE_DAYS + in_cycle * 365 + in_cycle / 4 - in_cycle / 100 + day_of_year -
           DAYS_TO_1970;
}

void civil_of(int64_t unix_s, struct civil *out)
{
    int64_t days = (unix_s >= 0 ? unix_s : unix_s - (DAY_SECONDS - 1)) / DAY_SECONDS;
    int seconds = (int)(unix_s - days * DAY_SECONDS);
    int64_t shifted = days + DAYS_TO_1970;
    int64_t cycle = (shifted >= 0 ? shifted : shifted - (CYCLE_DAYS - 1)) / CYCLE_DAYS;
    int day = (int)(shifted - cycle * CYCLE_DAYS);
    int year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int day_of_year = day - (365 * year + year / 4 - year / 100);
    int month = (5 * day_of_year + 2) / 153;
    out->year = (int)(cycle * 400) + year + (month >= 10);
    out->month = (uint8_t)(month < 10 ? month + 3 : month - 9);
    out->day = (uint8_t)(day_of_year - (153 * month + 2) / 5 + 1);
    out->hour = (uint8_t)(seconds / 3600);
    out->minute = (uint8_t)(seconds / 60 % 60);
    out->second = (uint8_t)(seconds % 60);
    out->weekday = (uint8_t)(((days + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

int64_t civil_unix(const struct civil *c)
{
    return days_of(c->year, c->month, c->day) * DAY_SECONDS + c->hour * 3600 + c->minute * 60 +
           c->second;
}

/* Patterns serve both ways. Small letters are fields, everything else stands for itself. Beside the
 * rows: b is the month's name, w the weekday's, e the day with a blank in front. */
static const char iso[] = "y-o-dTh:m:sZ", basic[] = "yodThmsZ", imf[] = "w, d b y h:m:s GMT";

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, PARTS };

static const struct row {
    char letter;
    uint8_t part, width;
    uint16_t max;
} rows[] = {
    {'y', YEAR, 4, 9999}, {'o', MONTH, 2, 12},  {'d', DAY, 2, 31},
    {'h', HOUR, 2, 23},   {'m', MINUTE, 2, 59}, {'s', SECOND, 2, 60 /* a leap second */},
};

static const struct row *row_of(char letter)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i].letter == letter)
            return &rows[i];
    return NULL;
}

static void put(struct buf *b, const char *pattern, int64_t unix_s)
{
    struct civil c;
    civil_of(unix_s, &c);
    const int part[PARTS] = {c.year, c.month, c.day, c.hour, c.minute, c.second};
    for (; *pattern; pattern++) {
        const struct row *row = row_of(*pattern);
        if (row)
            buf_pad(b, (uint64_t)part[row->part], row->width);
        else if (*pattern == 'b')
            buf_put(b, months + 3 * (c.month - 1), 3);
        else if (*pattern == 'w')
            buf_put(b, weekdays + 3 * c.weekday, 3);
        else
            buf_char(b, *pattern);
    }
}

void civil_put(struct buf *b, int64_t unix_s)
{
    put(b, iso, unix_s);
}

void civil_put_basic(struct buf *b, int64_t unix_s)
{
    put(b, basic, unix_s);
}

void civil_put_http(struct buf *b, int64_t unix_s)
{
    put(b, imf, unix_s);
}

static bool read_number(struct span *s, unsigned width, unsigned max, int *out)
{
    uint64_t v;
    if (s->n < width || !span_u64(span_upto(*s, width), max, &v))
        return false;
    *s = span_from(*s, width);
    *out = (int)v;
    return true;
}

static bool read_month(struct span *s, int *out)
{
    for (*out = 1; *out <= 12; ++*out)
        if (span_istarts(*s, (struct span){months + 3 * (*out - 1), 3})) {
            *s = span_from(*s, 3);
            return true;
        }
    return false;
}

/* Any word: a wrong weekday would not make the date less clear. */
static bool read_word(struct span *s)
{
    struct span was = *s;
    while (s->n && ascii_alpha(s->p[0]))
        *s = span_from(*s, 1);
    return s->n < was.n;
}

static bool read_field(struct span *s, char letter, int *part)
{
    const struct row *row = row_of(letter);
    bool blank = s->n && s->p[0] == ' ';
    if (row)
        return read_number(s, row->width, row->max, &part[row->part]);
    if (letter == 'b')
        return read_month(s, &part[MONTH]);
    if (letter == 'w')
        return read_word(s);
    if (letter == 'e') {
        *s = span_from(*s, blank);
        return read_number(s, blank ? 1 : 2, 31, &part[DAY]);
    }
    if (s->n == 0 || s->p[0] != letter)
        return false;
    *s = span_from(*s, 1);
    return true;
}

static bool parse(struct span s, const char *pattern, int64_t *out)
{
    int part[PARTS] = {0};
    struct civil back;
    int64_t day;
    for (; *pattern; pattern++)
        if (!read_field(&s, *pattern, part))
            return false;
    if (s.n || part[MONTH] == 0)
        return false;
    day = days_of(part[YEAR], part[MONTH], part[DAY]) * DAY_SECONDS;
    civil_of(day, &back);
    if (back.day != part[DAY]) /* the 31st of a short month comes back as another day */
        return false;
    *out = day + part[HOUR] * 3600 + part[MINUTE] * 60 + part[SECOND];
    return true;
}

bool civil_parse(struct span s, int64_t *out)
{
    return parse(s, iso, out);
}

/* RFC 850's year has two digits; the century is the one that makes it 1970 to 2069. */
static bool parse_rfc850(struct span s, int64_t *out)
{
    char whole[48];
    struct buf b = BUF(whole);
    long at = span_find(s, SPAN(" GMT"));
    if (at < 11)
        return false;
    buf_span(&b, span_upto(s, (size_t)at - 11));
    buf_z(&b, s.p[at - 11] < '7' ? "20" : "19");
    buf_span(&b, span_from(s, (size_t)at - 11));
    return !b.over && parse(buf_view(&b), "w, d-b-y h:m:s GMT", out);
}

bool civil_parse_http(struct span s, int64_t *out)
{
    return parse(s, imf, out) || parse_rfc850(s, out) || parse(s, "w b e h:m:s y", out);
}
