/* t_rfc2136.c: DNS updates: TSIG against vectors that nsupdate 9.18 agrees with, and dialogs
 * recorded with BIND 9.18. */
#include "base/codec.h"
#include "proto/dns.h"
#include "provider/provider.h"
#include "provider/tsig.h"
#include "tap.h"

#define SECRET "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
enum { RECORDED = 1795394769 };

/* ---- vectors */

static void put_update(struct buf *b)
{
    static const unsigned head[] = {0x1234, 0x2800, 1, 0, 2, 0};
    for (size_t i = 0; i < COUNT(head); i++)
        buf_u16be(b, head[i]);
    dns_name_put(b, SPAN("example.com"));
    buf_u16be(b, DNS_SOA);
    buf_u16be(b, DNS_IN);
    dns_name_put(b, SPAN("www.example.com"));
    buf_u16be(b, DNS_A);
    buf_u16be(b, DNS_ANY);
    buf_u32be(b, 0);
    buf_u16be(b, 0);
    dns_name_put(b, SPAN("www.example.com"));
    buf_u16be(b, DNS_A);
    buf_u16be(b, DNS_IN);
    buf_u32be(b, 300);
    buf_u16be(b, 4);
    buf_put(b, "\xc0\x00\x02\x01", 4);
}

static void test_vectors(void)
{
    static const char *const macs[][2] = {
        {"hmac-md5", "975f05054cc520839b7b09f715edae8e"},
        {"HMAC-MD5.SIG-ALG.REG.INT", "975f05054cc520839b7b09f715edae8e"},
        {"hmac-sha1", "1a546458f2e9e5275848a76d502539f0debabb82"},
        {"hmac-sha256", "b3815974bcbba124a2d879bca34811e3bbfb9e544ec97842340d53d9688b98c4"},
        {"hmac-sha512", "92d54ae72f4f967c30430f4e2560b82b51337f02ce00c7ca099ac7d86924b4fa"
                        "a1e8d834a1731467d236984f07561fbaefb4757886947d45d9af6f96c4fb7899"},
    };
    for (size_t i = 0; i < COUNT(macs); i++) {
        char message[512], text[160];
        struct buf b = BUF(message), hex = BUF(text);
        struct tsig t;
        uint8_t hash = 0;
        put_update(&b);
        is_i64((int64_t)b.n, 87, "length of the unsigned message");
        ok(tsig_algorithm(span_z(macs[i][0]), &hash) &&
               tsig_init(&t, SPAN("DDNS-key."), SPAN(SECRET), hash),
           macs[i][0]);
        tsig_sign(&t, &b, 1704164645);
        buf_hex(&hex, t.mac, t.mac_n);
        is_str(buf_view(&hex), macs[i][1], "MAC");
    }
}

static void test_keys(void)
{
    static char longest[253 + 1];
    struct tsig t;
    uint8_t hash;
    ok(!tsig_algorithm(SPAN("hmac-sha3"), &hash) && !tsig_algorithm(SPAN(""), &hash),
       "unknown algorithms");
    ok(!tsig_init(&t, SPAN("k"), SPAN("*"), 0) && !tsig_init(&t, SPAN("k"), SPAN(""), 0),
       "no base64");
    ok(!tsig_init(&t, SPAN("a..b"), SPAN(SECRET), 0) && !tsig_init(&t, SPAN("."), SPAN(SECRET), 0),
       "no name");
    for (size_t i = 0; i < 253; i++)
        longest[i] = i % 63 == 62 ? '.' : 'k';
    ok(tsig_init(&t, span_z(longest), SPAN(SECRET), HASH_SHA256), "the longest name");
}

/* ---- dialogs */

struct turn {
    const char *request, *reply;
};

