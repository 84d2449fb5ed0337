/* sign.c: the schemes by name; those that sort parameters, and those that are one hash. */
#include "provider/sign.h"
#include "base/civil.h"
#include "base/codec.h"
#include "base/hash.h"

enum { PARAMS_MAX = 24 /* signed calls have up to 12 */ };

/* ---- pieces of requests */

struct buf sign_room(const struct signing *s)
{
    return (struct buf){.p = s->body->p + s->body->n, .cap = s->body->cap - s->body->n};
}

void sign_visible(struct signing *s, struct buf *b, struct span value)
{
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] < ' ' || value.p[i] > '~' || span_chr(SPAN("\"\\"), value.p[i]) >= 0)
            s->why = "a setting holds a character that cannot be sent in a header: copy it again";
    buf_span(b, value);
}

void sign_header(struct signing *s, const char *name, struct span value)
{
    buf_z(s->head, name);
    buf_z(s->head, ": ");
    sign_visible(s, s->head, value);
    buf_z(s->head, "\r\n");
}

struct span sign_query(const struct signing *s)
{
    struct span rest = s->url->path;
    span_cut(&rest, '?');
    return rest;
}

void sign_put_again(struct buf *b, struct span coded, const char *keep)
{
    while (coded.n) {
        uint8_t c = (uint8_t)coded.p[0];
        size_t n = 1;
        if (c == '%' && hex_read(span_upto(span_from(coded, 1), 2), &c, 1) == 1)
            n = 3;
        percent_put(b, (struct span){(const char *)&c, 1}, keep);
        coded = span_from(coded, n);
    }
}

/* Is parameter a before b: by name, then by value. So '=' counts less than any other byte, and the end less than that. */
static bool before(struct span a, struct span b)
{
    int x[2] = {-1, -1};
    size_t i = 0;
    while (i < a.n && i < b.n && a.p[i] == b.p[i])
        i++;
    if (i < a.n)
        x[0] = a.p[i] == '=' ? 0 : (uint8_t)a.p[i];
    if (i < b.n)
        x[1] = b.p[i] == '=' ? 0 : (uint8_t)b.p[i];
    return x[0] < x[1];
}

void sign_put_query(struct signing *s, struct buf *b, struct span query)
{
    struct span list[PARAMS_MAX];
    size_t n = 0;
    while (query.p) {
        struct span param = span_cut(&query, '&');
        size_t at = n++;
        if (n > PARAMS_MAX) {
            s->why = "more than 24 parameters in a signed call";
            return;
        }
        for (; at && before(param, list[at - 1]); at--)
            list[at] = list[at - 1];
        list[at] = param;
    }
    for (size_t i = 0; i < n; i++) {
        struct span value = list[i], name = span_cut(&value, '=');
        if (i)
            buf_char(b, '&');
        sign_put_again(b, name, "");
        buf_char(b, '=');
        sign_put_again(b, value, "");
    }
}

static void add_param(struct signing *s, const char *name, struct span value)
{
    size_t at = (size_t)(s->url->path.p - s->text->p);
    buf_char(s->text, sign_query(s).p ? '&' : '?');
    buf_z(s->text, name);
    buf_char(s->text, '=');
    percent_put(s->text, value, "");
    s->url->path.n = s->text->n - at;
}

static struct span number(struct buf *b, uint64_t v)
{
    buf_u64(b, v);
    return buf_view(b);
}

static struct span hex(struct buf *b, const uint8_t *hash, size_t n)
{
    buf_hex(b, hash, n);
    return buf_view(b);
}

/* ---- sorted parameters */

/* HMAC-SHA1 over METHOD&%2F&query, of which the query is encoded once more. */
static void sign_sorted(struct signing *s, const char *id_name)
{
    char time[24], coded[32];
    struct buf b = BUF(time), c = BUF(coded), room = sign_room(s);
    uint8_t hash[HASH_SIZE_MAX];
    struct span query, all;
    size_t n;
    civil_put(&b, s->wall);
    add_param(s, id_name, s->args[0]);
    add_param(s, "SignatureMethod", SPAN("HMAC-SHA1"));
    add_param(s, "SignatureNonce", s->nonce);
    add_param(s, "Timestamp", buf_view(&b));
    sign_put_query(s, &room, sign_query(s));
    query = buf_view(&room);
    buf_span(&room, s->method);
    buf_z(&room, "&%2F&");
    percent_put(&room, query, "");
    all = span_from(buf_view(&room), query.n);
    /* The key is the secret and a '&'; hmac_of wants it in one piece. */
    buf_span(&room, s->args[1]);
    buf_char(&room, '&');
    n = hmac_of(HASH_SHA1, span_from(buf_view(&room), query.n + all.n), HASH_PARTS(all), hash);
    s->body->over |= room.over;
    base64_put(&c, hash, n);
    add_param(s, "Signature", buf_view(&c));
}

/* Alibaba Cloud, "Request syntax and signature method V2" */
static void sign_aliyun(struct signing *s)
{
    add_param(s, "SignatureVersion", SPAN("1.0"));
    sign_sorted(s, "AccessKeyId");
}

static void sign_todaynic(struct signing *s)
{
    sign_sorted(s, "AccessInstanceID");
}

/* DingTalk, "Custom robot security settings": milliseconds, a new line, the secret. */
static void sign_ding(struct signing *s)
{
    char time[24], coded[48];
    struct buf b = BUF(time), c = BUF(coded);
    uint8_t hash[HASH_SIZE_MAX];
    struct span ms = number(&b, (uint64_t)s->wall * 1000);
    base64_put(&c, hash, hmac_of(HASH_SHA256, s->args[0], HASH_PARTS(ms, SPAN("\n"), s->args[0]), hash));
    add_param(s, "timestamp", ms);
    add_param(s, "sign", buf_view(&c));
}

