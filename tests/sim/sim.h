/* sim.h: a world for the core to live in: virtual time, a scripted network, a disk, and faults at every call, all from one
 * seed. The core runs unchanged: os_fake.c is a third implementation of os.h beside src/os/posix and src/os/win.
 *
 *   scenario.c  what is configured, how the address changes, which faults reign when
 *   os_fake.c   clocks, sockets, files, interfaces, waiting
 *   servers.c   resolvers, authoritative servers, address echoes, two providers
 *   check.c     the invariants (design §10)
 *   ../sim.c    runs seeds, starts the core anew after each power cut
 */
#ifndef SIM_H
#define SIM_H

#define BASE_NO_BAN
#include "net/loop.h"

enum { MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* ---- chance */
uint64_t roll(uint64_t n);                /* 0 to n - 1 */
uint64_t between(uint64_t a, uint64_t b); /* both included */

enum fault {
    F_OPEN,     /* no socket can be opened */
    F_REFUSE,   /* connections are refused */
    F_HANG,     /* connections never come about */
    F_SILENT,   /* servers take a request and never answer; datagrams are lost */
    F_RESET,    /* connections are reset where the answer should come */
    F_CUT,      /* replies end somewhere, by FIN */
    F_SLOW,     /* replies drip */
    F_JUNK,     /* echoes and providers answer with pages */
    F_STATUS,   /* and with statuses */
    F_LIE,      /* an echo answers with an old or a made-up address */
    F_DNS_BAD,  /* SERVFAIL, wrong ids */
    F_DNS_TC,   /* truncated */
    F_HIJACK,   /* a captive portal answers for every name */
    F_LAG,      /* authoritative servers learn of changes late */
    F_BUSY,     /* providers answer 911, 500, 429 */
    F_REFUSAL,  /* providers answer badauth and the like */
    F_LOST,     /* providers do what is asked, but the answer is lost */
    F_DISK,     /* the disk is full or broken */
    F_POWER,    /* power cuts, at any call, above all while the disk is written */
    F_STOP,     /* the service is restarted */
    F_CLOCK,    /* the wall clock is wrong, or jumps */
    F_RANDOM,   /* no entropy */
    F_EVENT,    /* address events without a reason, early wake-ups */
    F_MAX
};
extern const char *const fault_names[F_MAX];
bool struck(enum fault f); /* does it happen now? */

/* ---- the world */
enum { ECHOES_MAX = 8, RECORDS = 64, PAST_MAX = 64 };

struct world {
    uint64_t ms, end_ms;      /* virtual time */
    uint64_t boot_ms;         /* of the machine: ticks begin there */
    uint64_t stop_ms;         /* of the service, next */
    uint64_t change_ms, epoch_ms, jump_ms, minute_ms; /* next address change, epoch, clock jump, look at the invariants */
    uint64_t quiet_ms;        /* no fault since then; UINT64_MAX: there are */
    int64_t clock_error;      /* seconds by which the wall clock is wrong */
    unsigned fault[F_MAX];    /* per mille */
    bool event;               /* an address event waits to be told */
    bool offline, resolver_aa;
    struct addr truth[2], old[2], passing; /* IPv4, IPv6; before the last change; the temporary IPv6 address */
    unsigned boots, cuts, stops, changes, faults;
    uint64_t calls, waits;
};
extern struct world world;
#define EPOCH_S 1800000000ll /* wall clock at ms 0: after any build */

/* ---- scenario.c */
struct scenario {
    const char *name, *conf;
    bool v6, resolver_aa;
    uint32_t interval_s;
    uint64_t change_least, change_most; /* ms between two changes of the address */
    uint32_t mask;                      /* faults that may occur, bit per enum fault; 0 = all */
};
extern const struct scenario scenarios[];
extern const size_t scenario_count;
extern const struct scenario *scene;
void scene_begin(const struct scenario *s, uint64_t seed, uint64_t days);
void scene_advance(uint64_t to); /* lets time go by: changes, epochs, jumps */
uint64_t scene_next(void);       /* when something happens by itself */

/* ---- os_fake.c */
void os_fake_begin(void);   /* an empty disk */
void os_fake_restart(void); /* all sockets are gone */

/* ---- servers.c */
struct packet {
    char b[6000];
    size_t n;
    bool close;     /* the server ends the connection after it */
    int told;       /* what the client has learnt once it has all of it: a ticket of check.c, or -1 */
    bool lost;      /* it was decided that it does not arrive */
};
bool server_there(enum os_kind kind, const struct endpoint *to);
/* `q` is what was sent so far to a server, `first`: nothing on this connection before. Fills `out`; returns the bytes used of q, 0: the request is not whole yet. */
size_t server_answer(enum os_kind kind, const struct endpoint *to, bool first, struct span q, struct packet *out);
void server_forget(void); /* the caches of resolvers */

/* ---- check.c */
void check_begin(void);
void check_start(const struct loop *l); /* the program starts, */
void check_boot(void);                  /* and has read ddns.cfg */
void check_gone(bool cut);             /* it ended, or power was cut */
void check_saved(bool good);           /* the state was replaced on disk, or that failed */
void check_unread(void);               /* a start could not read it */
void check_disk(struct span text); /* what a start finds there */
void check_reported(unsigned source, const struct addr *a); /* a source names an address */
enum { SOURCE_IS_INTERFACE = ECHOES_MAX, SOURCE_IS_FILE, SOURCE_IDS };
/* A provider hears of a write. `safe`: by a request that may be repeated when a kept connection was closed; `first`: on a
 * new connection. */
void check_attempt(int record, const struct addr *a, bool safe, bool first);
void check_applied(int record, const struct addr *a);
enum verdict { TOLD_SHOWN /* by an authoritative server, or in a listing */, TOLD_GOOD, TOLD_BUSY, TOLD_WRONG /* this record */, TOLD_REFUSED /* the account */ };
int check_ticket(const int *records, size_t n, enum verdict v);
void check_told(int ticket); /* the client has read the whole reply of that ticket */
struct addr check_value(int record, unsigned server); /* what that authoritative server, 0 or 1, answers now; 2: the truth */
int check_find(struct span host, unsigned family);
void check_minute(void);
void check_spin(bool moved);
void check_watch(void); /* looks at what the core knows */
_Noreturn void violated(const char *what, ...) __attribute__((format(printf, 1, 2)));
void trace(const char *format, ...) __attribute__((format(printf, 1, 2)));
void trace_print(void);
extern bool trace_live; /* print as it happens */
struct totals {
    uint64_t ms, boots, cuts, stops, changes, attempts, applied, repeats, requests, saves;
};
extern struct totals totals;

/* ---- ../sim.c */
_Noreturn void power_cut(void);
_Noreturn void run_failed(void);

#endif
