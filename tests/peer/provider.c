/* provider.c: three providers' interfaces as their vendors describe them: DynDNS v2, Cloudflare (v4 API), DuckDNS.
 * A host's first label (DynDNS v2) or the token (Cloudflare) may ask for one of the misbehaviours of http.c. */
#define _GNU_SOURCE
#include "peer/peer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BASIC "Basic bWU6c2VjcmV0" /* me:secret */
#define TOKEN "Bearer token-home"
#define DUCK  "duck-token"

static const char *type_of(const char *ip)
{
    uint8_t b[16];
    return inet_pton(AF_INET, ip, b) == 1 ? "A" : inet_pton(AF_INET6, ip, b) == 1 ? "AAAA" : NULL;
}

/* Sets name's record of the address's own type; true: that changed something. */
static bool set_record(const char *name, const char *ip)
{
    struct row *r = table_find(name, type_of(ip));
    if (r && !strcmp(r->content, ip))
        return false;
    if (r)
        table_write(r, ip);
    else
        table_add(name, type_of(ip), 60, ip);
    return true;
}

/* ---- DynDNS v2: https://help.dyn.com/remote-access-api/return-codes/ */

static const struct { const char *label, *answer; } dyndns_answers[] = {
    {"nohost", "nohost"}, {"abuse", "abuse"}, {"nine11", "911"}, {"badagent", "badagent"}, {"notfqdn", "notfqdn"},
    {"numhost", "numhost"}, {"dnserr", "dnserr"}, {"donator", "!donator"}, {"good127", "good 127.0.0.1"},
    {"chatty", "the update was good"}, {"nothing", ""},
};

static void dyndns_host(char *out, size_t cap, const char *host, const char *ip)
{
    size_t label = strcspn(host, ".");
    for (size_t i = 0; i < COUNT(dyndns_answers); i++)
        if (strlen(dyndns_answers[i].label) == label && !strncmp(dyndns_answers[i].label, host, label)) {
            snprintf(out, cap, "%s\n", dyndns_answers[i].answer);
            return;
        }
    if (!table_zone(host) || strcmp(table_zone(host), "example.net"))
        snprintf(out, cap, "nohost\n");
    else
        snprintf(out, cap, "%s %s\n", set_record(host, ip) ? "good" : "nochg", ip);
}

static void dyndns_reply(struct conn *c, int status, const char *path, const char *host, const char *ip, const char *body)
{
    char result[64];
    snprintf(result, sizeof result, "%.*s", (int)strcspn(body, "\n"), body);
    http_reply(c, status, "text/plain", status == 429 ? "Retry-After: 120\r\n" : "", body);
    peer_log("GET", path, host, ip, *result ? result : "empty");
}

static void dyndns(struct conn *c, const struct request *rq)
{
    char hosts[1024], ips[256], body[4096] = "", line[160], label[64];
    http_param(rq->query, "hostname", hosts, sizeof hosts);
    http_param(rq->query, "myip", ips, sizeof ips);
    snprintf(label, sizeof label, "%.*s", (int)strcspn(hosts, "."), hosts);
    if (strcmp(rq->authorization, BASIC)) {
        dyndns_reply(c, 401, rq->path, hosts, ips, "badauth\n");
    } else if (!strcmp(label, "limited")) {
        dyndns_reply(c, 429, rq->path, hosts, ips, "too many requests\n");
    } else if (!*hosts || !*ips) {
        dyndns_reply(c, 200, rq->path, hosts, ips, "badrequest\n");
    } else if (!strcmp(label, "lost") && type_of(ips)) { /* written, but the reply does not come through */
        peer_log("GET", rq->path, hosts, ips, set_record(hosts, ips) ? "good" : "nochg");
        http_mischief(c, "closed");
    } else if (http_mischief(c, label)) {
        peer_log("GET", rq->path, hosts, ips, "mischief");
    } else {
        for (char *h = strtok(hosts, ","); h; h = strtok(NULL, ","))
            for (char *ip = ips, *next; ip; ip = next) {
                next = strchr(ip, ',');
                snprintf(label, sizeof label, "%.*s", (int)strcspn(ip, ","), ip);
                if (type_of(label))
                    dyndns_host(line, sizeof line, h, label);
                else
                    snprintf(line, sizeof line, "badip\n");
                peer_log("GET", rq->path, h, label, strtok(strdupa(line), "\n") ? strtok(strdupa(line), "\n") : "empty");
                strncat(body, line, sizeof body - strlen(body) - 1);
                next = next ? next + 1 : NULL;
            }
        http_reply(c, 200, "text/plain", "", body);
    }
}

