/* start.c: the process entry: descriptors, signals, then the program. */
#include "os/posix/posix.h"

/* A socket that got number 2 would receive the log. */
static void hold_standard_fds(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

static void catch_signals(void)
{
    static const int caught[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    struct sigaction a = {.sa_handler = wait_signal, .sa_flags = SA_RESTART};
    sigset_t none;

    for (size_t i = 0; i < COUNT(caught); i++)
        sigaction(caught[i], &a, NULL);
    a.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &a, NULL);
    sigemptyset(&none); /* some service managers leave signals blocked */
    sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn void os_exit(int status)
{
    _exit(status);
}

int main(int argc, char **argv)
{
    hold_standard_fds();
    wait_init();
    catch_signals();
    os_exit(app_main(argc, argv));
}
