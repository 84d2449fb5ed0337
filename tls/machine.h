/* machine.h: what struct tls holds. Includers name <bearssl.h> first. */
#ifndef MACHINE_H
#define MACHINE_H

#include "chain.h"
#include "tls.h"

enum {
    TAG_SIZE = 16,
    /* A record has 5 bytes of header, with AES-GCM 8 of nonce and 16 of tag, and at most 16384 of
     * content (RFC 5246 §6.2.1, RFC 5288). */
    RECORD_IN = 5 + 8 + 16384 + 16,
    /* What BearSSL asks for records of 4096: a whole request goes out in one. */
    RECORD_OUT = 4096 + 85
};

struct machine {
    br_ssl_client_context client;
    struct chain chain;
    bool open;             /* the handshake was through */
    bool ending;           /* tls_close was called */
    int64_t born;          /* when the session was negotiated in full */
    uint8_t tag[TAG_SIZE]; /* tells the host, for sessions */
    unsigned char in[RECORD_IN], out[RECORD_OUT];
};

/* Algorithms: which ones are spoken, and which of BearSSL's implementations do them. Both are
 * zeroed first. */
void profile_set(br_ssl_client_context *client, struct chain *chain, const struct tls_trust *trust);

#endif
