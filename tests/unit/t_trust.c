/* t_trust.c: trust anchors: those built in, and PEM files of the `ca` setting. */
#include <bearssl.h>

#include "trust.h"
#include "reason.h"
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

static const br_x509_trust_anchor *last(void)
{
    size_t n;
    const br_x509_trust_anchor *list = trust_anchors(&trust, &n);
    return &list[n - 1];
}

static void test_trust(void)
{
    size_t n;
    is_i64((int64_t)tls_roots(), (int64_t)anchors_count, "number of roots");
    ok(anchors_count > 100 && anchors_count + 30 <= TRUST_ANCHORS_MAX,
       "which leave room for 30 more");
    ok(trust_anchors(NULL, &n) == anchors && n == anchors_count, "none added: the built-in ones");
    ok(trust_anchors(&trust, &n) == anchors && n == anchors_count, "an empty one: likewise");
    is_i64(load(pem_ec).kind, FAIL_NONE, "a CA with a key on P-256");
    ok(last()->flags == BR_X509_TA_CA && last()->pkey.key_type == BR_KEYTYPE_EC &&
           last()->pkey.key.ec.curve == BR_EC_secp256r1 && last()->pkey.key.ec.qlen == 65 &&
           last()->pkey.key.ec.q[0] == 4,
       "its key");
    is_span((struct span){(const char *)last()->dn.data, last()->dn.len},
            SPAN("\x30\x10\x31\x0e\x30\x0c\x06\x03\x55\x04\x03\x0c\x05"
                 "ec ca"),
            "its name");
    is_i64(load(pem_p384).kind, FAIL_NONE, "a certificate that is no CA's, P-384");
    ok(last()->flags == 0 && last()->pkey.key.ec.curve == BR_EC_secp384r1 &&
           last()->pkey.key.ec.qlen == 97,
       "trusted for itself");
    is_i64(load(pem_rsa).kind, FAIL_NONE, "RSA, 2048 bits");
    ok(last()->pkey.key_type == BR_KEYTYPE_RSA && last()->pkey.key.rsa.nlen == 256 &&
           last()->pkey.key.rsa.elen == 3 && memcmp(last()->pkey.key.rsa.e, "\1\0\1", 3) == 0 &&
           last()->pkey.key.rsa.n[0] >= 0x80,
       "its key");
    trust_anchors(&trust, &n);
    is_i64((int64_t)n, (int64_t)anchors_count + 3, "added to the built-in ones");
    ok(memcmp(trust_anchors(&trust, &n), anchors, anchors_count * sizeof *anchors) == 0,
       "which come first");
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

static void test_full_trust(void)
{
    unsigned n = 0;
    struct fail f = {0};
    memset(&trust, 0, sizeof trust);
    while (n < 100 && tls_trust_add(&trust, span_z(pem_rsa), &f) == STEP_DONE)
        n++;
    ok(n >= 25 && n < 60, "25 CAs of RSA 2048 or more fit");
    is_i64(f.code, TLS_CA_FULL, "and then it is full");
    is_str(fail_text(&f),
           "certificate 1 is one too many: about 30 fit; leave out those that are not needed",
           "in words");
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    test_trust();
    test_bad_trust();
    test_full_trust();
    return done();
}
