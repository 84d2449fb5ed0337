/* sign.h: request signatures, named by a recipe's `sign = SCHEME ARG…`. They come last, when the rest of a request is
 * written: what they add goes into its query, its form or its head. No clock and no random numbers in here. */
#ifndef SIGN_H
#define SIGN_H

#include "base/buf.h"
#include "base/json.h"
#include "proto/url.h"

enum { SIGN_ARGS = 4 };

struct signing {
    struct span args[SIGN_ARGS]; /* absent behind the last one */
    int64_t wall;       /* unix seconds */
    struct span nonce;  /* 20 hex digits, other ones for each request */
    struct span method;
    struct span type;   /* Content-Type; absent: there is no body */
    struct buf *text;   /* of the URL; `url` points into it, and follows when the query changes */
    struct url *url;
    struct buf *body;   /* what is left of its room is used, too */
    struct buf *head;   /* header lines to send, each with its CR LF */
    struct json *json;  /* room to read a key file in; may be that of `head`: no scheme uses both */
    const char *why;    /* set: nothing came of it, this is wrong with an argument */
};

/* Signs; s->why, or `over` of one of the three bufs, tell when it did not work. False: no such scheme. */
bool sign_request(struct span scheme, struct signing *s);
/* How many arguments it takes, and what they are: "ID SECRET REGION SERVICE". False: no such scheme; out->p lists all. */
bool sign_usage(struct span scheme, unsigned *args, struct span *usage);

/* ---- for the files that make it up */

/* The schemes that sign a canonical form of the whole request. */
enum canon_kind { CANON_ACS3, CANON_TC3, CANON_HUAWEI, CANON_BCE, CANON_VOLC, CANON_AWS };
void sign_canon(struct signing *s, enum canon_kind which);
void sign_jwt(struct signing *s);
void sign_transip(struct signing *s);
void sign_oci(struct signing *s);

struct buf sign_room(const struct signing *s); /* room beside the body, as long as the body does not grow */
/* Writes a value into a header; sets why when it would leave its place. */
void sign_visible(struct signing *s, struct buf *b, struct span value);
void sign_header(struct signing *s, const char *name, struct span value);
struct span sign_query(const struct signing *s);    /* without '?'; absent: the URL has none */
/* A query or path in the one form that both sides sign: parameters in order, everything but the unreserved as %XX. */
void sign_put_query(struct signing *s, struct buf *b, struct span query);
void sign_put_again(struct buf *b, struct span coded, const char *keep);

#endif
