/* t_exchange.c: exchanges without a network: the test plays the loop and the servers, and everything that happens is noted in
 * one line of text: what is opened, sent, closed, and what the asker gets to know. */
#include "net/exchange.h"
#include "tap.h"
#include "wire.h"

static struct exchange x;
static struct net net;
static struct now now;
static char story[2000];
static struct buf notes;
static bool random_works;
static char dns[2][600]; /* the questions last sent */
static struct span question[2];
static unsigned questions;
static char stream[600]; /* what was sent by TCP to port 53 */
static size_t stream_n, one_send; /* most bytes taken at once, 0 = all */

static bool fake_random(void *p, size_t n)
{
    static uint8_t last;
    for (size_t i = 0; i < n; i++)
        ((uint8_t *)p)[i] = ++last;
    return random_works;
}

static void tell(const char *what, struct span more)
{
    buf_z(&notes, notes.n ? " | " : "");
    buf_z(&notes, what);
    buf_safe(&notes, more, 120);
}

static void is_story(const char *want, const char *name)
{
    is_str(buf_view(&notes), want, name);
    notes.n = 0;
}

/* ---- the asker: a list of requests */

static struct request list[4];
static unsigned list_n, list_at;
static bool list_fails; /* ends by FAIL instead of DONE */

static enum step script_next(void *self, struct request *rq, struct now t, struct fail *f)
{
    (void)self;
    (void)t;
    if (list_at < list_n) {
        *rq = list[list_at++];
        return STEP_MORE;
    }
    return list_fails ? fail_set(f, FAIL_AUTH, LAYER_PROVIDER, 0, SPAN("badauth")) : STEP_DONE;
}

static void script_head(void *self, const struct reply_head *h)
{
    char text[8];
    struct buf b = BUF(text);
    (void)self;
    buf_u64(&b, (unsigned)h->status);
    tell("head ", buf_view(&b));
}

static void script_body(void *self, struct span part)
{
    struct dns_reader r;
    (void)self;
    if (dns_read(&r, part))
        tell("reply for ", span_z(r.qname));
    else
        tell("body ", part);
}

static void script_end(void *self, const struct fail *why, struct now t)
{
    (void)self;
    (void)t;
    tell(why->kind ? "failed: " : "good", why->kind ? fail_text(why) : SPAN(""));
}

static const struct asker script = {.next = script_next, .head = script_head, .body = script_body, .end = script_end};

/* ---- the loop */

static void note_dns(struct span m)
{
    struct wire w;
    struct dns_reader r;
    wire_begin(&w, m, 0);
    dns_read(&r, wire_end(&w));
    memcpy(dns[questions % 2], m.p, m.n);
    question[questions % 2] = (struct span){dns[questions % 2], m.n};
    questions++;
    tell(r.qtype == DNS_A ? "ask A " : r.qtype == DNS_AAAA ? "ask AAAA " : "ask ", span_z(r.qname));
}

static void note_stream(struct span m)
{
    memcpy(stream + stream_n, m.p, m.n);
    stream_n += m.n;
    size_t size = stream_n < 2 ? 0 : (size_t)((uint8_t)stream[0] << 8 | (uint8_t)stream[1]);
    if (stream_n >= 2 && stream_n >= 2 + size) {
        note_dns((struct span){stream + 2, size});
        memmove(stream, stream + 2 + size, stream_n - 2 - size);
        stream_n -= 2 + size;
        if (stream_n)
            note_stream((struct span){stream, 0});
    }
}

static void open_link(unsigned i)
{
    char text[64];
    struct buf b = BUF(text);
    endpoint_put(&b, &x.link[i].to);
    tell(x.link[i].tcp ? "tcp " : "udp ", buf_view(&b));
    exchange_opened(&x, i, (intptr_t)i);
    if (x.link[i].tcp && x.link[i].to.port == 53)
        stream_n = 0;
    if (!x.link[i].tcp)
        exchange_up(&x, i, now);
}

