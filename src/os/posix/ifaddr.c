/* ifaddr.c: the machine's addresses, by rtnetlink (rtnetlink(7)). */
#include "os/posix/posix.h"

enum { DUMP_WAIT_MS = 1000, TRIES = 3, LINKS_MAX = 64 };

/* ARP hardware types (if_arp.h) of encapsulations. PPP is not among them: it is how many routers
 * reach the provider. */
enum {
    HW_TUNNEL = 768,
    HW_TUNNEL6 = 769,
    HW_SIT = 776,
    HW_GRE = 778,
    HW_GRE6 = 823,
    HW_NONE = 0xFFFE
};

struct link {
    uint32_t index;
    uint8_t flags;
    char name[IFNAMSIZ];
};

/* One dump in the making. The links come first: addresses only name the index of theirs. */
struct dump {
    struct ifaddr_taker *taker;
    struct link *links;
    size_t links_n;
    uint32_t seq;
    bool changed, done;
};

/* Lengths are int: the macros count below zero at a last attribute without padding. */
static struct rtattr *attr_find(struct rtattr *a, int left, unsigned short type)
{
    for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
        if (a->rta_type == type)
            return a;
    return NULL;
}

static bool is_tunnel(unsigned type, bool has_kind)
{
    switch (type) {
    case HW_TUNNEL:
    case HW_TUNNEL6:
    case HW_SIT:
    case HW_GRE:
    case HW_GRE6:
        return true;
    default: /* tun and wireguard have a kind; a raw-IP mobile modem has none */
        return type == HW_NONE && has_kind;
    }
}

static void take_link(struct dump *d, struct nlmsghdr *h)
{
    struct ifinfomsg *m = NLMSG_DATA(h);
    int left = (int)IFLA_PAYLOAD(h);
    struct rtattr *name = attr_find(IFLA_RTA(m), left, IFLA_IFNAME);
    struct link *l = &d->links[d->links_n];

    if (!name || RTA_PAYLOAD(name) > IFNAMSIZ || d->links_n == LINKS_MAX)
        return;
    *l = (struct link){.index = (uint32_t)m->ifi_index};
    memcpy(l->name, RTA_DATA(name), RTA_PAYLOAD(name));
    l->name[IFNAMSIZ - 1] = 0;
    if ((m->ifi_flags & (IFF_UP | IFF_RUNNING)) != (IFF_UP | IFF_RUNNING))
        l->flags |= IF_DOWN;
    if (m->ifi_flags & IFF_LOOPBACK)
        l->flags |= IF_LOOPBACK;
    if (is_tunnel(m->ifi_type, attr_find(IFLA_RTA(m), left, IFLA_LINKINFO)))
        l->flags |= IF_TUNNEL;
    d->links_n++;
}

/* IFA_F_TEMPORARY shares its bit with IPv4's "secondary". An optimistic address is usable before
 * DAD has ended. */
static uint8_t address_flags(const struct ifaddrmsg *m, struct rtattr *wide, uint32_t preferred)
{
    uint32_t raw = m->ifa_flags;
    uint8_t flags = 0;

    if (wide && RTA_PAYLOAD(wide) >= sizeof raw)
        memcpy(&raw, RTA_DATA(wide), sizeof raw);
    if (m->ifa_family == AF_INET6 && (raw & IFA_F_TEMPORARY))
        flags |= IF_TEMPORARY;
    if ((raw & IFA_F_DEPRECATED) || preferred == 0)
        flags |= IF_DEPRECATED;
    if ((raw & IFA_F_DADFAILED) || ((raw & IFA_F_TENTATIVE) && !(raw & IFA_F_OPTIMISTIC)))
        flags |= IF_TENTATIVE;
    return flags;
}

static void join_link(const struct dump *d, struct ifaddr *one)
{
    for (size_t i = 0; i < d->links_n; i++)
        if (d->links[i].index == one->index) {
            one->flags |= d->links[i].flags;
            memcpy(one->name, d->links[i].name, IFNAMSIZ);
            return;
        }
    one->flags |= IF_DOWN; /* the link went away in between */
}

