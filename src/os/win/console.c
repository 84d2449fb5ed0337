/* console.c: output, the environment, and where things are. */
#include "os/win/win.h"

static HANDLE handle_of(int fd)
{
    HANDLE h = GetStdHandle(fd == 2 ? STD_ERROR_HANDLE : STD_OUTPUT_HANDLE);
    return h == INVALID_HANDLE_VALUE ? NULL : h; /* NULL in a service */
}

bool os_is_terminal(int fd)
{
    DWORD mode;
    return GetConsoleMode(handle_of(fd), &mode);
}

enum { PIECE = 1024 };

/* The length of a piece that does not cut a character in two. */
static size_t piece_of(const char *p, size_t n)
{
    if (n <= PIECE)
        return n;
    for (n = PIECE; n > PIECE - 4 && ((unsigned char)p[n] & 0xC0) == 0x80; n--) {
    }
    return n;
}

/* Raw UTF-8 would show as rubbish in code page 437. */
static void write_console(HANDLE h, const char *p, size_t n)
{
    static WCHAR text[PIECE];
    DWORD done;

    while (n > 0) {
        size_t piece = piece_of(p, n);
        int m = MultiByteToWideChar(CP_UTF8, 0, p, (int)piece, text, PIECE);
        if (m <= 0 || !WriteConsoleW(h, text, (DWORD)m, &done, NULL))
            return;
        p += piece;
        n -= piece;
    }
}

void os_write(int fd, const char *p, size_t n)
{
    HANDLE h = handle_of(fd);
    DWORD done;

    if (!h)
        return;
    if (os_is_terminal(fd)) {
        write_console(h, p, n);
        return;
    }
    while (n > 0 && WriteFile(h, p, (DWORD)n, &done, NULL) && done > 0) {
        p += done;
        n -= done;
    }
}

bool os_env(const char *name, char *out, size_t cap, size_t *n)
{
    static WCHAR value[16384];
    static char text[sizeof value];
    WCHAR wide[256];
    DWORD got;
    long used;

    *n = 0;
    if (wide_from(name, wide, COUNT(wide)) < 0)
        return false;
    SetLastError(0);
    got = GetEnvironmentVariableW(wide, value, COUNT(value));
    if (got >= COUNT(value) || (got == 0 && GetLastError() != 0))
        return false;
    used = wide_to(value, text, sizeof text);
    if (used < 0 || (size_t)used > cap)
        return false;
    *n = (size_t)used;
    memcpy(out, text, *n);
    return true;
}

bool os_exe_dir(char *out, size_t cap)
{
    static WCHAR path[PATH_TEXT_MAX];
    DWORD n = GetModuleFileNameW(NULL, path, COUNT(path));

    if (n > 0 && n < COUNT(path)) { /* equal: cut off, without an error on XP */
        while (n > 0 && path[n] != '\\')
            n--;
        path[n] = 0;
        if (n > 0 && wide_to(path, out, cap) > 0)
            return true;
    }
    if (cap >= 2)
        memcpy(out, ".", 2);
    return false;
}

/* ProgramData is Vista's name; XP has the folder inside the one of all users. */
const char *os_system_dir(void)
{
    static char path[PATH_TEXT_MAX];
    const size_t room = sizeof path - 32;
    size_t n;

    if (os_env("ProgramData", path, room, &n) && n > 0)
        memcpy(path + n, "\\ddns", 6);
    else if (os_env("ALLUSERSPROFILE", path, room, &n) && n > 0)
        memcpy(path + n, "\\Application Data\\ddns", 23);
    else
        memcpy(path, "C:\\ProgramData\\ddns", 20);
    return path;
}

char os_separator(void)
{
    return '\\';
}

static bool is_separator(char c)
{
    return c == '\\' || c == '/';
}

bool os_path_absolute(struct span path)
{
    if (path.n > 0 && is_separator(path.p[0]))
        return true;
    return path.n > 2 && ascii_alpha(path.p[0]) && path.p[1] == ':' && is_separator(path.p[2]);
}

unsigned os_pid(void)
{
    return GetCurrentProcessId();
}
