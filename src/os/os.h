/* os.h: the whole platform contract. src/os/posix and src/os/win hold same-named files implementing
 * it; the simulator links a third. Only net/loop.c, net/setup.c and main.c call these. Paths are NUL-terminated
 * UTF-8. Nothing here allocates. */
#ifndef OS_H
#define OS_H

#include "base/addr.h"
#include "base/fail.h"
#include "limits.h"

/* ---- start and end: os/X/start.c owns the process entry, sets up (sockets, signals, DLL search
 * path, error mode), then calls app_main with UTF-8 arguments and exits with what it returns. */
int app_main(int argc, char **argv);
_Noreturn void os_exit(int status);

/* ---- time and entropy: clock.c */
uint64_t os_tick(void); /* milliseconds, monotonic, includes sleep where the system can */
int64_t os_wall(void);  /* unix seconds as the system believes them */
bool os_random(void *p, size_t n); /* false: no entropy yet; TLS must not start. Never weak bytes. */

/* ---- console and surroundings: console.c */
/* fd 1 or 2, UTF-8. Errors are ignored: there is nobody to tell. On POSIX a log reader (2) that stopped
 * reading costs a second once, then its lines are dropped; results (1) wait for theirs. */
void os_write(int fd, const char *p, size_t n);
bool os_is_terminal(int fd);
bool os_env(const char *name, char *out, size_t cap, size_t *n); /* false: not set, or longer than cap */
bool os_exe_dir(char *out, size_t cap); /* folder of the exe, no final separator; "." when unknown */
/* Where ddns.cfg lies when it is not beside the exe: /etc, or ProgramData\ddns */
const char *os_system_dir(void);
char os_separator(void); /* '/' or '\\' */
bool os_path_absolute(struct span path);
unsigned os_pid(void);

/* ---- sockets: sock.c. All non-blocking. Handles are >= 0; OS_NONE is none. */
#define OS_NONE ((intptr_t)-1)
enum os_kind { OS_UDP, OS_TCP };
enum { OS_EOF = -2, OS_FAIL = -1 };

/* Opens and starts connecting (UDP: is connected at once, so only `to` can answer). `bind`: interface
 * name or own address, absent = system's choice; fails closed. TCP_NODELAY is set, the handle is not
 * inherited. OS_NONE: failed, as RETRY: an interface or a route may come back. */
intptr_t os_sock_open(enum os_kind kind, const struct endpoint *to, struct span bind, struct fail *f);
enum step os_sock_connected(intptr_t s, struct fail *f); /* after it became writable */
/* Bytes taken, 0 = not now, OS_FAIL. */
long os_sock_send(intptr_t s, const void *p, size_t n, struct fail *f);
/* Bytes, 0 = not now, OS_FAIL, OS_EOF (TCP). A datagram longer than `cap` or empty is dropped: 0. */
long os_sock_recv(intptr_t s, void *p, size_t cap, struct fail *f);
void os_sock_close(intptr_t s);

enum { OS_READ = 1, OS_WRITE = 2 };
struct os_watch {
    intptr_t s;
    uint8_t want, ready; /* ready also when the socket failed or was closed: the next call tells */
};
enum os_wake {
    OS_WAKE_STOP = 1,    /* SIGTERM, SIGINT, Ctrl-C, service stop; stays set */
    OS_WAKE_RELOAD = 2,  /* SIGHUP */
    OS_WAKE_ADDRESS = 4, /* an interface address or route changed */
    OS_WAKE_RESUME = 8   /* the machine slept, or its clock was set */
};
/* Waits until a socket is ready, something of os_wake happened, a child ended, or the time is over;
 * returns os_wake bits. May return early with nothing. Ready is a level, not an edge: it is told again
 * until it is used up. n <= 2 * SLOTS_MAX + 2. */
unsigned os_wait(struct os_watch *watch, size_t n, uint32_t timeout_ms);

/* ---- network facts: ifaddr.c, resolver.c */
/* Both return how many there are, at most cap; -1 when the system gave nothing. */
long os_interfaces(struct ifaddr *list, size_t cap, struct fail *f);
long os_resolvers(struct endpoint *list, size_t cap);
const char *os_hosts_path(void); /* the system's hosts file, "" when there is none */

/* ---- files: file.c */
enum os_file { OS_OK, OS_MISSING, OS_DENIED, OS_FULL, OS_READONLY, OS_TOO_LONG, OS_BUSY, OS_IO };
const char *os_file_text(enum os_file r); /* "no such file", "permission denied", … */
/* OS_TOO_LONG: `p` has the beginning, n == cap. */
enum os_file os_file_read(const char *path, char *p, size_t cap, size_t *n);
/* Atomically: PATH.new written, flushed, renamed over, folder flushed. After a power cut either the old
 * or the new text stands. Mode 0600. A symbolic link stays; what it points to is replaced. */
enum os_file os_file_replace(const char *path, const char *p, size_t n);
enum os_file os_file_rename(const char *from, const char *to); /* replaces `to` */
/* Appends; when the file then were longer than `limit` it is renamed to PATH.1 first (one old file is
 * kept). Mode 0600. */
enum os_file os_file_append(const char *path, const char *p, size_t n, uint64_t limit);
/* Holds PATH exclusively until the process ends; on Windows it is deleted then. OS_BUSY: somebody else
 * has it. */
enum os_file os_file_lock(const char *path);
/* Others than the owner can read it (false where the system has no such notion). */
bool os_file_exposed(const char *path);
enum os_file os_file_writable_dir(const char *path); /* may files be made in this folder */

/* ---- children: child.c. One argv (NUL-separated, as in struct request), no shell, stdin empty, stderr
 * dropped. At most 8 run at a time. What a child left running is ended with it. */
intptr_t os_child_start(struct span argv, struct fail *f);
/* MORE: still running. DONE: ended with status 0, `out` has its output. FAIL: other status, or more
 * output than `cap`. os_child_end is due in every case. */
enum step os_child_poll(intptr_t child, char *out, size_t cap, size_t *n, struct fail *f);
void os_child_end(intptr_t child); /* kills it if it still runs, and forgets it */

#endif
