/* http.c: requests, replies, the address echo, and the ways in which a server can misbehave. */
#define _GNU_SOURCE
#include "peer/peer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define ADDRESS "198.51.100.77" /* of the misbehaving echoes: right in form, and must never be believed */

static const char *reason(int status)
{
    return status == 200 ? "OK" : status == 204 ? "No Content" : status < 400 ? "Found" : "Refused";
}

void http_reply(struct conn *c, int status, const char *type, const char *head, const char *body)
{
    char date[64];
    time_t now = time(NULL);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
    int n = snprintf(c->out, sizeof c->out, "HTTP/1.1 %d %s\r\nDate: %s\r\nServer: peer\r\n%s%s%s%s"
                     "Content-Length: %zu\r\n%s\r\n%s", status, reason(status), date, *type ? "Content-Type: " : "", type,
                     *type ? "\r\n" : "", head, strlen(body), c->after == AFTER_CLOSE ? "Connection: close\r\n" : "", body);
    if (n < 0 || (size_t)n >= sizeof c->out)
        peer_die("a reply is longer than", "its buffer");
    c->out_n = (size_t)n;
}

/* Replies that are whole but hold nothing to trust. */
static const struct {
    const char *name;
    int status;
    const char *type, *head, *body;
} whole[] = {
    {"html", 200, "text/html", "", "<html><body>Client " ADDRESS " upgraded to 1.2.1.1</body></html>\n"},
    {"cookie", 200, "text/plain", "Set-Cookie: v=1.0.1.1; path=/\r\nX-Client: " ADDRESS "\r\n", ""},
    {"403", 403, "text/plain", "", ADDRESS "\n"},
    {"429", 429, "text/plain", "Retry-After: 120\r\n", ADDRESS "\n"},
    {"500", 500, "text/plain", "", ADDRESS "\n"},
    {"1034", 200, "text/plain", "", "error code: 1034\n"},
    {"302", 302, "text/html", "Location: http://portal.example/login\r\n", ADDRESS "\n"},
    {"two", 200, "text/plain", "", ADDRESS " 198.51.100.78\n"},
    {"zeros", 200, "text/plain", "", "198.051.100.077\n"},
    {"private", 200, "text/plain", "", "10.0.0.1\n"},
    {"cgnat", 200, "text/plain", "", "100.64.0.1\n"},
    {"zero", 200, "text/plain", "", "0.0.0.0\n"},
    {"v6", 200, "text/plain", "", "2001:db8::77\n"},
    {"mapped", 200, "text/plain", "", "::ffff:" ADDRESS "\n"},
    {"escape", 200, "text/plain", "", "\033[31m\033]0;owned\007 no address\n"},
    {"json-cut", 200, "application/json", "", "{\"success\":true,\"errors\":[],\"result\":[{\"id\":\"023e"},
};

