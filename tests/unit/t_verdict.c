/* t_verdict.c: what replies mean: words, statuses, and that neither is ever taken for more than it
 * says. */
#include "provider/verdict.h"
#include "tap.h"

static struct store store;
static struct reply reply;
static struct recipe recipe;

static struct span get(const void *self, size_t item, struct span name, char scratch[SCOPE_SCRATCH])
{
    (void)self;
    (void)item;
    (void)scratch;
    return span_is(name, "ip") ? SPAN("192.0.2.1") : SPAN_NONE;
}

static struct span verdict(const char *lines, unsigned phase, int status, uint32_t later,
                           const char *body)
{
    static const char *const outcomes[] = {"ok", "same", "none", "busy"};
    static const struct scope scope = {.get = get, .items = 1};
    struct reply_head head = {.status = status, .retry_after = later};
    struct span rest = span_z(body);
    struct verdict v;
    recipe_read(&recipe, span_z(lines), 1, false, NULL);
    store_init(&store);
    reply_begin(&reply, &recipe, phase, false, &store);
    while (rest.n)
        reply_feed(&reply, &rest);
    reply_end(&reply);
    v = verdict_of(&reply, &head, span_trim(reply_text(&reply)), &scope);
    return span_z(v.outcome == OUTCOME_FAIL ? fail_kind_name(v.kind) : outcomes[v.outcome]);
}

#define TEXT                                                                                      \
    "ok = good done*\nsame = nochg\nauth = badauth 401 \"not you\"\nconfig = ~nohost \"\"\nwait " \
    "= 911\nset = GET /\n"
#define JSON                                                                                      \
    "code = e.code ok\nsay = e.text\nok = true 1\nauth = 7 9*\nretry = ~later\nset = GET /\nlet " \
    "a = a\n"
#define BARE "say = text\nset = GET /\nfind = GET /\n"

