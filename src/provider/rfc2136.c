/* rfc2136.c: the player of DNS updates. */
#include "provider/rfc2136.h"
#include "proto/dns.h"
#include "provider/play.h"

enum { OPCODE_UPDATE = 5 << 11, POINTER = 0xc000, ZONE_AT = 12 /* the first name of a message */ };

enum stage { STAGE_ZONE, STAGE_RECORD, STAGE_UPDATE };

struct dialog {
    const struct asker *ops; /* first, for play_asker */
    struct play_setup setup;
    struct rfc2136_settings s;
    struct now now;
    uint16_t count; /* of requests so far */
    bool zone_set, stopped;
    enum stage stage;
    size_t item;
    uint32_t ttl, ttl_set, ttl_default;
    uint8_t zone_n;
    char zone[HOST_MAX];
    uint16_t out_n, in_n;
    char out[1536];          /* two names of 253 bytes, a key's name, a MAC of 64 */
    char in[DNS_MESSAGE_MAX];
};

_Static_assert(sizeof(struct dialog) <= PLAY_ROOM, "a play fits into its slot");

/* ---- messages */

static struct play_item *current(const struct dialog *d)
{
    return &d->setup.items[d->item];
}

static struct span zone_of(const struct dialog *d)
{
    return (struct span){d->zone, d->zone_n};
}

static bool set_zone(struct dialog *d, struct span zone)
{
    if (span_ends(zone, SPAN(".")))
        zone.n--;
    if (zone.n >= sizeof d->zone)
        return false;
    memcpy(d->zone, zone.p, zone.n);
    d->zone_n = (uint8_t)zone.n;
    return true;
}

static uint16_t message_id(struct dialog *d)
{
    uint8_t hash[HASH_SIZE_MAX], count[2] = {(uint8_t)(d->count >> 8), (uint8_t)d->count};
    hash_of(HASH_SHA256,
            HASH_PARTS({(const char *)d->setup.seed, sizeof d->setup.seed},
                       {(const char *)count, 2}),
            hash);
    d->count++;
    return (uint16_t)(hash[0] << 8 | hash[1]);
}

static unsigned type_of(const struct dialog *d)
{
    return current(d)->family == 6 ? DNS_AAAA : DNS_A;
}

static struct span type_name(const struct dialog *d)
{
    return current(d)->family == 6 ? SPAN("AAAA") : SPAN("A");
}

static void put_record(struct buf *b, unsigned type, unsigned class, uint32_t ttl,
                       struct span rdata)
{
    buf_u16be(b, type);
    buf_u16be(b, class);
    buf_u32be(b, ttl);
    buf_u16be(b, (unsigned)rdata.n);
    buf_span(b, rdata);
}

/* The RRset is deleted and the address added in one message: the server does both or neither (RFC
 * 2136 §3.4). */
static void put_update(struct dialog *d, struct buf *b)
{
    const struct addr *ip = &current(d)->ip;
    const unsigned head[] = {message_id(d), OPCODE_UPDATE, 1, 0, 2, 0};
    size_t name_at;
    for (size_t i = 0; i < COUNT(head); i++)
        buf_u16be(b, head[i]);
    dns_name_put(b, zone_of(d));
    buf_u16be(b, DNS_SOA);
    buf_u16be(b, DNS_IN);
    name_at = b->n;
    dns_name_put(b, current(d)->host);
    put_record(b, type_of(d), DNS_ANY, 0, SPAN(""));
    buf_u16be(b, POINTER | (unsigned)name_at);
    put_record(b, type_of(d), DNS_IN, d->ttl,
               (struct span){(const char *)ip->b, ip->family == 6 ? 16 : 4});
}

static struct span without_star(struct span host)
{
    return span_from(host, span_starts(host, SPAN("*.")) ? 2 : 0);
}

