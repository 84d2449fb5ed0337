/* start.c: the process entry, without a C run-time: hardening, arguments, sockets, then the
 * program. */
#include "os/win/win.h"

enum { LINE_MAX_W = 8192 /* cmd.exe takes as much */, ARGS_MAX = 64 };

static bool is_blank(WCHAR c)
{
    return c == ' ' || c == '\t';
}

static const WCHAR *skip_blanks(const WCHAR *s)
{
    while (is_blank(*s))
        s++;
    return s;
}

/* The program's name: nothing is escaped in it. */
static const WCHAR *split_program(const WCHAR *s, WCHAR **d)
{
    bool quoted = *s == '"';

    for (s += quoted; *s && (quoted ? *s != '"' : !is_blank(*s)); s++)
        *(*d)++ = *s;
    *(*d)++ = 0;
    return skip_blanks(s + (*s == '"'));
}

/* One or more quotes after `slashes` backslashes, which already are at *d. `quotes` is odd inside.
 */
static const WCHAR *split_quotes(const WCHAR *s, WCHAR **d, int slashes, int *quotes)
{
    *d -= (slashes + 1) / 2;
    if (slashes % 2)
        *(*d)++ = '"';
    else
        ++*quotes;
    for (s++; *s == '"'; s++)
        if (++*quotes == 3) {
            *(*d)++ = '"';
            *quotes = 0;
        }
    if (*quotes == 2)
        *quotes = 0;
    return s;
}

/* Splits by the rules of CommandLineToArgvW: 2n backslashes and a quote are n backslashes and a
 * quote that opens or closes, 2n+1 are n and a quote itself, a third quote in a row is a quote
 * itself. The parts are written NUL-separated; returns how many. */
static int split(const WCHAR *s, WCHAR *d)
{
    int argc = 1, slashes = 0, quotes = 0;

    s = split_program(s, &d);
    argc += *s != 0;
    while (*s) {
        if (*s == '"') {
            s = split_quotes(s, &d, slashes, &quotes);
            slashes = 0;
        } else if (is_blank(*s) && quotes == 0) {
            *d++ = 0;
            s = skip_blanks(s);
            argc += *s != 0;
            slashes = 0;
        } else {
            slashes = *s == '\\' ? slashes + 1 : 0;
            *d++ = *s++;
        }
    }
    *d = 0;
    return argc;
}

static size_t wide_length(const WCHAR *z)
{
    size_t n = 0;
    while (z[n])
        n++;
    return n;
}

/* -1: more than there is room for. */
static int arguments(char **argv)
{
    static WCHAR parts[LINE_MAX_W + 2];
    static char text[3 * LINE_MAX_W];
    const WCHAR *line = GetCommandLineW(), *at = parts;
    char *out = text;
    int argc;

    if (wide_length(line) >= LINE_MAX_W)
        return -1;
    argc = split(line, parts);
    if (argc > ARGS_MAX)
        return -1;
    for (int i = 0; i < argc; i++) {
        long n = wide_to(at, out, (size_t)(text + sizeof text - out));
        if (n < 0)
            return -1;
        argv[i] = out;
        out += n + 1;
        at += wide_length(at) + 1;
    }
    argv[argc] = NULL;
    return argc;
}

static void harden(void)
{
    static const DWORD std[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    enum { SEARCH_SYSTEM32 = 0x800, TERMINATE_ON_CORRUPTION = 1 };
    BOOL(WINAPI * search)(DWORD) = late_find(LATE_KERNEL32, "SetDefaultDllDirectories", LATE_VISTA);
    BOOL(WINAPI * heap)(HANDLE, int, void *, SIZE_T) =
        late_find(LATE_KERNEL32, "HeapSetInformation", LATE_VISTA);

    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    SetDllDirectoryW(L"");
    if (search)
        search(SEARCH_SYSTEM32);
    if (heap)
        heap(NULL, TERMINATE_ON_CORRUPTION, NULL, 0);
    for (size_t i = 0; i < COUNT(std);
         i++) /* a child gets its pipe, not what we were started with */
        SetHandleInformation(GetStdHandle(std[i]), HANDLE_FLAG_INHERIT, 0);
}

_Noreturn void os_exit(int status)
{
    ExitProcess((UINT)status);
}

void start(void);

#ifdef __i386__
__attribute__((force_align_arg_pointer))
#endif
void start(void)
{
    static char *argv[ARGS_MAX + 1];
    static const char too_long[] =
        "ddns: the command line is too long: at most 8191 characters, 64 words\n";
    WSADATA sockets;
    int argc;

    harden();
    WSAStartup(MAKEWORD(2, 2), &sockets);
    wait_init();
    argc = arguments(argv);
    if (argc < 0) {
        os_write(2, too_long, sizeof too_long - 1);
        os_exit(2);
    }
    os_exit(app_main(argc, argv));
}
