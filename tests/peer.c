/* peer.c: `peer DIR [lag=MS]`, the loopback provider of the tests and of `make run`.
 *
 * Listens on free ports of 127.0.0.1 (and ::1 where there is one) and writes them to DIR/ports for a shell to read:
 * HTTPS, HTTP, DNS (UDP and TCP), SILENT (takes connections and datagrams, never answers), HOLE (drops connections as a
 * dead machine does), SHUT (nothing listens). Needs DIR/cert.pem and DIR/key.pem (tests/env/certs makes them).
 * DIR/address and DIR/address6 are what /ip and /ip6 answer, DIR/records adds records; DIR/requests gets a line for each
 * request. It ends with the process that started it, at SIGTERM, or when the pipe on its standard input closes. */
#define _GNU_SOURCE
#include "peer/peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CONNS_MAX = 96, LISTENERS_MAX = 16, DATAGRAM_MAX = 4096 };

const char *peer_dir;
static FILE *requests;
static struct conn conns[CONNS_MAX];
static struct listener {
    int fd;
    bool udp;
    enum conn_kind kind;
} listeners[LISTENERS_MAX];
static size_t listener_count;

uint64_t peer_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void peer_log(const char *method, const char *path, const char *host, const char *ip, const char *result)
{
    fprintf(requests, "%llu %s %s %s %s %s\n", (unsigned long long)peer_now(), method, *path ? path : "-",
            *host ? host : "-", *ip ? ip : "-", result);
    fflush(requests);
}

_Noreturn void peer_die(const char *what, const char *why)
{
    fprintf(stderr, "peer: %s %s\n", what, why);
    exit(1);
}

bool peer_file(const char *name, char *out, size_t cap)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", peer_dir, name);
    FILE *f = fopen(path, "r");
    *out = 0;
    if (!f)
        return false;
    out[fread(out, 1, cap - 1, f)] = 0;
    fclose(f);
    return true;
}

/* A socket on the port of one loopback address; -1 when that cannot be had. */
static int bound(int family, bool udp, unsigned port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port),
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(family, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
    if (fd < 0)
        return -1;
    if (family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    const void *address = family == AF_INET ? (const void *)&v4 : &v6;
    socklen_t n = family == AF_INET ? sizeof v4 : sizeof v6;
    if (bind(fd, address, n) == 0)
        return fd;
    close(fd);
    return -1;
}

static unsigned port_of(int fd)
{
    struct sockaddr_in a;
    socklen_t n = sizeof a;
    getsockname(fd, (struct sockaddr *)&a, &n);
    return ntohs(a.sin_port);
}

static bool listen_on(int family, bool udp, unsigned port, enum conn_kind kind)
{
    int fd = bound(family, udp, port);
    if (fd < 0 || (!udp && listen(fd, 64) < 0))
        return false;
    listeners[listener_count++] = (struct listener){fd, udp, kind};
    return true;
}

/* A port of one kind, on both families and, when wanted, for datagrams too: all of them or another port. */
static unsigned open_port(enum conn_kind kind, bool udp)
{
    int probe = bound(AF_INET6, false, 0);
    bool v6 = probe >= 0;
    if (v6)
        close(probe);
    for (unsigned tries = 0; tries < 100; tries++) {
        size_t before = listener_count;
        if (!listen_on(AF_INET, false, 0, kind))
            continue;
        unsigned port = port_of(listeners[before].fd);
        if ((!udp || listen_on(AF_INET, true, port, kind)) &&
            (!v6 || (listen_on(AF_INET6, false, port, kind) && (!udp || listen_on(AF_INET6, true, port, kind)))))
            return port;
        while (listener_count > before)
            close(listeners[--listener_count].fd);
    }
    peer_die("no free port", "on 127.0.0.1");
}

/* A listener whose queue is full: the kernel drops what comes, like a machine that is not there. */
static unsigned open_hole(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int hole = bound(AF_INET, false, 0);
    if (hole < 0 || listen(hole, 0) < 0)
        peer_die("cannot make", "the black hole");
    to.sin_port = htons((uint16_t)port_of(hole));
    for (int i = 0; i < 4; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(fd, (struct sockaddr *)&to, sizeof to);
    }
    return ntohs(to.sin_port);
}

static void start(void)
{
    char path[512], ready[512];
    unsigned https = open_port(CONN_HTTPS, false), http = open_port(CONN_HTTP, false);
    unsigned dns = open_port(CONN_DNS, true), silent = open_port(CONN_SILENT, true), hole = open_hole();
    int unused = bound(AF_INET, false, 0);
    unsigned shut = port_of(unused); /* held, never listened on */
    snprintf(path, sizeof path, "%s/ports.new", peer_dir);
    snprintf(ready, sizeof ready, "%s/ports", peer_dir);
    FILE *f = fopen(path, "w");
    if (!f)
        peer_die("cannot write", path);
    fprintf(f, "HTTPS=%u\nHTTP=%u\nDNS=%u\nSILENT=%u\nHOLE=%u\nSHUT=%u\n", https, http, dns, silent, hole, shut);
    fclose(f);
    rename(path, ready);
    printf("peer: provider on https port %u, DNS on port %u\n", https, dns);
    fflush(stdout);
}

static void take_conn(const struct listener *l)
{
    int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), one = 1;
    for (size_t i = 0; fd >= 0 && i < CONNS_MAX; i++)
        if (conns[i].fd < 0) {
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            conn_start(&conns[i], fd, l->kind);
            return;
        }
    if (fd >= 0)
        close(fd);
}

