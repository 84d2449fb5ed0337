/* sock.c: non-blocking client sockets. Winsock tells of a change once; the table remembers it, so
 * that os_wait can answer as poll does: again and again as long as it is true. */
#include "os/win/win.h"

enum { SOCKS_MAX = 2 * SLOTS_MAX + 8, UNICAST_IF = 31 /* IP_ and IPV6_UNICAST_IF, since Vista */ };

static struct sock {
    SOCKET s;
    bool used, udp, connected;
    bool readable, writable, ended; /* ended: closed or failed; the next call tells */
    DWORD error;                    /* of the connect */
} socks[SOCKS_MAX];

union name {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int name_of(union name *out, const struct addr *a, uint16_t port, uint32_t scope)
{
    memset(out, 0, sizeof *out);
    if (a->family == 4) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = (u_short)(port >> 8 | port << 8);
        memcpy(&out->v4.sin_addr, a->b, 4);
        return sizeof out->v4;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = (u_short)(port >> 8 | port << 8);
    out->v6.sin6_scope_id = scope;
    memcpy(&out->v6.sin6_addr, a->b, 16);
    return sizeof out->v6;
}

/* Of an interface's addresses the one to send from; 0 = not usable. */
static unsigned fitness(const struct ifaddr *a, const struct addr *to)
{
    enum addr_class mine = addr_classify(&a->addr), theirs = addr_classify(to);

    if (a->addr.family != to->family || (a->flags & (IF_DOWN | IF_TENTATIVE)))
        return 0;
    if ((mine == ADDR_LINK_LOCAL) != (theirs == ADDR_LINK_LOCAL) && a->addr.family == 6)
        return 0;
    return 1 + 2 * !(a->flags & IF_DEPRECATED) + (mine == theirs);
}

static const struct ifaddr *bind_choice(struct span bind, const struct addr *to, struct fail *f)
{
    static struct ifaddr list[IFADDRS_MAX];
    const struct ifaddr *best = NULL;
    unsigned best_fit = 0;
    struct addr a;
    bool by_address = addr_parse(bind, &a);
    long n = os_interfaces(list, COUNT(list), f);

    for (long i = 0; i < n; i++) {
        bool named = by_address ? addr_eq(&list[i].addr, &a) : span_ieq(span_z(list[i].name), bind);
        unsigned fit = !named       ? 0
                       : by_address ? list[i].addr.family == to->family
                                    : fitness(&list[i], to);
        if (fit > best_fit) {
            best = &list[i];
            best_fit = fit;
        }
    }
    if (best || n < 0)
        return best;
    if (by_address && a.family != to->family)
        fail_set(
            f, FAIL_RETRY, LAYER_TCP, WSAEAFNOSUPPORT, SPAN("bind "), bind,
            SPAN(": the server's address is of the other family; bind by interface name instead"));
    else
        fail_set(f, FAIL_RETRY, LAYER_TCP, WSAEADDRNOTAVAIL,
                 by_address ? SPAN("bind: no interface has ")
                            : SPAN("bind: no interface with a fitting address is named "),
                 bind);
    return NULL;
}

/* The address is the source; since Vista the interface is set too, which holds even against a more
 * fitting route. XP has only the first. */
static enum step bind_to(SOCKET s, const struct endpoint *to, struct span bind_text, struct fail *f)
{
    const struct ifaddr *from = bind_choice(bind_text, &to->addr, f);
    union name name;
    DWORD index;
    int size;

    if (!from)
        return STEP_FAIL;
    index = from->index;
    if (to->addr.family == 4)
        index = index << 24 | (index & 0xFF00) << 8 | (index >> 8 & 0xFF00) |
                index >> 24; /* network order */
    setsockopt(s, to->addr.family == 4 ? IPPROTO_IP : IPPROTO_IPV6, UNICAST_IF,
               (const char *)&index, sizeof index);
    size = name_of(&name, &from->addr, 0,
                   addr_classify(&from->addr) == ADDR_LINK_LOCAL ? from->index : 0);
    if (bind(s, &name.any, size) != 0)
        return error_fail(f, LAYER_TCP, (DWORD)WSAGetLastError(), SPAN("bind"));
    return STEP_DONE;
}

static enum step prepare(struct sock *k, const struct endpoint *to, struct span bind,
                         struct fail *f)
{
    BOOL yes = TRUE;
    union name peer;
    int size = name_of(&peer, &to->addr, to->port, to->scope);

