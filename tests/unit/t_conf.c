/* t_conf.c: ddns.cfg: values, sections, records, every error; and the reference file itself. */
#include "config/conf.h"
#include "edge.h"
#include "os/os.h"
#include "tap.h"

static struct conf c;

/* ---- what @ and $ bring */

static const struct {
    const char *name, *text;
} files[] = {
    {"t", "token\n"}, {"crlf", "token\r\n"}, {"none", "token"}, {"two", "a\n\n"},
    {"pem", "-----BEGIN\nx\n-----END\n"}, {"empty", ""}, {"lf", "\n"}, {"bom",
                                                                        "\xef\xbb\xbftoken\n"},
    {"bad", "to\xffken"}, {"ctl", "to\x01ken"}, {"utf16", "\xff\xfet"},
};

static bool fetch_file(void *arg, struct span path, char *out, size_t cap, size_t *n,
                       const char **why)
{
    (void)arg;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct span text = span_z(files[i].text);
        if (!span_is(path, files[i].name))
            continue;
        *why = "too long";
        if (text.n > cap)
            return false;
        memcpy(out, text.p, text.n);
        *n = text.n;
        return true;
    }
    *why = "no such file";
    return false;
}

static bool fetch_env(void *arg, struct span name, char *out, size_t cap, size_t *n)
{
    (void)arg;
    *n = 0;
    if (span_is(name, "EMPTY"))
        return true;
    if (!span_is(name, "NAME_1") || cap < 5)
        return false;
    memcpy(out, "value", 5);
    *n = 5;
    return true;
}

static const struct conf_fetch fetch = {.file = fetch_file, .env = fetch_env};

static void read_text(const char *text)
{
    memset(&c, 0xa5, sizeof c); /* nothing may rest on zeros */
    conf_read(&c, edge(span_z(text)), &fetch);
}

static void note_errors(void)
{
    for (unsigned i = 0; i < c.error_count; i++) {
        note("error", span_z(c.errors[i].text));
    }
}

static bool clean(const char *text)
{
    read_text(text);
    if (c.error_count)
        note_errors();
    return c.error_count == 0;
}

/* ---- global settings */

#define ACCOUNT "\n[duckdns]\ntoken = t\nhosts = a.duckdns.org\n"

static void t_defaults(void)
{
    ok(clean(ACCOUNT), "smallest file");
    ok(c.interval_s == 300 && c.confirm == 2 && c.allow == 0 && c.verify, "defaults of numbers");
    ok(!c.ca.p && !c.bind.p && c.resolver_count == 0, "defaults that are none");
    is_str(c.state, "ddns.state", "default state");
    is_str(c.log, "ddns.log", "default log");
    ok(c.log_format == LOG_TEXT && c.log_level == LEVEL_INFO && c.log_size == 262144, "log");
    ok(c.quest_count == 2 && c.quest_family[0] == 4 && c.quest_family[1] == 6, "two quests");
    ok(c.quests[0].count == 1 && c.quests[0].items[0].kind == SOURCE_AUTO, "ipv4 = auto");
    ok(c.quests[1].count == 1 && c.quests[1].items[0].kind == SOURCE_OFF, "ipv6 = off");
    ok(c.record_count == 1 && c.records[0].family == 4 && c.records[0].account == 0, "one record");
    ok(c.accounts[0].create && !c.accounts[0].label.p && c.accounts[0].interval_s == 0 &&
       !c.accounts[0].recipe_text.p && !c.accounts[0].recipe_file.p && !c.accounts[0].bind.p,
       "defaults of an account");
    is_str(span_z(c.accounts[0].id), "duckdns", "id without a label");
}

static void t_global(void)
{
    ok(clean("interval = 90s\nconfirm = 3\nallow = private, ula cgnat\nca = \"a b.pem\"\n"
             "dns = 192.0.2.53, [2001:db8::53]:5353 2001:db8::1\nbind = eth0\nstate = s\nlog = -\n"
             "log_format = JSON\nlog_size = 1M\nlog_level = debug\nVerify = No\n" ACCOUNT),
       "all global settings");
    ok(c.interval_s == 90 && c.confirm == 3 && !c.verify, "numbers");
    ok(c.allow == (1u << ADDR_PRIVATE | 1u << ADDR_ULA | 1u << ADDR_CGNAT), "classes");
    is_str(c.ca, "a b.pem", "quoted path");
    is_str(c.bind, "eth0", "bind");
    is_str(c.log, "-", "log");
    ok(c.log_format == LOG_JSON && c.log_level == LEVEL_DEBUG && c.log_size == 1 << 20, "log");
    ok(c.resolver_count == 3 && c.resolvers[0].port == 53 && c.resolvers[1].port == 5353 &&
       c.resolvers[1].addr.family == 6 && c.resolvers[2].port == 53, "DNS servers");
    ok(clean("state = \"C:\\\\d \\\"x\\\"\"\n" ACCOUNT), "escapes in a quoted path");
    is_str(c.state, "C:\\d \"x\"", "undone");
    ok(clean("state = C:\\ddns\\new.state\n" ACCOUNT), "backslashes without quotes");
    is_str(c.state, "C:\\ddns\\new.state", "stay");
    ok(clean("allow = documentation loopback\n" ACCOUNT) &&
       c.allow == (1u << ADDR_DOCUMENTATION | 1u << ADDR_LOOPBACK), "the other classes");
}

