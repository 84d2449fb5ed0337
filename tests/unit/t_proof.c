/* t_proof.c: asking the authorities, with made replies: each row of a script is the question that must come and its reply. */
#include "net/proof.h"
#include "tap.h"
#include "wire.h"

/* The reply in words: aa, nx, refused, silent, junk, NAME=VALUE: a and aaaa (owner: the name asked for), x (owner: another name),
 * cname, soa, soa2 (in the authority section), ns. "" is an empty reply without authority. */
struct turn {
    const char *question; /* PAUSE SERVER TYPE NAME; SERVER '-' are the resolvers; PAUSE since the last reply, ms */
    const char *reply;
};

static struct proof p;
static struct proof_item items[4];
static struct now now;

static const char *type_name(uint16_t type)
{
    return type == DNS_A ? "A" : type == DNS_AAAA ? "AAAA" : type == DNS_SOA ? "SOA" : type == DNS_NS ? "NS" : "?";
}

static struct span asked(const struct request *rq, struct buf *b)
{
    struct wire w;
    struct dns_reader r;
    wire_begin(&w, rq->out, 0);
    dns_read(&r, wire_end(&w));
    buf_u64(b, rq->not_before > now.tick ? rq->not_before - now.tick : 0);
    buf_all(b, SPAN(" "), rq->host.p ? rq->host : SPAN("-"), SPAN(" "), span_z(type_name(r.qtype)), SPAN(" "), span_z(r.qname));
    if ((rq->out.p[2] & 1) != !rq->host.p) /* recursion is desired of resolvers only */
        buf_z(b, " (wrong RD)");
    if (rq->carrier != CARRY_DNS || rq->port != 53 || rq->tcp)
        buf_z(b, " (wrong carrier)");
    return buf_view(b);
}

static unsigned flags_of(const char *reply)
{
    struct span rest = span_z(reply);
    unsigned flags = 0;
    for (struct span s = span_word(&rest); s.n; s = span_word(&rest))
        flags |= span_is(s, "aa") ? WIRE_AA : span_is(s, "nx") ? DNS_NXDOMAIN : span_is(s, "refused") ? DNS_REFUSED : 0u;
    return flags;
}

static void put_record(struct wire *w, const char *owner, struct span key, struct span value)
{
    char z[80];
    struct buf b = BUF(z);
    buf_span(&b, value);
    buf_text(&b);
    if (span_is(key, "a") || span_is(key, "aaaa"))
        wire_addr(w, 1, owner, z);
    else if (span_is(key, "x"))
        wire_addr(w, 2, "other.example.com", z);
    else if (span_is(key, "soa") || span_is(key, "soa2"))
        wire_soa(w, span_is(key, "soa") ? 1 : 2, z);
    else if (span_is(key, "ns"))
        wire_name(w, 1, owner, DNS_NS, z);
    else if (span_is(key, "cname"))
        wire_name(w, 1, owner, DNS_CNAME, z);
}

static void reply(const struct request *rq, const char *text)
{
    static struct wire w;
    struct dns_reader r;
    struct fail f = {0};
    struct span rest = span_z(text);
    if (rq->not_before > now.tick)
        now.tick = rq->not_before;
    wire_begin(&w, rq->out, flags_of(text));
    dns_read(&r, wire_end(&w));
    for (struct span s = span_word(&rest); s.n; s = span_word(&rest)) {
        struct span key = span_cut(&s, '=');
        if (s.p)
            put_record(&w, r.qname, key, s);
    }
    if (span_is(span_z(text), "silent"))
        fail_set(&f, FAIL_RETRY, LAYER_DNS, 0, SPAN("no answer"));
    else
        proof_asker.body(&p, span_is(span_z(text), "junk") ? SPAN("junk") : wire_end(&w));
    proof_asker.end(&p, &f, now);
}

static struct addr parsed(const char *z)
{
    struct addr a = {0};
    addr_parse(span_z(z), &a);
    return a;
}

static void item(size_t i, const char *host, const char *want)
{
    struct addr a = parsed(want);
    items[i] = (struct proof_item){.host = span_z(host), .family = a.family, .open = true, .want = a, .record = (uint16_t)i};
}