    SetHandleInformation((HANDLE)k->s, HANDLE_FLAG_INHERIT, 0);
    if (!k->udp)
        setsockopt(k->s, IPPROTO_TCP, TCP_NODELAY, (const char *)&yes, sizeof yes);
    if (bind.n > 0 && bind_to(k->s, to, bind, f) == STEP_FAIL)
        return STEP_FAIL;
    /* makes it non-blocking too */
    if (WSAEventSelect(k->s, wait_net_event(), FD_READ | FD_WRITE | FD_CONNECT | FD_CLOSE) != 0 ||
        (connect(k->s, &peer.any, size) != 0 && WSAGetLastError() != WSAEWOULDBLOCK))
        return error_fail(f, LAYER_TCP, (DWORD)WSAGetLastError(), SPAN_NONE);
    k->connected = k->writable = k->udp;
    return STEP_DONE;
}

intptr_t os_sock_open(enum os_kind kind, const struct endpoint *to, struct span bind,
                      struct fail *f)
{
    struct sock *k = socks;

    while (k < socks + SOCKS_MAX && k->used)
        k++;
    if (k == socks + SOCKS_MAX) {
        error_fail(f, LAYER_TCP, WSAEMFILE, SPAN_NONE);
        return OS_NONE;
    }
    *k = (struct sock){.udp = kind == OS_UDP};
    k->s = socket(to->addr.family == 4 ? AF_INET : AF_INET6, k->udp ? SOCK_DGRAM : SOCK_STREAM, 0);
    if (k->s == INVALID_SOCKET) {
        error_fail(f, LAYER_TCP, (DWORD)WSAGetLastError(), SPAN_NONE);
        return OS_NONE;
    }
    if (prepare(k, to, bind, f) == STEP_FAIL) {
        closesocket(k->s);
        return OS_NONE;
    }
    k->used = true;
    return k - socks;
}

void sock_collect(void)
{
    for (struct sock *k = socks; k < socks + SOCKS_MAX; k++) {
        WSANETWORKEVENTS ev;
        if (!k->used || WSAEnumNetworkEvents(k->s, NULL, &ev) != 0)
            continue;
        if (ev.lNetworkEvents & FD_CONNECT) {
            k->error = (DWORD)ev.iErrorCode[FD_CONNECT_BIT];
            k->connected = k->writable = k->error == 0;
            k->ended = k->error != 0;
        }
        if (ev.lNetworkEvents & FD_READ)
            k->readable = true;
        if (ev.lNetworkEvents & FD_WRITE)
            k->writable = true;
        if (ev.lNetworkEvents & FD_CLOSE)
            k->ended = true;
    }
}

uint8_t sock_ready(intptr_t s, uint8_t want)
{
    const struct sock *k = &socks[s];
    if (k->ended)
        return want;
    return (uint8_t)(want & ((k->readable ? OS_READ : 0) | (k->writable ? OS_WRITE : 0)));
}

enum step os_sock_connected(intptr_t s, struct fail *f)
{
    const struct sock *k = &socks[s];

    if (k->error)
        return error_fail(f, LAYER_TCP, k->error, SPAN_NONE);
    return k->connected ? STEP_DONE : STEP_MORE;
}

static long stopped(struct sock *k, DWORD code, struct fail *f)
{
    error_fail(f, LAYER_TCP, k->error ? k->error : code, SPAN_NONE);
    return OS_FAIL;
}

long os_sock_send(intptr_t s, const void *p, size_t n, struct fail *f)
{
    struct sock *k = &socks[s];
    int put = send(k->s, p, (int)n, 0);
    DWORD code = put < 0 ? (DWORD)WSAGetLastError() : 0;

    if (put >= 0)
        return put;
    if (code != WSAEWOULDBLOCK || k->error)
        return stopped(k, code, f);
    k->writable = false; /* FD_WRITE tells when there is room again */
    return 0;
}

/* Wine gives 0 after a reset too, but then the socket has lost its peer. */
static bool has_peer(SOCKET s)
{
    union name peer;
    int size = sizeof peer;
    return getpeername(s, &peer.any, &size) == 0;
}

/* Each call re-arms FD_READ: if there is more, it is told again. So is nothing forgotten by
 * forgetting before the call; after the end there is no telling any more, and it is read until it
 * shows. */
long os_sock_recv(intptr_t s, void *p, size_t cap, struct fail *f)
{
    struct sock *k = &socks[s];
    int got;
    DWORD code;

    k->readable = false;
    got = recv(k->s, p, (int)cap, 0);
    code = got < 0 ? (DWORD)WSAGetLastError() : 0;
    if (got > 0)
        return got;
    if (got == 0 && k->udp)
        return 0;
    if (got == 0 && has_peer(k->s))
        return OS_EOF;
    if (got == 0)
        return stopped(k, WSAECONNRESET, f);
    if (code == WSAEMSGSIZE) /* a datagram longer than any answer we ask for */
        return 0;
    if (code == WSAEWOULDBLOCK && !k->ended)
        return 0;
    /* An end without a FIN is not a clean one. */
    return stopped(k, code == WSAEWOULDBLOCK ? WSAECONNRESET : code, f);
}

void os_sock_close(intptr_t s)
{
    if (s < 0 || s >= SOCKS_MAX || !socks[s].used)
        return;
    closesocket(socks[s].s);
    socks[s].used = false;
}
