/* lookup.c: a host name to addresses. */
#include "net/lookup.h"
#include "base/codec.h"

static void add(struct lookup *l, const struct addr *a)
{
    bool wanted = l->families & (a->family == 4 ? 1 : 2);
    for (unsigned i = 0; i < l->count; i++)
        if (addr_eq(&l->found[i].addr, a))
            return;
    if (wanted && l->count < ENDPOINTS_MAX) /* more than eight of one host would never be tried in time */
        l->found[l->count++] = (struct endpoint){.addr = *a, .port = l->port};
}

static struct span name_of(const struct lookup *l)
{
    return (struct span){l->name, l->name_n};
}

/* RFC 6761 §6.3: localhost never leaves the machine. */
static void add_localhost(struct lookup *l)
{
    add(l, &(struct addr){.family = 4, .b = {127, 0, 0, 1}});
    add(l, &(struct addr){.family = 6, .b = {[15] = 1}});
}

static void add_hosts_line(struct lookup *l, struct span line)
{
    long comment = span_chr(line, '#');
    struct addr a;
    if (comment >= 0)
        line = span_upto(line, (size_t)comment);
    line = span_trim(line);
    if (!addr_parse(span_word(&line), &a))
        return;
    for (struct span w = span_word(&line); w.n; w = span_word(&line))
        if (span_ieq(w, name_of(l)))
            add(l, &a);
}

static void add_hosts(struct lookup *l, struct span hosts)
{
    while (hosts.p)
        add_hosts_line(l, span_cut(&hosts, '\n'));
}

enum step lookup_start(struct lookup *l, struct span host, uint16_t port, uint8_t family, struct span hosts, struct fail *f)
{
    struct buf name = BUF(l->name);
    struct addr literal;
    *l = (struct lookup){.port = port, .families = family == 4 ? 1 : family == 6 ? 2 : 3};
    if (addr_parse(host, &literal)) {
        l->families = 3;
        add(l, &literal);
        return STEP_DONE;
    }
    if (!host_put(&name, host) || name.over)
        return fail_set(f, FAIL_CONFIG, LAYER_DNS, 0, SPAN("not a host name: "), host);
    l->name_n = (uint8_t)name.n;
    if (span_is(name_of(l), "localhost"))
        add_localhost(l);
    else
        add_hosts(l, hosts);
    lookup_order(l);
    return l->count ? STEP_DONE : STEP_MORE;
}

void lookup_query(const struct lookup *l, uint8_t family, uint16_t id, struct buf *out)
{
    dns_query(out, id, name_of(l), family == 4 ? DNS_A : DNS_AAAA, DNS_IN, true);
}

/* Follows the alias chain: an address counts only when it belongs to the name asked for or to where it leads. */
static bool add_answers(struct lookup *l, struct dns_reader *r)
{
    char owner[HOST_MAX];
    struct dns_record rec;
    struct addr a;
    enum step s;
    memcpy(owner, r->qname, sizeof owner);
    while ((s = dns_next(r, &rec)) == STEP_MORE) {
        if (rec.section != 1 || !span_eq(span_z(rec.name), span_z(owner)))
            continue;
        if (rec.type == DNS_CNAME && !dns_record_name(r, &rec, 0, owner))
            return false;
        if (dns_record_addr(r, &rec, &a))
            add(l, &a);
    }
    return s == STEP_DONE;
}

enum step lookup_reply(struct lookup *l, struct span message, bool *next_server, struct fail *f)
{
    struct dns_reader r;
    *next_server = true;
    if (!dns_read(&r, message))
        return STEP_MORE;
    if (r.rcode != DNS_NOERROR && r.rcode != DNS_NXDOMAIN) {
        l->rcode = (uint8_t)r.rcode;
        return STEP_MORE;
    }
    if (!add_answers(l, &r))
        return STEP_MORE;
    *next_server = false;
    l->answered |= r.qtype == DNS_A ? 1 : 2;
    if (r.rcode == DNS_NXDOMAIN)
        l->answered = l->families;
    if ((l->answered & l->families) != l->families)
        return STEP_MORE;
    lookup_order(l);
    if (l->count)
        return STEP_DONE;
    if (r.rcode == DNS_NXDOMAIN)
        return fail_set(f, FAIL_RETRY, LAYER_DNS, r.rcode, SPAN("there is no host named "), name_of(l));
    return fail_set(f, FAIL_RETRY, LAYER_DNS, 0, name_of(l), SPAN(" has no "),
                    l->families == 1 ? SPAN("IPv4 ") : l->families == 2 ? SPAN("IPv6 ") : SPAN(""), SPAN("address"));
}

void lookup_order(struct lookup *l)
{
    for (unsigned i = 0; i < l->count; i++) {
        uint8_t want = i % 2 ? 4 : 6;
        for (unsigned j = i; j < l->count; j++)
            if (l->found[j].addr.family == want) {
                struct endpoint first = l->found[j];
                memmove(&l->found[i + 1], &l->found[i], (j - i) * sizeof first);
                l->found[i] = first;
                break;
            }
    }
}
