/* dns.h: DNS messages (RFC 1035, EDNS RFC 6891). Names are text without the final dot; compression
 * is read, never written. */
#ifndef DNS_H
#define DNS_H

#include "base/addr.h"
#include "base/fail.h"
#include "limits.h"

enum { DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_SOA = 6, DNS_TXT = 16, DNS_AAAA = 28, DNS_OPT = 41,
       DNS_TSIG = 250, DNS_ANY = 255 };
enum { DNS_IN = 1, DNS_CH = 3, DNS_NONE = 254 };
enum { DNS_NOERROR = 0, DNS_FORMERR = 1, DNS_SERVFAIL = 2, DNS_NXDOMAIN = 3, DNS_NOTIMP = 4,
       DNS_REFUSED = 5, DNS_YXDOMAIN = 6, DNS_YXRRSET = 7, DNS_NXRRSET = 8, DNS_NOTAUTH = 9,
       DNS_NOTZONE = 10, DNS_BADSIG = 16, DNS_BADKEY = 17, DNS_BADTIME = 18 };

/* Wire form; "" is the root; false when it is no name. */
bool dns_name_put(struct buf *b, struct span name);
/* A question with EDNS; over when `name` is none. `id` is two bytes at the start, replaced by the
 * carrier. */
void dns_query(struct buf *b, uint16_t id, struct span name, uint16_t type, uint16_t class,
               bool recurse);

struct dns_record {
    uint8_t section; /* 1 answer, 2 authority, 3 additional */
    uint16_t type, class;
    uint32_t ttl;
    uint16_t rdata_at, rdata_n; /* in the message */
    char name[HOST_MAX];        /* lower-case, NUL-terminated */
};

struct dns_reader {
    struct span m;
    uint16_t at, left[4];
    uint16_t id, flags; /* of the header */
    uint16_t rcode;     /* with the EDNS part once dns_next came past OPT */
    bool authoritative, truncated;
    char qname[HOST_MAX];
    uint16_t qtype, qclass;
};

/* Reads the header and the one question. False: not a DNS reply of one question. */
bool dns_read(struct dns_reader *r, struct span message);
/* MORE = one record, DONE = no more, FAIL = malformed (sticks; so does a name that holds a dot or a
 * control byte). */
enum step dns_next(struct dns_reader *r, struct dns_record *out);
/* Of A or AAAA. */
bool dns_record_addr(const struct dns_reader *r, const struct dns_record *rec, struct addr *out);
/* The name that stands `skip` bytes into the rdata (NS, CNAME, SOA's MNAME). */
bool dns_record_name(const struct dns_reader *r, const struct dns_record *rec, unsigned skip,
                     char out[HOST_MAX]);
/* Id, opcode, name (without case), type and class as in `query`. */
bool dns_same_question(const struct dns_reader *r, struct span query);
const char *dns_rcode_name(unsigned rcode);

#endif
