/* wait.c: the one place where the program sleeps: sockets, address changes, children and whatever
 * other threads report, in one wait. */
#include "os/win/win.h"

enum {
    STEP_MS = 2000, /* clocks drift and time services step by less than this */
    OVERSLEPT_MS = 5000
};

/* The address lists of both families: the one event source that is in every version. */
static struct listener {
    SOCKET s;
    OVERLAPPED ov;
} listeners[2];

static HANDLE net_event, wake_event;
static volatile LONG woken; /* bits of enum os_wake, set by other threads */
static volatile LONG stopping;
static int64_t wall_ahead,
    sleep_ahead; /* wall − tick, and tick − time awake, at the last look, ms */

HANDLE wait_net_event(void)
{
    return net_event;
}

void wait_wake(unsigned wake)
{
    __sync_fetch_and_or(&woken, (LONG)wake);
    SetEvent(wake_event);
}

/* On its own thread. Closing the window, logging off and shutting down end the process when this
 * returns: so the program gets what time the system gives, and its end ends this thread. */
static BOOL WINAPI on_control(DWORD kind)
{
    if (kind == CTRL_LOGOFF_EVENT && !GetConsoleWindow()) /* a service hears of anybody's */
        return TRUE;
    if (kind == CTRL_C_EVENT && stopping)
        ExitProcess(130);
    stopping = 1;
    wait_wake(OS_WAKE_STOP);
    if (kind != CTRL_C_EVENT && kind != CTRL_BREAK_EVENT)
        Sleep(INFINITE);
    return TRUE;
}

static void CALLBACK on_address(void *context, void *row, int type)
{
    (void)context;
    (void)row;
    (void)type;
    wait_wake(OS_WAKE_ADDRESS);
}

static void listener_arm(struct listener *l)
{
    DWORD n;

    if (WSAIoctl(l->s, SIO_ADDRESS_LIST_CHANGE, NULL, 0, NULL, 0, &n, &l->ov, NULL) == 0 ||
        WSAGetLastError() == WSA_IO_PENDING)
        return;
    closesocket(l->s);
    l->s = INVALID_SOCKET;
}

static void listener_open(struct listener *l, int family)
{
    l->s = WSASocketW(family, SOCK_DGRAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (l->s == INVALID_SOCKET)
        return;
    SetHandleInformation((HANDLE)l->s, HANDLE_FLAG_INHERIT, 0);
    l->ov.hEvent = CreateEventW(NULL, FALSE, FALSE, NULL);
    listener_arm(l);
}

/* Vista and later tell by a call-back as well, of IPv6 with certainty. */
static void notify_open(void)
{
    static bool done;
    static HANDLE handle;
    LONG(WINAPI * notify)(USHORT, void(CALLBACK *)(void *, void *, int), void *, BOOLEAN, HANDLE *);

    if (done)
        return;
    done = true;
    notify = late_find(LATE_IPHLPAPI, "NotifyUnicastIpAddressChange", LATE_VISTA);
    if (notify)
        notify(AF_UNSPEC, on_address, NULL, FALSE, &handle);
}

static uint64_t awake_ms(uint64_t tick)
{
    static BOOL(WINAPI * unbiased)(ULONGLONG *);
    static bool looked;
    ULONGLONG t;

    if (!looked)
        unbiased = late_find(LATE_KERNEL32, "QueryUnbiasedInterruptTime", LATE_VISTA);
    looked = true;
    return unbiased && unbiased(&t) ? t / 10000 : tick;
}

static bool clocks_moved(void)
{
    uint64_t tick = os_tick();
    int64_t wall = os_wall() * 1000 - (int64_t)tick;
    int64_t sleep = (int64_t)(tick - awake_ms(tick));
    bool moved =
        wall - wall_ahead > STEP_MS || wall_ahead - wall > STEP_MS || sleep - sleep_ahead > STEP_MS;

    wall_ahead = wall;
    sleep_ahead = sleep;
    return moved;
}

void wait_init(void)
{
    net_event = CreateEventW(NULL, FALSE, FALSE, NULL);
    wake_event = CreateEventW(NULL, FALSE, FALSE, NULL);
    SetConsoleCtrlHandler(on_control, TRUE);
    listener_open(&listeners[0], AF_INET);
    listener_open(&listeners[1], AF_INET6);
    clocks_moved();
}

/* Sleeps, then looks at everything that may have happened. */
static unsigned sleep_until(DWORD ms)
{
    HANDLE h[2 + COUNT(listeners) + CHILDREN_MAX];
    DWORD n = 0;
    unsigned wake = 0;
    uint64_t begin = os_tick();

    h[n++] = wake_event;
    h[n++] = net_event;
    for (size_t i = 0; i < COUNT(listeners); i++)
        if (listeners[i].s != INVALID_SOCKET)
            h[n++] = listeners[i].ov.hEvent;
    n += (DWORD)child_handles(h + n);
    DWORD first = WaitForMultipleObjects(n, h, FALSE, ms);
    if (first == WAIT_FAILED) /* must not spin */
        Sleep(ms < 100 ? ms : 100);
    if (os_tick() - begin > (uint64_t)ms + OVERSLEPT_MS) /* all that XP can know of a sleep */
        wake |= OS_WAKE_RESUME;
    sock_collect();
    for (size_t i = 0; i < COUNT(listeners); i++) {
        struct listener *l = &listeners[i];
        if (l->s == INVALID_SOCKET || !((first < n && h[first] == l->ov.hEvent) ||
                                        WaitForSingleObject(l->ov.hEvent, 0) == WAIT_OBJECT_0))
            continue;
        listener_arm(l); /* before anybody reads the addresses */
        wake |= OS_WAKE_ADDRESS;
    }
    return wake;
}

static bool mark_ready(struct os_watch *watch, size_t n)
{
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        watch[i].ready = sock_ready(watch[i].s, watch[i].want);
        any = any || watch[i].ready;
    }
    return any;
}

unsigned os_wait(struct os_watch *watch, size_t n, uint32_t timeout_ms)
{
    unsigned wake;

    notify_open();
    wake = sleep_until(mark_ready(watch, n) ? 0 : timeout_ms);
    mark_ready(watch, n);
    wake |= (unsigned)__sync_fetch_and_and(&woken, (LONG)OS_WAKE_STOP);
    return clocks_moved() ? wake | OS_WAKE_RESUME : wake;
}
