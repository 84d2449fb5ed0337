/* trust.c: finds trust anchors by the names of a certificate. */
#include <bearssl.h>

#include "trust.h"
#include "base/hash.h"

_Static_assert(sizeof(struct trust) <= sizeof(struct tls_trust), "TLS_TRUST_ROOM is too small");
_Static_assert(_Alignof(struct trust) <= _Alignof(struct tls_trust), "alignment");

enum { CURVE = 0x3f /* of the kind */ };

const struct span trust_usual_e = SPAN_INIT("\1\0\1");

static struct span built_in(void)
{
    return (struct span){(const char *)anchors_blob, anchors_size};
}

static struct span added(const struct tls_trust *t)
{
    const struct trust *in = (const void *)t;
    return t ? (struct span){in->rows, in->used} : SPAN("");
}

/* Takes one row off. */
static struct span next_row(struct span *rows)
{
    struct span row = *rows;
    const uint8_t *p = (const uint8_t *)row.p;
    row.n = (size_t)(TRUST_HEAD + (p[TRUST_SIZE] << 8 | p[TRUST_SIZE + 1]));
    *rows = span_from(*rows, row.n);
    return row;
}

static bool is_in(struct span rows, struct span row)
{
    while (rows.n > 0)
        if (span_eq(next_row(&rows), row))
            return true;
    return false;
}

bool trust_has(const struct tls_trust *t, struct span row)
{
    return is_in(built_in(), row) || is_in(added(t), row);
}

/* BearSSL's structs point to what it only reads, and yet are not const. */
static unsigned char *unconst(const void *p)
{
    return (unsigned char *)(uintptr_t)p;
}

static br_x509_pkey key_of(unsigned kind, struct span key)
{
    br_x509_pkey out = {.key_type = BR_KEYTYPE_RSA};
    size_t e = kind & TRUST_EXPONENT ? TRUST_E : 0;
    if (kind & CURVE) {
        out.key_type = BR_KEYTYPE_EC;
        out.key.ec.curve = kind & CURVE;
        out.key.ec.q = unconst(key.p);
        out.key.ec.qlen = key.n;
        return out;
    }
    out.key.rsa.n = unconst(key.p);
    out.key.rsa.nlen = key.n - e;
    out.key.rsa.e = unconst(e ? key.p + key.n - e : trust_usual_e.p);
    out.key.rsa.elen = e ? e : trust_usual_e.n;
    return out;
}

struct wanted {
    struct span name;
    uint8_t sum[HASH_SIZE_MAX];
};

static unsigned find_in(struct span rows, const struct wanted *names, br_x509_trust_anchor *out,
                        unsigned n)
{
    while (rows.n > 0 && n < TRUST_FOUND_MAX) {
        struct span row = next_row(&rows);
        unsigned kind = (uint8_t)row.p[TRUST_KIND];
        const struct wanted *w = &names[(kind & TRUST_SELF) != 0];
        if (memcmp(row.p, w->sum, TRUST_LOCATOR) != 0)
            continue;
        out[n].dn.data = unconst(w->name.p);
        out[n].dn.len = w->name.n;
        out[n].flags = kind & TRUST_SELF ? 0 : BR_X509_TA_CA;
        out[n++].pkey = key_of(kind, span_from(row, TRUST_HEAD));
    }
    return n;
}

unsigned trust_find(const struct tls_trust *t, struct span issuer, struct span subject,
                    br_x509_trust_anchor *out)
{
    struct wanted names[] = {{.name = issuer}, {.name = subject}};
    unsigned n;
    for (size_t i = 0; i < COUNT(names); i++)
        hash_of(HASH_SHA256, HASH_PARTS(names[i].name), names[i].sum);
    n = find_in(built_in(), names, out, 0);
    return find_in(added(t), names, out, n);
}

size_t tls_roots(void)
{
    size_t n = 0;
    for (struct span rows = built_in(); rows.n > 0; n++)
        next_row(&rows);
    return n;
}
