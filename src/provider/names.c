/* names.c: what {name} stands for: what is built in, else the account's setting, else what was
 * captured, else the recipe's `else`. */
#include "base/codec.h"
#include "base/hash.h"
#include "provider/play.h"

static bool same_host(const struct player *p, size_t a, size_t b)
{
    return span_eq(p->items[a].host, p->items[b].host);
}

/* The item's host in that family: NULL when it has no address there. */
static const struct addr *host_addr(const struct player *p, size_t item, uint8_t family)
{
    for (size_t i = 0; i < p->setup.item_count; i++)
        if (p->items[i].ip.family == family && same_host(p, i, item))
            return &p->items[i].ip;
    return NULL;
}

static struct span put_addr(struct buf *b, const struct addr *a)
{
    if (a == NULL)
        return SPAN_NONE;
    addr_put(b, a);
    return buf_view(b);
}

static struct span put_both(const struct player *p, size_t item, struct buf *b)
{
    const struct addr *v4 = host_addr(p, item, 4), *v6 = host_addr(p, item, 6);
    put_addr(b, v4);
    if (v4 && v6)
        buf_char(b, ',');
    put_addr(b, v6);
    return buf_view(b);
}

bool names_in_zone(struct span host, struct span zone)
{
    size_t rest = host.n - zone.n;
    return host.n >= zone.n && span_ieq(span_from(host, rest), zone) &&
           (rest == 0 || host.p[rest - 1] == '.');
}

struct span names_zone(const struct player *p, size_t item)
{
    uint8_t skip = p->phase == KEY_ZONES ? p->candidate : zone_skip(p, item);
    return skip == NOTHING ? SPAN_NONE : span_from(p->items[item].host, skip);
}

static struct span sub_of(const struct player *p, size_t item)
{
    struct span host = p->items[item].host, zone = names_zone(p, item);
    const struct recipe_line *apex = recipe_find(&p->recipe, KEY_HEAD, KEY_APEX, SPAN_NONE);
    if (!zone.p)
        return SPAN_NONE;
    if (host.n > zone.n)
        return span_upto(host, host.n - zone.n - 1);
    return apex ? recipe_value(&p->recipe, apex) : SPAN("@");
}

/* A new one for each request. */
static struct span nonce(const struct player *p, struct buf *b)
{
    uint8_t hash[HASH_SIZE_MAX], count[2] = {(uint8_t)(p->requests >> 8), (uint8_t)p->requests};
    hash_of(HASH_SHA256,
            HASH_PARTS({(const char *)p->setup.seed, sizeof p->setup.seed},
                       {(const char *)count, 2}),
            hash);
    buf_hex(b, hash, 10);
    return buf_view(b);
}

static struct span captured_by(const struct player *p, unsigned owner, struct span name)
{
    struct span value, found = SPAN_NONE;
    uint8_t line;
    for (uint16_t at = 0; store_next(&p->store, owner, &at, &line, &value);)
        if (span_eq(recipe_name(&p->recipe, &p->recipe.lines[line]), name))
            found = value; /* the newest counts */
    return found;
}

static struct span captured(const struct player *p, size_t item, struct span name)
{
    uint8_t zone = p->units[item].zone;
    struct span v = captured_by(p, (unsigned)item, name);
    if (!v.p && zone != NOTHING)
        v = captured_by(p, OWNER_ZONE + zone, name);
    return v.p ? v : captured_by(p, OWNER_PLAY, name);
}

static struct span built_in(const struct player *p, size_t item, struct span name, struct buf *b)
{
    const struct play_item *it = &p->items[item];
    if (span_is(name, "host"))
        return it->host;
    if (span_is(name, "zone"))
        return names_zone(p, item);
    if (span_is(name, "sub"))
        return sub_of(p, item);
    if (span_is(name, "type"))
        return it->family == 6 ? SPAN("AAAA") : SPAN("A");
    if (span_is(name, "ip"))
        return put_addr(b, &it->ip);
    if (span_is(name, "ip4") || span_is(name, "ip6"))
        return put_addr(b, host_addr(p, item, (uint8_t)(name.p[2] - '0')));
    if (span_is(name, "ips"))
        return put_both(p, item, b);
    if (span_is(name, "nonce"))
        return nonce(p, b);
    if (span_is(name, "page"))
        return p->paging ? captured_by(p, STORE_PAGE, name) : SPAN_NONE;
    return SPAN_NONE;
}

struct span names_setting(const struct conf *c, const struct account *a, struct span name)
{
    const struct value *v = conf_value(c, a, name);
    const struct conf_setting *setting = conf_setting_find(name);
    if (v == NULL)
        return SPAN_NONE;
    if (setting == NULL || setting->type != CONF_YESNO)
        return v->text;
    return span_is(v->text, "yes") || span_is(v->text, "true") || span_is(v->text, "on")
               ? SPAN("true")
               : SPAN("false");
}

