/* limits.h: every bound of the program, each with its reason. Going over one is an error that names it.
 * The arrays live in untouched BSS: what is not used costs no memory. */
#ifndef DDNS_LIMITS_H
#define DDNS_LIMITS_H

enum {
    /* configuration */
    CONF_TEXT_MAX = 65536,   /* ddns.cfg whole; 100 hosts take about 4 KB */
    CONF_LINE_MAX = 4096,    /* a recipe's body line reaches 400, a token 2,500 */
    ACCOUNTS_MAX = 64,       /* the largest household seen in the peers' issues had 14 */
    RECORDS_MAX = 512,       /* host × family */
    VALUES_MAX = 1024,       /* settings of all accounts */
    SECRETS_TEXT_MAX = 32768, /* what @file and $NAME brought: PEM keys are 2–4 KB */
    ERRORS_MAX = 16,         /* errors shown of one ddns.cfg; more would only scroll the first away */
    SOURCES_MAX = 8,         /* address sources of one list */
    QUESTS_MAX = 16,         /* distinct source lists: two global ones and the accounts' own */
    HOST_MAX = 254,          /* RFC 1035: 253 and a NUL */
    PATH_TEXT_MAX = 1024,
    LABEL_MAX = 64,          /* provider id, account label */

    /* exchanges */
    SLOTS_MAX = 32,          /* 20 dead accounts, a good one, sources and proofs side by side */
    ENDPOINTS_MAX = 8,       /* addresses tried of one host, both families */
    RESOLVERS_MAX = 4,       /* glibc takes 3, Windows lists more */
    REQUEST_MAX = 16384,     /* head and body of one request; a group of items is halved when over */
    BODY_MAX = 1048576,      /* a reply that goes on beyond this is cut off: listings of 5,000 records are about 2 MB
                                only with comments; nothing of it is kept anyway */
    SOURCE_BODY_MAX = 65536, /* a reply of an address source: an address is 45 bytes */
    DNS_MESSAGE_MAX = 4096,  /* TCP answers of real zones with DNSSEC stay below */
    UDP_PAYLOAD = 1232,      /* EDNS size that is never fragmented (DNS flag day 2020) */
    IFADDRS_MAX = 64,        /* addresses of the local interfaces */
    CHILD_OUTPUT_MAX = 1024, /* of a `command` source */

    /* deadlines, milliseconds */
    DNS_TRY_MS = 1500,       /* one question to one server */
    DNS_ALL_MS = 9000,       /* a whole look-up */
    STAGGER_MS = 250,        /* RFC 8305 §5: next address while the first still connects */
    CONNECT_MS = 10000,
    TLS_MS = 15000,          /* an ARMv5 router takes 2 s for one handshake */
    SEND_MS = 10000,
    REPLY_MS = 20000,        /* to the head of the reply; providers that propagate first take 10 s */
    BODY_MS = 30000,         /* for the whole body: ends slow drips */
    CHILD_MS = 20000,
    KEEP_MS = 5000,          /* an idle kept connection; servers close theirs after 5 to 75 s */
    WAIT_CAP_MS = 60000,     /* Windows 8+ stops counting time-outs while asleep */
    PROOF_MS = 90000,        /* how long the authoritative servers are asked after a change */
    LOOK_MS = 20000,         /* and before one: an update does not wait longer for them */
    STOP_MS = 900,           /* SIGTERM ends a run within a second */

    /* policy, seconds */
    INTERVAL_MIN = 30, INTERVAL_DEFAULT = 300, INTERVAL_MAX = 86400 * 7,
    BACKOFF_FIRST = 30, BACKOFF_MAX = 3600 * 2, /* doubled each time, with jitter */
    WAIT_DEFAULT = 1800,     /* 911 and 429 without Retry-After: No-IP asks for 30 minutes */
    WAIT_MAX = 86400,        /* a Retry-After beyond a day is taken for a day */
    WRITES_PER_HOUR = 12,    /* of one record, restarts included */

    /* reports */
    STATE_TEXT_MAX = 262144, /* 512 records, all failing with the longest text */
    LOG_LINE_MAX = 1024,
};

#endif
