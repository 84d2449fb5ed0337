/* addr.h: IP addresses: strict parsing, canonical printing (RFC 5952), classes by the IANA
 * special-purpose registries (RFC 6890 and its updates). */
#ifndef ADDR_H
#define ADDR_H

#include "base/buf.h"

struct addr {
    uint8_t family; /* 4, 6, or 0 for none */
    uint8_t b[16];  /* network order; the first 4 for IPv4, the rest zero */
};

struct endpoint {
    struct addr addr;
    uint16_t port; /* host order */
    uint32_t scope; /* interface index of a link-local IPv6 address, else 0 */
};

#define ADDR_TEXT_MAX 46

enum addr_class {
    ADDR_GLOBAL,
    ADDR_NONE,
    ADDR_UNSPECIFIED,
    ADDR_LOOPBACK,
    ADDR_PRIVATE,
    ADDR_CGNAT,
    ADDR_LINK_LOCAL,
    ADDR_ULA,
    ADDR_DOCUMENTATION,
    ADDR_BENCHMARK,
    ADDR_MULTICAST,
    ADDR_MAPPED /* v4 inside v6, also 64:ff9b::/96 */,
    ADDR_TUNNEL /* Teredo, 6to4 */,
    ADDR_RESERVED,
    ADDR_CLASS_MAX
};

/* The whole span must be one address: no blanks, no leading zeros in IPv4 parts, no zone index. */
bool addr_parse(struct span text, struct addr *out);
void addr_put(struct buf *b, const struct addr *a); /* "-" for none */
bool addr_eq(const struct addr *a, const struct addr *b);
enum addr_class addr_classify(const struct addr *a);
const char *addr_class_name(enum addr_class c);
/* ADDRESS, ADDRESS:PORT, [V6]:PORT; `port` is the default. */
bool endpoint_parse(struct span text, uint16_t port, struct endpoint *out);
void endpoint_put(struct buf *b, const struct endpoint *e);

/* An address of a local interface, as the os layer lists it and the interface source
 * chooses from. */
enum {
    IF_TEMPORARY = 1,
    IF_DEPRECATED = 2,
    IF_TENTATIVE = 4,
    IF_LOOPBACK = 8,
    IF_TUNNEL = 16,
    IF_DOWN = 32
};
struct ifaddr {
    struct addr addr;
    uint8_t flags, prefix;
    uint32_t index;
    uint32_t preferred_s; /* remaining preferred life, UINT32_MAX = for ever */
    char name[64];        /* eth0; on Windows the friendly name, UTF-8 */
};

#endif
