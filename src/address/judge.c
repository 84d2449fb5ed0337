/* judge.c: may this be published? Which of the interfaces' addresses? */
#include "address/quest.h"

static bool allowed(const struct addr *a, uint32_t allow)
{
    enum addr_class c = addr_classify(a);
    return c == ADDR_GLOBAL || (allow & 1u << c);
}

static enum step judge_class(const struct addr *a, uint8_t family, uint32_t allow, struct fail *f)
{
    char text[ADDR_TEXT_MAX];
    struct buf b = BUF(text);
    addr_put(&b, a);
    if (a->family != family)
        return fail_set(f, FAIL_PROTO, LAYER_SOURCE, 0, buf_view(&b), family == 4 ? SPAN(" is no IPv4 address")
                                                                                : SPAN(" is no IPv6 address"));
    if (!allowed(a, allow))
        return fail_set(f, FAIL_PROTO, LAYER_SOURCE, 0, buf_view(&b), SPAN(" is not reachable from outside ("),
                        span_z(addr_class_name(addr_classify(a))), SPAN("): not published"));
    return STEP_DONE;
}

enum step quest_judge(struct span body, uint8_t family, uint32_t allow, struct addr *out, struct fail *f)
{
    struct addr a;
    body = span_trim(body);
    if (!addr_parse(body, &a))
        return fail_set(f, FAIL_PROTO, LAYER_SOURCE, 0, SPAN("answered no bare address but: "), span_upto(body, 40));
    if (judge_class(&a, family, allow, f) == STEP_FAIL)
        return STEP_FAIL;
    *out = a;
    return STEP_DONE;
}

bool quest_authenticated(const struct source_spec *s)
{
    return s->kind == SOURCE_INTERFACE || s->kind == SOURCE_FILE || s->kind == SOURCE_COMMAND ||
           (s->kind == SOURCE_WEB && span_istarts(s->arg, SPAN("https:")));
}

static bool usable(const struct ifaddr *i, struct span name, uint8_t family, uint32_t allow)
{
    uint8_t never = IF_TEMPORARY | IF_DEPRECATED | IF_TENTATIVE | IF_DOWN | (name.p ? 0 : IF_TUNNEL | IF_LOOPBACK);
    return i->addr.family == family && !(i->flags & never) && (!name.p || span_is(name, i->name)) && allowed(&i->addr, allow);
}

bool quest_choose(const struct ifaddr *list, size_t n, struct span name, uint8_t family, uint32_t allow, struct addr *out)
{
    const struct ifaddr *best = NULL;
    for (size_t i = 0; i < n; i++)
        if (usable(&list[i], name, family, allow) && (!best || list[i].preferred_s > best->preferred_s))
            best = &list[i];
    if (best)
        *out = best->addr;
    return best != NULL;
}

enum step quest_lasting(const struct ifaddr *list, size_t n, uint32_t allow, struct addr *a, struct fail *f)
{
    const uint8_t passing = IF_TEMPORARY | IF_DEPRECATED;
    for (size_t i = 0; i < n; i++) {
        if (!addr_eq(&list[i].addr, a) || !(list[i].flags & passing))
            continue;
        if (!quest_choose(list, n, span_z(list[i].name), a->family, allow, a))
            return fail_set(f, FAIL_RETRY, LAYER_SOURCE, 0, SPAN("only temporary addresses on "), span_z(list[i].name),
                            SPAN(": not published"));
        break;
    }
    return STEP_DONE;
}
