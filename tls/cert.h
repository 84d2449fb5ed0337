/* cert.h: reads one X.509 certificate (RFC 5280 §4.1) as its bytes stream by, in constant room and
 * whatever its length: who issued it for whom, the dates, whether the subject alternative names
 * hold the host, what the key may be used for. BearSSL's own engine reads the same bytes and proves
 * the signatures; this looks at what it leaves out. DER only: definite, shortest lengths. */
#ifndef CERT_H
#define CERT_H

#include "base/addr.h"

enum {
    CERT_FROM = 1,        /* `from` is set: notBefore was read */
    CERT_UNTIL = 2,       /* `until` is set: notAfter was read */
    CERT_SAN = 4,         /* has subject alternative names */
    CERT_NAMED = 8,       /* the host is one of them */
    CERT_EKU = 16,        /* has an extended key usage */
    CERT_SERVER = 32,     /* which is for TLS servers, or for anything */
    CERT_CONSTRAINED = 64, /* has name constraints */
    CERT_OLD_HASH = 128,  /* is signed with MD5 or SHA-1 */
    CERT_NAMES = 256      /* issuer and subject were read */
};

enum {
    CERT_DEPTH = 8,
    CERT_TEXT_MAX = 255,
    CERT_NAME_MAX = 512, /* the longest of Mozilla's roots has 213 */
    CERT_HEADER_MAX = 5
};

/* Its bytes as they stand in the certificate, header and all; none when it is too long. */
struct cert_name {
    uint16_t n;
    char der[CERT_NAME_MAX];
};

struct cert {
    uint16_t seen;
    bool bad;            /* not DER, or an extension came twice */
    int64_t from, until; /* unix seconds, both inclusive */

    struct cert_name issuer, subject;
    struct span host; /* lower-case name without final dot, looked for while ip.family is 0 */
    struct addr ip;

    struct {
        uint32_t left;  /* bytes to come */
        uint8_t place;  /* what it is: enum place */
        uint8_t child;  /* number of the next element of a universal tag */
    } open[CERT_DEPTH]; /* the elements around the current one, outermost first */
    uint8_t depth;
    uint8_t head[CERT_HEADER_MAX]; /* the element header being read: its bytes so far, */
    uint8_t header, more;          /* how many they are, how many are to come */
    uint8_t place;
    uint32_t length, left;
    uint8_t text[CERT_TEXT_MAX]; /* an element read whole */
};

/* `host` must stay where it is; exactly one of host and ip counts. `size`: of the certificate. */
void cert_start(struct cert *c, uint32_t size, struct span host, const struct addr *ip);
void cert_feed(struct cert *c, const uint8_t *p, size_t n);
bool cert_whole(const struct cert *c); /* all its bytes were read and made sense */

/* A dNSName covers a host when it is the host, or `*.` and the host without its first label (RFC
 * 9525 §6.3), and two labels or more follow the `*.`. */
bool cert_name_covers(struct span name, struct span host);

#endif
