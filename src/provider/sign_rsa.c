/* sign_rsa.c: schemes with an RSA key of the user's. */
#include "base/civil.h"
#include "base/codec.h"
#include "base/rsa.h"
#include "limits.h"
#include "proto/http.h"
#include "provider/sign.h"

static struct span rsa(struct signing *s, struct span pem, enum hash_kind kind, struct span text, uint8_t out[RSA_SIZE_MAX])
{
    const char *why;
    size_t n = rsa_sign(pem, kind, HASH_PARTS(text), out, &why);
    if (why)
        s->why = why;
    return (struct span){(const char *)out, n};
}

/* TransIP, "Authentication": the body of the call for a token, by SHA-512. */
void sign_transip(struct signing *s)
{
    uint8_t out[RSA_SIZE_MAX];
    struct span signature = rsa(s, s->args[0], HASH_SHA512, buf_view(s->body), out);
    buf_z(s->head, "Signature: ");
    base64_put(s->head, signature.p, signature.n);
    buf_z(s->head, "\r\n");
}

/* ---- Oracle Cloud, "Request signatures" (draft-cavage-http-signatures-08) */

static void oci_line(struct signing *s, struct buf *text, const char *name, struct span value)
{
    buf_all(text, SPAN("\n"), span_z(name), SPAN(": "), value);
    if (span_is(span_z(name), "x-content-sha256"))
        sign_header(s, name, value);
}

static void oci_body(struct signing *s, struct buf *text)
{
    char coded[48], digits[24];
    struct buf b = BUF(coded), n = BUF(digits);
    uint8_t hash[HASH_SIZE_MAX];
    base64_put(&b, hash, hash_of(HASH_SHA256, HASH_PARTS(buf_view(s->body)), hash));
    buf_u64(&n, s->body->n);
    oci_line(s, text, "content-length", buf_view(&n));
    oci_line(s, text, "content-type", s->type);
    oci_line(s, text, "x-content-sha256", buf_view(&b));
}

void sign_oci(struct signing *s)
{
    char date[40], host[HOST_MAX + 8];
    struct buf d = BUF(date), h = BUF(host), text = sign_room(s);
    uint8_t out[RSA_SIZE_MAX];
    struct span signature;
    civil_put_http(&d, s->wall);
    http_host(&h, s->url);
    sign_header(s, "date", buf_view(&d));
    buf_all(&text, SPAN("date: "), buf_view(&d), SPAN("\n(request-target): "));
    for (size_t i = 0; i < s->method.n; i++)
        buf_char(&text, ascii_lower(s->method.p[i]));
    buf_all(&text, SPAN(" "), s->url->path);
    oci_line(s, &text, "host", buf_view(&h));
    if (s->type.p)
        oci_body(s, &text);
    signature = rsa(s, s->args[1], HASH_SHA256, buf_view(&text), out);
    buf_z(s->head, "Authorization: Signature version=\"1\",headers=\"date (request-target) host");
    buf_z(s->head, s->type.p ? " content-length content-type x-content-sha256\",keyId=\"" : "\",keyId=\"");
    sign_visible(s, s->head, s->args[0]);
    buf_z(s->head, "\",algorithm=\"rsa-sha256\",signature=\"");
    base64_put(s->head, signature.p, signature.n);
    buf_z(s->head, "\"\r\n");
    s->body->over |= text.over;
}

/* ---- Google, "Using OAuth 2.0 for server to server applications" (RFC 7523, RFC 7515) */

/* A string of the key file, which Google makes as one JSON object; absent when it is not there. */
static struct span key_file(struct json *j, struct span text, const char *key)
{
    const char *p = text.p, *end = text.p + text.n;
    enum json_event e;
    json_init(j);
    do
        e = json_next(j, &p, end);
    while (e != JSON_MORE && e != JSON_BAD && !(e == JSON_STRING && span_is(json_path(j), key)));
    return e == JSON_STRING && !j->text_over ? json_text(j) : SPAN_NONE;
}

static void put_claims(struct signing *s, struct buf *b)
{
    struct span email = key_file(s->json, s->args[0], "client_email");
    if (!email.p)
        s->why = "the key is not the JSON key file of a service account: name it as @FILE";
    else
        buf_z(b, "{\"iss\":\"");
    sign_visible(s, b, email);
    buf_all(b, SPAN("\",\"scope\":\""), s->args[1], SPAN("\",\"aud\":\""), buf_view(s->text), SPAN("\",\"iat\":"));
    buf_i64(b, s->wall);
    buf_z(b, ",\"exp\":");
    buf_i64(b, s->wall + 600);
    buf_char(b, '}');
    if (b->over)
        s->why = "client_email in the key file is too long";
}

void sign_jwt(struct signing *s)
{
    static const char head[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
    char claims[640];
    struct buf c = BUF(claims);
    uint8_t out[RSA_SIZE_MAX];
    struct span signature;
    size_t from;
    put_claims(s, &c);
    buf_z(s->body, "&assertion=");
    from = s->body->n;
    base64url_put(s->body, head, sizeof head - 1);
    buf_char(s->body, '.');
    base64url_put(s->body, c.p, c.n);
    if (s->why)
        return;
    signature = rsa(s, key_file(s->json, s->args[0], "private_key"), HASH_SHA256, span_from(buf_view(s->body), from), out);
    buf_char(s->body, '.');
    base64url_put(s->body, signature.p, signature.n);
}
