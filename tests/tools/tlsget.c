/* tlsget.c: one TLS exchange over tls.h, for tests/tls.t:
 *   tlsget ADDRESS PORT NAME [--ca FILE] [--time UNIX] [--any-date] [--send TEXT] [--twice]
 * [--hang-up] connects to ADDRESS, expects a certificate for NAME, sends TEXT and reads to the end.
 * Prints "ok BYTES full|resumed", or "refused: REASON", with "date: " before it when only the dates
 * were wrong. --twice: once more, resuming the session.
 * --hang-up: closes as soon as the reply begins. */
#include "os/os.h"
#include "tls.h"

static struct {
    struct endpoint to;
    struct tls_params params;
    struct span send;
    bool twice, hang_up;
} options;

static struct tls tls;
static struct tls_trust trust;
static struct tls_session session;
static char file[65536];

static void say(const struct span *parts)
{
    char line[512];
    struct buf b = BUF(line);
    buf_spans(&b, parts);
    buf_char(&b, '\n');
    os_write(1, b.p, b.n);
}

static int refuse(struct span what, const struct fail *f)
{
    say((const struct span[]){what, SPAN(": "), fail_text(f), {0, 0}});
    return 1;
}

/* Everything the machine wants and the socket allows. False: the stream ended. */
static bool turn(intptr_t s, uint64_t *got, bool *sent, struct fail *f)
{
    size_t n;
    unsigned want = tls_want(&tls);
    long done = 0;
    if (want & TLS_WIRE_OUT) {
        const unsigned char *out = tls_wire_out(&tls, &n);
        done = os_sock_send(s, out, n, f);
        if (done > 0)
            tls_wire_out_ack(&tls, (size_t)done);
    } else if (want & TLS_DATA_IN) {
        tls_data_in(&tls, &n);
        tls_data_in_ack(&tls, n);
        *got += n;
        if (options.hang_up)
            tls_close(&tls);
    } else if (want & TLS_DATA_OUT && !*sent) {
        unsigned char *room = tls_data_out(&tls, &n);
        if (n > options.send.n)
            n = options.send.n;
        memcpy(room, options.send.p, n);
        tls_data_out_ack(&tls, n);
        tls_flush(&tls);
        *sent = true;
    } else if (want & TLS_WIRE_IN) {
        unsigned char *room = tls_wire_in(&tls, &n);
        done = os_sock_recv(s, room, n, f);
        if (done > 0)
            tls_wire_in_ack(&tls, (size_t)done);
    }
    return done >= 0;
}

static int exchange(intptr_t s, struct fail *f)
{
    uint64_t got = 0;
    bool sent = options.send.n == 0;
    char number[24];
    struct buf b = BUF(number);
    while (!(tls_want(&tls) & TLS_CLOSED)) {
        struct os_watch watch = {.s = s,
                                 .want = tls_want(&tls) & TLS_WIRE_OUT ? OS_WRITE : OS_READ};
        if (!(tls_want(&tls) & TLS_DATA_IN))
            os_wait(&watch, 1, sent || !(tls_want(&tls) & TLS_DATA_OUT) ? 5000 : 0);
        if (!turn(s, &got, &sent, f))
            break;
    }
    *f = (struct fail){0};
    if (tls_failed(&tls, f) != STEP_DONE)
        return refuse(tls_failed_on_date(&tls) ? SPAN("refused: date") : SPAN("refused"), f);
    tls_save(&tls, &session);
    buf_u64(&b, got);
    say((const struct span[]){
        SPAN("ok "), buf_view(&b), tls_resumed(&tls) ? SPAN(" resumed") : SPAN(" full"), {0, 0}});
    return 0;
}

static int once(void)
{
    struct fail f = {0};
    uint8_t seed[TLS_SEED];
    intptr_t s = os_sock_open(OS_TCP, &options.to, SPAN_NONE, &f);
    struct os_watch watch = {.s = s, .want = OS_WRITE};
    int status;
    if (s == OS_NONE)
        return refuse(SPAN("no connection"), &f);
    os_wait(&watch, 1, 5000);
    if (os_sock_connected(s, &f) != STEP_DONE)
        return refuse(SPAN("no connection"), &f);
    if (!os_random(seed, sizeof seed))
        return 2;
    options.params.seed = seed;
    options.params.trust = &trust;
    options.params.session = &session;
    if (tls_start(&tls, &options.params, &f) == STEP_FAIL)
        return refuse(SPAN("no start"), &f);
    status = exchange(s, &f);
    os_sock_close(s);
    tls_wipe(&tls);
    return status;
}

static int load_ca(const char *path)
{
    struct fail f = {0};
    size_t n;
    if (os_file_read(path, file, sizeof file, &n) != OS_OK)
        return 2;
    return tls_trust_add(&trust, (struct span){file, n}, &f) == STEP_DONE
               ? 0
               : refuse(SPAN("bad ca"), &f);
}

static int option(const char *name, const char *value, int *used)
{
    uint64_t v;
    *used = 1;
    if (span_is(span_z(name), "--any-date"))
        options.params.any_date = true;
    else if (span_is(span_z(name), "--twice"))
        options.twice = true;
    else if (span_is(span_z(name), "--hang-up"))
        options.hang_up = true;
    else {
        *used = 2;
        if (span_is(span_z(name), "--ca"))
            return load_ca(value);
        if (span_is(span_z(name), "--send"))
            options.send = span_z(value);
        else if (span_is(span_z(name), "--time") && span_u64(span_z(value), UINT32_MAX, &v))
            options.params.wall = (int64_t)v;
        else
            return 2;
    }
    return 0;
}

int app_main(int argc, char **argv)
{
    uint64_t port;
    int status = 0;
    options.params.wall = os_wall();
    if (argc < 4 || !span_u64(span_z(argv[2]), 65535, &port) ||
        !endpoint_parse(span_z(argv[1]), (uint16_t)port, &options.to))
        return 2;
    options.params.host = span_z(argv[3]);
    for (int i = 4, used; i < argc && status == 0; i += used)
        status = option(argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used);
    if (status == 0)
        status = once();
    if (status == 0 && options.twice)
        status = once();
    return status;
}
