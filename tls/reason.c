/* reason.c: why TLS failed, in words for the user: what is wrong and what to do about it. */
#include <bearssl.h>

#include "reason.h"
#include "base/civil.h"

enum {
    ALERT = BR_ERR_RECV_FATAL_ALERT,
    HOST_SHOWN = 56,
    ANY_CERTIFICATE = -1,
    ANY_ALERT = -2,
    ANY_FAULT = -3
};

/* `@` stands for the host, `#` for the date, or the number that the code asks for. */
static const struct row {
    int16_t code;
    uint8_t kind;
    const char *text;
} rows[] = {
    {TLS_EXPIRED, FAIL_PROTO,
     "certificate of @ expired on #; if that is in the future, set this machine's clock"},
    {TLS_NOT_YET_VALID, FAIL_PROTO,
     "certificate of @ is valid only from #: check this machine's clock"},
    {TLS_OTHER_NAMES, FAIL_PROTO,
     "certificate is for other names than @: check the host name; a captive portal or proxy "
     "may be in between"},
    {TLS_NO_NAMES, FAIL_PROTO,
     "certificate of @ has no subject alternative name, which counts; it must be made anew"},
    {TLS_NOT_FOR_SERVERS, FAIL_PROTO,
     "certificate of @ is not for servers: its extended key usage lacks serverAuth; it must "
     "be made anew"},
    {TLS_ISSUER_NOT_FOR_SERVERS, FAIL_PROTO,
     "certificate of @: its issuer may not issue for servers (extended key usage)"},
    {TLS_CONSTRAINED, FAIL_PROTO,
     "certificate of @: its issuer has name constraints, which ddns cannot check"},
    {TLS_OLD_HASH, FAIL_PROTO,
     "certificate of @ is signed with SHA-1 or MD5, which anybody can forge; it must be made anew"},
    {BR_ERR_X509_NOT_TRUSTED, FAIL_PROTO,
     "certificate of @: issuer is not among the trusted roots; for a private CA set ca = FILE"},
    {BR_ERR_X509_WEAK_PUBLIC_KEY, FAIL_PROTO,
     "certificate of @, or its issuer's, has an RSA key of less than 2048 bits; it must be "
     "made anew"},
    {BR_ERR_X509_NOT_CA, FAIL_PROTO,
     "certificate of @ is signed by a certificate that is not a CA's"},
    {BR_ERR_X509_FORBIDDEN_KEY_USAGE, FAIL_PROTO,
     "certificate of @: the key usage of its issuer forbids that"},
    {BR_ERR_X509_DN_MISMATCH, FAIL_PROTO,
     "certificate of @: the server sends a chain out of order or with a gap"},
    {BR_ERR_X509_BAD_SIGNATURE, FAIL_PROTO, "certificate of @ has a wrong signature"},
    {BR_ERR_X509_CRITICAL_EXTENSION, FAIL_PROTO,
     "certificate of @ has a critical extension that ddns does not know"},
    {BR_ERR_X509_UNSUPPORTED, FAIL_PROTO,
     "certificate of @ has a key or signature of a kind that ddns does not know; use RSA or P-256"},
    {BR_ERR_X509_EXPIRED, FAIL_PROTO, "certificate of @ ends before it begins"},
    {BR_ERR_WRONG_KEY_USAGE, FAIL_PROTO,
     "certificate of @: its key usage forbids signatures, or its key does not fit"},
    {ANY_CERTIFICATE, FAIL_PROTO, "certificate of @ is malformed (#)"},

    {TLS_CUT_HANDSHAKE, FAIL_RETRY, "the server closed the connection during the TLS handshake"},
    {TLS_CUT_RECORD, FAIL_RETRY, "the connection was cut in mid-record"},
    {TLS_CUT, FAIL_RETRY, "the connection ended without close_notify: the reply may be cut short"},
    {TLS_NOT_TLS, FAIL_PROTO,
     "@ does not speak TLS on this port: check the port, or write http://"},
    {BR_ERR_UNSUPPORTED_VERSION, FAIL_PROTO,
     "the server speaks only a TLS older than 1.2, which is refused"},
    {BR_ERR_BAD_SIGNATURE, FAIL_PROTO,
     "the server has not the key of its certificate: somebody may be in between"},
    {BR_ERR_INVALID_ALGORITHM, FAIL_PROTO,
     "the server chose a curve or signature that was not offered"},
    {BR_ERR_BAD_MAC, FAIL_RETRY, "a record was damaged on the way, or forged"},
    {BR_ERR_NO_RANDOM, FAIL_RETRY, "no random bytes yet"},
    {ANY_FAULT, FAIL_PROTO, "the server broke the TLS protocol (BearSSL error #)"},

    {ALERT + 40, FAIL_PROTO,
     "the server found no TLS version or cipher suite in common: TLS 1.2 with ECDHE and "
     "AES-GCM or ChaCha20 is needed"},
    {ALERT + 70, FAIL_PROTO,
     "the server refuses TLS 1.2 (protocol_version): it must allow it, ddns has no other"},
    {ALERT + 71, FAIL_PROTO,
     "the server finds the cipher suites offered too weak (insufficient_security)"},
    {ALERT + 80, FAIL_RETRY, "the server had an internal error (TLS alert)"},
    {ALERT + 112, FAIL_PROTO,
     "the server does not know the name @ (unrecognized_name): check the host name"},
    {ANY_ALERT, FAIL_PROTO, "the server refused with TLS alert #"},

    {TLS_CA_NONE, FAIL_CONFIG,
     "no certificate in it: PEM is wanted, text with -----BEGIN CERTIFICATE----- and -----END"},
    {TLS_CA_BASE64, FAIL_CONFIG,
     "certificate # is damaged: its text is not base64, or its END line is missing"},
    {TLS_CA_MALFORMED, FAIL_CONFIG,
     "certificate # is damaged: it is base64, but not of an X.509 certificate"},
    {TLS_CA_KEY, FAIL_CONFIG,
     "certificate # has a key of a kind that ddns does not know: use RSA, P-256, P-384 or P-521"},
    {TLS_CA_WEAK, FAIL_CONFIG,
     "certificate # has an RSA key outside 2048 to 4096 bits: use a CA with one inside"},
    {TLS_CA_NAME, FAIL_CONFIG,
     "certificate # has a name of more than 512 bytes: use a CA with a shorter one"},
    {TLS_CA_FULL, FAIL_CONFIG,
     "certificate # is one too many: about 40 fit; leave out those that are not needed"},
};

static const struct row *row_of(int code)
{
    int other = ANY_FAULT;
    if (code == TLS_MALFORMED || (code > BR_ERR_X509_OK && code <= BR_ERR_X509_NOT_TRUSTED))
        other = ANY_CERTIFICATE;
    else if (code >= ALERT && code < ALERT + 256)
        other = ANY_ALERT;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i].code == code)
            return &rows[i];
    return row_of(other);
}

enum step reason_fail(struct fail *f, int code, const struct reason_about *about)
{
    char text[FAIL_TEXT_MAX];
    struct buf b = BUF(text);
    const struct row *row = row_of(code);
    int number = code >= ALERT && code < TLS_MALFORMED ? code % ALERT : code;
    for (const char *p = row->text; *p; p++) {
        if (*p == '@')
            buf_safe(&b, about->host, HOST_SHOWN);
        else if (*p != '#')
            buf_char(&b, *p);
        else if (code == TLS_EXPIRED || code == TLS_NOT_YET_VALID)
            civil_put(&b, about->limit);
        else
            buf_u64(&b, about->number ? about->number : (unsigned)number);
    }
    return fail_set(f, row->kind, LAYER_TLS, code, buf_view(&b));
}
