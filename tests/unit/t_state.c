/* t_state.c: the state file: what is written is read back; what is damaged is not used. */
#include "report/state.h"
#include "edge.h"
#include "tap.h"

static struct conf c;
static struct state s, before;
static char text[STATE_TEXT_MAX];

static void add_account(unsigned i, const char *id)
{
    struct buf b = BUF(c.accounts[i].id);
    buf_z(&b, id);
    buf_text(&b);
    c.account_count = (uint16_t)(i + 1);
}

static void add_record(unsigned account, const char *host, unsigned family)
{
    c.records[c.record_count++] = (struct conf_record){
        .host = span_z(host), .account = (uint8_t)account, .family = (uint8_t)family};
}

static void set_up(void)
{
    memset(&c, 0, sizeof c);
    memset(&s, 0, sizeof s);
    add_account(0, "cloudflare home");
    add_account(1, "no\xc3\xb6ip");
    add_record(0, "home.example.com", 4);
    add_record(0, "home.example.com", 6);
    add_record(1, "home.example.com", 4);
    add_record(1, "*.example.com", 4);
}

static struct addr ip(const char *z)
{
    struct addr a = {0};
    addr_parse(span_z(z), &a);
    return a;
}

static struct span written(void)
{
    struct buf b = BUF(text);
    state_write(&s, &c, &b);
    return b.over ? SPAN_NONE : buf_view(&b);
}

static void fill(void)
{
    s.records[0] = (struct record){.published = ip("203.0.113.7"), .since = 1763850000,
                                   .live = 1763850002, .wrote = 1763850001, .tried = 1763850000};
    s.records[1] = (struct record){
        .published = ip("2001:db8::1"), .trying = ip("2001:db8::2"), .tried = 1763850000,
        .not_before = 1763850030, .allowance = 1763850600, .failures = 65535, .stopped = true,
        .fingerprint = 0x9e107d9d};
    fail_set(&s.records[1].fail, FAIL_AUTH, LAYER_PROVIDER, -9109, SPAN("Invalid \"API\" \\ "
                                                                        "token"));
    s.records[1].fail.wait_s = 60;
    s.records[3] = (struct record){.failures = 1};
    fail_set(&s.records[3].fail, FAIL_RETRY, LAYER_OS, 0, SPAN(""));
}

static const char whole_text[] =
    "ddns state 1\n"
    "record \"cloudflare home\" home.example.com A ip 203.0.113.7 since 1763850000 live 1763850002 "
    "wrote 1763850001 tried 1763850000\n"
    "record \"cloudflare home\" home.example.com AAAA ip 2001:db8::1 trying 2001:db8::2 "
    "tried 1763850000 hold 1763850030 allowance 1763850600 failures 65535 fail auth layer provider "
    "code -9109 wait 60 why \"Invalid \\\"API\\\" \\\\ token\" stopped 2651880861\n"
    "record \"no\xc3\xb6ip\" *.example.com A failures 1 fail retry layer os\n";

static struct span with_end(const char *lines)
{
    uint32_t crc = crc32_of(span_z(lines));
    uint8_t byte[4] = {(uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8),
                       (uint8_t)crc};
    static char room[4096];
    struct buf b = BUF(room);
    buf_z(&b, lines);
    buf_z(&b, "end ");
    buf_hex(&b, byte, 4);
    buf_char(&b, '\n');
    return buf_view(&b);
}

static bool same_record(const struct record *a, const struct record *b)
{
    return addr_eq(&a->published, &b->published) && addr_eq(&a->trying, &b->trying) &&
           a->since == b->since && a->live == b->live && a->wrote == b->wrote &&
           a->tried == b->tried && a->not_before == b->not_before && a->allowance == b->allowance &&
           a->failures == b->failures && a->stopped == b->stopped &&
           a->fingerprint == b->fingerprint && a->fail.kind == b->fail.kind &&
           a->fail.layer == b->fail.layer && a->fail.code == b->fail.code &&
           a->fail.wait_s == b->fail.wait_s && span_eq(fail_text(&a->fail), fail_text(&b->fail));
}

