/* trust.h: the trust anchors: those built in, and those of the `ca` setting. Includers name
 * <bearssl.h> first.
 *
 * Both are kept as rows of bytes, one after another:
 *   4  locator: the first bytes of the SHA-256 of the subject's name (DER, with its header)
 *   1  kind: BearSSL's number of the curve, 0 for RSA; TRUST_SELF and TRUST_EXPONENT may be added
 *   2  length of the key, big-endian
 *   …  the key: an uncompressed point, or a modulus, whose exponent is 65537
 *
 * The locator finds and proves nothing: trust rests on the key. A name with the same locator leads
 * to a key that has not signed the certificate at hand, and what a root's key has signed the root
 * has issued. */
#ifndef TRUST_H
#define TRUST_H

#include "tls.h"

enum {
    TRUST_LOCATOR = 4,
    TRUST_KIND = TRUST_LOCATOR,
    TRUST_SIZE = TRUST_KIND + 1,
    TRUST_HEAD = TRUST_SIZE + 2,
    TRUST_E = 4, /* bytes of an unusual exponent */

    TRUST_SELF = 0x80,     /* no CA: vouches for the certificate with this name and key only */
    TRUST_EXPONENT = 0x40, /* the last 4 bytes of the key are the exponent */
    TRUST_FOUND_MAX = 8    /* anchors of one name: a CA that renewed its key has two */
};

/* Made by tls/anchors.sh from the Mozilla set. */
extern const unsigned char anchors_blob[];
extern const unsigned int anchors_size;

extern const struct span trust_usual_e; /* 65537 */

struct trust {
    uint32_t used;
    char rows[TLS_TRUST_ROOM - 8];
};

/* The anchors that may vouch for a certificate of these names: CAs called `issuer`, and one called
 * `subject` that stands for itself. At most TRUST_FOUND_MAX; they point into `t`, which may be
 * NULL, and at the names. */
unsigned trust_find(const struct tls_trust *t, struct span issuer, struct span subject,
                    br_x509_trust_anchor *out);
bool trust_has(const struct tls_trust *t, struct span row);

#endif
