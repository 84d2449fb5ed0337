/* child.c: one program run for its output. The pipe itself keeps the output until the child has
 * ended: it is made deep enough for far more than is asked for. */
#include "os/win/win.h"

enum { PIPE_SIZE = 65536, LINE_MAX_W = 4096, NEEDS_ADMIN = 740 /* not in MinGW's headers */ };

static struct child {
    HANDLE process, job, out; /* process NULL: free */
    bool ended;
} children[CHILDREN_MAX];

/* One word, quoted where it must be so that every run-time's splitter gives it back: backslashes
 * are doubled where a quote follows. (cmd does not know its own switches when they are quoted.) */
static void put_word(struct buf *b, struct span word)
{
    size_t slashes = 0;

    if (word.n > 0 && span_chr(word, ' ') < 0 && span_chr(word, '\t') < 0 &&
        span_chr(word, '"') < 0) {
        buf_span(b, word);
        return;
    }
    buf_char(b, '"');
    for (size_t i = 0; i <= word.n; i++) {
        bool quote = i == word.n || word.p[i] == '"';
        if (quote)
            for (; slashes > 0; slashes--)
                buf_char(b, '\\');
        if (i == word.n)
            break;
        if (word.p[i] == '"')
            buf_char(b, '\\');
        slashes = word.p[i] == '\\' ? slashes + 1 : 0;
        buf_char(b, word.p[i]);
    }
    buf_char(b, '"');
}

static bool command_line(struct span argv, WCHAR *out)
{
    static char text[LINE_MAX_W];
    struct buf b = BUF(text);

    if (argv.n == 0)
        return false;
    if (argv.p[argv.n - 1] == 0)
        argv.n--;
    while (argv.p) {
        put_word(&b, span_cut(&argv, 0));
        if (argv.p)
            buf_char(&b, ' ');
    }
    buf_text(&b);
    return !b.over && wide_from(text, out, LINE_MAX_W) > 0;
}

static enum step start_fail(struct fail *f, DWORD code, struct span program)
{
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
        return fail_set(f, FAIL_CONFIG, LAYER_OS, (int32_t)code, SPAN("no such program: "),
                        program);
    case ERROR_ACCESS_DENIED:
        return fail_set(f, FAIL_CONFIG, LAYER_OS, (int32_t)code, SPAN("may not be run: "), program);
    case NEEDS_ADMIN:
        return fail_set(f, FAIL_CONFIG, LAYER_OS, (int32_t)code,
                        SPAN("wants administrator rights: "), program);
    case ERROR_BAD_EXE_FORMAT:
    case ERROR_EXE_MACHINE_TYPE_MISMATCH:
        return fail_set(f, FAIL_CONFIG, LAYER_OS, (int32_t)code,
                        SPAN("not a program for this machine: "), program);
    default:
        return error_fail(f, LAYER_OS, code, program);
    }
}

/* Ending the job ends all that the child started. Inside another job XP to 7 refuse a second one:
 * then only the child itself is ended. */
static HANDLE job_for(HANDLE process)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
        .BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    };
    HANDLE job = CreateJobObjectW(NULL, NULL);

    if (job &&
        SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits) &&
        AssignProcessToJobObject(job, process))
        return job;
    if (job)
        CloseHandle(job);
    return NULL;
}

static DWORD create(struct child *c, WCHAR *line, HANDLE null, HANDLE out)
{
    STARTUPINFOW how = {.cb = sizeof how,
                        .dwFlags = STARTF_USESTDHANDLES,
                        .hStdInput = null,
                        .hStdOutput = out,
                        .hStdError = null};
    PROCESS_INFORMATION made;

    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_NO_WINDOW | CREATE_SUSPENDED, NULL,
                        NULL, &how, &made))
        return GetLastError();
    c->process = made.hProcess;
    c->job = job_for(made.hProcess);
    c->ended = false;
    ResumeThread(made.hThread);
    CloseHandle(made.hThread);
    return 0;
}

static DWORD spawn(struct child *c, WCHAR *line)
{
    SECURITY_ATTRIBUTES inherit = {.nLength = sizeof inherit, .bInheritHandle = TRUE};
    HANDLE null, out;
    DWORD code;

    if (!CreatePipe(&c->out, &out, &inherit, PIPE_SIZE))
        return GetLastError();
    SetHandleInformation(c->out, HANDLE_FLAG_INHERIT, 0);
    null = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                       &inherit, OPEN_EXISTING, 0, NULL);
    code = create(c, line, null, out);
    CloseHandle(null);
    CloseHandle(out);
    if (code)
        CloseHandle(c->out);
    return code;
}

intptr_t os_child_start(struct span argv, struct fail *f)
{
    static WCHAR line[LINE_MAX_W];
    struct child *c = children;
    struct span program = span_cut(&(struct span){argv.p, argv.n}, 0);
    DWORD code;

    while (c < children + CHILDREN_MAX && c->process)
        c++;
    if (c == children + CHILDREN_MAX) {
        fail_set(f, FAIL_RETRY, LAYER_OS, 0,
                 SPAN("8 commands run already; waiting for one to end"));
        return OS_NONE;
    }
    if (!command_line(argv, line)) {
        fail_set(f, FAIL_CONFIG, LAYER_OS, 0,
                 SPAN("command: give a program and at most 4000 bytes, in UTF-8"));
        return OS_NONE;
    }
    code = spawn(c, line);
    if (code == 0)
        return c - children;
    start_fail(f, code, program);
    return OS_NONE;
}

static DWORD waiting(const struct child *c)
{
    DWORD n = 0;
    return PeekNamedPipe(c->out, NULL, 0, NULL, &n, NULL) ? n : 0;
}

/* Reads only what is there: a grandchild may hold the pipe open. */
static enum step collect(const struct child *c, char *out, size_t *n)
{
    DWORD there, got = 0;

    while ((there = waiting(c)) > 0 && ReadFile(c->out, out + *n, there, &got, NULL))
        *n += got;
    return STEP_DONE;
}

static enum step status_fail(DWORD status, struct fail *f)
{
    char text[64];
    struct buf b = BUF(text);

    buf_z(&b, "the command ended with status ");
    buf_i64(&b, (int32_t)status);
    return fail_set(f, FAIL_RETRY, LAYER_OS, (int32_t)status, buf_view(&b));
}

enum step os_child_poll(intptr_t child, char *out, size_t cap, size_t *n, struct fail *f)
{
    struct child *c = &children[child];
    DWORD status;

    *n = 0;
    if (WaitForSingleObject(c->process, 0) == WAIT_OBJECT_0)
        c->ended = true;
    if (waiting(c) > cap)
        return fail_set(f, FAIL_RETRY, LAYER_OS, 0,
                        SPAN("the command printed too much; an address is all it may print"));
    if (!c->ended)
        return STEP_MORE;
    if (!GetExitCodeProcess(c->process, &status) || status != 0)
        return status_fail(status, f);
    return collect(c, out, n);
}

void os_child_end(intptr_t child)
{
    struct child *c = &children[child];

    if (child < 0 || child >= CHILDREN_MAX || !c->process)
        return;
    if (c->job)
        CloseHandle(c->job);
    TerminateProcess(c->process, 1);
    CloseHandle(c->process);
    CloseHandle(c->out);
    *c = (struct child){0};
}

/* One that is known to have ended would wake every wait. */
size_t child_handles(HANDLE *out)
{
    size_t n = 0;

    for (struct child *c = children; c < children + CHILDREN_MAX; c++)
        if (c->process && !c->ended)
            out[n++] = c->process;
    return n;
}
