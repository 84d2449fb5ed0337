/* bytes.c: comparing and wiping secrets. */
#include "base/hash.h"

bool bytes_same(const void *a, const void *b, size_t n)
{
    const volatile uint8_t *x = a, *y = b;
    uint8_t differ = 0;
    while (n--)
        differ |= (uint8_t)(*x++ ^ *y++);
    return differ == 0;
}

void bytes_wipe(void *p, size_t n)
{
    volatile uint8_t *byte = p; /* volatile: these stores count although nobody reads them again */
    while (n--)
        *byte++ = 0;
}
