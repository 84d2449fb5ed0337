/* profile.c: the algorithms spoken. What is named here is linked, and nothing else.
 *
 * One set for all targets: BearSSL's portable constant-time code. Measured: its 64-bit RSA is no
 * faster than the one on 31-bit words, as public exponents are short; its AES and Poly1305 for 64
 * bits are twice as large, to save microseconds on the few kilobytes of an exchange; AES-NI and
 * SSE2 would need a second set beside this one. The fast P-256 and Curve25519 (m31) are worth their
 * 7 KB over the generic code: 1.6 to 3 times faster, and they are most of a handshake's work
 * (bearssl.sh compiles P-256 for speed on 64-bit machines). */
#include <bearssl.h>

#include "machine.h"

/* ChaCha20 first: without AES instructions it is the faster one in constant time. AES-128 before
 * 256: no weaker here. */
static const uint16_t suites[] = {
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
};

/* Of certificates and of the handshake. Neither MD5 nor SHA-1: that alone refuses signatures made
 * with them. */
static const struct {
    int id;
    const br_hash_class *hash;
} hashes[] = {
    {br_sha256_ID, &br_sha256_vtable},
    {br_sha384_ID, &br_sha384_vtable},
    {br_sha512_ID, &br_sha512_vtable},
};

static void set_ciphers(br_ssl_engine_context *e)
{
    br_ssl_engine_set_suites(e, suites, COUNT(suites));
    br_ssl_engine_set_prf_sha256(e, &br_tls12_sha256_prf);
    br_ssl_engine_set_prf_sha384(e, &br_tls12_sha384_prf);
    br_ssl_engine_set_gcm(e, &br_sslrec_in_gcm_vtable, &br_sslrec_out_gcm_vtable);
    br_ssl_engine_set_aes_ctr(e, &br_aes_ct_ctr_vtable);
    br_ssl_engine_set_ghash(e, &br_ghash_ctmul);
    br_ssl_engine_set_chapol(e, &br_sslrec_in_chapol_vtable, &br_sslrec_out_chapol_vtable);
    br_ssl_engine_set_chacha20(e, &br_chacha20_ct_run);
    br_ssl_engine_set_poly1305(e, &br_poly1305_ctmul_run);
}

void profile_set(br_ssl_client_context *client, struct chain *chain, const struct tls_trust *trust)
{
    br_ssl_engine_context *e = &client->eng;
    br_ssl_client_zero(client);
    br_ssl_engine_set_versions(e, BR_TLS12, BR_TLS12);
    br_ssl_engine_add_flags(e, BR_OPT_NO_RENEGOTIATION);
    set_ciphers(e);
    br_ssl_engine_set_ec(e, &br_ec_all_m31); /* Curve25519, P-256, P-384, P-521 */
    br_ssl_engine_set_ecdsa(e, &br_ecdsa_i31_vrfy_asn1);
    br_ssl_engine_set_rsavrfy(e, &br_rsa_i31_pkcs1_vrfy);
    chain_init(chain, trust);
    br_x509_minimal_set_ecdsa(&chain->minimal, &br_ec_all_m31, &br_ecdsa_i31_vrfy_asn1);
    br_x509_minimal_set_rsa(&chain->minimal, &br_rsa_i31_pkcs1_vrfy);
    for (size_t i = 0; i < COUNT(hashes); i++) {
        br_ssl_engine_set_hash(e, hashes[i].id, hashes[i].hash);
        br_x509_minimal_set_hash(&chain->minimal, hashes[i].id, hashes[i].hash);
    }
    br_ssl_engine_set_x509(e, &chain->vtable);
}
