/* wide.c: the two codings, and paths. */
#include "os/win/win.h"

long wide_from(const char *from, wchar_t *out, size_t cap)
{
    int n = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, from, -1, out, (int)cap);
    return n > 0 ? n - 1 : -1;
}

long wide_to(const wchar_t *from, char *out, size_t cap)
{
    int n = WideCharToMultiByte(CP_UTF8, 0, from, -1, out, (int)cap, NULL, NULL);
    return n > 0 ? n - 1 : -1;
}

static bool begins(const WCHAR *text, const WCHAR *head)
{
    while (*head && *text == *head) {
        text++;
        head++;
    }
    return !*head;
}

/* Old calls take 259 characters; 248 for folders. */
enum { SHORT_MAX = 240 };

unsigned wide_path(const char *path, wchar_t out[WIDE_PATH_MAX])
{
    static WCHAR given[PATH_TEXT_MAX + 16];
    DWORD n;

    if (wide_from(path, given, COUNT(given)) < 0)
        return strlen(path) >= PATH_TEXT_MAX ? ERROR_FILENAME_EXCED_RANGE : ERROR_INVALID_NAME;
    if (begins(given, L"\\\\?\\")) {
        memcpy(out, given, sizeof given);
        return 0;
    }
    n = GetFullPathNameW(given, WIDE_PATH_MAX - 8, out + 8, NULL);
    if (n == 0 || n >= WIDE_PATH_MAX - 8)
        return n ? ERROR_FILENAME_EXCED_RANGE : GetLastError();
    if (begins(out + 8, L"\\\\.\\")) /* con.log is the console */
        return ERROR_ACCESS_DENIED;
    if (n < SHORT_MAX) {
        memmove(out, out + 8, (n + 1) * sizeof *out);
    } else if (begins(out + 8, L"\\\\")) { /* \\server\share is \\?\UNC\server\share */
        memmove(out + 7, out + 9, n * sizeof *out);
        memcpy(out, L"\\\\?\\UNC", 7 * sizeof *out);
    } else {
        memmove(out + 4, out + 8, (n + 1) * sizeof *out);
        memcpy(out, L"\\\\?\\", 4 * sizeof *out);
    }
    return 0;
}