static void take_datagram(const struct listener *l)
{
    uint8_t query[DATAGRAM_MAX], answer[DATAGRAM_MAX];
    struct sockaddr_storage from;
    socklen_t from_n = sizeof from;
    ssize_t n = recvfrom(l->fd, query, sizeof query, 0, (struct sockaddr *)&from, &from_n);
    size_t out = n > 0 && l->kind == CONN_DNS ? dns_answer(query, (size_t)n, true, answer, sizeof answer) : 0;
    if (out)
        sendto(l->fd, answer, out, 0, (struct sockaddr *)&from, from_n);
}

static void serve(bool watch_stdin)
{
    struct pollfd polls[1 + LISTENERS_MAX + CONNS_MAX];
    int wait = -1;
    polls[0] = (struct pollfd){.fd = watch_stdin ? 0 : -1, .events = POLLIN};
    for (size_t i = 0; i < listener_count; i++)
        polls[1 + i] = (struct pollfd){.fd = listeners[i].fd, .events = POLLIN};
    for (size_t i = 0; i < CONNS_MAX; i++) {
        struct conn *c = &conns[i];
        int delay = c->fd < 0 ? -1 : conn_delay(c);
        polls[1 + listener_count + i] = (struct pollfd){.fd = c->fd, .events = c->fd < 0 ? 0 : conn_events(c)};
        wait = delay >= 0 && (wait < 0 || delay < wait) ? delay : wait;
    }
    poll(polls, 1 + listener_count + CONNS_MAX, wait);
    if (polls[0].revents && read(0, &wait, 1) <= 0)
        exit(0);
    for (size_t i = 0; i < CONNS_MAX; i++)
        if (conns[i].fd >= 0)
            conn_work(&conns[i], polls[1 + listener_count + i].revents);
    for (size_t i = 0; i < listener_count; i++)
        if (polls[1 + i].revents)
            (listeners[i].udp ? take_datagram : take_conn)(&listeners[i]);
}

int main(int argc, char **argv)
{
    char path[512];
    struct stat in;
    if (argc < 2 || argc > 3)
        peer_die("usage:", "peer DIR [lag=MS]");
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_IGN);
    peer_dir = argv[1];
    if (argc == 3)
        sscanf(argv[2], "lag=%lu", (unsigned long *)&table_lag);
    snprintf(path, sizeof path, "%s/requests", peer_dir);
    requests = fopen(path, "a");
    if (!requests)
        peer_die("cannot write", path);
    for (size_t i = 0; i < CONNS_MAX; i++)
        conns[i].fd = -1;
    table_start(peer_dir);
    tls_load();
    start();
    for (bool pipe = fstat(0, &in) == 0 && S_ISFIFO(in.st_mode);;)
        serve(pipe);
}
