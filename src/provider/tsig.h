/* tsig.h: transaction signatures of DNS messages (RFC 8945). */
#ifndef TSIG_H
#define TSIG_H

#include "base/buf.h"
#include "base/fail.h"
#include "base/hash.h"
#include "limits.h"

enum { TSIG_SECRET_MAX = 128, TSIG_FUDGE = 300 /* seconds, as RFC 8945 §10 recommends */ };

struct tsig {
    char name[HOST_MAX]; /* of the key, lower-case */
    uint8_t name_n;
    uint8_t hash;        /* enum hash_kind */
    uint8_t secret_n, mac_n;
    uint8_t secret[TSIG_SECRET_MAX];
    uint8_t mac[HASH_SIZE_MAX]; /* of the request last signed; replies are bound to it */
};

/* The names are those of BIND's key files. False: none of them. */
bool tsig_algorithm(struct span name, uint8_t *hash);
/* False: the secret is not base64, or longer than 128 bytes; or the key's name is none. */
bool tsig_init(struct tsig *t, struct span name, struct span secret, uint8_t hash);
/* Appends the signature to the message and counts it in the header. */
void tsig_sign(struct tsig *t, struct buf *message, int64_t wall);
/* Checks the reply's signature against the request signed last. DONE: it is good. MORE: there is
 * none. FAIL: it is wrong, or says why the server refused ours. */
enum step tsig_verify(const struct tsig *t, struct span reply, int64_t wall, struct fail *f);

#endif
