/* wait.c: the one place where the program sleeps. Plain poll: 32-bit router kernels answer ENOSYS
 * to ppoll. */
#include "os/posix/posix.h"

enum {
    WATCH_MAX = 2 * SLOTS_MAX + 2,
    LONGEST_MS = 3600000,
    STEP_MS = 2000 /* clocks drift and NTP steps by less than this */
};

enum { FD_SIGNAL, FD_NETLINK, FD_ALARM, FD_OWN };
static int own[FD_OWN] = {-1, -1, -1};
static int signal_out = -1; /* the end the handler writes to */
static volatile sig_atomic_t seen_stop, seen_reload, seen_child;

/* Milliseconds at the last look: wall − tick, and tick − time awake. */
static int64_t wall_ahead, sleep_ahead;

void wait_signal(int number)
{
    int saved = errno;

    if (number == SIGINT && seen_stop)
        _exit(130);
    if (number == SIGHUP)
        seen_reload = 1;
    else if (number == SIGCHLD)
        seen_child = 1;
    else
        seen_stop = 1;
    if (write(signal_out, "", 1) < 0) {
        /* full: the loop wakes anyway */
    }
    errno = saved;
}

static void open_signal_pipe(void)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    own[FD_SIGNAL] = ends[0];
    signal_out = ends[1];
}

static void open_netlink(void)
{
    struct sockaddr_nl a = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
                     RTMGRP_IPV6_ROUTE,
    };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

    if (fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        close(fd);
        fd = -1;
    }
    own[FD_NETLINK] = fd;
}

/* Rings when the clock is set and when the machine comes back from sleep, during which poll's
 * time-out stands still. */
static void arm_alarm(void)
{
    struct itimerspec far = {.it_value = {.tv_sec = 0x7fffffff}};

    if (own[FD_ALARM] < 0 ||
        timerfd_settime(own[FD_ALARM], TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL) ==
            0)
        return;
    close(own[FD_ALARM]);
    own[FD_ALARM] = -1;
}

static bool clocks_moved(void)
{
    uint64_t tick = os_tick();
    int64_t wall = (int64_t)(clock_ms(CLOCK_REALTIME) - tick);
    int64_t sleep = (int64_t)(tick - clock_ms(CLOCK_MONOTONIC));
    bool moved =
        wall - wall_ahead > STEP_MS || wall_ahead - wall > STEP_MS || sleep - sleep_ahead > STEP_MS;

    wall_ahead = wall;
    sleep_ahead = sleep;
    return moved;
}

void wait_init(void)
{
    open_signal_pipe();
    open_netlink();
    own[FD_ALARM] = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    arm_alarm();
    clocks_moved();
}

/* Link and route events come for many reasons; these can change which addresses are ours or in use.
 */
static bool message_counts(struct nlmsghdr *h)
{
    const void *body = NLMSG_DATA(h);

    switch (h->nlmsg_type) {
    case RTM_NEWADDR:
    case RTM_DELADDR:
    case RTM_DELLINK:
        return true;
    case RTM_NEWLINK: /* wireless events repeat the link with nothing changed */
        return h->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifinfomsg)) &&
               ((const struct ifinfomsg *)body)->ifi_change;
    case RTM_NEWROUTE:
    case RTM_DELROUTE: /* default routes */
        return h->nlmsg_len >= NLMSG_LENGTH(sizeof(struct rtmsg)) &&
               ((const struct rtmsg *)body)->rtm_dst_len == 0;
    default:
        return false;
    }
}

static bool drain_netlink(void)
{
    static char buffer[16384] __attribute__((aligned(8)));
    bool counts = false;

    for (;;) {
        struct sockaddr_nl from;
        socklen_t size = sizeof from;
        ssize_t n =
            recvfrom(own[FD_NETLINK], buffer, sizeof buffer, 0, (struct sockaddr *)&from, &size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == ENOBUFS) { /* events were lost */
            counts = true;
            continue;
        }
        if (n <= 0)
            return counts;
        if (from.nl_pid != 0)
            continue;
        struct nlmsghdr *h = (void *)buffer;
        for (int left = (int)n; left > 0 && NLMSG_OK(h, (unsigned)left); h = NLMSG_NEXT(h, left))
            counts = counts || message_counts(h);
    }
}

static unsigned look_at_own(const struct pollfd *set)
{
    unsigned wake = 0;
    char sink[64];

    if (set[FD_SIGNAL].revents)
        while (read(own[FD_SIGNAL], sink, sizeof sink) > 0) {
        }
    if (set[FD_NETLINK].revents && drain_netlink())
        wake |= OS_WAKE_ADDRESS;
    if (set[FD_ALARM].revents) {
        if (read(own[FD_ALARM], sink, sizeof sink) < 0) {
            /* ECANCELED is how it rings; the clocks tell what happened */
        }
        arm_alarm();
    }
    return wake;
}

static unsigned signals_seen(void)
{
    unsigned wake = seen_stop ? OS_WAKE_STOP : 0;

    if (seen_reload) {
        seen_reload = 0;
        wake |= OS_WAKE_RELOAD;
    }
    if (seen_child) {
        seen_child = 0;
        child_reap();
    }
    return wake;
}

unsigned os_wait(struct os_watch *watch, size_t n, uint32_t timeout_ms)
{
    static struct pollfd set[FD_OWN + WATCH_MAX];
    unsigned wake = 0;

    if (n > WATCH_MAX)
        n = WATCH_MAX;
    for (size_t i = 0; i < FD_OWN; i++)
        set[i] = (struct pollfd){.fd = own[i], .events = POLLIN};
    for (size_t i = 0; i < n; i++) {
        watch[i].ready = 0;
        set[FD_OWN + i].fd =
            watch[i].want ? (int)watch[i].s : -1; /* -1: a hang-up nobody waits for must not spin */
        set[FD_OWN + i].events = (short)((watch[i].want & OS_READ ? POLLIN : 0) |
                                         (watch[i].want & OS_WRITE ? POLLOUT : 0));
    }
    if (poll(set, (nfds_t)(FD_OWN + n), timeout_ms > LONGEST_MS ? LONGEST_MS : (int)timeout_ms) >
        0) {
        wake |= look_at_own(set);
        for (size_t i = 0; i < n; i++) {
            short got = set[FD_OWN + i].revents;
            if (got & (POLLERR | POLLHUP | POLLNVAL))
                watch[i].ready = watch[i].want;
            watch[i].ready |=
                (uint8_t)((got & POLLIN ? OS_READ : 0) | (got & POLLOUT ? OS_WRITE : 0));
        }
    }
    wake |= signals_seen();
    return clocks_moved() ? wake | OS_WAKE_RESUME : wake;
}