static struct span write_message(struct dialog *d)
{
    struct buf b = BUF(d->out);
    if (d->stage == STAGE_ZONE)
        dns_query(&b, message_id(d), without_star(current(d)->host), DNS_SOA, DNS_IN, false);
    else if (d->stage == STAGE_RECORD)
        dns_query(&b, message_id(d), current(d)->host, (uint16_t)type_of(d), DNS_IN, false);
    else
        put_update(d, &b);
    if (d->s.signs)
        tsig_sign(&d->s.tsig, &b, d->now.wall);
    d->out_n = (uint16_t)b.n;
    return b.over ? SPAN_NONE : buf_view(&b);
}

/* ---- results */

static void done(struct dialog *d, enum item_result result)
{
    current(d)->result = result;
    d->item++;
    d->stage = d->zone_set ? STAGE_RECORD : STAGE_ZONE;
}

static void fail_item(struct dialog *d, const struct fail *f)
{
    current(d)->fail = *f;
    done(d, ITEM_FAILED);
    d->stopped |= f->kind != FAIL_CONFIG; /* any other failure would meet the rest too */
    while (d->stopped && d->item < d->setup.item_count) {
        if (current(d)->due) {
            current(d)->fail = *f;
            current(d)->result = ITEM_FAILED;
        }
        d->item++;
    }
}

static enum step by_rcode(const struct dialog *d, unsigned rcode, struct fail *f)
{
    struct span name = span_z(dns_rcode_name(rcode));
    switch (rcode) {
    case DNS_REFUSED:
        if (d->stage != STAGE_UPDATE)
            return fail_set(
                f, FAIL_CONFIG, LAYER_DNS, DNS_REFUSED, SPAN("the server refuses to answer for "),
                current(d)->host,
                SPAN(" (REFUSED): correct server or hosts, or let it answer this machine"));
        return fail_set(f, FAIL_AUTH, LAYER_DNS, DNS_REFUSED,
                        SPAN("the server refused (REFUSED): let it allow "),
                        d->s.signs
                            ? SPAN("this key to change ")
                            : SPAN("this machine, or a key set as user and secret, to change "),
                        current(d)->host);
    case DNS_NOTAUTH:
    case DNS_NOTZONE:
        return fail_set(f, FAIL_CONFIG, LAYER_DNS, (int32_t)rcode,
                        SPAN("the server does not hold the zone "), zone_of(d), SPAN(" ("), name,
                        SPAN("): correct server or zone"));
    case DNS_NOTIMP:
    case DNS_FORMERR:
        return fail_set(f, FAIL_CONFIG, LAYER_DNS, (int32_t)rcode,
                        SPAN("the server takes no updates ("), name,
                        SPAN("): correct server, or allow them there"));
    case DNS_SERVFAIL:
        return fail_set(f, FAIL_RETRY, LAYER_DNS, DNS_SERVFAIL,
                        SPAN("trouble at the server (SERVFAIL)"));
    default:
        return fail_set(f, FAIL_PROTO, LAYER_DNS, (int32_t)rcode, SPAN("unexpected answer ("), name,
                        SPAN(")"));
    }
}

static enum step not_ours(const struct dialog *d, struct fail *f)
{
    return fail_set(f, FAIL_CONFIG, LAYER_DNS, 0, SPAN("the server is not authoritative for "),
                    current(d)->host, SPAN(": set server = the primary of the zone"));
}

/* ---- replies */

static enum step read_zone(struct dialog *d, struct dns_reader *r, struct fail *f)
{
    struct dns_record rec;
    enum step step;
    while ((step = dns_next(r, &rec)) == STEP_MORE)
        if (rec.type == DNS_SOA && rec.section < 3 &&
            names_in_zone(current(d)->host, span_z(rec.name)) && set_zone(d, span_z(rec.name))) {
            d->stage = STAGE_RECORD;
            return STEP_DONE;
        }
    return not_ours(d, f);
}

struct found {
    unsigned values;
    bool right, alias;
    uint32_t ttl;
};

