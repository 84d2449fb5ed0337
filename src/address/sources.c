/* sources.c: the default address sources. HTTPS echoes run by different operators, reachable from China and from elsewhere;
 * each answers with the bare address and forces its family by its name. */
#include "address/sources.h"

static const struct source_spec auto4[] = {
    {SOURCE_WEB, SPAN_INIT("https://api.ipify.org/")},
    {SOURCE_WEB, SPAN_INIT("https://4.ipw.cn/")},
    {SOURCE_WEB, SPAN_INIT("https://ipv4.icanhazip.com/")},
    {SOURCE_WEB, SPAN_INIT("https://checkip.amazonaws.com/")},
    {SOURCE_WEB, SPAN_INIT("https://v4.ident.me/")},
};

static const struct source_spec auto6[] = {
    {SOURCE_INTERFACE, {0, 0}},
    {SOURCE_WEB, SPAN_INIT("https://api6.ipify.org/")},
    {SOURCE_WEB, SPAN_INIT("https://6.ipw.cn/")},
    {SOURCE_WEB, SPAN_INIT("https://ipv6.icanhazip.com/")},
    {SOURCE_WEB, SPAN_INIT("https://v6.ident.me/")},
};

static size_t add(struct source_spec *out, size_t n, const struct source_spec *more, size_t count)
{
    for (size_t i = 0; i < count && n < SOURCES_MAX; i++)
        out[n++] = more[i];
    return n;
}

size_t sources_expand(const struct source_list *list, uint8_t family, struct source_spec out[SOURCES_MAX])
{
    size_t n = 0;
    for (unsigned i = 0; i < list->count; i++) {
        if (list->items[i].kind != SOURCE_AUTO)
            n = add(out, n, &list->items[i], 1);
        else if (family == 4)
            n = add(out, n, auto4, COUNT(auto4));
        else
            n = add(out, n, auto6, COUNT(auto6));
    }
    return n;
}