static void t_round(void)
{
    struct fail f = {0};
    set_up();
    fill();
    struct span t = written();
    is_span(t, with_end(whole_text), "what is written");
    before = s;
    memset(&s, 0xa5, sizeof s);
    ok(state_read(&s, &c, edge(t), &f) == STEP_DONE && !f.kind, "is read");
    bool same = true;
    for (unsigned i = 0; i < 4; i++)
        same = same && same_record(&s.records[i], &before.records[i]);
    ok(same, "and says the same");
    ok(!s.records[1].looked && !s.records[1].busy && !s.records[1].keep[0][0] && !s.dirty,
       "the rest is cleared");
    const uint8_t *p = (const uint8_t *)&s.records[4];
    ok(p[0] == 0xa5 && p[sizeof s.records[4] - 1] == 0xa5, "records that are not used stay "
                                                           "untouched");
}

static void t_empty(void)
{
    struct fail f = {0};
    set_up();
    struct span t = written();
    is_span(t, with_end("ddns state 1\n"), "nothing known, nothing written");
    ok(state_read(&s, &c, t, &f) == STEP_DONE, "and read");
}

/* Records are found by account, host and family, in any order; the others are forgotten. */
static void t_moved(void)
{
    struct fail f = {0};
    set_up();
    fill();
    struct span t = written();
    memset(&c, 0, sizeof c);
    add_account(0, "no\xc3\xb6ip");
    add_account(1, "cloudflare home");
    add_record(0, "*.example.com", 4);
    add_record(1, "new.example.com", 4);
    add_record(1, "home.example.com", 6);
    ok(state_read(&s, &c, t, &f) == STEP_DONE, "read with another ddns.cfg");
    ok(s.records[0].failures == 1 && !s.records[1].published.family && s.records[2].stopped,
       "matched");
}

static void t_damage(void)
{
    struct span t = with_end(whole_text);
    char copy[1024];
    bool none = true, clean = true;
    set_up();
    for (size_t n = 0; n < t.n; n++) {
        struct fail f = {0};
        none = none && state_read(&s, &c, edge(span_upto(t, n)), &f) == STEP_FAIL && f.text_n;
        clean = clean && !s.records[0].published.family;
    }
    ok(none && clean, "cut anywhere: nothing of it is used");
    none = clean = true;
    for (size_t n = 0; n < t.n; n++)
        for (unsigned bit = 1; bit < 256; bit <<= 1) {
            struct fail f = {0};
            memcpy(copy, t.p, t.n);
            copy[n] = (char)(copy[n] ^ bit);
            none = none && state_read(&s, &c, (struct span){copy, t.n}, &f) == STEP_FAIL;
            clean = clean && !s.records[0].published.family;
        }
    ok(none && clean, "a bit wrong anywhere: likewise");
    memcpy(copy, t.p, t.n);
    copy[t.n] = '\n';
    struct fail f = {0};
    ok(state_read(&s, &c, (struct span){copy, t.n + 1}, &f) == STEP_FAIL, "a byte too many: "
                                                                          "likewise");
}

static void t_reasons(void)
{
    static const struct {
        const char *lines, *why; /* NULL: read */
    } rows[] = {
        {"", "it does not begin with 'ddns state 1'"},
        {"ddns state 2\n", "it was written by another version of ddns"},
        {"ddns state 1\nrecord \"x\" a.b MX ip 192.0.2.1\n", "line 2: no account, name or type"},
        {"ddns state 1\nrecord x a.b A ip 192.0.2.1\n", "line 2: no account, name or type"},
        {"ddns state 1\nrecord\n", "line 2: no account, name or type"},
        {"ddns state 1\nrecord \"x\" a.b A ip\n", "line 2: a word without a value"},
        {"ddns state 1\nrecord \"x\" a.b A why \"x\n", "line 2: a word without a value"},
        {"ddns state 1\n\nrecord \"x\" a.b A ip 192.0.2\n", "line 3: ip"},
        {"ddns state 1\nrecord \"x\" a.b A ip 2001:db8::1\n", "line 2: ip"},
        {"ddns state 1\nrecord \"x\" a.b A since -1\n", "line 2: since"},
        {"ddns state 1\nrecord \"x\" a.b A tried 253402300800\n", "line 2: tried"},
        {"ddns state 1\nrecord \"x\" a.b A failures 65536\n", "line 2: failures"},
        {"ddns state 1\nrecord \"x\" a.b A fail none\n", "line 2: fail"},
        {"ddns state 1\nrecord \"x\" a.b A layer cake\n", "line 2: layer"},
        {"ddns state 1\nrecord \"x\" a.b A code 2147483648\n", "line 2: code"},
        {"ddns state 1\nrecord \"x\" a.b A code -2147483648\n", NULL},
        {"ddns state 1\nrecord \"x\" a.b A stopped 4294967296\n", "line 2: stopped"},
        {"ddns state 1\nrecord \"x\" a.b A mood good tried 253402300799\n", NULL},
        {"ddns state 1\nrecord \"x\" a.b A mood \"very good\" ip 192.0.2.1\n", NULL},
        {"ddns state 1\naccount \"x\" anything at all \"\n\nrecord \"x\" a.b A\n", NULL},
    };
    memset(&c, 0, sizeof c);
    add_account(0, "x");
    add_record(0, "a.b", 4);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fail f = {0};
        enum step got = state_read(&s, &c, edge(with_end(rows[i].lines)), &f);
        ok(got == (rows[i].why ? STEP_FAIL : STEP_DONE), shown(rows[i].lines));
        is_span(fail_text(&f), rows[i].why ? span_z(rows[i].why) : SPAN(""), "and why");
    }
    struct fail f = {0};
    ok(state_read(&s, &c, SPAN("ddns state 1\n"), &f) == STEP_FAIL, "no end line");
    is_str(fail_text(&f), "its end is missing", "and why");
    f = (struct fail){0};
    ok(state_read(&s, &c, SPAN("ddns state 1\nend 00000000\n"), &f) == STEP_FAIL, "a wrong one");
    is_str(fail_text(&f), "its checksum is wrong", "and why");
}