struct span names_get(const void *self, size_t item, struct span name, char scratch[SCOPE_SCRATCH])
{
    const struct player *p = self;
    const struct recipe_line *otherwise = recipe_find(&p->recipe, KEY_HEAD, KEY_ELSE, name);
    struct buf b = {.p = scratch, .cap = SCOPE_SCRATCH};
    struct span v = built_in(p, item, name, &b);
    if (!v.p && !span_is(name, "zone"))
        v = names_setting(p->setup.conf, p->setup.account, name);
    if (!v.p)
        v = captured(p, item, name);
    /* What a record has and the user did not ask to change stays: so no `else` when a record is
     * edited. */
    if (!v.p && otherwise && p->phase != KEY_EDIT)
        v = recipe_value(&p->recipe, otherwise);
    return v;
}

static struct span of_group(const void *self, size_t i, struct span name,
                            char scratch[SCOPE_SCRATCH])
{
    const struct player *p = self;
    return names_get(p, p->group[i], name, scratch);
}

struct scope names_scope(const struct player *p, size_t item)
{
    return (struct scope){.get = names_get, .self = p, .first = item, .items = item + 1};
}

struct scope names_group(const struct player *p)
{
    return (struct scope){.get = of_group, .self = p, .first = 0, .items = p->group_n};
}

/* ---- secrets */

enum { SECRET_LEAST = 4, PART_LEAST = 8 }; /* shorter ones would blot out half of every text */

/* How many bytes stand for this character: servers throw back what they were sent, or escape it. */
static size_t stands_for(struct span text, char c)
{
    uint8_t byte;
    if (text.n == 0 || text.p[0] == c)
        return text.n > 0;
    if (text.p[0] == '%' && hex_read(span_upto(span_from(text, 1), 2), &byte, 1) == 1)
        return byte == (uint8_t)c ? 3 : 0;
    return text.p[0] == '\\' && text.n > 1 && text.p[1] == c ? 2 : 0;
}

/* How much of the text is `secret`, from its start on: all of it, or a part too long to be chance.
 */
static size_t shown(struct span text, struct span secret)
{
    size_t n = 0, at = 0, step = 1;
    while (n < secret.n && (step = stands_for(span_from(text, at), secret.p[n])) > 0) {
        at += step;
        n++;
    }
    return secret.n >= SECRET_LEAST && (n == secret.n || n >= PART_LEAST) ? at : 0;
}

static size_t secret_here(const struct player *p, struct span text)
{
    const struct account *a = p->setup.account;
    struct span v;
    uint8_t line;
    size_t most = 0, n;
    for (unsigned i = 0; i < a->value_count; i++) {
        const struct value *value = &p->setup.conf->values[a->value_first + i];
        n = value->secret ? shown(text, value->text) : 0;
        most = n > most ? n : most;
    }
    for (uint16_t at = 0; store_next(&p->store, OWNER_PLAY, &at, &line, &v);) {
        n = v.n >= PART_LEAST ? shown(text, v) : 0;
        most = n > most ? n : most;
    }
    return most;
}

/* How much of the text is base64 that holds a secret: user and password as they were sent. */
static size_t coded_here(const struct player *p, struct span text)
{
    char plain[FAIL_TEXT_MAX];
    size_t n = 0;
    long size;
    while (n < text.n && (ascii_alnum(text.p[n]) || text.p[n] == '+' || text.p[n] == '/'))
        n++;
    size = base64_read(span_upto(text, n - n % 4), (uint8_t *)plain, sizeof plain);
    for (long i = 0; i < size; i++)
        if (secret_here(p, (struct span){plain + i, (size_t)(size - i)})) {
            while (n < text.n && text.p[n] == '=')
                n++;
            return n;
        }
    return 0;
}

void names_scrub(const struct player *p, struct fail *f)
{
    char room[FAIL_TEXT_MAX];
    struct buf b = BUF(room);
    struct span rest = fail_text(f);
    while (rest.n) {
        size_t n = secret_here(p, rest);
        n = n ? n : coded_here(p, rest);
        if (n)
            buf_z(&b, "***");
        else
            buf_char(&b, rest.p[0]);
        rest = span_from(rest, n ? n : 1);
    }
    memcpy(f->text, room, b.n);
    f->text_n = (uint8_t)b.n;
}

void names_keys(const struct player *p, struct buf *out)
{
    static const char *const credentials[] = {"user", "id", "password", "token", "key", "secret"};
    for (unsigned i = 0; i < COUNT(credentials); i++) {
        char text[16];
        struct buf b = BUF(text);
        buf_char(&b, '{');
        buf_z(&b, credentials[i]);
        buf_char(&b, '}');
        if (!recipe_mentions(&p->recipe, buf_text(&b)))
            continue;
        buf_z(out, out->n ? " and " : "");
        buf_z(out, credentials[i]);
    }
    if (out->n == 0)
        buf_z(out, "the settings of this section");
}