static void t_sources(void)
{
    ok(clean("ipv4 = web https://a.example/?x, interface eth0, file a b, command /bin/x -y 'z'\n"
             "ipv6 = interface\n" ACCOUNT), "source lists");
    const struct source_list *l = &c.quests[0];
    ok(l->count == 4 && l->line == 1, "four sources");
    ok(l->items[0].kind == SOURCE_WEB && span_is(l->items[0].arg, "https://a.example/?x"), "web");
    ok(l->items[1].kind == SOURCE_INTERFACE && span_is(l->items[1].arg, "eth0"), "interface");
    ok(l->items[2].kind == SOURCE_FILE && span_is(l->items[2].arg, "a b"), "file");
    ok(l->items[3].kind == SOURCE_COMMAND && span_is(l->items[3].arg, "/bin/x -y 'z'"), "command");
    ok(c.quests[1].items[0].kind == SOURCE_INTERFACE && !c.quests[1].items[0].arg.p,
       "interface alone");
    is_i64(c.record_count, 2, "both families now");
    ok(c.records[0].family == 4 && c.records[1].family == 6 &&
       span_eq(c.records[0].host, c.records[1].host), "host and family");
}

/* ---- accounts */

static const char accounts_text[] =
    "ipv6 = interface eth0\n"
    "[cloudflare home office] # comment\n"
    "hosts = A.Example.com, *.example.com\tb\xc3\xbc" "cher.example\n"
    "Token = @t\nttl = 0060\nproxied = on\ncreate = no\ninterval = 10m\nbind = 192.0.2.1\n"
    "hosts = last.example.com.\n"
    "zone = B\xc3\x9c" "CHER.example\n"
    "[noip]\nuser = me # mine\npassword = \"$5 # \\\"x\\\"\"\nhosts = me.ddns.net\nipv6 = off\n"
    "consumer = $NAME_1\n"
    "[noip two]\nhosts = me.ddns.org\nipv4 = off\nipv6 = interface eth0\npassword=a\n"
    "[noip three]\nhosts = me.ddns.eu\nipv4 = web https://x.example\nipv6 = off\npassword=@pem\n"
    "recipe = my.recipe\n";

static const struct value *value(unsigned account, const char *key)
{
    return conf_value(&c, &c.accounts[account], span_z(key));
}

static void t_accounts(void)
{
    ok(clean(accounts_text), "four accounts");
    is_i64(c.account_count, 4, "their number");
    is_str(span_z(c.accounts[0].id), "cloudflare home office", "id");
    is_str(c.accounts[0].provider, "cloudflare", "provider");
    is_str(c.accounts[0].label, "home office", "label");
    is_i64(c.accounts[0].record_count, 8, "four hosts, two families");
    is_str(c.records[0].host, "a.example.com", "lower case");
    is_str(c.records[2].host, "*.example.com", "wildcard");
    is_str(c.records[4].host, "xn--bcher-kva.example", "punycode");
    is_str(c.records[7].host, "last.example.com", "repeated hosts lines go on; no final dot");
    ok(c.records[6].family == 4 && c.records[7].family == 6 && c.records[7].line == 10, "families");
    ok(!c.accounts[0].create && c.accounts[0].interval_s == 600, "create, interval");
    is_str(c.accounts[0].bind, "192.0.2.1", "bind");
    ok(value(0, "token") && value(0, "token")->secret && value(0, "token")->indirect, "token");
    is_str(value(0, "token")->text, "token", "read from its file, key in lower case");
    is_str(value(0, "ttl")->text, "60", "no leading zeros");
    is_str(value(0, "proxied")->text, "yes", "yes and no in one spelling");
    is_str(value(0, "zone")->text, "xn--bcher-kva.example", "zone as punycode");
    ok(!value(0, "ttl")->secret && !value(0, "create") && !value(0, "hosts"), "what is no value");
    ok(c.accounts[1].record_count == 1 && c.records[8].family == 4, "ipv6 = off for one account");
    is_str(value(1, "password")->text, "$5 # \"x\"", "quoted secret");
    ok(value(1, "password")->secret && !value(1, "password")->indirect, "is one");
    is_str(value(1, "user")->text, "me", "comment cut off");
    ok(!value(1, "user")->secret, "user is no secret");
    ok(value(1, "consumer")->secret && span_is(value(1, "consumer")->text, "value"),
       "a key only the recipe knows is a secret, $ is read");
    ok(c.accounts[0].quest[0] == 2 && span_is(c.quests[2].bind, "192.0.2.1") &&
       c.quests[2].items[0].kind == SOURCE_AUTO, "an account's own link is asked for its address");
    ok(c.accounts[0].quest[1] == 1, "an IPv4 address to send from is none for IPv6 sources");
    ok(c.accounts[1].quest[0] == 0 && c.accounts[1].quest[1] == 3, "off is a list of its own");
    ok(c.accounts[2].quest[0] == 4 && c.accounts[2].quest[1] == 1 && c.records[9].family == 6,
       "a list equal to the global one is the global one");
    ok(c.accounts[3].quest[0] == 5 && c.accounts[3].quest[1] == 3 && c.quest_count == 6,
       "equal lists are one");
    is_str(value(3, "password")->text, "-----BEGIN\nx\n-----END", "PEM keeps its line ends");
    is_str(c.accounts[3].recipe_file, "my.recipe", "recipe file");
}

