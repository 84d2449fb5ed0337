/* rfc2136_check.c: the settings of DNS updates. */
#include "base/codec.h"
#include "provider/rfc2136.h"

/* HOST, HOST:PORT, ADDRESS, [V6]:PORT */
static bool read_server(struct span text, struct span *host, uint16_t *port)
{
    char room[HOST_MAX];
    struct buf b = BUF(room);
    struct endpoint e;
    struct span rest = text;
    uint64_t number = 53;
    if (endpoint_parse(text, 53, &e)) {
        rest = span_from(text, span_starts(text, SPAN("[")));
        *host = e.addr.family == 6 && rest.n == text.n
                    ? text
                    : span_cut(&rest, e.addr.family == 6 ? ']' : ':');
        *port = e.port;
        return true;
    }
    *host = span_cut(&rest, ':');
    if (rest.p && (!span_u64(rest, 65535, &number) || number == 0))
        return false;
    *port = (uint16_t)number;
    return host_put(&b, *host) && span_chr(*host, '*') < 0;
}

static struct span text_of(const struct value *v)
{
    return v ? v->text : SPAN_NONE;
}

static const struct value *value(const struct conf *c, const struct account *a, const char *key)
{
    return conf_value(c, a, span_z(key));
}

bool rfc2136_check_read(const struct conf *c, const struct account *a, struct rfc2136_settings *out)
{
    const struct value *algorithm = value(c, a, "algorithm");
    struct span user = text_of(value(c, a, "user")), secret = text_of(value(c, a, "secret"));
    uint8_t hash = HASH_SHA256;
    out->signs = user.p != NULL;
    return read_server(text_of(value(c, a, "server")), &out->host, &out->port) &&
           (!algorithm || tsig_algorithm(algorithm->text, &hash)) && !user.p == !secret.p &&
           (!user.p || tsig_init(&out->tsig, user, secret, hash));
}

void rfc2136_check(struct conf *c, const struct account *a)
{
    const struct value *server = value(c, a, "server"), *user = value(c, a, "user");
    const struct value *secret = value(c, a, "secret"), *algorithm = value(c, a, "algorithm");
    struct rfc2136_settings s;
    uint8_t hash;
    if (server && !read_server(server->text, &s.host, &s.port))
        conf_wrong(c, server->line,
                   SPAN("server is no name server — write its name or address, with :PORT when it "
                        "is not 53"));
    if (algorithm && !tsig_algorithm(algorithm->text, &hash))
        conf_wrong(
            c, algorithm->line,
            SPAN("unknown algorithm — write hmac-sha256, or hmac-md5, -sha1, -sha224, -sha384, "
                 "-sha512 as the key file has it"));
    if (!user != !secret)
        conf_wrong(
            c, a->line,
            user
                ? SPAN("secret is missing — write secret = the key's secret as the key file has it")
                : SPAN("user is missing — write user = the key's name as the key file has it"));
    else if (user && !tsig_init(&s.tsig, user->text, secret->text, HASH_SHA256))
        conf_wrong(c, secret->line,
                   SPAN("the key cannot be used — user is its name, secret its base64 text, both "
                        "as the key "
                        "file has them"));
    bytes_wipe(&s.tsig, sizeof s.tsig);
}