/* Replies that are not whole, or no replies: the bytes and what follows them. */
static const struct {
    const char *name, *raw;
    enum conn_after after;
} broken[] = {
    {"nothttp", "SSH-2.0-OpenSSH_9.2p1\r\n" ADDRESS "\r\n", AFTER_CLOSE},
    {"cut", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" ADDRESS, AFTER_CLOSE},
    {"chunk-cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n" ADDRESS "\r\n", AFTER_CLOSE},
    {"lengths", "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Length: 12\r\n\r\n" ADDRESS, AFTER_CLOSE},
    {"record", "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" ADDRESS, AFTER_CUT},
    {"reset", "HTTP/1.1 200 OK\r\n", AFTER_RESET},
    {"closed", "", AFTER_CLOSE},
    {"silent", "HTTP/1.1 200 OK\r\n", AFTER_SILENCE},
    {"endless", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" ADDRESS "\n\n\n", AFTER_ENDLESS},
    {"headers", "HTTP/1.1 200 OK\r\nX-Filler: aaaaaaaaaa", AFTER_ENDLESS},
    {"drip", "HTTP/1.1 200 OK\r\nX-Filler: aaaaaaaaaa", AFTER_DRIP},
};

bool http_mischief(struct conn *c, const char *name)
{
    if (!strcmp(name, "big")) { /* more than an address source may send, and an address at its end */
        static char body[70001 + sizeof ADDRESS];
        memset(body, '\n', 70000);
        strcpy(body + 70000, ADDRESS);
        http_reply(c, 200, "text/plain", "", body);
        return true;
    }
    for (size_t i = 0; i < COUNT(whole); i++)
        if (!strcmp(whole[i].name, name)) {
            http_reply(c, whole[i].status, whole[i].type, whole[i].head, whole[i].body);
            return true;
        }
    for (size_t i = 0; i < COUNT(broken); i++)
        if (!strcmp(broken[i].name, name)) {
            c->out_n = strlen(broken[i].raw);
            memcpy(c->out, broken[i].raw, c->out_n);
            c->after = broken[i].after;
            c->due = 0;
            if (c->after == AFTER_ENDLESS) {
                memset(c->out + c->out_n, c->out[c->out_n - 1], CONN_FILL);
                c->out_n += CONN_FILL;
            }
            return true;
        }
    return false;
}

static int hex(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10 : -1;
}

bool http_param(const char *query, const char *name, char *out, size_t cap)
{
    size_t n = strlen(name), at = 0;
    for (const char *p = query; p; p = strchr(p, '&') ? strchr(p, '&') + 1 : NULL) {
        if (strncmp(p, name, n) || p[n] != '=')
            continue;
        for (p += n + 1; *p && *p != '&' && at + 1 < cap; p++) {
            bool coded = *p == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0;
            out[at++] = coded ? (char)(hex(p[1]) * 16 + hex(p[2])) : *p;
            p += coded ? 2 : 0;
        }
        out[at] = 0;
        return true;
    }
    *out = 0;
    return false;
}

static void echo_file(struct conn *c, const struct request *rq, const char *name)
{
    char text[256];
    bool there = peer_file(name, text, sizeof text);
    http_reply(c, there ? 200 : 404, "text/plain", "", there ? text : "none\n");
    text[strcspn(text, "\r\n")] = 0;
    peer_log(rq->method, rq->path, "", there ? text : "", there ? "200" : "404");
}

static void serve_request(struct conn *c, const struct request *rq)
{
    if (!strcmp(rq->path, "/ip")) {
        echo_file(c, rq, "address");
    } else if (!strcmp(rq->path, "/ip6")) {
        echo_file(c, rq, "address6");
    } else if (!strncmp(rq->path, "/echo/", 6) && http_mischief(c, rq->path + 6)) {
        peer_log(rq->method, rq->path, "", "", "mischief");
    } else if (!provider_serve(c, rq)) {
        http_reply(c, 404, "text/plain", "", "no such page\n");
        peer_log(rq->method, rq->path, "", "", "404");
    }
}

/* The value of a header, or "". */
static void header(const char *head, const char *name, char *out, size_t cap)
{
    size_t n = strlen(name);
    *out = 0;
    for (const char *p = head; (p = strstr(p, "\r\n")) && p[2] != '\r'; p += 2) {
        if (strncasecmp(p + 2, name, n) || p[n + 2] != ':')
            continue;
        p += n + 3;
        p += strspn(p, " ");
        snprintf(out, cap, "%.*s", (int)strcspn(p, "\r"), p);
        return;
    }
}

bool http_serve(struct conn *c)
{
    static struct request rq;
    char value[64], target[sizeof rq.path + sizeof rq.query], minor;
    c->in[c->in_n] = 0;
    char *blank = strstr(c->in, "\r\n\r\n");
    if (!blank)
        return false;
    header(c->in, "Content-Length", value, sizeof value);
    size_t head_n = (size_t)(blank + 4 - c->in), body_n = (size_t)strtoul(value, NULL, 10);
    if (head_n + body_n > sizeof c->in - 1)
        peer_die("a request is longer than", "16 KB");
    if (c->in_n < head_n + body_n)
        return false;
    char kept = c->in[head_n + body_n];
    c->in[head_n + body_n] = 0;
    if (sscanf(c->in, "%15s %2500s HTTP/1.%c", rq.method, target, &minor) != 3)
        peer_die("no HTTP request:", c->in);
    snprintf(rq.path, sizeof rq.path, "%.*s", (int)strcspn(target, "?"), target);
    snprintf(rq.query, sizeof rq.query, "%s", strchr(target, '?') ? strchr(target, '?') + 1 : "");
    header(c->in, "Authorization", rq.authorization, sizeof rq.authorization);
    header(c->in, "Connection", value, sizeof value);
    rq.body = blank + 4;
    if (!strcasecmp(value, "close") || (minor == '0' && strcasecmp(value, "keep-alive")))
        c->after = AFTER_CLOSE;
    serve_request(c, &rq);
    c->in[head_n + body_n] = kept;
    c->in_n -= head_n + body_n;
    memmove(c->in, c->in + head_n + body_n, c->in_n);
    return true;
}
