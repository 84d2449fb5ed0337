/* chain.c: a br_x509_class around br_x509_minimal. It hands every byte to its own reader first,
 * then to BearSSL.
 *
 * Dates are judged here, not by BearSSL: its engine stops at the first one that is off, and then
 * neither "everything but the date is right" could be told nor the date ignored while the time of
 * day is unknown. So it is told, for each certificate, that now is that certificate's own
 * notBefore. It compares the two only after it has read notBefore, and by then our reader, one step
 * ahead, has set it.
 *
 * Anchors are handed to it the same way: when our reader has read a certificate's names, those that
 * may vouch for it become the engine's whole list. It looks at that after the extensions, for the
 * leaf itself, and at the end, for its issuer. */
#include <bearssl.h>

#include "chain.h"
#include "reason.h"

enum { DAY = 86400, DAYS_TO_1970 = 719528 /* from the year 0, as BearSSL counts */ };

static struct chain *self(const br_x509_class **ctx)
{
    return (struct chain *)(void *)ctx;
}

static void start_chain(const br_x509_class **ctx, const char *name)
{
    struct chain *c = self(ctx);
    c->used = true;
    c->trusted = c->old_hash = false;
    c->count = 0;
    c->broken = c->date = 0;
    c->host = span_z(name);
    /* No name for BearSSL: it would also take one from the CN, and `*.com` for any. */
    c->minimal.vtable->start_chain(&c->minimal.vtable, NULL);
}

static void start_cert(const br_x509_class **ctx, uint32_t size)
{
    struct chain *c = self(ctx);
    c->size = size;
    c->fresh = true;
    c->repeat = false;
}

/* Some servers send their certificate twice. Bytes enough to hold the serial number tell; leaving a
 * certificate out can only break a chain, never make one. The handshake hands out the first bytes
 * in one piece (256, or all there are). */
static bool is_leaf_again(struct chain *c, const uint8_t *p, size_t n)
{
    if (n > CHAIN_HEAD)
        n = CHAIN_HEAD;
    if (c->count > 0)
        return c->size == c->leaf_size && memcmp(c->leaf_head, p, n) == 0;
    c->leaf_size = c->size;
    memcpy(c->leaf_head, p, n);
    return false;
}

static void find_anchors(struct chain *c)
{
    const struct cert_name *issuer = &c->cert.issuer, *subject = &c->cert.subject;
    c->minimal.trust_anchors_num =
        trust_find(c->trust, (struct span){issuer->der, issuer->n},
                   (struct span){subject->der, subject->n}, c->anchors);
    c->named = true;
}

static void append(const br_x509_class **ctx, const unsigned char *p, size_t n)
{
    struct chain *c = self(ctx);
    if (c->trusted)
        return;
    if (c->fresh) {
        c->fresh = false;
        c->repeat = is_leaf_again(c, p, n);
        if (!c->repeat) {
            c->minimal.vtable->start_cert(&c->minimal.vtable, c->size);
            cert_start(&c->cert, c->size, c->host, &c->ip);
            c->named = false;
            c->minimal.trust_anchors_num = 0;
        }
    }
    if (c->repeat)
        return;
    cert_feed(&c->cert, p, n);
    if (c->cert.seen & CERT_NAMES && !c->named)
        find_anchors(c);
    if (c->cert.seen & CERT_FROM) {
        int64_t s = c->cert.from + (int64_t)DAYS_TO_1970 * DAY;
        br_x509_minimal_set_time(&c->minimal, (uint32_t)(s / DAY), (uint32_t)(s % DAY));
    }
    c->minimal.vtable->append(&c->minimal.vtable, p, n);
}

static int rule_broken(const struct cert *cert, bool leaf)
{
    if (!cert_whole(cert))
        return TLS_MALFORMED;
    if (leaf && !(cert->seen & CERT_SAN))
        return TLS_NO_NAMES;
    if (leaf && !(cert->seen & CERT_NAMED))
        return TLS_OTHER_NAMES;
    if (cert->seen & CERT_EKU && !(cert->seen & CERT_SERVER))
        return leaf ? TLS_NOT_FOR_SERVERS : TLS_ISSUER_NOT_FOR_SERVERS;
    return cert->seen & CERT_CONSTRAINED && !leaf ? TLS_CONSTRAINED : 0;
}

static void judge_dates(struct chain *c)
{
    bool early = c->wall < c->cert.from;
    if (c->date || (!early && c->wall <= c->cert.until))
        return;
    c->date = early ? TLS_NOT_YET_VALID : TLS_EXPIRED;
    c->limit = early ? c->cert.from : c->cert.until;
}

static void end_cert(const br_x509_class **ctx)
{
    struct chain *c = self(ctx);
    if (c->trusted || c->repeat)
        return;
    if (c->fresh) { /* empty: BearSSL has the words for it */
        c->minimal.vtable->start_cert(&c->minimal.vtable, 0);
        cert_start(&c->cert, 0, c->host, &c->ip);
    }
    c->minimal.vtable->end_cert(&c->minimal.vtable);
    if (c->broken == 0)
        c->broken = rule_broken(&c->cert, c->count == 0);
    judge_dates(c);
    c->old_hash |= (c->cert.seen & CERT_OLD_HASH) != 0;
    c->count++;
    /* The engine gives the leaf's key away once an anchor vouches for it, and not before the end
     * otherwise. */
    c->trusted = c->minimal.vtable->get_pkey(&c->minimal.vtable, NULL) != NULL;
}

static unsigned end_chain(const br_x509_class **ctx)
{
    struct chain *c = self(ctx);
    unsigned e = c->minimal.vtable->end_chain(&c->minimal.vtable);
    if (e == BR_ERR_X509_UNSUPPORTED && c->old_hash)
        e = TLS_OLD_HASH;
    if (e == 0)
        e = (unsigned)c->broken;
    if (e == 0 && !c->any_date)
        e = (unsigned)c->date;
    return e;
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
    const struct chain *c = (const struct chain *)(const void *)ctx;
    return c->minimal.vtable->get_pkey(&c->minimal.vtable, usages);
}

static const br_x509_class chain_class = {
    .context_size = sizeof(struct chain),
    .start_chain = start_chain,
    .start_cert = start_cert,
    .append = append,
    .end_cert = end_cert,
    .end_chain = end_chain,
    .get_pkey = get_pkey,
};

void chain_init(struct chain *c, const struct tls_trust *trust)
{
    memset(c, 0, sizeof *c);
    c->vtable = &chain_class;
    c->trust = trust;
    br_x509_minimal_init(&c->minimal, &br_sha256_vtable, c->anchors, 0);
    br_x509_minimal_set_minrsa(&c->minimal, CHAIN_RSA_MIN);
}
