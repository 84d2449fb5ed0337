/* sock.c: non-blocking client sockets, bound to one interface when asked. */
#include "os/posix/posix.h"

union name {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t name_of(union name *out, const struct addr *a, uint16_t port, uint32_t scope)
{
    memset(out, 0, sizeof *out);
    if (a->family == 4) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(port);
        memcpy(&out->v4.sin_addr, a->b, 4);
        return sizeof out->v4;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons(port);
    out->v6.sin6_scope_id = scope;
    memcpy(&out->v6.sin6_addr, a->b, 16);
    return sizeof out->v6;
}

struct owner {
    struct ifaddr_taker taker;
    struct addr want;
    struct ifaddr found;
};

static bool owner_take(struct ifaddr_taker *self, const struct ifaddr *one)
{
    struct owner *o = (struct owner *)(void *)self;
    if (!addr_eq(&one->addr, &o->want))
        return true;
    o->found = *one;
    return false;
}

static void owner_again(struct ifaddr_taker *self)
{
    (void)self;
}

static enum step bind_device(int s, struct span name, struct fail *f)
{
    if (name.n < IFNAMSIZ &&
        setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, name.p, (socklen_t)name.n) == 0)
        return STEP_DONE;
    if (name.n >= IFNAMSIZ || errno == ENODEV)
        return fail_set(f, FAIL_RETRY, LAYER_TCP, ENODEV, SPAN("bind: no interface "), name);
    if (errno == EPERM)
        return fail_set(
            f, FAIL_RETRY, LAYER_TCP, EPERM, SPAN("bind "), name,
            SPAN(": this kernel lets only root do it; run as root or give CAP_NET_RAW"));
    return error_fail(f, LAYER_TCP, errno, SPAN("bind"));
}

/* The address alone would only be the source: the packets would still leave by the default route.
 * So its interface is set as well. */
static enum step bind_address(int s, const struct endpoint *to, const struct addr *a,
                              struct span text, struct fail *f)
{
    struct owner o = {.taker = {owner_take, owner_again}, .want = *a};
    union name from;

    if (a->family != to->addr.family)
        return fail_set(
            f, FAIL_RETRY, LAYER_TCP, EAFNOSUPPORT, SPAN("bind "), text,
            SPAN(": the server's address is of the other family; bind by interface name instead"));
    if (ifaddr_walk(&o.taker, f) == STEP_FAIL)
        return STEP_FAIL;
    if (!o.found.name[0])
        return fail_set(f, FAIL_RETRY, LAYER_TCP, EADDRNOTAVAIL, SPAN("bind: no interface has "),
                        text);
    if (bind_device(s, span_z(o.found.name), f) == STEP_FAIL)
        return STEP_FAIL;
    socklen_t size = name_of(&from, a, 0, o.found.index);
    if (bind(s, &from.any, size) != 0)
        return error_fail(f, LAYER_TCP, errno, SPAN("bind"));
    return STEP_DONE;
}

static enum step prepare(int s, enum os_kind kind, const struct endpoint *to, struct span bind,
                         struct fail *f)
{
    int one = 1;
    struct addr a;
    union name peer;
    socklen_t size;

    if (kind == OS_TCP)
        setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bind.n > 0) {
        bool by_address = addr_parse(bind, &a);
        if ((by_address ? bind_address(s, to, &a, bind, f) : bind_device(s, bind, f)) == STEP_FAIL)
            return STEP_FAIL;
    }
    size = name_of(&peer, &to->addr, to->port, to->scope);
    if (connect(s, &peer.any, size) != 0 && errno != EINPROGRESS && errno != EINTR)
        return error_fail(f, LAYER_TCP, errno, SPAN_NONE);
    return STEP_DONE;
}

intptr_t os_sock_open(enum os_kind kind, const struct endpoint *to, struct span bind,
                      struct fail *f)
{
    int s = socket(to->addr.family == 4 ? AF_INET : AF_INET6,
                   (kind == OS_TCP ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (s < 0) {
        error_fail(f, LAYER_TCP, errno, SPAN_NONE);
        return OS_NONE;
    }
    if (prepare(s, kind, to, bind, f) == STEP_FAIL) {
        close(s);
        return OS_NONE;
    }
    return s;
}

enum step os_sock_connected(intptr_t s, struct fail *f)
{
    int error = 0;
    union name peer;
    socklen_t size = sizeof error, peer_size = sizeof peer;

    if (getsockopt((int)s, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    if (error)
        return error_fail(f, LAYER_TCP, error, SPAN_NONE);
    if (getpeername((int)s, &peer.any, &peer_size) == 0)
        return STEP_DONE;
    return errno == ENOTCONN ? STEP_MORE : error_fail(f, LAYER_TCP, errno, SPAN_NONE);
}

static long stopped(struct fail *f)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        return 0;
    error_fail(f, LAYER_TCP, errno, SPAN_NONE);
    return OS_FAIL;
}

long os_sock_send(intptr_t s, const void *p, size_t n, struct fail *f)
{
    ssize_t put = send((int)s, p, n, MSG_NOSIGNAL);
    return put >= 0 ? (long)put : stopped(f);
}

long os_sock_recv(intptr_t s, void *p, size_t cap, struct fail *f)
{
    struct iovec part = {.iov_base = p, .iov_len = cap};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t got = recvmsg((int)s, &m, 0);
    int type = 0;
    socklen_t size = sizeof type;

    if (got < 0)
        return stopped(f);
    if (m.msg_flags & MSG_TRUNC) /* a datagram longer than any answer we ask for */
        return 0;
    if (got > 0)
        return (long)got;
    getsockopt((int)s, SOL_SOCKET, SO_TYPE, &type, &size);
    return type == SOCK_DGRAM ? 0 : OS_EOF;
}

void os_sock_close(intptr_t s)
{
    if (s >= 0)
        close((int)s);
}
