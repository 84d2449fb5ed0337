/* http.h: HTTP/1.1 client codec (RFC 9110, RFC 9112). No I/O. */
#ifndef HTTP_H
#define HTTP_H

#include "proto/request.h"
#include "proto/url.h"

enum { HTTP_LINE_MAX = 1024 /* a header longer than this is skipped, a status line fails */,
       HTTP_HEAD_MAX = 32768, HTTP_LOCATION_MAX = 96 };

/* The User-Agent: NAME/VERSION with a comment, as No-IP and Dyn ask of clients. */
extern const char http_agent[];

/* Request line, Host (with the port unless it is the default), User-Agent and Accept. The caller
 * adds headers by http_header, then calls http_body once. `path` is the whole target, with query;
 * absent: that of `u`; a '/' is put in front when it has none. All three set b->over when a byte
 * could break out of its place: no request is better. */
void http_request(struct buf *b, struct span method, const struct url *u, struct span path);
/* What Host says: signatures cover it. */
void http_host(struct buf *b, const struct url *u);
void http_header(struct buf *b, struct span name, struct span value);
/* Ends the head; `body` absent: without Content-Length. */
void http_body(struct buf *b, struct span type, struct span body);

enum http_event {
    HTTP_MORE, /* all input used */
    HTTP_HEAD, /* h->head is complete (1xx are skipped) */
    HTTP_BODY, /* *body holds a piece */
    HTTP_END,  /* the reply is whole, sticks; bytes left over are a fault of the peer */
    HTTP_FAIL  /* h->fail says why; sticks */
};

struct http {
    uint8_t state;
    bool head_only, chunked, length_known;
    bool keep;       /* the connection may carry another request */
    bool framing;    /* the header before says where the body ends, or how it is coded */
    uint16_t line_n; /* may exceed what `line` keeps by one */
    uint32_t head_n; /* bytes of all heads, trailers and chunk extensions */
    uint64_t left;   /* bytes of body or chunk still to come */
    int64_t retry_at; /* Retry-After as a date */
    uint64_t body_n, body_max;
    struct reply_head head;
    struct fail fail;
    char line[HTTP_LINE_MAX];
    char location[HTTP_LOCATION_MAX];
};

void http_init(struct http *h, bool head_only, uint64_t body_max);
/* Reads on from *p, stops after each event. Bodies over body_max, Content-Length with chunked, two
 * differing lengths, unknown codings: HTTP_FAIL. */
enum http_event http_next(struct http *h, const char **p, const char *end, struct span *body);
/* The stream ended (clean = by TCP FIN, and close_notify in TLS): END when the reply allowed that,
 * else FAIL "cut off". */
enum http_event http_eof(struct http *h, bool clean);

#endif
