/* resolver.c: the adapters' DNS servers, and the hosts file. */
#include "os/win/win.h"

enum { DNS_PORT = 53 };

/* fec0:0:0:ffff::1 to 3 stand in every adapter without IPv6 servers; nobody answers there. */
static bool is_filler(const struct addr *a)
{
    static const uint8_t head[8] = {0xFE, 0xC0, 0, 0, 0, 0, 0xFF, 0xFF};
    return a->family == 6 && memcmp(a->b, head, sizeof head) == 0;
}

static bool is_known(const struct endpoint *list, size_t n, const struct endpoint *e)
{
    for (size_t i = 0; i < n; i++)
        if (addr_eq(&list[i].addr, &e->addr) && list[i].scope == e->scope)
            return true;
    return false;
}

static bool has_gateway(const IP_ADAPTER_ADDRESSES *a)
{
    return IFADDR_HAS(a, FirstGatewayAddress) && a->FirstGatewayAddress;
}

/* Adapters with a way out first: the others' servers may know only their own network. */
long os_resolvers(struct endpoint *list, size_t cap)
{
    struct fail f = {0};
    const IP_ADAPTER_ADDRESSES *all = ifaddr_adapters(&f);
    size_t n = 0;

    for (int out = 1; out >= 0; out--)
        for (const IP_ADAPTER_ADDRESSES *a = all; a; a = a->Next) {
            if (a->OperStatus != IfOperStatusUp || has_gateway(a) != out)
                continue;
            for (const IP_ADAPTER_DNS_SERVER_ADDRESS *d = a->FirstDnsServerAddress; d && n < cap;
                 d = d->Next) {
                struct endpoint e;
                if (!ifaddr_of(d->Address.lpSockaddr, &e) || is_filler(&e.addr) ||
                    is_known(list, n, &e))
                    continue;
                e.port = DNS_PORT;
                list[n++] = e;
            }
        }
    return n ? (long)n : -1;
}

const char *os_hosts_path(void)
{
    static char path[PATH_TEXT_MAX];
    WCHAR system[MAX_PATH];
    UINT got = GetSystemDirectoryW(system, COUNT(system));
    long n = got > 0 && got < COUNT(system) ? wide_to(system, path, sizeof path - 32) : -1;

    if (n < 0)
        return "";
    memcpy(path + n, "\\drivers\\etc\\hosts", 19);
    return path;
}
