/* resolver.c: the system's DNS servers, from resolv.conf(5), and its hosts file. */
#include "os/posix/posix.h"

enum { DNS_PORT = 53 };

static uint32_t scope_of(struct span zone)
{
    char name[IFNAMSIZ] = {0};
    uint64_t number;

    if (span_u64(zone, UINT32_MAX, &number))
        return (uint32_t)number;
    if (zone.n >= sizeof name)
        return 0;
    memcpy(name, zone.p, zone.n);
    return if_nametoindex(name);
}

static bool server_of(struct span line, struct endpoint *out)
{
    struct span word, text;

    if (!span_is(span_word(&line), "nameserver"))
        return false;
    word = span_word(&line);
    text = span_cut(&word, '%');
    *out = (struct endpoint){.port = DNS_PORT};
    if (word.p)
        out->scope = scope_of(word);
    return addr_parse(text, &out->addr);
}

long os_resolvers(struct endpoint *list, size_t cap)
{
    static char text[8192];
    size_t used = 0, n = 0;
    struct span rest = {text, 0};

    if (os_file_read("/etc/resolv.conf", text, sizeof text, &used) == OS_OK || used > 0)
        rest.n = used;
    while (rest.p && n < cap)
        n += server_of(span_trim(span_cut(&rest, '\n')), &list[n]);
    if (n == 0 && cap > 0) /* as resolv.conf(5) says */
        list[n++] = (struct endpoint){.addr = {.family = 4, .b = {127, 0, 0, 1}}, .port = DNS_PORT};
    return (long)n;
}

const char *os_hosts_path(void)
{
    return "/etc/hosts";
}
