/* tls.c: the server side of TLS by BearSSL: certificate, key, and a session cache that tells who resumed. */
#define _GNU_SOURCE
#include "peer/peer.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static br_x509_certificate chain[4];
static size_t chain_n;
static br_skey_decoder_context key;

static struct cache {
    const br_ssl_session_cache_class *vtable;
    br_ssl_session_parameters kept[64];
    size_t next;
} cache;

static void cache_save(const br_ssl_session_cache_class **self, br_ssl_server_context *tls,
                       const br_ssl_session_parameters *params)
{
    (void)self;
    (void)tls;
    cache.kept[cache.next++ % COUNT(cache.kept)] = *params;
}

static int cache_load(const br_ssl_session_cache_class **self, br_ssl_server_context *tls,
                      br_ssl_session_parameters *params)
{
    (void)self;
    for (size_t i = 0; i < COUNT(cache.kept); i++) {
        const br_ssl_session_parameters *k = &cache.kept[i];
        if (!k->session_id_len || memcmp(k->session_id, params->session_id, 32))
            continue;
        *params = *k;
        ((struct conn *)((char *)tls - offsetof(struct conn, tls)))->resumed = true;
        return 1;
    }
    return 0;
}

static const br_ssl_session_cache_class cache_class = {sizeof cache, cache_save, cache_load};

static unsigned char der[8192];
static size_t der_n;

static void take_der(void *arg, const void *p, size_t n)
{
    (void)arg;
    if (der_n + n > sizeof der)
        peer_die("the certificates are longer than", "8 KB");
    memcpy(der + der_n, p, n);
    der_n += n;
}

/* Calls take(first, n) for each object of the PEM file. */
static void each_object(const char *name, void (*take)(unsigned char *p, size_t n))
{
    char text[16384];
    br_pem_decoder_context pem;
    if (!peer_file(name, text, sizeof text))
        peer_die("cannot read", name);
    br_pem_decoder_init(&pem);
    size_t n = strlen(text), at = 0, from = der_n;
    while (at < n) {
        at += br_pem_decoder_push(&pem, text + at, n - at);
        switch (br_pem_decoder_event(&pem)) {
        case BR_PEM_BEGIN_OBJ:
            from = der_n;
            br_pem_decoder_setdest(&pem, take_der, NULL);
            break;
        case BR_PEM_END_OBJ:
            take(der + from, der_n - from);
            break;
        case BR_PEM_ERROR:
            peer_die("not PEM:", name);
        }
    }
}

static void take_certificate(unsigned char *p, size_t n)
{
    if (chain_n < COUNT(chain))
        chain[chain_n++] = (br_x509_certificate){.data = p, .data_len = n};
}

static void take_key(unsigned char *p, size_t n)
{
    br_skey_decoder_init(&key);
    br_skey_decoder_push(&key, p, n);
    if (br_skey_decoder_last_error(&key) || br_skey_decoder_key_type(&key) != BR_KEYTYPE_EC)
        peer_die("no EC key in", "key.pem");
}

void tls_load(void)
{
    cache.vtable = &cache_class;
    each_object("cert.pem", take_certificate);
    each_object("key.pem", take_key);
    if (!chain_n)
        peer_die("no certificate in", "cert.pem");
}

void tls_begin(struct conn *c)
{
    unsigned char seed[32];
    br_ssl_server_init_full_ec(&c->tls, chain, chain_n, BR_KEYTYPE_EC, br_skey_decoder_get_ec(&key));
    br_ssl_engine_set_versions(&c->tls.eng, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_buffer(&c->tls.eng, c->record, sizeof c->record, 1);
    br_ssl_server_set_cache(&c->tls, &cache.vtable);
    if (getrandom(seed, sizeof seed, 0) != sizeof seed)
        peer_die("no random bytes from", "the system");
    br_ssl_engine_inject_entropy(&c->tls.eng, seed, sizeof seed);
    br_ssl_server_reset(&c->tls);
}