static void t_brought(void)
{
    static const struct {
        const char *written, *want;
    } rows[] = {
        {"@t", "token"}, {"@crlf", "token"}, {"@none", "token"}, {"@two", "a\n"}, {"@bom", "token"},
        {"$NAME_1", "value"}, {"\"@t\"", "@t"}, {"\"$NAME_1\"", "$NAME_1"}, {"a@t", "a@t"},
        {"\"a\\\\\"", "a\\"}, {"a\\b", "a\\b"}, {"'a'", "'a'"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[200];
        struct buf b = BUF(text);
        buf_all(&b, SPAN("[d]\nhosts=a.b\ntoken = "), span_z(rows[i].written), SPAN("\n"));
        ok(clean(buf_text(&b)), rows[i].written);
        is_str(value(0, "token")->text, rows[i].want, "its meaning");
    }
}

static void t_custom(void)
{
    ok(clean("[noip]\nhosts=x.example.net\n[custom mine]\n# first\nhosts = me.example.net\n"
             "token = @t\nregion = $NAME_1\nneed region = where\n"
             "set = GET https://api.example.net/up?name={host}&key={token}\n"
             "header X = @nothing\nok = good # c\nok = \"a b\" c\nauth = @nothing\n\n# end\n"
             "[custom]\nhosts = me.example.net\nset = GET"), "two recipes of one's own");
    is_str(c.accounts[1].recipe_text,
           "# first\nhosts = me.example.net\ntoken = @t\nregion = $NAME_1\nneed region = where\n"
           "set = GET https://api.example.net/up?name={host}&key={token}\n"
           "header X = @nothing\nok = good # c\nok = \"a b\" c\nauth = @nothing\n", "its lines");
    ok(c.accounts[1].recipe_line == 4, "and their first number");
    is_str(c.accounts[2].recipe_text, "hosts = me.example.net\nset = GET", "without a last LF");
    ok(c.accounts[1].value_count == 2 && span_is(value(1, "region")->text, "value"),
       "settings among them");
    ok(!c.accounts[0].recipe_text.p, "no recipe elsewhere");
}

static uint32_t print_of(const char *section)
{
    read_text(section);
    return c.accounts[0].fingerprint;
}

static void t_fingerprint(void)
{
    static const char *const others[] = {
        "[noip b]\nuser=u\npassword=token\nhosts=a.b\n",
            "[noip]\nuser=u\npassword=toke\nhosts=a.b\n",
        "[noip]\nuser=u\npassword=token\nhosts=a.b\nttl=60\n", "[noip]\nuser=u\nhosts=a.b\n",
        "[noip]\nuser=u\npassword=token\nhosts=a.c\n", "[noip]\nid=u\npassword=token\nhosts=a.b\n",
        "[noip]\nuser=u\npassword=@two\nhosts=a.b\n",
    };
    uint32_t print = print_of("[noip]\nuser=u\npassword=token\nhosts=a.b\n");
    ok(print == print_of("interval=1h\n\n[noip] # c\n user = "
                         "u\npassword=@t\ninterval=9m\nhosts=a.b\n"),
       "spelling, comments, interval and the way to a secret do not matter");
    for (size_t i = 0; i < COUNT(others); i++)
        ok(print != print_of(others[i]), "another meaning has another fingerprint");
    ok(print_of("[custom]\nhosts=a.b\nset=GET x\n") != print_of("[custom]\nhosts=a.b\nset=GET y\n"),
       "so has another recipe");
}

/* ---- errors */

static const struct {
    const char *text;
    unsigned line;
    const char *want; /* the whole error */
} errors[] = {
    {"", 0, "no account yet — add a section such as [duckdns] with token = … and hosts = …; "
            "`ddns providers` lists the names"},
    {"\xff\xfe[\0", 0, "the file is UTF-16 — save it as UTF-8"},
    {"intervall = 5m" ACCOUNT, 1, "unknown setting 'intervall' — did you mean 'interval'?"},
    {"wibble = 5m" ACCOUNT, 1, "unknown setting 'wibble' — remove the line; the ddns.cfg that came "
                               "with ddns names them all"},
    {"log level = info" ACCOUNT, 1, "'log level' is no key — write one word before '='"},
    {"token = x" ACCOUNT, 1, "token belongs to an account — write [PROVIDER] on a line above it"},
    {"interval = 5m\ninterval = 6m" ACCOUNT, 2,
     "interval is set again — first set on line 1; remove one of them"},
    {"interval = 29s" ACCOUNT, 1, "interval: '29s' — write a time such as 90s, 5m or 2h, 30s to "
                                  "7d"},
    {"interval = 8d" ACCOUNT, 1, "interval: '8d' — write a time such as 90s, 5m or 2h, 30s to 7d"},
    {"interval = often" ACCOUNT, 1,
     "interval: 'often' — write a time such as 90s, 5m or 2h, 30s to 7d"},
    {"confirm = 0" ACCOUNT, 1, "confirm: '0' — write a whole number, 1 to 8"},
    {"confirm = 9" ACCOUNT, 1, "confirm: '9' — write a whole number, 1 to 8"},
    {"confirm = -1" ACCOUNT, 1, "confirm: '-1' — write a whole number, 1 to 8"},
    {"log_size = 1K" ACCOUNT, 1, "log_size: '1K' — write a size such as 256K or 1M, 4K to "
                                 "1048576K"},
    {"log_size = 4096M" ACCOUNT, 1,
     "log_size: '4096M' — write a size such as 256K or 1M, 4K to 1048576K"},
    {"log_size = K" ACCOUNT, 1, "log_size: 'K' — write a size such as 256K or 1M, 4K to 1048576K"},
    {"log_level = loud" ACCOUNT, 1, "log_level: 'loud' — write one of error warn info debug"},
    {"verify = maybe" ACCOUNT, 1, "verify: 'maybe' — write yes or no"},
    {"allow = private, all" ACCOUNT, 1,
     "allow: 'all' — write one of private cgnat ula documentation loopback"},
    {"dns = dns.example" ACCOUNT, 1,
     "dns: 'dns.example' — write addresses such as 192.0.2.53 or [2001:db8::53]:53"},
    {"dns = 192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5" ACCOUNT, 1,
     "dns: '192.0.2.5' — write at most 4 servers (RESOLVERS_MAX)"},
    {"interval =" ACCOUNT, 1, "interval has no value — write one after '=', or remove the line"},
    {"interval = # x" ACCOUNT, 1, "interval has no value — write one after '=', or remove the "
                                  "line"},
    {"state = \"a" ACCOUNT, 1, "state: the quotes do not enclose the whole value — end it with \", "
                               "and write \\\" for one inside"},
    {"state = $HOME/x" ACCOUNT, 1, "state: @ and $ are read only for settings such as token — "
                                   "write "
                                   "the value itself, in \"…\" if it begins so"},
    {"[d]\nhosts = @t", 2, "hosts: @ and $ are read only for settings such as token — write the "
                           "value itself, in \"…\" if it begins so"},
    {"interval" ACCOUNT, 1, "'=' is missing — write KEY = VALUE, or put '#' before a comment"},
    {"log = a\xff" ACCOUNT, 1, "byte 8 of the line: not UTF-8 text — save the file as UTF-8, "
                               "without "
                               "control characters"},
    {"[d\nhosts = a.b\ntoken = t\ninterval = 1s", 1,
     "']' is missing — write [PROVIDER] or [PROVIDER LABEL]"},
    {"[d/e]\nhosts = a.b", 1, "'d/e' is no provider's name — `ddns providers` lists them"},
    {"[d \"x\"]\nhosts = a.b", 1, "this label cannot be used — write at most 63 bytes without "
                                  "quotes, brackets, tabs and backslashes"},
    {"[d]\nhosts = a.b\n[D]\nhosts = a.c", 3,
     "section [D] again — first on line 1; join them, or give it a label: [D LABEL]"},
    {"[d]\ntoken = x", 1, "[d] has no hosts — add a line such as hosts = home.example.com"},
    {"[d]\nhosts = a.b\nipv4 = off", 1,
     "[d]: ipv4 and ipv6 are both off — set one of them, such as ipv4 = auto"},
    {"[d]\nhosts = a..b", 2, "'a..b' is no host name — write letters, digits and '-' parted by "
                             "dots, "
                             "such as home.example.com"},
    {"[d]\nhosts = home", 2,
     "'home' is no full host name — write it whole, such as home.example.com"},
    {"[d]\nhosts = 192.0.2.1", 2,
     "'192.0.2.1' is no full host name — write it whole, such as home.example.com"},
    {"[d]\nhosts = a.b,A.B.", 2, "a.b is named again — first on line 2; remove one of them"},
    {"[d]\nhosts = a.b\nhosts = a.b", 3, "a.b is named again — first on line 2; remove one of "
                                         "them"},
    {"[d]\nhosts = a.b\n[d x]\nhosts = c.d a.b", 4,
     "a.b is named again — first on line 2; one account must keep it"},
    {"[d]\nhosts = a.b\nlog = x", 3,
     "log is for the whole program — write it above the first section"},
    {"[d]\nhosts = a.b\nneed x = y", 3, "'need x' is no key — write one word before '='"},
    {"[d]\nhosts = a.b\ntoken = a\nTOKEN = b", 4,
     "TOKEN is set again — first set on line 3; remove one of them"},
    {"[d]\nhosts = a.b\nodd = a\nodd = b", 4,
     "odd is set again — first set on line 3; remove one of them"},
    {"[d]\nhosts = a.b\nodd =", 3, "odd has no value — write one after '=', or remove the line"},
    {"[d]\nhosts = a.b\nttl = 5m", 3, "ttl: '5m' — write a whole number, 1 to 2147483647"},
    {"[d]\nhosts = a.b\nzone = -", 3, "'-' is no host name — write letters, digits and '-' "
                                      "parted by "
                                      "dots, such as home.example.com"},
    {"[d]\nhosts = a.b\ntoken = @nowhere", 3,
     "token: cannot read the file named after @: no such file — name a file that holds the "
     "value, or "
     "write the value in \"…\" if it begins with @"},
    {"[d]\nhosts = a.b\ntoken = @", 3,
     "token: cannot read the file named after @: no such file — name a file that holds the "
     "value, or "
     "write the value in \"…\" if it begins with @"},
    {"[d]\nhosts = a.b\ntoken = @empty", 3,
     "token: the file named after @ is empty — put the value into it"},
    {"[d]\nhosts = a.b\ntoken = @lf", 3,
     "token: the file named after @ is empty — put the value into it"},
    {"[d]\nhosts = a.b\ntoken = @bad", 3,
     "token: the file named after @ is no UTF-8 text — save it as UTF-8"},
    {"[d]\nhosts = a.b\ntoken = @ctl", 3,
     "token: the file named after @ is no UTF-8 text — save it as UTF-8"},
    {"[d]\nhosts = a.b\ntoken = @utf16", 3,
     "token: the file named after @ is no UTF-8 text — save it as UTF-8"},
    {"[d]\nhosts = a.b\ntoken = $UNSET", 3,
     "token: the variable named after $ is not set — set it before ddns starts, or write the "
     "value in "
     "\"…\" if it begins with $"},
    {"[d]\nhosts = a.b\ntoken = $EMPTY", 3,
     "token: the variable named after $ is not set — set it before ddns starts, or write the "
     "value in "
     "\"…\" if it begins with $"},
    {"[d]\nhosts = a.b\ntoken = $ecret!", 3,
     "token: '$' is not followed by a variable's name — write the value in \"…\" if it begins "
     "with $"},
    {"ipv4 = eth0" ACCOUNT, 1, "'eth0' is no address source — write auto, off, interface NAME, web "
                               "URL, file PATH or command PROG ARG"},
    {"ipv4 = wbe https://a" ACCOUNT, 1,
     "'wbe' is no address source, did you mean 'web'? — write auto, off, interface NAME, web URL, "
     "file PATH or command PROG ARG"},
    {"ipv4 = auto," ACCOUNT, 1, "'' is no address source — write auto, off, interface NAME, web "
                                "URL, "
                                "file PATH or command PROG ARG"},
    {"ipv4 = auto web https://a" ACCOUNT, 1, "'auto' takes nothing after it — write it alone, or a "
                                             "comma before the next source"},
    {"ipv4 = web a.example" ACCOUNT, 1, "'web a.example' is no source — write web https://…, which "
                                        "answers with the bare address"},
    {"ipv4 = web https://a b" ACCOUNT, 1, "'web https://a b' is no source — write web https://…, "
                                          "which answers with the bare address"},
    {"ipv4 = file" ACCOUNT, 1, "'file' is no source — write file PATH"},
    {"ipv4 = off, auto" ACCOUNT, 1,
     "'off' stands beside other sources — write off alone, or leave it out"},
    {"ipv4 = web https://a, web https://a" ACCOUNT, 1,
     "'web https://a' stands here twice and would confirm itself — name it once"},
    {"ipv4 = auto, auto" ACCOUNT, 1,
     "'auto' stands here twice and would confirm itself — name it once"},
    {"ipv4 = auto, web https://a, web https://b, web https://c, web https://d" ACCOUNT, 1,
     "more than 8 sources (SOURCES_MAX; auto is 5 of them) — leave some out"},
};

static void t_errors(void)
{
    for (size_t i = 0; i < COUNT(errors); i++) {
        read_text(errors[i].text);
        bool one = c.error_count == 1 && c.errors[0].line == errors[i].line;
        if (!ok(one && span_is(span_z(c.errors[0].text), errors[i].want), shown(errors[i].text))) {
            note("want", span_z(errors[i].want));
            note_errors();
        }
    }
}

static void t_secrets_stay_secret(void)
{
    static const char *const texts[] = {
        "[d]\nhosts=a.b\npassword = $hunter2", "[d]\nhosts=a.b\npassword = @hunter2",
        "[d]\nhosts=a.b\npassword = \"hunter2", "[d]\nhosts=a.b\npassword = x\npassword = hunter2",
        "[d]\nhosts=a.b\nodd = $hunter2", "[d]\nhosts=a.b\npassword = \"hunter2\" x",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        ok(c.error_count == 1 && span_find(span_z(c.errors[0].text), SPAN("hunter2")) < 0,
           "an error never repeats a secret");
    }
}

static void t_many_errors(void)
{
    read_text("a=1\nb=2\nc=3\nd=4\ne=5\nf=6\ng=7\nh=8\ni=9\nj=1\nk=2\nl=3\nm=4\nn=5\no=6\n"
              "interval=1\ninterval=2\n[d]\nhosts=x");
    ok(c.error_count == ERRORS_MAX && c.errors_cut, "more errors than are kept");
    ok(c.errors[0].line == 1 && c.errors[15].line == 16, "the first ones are kept");
    conf_wrong(&c, 3, SPAN("late"));
    ok(c.errors[3].line == 3 && span_is(span_z(c.errors[3].text), "late") &&
       c.errors[15].line == 15,
       "a late one goes to its place");
    conf_wrong(&c, 99, SPAN("too late"));
    ok(c.errors[15].line == 15 && c.error_count == ERRORS_MAX, "or nowhere");
}

static void t_quote(void)
{
    char text[100];
    memset(text, 'x', sizeof text);
    memcpy(text + 58, "\xe2\x82\xac", 3);
    is_i64((int64_t)conf_quote((struct span){text, 100}).n, 58, "cut at a character");
    is_i64((int64_t)conf_quote((struct span){text, 61}).n, 58, "also when only one byte is over");
    is_i64((int64_t)conf_quote((struct span){text, 58}).n, 58, "short ones stay");
}

/* ---- same names in two places */

static void t_same_names(void)
{
    ok(clean("[noip]\nhosts=a.b\n[dyn]\nhosts=a.b\n"), "one name at two providers");
    ok(clean("[custom a]\nhosts=a.b\nset=GET x\n[custom b]\nhosts=a.b\nset=GET y\n"),
       "or by two recipes");
    ok(clean("[rfc2136 a]\nhosts=a.b\nserver=x\n[rfc2136 b]\nhosts=a.b\nserver=y\n"),
       "or at two servers");
    ok(clean("ipv6=interface\n[noip a]\nhosts=a.b\nipv6=off\n[noip b]\nhosts=a.b\nipv4=off\n"),
       "or for two families");
    read_text("[rfc2136 a]\nhosts=a.b\nserver=x\n[RFC2136 b]\nserver=x\nhosts=a.b\n");
    ok(c.error_count == 1 && c.errors[0].line == 6, "but not twice at one server");
}

/* ---- bounds: one more than allowed is an error that names the bound */

static char big[CONF_TEXT_MAX + 2];

static struct buf begin(const char *text)
{
    struct buf b = BUF(big);
    buf_z(&b, text);
    return b;
}

static void put_number(struct buf *b, const char *before, unsigned i, const char *after)
{
    buf_z(b, before);
    buf_u64(b, i);
    buf_z(b, after);
}

static bool says(struct buf *b, const char *bound)
{
    memset(&c, 0xa5, sizeof c);
    conf_read(&c, edge(buf_view(b)), &fetch);
    if (!bound)
        return c.error_count == 0;
    bool found = false;
    for (unsigned i = 0; i < c.error_count; i++)
        found = found || span_find(span_z(c.errors[i].text), span_z(bound)) >= 0;
    if (!found)
        note_errors();
    return found;
}

static struct buf hosts(unsigned n, const char *globals)
{
    struct buf b = begin(globals);
    buf_z(&b, "[d]\n");
    for (unsigned i = 0; i < n; i++)
        put_number(&b, i % 50 ? " h" : "\nhosts = h", i, ".example.com");
    return b;
}

static void t_bounds(void)
{
    struct buf b = hosts(RECORDS_MAX, "");
    ok(says(&b, NULL) && c.record_count == RECORDS_MAX, "512 hosts");
    b = hosts(RECORDS_MAX + 1, "");
    ok(says(&b, "RECORDS_MAX"), "513 hosts");
    b = hosts(RECORDS_MAX / 2, "ipv6 = auto\n");
    ok(says(&b, NULL) && c.record_count == RECORDS_MAX, "256 hosts, both families");
    ok(span_is(c.records[511].host, "h255.example.com") && c.records[511].family == 6 &&
       span_is(c.records[510].host, "h255.example.com") && c.records[0].family == 4 &&
       span_is(c.records[1].host, "h0.example.com"), "in order");
    b = hosts(RECORDS_MAX / 2 + 1, "ipv6 = auto\n");
    ok(says(&b, "RECORDS_MAX") && c.record_count == 0, "257 hosts, both families");

    b = begin("");
    for (unsigned i = 0; i < ACCOUNTS_MAX; i++) {
        put_number(&b, "[d x", i, "]\n");
        put_number(&b, "hosts = h", i, ".example.com\n");
    }
    ok(says(&b, NULL) && c.account_count == ACCOUNTS_MAX, "64 accounts");
    buf_z(&b, "[d]\nhosts = a.b\nttl = wrong\n");
    ok(says(&b, "ACCOUNTS_MAX") && c.error_count == 1, "65 accounts: the last is passed over");

    b = begin("");
    for (unsigned i = 0; i < QUESTS_MAX - 1; i++) {
        put_number(&b, "[d x", i, "]\n");
        put_number(&b, "hosts = h", i, ".example.com\n");
        put_number(&b, "ipv4 = interface e", i, "\n");
        if (i == QUESTS_MAX - 3)
            ok(says(&b, NULL) && c.quest_count == QUESTS_MAX, "16 source lists");
    }
    ok(says(&b, "QUESTS_MAX"), "17 source lists");

    b = begin("[d]\nhosts = a.b\n");
    for (unsigned i = 0; i < VALUES_MAX; i++)
        put_number(&b, "k", i, " = v\n");
    ok(says(&b, NULL) && c.value_count == VALUES_MAX, "1024 settings");
    buf_z(&b, "more = v\n");
    ok(says(&b, "VALUES_MAX"), "1025 settings");
}

static void t_room(void)
{
    struct buf b = begin("");
    for (unsigned i = 0; i < 60; i++) { /* 60 × 600 bytes with an escape each: more than the room */
        put_number(&b, "[d x", i, "]\n");
        put_number(&b, "hosts = h", i, ".example.com\ntoken = \"\\\\");
        for (unsigned k = 0; k < 600; k++)
            buf_char(&b, 'x');
        buf_z(&b, "\"\n");
    }
    ok(says(&b, "SECRETS_TEXT_MAX"), "too many escaped values");
    b = begin("[d]\n");
    for (unsigned i = 0; i < 160; i++) { /* 160 × 220 bytes of names */
        put_number(&b, "hosts = h", i, "");
        for (unsigned k = 0; k < 4; k++)
            buf_z(&b, ".abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrs");
        buf_z(&b, "\n");
    }
    ok(says(&b, "RECORDS_MAX * 64"), "too much text of names");
    memset(big, '\n', sizeof big);
    b = (struct buf){.p = big, .n = CONF_TEXT_MAX + 1, .cap = sizeof big};
    ok(says(&b, "CONF_TEXT_MAX") && c.error_count == 1, "a file too long");
    b.n = CONF_TEXT_MAX;
    ok(says(&b, "no account yet"), "the longest file");
}

/* ---- whatever the bytes, reading ends and stays inside */

static void t_noise(void)
{
    static const char *const pieces[] = {
        "[", "]", "\n", "\n", "=", " = ", "\"", "\\", "#", " ", ",", "@t", "$NAME_1", "hosts",
            "token",
        "ipv4", "ipv6", "custom", "noip", "a.b", "*.c.d", "auto", "off", "web https://x",
            "interface",
        "\xc3\xa4", "\xff", "\r\n", "5m", "set", "need x", "interval", "create", "no", "recipe",
    };
    uint32_t x = 99;
    bool good = true;
    for (unsigned round = 0; round < 20000; round++) {
        struct buf b = begin("");
        for (unsigned n = (x >> 16) % 60; n; n--) {
            x = x * 1664525 + 1013904223;
            buf_z(&b, pieces[(x >> 16) % COUNT(pieces)]);
        }
        x = x * 1664525 + 1013904223;
        conf_read(&c, edge(buf_view(&b)), &fetch);
        good = good && (c.error_count || (c.account_count && c.record_count));
        for (unsigned i = 1; i < c.error_count; i++)
            good = good && c.errors[i - 1].line <= c.errors[i].line;
        for (unsigned i = 0; i < c.record_count; i++)
            good = good && (c.records[i].family == 4 || c.records[i].family == 6);
    }
    ok(good, "20000 random files");
}

static void t_nearest(void)
{
    static const char *const names[] = {"token key", "interval", "hosts"};
    static const struct {
        const char *word, *want;
    } rows[] = {
        {"tokne", "token"}, {"Token", "token"}, {"intervall", "interval"}, {"host", "hosts"},
        {"hsots", "hosts"}, {"kye", "key"}, {"x", NULL}, {"", NULL}, {"wibble", NULL}, {"k", NULL},
        {"an_endless_word_that_is_no_slip_of_the_finger_of_anybody", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct span got = conf_nearest(span_z(rows[i].word), names, COUNT(names));
        ok(rows[i].want ? span_is(got, rows[i].want) : !got.p, rows[i].word);
    }
}

/* ---- the reference file */

static char reference[CONF_TEXT_MAX], opened[CONF_TEXT_MAX];

static bool fetch_any_file(void *arg, struct span path, char *out, size_t cap, size_t *n,
                           const char **why)
{
    (void)why;
    return fetch_file(arg, SPAN("t"), out, cap, n, why) && path.n;
}

static bool fetch_any_env(void *arg, struct span name, char *out, size_t cap, size_t *n)
{
    return fetch_env(arg, SPAN("NAME_1"), out, cap, n) && name.n;
}

/* Takes the '#' off every line where a setting or section follows it without a blank. */
static struct span open_settings(struct span text)
{
    struct buf b = BUF(opened);
    while (text.n) {
        struct span line = span_cut(&text, '\n');
        if (line.n > 1 && line.p[0] == '#' && (ascii_alpha(line.p[1]) || line.p[1] == '['))
            line = span_from(line, 1);
        buf_span(&b, line);
        buf_char(&b, '\n');
    }
    return buf_view(&b);
}

static const char *default_of(const struct conf_setting *s, struct span text)
{
    struct span needle, rest = text;
    char room[64];
    struct buf b = BUF(room);
    buf_all(&b, SPAN("\n"), span_z(s->key), SPAN(" = "), span_z(s->otherwise), SPAN("\n"));
    needle = buf_view(&b);
    return span_find(rest, needle) < 0 ? "missing" : NULL;
}

static void t_reference(const char *path)
{
    const struct conf_fetch any = {.file = fetch_any_file, .env = fetch_any_env};
    size_t n = 0;
    if (!ok(os_file_read(path, reference, sizeof reference, &n) == OS_OK, "ddns.cfg is there"))
        return;
    conf_read(&c, (struct span){reference, n}, &any);
    ok(c.error_count == 1 && c.errors[0].line == 0 &&
       span_starts(span_z(c.errors[0].text), SPAN("no account yet")), "as shipped it names none");
    struct span text = open_settings((struct span){reference, n});
    conf_read(&c, text, &any);
    if (!ok(c.error_count == 0, "with every setting opened it is right"))
        note_errors();
    for (size_t i = 0; i < conf_setting_count; i++) {
        const struct conf_setting *s = &conf_settings[i];
        char room[64];
        struct buf b = BUF(room);
        buf_all(&b, SPAN("\n"), span_z(s->key), SPAN(" = "));
        ok(span_find(text, buf_view(&b)) >= 0, s->key);
        if (s->otherwise)
            ok(!default_of(s, text), "shown at its default");
        ok(s->help && *s->help, "and explained");
    }
    for (unsigned i = 0; i < c.value_count; i++)
        if (c.values[i].secret)
            ok(conf_setting_find(c.values[i].key) != NULL, "no key but the table's");
    ok(c.account_count == 6, "its sections");
}

int app_main(int argc, char **argv)
{
    t_defaults();
    t_global();
    t_sources();
    t_accounts();
    t_brought();
    t_custom();
    t_fingerprint();
    t_errors();
    t_secrets_stay_secret();
    t_many_errors();
    t_quote();
    t_same_names();
    t_bounds();
    t_room();
    t_noise();
    t_nearest();
    t_reference(argc > 1 ? argv[1] : "ddns.cfg");
    return done();
}
