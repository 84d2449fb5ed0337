/* reason.h: why TLS failed: codes of our own beside BearSSL's (BR_ERR_*, below 1000), and words for
 * all of them. */
#ifndef REASON_H
#define REASON_H

#include "base/fail.h"

enum {
    TLS_MALFORMED = 1000,
    TLS_NO_NAMES,
    TLS_OTHER_NAMES,
    TLS_NOT_FOR_SERVERS,
    TLS_ISSUER_NOT_FOR_SERVERS,
    TLS_CONSTRAINED,
    TLS_OLD_HASH,
    TLS_NOT_YET_VALID,
    TLS_EXPIRED,
    TLS_CUT_HANDSHAKE, /* the stream ended: before the handshake was through, */
    TLS_CUT_RECORD,    /* inside a record, */
    TLS_CUT,           /* between records but without close_notify */
    TLS_NOT_TLS,       /* the first bytes are no TLS record */
    TLS_CA_NONE,       /* of the `ca` file, these and below */
    TLS_CA_BASE64,
    TLS_CA_MALFORMED,
    TLS_CA_KEY,
    TLS_CA_WEAK,
    TLS_CA_NAME,
    TLS_CA_FULL
};

struct reason_about {
    struct span host; /* as the user wrote it */
    int64_t limit;    /* TLS_NOT_YET_VALID and TLS_EXPIRED: the date */
    unsigned number;  /* TLS_CA_…: which certificate of the file, 1 the first */
};
enum step reason_fail(struct fail *f, int code, const struct reason_about *about);

#endif