static enum step read_values(const struct dialog *d, struct dns_reader *r, struct found *out)
{
    struct dns_record rec;
    struct addr a;
    enum step step;
    while ((step = dns_next(r, &rec)) == STEP_MORE) {
        if (rec.section != 1 || !span_ieq(span_z(rec.name), current(d)->host))
            continue;
        out->alias |= rec.type == DNS_CNAME;
        if (rec.type != type_of(d) || !dns_record_addr(r, &rec, &a))
            continue;
        out->values++;
        out->ttl = rec.ttl;
        out->right |= addr_eq(&a, &current(d)->ip);
    }
    return step;
}

static enum step read_record(struct dialog *d, struct dns_reader *r, struct fail *f)
{
    struct found found = {.ttl = d->ttl_default};
    char digits[12];
    struct buf b = BUF(digits);
    if (read_values(d, r, &found) == STEP_FAIL)
        return fail_set(f, FAIL_PROTO, LAYER_DNS, 0, SPAN("malformed reply"));
    buf_u64(&b, found.values);
    d->ttl = d->ttl_set ? d->ttl_set : found.ttl;
    d->stage = STAGE_UPDATE;
    if (found.right)
        done(d, ITEM_SAME);
    else if (found.alias)
        fail_set(f, FAIL_CONFIG, LAYER_DNS, 0,
                 SPAN("an alias (CNAME) stands at this name: delete it, or correct hosts"));
    else if (found.values > 1)
        fail_set(f, FAIL_CONFIG, LAYER_DNS, 0, buf_view(&b), SPAN(" "), type_name(d),
                 SPAN(" records at this name: delete the others"));
    else if (!found.values && !d->setup.account->create)
        fail_set(f, FAIL_CONFIG, LAYER_DNS, 0, SPAN("no "), type_name(d),
                 SPAN(" record at this name: create it at the server, or set create = yes"));
    return f->kind ? STEP_FAIL : STEP_DONE;
}

static enum step read_query(struct dialog *d, struct span reply, struct fail *f)
{
    struct dns_reader r;
    if (!dns_read(&r, reply) || !dns_same_question(&r, (struct span){d->out, d->out_n}))
        return fail_set(f, FAIL_PROTO, LAYER_DNS, 0, SPAN("malformed reply"));
    if (r.rcode != DNS_NOERROR && r.rcode != DNS_NXDOMAIN)
        return by_rcode(d, r.rcode, f);
    if (!r.authoritative)
        return not_ours(d, f);
    return d->stage == STAGE_ZONE ? read_zone(d, &r, f) : read_record(d, &r, f);
}

/* The reply to an update may leave out every section (RFC 2136 §3.8): only its header counts. */
static enum step read_update(struct dialog *d, struct span reply, struct fail *f)
{
    unsigned flags = (unsigned)(uint8_t)reply.p[2] << 8 | (uint8_t)reply.p[3];
    if (memcmp(reply.p, d->out, 2) != 0 || (flags & 0xf800) != (0x8000 | OPCODE_UPDATE))
        return fail_set(f, FAIL_PROTO, LAYER_DNS, 0, SPAN("malformed reply"));
    if (flags & 15)
        return by_rcode(d, flags & 15, f);
    done(d, ITEM_CHANGED);
    return STEP_DONE;
}

static void take_reply(struct dialog *d, struct fail *f)
{
    struct span reply = {d->in, d->in_n};
    enum step step = STEP_DONE;
    if (reply.n < ZONE_AT || reply.n == sizeof d->in) {
        fail_set(f, FAIL_PROTO, LAYER_DNS, 0,
                 reply.n < ZONE_AT ? SPAN("malformed reply")
                                   : SPAN("reply longer than the bound of 4096 bytes"));
        return;
    }
    if (d->s.signs)
        step = tsig_verify(&d->s.tsig, reply, d->now.wall, f);
    if (step == STEP_MORE &&
        (reply.p[3] & 15)) /* servers that do not know TSIG, or not this zone, answer so */
        by_rcode(d, reply.p[3] & 15, f);
    else if (step == STEP_MORE)
        fail_set(f, FAIL_PROTO, LAYER_DNS, 0, SPAN("the reply is not signed"));
    else if (step == STEP_DONE && d->stage == STAGE_UPDATE)
        read_update(d, reply, f);
    else if (step == STEP_DONE)
        read_query(d, reply, f);
}