static const struct turn changed[] = {
    {"60da00000001000000000002036f6c640364796e0474657374000001000100002904d00000000000"
     "000864646e732d6b65790000fa00ff00000000003d0b686d61632d7368613235360000006b038cd1"
     "012c0020e9829182061fedce1f33a1cabf8b03dc805047ee2d40fad8ffbedc26747964b960da0000"
     "0000",
     "60da84000001000100010003036f6c640364796e04746573740000010001c00c00010001000004d2"
     "0004c6336404c0100002000100000e100005026e73c010c03a0001000100000e1000047f00000100"
     "002904d00000000000000864646e732d6b65790000fa00ff00000000003d0b686d61632d73686132"
     "35360000006b038cd1012c0020f01bcf155169251a4cb4f48e88af671555f5db8bb3d13891ec73e6"
     "b820ca0a7160da00000000"},
    {"c59f280000010000000200010364796e04746573740000060001036f6c640364796e047465737400"
     "000100ff000000000000c01a00010001000004d20004cb0071070864646e732d6b65790000fa00ff"
     "00000000003d0b686d61632d7368613235360000006b038cd1012c00201ed3bfc21ab39e2ddc58e9"
     "a4d2dfddd602e6aebc7886e061091d08f75b211c8fc59f00000000",
     "c59fa80000010000000000010364796e047465737400000600010864646e732d6b65790000fa00ff"
     "00000000003d0b686d61632d7368613235360000006b038cd1012c00203614ba2c4b229c40f1fe51"
     "5935e7bb14082885ea77e2956a93f3d4ca34545784c59f00000000"},
};
static const struct turn same[] = {
    {"60da00000001000000000002036f6c640364796e0474657374000001000100002904d00000000000"
     "000864646e732d6b65790000fa00ff00000000003d0b686d61632d7368613235360000006b038cd1"
     "012c0020e9829182061fedce1f33a1cabf8b03dc805047ee2d40fad8ffbedc26747964b960da0000"
     "0000",
     "60da84000001000100010003036f6c640364796e04746573740000010001c00c00010001000004d2"
     "0004cb007107c0100002000100000e100005026e73c010c03a0001000100000e1000047f00000100"
     "002904d00000000000000864646e732d6b65790000fa00ff00000000003d0b686d61632d73686132"
     "35360000006b038cd1012c0020843b60794e3bff8d2f8c1de279a888e38f50cd0beea4af32e85554"
     "fd95c8d19d60da00000000"},
};
static const struct turn two_values[] = {
    {"60da000000010000000000020374776f0364796e0474657374000006000100002904d00000000000"
     "000864646e732d6b65790000fa00ff00000000003d0b686d61632d7368613235360000006b038cd1"
     "012c00205cf308567810f1c2df550a9596fd26673c39bcbcaa32411e4d4f50ef6434a00f60da0000"
     "0000",
     "60da840000010000000100020374776f0364796e04746573740000060001c010000600010000003c"
     "001d026e73c0100168c0100000000900000e1000000258000151800000003c00002904d000000000"
     "00000864646e732d6b65790000fa00ff00000000003d0b686d61632d7368613235360000006b038c"
     "d1012c0020df29a7fdf0211b3e72fbad5f59133aecfe74711dedec84c7da4bd3c13e2805ad60da00"
     "000000"},
    {"c59f000000010000000000020374776f0364796e0474657374000001000100002904d00000000000"
     "000864646e732d6b65790000fa00ff00000000003d0b686d61632d7368613235360000006b038cd1"
     "012c0020501a205b021e15267a13ea38560c788de73f8573735e32ea5265adef8a142719c59f0000"
     "0000",
     "c59f840000010002000100030374776f0364796e04746573740000010001c00c0001000100000e10"
     "0004c6336404c00c0001000100000e100004c6336405c0100002000100000e100005026e73c010c0"
     "4a0001000100000e1000047f00000100002904d00000000000000864646e732d6b65790000fa00ff"
     "00000000003d0b686d61632d7368613235360000006b038cd1012c00200d085ab8f8ea31a2911280"
     "1aa997e01c38469e0b135d3548ef18106dc77d28afc59f00000000"},
};
static const struct turn bad_secret[] = {
    {"60da00000001000000000002036f6c640364796e0474657374000001000100002904d00000000000"
     "000864646e732d6b65790000fa00ff00000000003d0b686d61632d7368613235360000006b038cd1"
     "012c0020c296c09053281a4214aa3d2f8bb4adddf7c344ebd6f843881fc40413f604d35b60da0000"
     "0000",
     "60da80090001000000000002036f6c640364796e0474657374000001000100002904d00000000000"
     "000864646e732d6b65790000fa00ff00000000001d0b686d61632d7368613235360000006b038cd1"
     "012c000060da00100000"},
};
static const struct turn bad_key[] = {
    {"60da00000001000000000002036f6c640364796e0474657374000001000100002904d00000000000"
     "00056e6f6b65790000fa00ff00000000003d0b686d61632d7368613235360000006b038cd1012c00"
     "20785e0585a72fcae700857c32078d5b8a5b9f51b2d3edcebd6cc70248669207a660da00000000",
     "60da80090001000000000002036f6c640364796e0474657374000001000100002904d00000000000"
     "00056e6f6b65790000fa00ff00000000001d0b686d61632d7368613235360000006b038cd1012c00"
     "0060da00110000"},
};
static const struct turn bad_time[] = {
    {"60da00000001000000000002036f6c640364796e0474657374000001000100002904d00000000000"
     "000864646e732d6b65790000fa00ff00000000003d0b686d61632d7368613235360000006b039c71"
     "012c0020324d7c2607b2733b29d6d9d8cfa347f9b2315ed5169b4a84bf6b9f128b746f7c60da0000"
     "0000",
     "60da80090001000000000002036f6c640364796e0474657374000001000100002904d00000000000"
     "000864646e732d6b65790000fa00ff0000000000430b686d61632d7368613235360000006b039c71"
     "012c00207073e61c4dca5587db4af0b457900b29e12b6a7ab3724416370ef1392cdd11b160da0012"
     "000600006b038cd1"},
};

