/* tls.c: the machine of tls.h over BearSSL's client engine. */
#include <bearssl.h>

#include "machine.h"
#include "reason.h"
#include "session.h"
#include "base/codec.h"
#include "base/hash.h"

_Static_assert(sizeof(struct machine) <= sizeof(struct tls), "TLS_ROOM is too small");
_Static_assert(_Alignof(struct machine) <= _Alignof(struct tls), "alignment");

const char tls_version[] = "BearSSL 0.6";

static struct machine *of(struct tls *t)
{
    return (struct machine *)(void *)t;
}

static const struct machine *seen(const struct tls *t)
{
    return (const struct machine *)(const void *)t;
}

/* The input buffer takes every record. Yet BearSSL derives one length from both buffers, and while
 * it is below 2^14 the client asks for max_fragment_length (RFC 6066 §4), which some servers choke
 * on. There is no call to say otherwise, so the field is set, after the buffers and before
 * br_ssl_client_reset writes the ClientHello. Records sent are bounded by max_frag_len, another
 * field, which stays as derived from the output buffer. */
static void set_buffers(struct machine *m)
{
    br_ssl_engine_set_buffers_bidi(&m->client.eng, m->in, sizeof m->in, m->out, sizeof m->out);
    m->client.eng.log_max_frag_len = 14;
}

/* An address goes into the chain, a name into `name`. */
static bool set_host(struct machine *m, struct span host, struct buf *name)
{
    if (addr_parse(host, &m->chain.ip))
        return true;
    m->chain.ip.family = 0;
    return host_put(name, host) && !name->over && name->n > 0 && name->p[0] != '*';
}

enum step tls_start(struct tls *t, const struct tls_params *params, struct fail *f)
{
    struct machine *m = of(t);
    char text[256];
    struct buf name = BUF(text);
    const char *sni;
    memset(m, 0, offsetof(struct machine, in));
    profile_set(&m->client, &m->chain, params->trust);
    m->chain.wall = params->wall;
    m->chain.any_date = params->any_date;
    if (!set_host(m, params->host, &name))
        return fail_set(f, FAIL_CONFIG, LAYER_TLS, BR_ERR_BAD_PARAM, SPAN("not a host name: "),
                        params->host);
    session_tag(m, params->host);
    set_buffers(m);
    br_ssl_engine_inject_entropy(&m->client.eng, params->seed, TLS_SEED);
    sni = m->chain.ip.family ? NULL : buf_text(&name); /* RFC 6066 §3: no address in the SNI */
    if (br_ssl_client_reset(&m->client, sni, session_offer(m, params->session)))
        return STEP_MORE;
    return fail_set(f, FAIL_BUG, LAYER_TLS, br_ssl_engine_last_error(&m->client.eng),
                    SPAN("TLS did not start"));
}

unsigned tls_want(const struct tls *t)
{
    static const struct {
        uint8_t state, want;
    } pairs[] = {
        {BR_SSL_SENDREC, TLS_WIRE_OUT}, {BR_SSL_RECVREC, TLS_WIRE_IN},
        {BR_SSL_SENDAPP, TLS_DATA_OUT}, {BR_SSL_RECVAPP, TLS_DATA_IN},
        {BR_SSL_CLOSED, TLS_CLOSED},
    };
    unsigned state = br_ssl_engine_current_state(&seen(t)->client.eng), want = 0;
    for (size_t i = 0; i < COUNT(pairs); i++)
        if (state & pairs[i].state)
            want |= pairs[i].want;
    if (seen(t)->ending)
        return want & TLS_WIRE_OUT ? TLS_WIRE_OUT : TLS_CLOSED;
    return want;
}

/* Both acks may end the handshake: the last flight is the server's, or ours when resuming. */
static void look(struct machine *m)
{
    if (br_ssl_engine_current_state(&m->client.eng) & (BR_SSL_SENDAPP | BR_SSL_RECVAPP))
        m->open = true;
}

const unsigned char *tls_wire_out(const struct tls *t, size_t *n)
{
    return br_ssl_engine_sendrec_buf(&seen(t)->client.eng, n);
}

void tls_wire_out_ack(struct tls *t, size_t n)
{
    br_ssl_engine_sendrec_ack(&of(t)->client.eng, n);
    look(of(t));
}

unsigned char *tls_wire_in(const struct tls *t, size_t *n)
{
    return br_ssl_engine_recvrec_buf(&seen(t)->client.eng, n);
}

void tls_wire_in_ack(struct tls *t, size_t n)
{
    br_ssl_engine_recvrec_ack(&of(t)->client.eng, n);
    look(of(t));
}

unsigned char *tls_data_out(const struct tls *t, size_t *n)
{
    return br_ssl_engine_sendapp_buf(&seen(t)->client.eng, n);
}

void tls_data_out_ack(struct tls *t, size_t n)
{
    br_ssl_engine_sendapp_ack(&of(t)->client.eng, n);
}

const unsigned char *tls_data_in(const struct tls *t, size_t *n)
{
    return br_ssl_engine_recvapp_buf(&seen(t)->client.eng, n);
}

void tls_data_in_ack(struct tls *t, size_t n)
{
    br_ssl_engine_recvapp_ack(&of(t)->client.eng, n);
}

void tls_flush(struct tls *t)
{
    br_ssl_engine_flush(&of(t)->client.eng, 0);
}

void tls_close(struct tls *t)
{
    of(t)->ending = true;
    br_ssl_engine_close(&of(t)->client.eng);
}

/* The stream has ended, the engine does not know. */
static int cut(const struct machine *m)
{
    size_t n;
    const unsigned char *room = br_ssl_engine_recvrec_buf(&m->client.eng, &n);
    if (!m->open)
        return TLS_CUT_HANDSHAKE;
    if (!room && !br_ssl_engine_recvapp_buf(&m->client.eng, &n))
        return 0; /* nothing more is expected: close_notify was seen */
    return room && room != m->in ? TLS_CUT_RECORD : TLS_CUT;
}

static int reason_of(const struct machine *m)
{
    int e = br_ssl_engine_last_error(&m->client.eng);
    if (e == BR_ERR_UNSUPPORTED_VERSION && m->in[1] != 3) /* of the record header seen last */
        return TLS_NOT_TLS;
    if (e || m->ending || br_ssl_engine_current_state(&m->client.eng) == BR_SSL_CLOSED)
        return e;
    return cut(m);
}

enum step tls_failed(const struct tls *t, struct fail *f)
{
    const struct machine *m = seen(t);
    char text[ADDR_TEXT_MAX];
    struct buf b = BUF(text);
    int reason = reason_of(m);
    struct reason_about about = {.host = span_z(m->client.eng.server_name),
                                 .limit = m->chain.limit};
    if (reason == 0)
        return STEP_DONE;
    if (m->chain.ip.family) {
        addr_put(&b, &m->chain.ip);
        about.host = buf_view(&b);
    }
    return reason_fail(f, reason, &about);
}

bool tls_failed_on_date(const struct tls *t)
{
    int reason = reason_of(seen(t));
    return reason == TLS_NOT_YET_VALID || reason == TLS_EXPIRED;
}

bool tls_resumed(const struct tls *t)
{
    return seen(t)->open && !seen(t)->chain.used;
}

void tls_wipe(struct tls *t)
{
    bytes_wipe(t, sizeof *t);
}
