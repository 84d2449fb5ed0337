/* proof.c: asks the authoritative servers of a name. */
#include "net/proof.h"

void proof_start(struct proof *p, struct now now)
{
    p->step = PROOF_DIRECT;
    p->give_up = now.tick + (p->look ? LOOK_MS : PROOF_MS);
    p->server_count = 0;
    p->zone[0] = 0;
    for (size_t i = 0; i < p->count; i++)
        p->items[i].due = now.tick;
}

static bool in_zone(struct span host, const char *zone)
{
    struct span z = span_z(zone);
    return z.n && span_ends(host, z) && (host.n == z.n || host.p[host.n - z.n - 1] == '.');
}

static struct proof_item *current(struct proof *p)
{
    return &p->items[p->at];
}

/* The open item that is due first. */
static bool choose(struct proof *p)
{
    const struct proof_item *best = NULL;
    for (size_t i = 0; i < p->count; i++)
        if (p->items[i].open && (!best || p->items[i].due < best->due))
            best = &p->items[i];
    if (best)
        p->at = (size_t)(best - p->items);
    return best != NULL;
}

static void settle(struct proof_item *it, bool proven)
{
    it->open = false;
    it->proven = proven;
}

/* A server that is silent does not spoil what the others prove. */
static void give_up(struct proof *p)
{
    for (size_t i = 0; i < p->count; i++) {
        struct proof_item *it = &p->items[i];
        char text[ADDR_TEXT_MAX];
        struct buf b = BUF(text);
        if (!it->open)
            continue;
        settle(it, it->right);
        if (it->right)
            continue;
        addr_put(&b, &it->found);
        if (it->answered)
            fail_set(&it->fail, FAIL_RETRY, LAYER_DNS, 0,
                     SPAN("the provider took it, but the authoritative servers still answer "), it->found.family ? buf_view(&b) : SPAN("nothing"));
        else
            fail_set(&it->fail, FAIL_RETRY, LAYER_DNS, 0, SPAN("the authoritative servers cannot be asked"));
    }
}

static void ask(struct proof *p, struct request *rq, struct span name, uint16_t type, struct span server)
{
    struct buf q = BUF(p->question);
    dns_query(&q, 0, name, type, DNS_IN, !server.p);
    rq->carrier = CARRY_DNS;
    rq->host = server;
    rq->port = 53;
    rq->out = buf_view(&q);
}

static enum step next(void *self, struct request *rq, struct now now, struct fail *f)
{
    struct proof *p = self;
    (void)f;
    if (p->step == PROOF_DIRECT || p->step == PROOF_SERVER) {
        if (!choose(p))
            return STEP_DONE;
        if (now.tick >= p->give_up) {
            give_up(p);
            return STEP_DONE;
        }
        p->step = p->server_count && in_zone(current(p)->host, p->zone) ? PROOF_SERVER : PROOF_DIRECT;
    }
    struct proof_item *it = current(p);
    if (it->server >= p->server_count) /* the zone was another one meanwhile */
        it->server = 0;
    uint16_t type = it->family == 4 ? DNS_A : DNS_AAAA;
    p->got = false;
    rq->not_before = it->due;
    if (p->step == PROOF_DIRECT)
        ask(p, rq, it->host, type, SPAN_NONE);
    else if (p->step == PROOF_SOA)
        ask(p, rq, it->host, DNS_SOA, SPAN_NONE);
    else if (p->step == PROOF_NS)
        ask(p, rq, span_z(p->zone), DNS_NS, SPAN_NONE);
    else
        ask(p, rq, it->host, type, span_z(p->servers[it->server]));
    return STEP_MORE;
}

static bool read_address(struct proof *p, struct dns_reader *r)
{
    struct proof_item *it = current(p);
    struct dns_record rec;
    struct addr a, found = {0};
    enum step s;
    while ((s = dns_next(r, &rec)) == STEP_MORE)
        if (rec.section == 1 && dns_record_addr(r, &rec, &a) && (!found.family || addr_eq(&a, &it->want)))
            found = a;
    if (s == STEP_FAIL || !r->authoritative || (r->rcode && r->rcode != DNS_NXDOMAIN))
        return false;
    it->found = found;
    it->answered = true;
    return true;
}

/* The SOA's owner is the zone, in the answer or in the authority section of a "no such record". */
static bool read_zone(struct proof *p, struct dns_reader *r)
{
    struct dns_record rec;
    while (dns_next(r, &rec) == STEP_MORE)
        if (rec.type == DNS_SOA && rec.section < 3) {
            memcpy(p->zone, rec.name, sizeof p->zone);
            return in_zone(current(p)->host, p->zone);
        }
    return false;
}

static bool read_servers(struct proof *p, struct dns_reader *r)
{
    struct dns_record rec;
    p->server_count = 0;
    while (p->server_count < PROOF_SERVERS_MAX && dns_next(r, &rec) == STEP_MORE)
        if (rec.type == DNS_NS && rec.section == 1)
            p->server_count += dns_record_name(r, &rec, 0, p->servers[p->server_count]);
    return p->server_count > 0;
}

static void body(void *self, struct span part)
{
    struct proof *p = self;
    struct dns_reader r;
    if (!dns_read(&r, part))
        return;
    if (p->step == PROOF_SOA)
        p->got = read_zone(p, &r);
    else if (p->step == PROOF_NS)
        p->got = read_servers(p, &r);
    else
        p->got = read_address(p, &r);
}

static void later(struct proof_item *it, struct now now)
{
    static const uint16_t pause[] = {500, 1000, 2000, 4000, 5000};
    it->due = now.tick + pause[it->tries < COUNT(pause) ? it->tries : COUNT(pause) - 1];
    it->tries += it->tries < COUNT(pause);
    it->server = 0;
    it->right = it->zoned = false;
}

/* One authority answered. */
static void judge(struct proof *p, struct now now)
{
    struct proof_item *it = current(p);
    bool right = addr_eq(&it->found, &it->want);
    bool last = p->step == PROOF_DIRECT || it->server + 1u >= p->server_count;
    if (right != p->look && !last) { /* in a proof all must have it; in a look one will do: others learn of it later */
        it->right = right;
        it->server++;
    } else if (right || p->look) {
        settle(it, right);
    } else {
        later(it, now);
    }
}

/* No authority answered here: the next server, or the next way, or none. */
static void missed(struct proof *p, const struct fail *why, struct now now)
{
    struct proof_item *it = current(p);
    bool server = p->step == PROOF_SERVER;
    if (server && it->server + 1u < p->server_count) {
        it->server++;
    } else if (server && it->right) {
        settle(it, true);
    } else if ((server && !it->zoned) || (p->step == PROOF_DIRECT && !why->kind)) {
        it->zoned = true;
        p->step = PROOF_SOA;
        p->server_count = 0;
    } else if (p->look) {
        it->fail = *why;
        settle(it, false);
        p->step = PROOF_DIRECT;
    } else {
        later(it, now);
        p->step = PROOF_DIRECT;
    }
}

static void end(void *self, const struct fail *why, struct now now)
{
    struct proof *p = self;
    current(p)->due = now.tick;
    if (!p->got) {
        missed(p, why, now);
    } else if (p->step == PROOF_SOA) {
        p->step = PROOF_NS;
    } else if (p->step == PROOF_NS) {
        p->step = PROOF_SERVER;
    } else {
        judge(p, now);
    }
}

static void head(void *self, const struct reply_head *h)
{
    (void)self;
    (void)h;
}

const struct asker proof_asker = {.next = next, .head = head, .body = body, .end = end};