static struct conf conf;
static struct play play;
static struct play_item item;
static char text[1024];
static char reply[DNS_MESSAGE_MAX];
static size_t reply_n;
static const struct fail good;

static void begin(const char *settings, const char *host, int64_t wall)
{
    struct buf b = BUF(text);
    struct play_setup setup = {.conf = &conf,
                               .account = &conf.accounts[0],
                               .items = &item,
                               .item_count = 1};
    struct fail f = {0};
    buf_all(&b, SPAN("[rfc2136]\nserver = 127.0.0.1:5399\n"), span_z(settings), SPAN("hosts = "),
            span_z(host), SPAN("\n"));
    conf_read(&conf, buf_view(&b), NULL);
    provider_check(&conf, &conf.accounts[0]);
    if (conf.error_count)
        note("ddns.cfg", span_z(conf.errors[0].text));
    item = (struct play_item){.host = span_z(host), .family = 4, .due = true};
    addr_parse(SPAN("203.0.113.7"), &item.ip);
    setup.now.wall = wall;
    for (size_t i = 0; i < sizeof setup.seed; i++)
        setup.seed[i] = 0;
    if (play_start(&play, &setup, &f) == STEP_FAIL)
        note("start", fail_text(&f));
}

/* The next request must be that of the turn; its reply is put into `reply`. False: the play is
 * over. */
static bool turn(const struct turn *t, int64_t wall, bool compare)
{
    static char hex[2 * DNS_MESSAGE_MAX];
    struct request rq;
    struct fail f = {0};
    struct buf b = BUF(hex);
    if (play_asker.next(&play, &rq, (struct now){.tick = 1, .wall = wall}, &f) != STEP_MORE)
        return false;
    buf_hex(&b, rq.out.p, rq.out.n);
    if (compare) {
        is_str(buf_view(&b), t->request, "request");
        ok(rq.carrier == CARRY_DNS && rq.tcp && rq.port == 5399 && span_is(rq.host, "127.0.0.1"),
           "where to");
    }
    reply_n = (size_t)hex_read(span_z(t->reply), (uint8_t *)reply, sizeof reply);
    return true;
}

static void answer(int64_t wall)
{
    play_asker.body(&play, (struct span){reply, reply_n});
    play_asker.end(&play, &good, (struct now){.tick = 1, .wall = wall});
}

#define KEY "user = ddns-key\nsecret = " SECRET "\n"
#define ZONE "zone = dyn.test\n"
static const struct dialog {
    const char *name, *settings, *host;
    const struct turn *turns;
    size_t count;
    int64_t wall;
    const char *result;
} dialogs[] = {
    {"changed, the TTL stays", KEY ZONE, "old.dyn.test", changed, COUNT(changed), RECORDED,
     "changed"},
    {"same", KEY ZONE, "old.dyn.test", same, COUNT(same), RECORDED, "same"},
    {"two values, the zone is asked for", KEY, "two.dyn.test", two_values, COUNT(two_values),
     RECORDED, "config 2 A records at this name: delete the others"},
    {"BADSIG", "user = ddns-key\nsecret = QUFBQQ==\n" ZONE, "old.dyn.test", bad_secret, 1, RECORDED,
     "auth the signature was refused (BADSIG): correct secret"},
    {"BADKEY", "user = nokey\nsecret = " SECRET "\n" ZONE, "old.dyn.test", bad_key, 1, RECORDED,
     "auth the server does not know the key nokey (BADKEY): correct user and algorithm"},
    {"BADTIME", KEY ZONE, "old.dyn.test", bad_time, 1, RECORDED + 4000,
     "retry this machine's clock is 4000 s off the server's (BADTIME): set it"},
    {"an old reply", KEY ZONE, "old.dyn.test", same, 1, RECORDED + 301,
     "proto the reply's signature is wrong: is this the right server?"},
    {"the reply of another request", KEY ZONE, "old.dyn.test", bad_time, 1, RECORDED,
     "proto the reply's signature is wrong: is this the right server?"},
    {"no time of day", KEY ZONE, "old.dyn.test", NULL, 0, 0,
     "retry the time of day is not known yet, and signatures need it"},
};

