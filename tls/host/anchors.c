/* anchors.c: runs where ddns is built: prints the built-in trust anchors as C.
 *   anchors UNIX FILE...
 * Each file holds the PEM of one root, which trust.c makes a row of, as it does of the `ca` setting
 * in the exe. A root that has expired by that time vouches for nothing any more and is left out. */
#include <stdio.h>
#include <stdlib.h>

#include <bearssl.h>

#include "cert.h"
#include "trust.h"
#include "base/codec.h"

static char text[65536];
static struct tls_trust trust;

static struct span read_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    struct span s = {text, 0};
    if (in) {
        s.n = fread(text, 1, sizeof text, in);
        fclose(in);
    }
    return s;
}

static void stop(const char *path, struct span why)
{
    fprintf(stderr, "anchors: %s: %.*s\n", path, (int)why.n, why.p);
    exit(1);
}

static bool expired(struct span pem, int64_t now)
{
    static uint8_t der[sizeof text];
    static struct cert c;
    static const struct addr none;
    long n;
    pem = span_from(pem, (size_t)span_find(pem, SPAN("E-----")) + 6);
    n = base64_read(span_upto(pem, (size_t)span_find(pem, SPAN("-----"))), der, sizeof der);
    cert_start(&c, (uint32_t)n, SPAN(""), &none);
    cert_feed(&c, der, (size_t)n);
    return !cert_whole(&c) || c.until < now;
}

static void print_row(const char *path)
{
    const struct trust *t = (const void *)&trust;
    printf("/* %s */", path);
    for (uint32_t i = 0; i < t->used; i++)
        printf("%s0x%02x,", i % 18 ? "" : "\n", (unsigned char)t->rows[i]);
    printf("\n");
}

int main(int argc, char **argv)
{
    int64_t now = argc > 1 ? atoll(argv[1]) : 0;
    printf("extern const unsigned char anchors_blob[];\nextern const unsigned int anchors_size;\n"
           "const unsigned char anchors_blob[] = {\n");
    for (int i = 2; i < argc; i++) {
        struct span pem = read_file(argv[i]);
        struct fail f = {0};
        memset(&trust, 0, sizeof trust);
        if (tls_trust_add(&trust, pem, &f) != STEP_DONE)
            stop(argv[i], fail_text(&f));
        if (expired(pem, now))
            printf("/* expired: %s */\n", argv[i]);
        else
            print_row(argv[i]);
    }
    printf("};\nconst unsigned int anchors_size = sizeof anchors_blob;\n");
    return 0;
}

/* None yet, for trust.c. */
const unsigned char anchors_blob[1];
const unsigned int anchors_size = 0;
