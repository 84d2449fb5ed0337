/* sign_canon.c: schemes that sign a canonical form of the request: method, path, sorted query, headers, hash of the body.
 * They grew from AWS's, and differ in the ways of the table.
 *   acs3    Alibaba Cloud, "Request syntax and signature method V3"
 *   tc3     Tencent Cloud, "Signature method v3"; like its own SDKs, it signs none of the X-TC headers
 *   huawei  Huawei Cloud, "AK/SK signing and authentication algorithm"
 *   bce     Baidu AI Cloud, "Authentication mechanism" (bce-auth-v1)
 *   volc    Volcengine, "Signature method"
 *   aws     AWS, "Signature Version 4 signing process" */
#include "provider/sign.h"
#include "base/civil.h"
#include "base/codec.h"
#include "base/hash.h"
#include "limits.h"
#include "proto/http.h"

enum {
    MOVES = 1,   /* Action and Version leave the query and become headers */
    HASH = 2,    /* the hash of the body is sent, too */
    NONCE = 4,
    ISO = 8,     /* dates as 2026-11-22T23:23:35Z, not 20261122T232335Z */
    UNIX = 16,   /* the time in seconds; the day is that of ISO */
    BARE = 32,   /* own headers are not signed */
    SLASH = 64,  /* the path ends in '/' */
    TWICE = 128, /* a path already encoded is encoded once more */
};

static const struct canon {
    char algorithm[17];
    char prefix[7]; /* of own headers */
    char key[5];    /* in front of the secret, where the key is derived: */
    char end[13];   /* last word of its scope; "": the secret itself is the key */
    uint8_t flags;
} canons[] = {
    [CANON_ACS3] = {"ACS3-HMAC-SHA256", "x-acs-", "", "", MOVES | HASH | NONCE | ISO},
    [CANON_TC3] = {"TC3-HMAC-SHA256", "x-tc-", "TC3", "tc3_request", MOVES | UNIX | BARE},
    [CANON_HUAWEI] = {"SDK-HMAC-SHA256", "x-sdk-", "", "", SLASH},
    [CANON_BCE] = {"", "x-bce-", "", "", ISO},
    [CANON_VOLC] = {"HMAC-SHA256", "x-", "", "request", HASH},
    [CANON_AWS] = {"AWS4-HMAC-SHA256", "x-amz-", "AWS4", "aws4_request", TWICE},
};

struct canonical {
    const struct canon *c;
    struct signing *s;
    struct span date, day, own; /* own: its headers that are signed */
    char date_text[24], seconds[24], host[HOST_MAX + 8];
};

static void put_hash(struct buf *b, struct span text)
{
    uint8_t hash[HASH_SIZE_MAX];
    buf_hex(b, hash, hash_of(HASH_SHA256, HASH_PARTS(text), hash));
}

/* ---- own headers */

static void own_header(struct canonical *k, const char *name, struct span value)
{
    char text[32];
    struct buf b = BUF(text);
    buf_z(&b, k->c->prefix);
    for (; *name; name++)
        buf_char(&b, ascii_lower(*name));
    sign_header(k->s, buf_text(&b), value);
}

/* Takes a parameter out of the query and makes it a header. */
static void move(struct canonical *k, const char *name)
{
    struct signing *s = k->s;
    struct span rest = sign_query(s);
    while (rest.p) {
        struct span param = span_cut(&rest, '&'), value = param, n = span_cut(&value, '=');
        size_t at = (size_t)(param.p - s->text->p), gone = param.n + 1; /* with one of its separators */
        if (!span_is(n, name) || !value.p)
            continue;
        own_header(k, name, value);
        at -= !rest.p;
        memmove(s->text->p + at, s->text->p + at + gone, s->text->n - at - gone);
        s->text->n -= gone;
        s->url->path.n -= gone;
        return;
    }
}

static void own_headers(struct canonical *k)
{
    uint8_t flags = k->c->flags;
    char text[2 * HASH_SIZE_MAX];
    struct buf hash = BUF(text);
    put_hash(&hash, buf_view(k->s->body));
    if (flags & MOVES)
        move(k, "Action");
    if (flags & HASH)
        own_header(k, "content-sha256", buf_view(&hash));
    own_header(k, flags & UNIX ? "timestamp" : "date", k->date);
    if (flags & NONCE)
        own_header(k, "signature-nonce", k->s->nonce);
    if (flags & MOVES)
        move(k, "Version");
    if (!(flags & BARE))
        k->own = buf_view(k->s->head);
}

/* The nth header that is signed, in order of their names. */
static bool signed_header(const struct canonical *k, unsigned n, struct span *name, struct span *value)
{
    struct span rest = k->own;
    n += !k->s->type.p;
    *name = n ? SPAN("host") : SPAN("content-type");
    *value = n ? span_z(k->host) : k->s->type;
    for (; n > 1; n--) {
        if (!rest.n)
            return false;
        *value = span_cut(&rest, '\n');
        *name = span_cut(value, ':');
        *value = span_trim(*value);
    }
    return true;
}

/* ---- what is signed */

static void put_path(const struct canonical *k, struct buf *b)
{
    struct span rest = k->s->url->path, path = span_cut(&rest, '?');
    if (k->c->flags & TWICE)
        percent_put(b, path, "/");
    else
        sign_put_again(b, path, "/");
    if (!path.n || (k->c->flags & SLASH && !span_ends(path, SPAN("/"))))
        buf_char(b, '/');
}

