/* ca.c: reads the PEM certificates of the `ca` setting into rows of trust anchors; those built in
 * are made by it, too (tls/host/anchors.c).
 *
 * A CA certificate signs others; any other certificate (no basicConstraints with cA TRUE) vouches
 * for itself only. Its own dates are not looked at: it was put there by hand. */
#include <bearssl.h>

#include "trust.h"
#include "chain.h"
#include "reason.h"
#include "base/codec.h"
#include "base/hash.h"

enum {
    BOOLEAN = 0x01, INTEGER = 0x02, BITS = 0x03, OCTETS = 0x04, OID = 0x06, SEQUENCE = 0x30,
    CONTEXT_0 = 0xa0, CONTEXT_1 = 0x81, CONTEXT_2 = 0x82, CONTEXT_3 = 0xa3,
    RSA_MAX = 512 /* bytes: BearSSL's signature buffer */
};

static const char rsa_oid[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01",
                  ec_oid[] = "\x2a\x86\x48\xce\x3d\x02\x01", constraints_oid[] = "\x55\x1d\x13";
static const struct {
    uint8_t id, point; /* BearSSL's number, bytes of an uncompressed point */
    uint8_t n, oid[8];
} curves[] = {
    {BR_EC_secp256r1, 65, 8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07}},
    {BR_EC_secp384r1, 97, 5, {0x2b, 0x81, 0x04, 0x00, 0x22}},
    {BR_EC_secp521r1, 133, 5, {0x2b, 0x81, 0x04, 0x00, 0x23}},
};

static bool is_tag(struct span in, unsigned tag)
{
    return in.n > 0 && (uint8_t)in.p[0] == tag;
}

/* Takes the next element off `in` when it has this tag. */
static bool take(struct span *in, unsigned tag, struct span *body)
{
    size_t length, at = 2;
    if (in->n < 2 || !is_tag(*in, tag))
        return false;
    length = (uint8_t)in->p[1];
    if (length >= 0x80) {
        size_t more = length & 0x7f;
        if (more < 1 || more > 3 || in->n < 2 + more)
            return false;
        for (length = 0; more--; at++)
            length = length << 8 | (uint8_t)in->p[at];
    }
    if (length > in->n - at)
        return false;
    *body = (struct span){in->p + at, length};
    *in = span_from(*in, at + length);
    return true;
}

struct parts {
    struct span subject; /* with its header */
    struct span algorithm, key, extensions;
};

/* RFC 5280 §4.1 */
static bool split(struct span der, struct parts *out)
{
    struct span all, tbs, skip, info;
    if (!take(&der, SEQUENCE, &all) || der.n || !take(&all, SEQUENCE, &tbs))
        return false;
    take(&tbs, CONTEXT_0, &skip);
    if (!take(&tbs, INTEGER, &skip) || !take(&tbs, SEQUENCE, &skip) ||
        !take(&tbs, SEQUENCE, &skip) || !take(&tbs, SEQUENCE, &skip))
        return false;
    out->subject = tbs;
    if (!take(&tbs, SEQUENCE, &skip))
        return false;
    out->subject.n = (size_t)(tbs.p - out->subject.p);
    if (!take(&tbs, SEQUENCE, &info) || !take(&info, SEQUENCE, &out->algorithm) ||
        !take(&info, BITS, &out->key) || !is_tag(out->key, 0)) /* a whole number of bytes */
        return false;
    out->key = span_from(out->key, 1);
    take(&tbs, CONTEXT_1, &skip);
    take(&tbs, CONTEXT_2, &skip);
    out->extensions = SPAN("");
    return tbs.n == 0 || (take(&tbs, CONTEXT_3, &all) && take(&all, SEQUENCE, &out->extensions));
}

static bool is_ca(struct span extensions)
{
    struct span one, oid, value, flag;
    while (take(&extensions, SEQUENCE, &one)) {
        if (!take(&one, OID, &oid) || !span_is(oid, constraints_oid))
            continue;
        take(&one, BOOLEAN, &flag);
        return take(&one, OCTETS, &value) && take(&value, SEQUENCE, &one) &&
               take(&one, BOOLEAN, &flag) && flag.n == 1 && flag.p[0] != 0;
    }
    return false;
}

static struct span positive(struct span integer)
{
    while (is_tag(integer, 0))
        integer = span_from(integer, 1);
    return integer;
}

