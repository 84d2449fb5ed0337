/* tsig.c: signs DNS messages and checks signed replies. */
#include "provider/tsig.h"
#include "base/codec.h"
#include "proto/dns.h"

enum { HEADER = 12, ARCOUNT = 10 };

static const char algorithms[HASH_KIND_MAX][26] = {
    [HASH_MD5] = "hmac-md5.sig-alg.reg.int", [HASH_SHA1] = "hmac-sha1",
    [HASH_SHA224] = "hmac-sha224",           [HASH_SHA256] = "hmac-sha256",
    [HASH_SHA384] = "hmac-sha384",           [HASH_SHA512] = "hmac-sha512",
};

bool tsig_algorithm(struct span name, uint8_t *hash)
{
    for (uint8_t i = 0; i < HASH_KIND_MAX; i++)
        if (span_ieq(name, span_z(algorithms[i])) ||
            (i == HASH_MD5 && span_ieq(name, SPAN("hmac-md5")))) {
            *hash = i;
            return true;
        }
    return false;
}

bool tsig_init(struct tsig *t, struct span name, struct span secret, uint8_t hash)
{
    char wire[HOST_MAX + 1];
    struct buf b = BUF(wire);
    long n = base64_read(secret, t->secret, sizeof t->secret);
    if (span_ends(name, SPAN(".")))
        name.n--;
    if (n <= 0 || !name.n || !dns_name_put(&b, name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        t->name[i] = ascii_lower(name.p[i]);
    t->name_n = (uint8_t)name.n;
    t->secret_n = (uint8_t)n;
    t->hash = hash;
    return true;
}

/* ---- what is hashed (RFC 8945 §4.3) */

struct stamp {
    uint64_t time; /* 48 bits */
    unsigned fudge, error;
    struct span other;
};

static void put_time(struct buf *b, const struct stamp *s)
{
    buf_u16be(b, (unsigned)(s->time >> 32) & 0xffff);
    buf_u32be(b, (uint32_t)s->time);
    buf_u16be(b, s->fudge);
}

static size_t mac_of(const struct tsig *t, struct span before, struct span head, struct span rest,
                     const struct stamp *s, uint8_t *mac)
{
    char room[2 * HOST_MAX + 64];
    struct buf b = BUF(room);
    dns_name_put(&b, (struct span){t->name, t->name_n});
    buf_u16be(&b, DNS_ANY);
    buf_u32be(&b, 0);
    dns_name_put(&b, span_z(algorithms[t->hash]));
    put_time(&b, s);
    buf_u16be(&b, s->error);
    buf_u16be(&b, (unsigned)s->other.n);
    buf_span(&b, s->other);
    return hmac_of((enum hash_kind)t->hash, (struct span){(const char *)t->secret, t->secret_n},
                   HASH_PARTS(before, head, rest, buf_view(&b)), mac);
}

static unsigned u16(struct span m, size_t at)
{
    return (unsigned)(uint8_t)m.p[at] << 8 | (uint8_t)m.p[at + 1];
}

static void set_u16(char *p, unsigned v)
{
    p[0] = (char)(v >> 8);
    p[1] = (char)v;
}

void tsig_sign(struct tsig *t, struct buf *b, int64_t wall)
{
    struct stamp s = {.time = (uint64_t)wall, .fudge = TSIG_FUDGE, .other = SPAN("")};
    unsigned id = u16(buf_view(b), 0), count = u16(buf_view(b), ARCOUNT);
    size_t length;
    t->mac_n = (uint8_t)mac_of(t, SPAN(""), SPAN(""), buf_view(b), &s, t->mac);
    dns_name_put(b, (struct span){t->name, t->name_n});
    buf_u16be(b, DNS_TSIG);
    buf_u16be(b, DNS_ANY);
    buf_u32be(b, 0);
    length = b->n;
    buf_u16be(b, 0);
    dns_name_put(b, span_z(algorithms[t->hash]));
    put_time(b, &s);
    buf_u16be(b, t->mac_n);
    buf_put(b, t->mac, t->mac_n);
    buf_u16be(b, id);
    buf_u16be(b, 0);
    buf_u16be(b, 0);
    if (b->over)
        return;
    set_u16(b->p + length, (unsigned)(b->n - length - 2));
    set_u16(b->p + ARCOUNT, count + 1);
}

/* ---- replies */

/* Where the name at `at` ends; 0: malformed. */
static size_t skip_name(struct span m, size_t at)
{
    while (at < m.n) {
        unsigned n = (uint8_t)m.p[at];
        if (n == 0)
            return at + 1;
        if (n >= 0xc0)
            return at + 2 <= m.n ? at + 2 : 0;
        at += n + 1;
    }
    return 0;
}

struct signature {
    size_t at; /* where the record begins */
    struct span rdata, mac;
    struct stamp stamp;
    unsigned id;
};

static bool read_rdata(struct span d, struct signature *s)
{
    size_t at = skip_name(d, 0), n;
    if (!at || d.n - at < 16)
        return false;
    s->stamp.time = (uint64_t)u16(d, at) << 32 | (uint64_t)u16(d, at + 2) << 16 | u16(d, at + 4);
    s->stamp.fudge = u16(d, at + 6);
    n = u16(d, at + 8);
    if (d.n - at < 16 + n)
        return false;
    s->mac = span_upto(span_from(d, at + 10), n);
    at += 10 + n;
    s->id = u16(d, at);
    s->stamp.error = u16(d, at + 2);
    s->stamp.other = span_from(d, at + 6);
    return s->stamp.other.n == u16(d, at + 4);
}

/* The signature is the last record of the message. */
static bool find_signature(struct span m, struct signature *s)
{
    size_t at = HEADER, records, type = 0;
    if (m.n < HEADER || u16(m, ARCOUNT) == 0)
        return false;
    for (unsigned i = u16(m, 4); i; i--) {
        at = skip_name(m, at);
        if (!at || m.n - at < 4)
            return false;
        at += 4;
    }
    records = (size_t)u16(m, 6) + u16(m, 8) + u16(m, ARCOUNT);
    for (; records; records--) {
        size_t end = skip_name(m, at);
        if (!end || m.n - end < 10 || m.n - end - 10 < u16(m, end + 8))
            return false;
        s->at = at;
        type = u16(m, end);
        s->rdata = span_upto(span_from(m, end + 10), u16(m, end + 8));
        at = end + 10 + s->rdata.n;
    }
    return type == DNS_TSIG && at == m.n && read_rdata(s->rdata, s);
}

static enum step refused(struct fail *f, const struct tsig *t, const struct signature *s,
                         int64_t wall)
{
    struct span other = s->stamp.other, name = {t->name, t->name_n};
    char room[24];
    struct buf b = BUF(room);
    if (s->stamp.error == DNS_BADKEY)
        return fail_set(f, FAIL_AUTH, LAYER_DNS, DNS_BADKEY,
                        SPAN("the server does not know the key "), name,
                        SPAN(" (BADKEY): correct user and algorithm"));
    if (s->stamp.error == DNS_BADSIG)
        return fail_set(f, FAIL_AUTH, LAYER_DNS, DNS_BADSIG,
                        SPAN("the signature was refused (BADSIG): correct secret"));
    if (s->stamp.error != DNS_BADTIME || other.n != 6)
        return fail_set(f, FAIL_PROTO, LAYER_DNS, (int32_t)s->stamp.error,
                        SPAN("unknown error in the reply's signature"));
    buf_i64(&b, wall - (int64_t)((uint64_t)u16(other, 0) << 32 | (uint64_t)u16(other, 2) << 16 |
                                 u16(other, 4)));
    return fail_set(f, FAIL_RETRY, LAYER_DNS, DNS_BADTIME, SPAN("this machine's clock is "),
                    buf_view(&b), SPAN(" s off the server's (BADTIME): set it"));
}

enum step tsig_verify(const struct tsig *t, struct span reply, int64_t wall, struct fail *f)
{
    struct signature s;
    uint8_t mac[HASH_SIZE_MAX], size[2] = {0, t->mac_n}, head[HEADER];
    char room[2 + HASH_SIZE_MAX];
    struct buf before = BUF(room);
    size_t n;
    int64_t off;
    if (!find_signature(reply, &s))
        return STEP_MORE;
    if (s.stamp.error == DNS_BADKEY ||
        s.stamp.error == DNS_BADSIG) /* these have no MAC, RFC 8945 §5.2 */
        return refused(f, t, &s, wall);
    buf_put(&before, size, 2);
    buf_put(&before, t->mac, t->mac_n);
    memcpy(head, reply.p, HEADER);
    set_u16((char *)head, s.id);
    set_u16((char *)head + ARCOUNT, u16(reply, ARCOUNT) - 1);
    n = mac_of(t, buf_view(&before), (struct span){(const char *)head, HEADER},
               span_from(span_upto(reply, s.at), HEADER), &s.stamp, mac);
    if (s.mac.n != n || !bytes_same(mac, s.mac.p, n))
        return fail_set(f, FAIL_PROTO, LAYER_DNS, 0,
                        SPAN("the reply's signature is wrong: is this the right server?"));
    if (s.stamp.error)
        return refused(f, t, &s, wall);
    off = wall - (int64_t)s.stamp.time;
    if (off > (int64_t)s.stamp.fudge || off < -(int64_t)s.stamp.fudge)
        return fail_set(f, FAIL_RETRY, LAYER_DNS, DNS_BADTIME,
                        SPAN("the reply's signature is too old: set the clock"));
    return STEP_DONE;
}