/* ---- DuckDNS: https://www.duckdns.org/spec.jsp */

static void duckdns(struct conn *c, const struct request *rq)
{
    char domains[1024], ip[64], ip6[64], token[128], name[512];
    http_param(rq->query, "domains", domains, sizeof domains);
    http_param(rq->query, "token", token, sizeof token);
    http_param(rq->query, "ip", ip, sizeof ip);
    http_param(rq->query, "ipv6", ip6, sizeof ip6);
    const char *bad4 = *ip && (!type_of(ip) || strcmp(type_of(ip), "A")) ? "KO" : NULL;
    const char *bad6 = *ip6 && (!type_of(ip6) || strcmp(type_of(ip6), "AAAA")) ? "KO" : NULL;
    if (strcmp(token, DUCK) || bad4 || bad6 || !*domains || !(*ip || *ip6)) {
        http_reply(c, 200, "text/plain", "", "KO");
        peer_log("GET", rq->path, domains, ip, "KO");
        return;
    }
    for (char *d = strtok(domains, ","); d; d = strtok(NULL, ",")) {
        snprintf(name, sizeof name, "%s.duckdns.org", d);
        if (*ip)
            peer_log("GET", rq->path, name, ip, set_record(name, ip) ? "good" : "nochg");
        if (*ip6)
            peer_log("GET", rq->path, name, ip6, set_record(name, ip6) ? "good" : "nochg");
    }
    http_reply(c, 200, "text/plain", "", "OK");
}

/* ---- Cloudflare: https://developers.cloudflare.com/api/resources/dns/subresources/records/ */

static const char *const zone_ids[][2] = {{"example.com", "023e105f4ecef8ad9ca31a8372d0c353"},
                                          {"example.net", "1f4e105f4ecef8ad9ca31a8372d0c999"}};

static void cf_error(struct conn *c, const struct request *rq, int status, int code, const char *text)
{
    char body[512], result[32];
    snprintf(body, sizeof body, "{\"result\":null,\"success\":false,\"errors\":[{\"code\":%d,\"message\":\"%s\"}],"
             "\"messages\":[]}", code, text);
    snprintf(result, sizeof result, "%d/%d", status, code);
    http_reply(c, status, "application/json", status == 429 ? "Retry-After: 120\r\n" : "", body);
    peer_log(rq->method, rq->path, "", "", result);
}

static int cf_row(char *out, size_t cap, const struct row *r)
{
    return snprintf(out, cap, "{\"id\":\"%s\",\"name\":\"%s\",\"type\":\"%s\",\"content\":\"%s\",\"proxiable\":true,"
                    "\"proxied\":%s,\"ttl\":%u,\"settings\":{},\"meta\":{\"auto_added\":false},\"comment\":null,\"tags\":[],"
                    "\"created_on\":\"2024-01-01T05:20:00.12345Z\",\"modified_on\":\"2024-01-01T05:20:00.12345Z\"}",
                    r->id, r->name, r->type, r->content, r->proxied ? "true" : "false", r->ttl);
}

static void cf_done(struct conn *c, const char *result, unsigned listed)
{
    static char body[100000];
    char info[128] = "";
    if (listed)
        snprintf(info, sizeof info, ",\"result_info\":{\"page\":1,\"per_page\":100,\"total_pages\":1,\"count\":%u,"
                 "\"total_count\":%u}", listed - 1, listed - 1);
    snprintf(body, sizeof body, "{\"result\":%s,\"success\":true,\"errors\":[],\"messages\":[]%s}", result, info);
    http_reply(c, 200, "application/json", "CF-Ray: 8e2\r\nVary: Accept-Encoding\r\n", body);
}

