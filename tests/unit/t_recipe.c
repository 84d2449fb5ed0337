/* t_recipe.c: recipes as read, the mistakes found in them, and what an account's section is told.
 */
#include "provider/check.h"
#include "provider/provider.h"
#include "tap.h"

static struct conf conf;
static char text[8192], said[4096];
static struct buf out;

/* ---- a whole ddns.cfg: what is said about it, "LINE: text\n" each */

static struct span told(const char *cfg)
{
    struct buf b = BUF(text);
    out = (struct buf)BUF(said);
    buf_z(&b, cfg);
    conf_read(&conf, buf_view(&b), NULL);
    for (unsigned i = 0; i < conf.account_count; i++)
        provider_check(&conf, &conf.accounts[i]);
    for (unsigned i = 0; i < conf.error_count; i++) {
        buf_u64(&out, conf.errors[i].line);
        buf_all(&out, SPAN(": "), span_z(conf.errors[i].text), SPAN("\n"));
    }
    return buf_view(&out);
}

#define HOSTS "hosts = a.example.com\n"
#define CUSTOM "[custom x]\n" HOSTS

static void test_sections(void)
{
    static const char *const cases[][2] = {
        {"[duckdns]\ntoken = t123\nhosts = a.duckdns.org\n", ""},
        {"[DuckDNS mine]\ntoken = t123\nhosts = a.duckdns.org\n", ""},
        {"[duckdsn]\ntoken = t123\nhosts = a.duckdns.org\n",
         "1: no provider 'duckdsn' — did you mean 'duckdns'?\n"},
        {"[qqqqqqqqq]\n" HOSTS, "1: no provider 'qqqqqqqqq' — `ddns providers` lists them; [custom "
                                "NAME] takes a recipe of your own\n"},
        {"[duckdns]\nhosts = a.duckdns.org\n",
         "1: token is missing — add token = …: the token shown at the top of the page\n"},
        {"[duckdns]\ntoken = t123\n" HOSTS,
         "3: a.example.com is not below duckdns.org — correct hosts, or set zone =\n"},
        {"[duckdns]\ntoken = t123\ntokn = x\nhosts = a.duckdns.org\n",
         "3: [duckdns] takes no 'tokn' — did you mean 'token'?\n"},
        {"[duckdns]\ntoken = t123\nttl = 60\nhosts = a.duckdns.org\n",
         "3: [duckdns] takes no 'ttl' — remove the line; `ddns providers duckdns` lists its "
         "settings\n"},
        {"[cloudflare]\ntoken = t123\nzone = example.org\n" HOSTS,
         "4: a.example.com is not below example.org — correct hosts, or set zone =\n"},
        {"[cloudflare]\ntoken = t123\nzone = example.com\nttl = 300\nproxied = no\n" HOSTS, ""},
        {"[powerdns]\nserver = https://h:8081\nkey = k123\nttl = 30\n" HOSTS,
         "4: ttl is too short for [powerdns] — write 60 or more\n"},
        {"[powerdns]\nserver = http://10.0.0.1:8081\nkey = k123\n" HOSTS,
         "2: server = http://… would send the credentials in the clear — write https://\n"},
        {"[powerdns]\nserver = http://localhost:8081\nkey = k123\n" HOSTS, ""},
        {"[powerdns]\nserver = http://[::1]:8081/\nkey = k123\n" HOSTS, ""},
        {"[powerdns]\nserver = ns.example.com\nkey = k123\n" HOSTS,
         "2: server is no URL — write https://HOST, with a path if there is one\n"},
        {"[dyndns2]\nuser = u\npassword = p123\n" HOSTS,
         "1: server is missing — add server = …: its address, such as https://dyn.example.net\n"},
        {"[noip]\nuser = u\npassword = p123\n" HOSTS, ""},
        {"[rfc2136]\nserver = ns1.example.com:5353\nuser = k\nsecret = QUFBQQ==\nalgorithm = "
         "hmac-sha512\nttl = 60\n" HOSTS,
         ""},
        {"[rfc2136]\nserver = ns1.example.com\nuser = k\nsecret = *\n" HOSTS,
         "4: the key cannot be used — user is its name, secret its base64 text, both as the key "
         "file has them\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        is_str(told(cases[i][0]), cases[i][1], cases[i][0]);
}

static void test_own(void)
{
    static const char *const cases[][2] = {
        {CUSTOM "set = GET https://h.example/u?h={host}&ip={ip}\nok = good\n", ""},
        {CUSTOM "set = GET https://h.example/u?h={host}&k={mine}\nmine = 5\n", ""},
        {CUSTOM "set = GET https://h.example/u?h={hots}\n",
         "3: {hots} is no setting, capture or built-in name here: did you mean {host}?\n"},
        {CUSTOM "set = GET https://h.example/u?h={host}\nmtach a = b\n",
         "4: 'mtach' is not a key of a recipe; did you mean 'match'?\n"},
        {CUSTOM "set = GET https://h.example/u?h={host}\nbdy = x\n",
         "4: [custom] takes no 'bdy' — did you mean 'body'?\n"},
        {CUSTOM "set = GET https://h.example/u?h={host}&t={token}\n",
         "1: token is missing — add token = …: API token\n"},
        {CUSTOM "set = GET https://h.example/\n  body = {\"ip\":{ip},\"h\":\"{host}\"}\n",
         "4: {ip} stands bare in JSON and is no number: put it in quotes\n"},
        {CUSTOM "set = PUT https://h.example/{host}\n  body = {\"ip\":\"{ip}\"\n",
         "4: the body is not JSON\n"},
        {CUSTOM "set = PUT https://h.example/{host}/{ttl}\n",
         "3: {ttl} may be absent and this place cannot leave it out\n"},
        {CUSTOM "else ttl = 60\nset = PUT https://h.example/{host}/{ttl}\n", ""},
        {CUSTOM "set = PUT https://{host}.h.example/\n",
         "3: {host} may not choose the host: only settings may\n"},
        {CUSTOM "login = GET https://h.example/\nlet where = a\n"
                "set = PUT https://{where}.h.example/{host}\n",
         "5: {where} may not choose the host: only settings may\n"},
        {CUSTOM "set = GET https://h.example/?h={host}&a={ip\n",
         "3: a '{' is not closed: write {NAME}\n"},
        {CUSTOM "set = GET https://h.example/?h={host}\nok = good \"it is\n",
         "4: a quote is not closed: write it before and after\n"},
        {CUSTOM "set = GET https://h.example/?h={host}\ncode = a..b\n",
         "4: 'a..b' is no path: write names parted by single dots, such as a.b.0.c\n"},
        {CUSTOM "set = GET https://h.example/?h={host}\ncode =\n",
         "4: code has no value: write one, or leave the line out\n"},
        {CUSTOM "fnd = GET https://h.example/\n  let rid = id\n",
         "1: nothing is ever written: add set = METHOD URL, or find with edit and add\n"
         "3: [custom] takes no 'fnd' — did you mean 'find'?\n"
         "4: 'let' belongs into a phase: write it below set = …, find = … or another one\n"},
        {CUSTOM "set = GET http://h.example/{host}\n",
         "3: http:// needs ok = words that only the provider would answer\n"},
        {CUSTOM "set = GET http://h.example/{host}\nok = good\n", ""},
        {CUSTOM "set = FETCH https://h.example/{host}\n",
         "3: 'FETCH' is no method: write one of GET POST PUT PATCH DELETE\n"},
        {CUSTOM "base = https://h.example\n",
         "3: nothing is ever written: add set = METHOD URL, or find with edit and add\n"},
        {CUSTOM "edit = PUT https://h.example/{host}\n",
         "3: edit, add and remove need find, which tells them what is there\n"},
        {CUSTOM "set = GET https://h.example/{each}{host}{end}\n",
         "3: {each} needs batch = the most items that one call may hold\n"},
        {CUSTOM "batch = 2\nset = GET https://h.example/?a={each}{host}\n",
         "4: {each} and {end} must stand in pairs, not one inside another\n"},
        {CUSTOM "set = GET https://h.example/?h={host}&a={ip4}&t={type}\n",
         "3: {type} cannot go with {ip4}, {ip6} or {ips}: a call holds both families\n"},
        {CUSTOM
         "set = GET https://h.example/?h={host}\nlet rid = id\nset = GET https://h.example/\n",
         "5: 'set' is given twice: leave one of them out\n"},
        {CUSTOM "rows = a\nset = GET https://h.example/?h={host}\n",
         "3: 'rows' belongs into a phase: write it below set = …, find = … or another one\n"},
        {CUSTOM "set = GET https://h.example/?h={host}\nbase = https://h.example\n",
         "4: 'base' belongs before the first phase\n"},
        {CUSTOM "like = dyndsn\n",
         "3: no recipe 'dyndsn' that is not itself like another: `ddns providers` lists them\n"
         "3: nothing is ever written: add set = METHOD URL, or find with edit and add\n"},
        {CUSTOM "like = duckdns\ntoken = t123\nzone = example.com\n", ""},
        {CUSTOM "gap = soon\nset = GET https://h.example/?h={host}\n",
         "3: gap is a time such as 30s, 5m or 6d\n"},
        {CUSTOM "header Host = x\nset = GET https://h.example/?h={host}\n",
         "3: the header Host is ddns's own: leave it out\n"},
        {CUSTOM "set = GET https://h.example/?h={host}\ncode = \"mark\" a.b\n",
         "3: JSON paths and \"marks\" cannot both read one reply: choose one sort\n"},
        {CUSTOM "set = GET https://h.example/?h={host}\ncode = \"mark\"\nsay = a.b\n",
         "3: JSON paths and \"marks\" cannot both read one reply: choose one sort\n"},
        {CUSTOM "set = GET https://h.example/?h={host}\nok = good\nsay = a.b\n",
         "3: ok = words are compared with what code = PATH finds in JSON: write code\n"},
        {CUSTOM "set = GET https://h.example/?h={host}\nlet ip = a\n",
         "4: {ip} has a value already: let another name have this one\n"},
        {CUSTOM "sign = rot13 {key}\nkey = k\nset = GET https://h.example/?h={host}\n",
         "3: no signature scheme 'rot13': write one of acs3 aliyun aws bce ding dnsme huawei jwt "
         "nfsn oci ovh tc3 todaynic transip volc\n"},
        {"[custom x]\nhosts = a.example.com b.example.com\nset = GET https://h.example/?ip={ip}\n",
         "1: the credentials of [custom] belong to one name — write a section for each host: "
         "[custom LABEL]\n"},
        {"[custom x]\nipv6 = interface\nfamily = 4\n" HOSTS
         "set = GET https://h.example/?h={host}\n",
         "1: [custom] takes IPv4 addresses only — write ipv6 = off in this section\n"},
        {CUSTOM "set = PUT https://h.example/{zone}/{host}\n",
         "1: zone is missing — add zone = the domain that the hosts belong to\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        is_str(told(cases[i][0]), cases[i][1], cases[i][0]);
}

/* ---- what is embedded */

static void say(void *arg, struct span s)
{
    (void)arg;
    note("mistake", s);
}

static void put(void *arg, struct span s)
{
    (void)arg;
    buf_span(&out, s);
}

static void test_embedded(void)
{
    static struct span ids[1024];
    struct provider_info info;
    bool good = true, unique = true;
    size_t n = 0;
    for (; n < COUNT(ids) && provider_at(n, &info); n++) {
        ids[n] = info.id;
        good &= info.id.n > 0 && info.name.n > 0 && info.families != 0;
        for (size_t i = 0; i < n; i++)
            unique &= !span_ieq(ids[i], info.id);
    }
    ok(n >= 8, "the list of providers");
    ok(good, "each has a name and families");
    ok(unique, "no id twice");
    is_i64((int64_t)provider_selfcheck(say, NULL), 0, "no mistake in the embedded recipes");
    for (size_t i = 0; i < n; i++) {
        out = (struct buf)BUF(said);
        good &= provider_help(ids[i], put, NULL) && !out.over;
    }
    ok(good, "help of each");
}

static void test_help(void)
{
    out = (struct buf)BUF(said);
    ok(provider_help(SPAN("noip"), put, NULL), "help");
    is_str(buf_view(&out),
           "No-IP — https://my.noip.com\nIPv4 and IPv6; several hosts share one request\n\n[noip]\n"
           "user = …   # the user name of a DDNS key\npassword = …   # the password of the DDNS "
           "key\nhosts = home.example.com\n",
           "what it says");
    ok(!provider_help(SPAN("nobody"), put, NULL), "no such provider");
}

static void test_info(void)
{
    struct provider_info info;
    told("[custom x]\nname = Mine\nsite = https://s.example\ngap = 5m\nrefresh = 6d\nfamily = "
         "4\nbatch = 9\n" HOSTS "set = GET https://h.example/?h={each}{host}{end}\n");
    ok(conf.error_count == 0 && provider_of(&conf, &conf.accounts[0], &info), "a user's own");
    is_str(info.name, "Mine", "name");
    is_str(info.site, "https://s.example", "site");
    ok(info.gap_s == 300 && info.refresh_s == 518400 && info.families == 1 && info.batch, "limits");
    told("[noip]\nuser = u\npassword = p123\n" HOSTS);
    ok(provider_of(&conf, &conf.accounts[0], &info) && span_is(info.name, "No-IP") && info.batch,
       "an embedded one");
    told("[nobody]\n" HOSTS);
    ok(!provider_of(&conf, &conf.accounts[0], &info), "none");
}

/* ---- merging */

static struct span order(const struct recipe *r)
{
    out = (struct buf)BUF(said);
    for (unsigned i = 0; i < r->phase_count; i++)
        buf_all(&out, span_z(recipe_key_name(r->phases[i])), SPAN(" "));
    return buf_view(&out);
}

static void test_merge(void)
{
    struct recipe r;
    struct span target;
    recipe_read(&r,
                SPAN("like = dyndns2\nbase = https://b.example\nok = yes\nbasic = "
                     "a:{password}\nfind = GET /f?h={host}\n"
                     "rows = .\nset = PUT /n\n"),
                1, false, NULL);
    is_str(recipe_value(&r, recipe_find(&r, KEY_SET, KEY_BASIC, SPAN_NONE)), "a:{password}",
           "an own key replaces");
    is_str(order(&r), "find set ", "phases in the order of play");
    is_str(recipe_method(&r, KEY_SET, &target), "PUT", "an own phase replaces");
    is_str(target, "/n", "its target");
    recipe_read(
        &r,
        SPAN(
            "[x]\nremove = GET /\nset = GET /\nfinish = GET /\nlogin = GET /\n[y]\nfind = GET /\n"),
        1, false, NULL);
    is_str(order(&r), "login remove set finish ",
           "the file's order among writes; the next section is another recipe");
}

static void test_words(void)
{
    struct span rest = SPAN(" a b* \"two words\" 'x\"y' ~t ~\"u v\" \"\" *");
    static const struct {
        enum word_kind kind;
        const char *text;
    } want[] = {{WORD_PLAIN, "a"}, {WORD_START, "b"}, {WORD_TEXT, "two words"}, {WORD_TEXT, "x\"y"},
                {WORD_TOKEN, "t"}, {WORD_TOKEN, "u v"}, {WORD_TEXT, ""}, {WORD_START, ""}};
    struct word word;
    for (size_t i = 0; i < COUNT(want); i++) {
        ok(recipe_word(&rest, &word) && word.kind == want[i].kind, want[i].text);
        is_str(word.text, want[i].text, "its text");
    }
    ok(!recipe_word(&rest, &word), "no more");
}

int app_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    test_sections();
    test_own();
    test_embedded();
    test_help();
    test_info();
    test_merge();
    test_words();
    return done();
}
