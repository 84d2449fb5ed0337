/* chain.h: the judge of a server's certificate chain: BearSSL's own engine, which proves the path
 * to a trust anchor, and around it the rules that it lacks (see tls.h). The first rule broken is
 * the reason given; dates come last, so that a reason of dates says that everything else was in
 * order. Includers name <bearssl.h> first. */
#ifndef CHAIN_H
#define CHAIN_H

#include "cert.h"
#include "trust.h"

enum { CHAIN_RSA_MIN = 256 /* bytes */, CHAIN_HEAD = 40 };

struct chain {
    const br_x509_class *vtable; /* first, as BearSSL wants it */
    br_x509_minimal_context minimal;
    struct cert cert;              /* the one being read */
    const struct tls_trust *trust; /* anchors beside those built in, or NULL */
    br_x509_trust_anchor anchors[TRUST_FOUND_MAX]; /* for that certificate: all `minimal` knows */
    struct addr ip;   /* the host when it is an address, else the name comes with start_chain */
    struct span host;
    int64_t wall;
    bool any_date;

    bool used;     /* a chain was judged: not a resumed session */
    bool trusted;  /* an anchor was reached: what the server sends beyond that is of no concern */
    bool fresh;    /* no byte of this certificate came yet */
    bool named;    /* its names were looked for among the anchors */
    bool repeat;   /* this certificate is the leaf over again */
    bool old_hash; /* some certificate is signed with SHA-1 or MD5 */
    uint16_t count;
    uint32_t size; /* of the current certificate, bytes */
    uint32_t leaf_size;
    uint8_t leaf_head[CHAIN_HEAD];
    int broken, date; /* reasons so far: of rules, of dates; 0 none */
    int64_t limit;    /* the date that was not met */
};

/* Everything but the hashes and signature algorithms, which are the profile's. Zeroes `c`. */
void chain_init(struct chain *c, const struct tls_trust *trust);

#endif