static struct span result(void)
{
    static char room[FAIL_TEXT_MAX + 16];
    static const char *const names[] = {"open", "same", "changed", "failed"};
    struct buf b = BUF(room);
    if (item.result == ITEM_FAILED)
        buf_all(&b, span_z(fail_kind_name((enum fail_kind)item.fail.kind)), SPAN(" "),
                fail_text(&item.fail));
    else
        buf_z(&b, names[item.result]);
    return buf_view(&b);
}

static void test_dialogs(void)
{
    for (size_t i = 0; i < COUNT(dialogs); i++) {
        const struct dialog *d = &dialogs[i];
        bool compare = d->wall != RECORDED + 301 && !(d->turns == bad_time && d->wall == RECORDED);
        begin(d->settings, d->host, d->wall);
        for (size_t k = 0; k < d->count && turn(&d->turns[k], d->wall, compare); k++)
            answer(d->wall);
        ok(!turn(&changed[0], d->wall, false), d->name);
        is_str(result(), d->result, "its result");
    }
}

/* ---- a reply that is not as it was sent is never a success */

static bool altered(size_t at, unsigned bit, bool cut)
{
    begin(KEY ZONE, "old.dyn.test", RECORDED);
    turn(&changed[0], RECORDED, false);
    answer(RECORDED);
    turn(&changed[1], RECORDED, false);
    if (cut)
        reply_n = at;
    else
        reply[at] = (char)(reply[at] ^ (1u << bit));
    answer(RECORDED);
    turn(&changed[0], RECORDED, false);
    return item.result == ITEM_CHANGED;
}

static void test_altered(void)
{
    size_t whole = strlen(changed[1].reply) / 2, signature = 12 + 10 + 4, mac = whole - 32 - 6;
    bool any = false;
    for (size_t at = 0; at < whole; at++) {
        for (unsigned bit = 0; bit < 8 && (at < signature || at >= mac); bit++)
            any |= altered(at, bit, false);
        any |= altered(at, 0, true);
    }
    ok(!any, "one bit altered, or bytes missing");
}

static void test_unsigned(void)
{
    static const struct {
        uint8_t rcode;
        const char *result;
    } cases[] = {
        {DNS_NOERROR, "proto the reply is not signed"},
        {DNS_SERVFAIL, "retry trouble at the server (SERVFAIL)"},
        {DNS_REFUSED,
         "auth the server refused (REFUSED): let it allow this key to change old.dyn.test"},
        {DNS_NOTIMP,
         "config the server takes no updates (NOTIMP): correct server, or allow them there"},
        {DNS_NOTZONE,
         "config the server does not hold the zone dyn.test (NOTZONE): correct server or zone"},
        {DNS_NXRRSET, "proto unexpected answer (NXRRSET)"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(KEY ZONE, "old.dyn.test", RECORDED);
        turn(&changed[0], RECORDED, false);
        answer(RECORDED);
        turn(&changed[1], RECORDED, false);
        reply_n = 12; /* a header alone, no section: RFC 2136 §3.8 allows it */
        memset(reply + 4, 0, 8);
        reply[3] = (char)cases[i].rcode;
        answer(RECORDED);
        turn(&changed[0], RECORDED, false);
        is_str(result(), cases[i].result, dns_rcode_name(cases[i].rcode));
    }
}

/* Without a key: the server goes by our address. */
static void test_no_key(void)
{
    begin(ZONE, "old.dyn.test", 0);
    turn(&changed[0], 0, false);
    reply_n =
        (size_t)hex_read(span_z("60da84000001000000000000036f6c640364796e04746573740000010001"),
                         (uint8_t *)reply, sizeof reply);
    answer(0);
    ok(turn(&changed[1], 0, false), "there is none: an update follows");
    reply_n = 12;
    memset(reply + 4, 0, 8);
    answer(0);
    ok(!turn(&changed[0], 0, false), "and that was all");
    is_str(result(), "changed", "made");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    test_vectors();
    test_keys();
    test_dialogs();
    test_altered();
    test_unsigned();
    test_no_key();
    return done();
}