/* False: the taker wants no more. */
static bool take_address(struct dump *d, struct nlmsghdr *h)
{
    struct ifaddrmsg *m = NLMSG_DATA(h);
    struct rtattr *first = IFA_RTA(m);
    int left = (int)IFA_PAYLOAD(h);
    size_t size = m->ifa_family == AF_INET ? 4 : 16;
    struct rtattr *a =
        attr_find(first, left, IFA_LOCAL); /* ADDRESS is the peer's on point-to-point links */
    struct rtattr *life = attr_find(first, left, IFA_CACHEINFO);
    struct ifaddr one = {
        .prefix = m->ifa_prefixlen, .index = m->ifa_index, .preferred_s = UINT32_MAX};

    if (!a)
        a = attr_find(first, left, IFA_ADDRESS);
    if ((m->ifa_family != AF_INET && m->ifa_family != AF_INET6) || !a || RTA_PAYLOAD(a) < size)
        return true;
    one.addr.family = size == 4 ? 4 : 6;
    memcpy(one.addr.b, RTA_DATA(a), size);
    if (life && RTA_PAYLOAD(life) >= sizeof(struct ifa_cacheinfo))
        one.preferred_s = ((struct ifa_cacheinfo *)RTA_DATA(life))->ifa_prefered;
    one.flags = address_flags(m, attr_find(first, left, IFA_FLAGS), one.preferred_s);
    join_link(d, &one);
    return d->taker->take(d->taker, &one);
}

/* Takes the messages of one datagram; false when the taker has enough. */
static bool take_part(struct dump *d, void *p, int left)
{
    for (struct nlmsghdr *h = p; left > 0 && NLMSG_OK(h, (unsigned)left); h = NLMSG_NEXT(h, left)) {
        if (h->nlmsg_seq != d->seq)
            continue;
        if (h->nlmsg_flags & NLM_F_DUMP_INTR)
            d->changed = true;
        if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
            d->done = true;
        else if (h->nlmsg_type == RTM_NEWLINK &&
                 h->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifinfomsg)))
            take_link(d, h);
        else if (h->nlmsg_type == RTM_NEWADDR &&
                 h->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifaddrmsg)) && !take_address(d, h))
            return false;
    }
    return true;
}

static ssize_t receive(int s, void *p, size_t cap)
{
    struct pollfd ready = {.fd = s, .events = POLLIN};
    struct sockaddr_nl from;
    ssize_t n;

    do {
        socklen_t size = sizeof from;
        if (poll(&ready, 1, DUMP_WAIT_MS) == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
        n = recvfrom(s, p, cap, 0, (struct sockaddr *)&from, &size);
    } while ((n < 0 && (errno == EINTR || errno == EAGAIN)) || (n >= 0 && from.nl_pid != 0));
    return n;
}

/* MORE: the taker has enough. */
static enum step dump_one(int s, struct dump *d, uint16_t type, struct fail *f)
{
    static char buffer[32768]
        __attribute__((aligned(8))); /* the kernel fills at most this in one datagram */
    struct {
        struct nlmsghdr h;
        struct rtgenmsg g;
    } ask = {
        .h = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtgenmsg)), .nlmsg_type = type,
              .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = ++d->seq},
    };
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

    d->done = false;
    if (sendto(s, &ask, sizeof ask, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
        return error_fail(f, LAYER_OS, errno, SPAN("interfaces cannot be listed"));
    while (!d->done) {
        ssize_t n = receive(s, buffer, sizeof buffer);
        if (n < 0)
            return error_fail(f, LAYER_OS, errno, SPAN("interfaces cannot be listed"));
        if (!take_part(d, buffer, (int)n))
            return STEP_MORE;
    }
    return STEP_DONE;
}

enum step ifaddr_walk(struct ifaddr_taker *taker, struct fail *f)
{
    static struct link links[LINKS_MAX];
    struct dump d = {.taker = taker, .links = links, .changed = true};
    enum step r = STEP_DONE;
    int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

    if (s < 0)
        return error_fail(f, LAYER_OS, errno, SPAN("interfaces cannot be listed"));
    for (int i = 0; i < TRIES && d.changed && r == STEP_DONE; i++) {
        d.changed = false;
        d.links_n = 0;
        taker->again(taker);
        r = dump_one(s, &d, RTM_GETLINK, f);
        if (r == STEP_DONE)
            r = dump_one(s, &d, RTM_GETADDR, f);
    }
    close(s);
    return r;
}

struct lister {
    struct ifaddr_taker taker;
    struct ifaddr *list;
    size_t n, cap;
};

static bool lister_take(struct ifaddr_taker *self, const struct ifaddr *one)
{
    struct lister *l = (struct lister *)(void *)self;
    if (l->n < l->cap)
        l->list[l->n++] = *one;
    return l->n < l->cap;
}

static void lister_again(struct ifaddr_taker *self)
{
    ((struct lister *)(void *)self)->n = 0;
}

long os_interfaces(struct ifaddr *list, size_t cap, struct fail *f)
{
    struct lister l = {.taker = {lister_take, lister_again}, .list = list, .cap = cap};
    return ifaddr_walk(&l.taker, f) == STEP_FAIL ? -1 : (long)l.n;
}