static void put_head(struct buf *row, struct span name, unsigned kind, size_t n)
{
    uint8_t sum[HASH_SIZE_MAX];
    hash_of(HASH_SHA256, HASH_PARTS(name), sum);
    buf_put(row, sum, TRUST_LOCATOR);
    buf_char(row, (char)kind);
    buf_u16be(row, (unsigned)n);
}

static int put_rsa(struct buf *row, struct span name, unsigned kind, struct span key)
{
    struct span pair, n, e;
    if (!take(&key, SEQUENCE, &pair) || !take(&pair, INTEGER, &n) || !take(&pair, INTEGER, &e))
        return TLS_CA_MALFORMED;
    n = positive(n);
    e = positive(e);
    if (n.n < CHAIN_RSA_MIN || n.n > RSA_MAX || e.n == 0)
        return TLS_CA_WEAK;
    if (e.n > TRUST_E)
        return TLS_CA_KEY;
    if (span_eq(e, trust_usual_e)) {
        put_head(row, name, kind, n.n);
        buf_span(row, n);
        return 0;
    }
    put_head(row, name, kind | TRUST_EXPONENT, n.n + TRUST_E);
    buf_span(row, n);
    buf_put(row, "\0\0\0", TRUST_E - e.n);
    buf_span(row, e);
    return 0;
}

static int put_ec(struct buf *row, struct span name, unsigned kind, struct span curve,
                  struct span key)
{
    for (size_t i = 0; i < COUNT(curves); i++) {
        if (!span_eq(curve, (struct span){(const char *)curves[i].oid, curves[i].n}))
            continue;
        if (key.n != curves[i].point)
            return TLS_CA_MALFORMED;
        put_head(row, name, kind | curves[i].id, key.n);
        buf_span(row, key);
        return 0;
    }
    return TLS_CA_KEY;
}

static int put_row(struct buf *row, struct parts *p)
{
    unsigned flags = is_ca(p->extensions) ? 0 : TRUST_SELF;
    struct span kind, curve = SPAN("");
    if (!take(&p->algorithm, OID, &kind))
        return TLS_CA_MALFORMED;
    if (p->subject.n > CERT_NAME_MAX)
        return TLS_CA_NAME;
    take(&p->algorithm, OID, &curve);
    if (span_is(kind, rsa_oid))
        return put_rsa(row, p->subject, flags, p->key);
    return span_is(kind, ec_oid) ? put_ec(row, p->subject, flags, curve, p->key) : TLS_CA_KEY;
}

/* `der` lies in the free part of the room; the row that takes its place there is shorter. */
static int add(struct trust *t, struct span der)
{
    br_x509_trust_anchor same[TRUST_FOUND_MAX];
    char text[TRUST_HEAD + RSA_MAX + TRUST_E];
    struct buf row = BUF(text);
    struct parts p;
    int wrong = split(der, &p) ? put_row(&row, &p) : TLS_CA_MALFORMED;
    if (wrong)
        return wrong;
    if (trust_has((const void *)t, buf_view(&row)))
        return 0; /* a second time is no fault */
    if (trust_find((const void *)t, p.subject, p.subject, same) == TRUST_FOUND_MAX)
        return TLS_CA_FULL;
    memcpy(t->rows + t->used, row.p, row.n);
    t->used += (uint32_t)row.n;
    return 0;
}

static int add_text(struct trust *t, struct span base64)
{
    char *room = t->rows + t->used;
    size_t cap = sizeof t->rows - t->used;
    long n;
    if (base64.n / 4 * 3 > cap)
        return TLS_CA_FULL;
    n = base64_read(base64, (uint8_t *)room, cap);
    return n < 0 ? TLS_CA_BASE64 : add(t, (struct span){room, (size_t)n});
}

enum step tls_trust_add(struct tls_trust *trust, struct span pem, struct fail *f)
{
    static const struct span begin = {"-----BEGIN CERTIFICATE-----", 27},
                             end = {"-----END CERTIFICATE-----", 25};
    struct trust *t = (struct trust *)(void *)trust;
    struct reason_about about = {.host = SPAN("")};
    long at;
    while ((at = span_find(pem, begin)) >= 0) {
        long stop;
        int wrong = TLS_CA_BASE64;
        about.number++;
        pem = span_from(pem, (size_t)at + begin.n);
        stop = span_find(pem, end);
        if (stop >= 0)
            wrong = add_text(t, span_upto(pem, (size_t)stop));
        if (wrong)
            return reason_fail(f, wrong, &about);
        pem = span_from(pem, (size_t)stop + end.n);
    }
    return about.number ? STEP_DONE : reason_fail(f, TLS_CA_NONE, &about);
}

