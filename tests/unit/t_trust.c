/* t_trust.c: trust anchors: those built in, and PEM files of the `ca` setting. */
#include <bearssl.h>

#include "trust.h"
#include "reason.h"
#include "base/codec.h"
#include "edge.h"
#include "tap.h"

/* ---- The `ca` setting */
static const char pem_ec[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBQTCB56ADAgECAgEBMAoGCCqGSM49BAMCMBAxDjAMBgNVBAMMBWVjIGNhMB4X\n"
    "DTI2MTEyMjIzNTgzNloXDTM2MTExOTIzNTgzNlowEDEOMAwGA1UEAwwFZWMgY2Ew\n"
    "WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARIkx1SE2MELN7HdqoefP/M7BBzfrhu\n"
    "XmIEOxbV82mTY+FQ+HgYAde0QHPnBFiipAioY1U+zz8ddFdelcfKhtdBozIwMDAP\n"
    "BgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBQUtOw9AKpnP//bLV7REZTB9e3lDjAK\n"
    "BggqhkjOPQQDAgNJADBGAiEAybsusG73J/s8LXtVUS86WCpZ7WV6G0V6nuGAfshO\n"
    "oxUCIQCyoQtqGQjbIglA54Hn1Uxpd50K3JgXGFEEprMt3wzYaQ==\n"
    "-----END CERTIFICATE-----\n";
static const char pem_p384[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdjCB/KADAgECAgEBMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBHAzODQwHhcN\n"
    "MjYxMTIyMjM1ODM2WhcNMzYxMTE5MjM1ODM2WjAPMQ0wCwYDVQQDDARwMzg0MHYw\n"
    "EAYHKoZIzj0CAQYFK4EEACIDYgAEgoppryYQ3EOoAmedp1QtxpgnqOxhQvl0uvxK\n"
    "3oXRSoXHdK0S7sS7jVBRliq8rvi5BGueLiDEOh7U+jC0Fh2rBoASKvquPlYJV6Kr\n"
    "x12SWQqoBxjKYpfSZNLLY1VRhnamoywwKjAJBgNVHRMEAjAAMB0GA1UdDgQWBBSq\n"
    "CApIK6oYSBKSwRKjU7+TByPoozAKBggqhkjOPQQDAgNpADBmAjEA8IJLujXWmyEw\n"
    "EHM/sAw/VvhDSNNxktfsu1UgJulBr7JqpHM+0DFabzWrERAlCjZuAjEA4Ev+An/o\n"
    "CjwDb3gQU2PByT1Wfe7233BuDM5pO8wQcGFi9mPrt8GuJn4OuuVdEDG8\n"
    "-----END CERTIFICATE-----\n";
static const char pem_rsa[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIICzzCCAbegAwIBAgIBATANBgkqhkiG9w0BAQsFADARMQ8wDQYDVQQDDAZyc2Eg\n"
    "Y2EwHhcNMjYxMTIyMjM1ODM3WhcNMzYxMTE5MjM1ODM3WjARMQ8wDQYDVQQDDAZy\n"
    "c2EgY2EwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQC0rz693+/4QlEf\n"
    "J/+i8rcO6fD0jRadxt86PlEdxq2oZgqtLwxRt510aZeFQQnvJ4J/KBVClPJ/b5X0\n"
    "wJG8mr+B3Q7vzlQWeu7pVN38uk6KWeZf+GId0DFgzcPMS/1WEGWN8phRvpYZLmKs\n"
    "vwlaPS4M6zGf7lbHEll28E+rbC4g7vX8t9xn1HW2B9vYisUoCgWxlDhzjuUOtt+F\n"
    "6AUkFejbkhnffoY64fbmBkPJCZpGoZXCIDTYYrKxoDXIhhhAE+ICOAfw4A9xwiGe\n"
    "oCGtH9Ydk+gAnWApSqcVNqj5yflG7xLTp/XM/dHAyMSFmpI4tKBsq+qj8j4kVp9d\n"
    "5FlnwlgvAgMBAAGjMjAwMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFJnj9fT7\n"
    "IMqkY9oWMXKHfu6FVmS7MA0GCSqGSIb3DQEBCwUAA4IBAQARtvcpPHeW+k5yyvjv\n"
    "w1yL2BY1KeWmGgHtJ8nVqC9QZEQIu0KMKGMkj+eN65OnXoEw7Yql/wdspejpo/PU\n"
    "M9E+fQ1N3txFo5DZtc/sZb9L5ScYrFI6rF1LoD8V653FF91X536f7TqgqRDibd8p\n"
    "eX9ItIRFZKABOTpsxJQu+FPlMUGjMWOLhke8XBfRBJRDPoRUW0MBwtNIhNyy9nXN\n"
    "mBVLXytWDX7e9bGsbbLYEvQTcnxCp9qv5Wh3C/Bbdp0Z+2mIX0Rwy32Gfvf1NXzr\n"
    "lXrCn0c3xb+EZGCpfNc7VqxAb8w8kmDISfG2btvqmr6Oh0OGgvPujIVym2yjQgOl\n"
    "5HTM\n"
    "-----END CERTIFICATE-----\n";
static const char pem_k1[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBNzCB3qADAgECAgEBMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAmsxMB4XDTI2\n"
    "MTEyMjIzNTgzNloXDTM2MTExOTIzNTgzNlowDTELMAkGA1UEAwwCazEwVjAQBgcq\n"
    "hkjOPQIBBgUrgQQACgNCAASJon/iT50q0TRNUiryHTinRKtXmfuLrSeRobCuDdt6\n"
    "FROdKNbkVUJkM2GFXIJ441a6EBMrOC0+xGCj///llnCXozIwMDAPBgNVHRMBAf8E\n"
    "BTADAQH/MB0GA1UdDgQWBBQK2MVmvu5l5xS+fIPmI7Ml/UlEgzAKBggqhkjOPQQD\n"
    "AgNIADBFAiACgAo8fb/K5uilUSJDNgXL2UR406vURoeplHHFYhN2ogIhAPUN6i2Q\n"
    "i6XIcrhRA/kcopUL52hmhbOKOxLVQrjzB9dM\n"
    "-----END CERTIFICATE-----\n";
static const char pem_weak[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBxjCCAS+gAwIBAgIBATANBgkqhkiG9w0BAQsFADAPMQ0wCwYDVQQDDAR3ZWFr\n"
    "MB4XDTI2MTEyMjIzNTgzN1oXDTM2MTExOTIzNTgzN1owDzENMAsGA1UEAwwEd2Vh\n"
    "azCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEA4xSU5cYkaU36o6zQ3FHICm4e\n"
    "UETvhD0GFDsXETIkXj/I4+nYZQsciLYoq2n7je5g5brL2QE7DZEyq8P3glTxFxZB\n"
    "6thLsXDnScw1thUy/CT+OBgA0mf1korkmAr/PgoFtHCny55f0P+u7cTCULwcArBW\n"
    "6tihSuDC7sy0sco71KUCAwEAAaMyMDAwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4E\n"
    "FgQUeeItBC8XVldBV+LQvEptD57Q5y8wDQYJKoZIhvcNAQELBQADgYEAjYdwid8u\n"
    "1npSNvv94am4SjTJ6/Hxms43jrr/t6LTNa9xvh/SqrxZsd6GT4ma1ZwCt6hD7QEF\n"
    "CAPudV1s4Hq6ARhuR3YP6XWdoYSjlPcA6Ja9sk+CR7TKWZiFNXUucRxpTEpZ2GKs\n"
    "JMmi4dfjBteTWjx1J5A5nAtNicwo3hDVC4s=\n"
    "-----END CERTIFICATE-----\n";
static const char pem_ed[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIH6MIGtoAMCAQICAQEwBQYDK2VwMA0xCzAJBgNVBAMMAmVkMB4XDTI2MTEyMjIz\n"
    "NTgzN1oXDTM2MTExOTIzNTgzN1owDTELMAkGA1UEAwwCZWQwKjAFBgMrZXADIQAl\n"
    "yxTOue6JLWpyVGe5oxwc1rxw/YBHXx3DFDxXgWSe3aMyMDAwDwYDVR0TAQH/BAUw\n"
    "AwEB/zAdBgNVHQ4EFgQUu5rzzeKyqSM6mEH/LmUm+JZPS0kwBQYDK2VwA0EANoTq\n"
    "E5fLDts7/QsNUwaTrOnrcIGgj4p2SKNNIbW1VRxm3erfPGfM3FdI7kva7Sl90zWi\n"
    "YRJZdDJ4wY3zAGoNAw==\n"
    "-----END CERTIFICATE-----\n";

static struct tls_trust trust;

static struct fail load(const char *pem)
{
    struct fail f = {0};
    enum step step = tls_trust_add(&trust, edge(span_z(pem)), &f);
    ok((step == STEP_DONE) == (f.kind == FAIL_NONE), "a failure has a reason");
    return f;
}

static br_x509_trust_anchor found[TRUST_FOUND_MAX];

/* How many anchors vouch for a certificate of these names. */
static unsigned find(const char *issuer, const char *subject)
{
    static char a[64], b[64];
    struct buf names[] = {BUF(a), BUF(b)};
    const char *text[] = {issuer, subject};
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(text[i]);
        buf_put(&names[i], "\x30", 1), buf_char(&names[i], (char)(n + 11));
        buf_put(&names[i], "\x31", 1), buf_char(&names[i], (char)(n + 9));
        buf_put(&names[i], "\x30", 1), buf_char(&names[i], (char)(n + 7));
        buf_put(&names[i], "\x06\x03\x55\x04\x03\x0c", 6), buf_char(&names[i], (char)n);
        buf_z(&names[i], text[i]);
    }
    return trust_find(&trust, buf_view(&names[0]), buf_view(&names[1]), found);
}

static void test_built_in(void)
{
    size_t at = 0, n = 0, of[3] = {0};
    for (; at + 7 < anchors_size; n++) {
        unsigned kind = anchors_blob[at + 4];
        unsigned size = anchors_blob[at + 5] << 8 | anchors_blob[at + 6];
        bool usual = kind == 0 && (size == 256 || size == 512);
        bool other = kind == TRUST_EXPONENT && (size == 256 + 4 || size == 512 + 4);
        bool ec = (kind == BR_EC_secp256r1 && size == 65) ||
                  (kind == BR_EC_secp384r1 && size == 97);
        of[0] += usual, of[1] += other, of[2] += ec;
        at += 7 + size;
    }
    is_i64((int64_t)at, anchors_size, "rows fill what is built in");
    is_i64((int64_t)tls_roots(), (int64_t)n, "number of roots");
    ok(n > 100 && of[0] + of[1] + of[2] == n && of[0] > 80 && of[2] > 20, "all of known kinds");
}

static void test_trust(void)
{
    is_i64(find("ec ca", "ec ca"), 0, "nothing added yet");
    is_i64(load(pem_ec).kind, FAIL_NONE, "a CA with a key on P-256");
    is_i64(find("ec ca", "www"), 1, "is found as an issuer");
    ok(found->flags == BR_X509_TA_CA && found->pkey.key_type == BR_KEYTYPE_EC &&
           found->pkey.key.ec.curve == BR_EC_secp256r1 && found->pkey.key.ec.qlen == 65 &&
           found->pkey.key.ec.q[0] == 4,
       "its key");
    is_span((struct span){(const char *)found->dn.data, found->dn.len},
            SPAN("\x30\x10\x31\x0e\x30\x0c\x06\x03\x55\x04\x03\x0c\x05"
                 "ec ca"),
            "its name");
    is_i64(find("www", "ec ca"), 0, "not as a server");
    is_i64(load(pem_p384).kind, FAIL_NONE, "a certificate that is no CA's, P-384");
    is_i64(find("p384", "www"), 0, "is not found as an issuer");
    is_i64(find("www", "p384"), 1, "but for itself");
    ok(found->flags == 0 && found->pkey.key.ec.curve == BR_EC_secp384r1 &&
           found->pkey.key.ec.qlen == 97,
       "trusted for itself");
    is_i64(load(pem_rsa).kind, FAIL_NONE, "RSA, 2048 bits");
    is_i64(find("rsa ca", "p384"), 2, "an issuer and the certificate itself");
    ok(found[1].pkey.key_type == BR_KEYTYPE_RSA && found[1].pkey.key.rsa.nlen == 256 &&
           found[1].pkey.key.rsa.elen == 3 &&
           memcmp(found[1].pkey.key.rsa.e, "\1\0\1", 3) == 0 &&
           found[1].pkey.key.rsa.n[0] >= 0x80,
       "its key");
    is_i64(load(pem_rsa).kind, FAIL_NONE, "the same once more");
    is_i64(find("rsa ca", "rsa ca"), 1, "is kept once");
    is_i64(find("RSA ca", "rsa c"), 0, "names are compared byte by byte");
}

static const char *joined(const char *const *parts)
{
    static char text[65536];
    struct buf b = BUF(text);
    for (; *parts; parts++)
        buf_z(&b, *parts);
    return buf_text(&b);
}
#define JOINED(...) joined((const char *const[]){__VA_ARGS__, 0})

static void fails(const char *name, const char *pem, int code, const char *text)
{
    struct fail f = load(pem);
    is_i64(f.code, code, name);
    is_str(fail_text(&f), text, name);
    ok(f.kind == FAIL_CONFIG && f.layer == LAYER_TLS, "as a fault of the configuration");
}

static void test_bad_trust(void)
{
    static char cut[2048];
    struct buf b = BUF(cut);
    unsigned good = 0;
    fails(
        "empty", "", TLS_CA_NONE,
        "no certificate in it: PEM is wanted, text with -----BEGIN CERTIFICATE----- and -----END");
    fails(
        "a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", TLS_CA_NONE,
        "no certificate in it: PEM is wanted, text with -----BEGIN CERTIFICATE----- and -----END");
    fails("short RSA", pem_weak, TLS_CA_WEAK,
          "certificate 1 has an RSA key outside 2048 to 4096 bits: use a CA with one inside");
    fails("unknown curve", JOINED(pem_ec, "\n", pem_k1), TLS_CA_KEY,
          "certificate 2 has a key of a kind that ddns does not know: use RSA, P-256, P-384 or "
          "P-521");
    fails("Ed25519", pem_ed, TLS_CA_KEY,
          "certificate 1 has a key of a kind that ddns does not know: use RSA, P-256, P-384 or "
          "P-521");
    fails("no end", "-----BEGIN CERTIFICATE-----\nAAAA\n", TLS_CA_BASE64,
          "certificate 1 is damaged: its text is not base64, or its END line is missing");
    fails("not base64", "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n",
          TLS_CA_BASE64,
          "certificate 1 is damaged: its text is not base64, or its END line is missing");
    fails("not DER", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
          TLS_CA_MALFORMED,
          "certificate 1 is damaged: it is base64, but not of an X.509 certificate");
    for (size_t lines = 1; lines < 8;
         lines++) { /* whole lines of 64 characters left out at the end */
        b.n = 0;
        buf_put(&b, pem_ec, 28 + 65 * lines);
        buf_z(&b, "-----END CERTIFICATE-----\n");
        good += load(buf_text(&b)).kind == FAIL_NONE;
    }
    is_i64(good, 0, "cut after any line");
    is_i64(load(JOINED("text before\r\n", pem_ec, "between\n", pem_rsa, "after")).kind, FAIL_NONE,
           "text around is passed over");
}

/* Certificates that differ in their keys, or in their names, made of one by changing bytes. */
static enum step add_variant(const char *pem, size_t line, size_t column, unsigned n,
                             struct fail *f)
{
    static char text[4096];
    struct buf b = BUF(text);
    buf_z(&b, pem);
    text[28 + 65 * (line - 1) + column] = (char)('A' + n / 8 % 8);
    text[28 + 65 * (line - 1) + column + 1] = (char)('A' + n % 8);
    return tls_trust_add(&trust, buf_view(&b), f);
}

static void test_full_trust(void)
{
    unsigned n = 0;
    struct fail f = {0};
    memset(&trust, 0, sizeof trust);
    while (n < TRUST_FOUND_MAX && add_variant(pem_rsa, 6, 8, n, &f) == STEP_DONE)
        n++;
    is_i64(n, TRUST_FOUND_MAX, "as many of one name as can be tried");
    is_i64(find("rsa ca", ""), TRUST_FOUND_MAX, "all of them are found");
    is_i64(add_variant(pem_rsa, 6, 8, n, &f), STEP_FAIL, "not one more");
    is_i64(f.code, TLS_CA_FULL, "as that is full");
    memset(&trust, 0, sizeof trust);
    f = (struct fail){0};
    n = 0;
    while (n < 64 && add_variant(pem_rsa, 2, 60, n, &f) == STEP_DONE)
        n++;
    ok(n >= 35 && n < 60, "35 CAs of RSA 2048 or more fit");
    is_i64(f.code, TLS_CA_FULL, "and then it is full");
    is_str(fail_text(&f),
           "certificate 1 is one too many: about 40 fit; leave out those that are not needed",
           "in words");
}

/* A name of 512 bytes, of 513: the rest of the certificate as it takes. */
static void test_long_name(void)
{
    static char pem[2048];
    static char der[1200];
    static const char key[] = "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08"
                              "\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
    for (size_t name = 512; name <= 513; name++) {
        struct buf b = BUF(pem), d = BUF(der);
        size_t tbs = 3 + 2 + 2 + 2 + name + 91;
        memset(&trust, 0, sizeof trust);
        buf_put(&d, "\x30\x82", 2), buf_u16be(&d, (unsigned)tbs + 4);
        buf_put(&d, "\x30\x82", 2), buf_u16be(&d, (unsigned)tbs);
        buf_put(&d, "\2\1\1\x30\0\x30\0\x30\0\x30\x82", 11), buf_u16be(&d, (unsigned)name - 4);
        memset(der + d.n, 'n', name - 4);
        d.n += name - 4;
        buf_put(&d, key, sizeof key - 1);
        memset(der + d.n, 4, 65);
        d.n += 65;
        buf_z(&b, "-----BEGIN CERTIFICATE-----\n");
        base64_put(&b, d.p, d.n);
        buf_z(&b, "\n-----END CERTIFICATE-----\n");
        if (name == 512)
            is_i64(load(buf_text(&b)).kind, FAIL_NONE, "a name of 512 bytes");
        else
            fails("a name of 513 bytes", buf_text(&b), TLS_CA_NAME,
                  "certificate 1 has a name of more than 512 bytes: use a CA with a shorter one");
    }
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    test_built_in();
    test_trust();
    test_bad_trust();
    test_full_trust();
    test_long_name();
    return done();
}
