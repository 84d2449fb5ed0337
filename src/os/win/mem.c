/* mem.c: the five functions compilers call by themselves; there is no C run-time. The empty asm
 * keeps a compiler from turning a loop into a call of the function it is in. */
#include "os/win/win.h"

#define PLAIN __asm__ volatile("" ::: "memory")

#if defined(__i386__) || defined(__x86_64__)

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    void *d = to;
    __asm__ volatile("rep movsb" : "+D"(d), "+S"(from), "+c"(n) : : "memory");
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    void *d = to;
    __asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(byte) : "memory");
    return to;
}

#else

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    char *d = to;
    for (const char *s = from; n > 0; n--) {
        *d++ = *s++;
        PLAIN;
    }
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    for (char *d = to; n > 0; n--) {
        *d++ = (char)byte;
        PLAIN;
    }
    return to;
}

#endif

void *memmove(void *to, const void *from, size_t n)
{
    char *d = to;
    const char *s = from;

    if ((uintptr_t)d - (uintptr_t)s >= n)
        return memcpy(to, from, n);
    while (n > 0) {
        n--;
        d[n] = s[n];
        PLAIN;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;

    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
        PLAIN;
    }
    return 0;
}

size_t strlen(const char *z)
{
    size_t n = 0;

    while (z[n]) {
        n++;
        PLAIN;
    }
    return n;
}
