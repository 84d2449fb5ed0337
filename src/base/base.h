/* base.h: what every file may use: fixed-width types, the one result convention, and the ban list.
 *
 * Files of src/os and tls include the system's or BearSSL's headers first and this one last,
 * because the words banned below are refused even in later headers. */
#ifndef BASE_H
#define BASE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Every machine of the program answers with one of these. FAIL always comes with a struct fail. */
enum step { STEP_MORE, STEP_DONE, STEP_FAIL };

/* Both clocks, read once by the loop and handed down: nothing below the loop reads a clock. */
struct now {
    /* milliseconds since some start, never steps, runs on while the machine sleeps */
    uint64_t tick;
    int64_t wall;  /* seconds since 1970 UTC; 0 while the time of day is not known */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#ifndef BASE_NO_BAN /* set only for tools and tests that need libc */
#pragma GCC poison malloc calloc realloc strdup strndup alloca
#pragma GCC poison printf fprintf sprintf snprintf vsnprintf vsprintf puts fputs sscanf
#pragma GCC poison strcpy strcat strncpy strncat strtok gets atoi atol strtol strtoul strtod
#endif

#endif
