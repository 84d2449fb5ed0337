/* conn.c: a connection, plain or TLS: bytes in, requests served, bytes out, and every wrong way of ending. */
#define _GNU_SOURCE
#include "peer/peer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DRIP_MS = 250 };

void conn_start(struct conn *c, int fd, enum conn_kind kind)
{
    c->fd = fd;
    c->kind = kind;
    c->after = AFTER_KEEP;
    c->closing = c->resumed = c->told = false;
    c->in_n = c->out_n = c->out_at = 0;
    if (kind == CONN_HTTPS)
        tls_begin(c);
}

static void end(struct conn *c, bool reset)
{
    struct linger abrupt = {.l_onoff = 1};
    if (reset)
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
    close(c->fd);
    c->fd = -1;
}

static unsigned tls_state(const struct conn *c)
{
    return br_ssl_engine_current_state(&c->tls.eng);
}

static bool is_tls(const struct conn *c)
{
    return c->kind == CONN_HTTPS;
}

/* How much of `out` may leave now. */
static size_t allowed(const struct conn *c)
{
    if (c->after == AFTER_RESET || c->after == AFTER_SILENCE)
        return 0;
    if (c->after == AFTER_DRIP)
        return c->out_at < c->out_n && peer_now() >= c->due ? 1 : 0;
    if (c->after == AFTER_CUT && !is_tls(c))
        return c->out_n / 2 - c->out_at;
    return c->out_n - c->out_at;
}

/* Socket to `in`, or to the engine. False: the stream ended. */
static bool receive(struct conn *c)
{
    size_t room = sizeof c->in - 1 - c->in_n;
    unsigned char *to = (unsigned char *)c->in + c->in_n;
    if (is_tls(c))
        to = br_ssl_engine_recvrec_buf(&c->tls.eng, &room);
    if (!to || !room)
        return true;
    ssize_t n = recv(c->fd, to, room, MSG_DONTWAIT);
    if (n <= 0)
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    if (is_tls(c))
        br_ssl_engine_recvrec_ack(&c->tls.eng, (size_t)n);
    else
        c->in_n += (size_t)n;
    return true;
}

/* Engine to `in`. */
static bool take_plain(struct conn *c)
{
    size_t n;
    const unsigned char *p = br_ssl_engine_recvapp_buf(&c->tls.eng, &n);
    if (!p || n > sizeof c->in - 1 - c->in_n)
        return false;
    memcpy(c->in + c->in_n, p, n);
    c->in_n += n;
    br_ssl_engine_recvapp_ack(&c->tls.eng, n);
    return true;
}

static void sent(struct conn *c, size_t n)
{
    c->out_at += n;
    if (c->after == AFTER_DRIP)
        c->due = peer_now() + DRIP_MS;
    if (c->out_at < c->out_n)
        return;
    if (c->after == AFTER_ENDLESS || c->after == AFTER_DRIP)
        c->out_at -= c->after == AFTER_DRIP ? 1 : CONN_FILL; /* its end again and again */
    else
        c->out_at = c->out_n = 0;
}

/* `out` to the engine, or to the socket. */
static bool give_plain(struct conn *c)
{
    size_t n = allowed(c), room;
    if (!n)
        return false;
    if (!is_tls(c)) {
        ssize_t done = send(c->fd, c->out + c->out_at, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done > 0)
            sent(c, (size_t)done);
        return done > 0;
    }
    unsigned char *p = br_ssl_engine_sendapp_buf(&c->tls.eng, &room);
    if (!p || !room)
        return false;
    n = n < room ? n : room;
    memcpy(p, c->out + c->out_at, n);
    br_ssl_engine_sendapp_ack(&c->tls.eng, n);
    br_ssl_engine_flush(&c->tls.eng, 0);
    sent(c, n);
    return true;
}

/* Engine to socket. A cut goes through the middle of a record of the reply. */
static bool give_record(struct conn *c)
{
    size_t n;
    const unsigned char *p = br_ssl_engine_sendrec_buf(&c->tls.eng, &n);
    if (!p)
        return false;
    bool cut = c->after == AFTER_CUT;
    ssize_t done = send(c->fd, p, cut ? n / 2 : n, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (cut) {
        end(c, false);
        return false;
    }
    if (done > 0)
        br_ssl_engine_sendrec_ack(&c->tls.eng, (size_t)done);
    return done > 0;
}

static bool serve_dns(struct conn *c)
{
    size_t n = c->in_n < 2 ? 0 : (uint8_t)c->in[0] * 256u + (uint8_t)c->in[1];
    if (!n || c->in_n < n + 2)
        return false;
    c->out_n = dns_answer((uint8_t *)c->in + 2, n, false, (uint8_t *)c->out + 2, sizeof c->out - 2);
    c->out[0] = (char)(c->out_n >> 8);
    c->out[1] = (char)c->out_n;
    c->out_n += 2;
    c->in_n -= n + 2;
    memmove(c->in, c->in + n + 2, c->in_n);
    return true;
}

static bool serve(struct conn *c)
{
    if (c->out_n || c->after != AFTER_KEEP || c->kind == CONN_SILENT)
        return false;
    return c->kind == CONN_DNS ? serve_dns(c) : http_serve(c);
}

static void tell_handshake(struct conn *c)
{
    char result[32];
    int error = br_ssl_engine_last_error(&c->tls.eng);
    if (c->told || (!error && !(tls_state(c) & (BR_SSL_SENDAPP | BR_SSL_RECVAPP))))
        return;
    c->told = true;
    snprintf(result, sizeof result, "failed:%d", error);
    peer_log("TLS", "", "", "", error ? result : c->resumed ? "resumed" : "full");
}

static void finish(struct conn *c)
{
    bool idle = !c->out_n && !(is_tls(c) && (tls_state(c) & BR_SSL_SENDREC));
    if (c->after == AFTER_RESET)
        end(c, true);
    else if (c->after == AFTER_CUT && !is_tls(c) && !allowed(c))
        end(c, false);
    else if (c->after == AFTER_CLOSE && idle && is_tls(c) && !c->closing) {
        c->closing = true;
        br_ssl_engine_close(&c->tls.eng);
        give_record(c);
    }
    if (c->fd >= 0 && c->after == AFTER_CLOSE && idle)
        end(c, false);
}

void conn_work(struct conn *c, short ready)
{
    if ((ready & (POLLIN | POLLHUP | POLLERR)) && !receive(c)) {
        end(c, false);
        return;
    }
    for (bool moved = true; moved && c->fd >= 0;) {
        moved = is_tls(c) && take_plain(c);
        moved |= serve(c);
        moved |= give_plain(c);
        moved |= is_tls(c) && give_record(c);
    }
    if (c->fd >= 0 && is_tls(c)) {
        tell_handshake(c);
        if (tls_state(c) == BR_SSL_CLOSED)
            end(c, false);
    }
    if (c->fd >= 0)
        finish(c);
}

short conn_events(const struct conn *c)
{
    if (!is_tls(c))
        return (short)(POLLIN | (allowed(c) && c->after != AFTER_DRIP ? POLLOUT : 0));
    unsigned s = tls_state(c);
    return (short)((s & BR_SSL_RECVREC ? POLLIN : 0) | (s & BR_SSL_SENDREC ? POLLOUT : 0));
}

int conn_delay(const struct conn *c)
{
    uint64_t now = peer_now();
    if (c->after != AFTER_DRIP)
        return -1;
    return c->due > now ? (int)(c->due - now) : 0;
}
