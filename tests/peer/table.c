/* table.c: the records that providers write and DNS answers. */
#define _GNU_SOURCE
#include "peer/peer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

uint64_t table_lag;

static struct row rows[1024];
static size_t row_count;
static unsigned serial = 2026112201;

static const char *const zones[] = {"example.com", "example.net", "duckdns.org"};

/* Some are there only to be left alone: a test compares them before and after. */
static const struct {
    const char *name, *type;
    unsigned ttl;
    const char *content;
} first_rows[] = {
    {"ddns-peer.example.com", "A", 300, "127.0.0.1"},
    {"ddns-peer6.example.com", "AAAA", 300, "::1"},
    {"ddns-both.example.com", "A", 300, "127.0.0.1"},
    {"ddns-both.example.com", "AAAA", 300, "::1"},
    {"ns.example.com", "A", 300, "127.0.0.1"},
    {"home.example.com", "A", 1, "198.51.100.1"},
    {"home.example.com", "TXT", 120, "v=spf1 -all"},
    {"www.example.com", "A", 3600, "192.0.2.80"},
    {"xhome.example.com", "A", 3600, "192.0.2.81"},
    {"home.example.net", "A", 60, "198.51.100.1"},
    {"www.example.net", "A", 3600, "192.0.2.82"},
};

struct row *table_at(size_t i)
{
    return i < row_count ? &rows[i] : NULL;
}

struct row *table_find(const char *name, const char *type)
{
    for (size_t i = 0; i < row_count; i++)
        if (!strcasecmp(rows[i].name, name) && !strcmp(rows[i].type, type))
            return &rows[i];
    return NULL;
}

struct row *table_add(const char *name, const char *type, unsigned ttl, const char *content)
{
    if (row_count == COUNT(rows))
        peer_die("the table is full at", name);
    struct row *r = &rows[row_count++];
    snprintf(r->name, sizeof r->name, "%s", name);
    snprintf(r->type, sizeof r->type, "%s", type);
    snprintf(r->id, sizeof r->id, "%08x%08x%08x%08zx", 0x372e6795u, 0x41f4a5b1u, 0x9c5d2e07u, row_count);
    r->ttl = ttl;
    table_write(r, content);
    return r;
}

void table_write(struct row *r, const char *content)
{
    memcpy(r->before, r->content, sizeof r->before);
    snprintf(r->content, sizeof r->content, "%s", content);
    r->changed = peer_now();
    serial++;
}

const char *table_zone(const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < COUNT(zones); i++) {
        size_t z = strlen(zones[i]);
        if (n >= z && !strcasecmp(name + n - z, zones[i]) && (n == z || name[n - z - 1] == '.'))
            return zones[i];
    }
    return NULL;
}

unsigned table_serial(void)
{
    return serial;
}

void table_start(const char *dir)
{
    char path[512], line[600], name[256], type[8], content[256];
    unsigned ttl;
    for (size_t i = 0; i < COUNT(first_rows); i++)
        table_add(first_rows[i].name, first_rows[i].type, first_rows[i].ttl, first_rows[i].content);
    snprintf(path, sizeof path, "%s/records", dir);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "%255s %7s %u %255[^\n]", name, type, &ttl, content) == 4)
            table_add(name, type, ttl, content);
    if (f)
        fclose(f);
    for (size_t i = 0; i < row_count; i++)
        rows[i].changed = 0; /* there since the start: no lag */
}
