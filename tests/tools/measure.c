/* measure.c: `measure RUNS BEFORE COMMAND ARG…`: runs the command so many times and prints the medians of its wall time
 * and CPU time in microseconds, its largest resident size in KiB, and how many runs did not end with 0. Ahead of each
 * run, unmeasured, the shell gets BEFORE with the number of the run in $RUN. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 1000 };

static long wall[RUNS_MAX], cpu[RUNS_MAX];

static long now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

static int by_value(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

static long median(long *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, by_value);
    return values[n / 2];
}

static pid_t start(char **argv)
{
    pid_t pid = fork();
    if (pid)
        return pid;
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    execvp(argv[0], argv);
    _exit(127);
}

int main(int argc, char **argv)
{
    int runs = argc > 3 ? atoi(argv[1]) : 0, status, failed = 0;
    long largest = 0;
    if (runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: measure RUNS BEFORE COMMAND ARG...\n");
        return 2;
    }
    for (int i = 0; i < runs; i++) {
        char number[12];
        struct rusage used;
        snprintf(number, sizeof number, "%d", i + 1);
        setenv("RUN", number, 1);
        if (system(argv[2]) != 0)
            return 1;
        long began = now_us();
        wait4(start(argv + 3), &status, 0, &used);
        wall[i] = now_us() - began;
        cpu[i] = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000L + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
        largest = used.ru_maxrss > largest ? used.ru_maxrss : largest;
        failed += status != 0;
    }
    printf("%ld %ld %ld %d\n", median(wall, runs), median(cpu, runs), largest, failed);
    return 0;
}