/* The flat JSON object that a record's body is: one member by its name. False: not there, or not such an object. */
static bool json_member(const char *p, const char *name, char *out, size_t cap)
{
    bool found = false, last = false;
    *out = 0;
    p += strspn(p, " \r\n\t");
    if (*p++ != '{')
        return false;
    while (!last) {
        p += strspn(p, " \r\n\t");
        size_t key = *p == '"' ? strcspn(p + 1, "\"\\") : 0;
        if (!key || p[key + 1] != '"')
            return false;
        bool here = strlen(name) == key && !strncmp(p + 1, name, key);
        p += key + 2;
        p += strspn(p, " ");
        if (*p++ != ':')
            return false;
        p += strspn(p, " ");
        bool quoted = *p == '"';
        size_t n = quoted ? strcspn(p + 1, "\"\\") : strspn(p, "0123456789truefalsn");
        if ((quoted && p[n + 1] != '"') || (!quoted && !n))
            return false;
        if (here)
            snprintf(out, cap, "%.*s", (int)n, p + quoted);
        found |= here;
        p += n + (quoted ? 2 : 0);
        p += strspn(p, " \r\n\t");
        last = *p == '}';
        if (*p != ',' && !last)
            return false;
        p++;
    }
    return found && !p[strspn(p, " \r\n\t")];
}

static void cf_zones(struct conn *c, const struct request *rq)
{
    char name[256], result[512] = "[]";
    unsigned n = 0;
    http_param(rq->query, "name", name, sizeof name);
    for (size_t i = 0; i < COUNT(zone_ids); i++)
        if (!strcmp(zone_ids[i][0], name)) {
            snprintf(result, sizeof result, "[{\"id\":\"%s\",\"name\":\"%s\",\"status\":\"active\",\"paused\":false,"
                     "\"type\":\"full\",\"account\":{\"id\":\"acc\",\"name\":\"me\"}}]", zone_ids[i][1], name);
            n = 1;
        }
    cf_done(c, result, n + 1);
    peer_log(rq->method, rq->path, name, "", n ? "200" : "200/none");
}

static void cf_list(struct conn *c, const struct request *rq, const char *zone)
{
    static char result[90000];
    char name[256], type[16];
    size_t at = 1;
    unsigned n = 0;
    http_param(rq->query, "name", name, sizeof name);
    http_param(rq->query, "type", type, sizeof type);
    strcpy(result, "[");
    for (struct row *r; (r = table_at(n)); n++)
        ;
    unsigned listed = 0;
    for (size_t i = 0; i < n; i++) {
        struct row *r = table_at(i);
        if (!table_zone(r->name) || strcmp(table_zone(r->name), zone) || (*name && strcasecmp(name, r->name)) ||
            (*type && strcmp(type, r->type)) || at + 1200 > sizeof result)
            continue;
        if (listed++)
            result[at++] = ',';
        at += (size_t)cf_row(result + at, sizeof result - at, r);
    }
    strcpy(result + at, "]");
    cf_done(c, result, listed + 1);
    peer_log(rq->method, rq->path, name, "", listed ? "200" : "200/none");
}

/* PATCH of one record, or POST of a new one (r == NULL). */
static void cf_write(struct conn *c, const struct request *rq, const char *zone, struct row *r)
{
    char content[256], name[256], type[16], ttl[16], proxied[8], result[1400];
    bool sent = json_member(rq->body, "content", content, sizeof content);
    json_member(rq->body, "name", name, sizeof name);
    json_member(rq->body, "type", type, sizeof type);
    json_member(rq->body, "ttl", ttl, sizeof ttl);
    json_member(rq->body, "proxied", proxied, sizeof proxied);
    const char *need = r ? r->type : type;
    if (!sent || (!r && (!*name || !*type))) {
        cf_error(c, rq, 400, 9207, "Request body is invalid.");
        return;
    }
    if (!type_of(content) || strcmp(type_of(content), need)) {
        cf_error(c, rq, 400, 9005, "Content for A record must be a valid IPv4 address.");
        return;
    }
    if (!r && (!table_zone(name) || strcmp(table_zone(name), zone) || table_find(name, type))) {
        cf_error(c, rq, 400, 81058, "An identical record already exists.");
        return;
    }
    bool changed = !r || strcmp(r->content, content);
    if (!r)
        r = table_add(name, type, 1, content);
    else if (changed)
        table_write(r, content);
    r->ttl = *ttl ? (unsigned)strtoul(ttl, NULL, 10) : r->ttl;
    r->proxied = *proxied ? !strcmp(proxied, "true") : r->proxied;
    cf_row(result, sizeof result, r);
    cf_done(c, result, 0);
    peer_log(rq->method, rq->path, r->name, content, changed ? "good" : "nochg");
}

