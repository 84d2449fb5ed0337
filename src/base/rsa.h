/* rsa.h: RSA signatures (RSASSA-PKCS1-v1_5, RFC 8017 §8.2). Declared here, done by BearSSL in tls/rsa.c, so that signers
 * need not know BearSSL. */
#ifndef RSA_H
#define RSA_H

#include "base/hash.h"

enum { RSA_SIZE_MAX = 512 /* a key of 4096 bits */ };

/* Signs the parts, hashed one after another as if joined; absent spans end the list. `pem`: a text that holds an RSA
 * private key without a passphrase, as PKCS#1 or PKCS#8. Returns the size of the signature; 0: *why says what is wrong
 * with the key and what to do. `kind`: HASH_SHA256 or HASH_SHA512. */
size_t rsa_sign(struct span pem, enum hash_kind kind, const struct span *parts, uint8_t *out, const char **why);

#endif
