/* console.c: output, the environment, and where the exe is. */
#include "os/posix/posix.h"

/* A log line waits this long for a reader that stopped reading; results wait as long as the reader
 * likes. */
enum { STUCK_MS = 1000, PIECE = 4096 /* what a pipe that polls writable takes without blocking */ };

static bool write_ready(int fd, bool *stuck)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int wait = fd != 2 ? -1 : *stuck ? 0 : STUCK_MS;
    int r;

    do
        r = poll(&p, 1, wait);
    while (r < 0 && errno == EINTR);
    *stuck = r == 0;
    return r > 0 && !(p.revents & (POLLERR | POLLNVAL));
}

void os_write(int fd, const char *p, size_t n)
{
    static bool stuck;

    while (n > 0 && write_ready(fd, &stuck)) {
        ssize_t put = write(fd, p, n < PIECE ? n : PIECE);
        if (put < 0 && errno != EINTR && errno != EAGAIN)
            return;
        if (put > 0) {
            p += put;
            n -= (size_t)put;
        }
    }
}

bool os_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

bool os_env(const char *name, char *out, size_t cap, size_t *n)
{
    const char *value = getenv(name);

    *n = value ? strlen(value) : 0;
    if (!value || *n > cap)
        return false;
    memcpy(out, value, *n);
    return true;
}

bool os_exe_dir(char *out, size_t cap)
{
    ssize_t n = readlink("/proc/self/exe", out, cap);

    if (n > 0 && (size_t)n < cap) { /* n == cap: cut off */
        while (n > 1 && out[n - 1] != '/')
            n--;
        out[n > 1 ? n - 1 : n] = 0;
        return true;
    }
    if (cap >= 2)
        memcpy(out, ".", 2);
    return false;
}

const char *os_system_dir(void)
{
    return "/etc";
}

char os_separator(void)
{
    return '/';
}

bool os_path_absolute(struct span path)
{
    return path.n > 0 && path.p[0] == '/';
}

unsigned os_pid(void)
{
    return (unsigned)getpid();
}
