/* rsa.c: RSA signatures over BearSSL. */
#include <bearssl.h>

#include "base/rsa.h"

/* Too large for the stack; holds the key, so it is wiped after each signature. */
static struct {
    br_pem_decoder_context pem;
    br_skey_decoder_context key;
} work;

static void take(void *arg, const void *p, size_t n)
{
    (void)arg;
    br_skey_decoder_push(&work.key, p, n);
}

/* Reads the first private key of the text; NULL: it is there. Line ends may be written as \n, for keys that come on one
 * line from a variable or a JSON file; the last one may be missing, as it is from every @FILE. */
static const char *read_key(struct span pem)
{
    bool inside = false, over = false;
    br_pem_decoder_init(&work.pem);
    while (!over) {
        bool end = span_starts(pem, SPAN("\\n"));
        if (br_pem_decoder_push(&work.pem, end || !pem.n ? "\n" : pem.p, 1)) {
            over = !pem.n;
            pem = span_from(pem, end ? 2 : 1);
        }
        switch (br_pem_decoder_event(&work.pem)) {
        case BR_PEM_BEGIN_OBJ:
            inside = span_find(span_z(br_pem_decoder_name(&work.pem)), SPAN("PRIVATE KEY")) >= 0;
            if (span_starts(span_z(br_pem_decoder_name(&work.pem)), SPAN("ENCRYPTED")))
                return "the private key has a passphrase: take it off with `openssl pkey -in OLD -out NEW`";
            br_skey_decoder_init(&work.key);
            br_pem_decoder_setdest(&work.pem, inside ? take : 0, 0);
            break;
        case BR_PEM_END_OBJ:
            if (inside && br_skey_decoder_key_type(&work.key) == BR_KEYTYPE_RSA)
                return NULL;
            if (inside)
                return "the private key is no RSA key: make one with `openssl genrsa 2048`";
            break;
        case BR_PEM_ERROR:
            return "the private key is damaged: name the PEM file as it was made, as @FILE";
        }
    }
    return "there is no private key: name its PEM file as @FILE";
}

static size_t sign(enum hash_kind kind, const struct span *parts, uint8_t *out)
{
    const br_rsa_private_key *key = br_skey_decoder_get_rsa(&work.key);
    uint8_t hash[HASH_SIZE_MAX];
    size_t n = hash_of(kind, parts, hash), size = (key->n_bitlen + 7) / 8;
    if (size > RSA_SIZE_MAX ||
        !br_rsa_i31_pkcs1_sign(kind == HASH_SHA512 ? BR_HASH_OID_SHA512 : BR_HASH_OID_SHA256, hash, n, key, out))
        return 0;
    return size;
}

size_t rsa_sign(struct span pem, enum hash_kind kind, const struct span *parts, uint8_t *out, const char **why)
{
    size_t n = 0;
    *why = read_key(pem);
    if (*why == NULL) {
        n = sign(kind, parts, out);
        *why = n ? NULL : "the private key does not work: 1024 to 4096 bits are taken, make a new one";
    }
    bytes_wipe(&work, sizeof work);
    return n;
}