static struct row *row_by_id(const char *id, const char *zone)
{
    struct row *r;
    for (size_t i = 0; (r = table_at(i)); i++)
        if (!strcmp(r->id, id) && table_zone(r->name) && !strcmp(table_zone(r->name), zone))
            return r;
    return NULL;
}

static void cf_route(struct conn *c, const struct request *rq)
{
    char id[64] = "", rid[64] = "";
    const char *zone = NULL, *path = rq->path + strlen("/client/v4/zones");
    sscanf(path, "/%63[^/]/dns_records/%63[^/]", id, rid);
    for (size_t i = 0; i < COUNT(zone_ids); i++)
        zone = !strcmp(zone_ids[i][1], id) ? zone_ids[i][0] : zone;
    bool get = !strcmp(rq->method, "GET");
    if (!*path && get)
        cf_zones(c, rq);
    else if (!zone)
        cf_error(c, rq, 404, 7003, "Could not route to the zone, perhaps your object identifier is invalid?");
    else if (!*rid && get)
        cf_list(c, rq, zone);
    else if (!*rid && !strcmp(rq->method, "POST"))
        cf_write(c, rq, zone, NULL);
    else if (*rid && !strcmp(rq->method, "PATCH") && row_by_id(rid, zone))
        cf_write(c, rq, zone, row_by_id(rid, zone));
    else
        cf_error(c, rq, 404, 81044, "Record does not exist.");
}

static void cloudflare(struct conn *c, const struct request *rq)
{
    const char *token = !strncmp(rq->authorization, "Bearer ", 7) ? rq->authorization + 7 : "";
    if (!strcmp(rq->authorization, TOKEN))
        cf_route(c, rq);
    else if (!strcmp(token, "limited"))
        cf_error(c, rq, 429, 971, "Please wait and consider throttling your request speed");
    else if (!strcmp(token, "narrow"))
        cf_error(c, rq, 403, 9109, "Unauthorized to access requested resource");
    else if (http_mischief(c, token))
        peer_log(rq->method, rq->path, "", "", "mischief");
    else
        cf_error(c, rq, 403, 9109, "Invalid access token");
}

/* The whole table as text, for tests that compare it. */
static void records(struct conn *c, const struct request *rq)
{
    static char body[100000];
    size_t at = 0;
    struct row *r;
    for (size_t i = 0; (r = table_at(i)) && at + 700 < sizeof body; i++)
        at += (size_t)sprintf(body + at, "%s %s %u %s%s\n", r->name, r->type, r->ttl, r->content, r->proxied ? " proxied" : "");
    body[at] = 0;
    http_reply(c, 200, "text/plain", "", body);
    peer_log(rq->method, rq->path, "", "", "200");
}

static const struct {
    const char *path;
    void (*serve)(struct conn *c, const struct request *rq);
} routes[] = {{"/nic/update", dyndns}, {"/update", duckdns}, {"/client/v4/zones", cloudflare}, {"/records", records}};

bool provider_serve(struct conn *c, const struct request *rq)
{
    for (size_t i = 0; i < COUNT(routes); i++)
        if (!strncmp(rq->path, routes[i].path, strlen(routes[i].path))) {
            routes[i].serve(c, rq);
            return true;
        }
    return false;
}
