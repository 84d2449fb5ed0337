/* clock.c: time and entropy. */
#include "os/win/win.h"

/* GetTickCount wraps after 49.7 days; the loop looks at least once a minute. It is the one tick
 * that every version has, and it counts sleep. */
uint64_t os_tick(void)
{
    static uint64_t sum = 1;
    static DWORD last;
    DWORD now = GetTickCount();

    sum += last ? (DWORD)(now - last) : 0;
    last = now;
    return sum;
}

int64_t os_wall(void)
{
    const uint64_t unix_epoch = 116444736000000000u; /* in 100 ns since 1601 */
    FILETIME t;
    uint64_t ticks;

    GetSystemTimeAsFileTime(&t);
    ticks = (uint64_t)t.dwHighDateTime << 32 | t.dwLowDateTime;
    return ticks < unix_epoch ? 0 : (int64_t)((ticks - unix_epoch) / 10000000);
}

/* RtlGenRandom: in XP and all later ones, without the weight of a cryptographic provider. */
BOOLEAN NTAPI SystemFunction036(void *p, ULONG n);

bool os_random(void *p, size_t n)
{
    return n == 0 || SystemFunction036(p, (ULONG)n);
}
