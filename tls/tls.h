/* tls.h: TLS 1.2 client as a machine without I/O, over BearSSL. Only the .c files of this folder
 * include bearssl.h.
 *
 * Four directions, each a pair "lend a buffer, take note of the bytes": wire out, wire in,
 * application in, application out. Certificates are always verified; what stock BearSSL 0.6 lets
 * through is refused here (SHA-1 signatures, RSA below 2048 bits, a leaf without serverAuth, names
 * only in the CN). Names and iPAddress of the SAN are matched (RFC 6125). Not checked: revocation,
 * certificate policies, the dates of trust anchors; name constraints are refused unread. */
#ifndef TLS_H
#define TLS_H

#include "base/fail.h"
#include "base/addr.h"

enum {
    /* Contexts 9 KB, a full record of 16 KB in, one of 4 KB out. Sizes are asserted in tls.c. */
    TLS_ROOM = 30 * 1024,
    TLS_SESSION_ROOM = 128,
    TLS_TRUST_ROOM = 12 * 1024, /* the keys of about 40 certificates of the `ca` setting */
    TLS_SEED = 32
};

struct tls {
    uint64_t room[TLS_ROOM / 8];
};

/* What resumption needs (RFC 5246 §7.3), kept by the caller between exchanges with the same host;
 * all zero = none. */
struct tls_session {
    uint64_t room[TLS_SESSION_ROOM / 8];
};

struct tls_trust {
    uint64_t room[TLS_TRUST_ROOM / 8];
};

/* Reads PEM certificates into `trust` (first call with an all-zero struct; may be called again for
 * more files); one that is known already is passed over. CA certificates
 * vouch for those they sign, others for themselves only. FAIL is of kind CONFIG and names the
 * certificate by its number; it does not know the name of the file. */
enum step tls_trust_add(struct tls_trust *trust, struct span pem, struct fail *f);

struct tls_params {
    struct span host;    /* name, or address text (then the SAN must hold it as iPAddress) */
    int64_t wall;        /* unix seconds the certificates are judged at */
    bool any_date;       /* the time is not known yet: everything but the dates is verified */
    const uint8_t *seed; /* TLS_SEED fresh random bytes */
    const struct tls_trust *trust;     /* extra anchors, or NULL */
    const struct tls_session *session; /* to resume, or NULL */
};

/* HTTP/1.1 is all we speak: no ALPN is sent. `session` is offered only to the host it was saved
 * from, for a day at most. Nothing of params need stay but `trust`. FAIL: no host name. */
enum step tls_start(struct tls *t, const struct tls_params *params, struct fail *f);

enum {
    TLS_WIRE_OUT = 1, /* tls_wire_out has bytes to send */
    TLS_WIRE_IN = 2,  /* tls_wire_in has room for received bytes */
    TLS_DATA_OUT = 4, /* handshake done, tls_data_out has room for application bytes */
    TLS_DATA_IN = 8,  /* tls_data_in has application bytes to read */
    TLS_CLOSED = 16   /* ended; tls_failed tells how */
};
unsigned tls_want(const struct tls *t);

const unsigned char *tls_wire_out(const struct tls *t, size_t *n);
void tls_wire_out_ack(struct tls *t, size_t n);
unsigned char *tls_wire_in(const struct tls *t, size_t *n);
void tls_wire_in_ack(struct tls *t, size_t n);
unsigned char *tls_data_out(const struct tls *t, size_t *n);
void tls_data_out_ack(struct tls *t, size_t n);
const unsigned char *tls_data_in(const struct tls *t, size_t *n);
void tls_data_in_ack(struct tls *t, size_t n);
void tls_flush(struct tls *t); /* sends what data_out holds as a record now */
/* close_notify: then wire out until TLS_CLOSED, which comes once it is sent: the server's own is
 * not waited for (RFC 5246 §7.2.1), and what it still sends is dropped. */
void tls_close(struct tls *t);

/* After TLS_CLOSED, or at the end of the TCP stream: DONE when both sides ended properly
 * (close_notify was seen), FAIL with the reason for the user otherwise: which certificate rule,
 * alert or protocol fault it was, and what to do about it. */
enum step tls_failed(const struct tls *t, struct fail *f);
/* The certificate was refused for its dates and nothing else: all other rules were met, so the
 * clock may be wrong. */
bool tls_failed_on_date(const struct tls *t);
/* After the handshake. All zero when the server keeps no sessions or dates were not looked at. */
void tls_save(const struct tls *t, struct tls_session *out);
bool tls_resumed(const struct tls *t);
void tls_wipe(struct tls *t);

extern const char tls_version[]; /* "BearSSL 0.6" */
size_t tls_roots(void);          /* number of built-in trust anchors */

#endif
