/* cert.c: the certificate reader: DER elements by a table of places, values as text once they are
 * whole. */
#include "cert.h"
#include "base/civil.h"

/* Places in a certificate. Elements at SKIPPED are passed over, those from TEXT on are read whole,
 * the rest is entered. */
enum place {
    SKIPPED,
    OUTSIDE, CERTIFICATE, TBS, ALGORITHM, VALIDITY, EXTENSIONS_TAG, EXTENSIONS, EXTENSION,
    SAN_EXTENSION, SAN_OCTETS, SAN, EKU_EXTENSION, EKU_OCTETS, EKU,
    TEXT, ALGORITHM_ID = TEXT, FROM, UNTIL, EXTENSION_ID, DNS_NAME, IP_ADDRESS, PURPOSE,
    ISSUER, SUBJECT
};

enum {
    OID = 0x06, OCTETS = 0x04, SEQUENCE = 0x30, UTC_TIME = 0x17, GENERALIZED_TIME = 0x18,
    CONTEXT_2 = 0x82, CONTEXT_3 = 0xa3, CONTEXT_7 = 0x87,
    ANY = 255
};

/* Children are counted by their universal tags only, so that the optional version [0] shifts
 * nothing. */
static const struct {
    uint8_t in, child, tag, to;
} rules[] = {
    {OUTSIDE, 0, SEQUENCE, CERTIFICATE},
    {CERTIFICATE, 0, SEQUENCE, TBS},
    {CERTIFICATE, 1, SEQUENCE, ALGORITHM},
    {ALGORITHM, 0, OID, ALGORITHM_ID},
    {TBS, 2, SEQUENCE, ISSUER},
    {TBS, 3, SEQUENCE, VALIDITY},
    {TBS, 4, SEQUENCE, SUBJECT},
    {TBS, ANY, CONTEXT_3, EXTENSIONS_TAG},
    {VALIDITY, 0, UTC_TIME, FROM},
    {VALIDITY, 0, GENERALIZED_TIME, FROM},
    {VALIDITY, 1, UTC_TIME, UNTIL},
    {VALIDITY, 1, GENERALIZED_TIME, UNTIL},
    {EXTENSIONS_TAG, 0, SEQUENCE, EXTENSIONS},
    {EXTENSIONS, ANY, SEQUENCE, EXTENSION},
    {EXTENSION, 0, OID, EXTENSION_ID},
    {SAN_EXTENSION, ANY, OCTETS, SAN_OCTETS},
    {SAN_OCTETS, 0, SEQUENCE, SAN},
    {SAN, ANY, CONTEXT_2, DNS_NAME},
    {SAN, ANY, CONTEXT_7, IP_ADDRESS},
    {EKU_EXTENSION, ANY, OCTETS, EKU_OCTETS},
    {EKU_OCTETS, 0, SEQUENCE, EKU},
    {EKU, ANY, OID, PURPOSE},
};

/* Object identifiers that say something at a place; `becomes`: what that makes of the element
 * around it. */
static const struct {
    uint8_t place, seen, becomes, n, oid[9];
} known[] = {
    {EXTENSION_ID, CERT_SAN, SAN_EXTENSION, 3, {0x55, 0x1d, 0x11}},
    {EXTENSION_ID, CERT_EKU, EKU_EXTENSION, 3, {0x55, 0x1d, 0x25}},
    {EXTENSION_ID, CERT_CONSTRAINED, EXTENSION, 3, {0x55, 0x1d, 0x1e}},
    /* serverAuth, anyExtendedKeyUsage */
    {PURPOSE, CERT_SERVER, EKU, 8, {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01}},
    {PURPOSE, CERT_SERVER, EKU, 4, {0x55, 0x1d, 0x25, 0x00}},
    /* md5WithRSAEncryption, sha1WithRSAEncryption, ecdsa-with-SHA1 */
    {ALGORITHM_ID, CERT_OLD_HASH, ALGORITHM, 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4}},
    {ALGORITHM_ID, CERT_OLD_HASH, ALGORITHM, 9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5}},
    {ALGORITHM_ID, CERT_OLD_HASH, ALGORITHM, 7, {0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1}},
};

void cert_start(struct cert *c, uint32_t size, struct span host, const struct addr *ip)
{
    memset(c, 0, sizeof *c);
    c->host = host;
    c->ip = *ip;
    c->open[0].left = size;
    c->open[0].place = OUTSIDE;
}

bool cert_whole(const struct cert *c)
{
    return !c->bad && c->depth == 0 && c->open[0].left == 0 && c->open[0].child == 1 &&
           c->left == 0 && c->header == 0 && c->seen & CERT_FROM && c->seen & CERT_UNTIL;
}

bool cert_name_covers(struct span name, struct span host)
{
    long dot = span_chr(host, '.');
    if (!span_starts(name, SPAN("*.")))
        return span_ieq(name, host);
    name = span_from(name, 1);
    return dot > 0 && span_chr(span_from(name, 1), '.') > 0 &&
           span_ieq(name, span_from(host, (size_t)dot));
}

/* RFC 5280 §4.1.2.5: YYMMDDHHMMSSZ for 1950 to 2049, YYYYMMDDHHMMSSZ beyond, and nothing else. */
static bool read_time(struct span s, int64_t *out)
{
    static const char marks[] = {'-', '-', 'T', ':', ':'};
    char text[24];
    struct buf b = BUF(text);
    if (s.n != 13 && s.n != 15)
        return false;
    if (s.n == 13)
        buf_z(&b, s.p[0] < '5' ? "20" : "19");
    buf_span(&b, span_upto(s, s.n - 11));
    s = span_from(s, s.n - 11);
    for (size_t i = 0; i < COUNT(marks); i++, s = span_from(s, 2)) {
        buf_char(&b, marks[i]);
        buf_span(&b, span_upto(s, 2));
    }
    buf_span(&b, s);
    return civil_parse(buf_view(&b), out);
}

