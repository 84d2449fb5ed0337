/* json.c: the JSON reader: a state for each place of RFC 8259's grammar, one byte at a time. */
#include "base/json.h"
#include "base/buf.h"
#include "base/codec.h"

enum state {
    BAD,
    /* blanks may stand here */
    VALUE, FIRST_ITEM, FIRST_KEY, KEY, COLON, AFTER, TOP, ENDED,
    /* and not here */
    STRING, ESCAPE, HEX, LITERAL,
    /* the number's; it is whole from ZERO on */
    NUMBER, MINUS, POINT, EXPONENT, SIGN, ZERO, WHOLE, FRACTION, POWER
};

#define OBJECT UINT32_MAX /* in place of an array's index */
#define OVER UINT16_MAX   /* in place of a path's length */

static const struct {
    char word[6];
    uint8_t event;
} literals[] = {{"true", JSON_TRUE}, {"false", JSON_FALSE}, {"null", JSON_NULL}};

void json_init(struct json *j)
{
    /* The two long arrays need no zeros: their lengths say what is in them. */
    memset(j, 0, offsetof(struct json, path));
    j->state = VALUE;
}

struct span json_path(const struct json *j)
{
    return j->path_over ? SPAN("\1") : (struct span){j->path, j->path_n};
}

struct span json_text(const struct json *j)
{
    return (struct span){j->text, j->text_n};
}

/* To the path or to the scalar. */
static void put(struct json *j, struct span s)
{
    struct buf b = j->key ? (struct buf){j->path, j->path_n, sizeof j->path, j->path_over}
                          : (struct buf){j->text, j->text_n, sizeof j->text, j->text_over};
    buf_span(&b, s);
    *(j->key ? &j->path_over : &j->text_over) = b.over;
    *(j->key ? &j->path_n : &j->text_n) = (uint16_t)b.n;
}

static void put_char(struct json *j, uint32_t c)
{
    char byte[4];
    struct span s = {byte, utf8_write(byte, c)};
    put(j, j->key && (c < 0x20 || c == '.') ? SPAN("\x1f") : s);
}

static void put_byte(struct json *j, char c)
{
    if ((uint8_t)c < 0x80)
        put_char(j, (uint8_t)c);
    else
        put(j, (struct span){&c, 1});
}

static enum json_event go(struct json *j, enum state state)
{
    j->state = (uint8_t)state;
    return state == BAD ? JSON_BAD : JSON_MORE;
}

static enum json_event give(struct json *j, enum json_event event)
{
    go(j, j->depth ? AFTER : TOP);
    return event;
}

/* The path becomes that of the innermost open container. */
static void path_back(struct json *j)
{
    uint16_t mark = j->mark[j->depth - 1];
    j->path_over = mark == OVER;
    if (!j->path_over)
        j->path_n = mark;
}

/* ... and that of its next member, up to the name. */
static void path_member(struct json *j)
{
    path_back(j);
    j->key = true;
    if (j->depth > 1)
        put(j, SPAN("."));
}

static void path_item(struct json *j)
{
    char digits[12];
    struct buf b = BUF(digits);
    path_member(j);
    buf_u64(&b, j->index[j->depth - 1]++);
    put(j, buf_view(&b));
}

static enum json_event open(struct json *j, bool object)
{
    if (j->depth == JSON_DEPTH_MAX)
        return go(j, BAD);
    j->mark[j->depth] = j->path_over ? (uint16_t)OVER : j->path_n;
    j->index[j->depth] = object ? OBJECT : 0;
    j->depth++;
    go(j, object ? FIRST_KEY : FIRST_ITEM);
    return object ? JSON_OPEN_OBJECT : JSON_OPEN_ARRAY;
}

static bool in_object(const struct json *j)
{
    return j->depth && j->index[j->depth - 1] == OBJECT;
}

static enum json_event shut(struct json *j, char c)
{
    if (c != (in_object(j) ? '}' : ']'))
        return go(j, BAD);
    path_back(j);
    j->depth--;
    return give(j, JSON_CLOSE);
}

static enum json_event read_literal(struct json *j, char c)
{
    const char *word = literals[j->literal].word;
    if (c != word[j->literal_n])
        return go(j, BAD);
    put_byte(j, c);
    if (word[++j->literal_n])
        return JSON_MORE;
    return give(j, (enum json_event)literals[j->literal].event);
}

/* Rows: the number so far; columns: what comes next; 0: the number cannot go on so. */
static const uint8_t numbers[][6] = {
    /*                       0      1-9       .       e E      +     - */
    [NUMBER - NUMBER] =   {ZERO,     WHOLE,    0,     0,        0,    MINUS},
    [MINUS - NUMBER] =    {ZERO,     WHOLE,    0,     0,        0,    0},
    [ZERO - NUMBER] =     {0,        0,        POINT, EXPONENT, 0,    0},
    [WHOLE - NUMBER] =    {WHOLE,    WHOLE,    POINT, EXPONENT, 0,    0},
    [POINT - NUMBER] =    {FRACTION, FRACTION, 0,     0,        0,    0},
    [FRACTION - NUMBER] = {FRACTION, FRACTION, 0,     EXPONENT, 0,    0},
    [EXPONENT - NUMBER] = {POWER,    POWER,    0,     0,        SIGN, SIGN},
    [SIGN - NUMBER] =     {POWER,    POWER,    0,     0,        0,    0},
    [POWER - NUMBER] =    {POWER,    POWER,    0,     0,        0,    0},
};