static void play(const char *name, size_t count, bool look, const struct turn *turns)
{
    struct request rq;
    struct fail f = {0};
    bool good = true;
    now.tick = 1000;
    p = (struct proof){.items = items, .count = count, .look = look};
    proof_start(&p, now);
    for (; good && turns->question; turns++) {
        char text[400];
        struct buf b = BUF(text);
        rq = (struct request){0};
        if (proof_asker.next(&p, &rq, now, &f) != STEP_MORE) {
            good = ok(false, name);
            note("ended before it asked", span_z(turns->question));
        } else if (!span_eq(asked(&rq, &b), span_z(turns->question))) {
            good = is_span(buf_view(&b), span_z(turns->question), name);
        } else {
            reply(&rq, turns->reply);
        }
    }
    rq = (struct request){0};
    if (good)
        ok(proof_asker.next(&p, &rq, now, &f) == STEP_DONE, name);
}
#define PLAY(name, count, look, ...) play(name, count, look, (const struct turn[]){__VA_ARGS__, {0, 0}})

static void is_item(size_t i, bool answered, bool proven, const char *found, const char *name)
{
    char text[ADDR_TEXT_MAX];
    struct buf b = BUF(text);
    addr_put(&b, &items[i].found);
    is_str(buf_view(&b), found, name);
    ok(!items[i].open && items[i].answered == answered && items[i].proven == proven, name);
}

#define HOST "home.example.com"

static void test_direct(void)
{
    item(0, HOST, "192.0.2.7");
    PLAY("look: the resolver is the authority", 1, true, {"0 - A " HOST, "aa a=192.0.2.7"});
    is_item(0, true, true, "192.0.2.7", "look: right already");

    item(0, HOST, "192.0.2.7");
    PLAY("look: another address", 1, true, {"0 - A " HOST, "aa a=192.0.2.6"});
    is_item(0, true, false, "192.0.2.6", "look: what stands there");

    item(0, HOST, "192.0.2.7");
    PLAY("look: no such name", 1, true, {"0 - A " HOST, "aa nx"});
    is_item(0, true, false, "-", "look: answered, with nothing");

    item(0, HOST, "2001:db8::7");
    PLAY("look: IPv6, several values", 1, true, {"0 - AAAA " HOST, "aa aaaa=2001:db8::1 aaaa=2001:db8::7 aaaa=2001:db8::2"});
    is_item(0, true, true, "2001:db8::7", "look: one of them is the right one");

    item(0, HOST, "192.0.2.7");
    PLAY("look: addresses elsewhere in the reply", 1, true, {"0 - A " HOST, "aa x=192.0.2.7"});
    is_item(0, true, false, "-", "look: count for nothing");

    item(0, "*.example.com", "192.0.2.7");
    PLAY("look: a wildcard is asked by its own name", 1, true, {"0 - A *.example.com", "aa a=192.0.2.7"});
    is_item(0, true, true, "192.0.2.7", "look: and found");
}

