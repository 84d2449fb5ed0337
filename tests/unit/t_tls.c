/* t_tls.c: the TLS machine as far as it goes without a peer. Handshakes are tested by tests/tls.t.
 */
#include "tls.h"
#include "reason.h"
#include "tap.h"

/* ---- Start-up */
static struct tls tls;

static void test_start(void)
{
    static const char *const bad[] = {
        "", "*.example.com", "exa mple.com", "a..b", "[::1]", "a/b",
        "a-label-of-64-bytes-which-is-one-more-than-the-63-that-dns-allow.example.com",
    };
    static const uint8_t seed[TLS_SEED] = {1};
    struct tls_params p = {.host = SPAN("www.example.com"), .wall = 1800000000, .seed = seed};
    struct tls_session none;
    struct fail f = {0};
    size_t n;
    ok(tls_start(&tls, &p, &f) == STEP_MORE && f.kind == FAIL_NONE, "starts");
    is_i64(tls_want(&tls), TLS_WIRE_OUT | TLS_WIRE_IN, "wants to send, and to hear what comes");
    ok(tls_wire_out(&tls, &n) != NULL && n > 100 && n < 300, "a ClientHello");
    tls_save(&tls, &none);
    ok(none.room[0] == 0 && none.room[1] == 0, "no session yet");
    ok(tls_failed(&tls, &f) == STEP_FAIL && f.code == TLS_CUT_HANDSHAKE && f.kind == FAIL_RETRY,
       "ends before the handshake");
    ok(!tls_resumed(&tls) && !tls_failed_on_date(&tls), "not resumed, not for a date");
    tls_wire_out_ack(&tls, n);
    is_i64(tls_want(&tls), TLS_WIRE_IN, "then waits");
    tls_wipe(&tls);
    n = 0;
    for (size_t i = 0; i < COUNT(tls.room); i++)
        n += tls.room[i] != 0;
    is_i64((int64_t)n, 0, "wiped");
    for (size_t i = 0; i < COUNT(bad); i++) {
        f = (struct fail){0};
        p.host = span_z(bad[i]);
        ok(tls_start(&tls, &p, &f) == STEP_FAIL && f.kind == FAIL_CONFIG, bad[i]);
    }
    is_str(span_z(tls_version), "BearSSL 0.6", "version");
}

static void test_reasons(void)
{
    unsigned over = 0;
    struct reason_about about = {
        .host = SPAN("a-name-of-64-bytes.which-is-longer-than-most.and-still-a-host.com"),
        .limit = 1767225600,
        .number = 17};
    for (int code = 1; code <= TLS_CA_FULL; code++) {
        struct fail f = {0};
        reason_fail(&f, code, &about);
        over += f.text_n >= FAIL_TEXT_MAX - 1 || f.kind == FAIL_NONE || f.code != code;
    }
    is_i64(over, 0, "every reason has its words, and they fit");
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    test_start();
    test_reasons();
    return done();
}
