/* hash.h: hashes and HMAC. Declared here, done by BearSSL in tls/hash.c, so that signers need not
 * know BearSSL. */
#ifndef HASH_H
#define HASH_H

#include "base/span.h"

enum hash_kind {
    HASH_MD5,
    HASH_SHA1,
    HASH_SHA224,
    HASH_SHA256,
    HASH_SHA384,
    HASH_SHA512,
    HASH_KIND_MAX
};
enum { HASH_SIZE_MAX = 64 };

/* Both return the size of the result. The parts are hashed one after another as if joined; absent
 * spans end the list. */
size_t hash_of(enum hash_kind kind, const struct span *parts, uint8_t *out);
size_t hmac_of(enum hash_kind kind, struct span key, const struct span *parts, uint8_t *out);
#define HASH_PARTS(...) ((const struct span[]){__VA_ARGS__, {0, 0}})
/* CRC-32 (IEEE 802.3) of a file's text: finds torn writes, protects against nobody. In
 * base/crc.c. */
uint32_t crc32_of(struct span s);
bool bytes_same(const void *a, const void *b, size_t n); /* in constant time */
void bytes_wipe(void *p, size_t n);                      /* not optimised away */

#endif
