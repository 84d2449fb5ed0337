/* peer.h: what the files of the loopback provider share. It is a tool of the tests: one process, one poll loop, no threads;
 * unlike the product it uses the C library. Its own opinion of HTTP, JSON and DNS is kept apart from the product's. */
#ifndef PEER_H
#define PEER_H

#include <bearssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- table.c: the records that providers write and DNS answers */
struct row {
    char name[256], type[8], content[256];
    char before[256];  /* what DNS still answers during the lag; "" = nothing */
    char id[33];
    unsigned ttl;      /* 1 = automatic, as Cloudflare has it */
    bool proxied;
    uint64_t changed;  /* peer_now of the last write; 0 = there since the start */
};
extern uint64_t table_lag; /* milliseconds until DNS shows a write */

void table_start(const char *dir); /* the built-in rows, then those of DIR/records: NAME TYPE TTL CONTENT */
struct row *table_at(size_t i);    /* NULL past the end */
struct row *table_find(const char *name, const char *type); /* the first one */
struct row *table_add(const char *name, const char *type, unsigned ttl, const char *content);
void table_write(struct row *r, const char *content);
const char *table_zone(const char *name); /* the zone it lies in, NULL when in none of ours */
unsigned table_serial(void);

/* ---- dns.c: the answer to one message; 0 = send nothing */
size_t dns_answer(const uint8_t *query, size_t n, bool udp, uint8_t *out, size_t cap);

/* ---- conn.c: a connection, plain or TLS */
enum conn_kind { CONN_HTTP, CONN_HTTPS, CONN_DNS, CONN_SILENT };
enum conn_after {      /* what follows the bytes in `out` */
    AFTER_KEEP,        /* the next request */
    AFTER_CLOSE,       /* a proper end */
    AFTER_CUT,         /* only half of the last bytes leave, within a TLS record, then the end of the stream */
    AFTER_RESET,       /* nothing leaves, TCP reset */
    AFTER_SILENCE,     /* nothing, for ever */
    AFTER_ENDLESS,     /* the last CONN_FILL bytes for ever */
    AFTER_DRIP         /* `out` itself goes a byte at a time, then its last byte for ever */
};
enum { CONN_FILL = 8192 };
struct conn {
    int fd;
    enum conn_kind kind;
    enum conn_after after;
    bool closing, resumed, told;
    uint64_t due;      /* AFTER_DRIP: when the next byte may leave */
    size_t in_n, out_n, out_at;
    br_ssl_server_context tls;
    unsigned char record[BR_SSL_BUFSIZE_BIDI];
    char in[16384 + 1], out[131072];
};
void conn_start(struct conn *c, int fd, enum conn_kind kind);
short conn_events(const struct conn *c);  /* for poll */
void conn_work(struct conn *c, short ready); /* closes it (fd = -1) at its end */
int conn_delay(const struct conn *c);     /* milliseconds until it wants work without an event; -1 = never */

/* ---- tls.c: the server's certificate and sessions */
void tls_load(void); /* DIR/cert.pem (leaf first) and DIR/key.pem */
void tls_begin(struct conn *c);

/* ---- http.c: requests and replies */
struct request {
    char method[16], path[512], query[2048], authorization[512];
    const char *body;
};
/* Serves one request when `in` holds a whole one; false: it does not yet. */
bool http_serve(struct conn *c);
void http_reply(struct conn *c, int status, const char *type, const char *head, const char *body);
bool http_mischief(struct conn *c, const char *name); /* false: no such misbehaviour */
bool http_param(const char *query, const char *name, char *out, size_t cap); /* decoded */

/* ---- provider.c: the providers' interfaces; false: not one of their paths */
bool provider_serve(struct conn *c, const struct request *rq);

/* ---- peer.c */
extern const char *peer_dir;
uint64_t peer_now(void); /* milliseconds since 1970 */
/* One line in DIR/requests: MILLIS METHOD PATH HOST ADDRESS RESULT; "" is written as "-". */
void peer_log(const char *method, const char *path, const char *host, const char *ip, const char *result);
_Noreturn void peer_die(const char *what, const char *why);
bool peer_file(const char *name, char *out, size_t cap); /* DIR/name as text */

#endif
