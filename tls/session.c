/* session.c: saving and offering TLS sessions. The server keeps them by their identifier (RFC 5246
 * §7.3); BearSSL has no tickets. A resumed session shows no certificate: it is as trustworthy as
 * the one it began with. */
#include <bearssl.h>

#include "session.h"
#include "base/hash.h"

enum { LIFE_MAX = 24 * 3600 /* seconds: RFC 5246 §F.1.4 */ };

struct saved {
    br_ssl_session_parameters what;
    int64_t born;
    uint8_t tag[TAG_SIZE];
};

_Static_assert(sizeof(struct saved) <= sizeof(struct tls_session), "TLS_SESSION_ROOM is too small");

void session_tag(struct machine *m, struct span host)
{
    uint8_t sum[HASH_SIZE_MAX];
    hash_of(HASH_SHA256, HASH_PARTS(host), sum);
    memcpy(m->tag, sum, TAG_SIZE);
}

bool session_offer(struct machine *m, const struct tls_session *from)
{
    struct saved s;
    if (!from)
        return false;
    memcpy(&s, from, sizeof s);
    if (s.what.session_id_len == 0 || memcmp(s.tag, m->tag, TAG_SIZE) != 0 ||
        m->chain.wall < s.born || m->chain.wall - s.born >= LIFE_MAX)
        return false;
    m->born = s.born;
    br_ssl_engine_set_session_parameters(&m->client.eng, &s.what);
    bytes_wipe(&s, sizeof s);
    return true;
}

void tls_save(const struct tls *t, struct tls_session *out)
{
    const struct machine *m = (const struct machine *)(const void *)t;
    struct saved s = {.born = tls_resumed(t) ? m->born : m->chain.wall};
    memset(out, 0, sizeof *out);
    if (!m->open || m->chain.any_date)
        return;
    br_ssl_engine_get_session_parameters(&m->client.eng, &s.what);
    memcpy(s.tag, m->tag, TAG_SIZE);
    if (s.what.session_id_len > 0)
        memcpy(out, &s, sizeof s);
    bytes_wipe(&s, sizeof s);
}