static const struct {
    const char *lines;
    unsigned phase;
    int status;
    uint32_t later;
    const char *body, *want;
} cases[] = {
    /* words of a text */
    {TEXT, KEY_SET, 200, 0, "good", "ok"},
    {TEXT, KEY_SET, 200, 0, "GOOD 1.2.3.4\r\n", "ok"},
    {TEXT, KEY_SET, 200, 0, "\xef\xbb\xbfgood", "ok"},
    {TEXT, KEY_SET, 200, 0, "  good", "ok"},
    {TEXT, KEY_SET, 200, 0, "goodly", "proto"},
    {TEXT, KEY_SET, 200, 0, "not good", "proto"},
    {TEXT, KEY_SET, 200, 0, "done-7", "ok"},
    {TEXT, KEY_SET, 200, 0, "undone", "proto"},
    {TEXT, KEY_SET, 200, 0, "nochg 1.2.3.4", "same"},
    {TEXT, KEY_SET, 200, 0, "badauth", "auth"},
    {TEXT, KEY_SET, 401, 0, "whatever", "auth"},
    {TEXT, KEY_SET, 401, 0, "", "auth"},
    {TEXT, KEY_SET, 200, 0, "Not you!", "auth"},
    {TEXT, KEY_SET, 200, 0, "not yours", "proto"},
    {TEXT, KEY_SET, 200, 0, "sorry: nohost.", "config"},
    {TEXT, KEY_SET, 200, 0, "sorry: nohosts", "proto"},
    {TEXT, KEY_SET, 200, 0, "xnohost", "proto"},
    {TEXT, KEY_SET, 200, 0, "", "config"},
    {TEXT, KEY_SET, 200, 0, "911", "wait"},
    {TEXT, KEY_SET, 500, 0, "good", "retry"},
    {TEXT, KEY_SET, 302, 0, "good", "config"},
    {TEXT, KEY_SET, 503, 60, "x", "wait"},
    {TEXT, KEY_SET, 404, 0, "x", "none"},
    /* a status that stands in never matches ok */
    {"ok = 200 x\ncode = c\nset = GET /\n", KEY_SET, 200, 0, "{}", "proto"},
    {"ok = 200\ncode = c\nset = GET /\n", KEY_SET, 200, 0, "{\"c\":200}", "ok"},
    {"same = 204\nset = GET /\n", KEY_SET, 204, 0, "", "same"},
    {"auth = 404\nset = GET /\n", KEY_SET, 404, 0, "", "auth"},
    /* codes in JSON */
    {JSON, KEY_SET, 200, 0, "{\"ok\":true}", "ok"},
    {JSON, KEY_SET, 200, 0, "{\"ok\":1}", "ok"},
    {JSON, KEY_SET, 200, 0, "{\"ok\":\"true\"}", "ok"},
    {JSON, KEY_SET, 200, 0, "{\"ok\":false}", "proto"},
    {JSON, KEY_SET, 200, 0, "{\"ok\":null}", "proto"},
    {JSON, KEY_SET, 200, 0, "{}", "proto"},
    {JSON, KEY_SET, 200, 0, "true", "proto"},
    {JSON, KEY_SET, 200, 0, "{\"ok\":true", "proto"},
    {JSON, KEY_SET, 200, 0, "{\"ok\":true}}", "proto"},
    {JSON, KEY_SET, 200, 0, "", "proto"},
    {JSON, KEY_SET, 200, 0, "<html>true</html>", "proto"},
    {JSON, KEY_SET, 200, 0, "{\"e\":{\"code\":7},\"ok\":false}", "auth"},
    {JSON, KEY_SET, 200, 0, "{\"e\":{\"code\":77},\"ok\":false}", "proto"},
    {JSON, KEY_SET, 400, 0, "{\"e\":{\"code\":901}}", "auth"},
    {JSON, KEY_SET, 400, 0, "{\"e\":{\"code\":\"try later, please\"}}", "retry"},
    {JSON, KEY_SET, 400, 0, "{\"e\":{\"code\":\"collateral\"}}", "config"},
    {JSON, KEY_SET, 200, 0, "{\"x\":{\"ok\":true}}", "proto"},
    {JSON, KEY_SET, 403, 0, "no json", "auth"},
    {JSON, KEY_SET, 502, 0, "no json", "retry"},
    /* no words at all: the status decides */
    {BARE, KEY_SET, 200, 0, "{}", "ok"},
    {BARE, KEY_SET, 201, 0, "", "ok"},
    {BARE, KEY_SET, 204, 0, "", "ok"},
    {BARE, KEY_SET, 200, 0, "<html>", "proto"},
    {BARE, KEY_SET, 200, 0, "{\"a\":", "proto"},
    {BARE, KEY_SET, 401, 0, "", "auth"},
    {BARE, KEY_SET, 403, 0, "", "auth"},
    {BARE, KEY_FIND, 404, 0, "", "none"},
    {BARE, KEY_SET, 408, 0, "", "retry"},
    {BARE, KEY_SET, 425, 0, "", "retry"},
    {BARE, KEY_SET, 429, 0, "", "wait"},
    {BARE, KEY_SET, 403, 30, "", "wait"},
    {BARE, KEY_SET, 422, 0, "{\"text\":\"x\"}", "config"},
    {BARE, KEY_SET, 500, 0, "", "retry"},
    {BARE, KEY_SET, 599, 0, "", "retry"},
    /* order: the phase before the header, own before inherited, top to bottom */
    {"ok = a\nconfig = a b\nset = GET /\nauth = b\n", KEY_SET, 200, 0, "a", "ok"},
    {"ok = a\nconfig = a b\nset = GET /\nauth = b\n", KEY_SET, 200, 0, "b", "auth"},
    {"config = \"good 127.0.0.1\"\nok = good\nset = GET /\n", KEY_SET, 200, 0, "good 127.0.0.1",
     "config"},
    {"config = \"good 127.0.0.1\"\nok = good\nset = GET /\n", KEY_SET, 200, 0, "good 127.0.0.10",
     "ok"},
    {"like = dyndns2\nsame = good\nset = GET /\n", KEY_SET, 200, 0, "good", "same"},
    /* the address shown */
    {"ok = ~{ip}\nset = GET /\n", KEY_SET, 200, 0, "Your address: 192.0.2.1.", "ok"},
    {"ok = ~{ip}\nset = GET /\n", KEY_SET, 200, 0, "192.0.2.10", "proto"},
    {"ok = ~{ip}\nset = GET /\n", KEY_SET, 200, 0, "1.192.0.2.1", "proto"},
    {"ok = ~{ip}\nset = GET /\n", KEY_SET, 200, 0, "(192.0.2.1)", "ok"},
    /* busy only counts while waiting */
    {"code = s\nok = done\nbusy = run\nset = GET /\nawait = GET /\n", KEY_AWAIT, 200, 0,
     "{\"s\":\"run\"}", "busy"},
    {"code = s\nok = done\nbusy = run\nset = GET /\nawait = GET /\n", KEY_SET, 200, 0,
     "{\"s\":\"run\"}", "proto"},
    /* marks */
    {"code = \"code =\"\nok = 200\nset = GET /\n", KEY_SET, 200, 0,
     "[RESPONSE]\ncode = 200\ndescription = ok", "ok"},
    {"code = \"code =\"\nok = 200\nset = GET /\n", KEY_SET, 200, 0, "code = 2000", "proto"},
    {"code = 'CODE=\"'\nok = 200 201\nset = GET /\n", KEY_SET, 200, 0,
     "<SUCCESS CODE=\"201\" TEXT=\"x\">", "ok"},
    {"code = \"success|\"\nok = 100\nset = GET /\n", KEY_SET, 200, 0, "success|100|updated",
     "proto"},
};

static void test_words_again(void)
{
    is_str(verdict(BARE, KEY_SET, 422, 0, "{\"text\":\"words \\u001b[31m\"}"), "config",
           "a control character for the user");
    is_str((struct span){reply.say, reply.say_n}, "words ?[31m", "is shown as ?");
    is_str(verdict("say = b a\nset = GET /\n", KEY_SET, 422, 0,
                   "{\"a\":\"second\",\"b\":\"first\"}"),
           "config", "two paths");
    is_str((struct span){reply.say, reply.say_n}, "first", "the first path counts");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (size_t i = 0; i < COUNT(cases); i++)
        is_str(verdict(cases[i].lines, cases[i].phase, cases[i].status, cases[i].later,
                       cases[i].body),
               cases[i].want, cases[i].body);
    test_words_again();
    return done();
}