/* ---- one hash */

static void put(struct buf *b, struct span s, char after)
{
    buf_span(b, s);
    buf_char(b, after);
}

static void put_sha1(struct buf *b, struct span text)
{
    uint8_t hash[HASH_SIZE_MAX];
    buf_hex(b, hash, hash_of(HASH_SHA1, HASH_PARTS(text), hash));
}

/* OVH, "First steps with the API": $1$ SHA-1 of secret+consumer+METHOD+URL+body+time. */
static void sign_ovh(struct signing *s)
{
    char time[24], coded[48];
    struct buf b = BUF(time), c = BUF(coded), room = sign_room(s);
    struct span t = number(&b, (uint64_t)s->wall);
    put(&room, s->args[1], '+');
    put(&room, s->args[2], '+');
    put(&room, s->method, '+');
    put(&room, buf_view(s->text), '+');
    put(&room, buf_view(s->body), '+');
    buf_span(&room, t);
    buf_z(&c, "$1$");
    put_sha1(&c, buf_view(&room));
    sign_header(s, "X-Ovh-Application", s->args[0]);
    sign_header(s, "X-Ovh-Consumer", s->args[2]);
    sign_header(s, "X-Ovh-Timestamp", t);
    sign_header(s, "X-Ovh-Signature", buf_view(&c));
    s->body->over |= room.over;
}

/* NearlyFreeSpeech.NET, "API introduction": login;time;salt;SHA-1 of login;time;salt;key;path;SHA-1 of the body. */
static void sign_nfsn(struct signing *s)
{
    char time[24], value[160];
    struct buf b = BUF(time), v = BUF(value), room = sign_room(s);
    put(&v, s->args[0], ';');
    put(&v, number(&b, (uint64_t)s->wall), ';');
    put(&v, span_upto(s->nonce, 16), ';');
    buf_span(&room, buf_view(&v));
    put(&room, s->args[1], ';');
    put(&room, s->url->path, ';');
    put_sha1(&room, buf_view(s->body));
    put_sha1(&v, buf_view(&room));
    if (v.over)
        s->why = "user is too long for a login";
    sign_header(s, "X-NFSN-Authentication", buf_view(&v));
    s->body->over |= room.over;
}

/* DNS Made Easy, "API documentation": HMAC-SHA1 of the date. */
static void sign_dnsme(struct signing *s)
{
    char time[40], coded[48];
    struct buf b = BUF(time), c = BUF(coded);
    uint8_t hash[HASH_SIZE_MAX];
    civil_put_http(&b, s->wall);
    sign_header(s, "x-dnsme-apiKey", s->args[0]);
    sign_header(s, "x-dnsme-requestDate", buf_view(&b));
    sign_header(s, "x-dnsme-hmac", hex(&c, hash, hmac_of(HASH_SHA1, s->args[1], HASH_PARTS(buf_view(&b)), hash)));
}

/* ---- by name */

static const char id_secret[] = "ID SECRET", of_aws[] = "ID SECRET REGION SERVICE";
static const struct {
    char name[9];
    uint8_t args, canon;
    void (*run)(struct signing *s); /* NULL: canon */
    const char *usage;
} schemes[] = {
    {"acs3", 2, CANON_ACS3, NULL, id_secret},
    {"aliyun", 2, 0, sign_aliyun, id_secret},
    {"aws", 4, CANON_AWS, NULL, of_aws},
    {"bce", 2, CANON_BCE, NULL, id_secret},
    {"ding", 1, 0, sign_ding, "SECRET"},
    {"dnsme", 2, 0, sign_dnsme, "KEY SECRET"},
    {"huawei", 2, CANON_HUAWEI, NULL, id_secret},
    {"jwt", 2, 0, sign_jwt, "KEY-FILE SCOPE"},
    {"nfsn", 2, 0, sign_nfsn, "USER KEY"},
    {"oci", 2, 0, sign_oci, "TENANCY/USER/FINGERPRINT PEM"},
    {"ovh", 3, 0, sign_ovh, "KEY SECRET CONSUMER"},
    {"tc3", 3, CANON_TC3, NULL, "ID SECRET SERVICE"},
    {"todaynic", 2, 0, sign_todaynic, id_secret},
    {"transip", 1, 0, sign_transip, "PEM"},
    {"volc", 4, CANON_VOLC, NULL, of_aws},
};

static unsigned find(struct span scheme)
{
    unsigned i = 0;
    while (i < COUNT(schemes) && !span_is(scheme, schemes[i].name))
        i++;
    return i;
}

bool sign_request(struct span scheme, struct signing *s)
{
    unsigned i = find(scheme);
    if (i == COUNT(schemes))
        return false;
    if (schemes[i].run)
        schemes[i].run(s);
    else
        sign_canon(s, (enum canon_kind)schemes[i].canon);
    return true;
}

bool sign_usage(struct span scheme, unsigned *args, struct span *usage)
{
    unsigned i = find(scheme);
    if (i == COUNT(schemes)) {
        *usage = SPAN("acs3 aliyun aws bce ding dnsme huawei jwt nfsn oci ovh tc3 todaynic transip volc");
        return false;
    }
    *args = schemes[i].args;
    *usage = span_z(schemes[i].usage);
    return true;
}