/* ---- the asker */

static enum step next(void *self, struct request *rq, struct now now, struct fail *f)
{
    static const char *const what[] = {[STAGE_ZONE] = "QUERY {server} {host} SOA",
                                       [STAGE_RECORD] = "QUERY {server} {host} {type}",
                                       [STAGE_UPDATE] = "UPDATE {server} {zone} {host} {type}"};
    struct dialog *d = self;
    struct fail why = {0};
    d->now = now;
    while (d->item < d->setup.item_count && !current(d)->due)
        d->item++;
    if (d->item < d->setup.item_count && d->s.signs && now.wall == 0) {
        fail_set(&why, FAIL_RETRY, LAYER_DNS, 0,
                 SPAN("the time of day is not known yet, and signatures need it"));
        fail_item(d, &why);
    }
    if (d->item == d->setup.item_count)
        return STEP_DONE;
    d->in_n = 0;
    *rq = (struct request){.carrier = CARRY_DNS,
                           .host = d->s.host,
                           .port = d->s.port,
                           .tcp = true,
                           .out = write_message(d),
                           .what = span_z(what[d->stage]),
                           .bind = d->setup.account->bind};
    if (!rq->out.p)
        return fail_set(f, FAIL_BUG, LAYER_DNS, 0,
                        SPAN("DNS message longer than the bound of 1536 bytes"));
    return STEP_MORE;
}

static void head(void *self, const struct reply_head *h)
{
    (void)self;
    (void)h;
}

static void body(void *self, struct span part)
{
    struct dialog *d = self;
    size_t n = span_upto(part, sizeof d->in - d->in_n).n;
    memcpy(d->in + d->in_n, part.p, n);
    d->in_n = (uint16_t)(d->in_n + n);
}

static void end(void *self, const struct fail *why, struct now now)
{
    struct dialog *d = self;
    struct fail f = *why;
    d->now = now;
    if (!f.kind)
        take_reply(d, &f);
    if (f.kind)
        fail_item(d, &f);
}

static const struct asker dialog_ops = {.next = next, .head = head, .body = body, .end = end};

enum step rfc2136_start(struct play *play, const struct play_setup *setup,
                        const struct recipe *recipe, struct fail *f)
{
    struct dialog *d = (struct dialog *)(void *)play->room;
    const struct recipe_line *otherwise = recipe_find(recipe, KEY_HEAD, KEY_ELSE, SPAN("ttl"));
    uint64_t ttl = 0, least = 0;
    struct span zone = names_setting(setup->conf, setup->account, SPAN("zone"));
    span_u64(names_setting(setup->conf, setup->account, SPAN("ttl")), INT32_MAX, &ttl);
    span_u64(otherwise ? recipe_value(recipe, otherwise) : SPAN("60"), INT32_MAX, &least);
    memset(d, 0, offsetof(struct dialog, out));
    d->ops = &dialog_ops;
    d->setup = *setup;
    d->ttl_set = (uint32_t)ttl;
    d->ttl_default = (uint32_t)least;
    d->zone_set = zone.p && set_zone(d, zone);
    d->stage = d->zone_set ? STAGE_RECORD : STAGE_ZONE;
    for (size_t i = 0; i < setup->item_count; i++) {
        setup->items[i].result = ITEM_OPEN;
        setup->items[i].fail = (struct fail){0};
    }
    if (!rfc2136_check_read(setup->conf, setup->account, &d->s))
        return fail_set(f, FAIL_CONFIG, LAYER_CONFIG, 0,
                        SPAN("correct server, user, secret or algorithm: `ddns check` says which"));
    return STEP_MORE;
}