/* Words of unknown length, and failure texts of the wrong kind. */
static void t_long_words(void)
{
    char line[700];
    struct buf b = BUF(line);
    struct fail f = {0};
    buf_z(&b, "ddns state 1\nrecord \"x\" a.b A why \"");
    for (unsigned i = 0; i < FAIL_TEXT_MAX; i++)
        buf_char(&b, 'x');
    buf_z(&b, "\"\n");
    ok(state_read(&s, &c, with_end(buf_text(&b)), &f) == STEP_DONE &&
       s.records[0].fail.text_n == FAIL_TEXT_MAX, "the longest text");
    b.n -= 2;
    buf_z(&b, "x\"\n");
    ok(state_read(&s, &c, with_end(buf_text(&b)), &f) == STEP_FAIL, "a longer one is damage");
    f = (struct fail){0};
    ok(state_read(&s, &c, with_end("ddns state 1\nrecord \"x\" a.b A why \"\x1b[31m\"\n"), &f) ==
       STEP_DONE, "control characters");
    is_str(fail_text(&s.records[0].fail), "?[31m", "are cleaned");
}

/* All records in trouble: the explanations give way, the facts stay. */
static void t_full(void)
{
    static char names[RECORDS_MAX / 2][40];
    memset(&c, 0, sizeof c);
    add_account(0, "cloudflare home");
    for (unsigned i = 0; i < RECORDS_MAX; i++) {
        struct buf b = BUF(names[i / 2]);
        buf_z(&b, "host");
        buf_u64(&b, i / 2);
        buf_z(&b, ".example.com");
        add_record(0, buf_text(&b), i % 2 ? 6 : 4);
        s.records[i] = (struct record){
            .published = i % 2 ? ip("2001:db8:1111:2222:3333:4444:5555:6666") : ip("203.0.113.203"),
            .since = 1763850000, .wrote = 1763850000, .tried = 1763850000, .live = 1763850000};
        for (unsigned k = 0; k < FAIL_TEXT_MAX; k++)
            fail_set(&s.records[i].fail, FAIL_CONFIG, LAYER_PROVIDER, 9109,
                     SPAN("0123456789012345678901234567890123456789012345678901234567890123456789"
                          "012345678901234567890123456789012345678901234567890123456789012345678"));
    }
    ok(span_find(written(), SPAN("why")) > 0, "the bound holds them all");
    struct buf half = {.p = text, .cap = sizeof text / 2};
    struct fail f = {0};
    state_write(&s, &c, &half);
    struct span t = buf_view(&half);
    ok(!half.over && span_find(t, SPAN("why")) < 0, "in half the room, without the texts of failures");
    ok(state_read(&s, &c, t, &f) == STEP_DONE && s.records[511].fail.code == 9109 &&
       s.records[511].published.family == 6, "the facts are there");
    struct buf small = {.p = text, .cap = 1000};
    state_write(&s, &c, &small);
    ok(small.over, "no room at all is told");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    t_round();
    t_empty();
    t_moved();
    t_damage();
    t_reasons();
    t_long_words();
    t_full();
    return done();
}