static void take_oid(struct cert *c, struct span oid)
{
    for (size_t i = 0; i < COUNT(known); i++) {
        struct span want = {(const char *)known[i].oid, known[i].n};
        if (known[i].place != c->place || !span_eq(oid, want))
            continue;
        /* RFC 5280 §4.2: an extension comes once; which of two would count is anybody's guess. */
        if (c->place == EXTENSION_ID && c->seen & known[i].seen)
            c->bad = true;
        c->seen |= known[i].seen;
        c->open[c->depth].place = known[i].becomes;
    }
}

static void take_time(struct cert *c, struct span text, int64_t *out, uint8_t seen)
{
    if (read_time(text, out))
        c->seen |= seen;
    else
        c->bad = true;
}

static void take_name(struct cert *c, struct span text)
{
    struct span ip = {(const char *)c->ip.b, c->ip.family == 4 ? 4 : 16};
    bool named;
    if (c->ip.family)
        named = c->place == IP_ADDRESS && span_eq(text, ip);
    else
        named = c->place == DNS_NAME && cert_name_covers(text, c->host);
    if (named)
        c->seen |= CERT_NAMED;
}

static struct cert_name *name_at(struct cert *c)
{
    return c->place == ISSUER ? &c->issuer : c->place == SUBJECT ? &c->subject : NULL;
}

/* An element that was read or skipped has ended; so may those around it. */
static void finish(struct cert *c)
{
    struct span text = {(const char *)c->text, c->length};
    /* Nothing longer can be what we look for. */
    if (c->place >= TEXT && c->length <= CERT_TEXT_MAX) {
        if (c->place == FROM)
            take_time(c, text, &c->from, CERT_FROM);
        else if (c->place == UNTIL)
            take_time(c, text, &c->until, CERT_UNTIL);
        else if (c->place == DNS_NAME || c->place == IP_ADDRESS)
            take_name(c, text);
        else
            take_oid(c, text);
    }
    if (c->place == SUBJECT)
        c->seen |= CERT_NAMES;
    while (c->depth > 0 && c->open[c->depth].left == 0)
        c->depth--;
}

static uint8_t place_of(uint8_t in, uint8_t child, uint8_t tag)
{
    for (size_t i = 0; i < COUNT(rules); i++)
        if (rules[i].in == in && rules[i].tag == tag &&
            (rules[i].child == ANY || rules[i].child == child))
            return rules[i].to;
    return SKIPPED;
}

static void start_name(struct cert *c, struct cert_name *name, unsigned header)
{
    if (header + c->length > CERT_NAME_MAX)
        return;
    memcpy(name->der, c->head, header);
    name->n = (uint16_t)header;
}

/* The header of an element is complete. */
static void enter(struct cert *c)
{
    unsigned header = c->header;
    uint32_t whole = header + c->length; /* at most 5 + 2^24 */
    struct cert_name *name;
    c->header = 0;
    if (c->open[c->depth].left < whole) {
        c->bad = true;
        return;
    }
    c->open[c->depth].left -= whole;
    c->place = place_of(c->open[c->depth].place, c->open[c->depth].child, c->head[0]);
    if (c->head[0] < 0x40 && c->open[c->depth].child < ANY - 1)
        c->open[c->depth].child++;
    name = name_at(c);
    if (name)
        start_name(c, name, header);
    if (c->place == SKIPPED || c->place >= TEXT) {
        c->left = c->length;
    } else { /* the rules lead at most CERT_DEPTH - 1 deep */
        c->depth++;
        c->open[c->depth].left = c->length;
        c->open[c->depth].place = c->place;
        c->open[c->depth].child = 0;
        c->place = SKIPPED; /* for finish(): nothing was read yet */
    }
    if (c->left == 0)
        finish(c);
}

static void header_byte(struct cert *c, uint8_t byte)
{
    c->head[c->header++] = byte;
    if (c->header == 1) {
        c->bad = (byte & 0x1f) == 0x1f; /* tags of several bytes: none in a certificate */
        return;
    }
    if (c->header == 2) {
        c->more = byte & 0x80 ? byte & 0x7f : 0;
        c->length = byte & 0x80 ? 0 : byte;
        c->bad = byte == 0x80 || c->more > 3;
    } else {
        c->bad = c->header == 3 && byte < (c->more == 1 ? 0x80 : 1); /* not the shortest form */
        c->length = c->length << 8 | byte;
        c->more--;
    }
    if (!c->bad && c->more == 0)
        enter(c);
}

static size_t body_bytes(struct cert *c, const uint8_t *p, size_t n)
{
    struct cert_name *name = name_at(c);
    uint32_t at = c->length - c->left;
    if (n > c->left)
        n = c->left;
    if (name && name->n) {
        memcpy(name->der + name->n, p, n);
        name->n = (uint16_t)(name->n + n);
    } else if (c->place >= TEXT && c->length <= CERT_TEXT_MAX)
        memcpy(c->text + at, p, n);
    c->left -= (uint32_t)n;
    if (c->left == 0)
        finish(c);
    return n;
}

void cert_feed(struct cert *c, const uint8_t *p, size_t n)
{
    while (n > 0 && !c->bad) {
        size_t used = 1;
        if (c->left > 0)
            used = body_bytes(c, p, n);
        else
            header_byte(c, *p);
        p += used;
        n -= used;
    }
}
