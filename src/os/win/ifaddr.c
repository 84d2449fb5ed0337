/* ifaddr.c: the machine's addresses, by GetAdaptersAddresses (XP and later). */
#include "os/win/win.h"

enum { TABLE_SIZE = 65536, SKIP = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST };
enum { TYPE_LOOPBACK = 24, TYPE_TUNNEL = 131 };

const IP_ADAPTER_ADDRESSES *ifaddr_adapters(struct fail *f)
{
    static char table[TABLE_SIZE] __attribute__((aligned(16)));
    ULONG(WINAPI * get)(ULONG, ULONG, void *, IP_ADAPTER_ADDRESSES *, ULONG *) =
        late_find(LATE_IPHLPAPI, "GetAdaptersAddresses", LATE_XP);
    ULONG size = sizeof table;
    ULONG code = !get ? ERROR_PROC_NOT_FOUND
                      : get(AF_UNSPEC, SKIP | GAA_FLAG_INCLUDE_GATEWAYS | GAA_FLAG_INCLUDE_PREFIX,
                            NULL, (IP_ADAPTER_ADDRESSES *)table, &size);

    if (get && code == ERROR_INVALID_PARAMETER) /* XP does not know gateways */
        code = get(AF_UNSPEC, SKIP | GAA_FLAG_INCLUDE_PREFIX, NULL, (IP_ADAPTER_ADDRESSES *)table,
                   &size);
    if (code == 0)
        return (const IP_ADAPTER_ADDRESSES *)table;
    if (code == ERROR_BUFFER_OVERFLOW)
        fail_set(f, FAIL_RETRY, LAYER_OS, (int32_t)code,
                 SPAN("the network adapters take more than 64 KB to list"));
    else if (code == ERROR_NO_DATA || code == ERROR_ADDRESS_NOT_ASSOCIATED)
        fail_set(f, FAIL_RETRY, LAYER_OS, (int32_t)code,
                 SPAN("there is no network adapter with an address"));
    else
        error_fail(f, LAYER_OS, code, SPAN("network adapters cannot be listed"));
    return NULL;
}

bool ifaddr_of(const SOCKADDR *from, struct endpoint *out)
{
    *out = (struct endpoint){0};
    if (from->sa_family == AF_INET) {
        out->addr.family = 4;
        memcpy(out->addr.b, &((const struct sockaddr_in *)from)->sin_addr, 4);
    } else if (from->sa_family == AF_INET6) {
        out->addr.family = 6;
        memcpy(out->addr.b, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
        out->scope = ((const struct sockaddr_in6 *)from)->sin6_scope_id;
    }
    return out->addr.family != 0;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned rest = bits % 8;

    if (memcmp(a, b, bits / 8) != 0)
        return false;
    return rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0;
}

/* XP has no length beside the address; of the adapter's prefixes the longest that is not the
 * address itself is its network. The unicast structure's own Length cannot tell which version it
 * is. */
static uint8_t prefix_of(const IP_ADAPTER_ADDRESSES *a, const IP_ADAPTER_UNICAST_ADDRESS *u,
                         const struct addr *addr)
{
    const unsigned full = addr->family == 4 ? 32 : 128;
    unsigned best = 0;

    if (IFADDR_HAS(a, FirstGatewayAddress))
        return u->OnLinkPrefixLength;
    for (const IP_ADAPTER_PREFIX *p = a->FirstPrefix; p; p = p->Next) {
        struct endpoint net;
        if (ifaddr_of(p->Address.lpSockaddr, &net) && net.addr.family == addr->family &&
            p->PrefixLength < full && p->PrefixLength > best &&
            same_bits(net.addr.b, addr->b, p->PrefixLength))
            best = p->PrefixLength;
    }
    return (uint8_t)best;
}

static uint8_t flags_of(const IP_ADAPTER_ADDRESSES *a, const IP_ADAPTER_UNICAST_ADDRESS *u, bool v6)
{
    uint8_t flags = 0;

    if (a->OperStatus != IfOperStatusUp)
        flags |= IF_DOWN;
    if (a->IfType == TYPE_LOOPBACK)
        flags |= IF_LOOPBACK;
    if (a->IfType == TYPE_TUNNEL)
        flags |= IF_TUNNEL;
    /* A stable autoconfigured address has the link-layer origin even when it is randomised. */
    if (v6 && u->PrefixOrigin == IpPrefixOriginRouterAdvertisement &&
        u->SuffixOrigin == IpSuffixOriginRandom)
        flags |= IF_TEMPORARY;
    if (u->DadState == IpDadStateDeprecated || u->PreferredLifetime == 0)
        flags |= IF_DEPRECATED;
    else if (u->DadState != IpDadStatePreferred)
        flags |= IF_TENTATIVE;
    return flags;
}

static void fill(struct ifaddr *one, const IP_ADAPTER_ADDRESSES *a,
                 const IP_ADAPTER_UNICAST_ADDRESS *u)
{
    bool v6 = one->addr.family == 6;

    one->flags = flags_of(a, u, v6);
    one->prefix = prefix_of(a, u, &one->addr);
    one->index = v6 && a->Ipv6IfIndex ? a->Ipv6IfIndex : a->IfIndex; /* since Vista both are one */
    one->preferred_s = u->PreferredLifetime;
    if (wide_to(a->FriendlyName, one->name, sizeof one->name) <= 0)
        wide_to(L"?", one->name,
                sizeof one->name); /* a name longer than ours cannot be written in ddns.cfg */
}

long os_interfaces(struct ifaddr *list, size_t cap, struct fail *f)
{
    const IP_ADAPTER_ADDRESSES *a = ifaddr_adapters(f);
    size_t n = 0;

    if (!a)
        return -1;
    for (; a; a = a->Next)
        for (const IP_ADAPTER_UNICAST_ADDRESS *u = a->FirstUnicastAddress; u && n < cap;
             u = u->Next) {
            struct endpoint e;
            if (!ifaddr_of(u->Address.lpSockaddr, &e))
                continue;
            list[n] = (struct ifaddr){.addr = e.addr};
            fill(&list[n++], a, u);
        }
    return (long)n;
}
