/* child.c: one program run for its output. The pipe itself keeps the output until the child has
 * ended: what is asked for is far shorter than a pipe is deep. */
#include "os/posix/posix.h"

enum {
    CHILDREN_MAX = 8,
    ARGS_MAX = 32,
    ARGV_TEXT_MAX = 4096,
    FD_CLOSED_TO = 256,
    GRACE_TRIES = 50
};

static struct child {
    pid_t pid; /* also its process group; 0 = free */
    int out; /* reading end of its standard output, -1 once it was ended but could not be collected
              */
} children[CHILDREN_MAX];

/* Splits the NUL-separated words into `args`, ended by NULL. */
static bool split(struct span argv, char *text, char **args)
{
    size_t n = 0;

    if (argv.n == 0 || argv.n >= ARGV_TEXT_MAX)
        return false;
    memcpy(text, argv.p, argv.n);
    text[argv.n] = 0;
    for (size_t at = 0; at < argv.n; at += strlen(text + at) + 1) {
        if (n == ARGS_MAX)
            return false;
        args[n++] = text + at;
    }
    args[n] = NULL;
    return true;
}

/* In the child, between fork and exec. Tells why exec did not work through `tell`, which closes
 * when it does. */
static _Noreturn void become(char **args, int out, int tell)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int code;

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
    if (dup2(null, 0) == 0 && dup2(out, 1) == 1 && dup2(null, 2) == 2) {
        for (int fd = 3; fd < FD_CLOSED_TO; fd++)
            if (fd != tell)
                close(fd);
        execvp(args[0], args);
    }
    code = errno;
    if (write(tell, &code, sizeof code) < 0)
        _exit(126);
    _exit(127);
}

static enum step start_fail(struct fail *f, int code, const char *program)
{
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return fail_set(f, FAIL_CONFIG, LAYER_OS, code, SPAN("no such program: "), span_z(program));
    case EACCES:
    case EPERM:
        return fail_set(f, FAIL_CONFIG, LAYER_OS, code, SPAN("may not be run: "), span_z(program));
    case ENOEXEC:
        return fail_set(f, FAIL_CONFIG, LAYER_OS, code, SPAN("not a program for this machine: "),
                        span_z(program));
    default:
        return error_fail(f, LAYER_OS, code, span_z(program));
    }
}

/* Forks and waits until the program runs or could not be started: that is one exec long. 0 or an
 * errno. */
static int spawn(struct child *c, char **args)
{
    int out[2], tell[2], code = 0;

    if (pipe2(out, O_CLOEXEC) != 0)
        return errno;
    if (pipe2(tell, O_CLOEXEC) != 0) {
        code = errno;
        close(out[0]);
        close(out[1]);
        return code;
    }
    c->pid = fork();
    if (c->pid == 0)
        become(args, out[1], tell[1]);
    if (c->pid < 0)
        code = errno;
    close(out[1]);
    close(tell[1]);
    while (c->pid > 0 && read(tell[0], &code, sizeof code) < 0 && errno == EINTR) {
    }
    close(tell[0]);
    if (code != 0) {
        if (c->pid > 0)
            waitpid(c->pid, NULL, 0);
        close(out[0]);
        c->pid = 0;
        return code;
    }
    c->out = out[0];
    fcntl(c->out, F_SETFL, O_NONBLOCK);
    return 0;
}

void child_reap(void)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++)
        if (children[i].pid && children[i].out < 0 && waitpid(children[i].pid, NULL, WNOHANG) != 0)
            children[i].pid = 0;
}

intptr_t os_child_start(struct span argv, struct fail *f)
{
    static char text[ARGV_TEXT_MAX];
    char *args[ARGS_MAX + 1];
    intptr_t i = 0;
    int code;

    child_reap();
    while (i < CHILDREN_MAX && children[i].pid)
        i++;
    if (i == CHILDREN_MAX) {
        fail_set(f, FAIL_RETRY, LAYER_OS, 0,
                 SPAN("8 commands run already; waiting for one to end"));
        return OS_NONE;
    }
    if (!split(argv, text, args)) {
        fail_set(f, FAIL_CONFIG, LAYER_OS, 0,
                 SPAN("command: give a program, at most 31 arguments and 4095 bytes"));
        return OS_NONE;
    }
    code = spawn(&children[i], args);
    if (code == 0)
        return i;
    start_fail(f, code, args[0]);
    return OS_NONE;
}

static enum step collect(const struct child *c, char *out, size_t cap, size_t *n)
{
    *n = 0;
    while (*n < cap) {
        ssize_t got = read(c->out, out + *n, cap - *n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) /* the end, or a grandchild that still holds the pipe */
            break;
        *n += (size_t)got;
    }
    return STEP_DONE;
}

static enum step status_fail(const siginfo_t *end, struct fail *f)
{
    char text[64];
    struct buf b = BUF(text);

    buf_z(&b, end->si_code == CLD_EXITED ? "the command ended with status "
                                         : "the command was ended by signal ");
    buf_i64(&b, end->si_status);
    return fail_set(f, FAIL_RETRY, LAYER_OS, end->si_status, buf_view(&b));
}

/* The child is only looked at, not collected: as long as its zombie stands, its group's number
 * cannot be reused. */
enum step os_child_poll(intptr_t child, char *out, size_t cap, size_t *n, struct fail *f)
{
    const struct child *c = &children[child];
    siginfo_t end = {0};
    int waiting = 0;

    if (ioctl(c->out, FIONREAD, &waiting) == 0 && waiting > 0 && (size_t)waiting > cap)
        return fail_set(f, FAIL_RETRY, LAYER_OS, 0,
                        SPAN("the command printed too much; an address is all it may print"));
    if (waitid(P_PID, (id_t)c->pid, &end, WEXITED | WNOHANG | WNOWAIT) != 0)
        return error_fail(f, LAYER_OS, errno, SPAN("command"));
    if (end.si_pid == 0)
        return STEP_MORE;
    if (end.si_code != CLD_EXITED || end.si_status != 0)
        return status_fail(&end, f);
    return collect(c, out, cap, n);
}

void os_child_end(intptr_t child)
{
    struct child *c = &children[child];

    if (child < 0 || child >= CHILDREN_MAX || !c->pid)
        return;
    kill(-c->pid, SIGKILL);
    kill(c->pid, SIGKILL);
    close(c->out);
    c->out = -1;
    for (int i = 0; i < GRACE_TRIES && c->pid; i++) {
        child_reap();
        if (c->pid)
            poll(NULL, 0, 2);
    }
}