static bool number_goes_on(struct json *j, char c)
{
    long sign = span_chr(SPAN(".eE+-"), c);
    long column = ascii_digit(c) ? c != '0' : sign < 2 ? sign + 2 : sign + 1;
    uint8_t next = ascii_digit(c) || sign >= 0 ? numbers[j->state - NUMBER][column] : 0;
    if (next == 0)
        return false;
    put_byte(j, c);
    j->state = next;
    return true;
}

static enum json_event value(struct json *j, char c)
{
    if (j->depth && !in_object(j))
        path_item(j);
    if (c == '{' || c == '[')
        return open(j, c == '{');
    j->key = j->text_over = false;
    j->text_n = 0;
    if (c == '"')
        return go(j, STRING);
    j->literal_n = 0;
    for (j->literal = 0; j->literal < COUNT(literals); j->literal++)
        if (c == literals[j->literal].word[0]) {
            go(j, LITERAL);
            return read_literal(j, c);
        }
    j->state = NUMBER;
    return number_goes_on(j, c) ? JSON_MORE : go(j, BAD);
}

/* Half of a pair that stayed alone. */
static void end_high(struct json *j)
{
    if (j->high)
        put_char(j, 0xfffd);
    j->high = 0;
}

static void put_unit(struct json *j, uint32_t unit)
{
    bool low = unit >= 0xdc00 && unit <= 0xdfff;
    if (low && j->high) {
        put_char(j, 0x10000 + ((uint32_t)(j->high - 0xd800) << 10) + (unit - 0xdc00));
        j->high = 0;
        return;
    }
    end_high(j);
    if (unit >= 0xd800 && unit <= 0xdbff)
        j->high = (uint16_t)unit;
    else
        put_char(j, low ? 0xfffd : unit);
}

static enum json_event read_hex(struct json *j, char c)
{
    int digit = hex_value(c);
    if (digit < 0)
        return go(j, BAD);
    j->code = j->code << 4 | (uint32_t)digit;
    if (--j->hex_left)
        return JSON_MORE;
    put_unit(j, j->code);
    return go(j, STRING);
}

static enum json_event read_escape(struct json *j, char c)
{
    long at = span_chr(SPAN("\"\\/bfnrt"), c);
    if (c == 'u') {
        j->code = 0;
        j->hex_left = 4;
        return go(j, HEX);
    }
    if (at < 0)
        return go(j, BAD);
    end_high(j);
    put_byte(j, "\"\\/\b\f\n\r\t"[at]);
    return go(j, STRING);
}

static enum json_event read_string(struct json *j, char c)
{
    if ((uint8_t)c < 0x20)
        return go(j, BAD);
    if (c == '\\')
        return go(j, ESCAPE);
    end_high(j);
    if (c != '"') {
        put_byte(j, c);
        return JSON_MORE;
    }
    return j->key ? go(j, COLON) : give(j, JSON_STRING);
}

static enum json_event read_key(struct json *j, char c)
{
    if (c != '"')
        return go(j, BAD);
    path_member(j);
    return go(j, STRING);
}

/* Takes one byte, except for numbers. */
static enum json_event feed(struct json *j, char c)
{
    if (j->state <= ENDED && span_chr(SPAN(" \t\r\n"), c) >= 0)
        return JSON_MORE;
    switch (j->state) {
    case FIRST_ITEM: return c == ']' ? shut(j, c) : value(j, c);
    case VALUE: return value(j, c);
    case FIRST_KEY: return c == '}' ? shut(j, c) : read_key(j, c);
    case KEY: return read_key(j, c);
    case COLON: return go(j, c == ':' ? VALUE : BAD);
    case AFTER: return c == ',' ? go(j, in_object(j) ? KEY : VALUE) : shut(j, c);
    case STRING: return read_string(j, c);
    case ESCAPE: return read_escape(j, c);
    case HEX: return read_hex(j, c);
    case LITERAL: return read_literal(j, c);
    default: return go(j, BAD);
    }
}

enum json_event json_next(struct json *j, const char **p, const char *end)
{
    enum json_event event = j->state == BAD ? JSON_BAD : JSON_MORE;
    if (j->state == TOP) {
        go(j, ENDED);
        return JSON_END;
    }
    while (event == JSON_MORE && *p < end) {
        if (j->state >= NUMBER && !number_goes_on(j, **p))
            return j->state >= ZERO ? give(j, JSON_NUMBER) : go(j, BAD);
        event = j->state >= NUMBER ? JSON_MORE : feed(j, **p);
        ++*p;
    }
    return event;
}

enum json_event json_finish(struct json *j)
{
    bool number = j->depth == 0 && j->state >= ZERO;
    go(j, number || j->state == TOP || j->state == ENDED ? ENDED : BAD);
    return j->state == ENDED ? JSON_END : JSON_BAD;
}