static void send_link(unsigned i)
{
    struct span out = exchange_out(&x, i);
    if (one_send && out.n > one_send && x.link[i].tcp)
        out.n = one_send;
    if (!x.link[i].tcp)
        note_dns(out);
    else if (x.link[i].to.port == 53)
        note_stream(out);
    else if (x.carrier == CARRY_HTTPS)
        tell("hello", SPAN(""));
    else
        tell("send ", span_upto(out, (size_t)(span_find(out, SPAN("\r")) < 0 ? 1 : span_find(out, SPAN("\r")))));
    exchange_sent(&x, i, out.n, now);
}

static bool move_link(unsigned i)
{
    unsigned want = exchange_link_want(&x, i);
    if (want & LINK_CLOSE) {
        if (exchange_out(&x, i).n)
            tell("goodbye", SPAN(""));
        tell("close", SPAN(""));
        exchange_closed(&x, i);
    } else if (want & LINK_OPEN) {
        open_link(i);
    } else if (want & LINK_SEND) {
        send_link(i);
    }
    return want & (LINK_CLOSE | LINK_OPEN | LINK_SEND);
}

static void settle(void)
{
    bool moved = true;
    for (unsigned turns = 0; moved && turns < 2000; turns++) {
        exchange_step(&x, now);
        moved = move_link(0);
        moved = move_link(1) || moved;
    }
}

/* Lets time go by, waking exactly when the exchange asks for it. */
static void pass(uint64_t ms)
{
    uint64_t until = now.tick + ms;
    while (exchange_deadline(&x) <= until) {
        uint64_t at = exchange_deadline(&x);
        now.tick = at > now.tick ? at : now.tick;
        settle();
        if (exchange_deadline(&x) <= at && x.phase != X_ENDED) {
            tell("STUCK", SPAN(""));
            return;
        }
    }
    now.tick = until;
}

static void up(unsigned i)
{
    exchange_up(&x, i, now);
    settle();
}

static void down(unsigned i, const char *why)
{
    struct fail f = {0};
    if (why)
        fail_set(&f, FAIL_RETRY, LAYER_TCP, 111, span_z(why));
    exchange_down(&x, i, &f, now);
    settle();
}

static void got(unsigned i, struct span data)
{
    while (data.n) {
        size_t room;
        char *p = exchange_room(&x, i, &room);
        size_t n = data.n < room ? data.n : room;
        if (!n || !(exchange_link_want(&x, i) & LINK_RECV)) {
            tell("NO ROOM", SPAN(""));
            return;
        }
        memcpy(p, data.p, n);
        exchange_got(&x, i, n, now);
        data = span_from(data, n);
        settle();
    }
}

static void got_z(unsigned i, const char *z)
{
    got(i, span_z(z));
}

static void begin(void)
{
    struct addr a;
    memset(&net, 0, sizeof net);
    net.random = fake_random;
    random_works = true;
    addr_parse(SPAN("192.0.2.53"), &a);
    net.resolvers[0] = (struct endpoint){.addr = a, .port = 53};
    addr_parse(SPAN("192.0.2.54"), &a);
    net.resolvers[1] = (struct endpoint){.addr = a, .port = 53};
    net.resolver_count = 2;
    net.hosts = SPAN("192.0.2.1 web.example\n192.0.2.1 two.example\n192.0.2.2 two.example\n2001:db8::1 six.example\n"
                     "192.0.2.1 six.example\n192.0.2.9 other.example\n192.0.2.77 ns.example\n");
    memset(&x, 0, sizeof x);
    now.tick = 1000;
    notes = BUF(story);
    one_send = 0;
    questions = 0;
    list_at = list_n = 0;
    list_fails = false;
}

static struct request *add(enum carrier carrier, const char *host, uint16_t port, struct span out)
{
    list[list_n] = (struct request){.carrier = carrier, .host = span_z(host), .port = port, .out = out};
    return &list[list_n++];
}

static void start(void)
{
    exchange_start(&x, &net, &script, NULL, now);
    settle();
}

#define GET SPAN("GET / HTTP/1.1\r\n\r\n")
#define POST SPAN("POST / HTTP/1.1\r\n\r\n")
static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/* ---- HTTP */