static void test_authority(void)
{
    item(0, HOST, "192.0.2.7");
    PLAY("look: a cache is not believed, the authority is asked", 1, true,
         {"0 - A " HOST, "a=192.0.2.7"}, {"0 - SOA " HOST, "soa2=example.com"},
         {"0 - NS example.com", "ns=n1.example.net ns=n2.example.net"}, {"0 n1.example.net A " HOST, "aa a=192.0.2.5"},
         {"0 n2.example.net A " HOST, "aa a=192.0.2.6"});
    is_item(0, true, false, "192.0.2.6", "look: their word counts");

    item(0, HOST, "192.0.2.7");
    PLAY("look: one server has it, the other not yet", 1, true,
         {"0 - A " HOST, ""}, {"0 - SOA " HOST, "soa2=example.com"}, {"0 - NS example.com", "ns=n1 ns=n2 ns=n3"},
         {"0 n1 A " HOST, "aa a=192.0.2.6"}, {"0 n2 A " HOST, "aa a=192.0.2.7"});
    is_item(0, true, true, "192.0.2.7", "look: it was written");

    item(0, "example.com", "192.0.2.7");
    PLAY("look: the zone itself", 1, true,
         {"0 - A example.com", ""}, {"0 - SOA example.com", "soa=example.com"}, {"0 - NS example.com", "ns=n1.example.net"},
         {"0 n1.example.net A example.com", "aa a=192.0.2.7"});
    is_item(0, true, true, "192.0.2.7", "look: is found");

    item(0, HOST, "192.0.2.7");
    PLAY("look: the first server is silent, the second no authority, the third answers", 1, true,
         {"0 - A " HOST, ""}, {"0 - SOA " HOST, "soa2=example.com"}, {"0 - NS example.com", "ns=n1 ns=n2 ns=n3"},
         {"0 n1 A " HOST, "silent"}, {"0 n2 A " HOST, "refused"}, {"0 n3 A " HOST, "aa a=192.0.2.7"});
    is_item(0, true, true, "192.0.2.7", "look: so it is known");

    item(0, HOST, "192.0.2.7");
    PLAY("look: no server answers", 1, true,
         {"0 - A " HOST, "junk"}, {"0 - SOA " HOST, "soa2=example.com"}, {"0 - NS example.com", "ns=n1"}, {"0 n1 A " HOST, "silent"});
    is_item(0, false, false, "-", "look: not known");

    item(0, HOST, "192.0.2.7");
    item(1, "b.example.com", "192.0.2.7");
    PLAY("look: silent resolvers are not asked for the zone too", 2, true, {"0 - A " HOST, "silent"}, {"0 - A b.example.com", "silent"});
    is_item(0, false, false, "-", "look: not known");

    item(0, HOST, "192.0.2.7");
    PLAY("look: an alias into another zone has no zone of its own", 1, true,
         {"0 - A " HOST, "cname=x.example.net"}, {"0 - SOA " HOST, "cname=x.example.net soa2=example.net"});
    is_item(0, false, false, "-", "look: not known");

    item(0, HOST, "192.0.2.7");
    PLAY("look: a zone that only ends alike is another one", 1, true,
         {"0 - A " HOST, ""}, {"0 - SOA " HOST, "soa2=ample.com"});
    is_item(0, false, false, "-", "look: not known");
}

static void test_many(void)
{
    item(0, HOST, "192.0.2.7");
    item(1, HOST, "2001:db8::7");
    item(2, "b.example.com", "192.0.2.7");
    PLAY("look: the zone is asked for once", 3, true,
         {"0 - A " HOST, ""}, {"0 - SOA " HOST, "soa2=example.com"}, {"0 - NS example.com", "ns=n1"},
         {"0 n1 A " HOST, "aa a=192.0.2.7"}, {"0 n1 AAAA " HOST, "aa"}, {"0 n1 A b.example.com", "aa nx"});
    is_item(0, true, true, "192.0.2.7", "look: the first");
    is_item(1, true, false, "-", "look: the second");
    is_item(2, true, false, "-", "look: the third");

    item(0, HOST, "192.0.2.7");
    item(1, "a.sub.example.com", "192.0.2.7");
    item(2, "c.example.org", "192.0.2.7");
    PLAY("look: a delegated zone below, and another one", 3, true,
         {"0 - A " HOST, ""}, {"0 - SOA " HOST, "soa2=example.com"}, {"0 - NS example.com", "ns=n1"},
         {"0 n1 A " HOST, "aa a=192.0.2.7"},
         {"0 n1 A a.sub.example.com", ""}, /* a referral */
         {"0 - SOA a.sub.example.com", "soa2=sub.example.com"}, {"0 - NS sub.example.com", "ns=s1 ns=s2"},
         {"0 s1 A a.sub.example.com", "aa a=192.0.2.7"},
         {"0 - A c.example.org", ""}, {"0 - SOA c.example.org", "soa2=example.org"}, {"0 - NS example.org", "silent"});
    is_item(0, true, true, "192.0.2.7", "look: above");
    is_item(1, true, true, "192.0.2.7", "look: below");
    is_item(2, false, false, "-", "look: elsewhere");
}