static void put_names(const struct canonical *k, struct buf *b)
{
    struct span name, value;
    for (unsigned i = 0; signed_header(k, i, &name, &value); i++) {
        buf_z(b, i ? ";" : "");
        buf_span(b, name);
    }
}

static void put_request(const struct canonical *k, struct buf *b)
{
    bool bce = k->c == &canons[CANON_BCE];
    struct span name, value;
    buf_span(b, k->s->method);
    buf_char(b, '\n');
    put_path(k, b);
    buf_char(b, '\n');
    sign_put_query(k->s, b, sign_query(k->s));
    for (unsigned i = 0; signed_header(k, i, &name, &value); i++) {
        buf_char(b, '\n');
        buf_span(b, name);
        buf_char(b, ':');
        if (bce)
            percent_put(b, value, "");
        else
            buf_span(b, value);
    }
    if (bce)
        return;
    buf_z(b, "\n\n");
    put_names(k, b);
    buf_char(b, '\n');
    put_hash(b, buf_view(k->s->body));
}

/* ---- Authorization */

static void put_scope(const struct canonical *k, struct buf *b)
{
    buf_span(b, k->day);
    for (unsigned i = 2; i < SIGN_ARGS; i++) {
        buf_z(b, k->s->args[i].p ? "/" : "");
        buf_span(b, k->s->args[i]);
    }
    buf_char(b, '/');
    buf_z(b, k->c->end);
}

/* Goes on in `room` behind the canonical request. */
static struct span string_to_sign(const struct canonical *k, struct buf *room)
{
    struct span request = buf_view(room);
    buf_z(room, k->c->algorithm);
    buf_char(room, '\n');
    if (!(k->c->flags & ISO)) {
        buf_span(room, k->date);
        buf_char(room, '\n');
    }
    if (k->c->end[0]) {
        put_scope(k, room);
        buf_char(room, '\n');
    }
    put_hash(room, request);
    return span_from(buf_view(room), request.n);
}

/* HMAC by HMAC over the words of the scope, from the secret. */
static void put_signature(const struct canonical *k, struct buf *room, struct span text)
{
    uint8_t hash[HASH_SIZE_MAX];
    size_t from = room->n;
    struct span key, scope = SPAN_NONE;
    buf_z(room, k->c->key);
    buf_span(room, k->s->args[1]);
    key = span_from(buf_view(room), from);
    if (k->c->end[0]) {
        put_scope(k, room);
        scope = span_from(buf_view(room), from + key.n);
    }
    for (bool last = false; !last; key.p = (const char *)hash) {
        last = !scope.p;
        key.n = hmac_of(HASH_SHA256, key, HASH_PARTS(last ? text : span_cut(&scope, '/')), hash);
    }
    buf_hex(k->s->head, hash, key.n);
}

static void authorize(const struct canonical *k, struct buf *room)
{
    struct buf *out = k->s->head;
    const char *comma = k->c->flags & ISO ? "," : ", ";
    buf_z(out, k->c->algorithm);
    buf_z(out, k->c == &canons[CANON_HUAWEI] ? " Access=" : " Credential=");
    sign_visible(k->s, out, k->s->args[0]);
    if (k->c->end[0]) {
        buf_char(out, '/');
        put_scope(k, out);
    }
    buf_z(out, comma);
    buf_z(out, "SignedHeaders=");
    put_names(k, out);
    buf_z(out, comma);
    buf_z(out, "Signature=");
    put_signature(k, room, string_to_sign(k, room));
}

/* The key is the signature, as hex, of what stands before the names of the headers. */
static void authorize_bce(const struct canonical *k, struct span request)
{
    struct buf *out = k->s->head, b;
    uint8_t hash[HASH_SIZE_MAX];
    char hex[2 * HASH_SIZE_MAX];
    size_t from = out->n;
    buf_z(out, "bce-auth-v1/");
    sign_visible(k->s, out, k->s->args[0]);
    buf_char(out, '/');
    buf_span(out, k->date);
    buf_z(out, "/1800");
    b = BUF(hex);
    buf_hex(&b, hash, hmac_of(HASH_SHA256, k->s->args[1], HASH_PARTS(span_from(buf_view(out), from)), hash));
    buf_char(out, '/');
    put_names(k, out);
    buf_char(out, '/');
    buf_hex(out, hash, hmac_of(HASH_SHA256, buf_view(&b), HASH_PARTS(request), hash));
}

void sign_canon(struct signing *s, enum canon_kind which)
{
    struct canonical k = {.c = &canons[which], .s = s};
    struct buf date = BUF(k.date_text), seconds = BUF(k.seconds), host = BUF(k.host), room;
    bool iso = k.c->flags & (ISO | UNIX);
    (iso ? civil_put : civil_put_basic)(&date, s->wall);
    buf_i64(&seconds, s->wall);
    k.date = buf_view(k.c->flags & UNIX ? &seconds : &date);
    k.day = span_upto(buf_view(&date), iso ? 10 : 8);
    http_host(&host, s->url);
    buf_text(&host);
    own_headers(&k);
    room = sign_room(s);
    put_request(&k, &room);
    buf_z(s->head, "Authorization: ");
    if (which == CANON_BCE)
        authorize_bce(&k, buf_view(&room));
    else
        authorize(&k, &room);
    buf_z(s->head, "\r\n");
    s->body->over |= room.over;
}