static void test_plain(void)
{
    begin();
    add(CARRY_HTTP, "web.example", 80, GET)->last = true;
    start();
    is_story("tcp 192.0.2.1:80", "a host of the hosts file is connected to");
    up(0);
    is_story("send GET / HTTP/1.1", "the request goes out");
    got_z(0, reply);
    is_story("head 200 | body hi | good | close", "the reply comes, the connection ends");
    ok(x.phase == X_ENDED && x.done && exchange_deadline(&x) == UINT64_MAX, "it is over");

    begin();
    add(CARRY_HTTP, "192.0.2.8", 8080, GET);
    list_fails = true;
    one_send = 1;
    start();
    is_story("tcp 192.0.2.8:8080", "an address needs no look-up");
    up(0);
    ok(notes.n > 18 * 5, "a request that the system takes byte by byte");
    notes.n = 0;
    for (size_t i = 0; i + 1 < sizeof reply; i++)
        got(0, (struct span){reply + i, 1});
    is_story("head 200 | body h | body i | good | close", "a reply that comes byte by byte");
    ok(x.phase == X_ENDED && !x.done && x.fail.kind == FAIL_AUTH, "the asker's failure is kept");

    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    start();
    up(0);
    notes.n = 0;
    got_z(0, "HTTP/1.1 200 OK\r\n\r\nto the end");
    down(0, NULL);
    is_story("head 200 | body to the end | good | close", "a body that ends with the stream");

    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    start();
    up(0);
    notes.n = 0;
    got_z(0, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi");
    down(0, NULL);
    is_story("head 200 | body hi | failed: reply cut off | close", "a body cut off");

    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    start();
    up(0);
    notes.n = 0;
    down(0, NULL);
    is_story("failed: web.example closed the connection without an answer | close", "a stream without a reply");

    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    start();
    up(0);
    notes.n = 0;
    down(0, "connection reset");
    is_story("failed: web.example: connection reset | close", "a reset");

    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    start();
    up(0);
    notes.n = 0;
    got_z(0, "SSH-2.0-x\r\n");
    is_story("failed: not an HTTP/1 reply: SSH-2.0-x | close", "something else than HTTP");
}

static void test_connect(void)
{
    begin();
    add(CARRY_HTTP, "six.example", 80, GET)->last = true;
    start();
    is_story("tcp [2001:db8::1]:80", "IPv6 first");
    pass(STAGGER_MS - 1);
    is_story("", "it has a moment");
    pass(1);
    is_story("tcp 192.0.2.1:80", "then IPv4 beside it");
    up(1);
    is_story("close | send GET / HTTP/1.1", "the first that answers wins, the other is closed");
    got_z(1, reply);
    is_story("head 200 | body hi | good | close", "and the reply comes by it");

    begin();
    add(CARRY_HTTP, "two.example", 80, GET);
    start();
    notes.n = 0;
    down(0, "connection refused");
    is_story("close | tcp 192.0.2.2:80", "a refused one: the next at once");
    down(0, "no route");
    is_story("close | failed: cannot connect to two.example (192.0.2.1:80): connection refused", "all refused: the first reason counts");

    begin();
    add(CARRY_HTTP, "two.example", 80, GET);
    start();
    pass(CONNECT_MS);
    is_story("tcp 192.0.2.1:80 | tcp 192.0.2.2:80 | failed: cannot connect to two.example (192.0.2.1:80): no answer within 10 s | "
             "close | close", "silence has an end");

    begin();
    add(CARRY_HTTP, "six.example", 80, GET)->family = 4;
    start();
    is_story("tcp 192.0.2.1:80", "only the family asked for");
}

static void test_keep(void)
{
    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    add(CARRY_HTTP, "WEB.example", 80, POST);
    add(CARRY_HTTP, "other.example", 80, GET);
    start();
    up(0);
    got_z(0, reply);
    is_story("tcp 192.0.2.1:80 | send GET / HTTP/1.1 | head 200 | body hi | good | send POST / HTTP/1.1", "kept alive");
    got_z(0, reply);
    is_story("head 200 | body hi | good | close | tcp 192.0.2.9:80", "another host: another connection");

    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    add(CARRY_HTTP, "web.example", 80, GET);
    start();
    up(0);
    notes.n = 0;
    got_z(0, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    is_story("head 200 | good | close | tcp 192.0.2.1:80", "the server wants to close");

    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    add(CARRY_HTTP, "web.example", 80, GET)->family = 4;
    start();
    up(0);
    notes.n = 0;
    got_z(0, reply);
    is_story("head 200 | body hi | good | close | tcp 192.0.2.1:80", "another family: another connection");

    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    add(CARRY_HTTP, "web.example", 8080, GET);
    start();
    up(0);
    notes.n = 0;
    got_z(0, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi AND MORE");
    is_story("head 200 | body hi | good | close | tcp 192.0.2.1:8080", "bytes after the reply spoil the connection");
}

static void begin_second(struct span second, uint64_t not_before)
{
    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    add(CARRY_HTTP, "web.example", 80, second)->not_before = not_before;
    start();
    up(0);
    got_z(0, reply);
    notes.n = 0;
}

static void test_repeat(void)
{
    begin_second(GET, 0);
    down(0, NULL);
    is_story("close | tcp 192.0.2.1:80", "a kept connection was closed meanwhile: GET once more");
    up(0);
    down(0, NULL);
    is_story("send GET / HTTP/1.1 | failed: web.example closed the connection without an answer | close", "but not a third time");

    begin_second(POST, 0);
    down(0, "connection reset");
    is_story("failed: web.example: connection reset | close", "POST is never sent twice");

    begin_second(GET, 0);
    got_z(0, "H");
    down(0, NULL);
    is_story("failed: reply cut off | close", "nor anything that was answered");

    begin_second(POST, 3000);
    down(0, NULL);
    is_story("close", "closed while nothing was under way");
    pass(2000);
    is_story("tcp 192.0.2.1:80", "a new connection when it is time");

    begin_second(POST, 3000);
    got_z(0, "HTTP/1.1 408 Timeout\r\n\r\n");
    is_story("close", "words nobody asked for: not used again");

    begin_second(POST, 3000);
    pass(1999);
    is_story("", "a pause with the connection open");
    pass(1);
    is_story("send POST / HTTP/1.1", "and then by it");

    begin_second(POST, 1000 + KEEP_MS + 1);
    is_story("", "a long pause");
    settle();
    ok(x.link[0].state == LINK_NONE && exchange_deadline(&x) == 1000 + KEEP_MS + 1, "without it");
}

static void test_deadlines(void)
{
    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    start();
    up(0);
    notes.n = 0;
    pass(REPLY_MS - 1);
    is_story("", "a server may think");
    pass(1);
    is_story("failed: web.example: no reply within 20 s | close", "but not for ever");

    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    start();
    up(0);
    for (unsigned i = 0; i < 3; i++) {
        pass(REPLY_MS / 3);
        got_z(0, "HTTP/1.1 200 OK\r\nX: y");
    }
    notes.n = 0;
    pass(REPLY_MS / 3);
    is_story("failed: web.example: no reply within 20 s | close", "a head that drips is no reply");

    begin();
    add(CARRY_HTTP, "web.example", 80, GET);
    start();
    up(0);
    got_z(0, "HTTP/1.1 200 OK\r\n\r\n");
    notes.n = 0;
    for (unsigned i = 0; i < 5; i++) {
        pass(BODY_MS / 6);
        got_z(0, ".");
    }
    notes.n = 0;
    pass(BODY_MS / 6);
    is_story("failed: web.example: the reply did not end within 30 s | close", "nor is a body that drips");
}

/* ---- look-ups */

static struct span answer(unsigned i, const char *const *addresses, unsigned flags)
{
    static struct wire w;
    struct dns_reader r;
    wire_begin(&w, question[i], flags);
    dns_read(&r, wire_end(&w));
    for (; addresses && *addresses; addresses++)
        wire_addr(&w, 1, r.qname, *addresses);
    return wire_end(&w);
}
#define ADDRESSES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_lookup(void)
{
    begin();
    add(CARRY_HTTP, "new.example", 80, GET);
    start();
    is_story("udp 192.0.2.53:53 | ask A new.example | ask AAAA new.example", "both families are asked at once");
    ok(memcmp(question[0].p, question[1].p, 2) != 0, "with different ids");
    got(0, answer(1, ADDRESSES("2001:db8::5"), 0));
    is_story("", "one answer does not end it");
    got(0, answer(0, ADDRESSES("192.0.2.5"), 0));
    is_story("close | tcp [2001:db8::5]:80", "both do");

    begin();
    add(CARRY_HTTP, "new.example", 80, GET);
    start();
    notes.n = 0;
    char old[2] = {question[0].p[0], question[0].p[1]};
    pass(DNS_TRY_MS);
    is_story("close | udp 192.0.2.54:53 | ask A new.example | ask AAAA new.example", "silence: the next server");
    ok(memcmp(old, question[0].p, 2) != 0, "asked with fresh ids");
    pass(DNS_TRY_MS);
    is_story("close | udp 192.0.2.53:53 | ask A new.example | ask AAAA new.example", "and the first once more");
    down(0, "connection refused");
    is_story("close | udp 192.0.2.54:53 | ask A new.example | ask AAAA new.example", "a refusal: the next one at once");
    pass(DNS_TRY_MS);
    is_story("failed: no answer from the resolver 192.0.2.53:53 for new.example: is the network up, is `dns` right? | close",
             "then it is given up");

    begin();
    add(CARRY_HTTP, "new.example", 80, GET);
    start();
    notes.n = 0;
    got(0, answer(0, ADDRESSES("192.0.2.5"), 0));
    pass(DNS_TRY_MS);
    is_story("close | tcp 192.0.2.5:80", "a resolver that never answers for AAAA");

    begin();
    add(CARRY_HTTP, "new.example", 80, GET);
    start();
    notes.n = 0;
    got(0, answer(0, NULL, DNS_SERVFAIL));
    is_story("close | udp 192.0.2.54:53 | ask A new.example | ask AAAA new.example", "SERVFAIL: the next server at once");
    got(0, answer(0, NULL, DNS_NXDOMAIN));
    is_story("failed: there is no host named new.example | close", "NXDOMAIN: over at once");

    begin();
    net.resolver_count = 0;
    add(CARRY_HTTP, "new.example", 80, GET);
    start();
    is_story("failed: no DNS server known: set dns = ADDRESS", "no resolver at all");

    begin();
    add(CARRY_HTTP, "a..b", 80, GET);
    start();
    is_story("failed: not a host name: a..b", "no host name at all");
}

static void test_strangers(void)
{
    begin();
    add(CARRY_HTTP, "new.example", 80, GET)->family = 4;
    start();
    notes.n = 0;
    struct span a = answer(0, ADDRESSES("192.0.2.66"), 0);
    char copy[600];
    memcpy(copy, a.p, a.n);
    copy[0]++;
    got(0, (struct span){copy, a.n});
    is_story("", "a wrong id is ignored");
    copy[0]--;
    copy[13]++;
    got(0, (struct span){copy, a.n});
    is_story("", "another name too");
    copy[13]--;
    copy[2] &= 0x7f;
    got(0, (struct span){copy, a.n});
    is_story("", "and a question");
    got(0, span_upto(a, 11));
    is_story("", "and a fragment");
    got(0, answer(0, ADDRESSES("192.0.2.5"), 0));
    is_story("close | tcp 192.0.2.5:80", "the answer is not");
}

/* ---- DNS as the request itself */

static char query_room[300];

static struct span query(const char *name, uint16_t type)
{
    struct buf b = BUF(query_room);
    dns_query(&b, 0x4242, span_z(name), type, DNS_IN, true);
    return buf_view(&b);
}

static void got_stream(struct span m, size_t piece)
{
    char copy[6000];
    copy[0] = (char)(m.n >> 8);
    copy[1] = (char)m.n;
    memcpy(copy + 2, m.p, m.n);
    for (size_t i = 0; i < m.n + 2; i += piece)
        got(0, span_upto((struct span){copy + i, m.n + 2 - i}, piece));
}

static void test_dns(void)
{
    begin();
    add(CARRY_DNS, NULL, 53, query("home.example", DNS_SOA));
    start();
    is_story("udp 192.0.2.53:53 | ask home.example", "a question for the resolvers");
    ok(memcmp(question[0].p, "\x42\x42", 2) != 0, "with an id of the carrier");
    got(0, answer(0, NULL, DNS_SERVFAIL));
    is_story("reply for home.example | good | close", "whatever the reply says, it is one");

    begin();
    add(CARRY_DNS, "ns.example", 53, query("home.example", DNS_A));
    start();
    is_story("udp 192.0.2.77:53 | ask A home.example", "a question for one server");
    pass(DNS_TRY_MS);
    is_story("close | udp 192.0.2.77:53 | ask A home.example", "is asked twice");
    pass(DNS_TRY_MS);
    is_story("failed: no answer from the DNS server 192.0.2.77:53 | close", "and no more");

    begin();
    add(CARRY_DNS, "n2.example", 53, query("home.example", DNS_A));
    start();
    is_story("udp 192.0.2.53:53 | ask A n2.example | ask AAAA n2.example", "a server whose address must be looked up");
    got(0, answer(0, ADDRESSES("192.0.2.7"), 0));
    got(0, answer(1, NULL, 0));
    is_story("close | udp 192.0.2.7:53 | ask A home.example", "and then is asked");
}

static void test_truncated(void)
{
    for (size_t piece = 1; piece <= 600; piece += 599) {
        begin();
        add(CARRY_DNS, NULL, 53, query("home.example", DNS_A));
        start();
        notes.n = 0;
        got(0, answer(0, NULL, WIRE_TC));
        is_story("close | tcp 192.0.2.53:53", "a truncated reply: the same server by TCP");
        one_send = piece;
        up(0);
        is_story("ask A home.example", "asked there");
        got_stream(answer(questions - 1, ADDRESSES("192.0.2.5"), WIRE_TC), piece);
        is_story("reply for home.example | good | close", "and answered");
    }
    begin();
    add(CARRY_HTTP, "new.example", 80, GET);
    start();
    got(0, answer(0, NULL, WIRE_TC));
    up(0);
    notes.n = 0;
    got_stream(answer(0, ADDRESSES("192.0.2.5"), 0), 7);
    got_stream(answer(1, ADDRESSES("2001:db8::5"), 0), 7);
    is_story("close | tcp [2001:db8::5]:80", "a look-up of both families by TCP");

    begin();
    add(CARRY_DNS, NULL, 53, query("home.example", DNS_A));
    start();
    got(0, answer(0, NULL, WIRE_TC));
    up(0);
    notes.n = 0;
    down(0, NULL);
    is_story("close | tcp 192.0.2.54:53", "a server that closes: the next one");

    begin();
    add(CARRY_DNS, NULL, 53, query("home.example", DNS_A));
    start();
    got(0, answer(0, NULL, WIRE_TC));
    up(0);
    notes.n = 0;
    static char much[8000];
    memset(much, 0xff, sizeof much);
    got(0, (struct span){much, DNS_MESSAGE_MAX + 2});
    is_story("close | tcp 192.0.2.54:53", "a reply longer than any: the next one");
}

static void test_update(void)
{
    begin();
    add(CARRY_DNS, "two.example", 53, query("home.example", DNS_SOA))->tcp = true;
    start();
    is_story("tcp 192.0.2.1:53", "an update goes by TCP");
    down(0, "connection refused");
    is_story("close | tcp 192.0.2.2:53", "refused: to the next server");
    up(0);
    is_story("ask home.example", "sent");
    ok(memcmp(question[0].p, "\x42\x42", 2) == 0, "as it is, with its own id: it may be signed");
    down(0, NULL);
    is_story("failed: no answer from the DNS server 192.0.2.1:53 | close", "once it was sent, it is not sent again");

    begin();
    add(CARRY_DNS, "two.example", 53, query("home.example", DNS_SOA))->tcp = true;
    start();
    up(0);
    notes.n = 0;
    pass(DNS_TRY_MS * 3);
    is_story("", "an update may take its time");
    got_stream(answer(0, NULL, 0), 3);
    is_story("reply for home.example | good | close", "and is answered");
}

/* ---- the rest */

static void test_local(void)
{
    struct fail none = {0}, bad = {0};
    fail_set(&bad, FAIL_RETRY, LAYER_SOURCE, 0, SPAN("no such file"));
    begin();
    add(CARRY_FILE, NULL, 0, SPAN("a.txt"));
    add(CARRY_CHILD, NULL, 0, SPAN("prog\0"));
    start();
    ok(x.phase == X_LOCAL && x.rq.carrier == CARRY_FILE, "a file is the loop's work");
    exchange_local(&x, SPAN("8.8.8.8"), &none, now);
    is_story("body 8.8.8.8 | good", "its content comes");
    ok(x.phase == X_LOCAL && x.rq.carrier == CARRY_CHILD && exchange_deadline(&x) == now.tick + CHILD_MS, "then a command, with its time");
    exchange_local(&x, SPAN("junk"), &bad, now);
    is_story("failed: no such file", "a failure brings no content");
    ok(x.phase == X_ENDED && x.done, "over");
}

static void test_abort(void)
{
    begin();
    add(CARRY_HTTP, "six.example", 80, GET);
    start();
    pass(STAGGER_MS);
    notes.n = 0;
    exchange_abort(&x);
    settle();
    is_story("close | close", "aborted while two connect: both are closed, the asker hears nothing");
    ok(x.phase == X_IDLE && exchange_deadline(&x) == UINT64_MAX, "idle");
    list_at = 0;
    start();
    is_story("tcp [2001:db8::1]:80", "and may start anew");
    up(0);
    exchange_abort(&x);
    notes.n = 0;
    list_at = 0;
    list[0].host = SPAN("web.example");
    exchange_start(&x, &net, &script, NULL, now);
    settle();
    is_story("close | tcp 192.0.2.1:80", "even before the old connection is closed, by which nothing leaves");
}

static void test_tls(void)
{
    begin();
    add(CARRY_HTTPS, "web.example", 443, GET);
    start();
    up(0);
    is_story("tcp 192.0.2.1:443 | hello", "TLS greets first");
    got_z(0, "HTTP/");
    is_story("failed: web.example does not speak TLS on this port: check the port, or write http:// | close",
             "a server that does not speak TLS");

    begin();
    add(CARRY_HTTPS, "web.example", 443, GET);
    start();
    up(0);
    notes.n = 0;
    pass(TLS_MS);
    is_story("failed: web.example: no TLS handshake within 15 s | close", "a handshake has an end");

    begin();
    add(CARRY_HTTPS, "web.example", 443, GET);
    start();
    up(0);
    notes.n = 0;
    down(0, NULL);
    is_story("failed: web.example: the server closed the connection during the TLS handshake | close", "a stream that ends in the handshake");

    begin();
    random_works = false;
    add(CARRY_HTTPS, "web.example", 443, GET);
    start();
    up(0);
    is_story("tcp 192.0.2.1:443 | failed: the system has no randomness yet | close", "no randomness, no TLS");

    begin();
    add(CARRY_HTTPS, "web.example", 443, GET);
    start();
    up(0);
    exchange_abort(&x);
    notes.n = 0;
    settle();
    is_story("close", "aborted in the handshake: closed without another word");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    test_plain();
    test_connect();
    test_keep();
    test_repeat();
    test_deadlines();
    test_lookup();
    test_strangers();
    test_dns();
    test_truncated();
    test_update();
    test_local();
    test_abort();
    test_tls();
    return done();
}
