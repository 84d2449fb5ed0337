/* hash.c: hashes and HMAC over BearSSL. */
#include <bearssl.h>

#include "base/hash.h"

static const br_hash_class *const kinds[HASH_KIND_MAX] = {
    [HASH_MD5] = &br_md5_vtable,
    [HASH_SHA1] = &br_sha1_vtable,
    [HASH_SHA224] = &br_sha224_vtable,
    [HASH_SHA256] = &br_sha256_vtable,
    [HASH_SHA384] = &br_sha384_vtable,
    [HASH_SHA512] = &br_sha512_vtable,
};

size_t hash_of(enum hash_kind kind, const struct span *parts, uint8_t *out)
{
    const br_hash_class *h = kinds[kind];
    br_hash_compat_context c;
    h->init(&c.vtable);
    for (; parts->p; parts++)
        h->update(&c.vtable, parts->p, parts->n);
    h->out(&c.vtable, out);
    return h->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
}

size_t hmac_of(enum hash_kind kind, struct span key, const struct span *parts, uint8_t *out)
{
    br_hmac_key_context k;
    br_hmac_context c;
    br_hmac_key_init(&k, kinds[kind], key.p, key.n);
    br_hmac_init(&c, &k, 0);
    for (; parts->p; parts++)
        br_hmac_update(&c, parts->p, parts->n);
    return br_hmac_out(&c, out);
}
