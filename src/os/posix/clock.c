/* clock.c: time and entropy. */
#include "os/posix/posix.h"

uint64_t clock_ms(clockid_t id)
{
    struct timespec t;
    if (clock_gettime(id, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint64_t os_tick(void)
{
    uint64_t t = clock_ms(CLOCK_BOOTTIME); /* counts sleep; since 2.6.39 */
    return t ? t : clock_ms(CLOCK_MONOTONIC);
}

int64_t os_wall(void)
{
    struct timespec t;
    return clock_gettime(CLOCK_REALTIME, &t) == 0 ? (int64_t)t.tv_sec : 0;
}

/* Kernels before 3.17: urandom never waits for its seed, but random becomes readable only after it.
 */
static bool random_seeded(void)
{
    static bool seeded;
    struct pollfd p = {.events = POLLIN};

    if (seeded)
        return true;
    p.fd = open("/dev/random", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (p.fd < 0)
        return false;
    seeded = poll(&p, 1, 0) == 1 && (p.revents & POLLIN);
    close(p.fd);
    return seeded;
}

static bool random_device(char *p, size_t n)
{
    int fd;

    if (!random_seeded())
        return false;
    fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    while (n > 0) {
        ssize_t got = read(fd, p, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        p += got;
        n -= (size_t)got;
    }
    close(fd);
    return n == 0;
}

bool os_random(void *p, size_t n)
{
    enum { NONBLOCK = 1 };
    char *at = p;

    while (n > 0) {
        long got = syscall(SYS_getrandom, at, n, NONBLOCK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN) /* early boot: the pool is not seeded */
            return false;
        if (got <= 0)
            return random_device(at, n);
        at += got;
        n -= (size_t)got;
    }
    return true;
}
