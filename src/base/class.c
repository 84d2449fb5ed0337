/* class.c: what kind of address one is, by the IANA special-purpose address registries (RFC 6890,
 * RFC 8190). */
#include "base/addr.h"

/* The first row that fits decides, so exceptions stand above what they are cut from. Blocks the
 * registries call reachable but that serve anycast or overlays (192.0.0.9, 2001:20::/28, …) are
 * never a host's own address: they stay reserved. */
static const struct {
    uint8_t family, bits, class;
    uint8_t prefix[12]; /* rows with more bits go on with zeros */
} rows[] = {
    {4, 32, ADDR_UNSPECIFIED, {0}},
    {4, 8, ADDR_RESERVED, {0}},
    {4, 8, ADDR_PRIVATE, {10}},
    {4, 10, ADDR_CGNAT, {100, 64}},
    {4, 8, ADDR_LOOPBACK, {127}},
    {4, 16, ADDR_LINK_LOCAL, {169, 254}},
    {4, 12, ADDR_PRIVATE, {172, 16}},
    {4, 24, ADDR_RESERVED, {192, 0, 0}},
    {4, 24, ADDR_DOCUMENTATION, {192, 0, 2}},
    {4, 24, ADDR_RESERVED, {192, 88, 99}}, /* once the 6to4 relays' (RFC 7526) */
    {4, 16, ADDR_PRIVATE, {192, 168}},
    {4, 15, ADDR_BENCHMARK, {198, 18}},
    {4, 24, ADDR_DOCUMENTATION, {198, 51, 100}},
    {4, 24, ADDR_DOCUMENTATION, {203, 0, 113}},
    {4, 4, ADDR_MULTICAST, {224}},
    {4, 4, ADDR_RESERVED, {240}},
    {4, 0, ADDR_GLOBAL, {0}},
    {6, 128, ADDR_UNSPECIFIED, {0}},
    {6, 96, ADDR_MAPPED, {[10] = 0xff, [11] = 0xff}},
    {6, 96, ADDR_MAPPED, {0x00, 0x64, 0xff, 0x9b}},
    {6, 48, ADDR_MAPPED, {0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}}, /* RFC 8215 */
    {6, 32, ADDR_TUNNEL, {0x20, 0x01}},
    {6, 48, ADDR_BENCHMARK, {0x20, 0x01, 0x00, 0x02}},
    {6, 23, ADDR_RESERVED, {0x20, 0x01}},
    {6, 32, ADDR_DOCUMENTATION, {0x20, 0x01, 0x0d, 0xb8}},
    {6, 16, ADDR_TUNNEL, {0x20, 0x02}},
    {6, 20, ADDR_DOCUMENTATION, {0x3f, 0xff}}, /* RFC 9637 */
    {6, 3, ADDR_GLOBAL, {0x20}},
    {6, 7, ADDR_ULA, {0xfc}},
    {6, 10, ADDR_LINK_LOCAL, {0xfe, 0x80}},
    {6, 8, ADDR_MULTICAST, {0xff}},
};

static bool fits(const uint8_t *p, const uint8_t prefix[12], unsigned bits)
{
    for (unsigned i = 0; bits; i++) {
        unsigned n = bits < 8 ? bits : 8;
        if ((p[i] ^ (i < 12 ? prefix[i] : 0)) >> (8 - n))
            return false;
        bits -= n;
    }
    return true;
}

enum addr_class addr_classify(const struct addr *a)
{
    static const struct addr loopback = {.family = 6, .b[15] = 1};
    if (a->family == 0)
        return ADDR_NONE;
    if (addr_eq(a, &loopback))
        return ADDR_LOOPBACK;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i].family == a->family && fits(a->b, rows[i].prefix, rows[i].bits))
            return (enum addr_class)rows[i].class;
    return ADDR_RESERVED;
}

const char *addr_class_name(enum addr_class c)
{
    static const char names[ADDR_CLASS_MAX][14] = {
        [ADDR_GLOBAL] = "global",
        [ADDR_NONE] = "none",
        [ADDR_UNSPECIFIED] = "unspecified",
        [ADDR_LOOPBACK] = "loopback",
        [ADDR_PRIVATE] = "private",
        [ADDR_CGNAT] = "cgnat",
        [ADDR_LINK_LOCAL] = "link-local",
        [ADDR_ULA] = "ula",
        [ADDR_DOCUMENTATION] = "documentation",
        [ADDR_BENCHMARK] = "benchmark",
        [ADDR_MULTICAST] = "multicast",
        [ADDR_MAPPED] = "mapped",
        [ADDR_TUNNEL] = "tunnel",
        [ADDR_RESERVED] = "reserved",
    };
    return (unsigned)c < ADDR_CLASS_MAX ? names[c] : "?";
}
