/* late.c: DLLs by their full path, functions by name. */
#include "os/win/win.h"

static bool as_on_xp(void)
{
    static enum { UNKNOWN, NO, YES } answer;

    if (answer == UNKNOWN)
        answer = GetEnvironmentVariableW(L"DDNS_XP", NULL, 0) > 0 ? YES : NO;
    return answer == YES;
}

static HMODULE dll_open(enum late_dll dll)
{
    static const WCHAR *const names[] = {
        [LATE_KERNEL32] = L"\\kernel32.dll",
        [LATE_IPHLPAPI] = L"\\iphlpapi.dll",
    };
    static HMODULE open[LATE_DLL_MAX];
    WCHAR path[MAX_PATH + 16];
    UINT n;

    if (open[dll])
        return open[dll];
    n = GetSystemDirectoryW(path, MAX_PATH);
    if (n == 0 || n > MAX_PATH)
        return NULL;
    memcpy(path + n, names[dll], 14 * sizeof *path);
    open[dll] = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    return open[dll];
}

void *late_find(enum late_dll dll, const char *name, enum late_since since)
{
    HMODULE m = since == LATE_XP || !as_on_xp() ? dll_open(dll) : NULL;
    return m ? (void *)GetProcAddress(m, name) : NULL;
}