static void test_proof(void)
{
    item(0, HOST, "192.0.2.7");
    PLAY("proof: asked again until it is there", 1, false,
         {"0 - A " HOST, "aa a=192.0.2.6"}, {"500 - A " HOST, "aa nx"}, {"1000 - A " HOST, "silent"}, {"2000 - A " HOST, "aa a=192.0.2.7"});
    is_item(0, true, true, "192.0.2.7", "proof: then it is live");

    item(0, HOST, "192.0.2.7");
    PLAY("proof: all servers have to answer it", 1, false,
         {"0 - A " HOST, "a=192.0.2.6"}, {"0 - SOA " HOST, "soa2=example.com"}, {"0 - NS example.com", "ns=n1 ns=n2"},
         {"0 n1 A " HOST, "aa a=192.0.2.7"}, {"0 n2 A " HOST, "aa a=192.0.2.6"},
         {"500 n1 A " HOST, "aa a=192.0.2.7"}, {"0 n2 A " HOST, "aa a=192.0.2.7"});
    is_item(0, true, true, "192.0.2.7", "proof: then it is live");

    item(0, HOST, "192.0.2.7");
    PLAY("proof: a dead secondary does not matter", 1, false,
         {"0 - A " HOST, ""}, {"0 - SOA " HOST, "soa2=example.com"}, {"0 - NS example.com", "ns=n1 ns=n2"},
         {"0 n1 A " HOST, "aa a=192.0.2.7"}, {"0 n2 A " HOST, "silent"});
    is_item(0, true, true, "192.0.2.7", "proof: it is live");

    item(0, HOST, "192.0.2.7");
    PLAY("proof: a zone that cannot be found is sought again", 1, false,
         {"0 - A " HOST, ""}, {"0 - SOA " HOST, "silent"}, {"500 - A " HOST, ""}, {"0 - SOA " HOST, "soa2=example.com"},
         {"0 - NS example.com", "ns=n1"}, {"0 n1 A " HOST, "aa a=192.0.2.7"});
    is_item(0, true, true, "192.0.2.7", "proof: it is live");

    item(0, HOST, "192.0.2.7");
    item(1, "b.example.com", "192.0.2.8");
    PLAY("proof: one waits while the other is asked", 2, false,
         {"0 - A " HOST, "aa"}, {"0 - A b.example.com", "aa a=192.0.2.8"}, {"500 - A " HOST, "aa a=192.0.2.7"});
    is_item(0, true, true, "192.0.2.7", "proof: the one");
    is_item(1, true, true, "192.0.2.8", "proof: the other");
}

static unsigned never(const char *text)
{
    struct request rq = {0};
    struct fail f = {0};
    unsigned n = 0;
    now.tick = 1000;
    item(0, HOST, "192.0.2.7");
    p = (struct proof){.items = items, .count = 1};
    proof_start(&p, now);
    for (; n < 1000 && proof_asker.next(&p, &rq, now, &f) == STEP_MORE; n++)
        reply(&rq, text);
    return n;
}

static void test_give_up(void)
{
    unsigned n = never("aa a=192.0.2.6");
    ok(n >= 15 && n <= 25, "proof: a score of questions in 90 s");
    ok(now.tick >= 1000 + PROOF_MS && now.tick < 1000 + PROOF_MS + 6000, "proof: then it gives up");
    is_item(0, true, false, "192.0.2.6", "proof: what was answered");
    ok(span_find(fail_text(&items[0].fail), SPAN("still answer 192.0.2.6")) >= 0, "proof: and so it says");
    never("aa");
    ok(span_find(fail_text(&items[0].fail), SPAN("still answer nothing")) >= 0, "proof: nothing was answered");
    never("silent");
    ok(span_find(fail_text(&items[0].fail), SPAN("cannot be asked")) >= 0, "proof: nobody answered");
    never("junk");
    ok(!items[0].open && !items[0].proven, "proof: junk proves nothing");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    test_direct();
    test_authority();
    test_many();
    test_proof();
    test_give_up();
    return done();
}
