/* trust.h: the trust anchors: those built in, and those of the `ca` setting. Includers name
 * <bearssl.h> first. */
#ifndef TRUST_H
#define TRUST_H

#include "tls.h"

/* Made by tls/anchors.sh from the Mozilla set. */
extern const br_x509_trust_anchor anchors[];
extern const size_t anchors_count;

/* BearSSL takes one array, so `list` begins with a copy of the built-in ones as soon as there is
 * any other. */
enum { TRUST_ANCHORS_MAX = 192, TRUST_BYTES = TLS_TRUST_ROOM - 192 * 64 - 16 };
struct trust {
    uint32_t count, used;
    br_x509_trust_anchor list[TRUST_ANCHORS_MAX];
    uint8_t bytes[TRUST_BYTES]; /* names and keys of the added ones */
};

/* The anchors of `t`, or those built in when it is NULL or nothing was added to it. */
const br_x509_trust_anchor *trust_anchors(const struct tls_trust *t, size_t *count);

#endif
