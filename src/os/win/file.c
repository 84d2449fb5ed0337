/* file.c: whole files, read and replaced; the log; the lock. */
#include "os/win/win.h"

/* Scanners and indexers open what was just written; they let go soon. */
enum { RETRY_STEP_MS = 20, RETRY_STEPS = 100, QUOTA_EXCEEDED = 1295 /* not in MinGW's headers */ };

static const DWORD SHARE_ALL = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

static enum os_file result_of(DWORD code)
{
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_DRIVE:
    case ERROR_NOT_READY:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_PATHNAME:
        return OS_MISSING;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
        return OS_DENIED;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
    case QUOTA_EXCEEDED:
        return OS_FULL;
    case ERROR_WRITE_PROTECT:
        return OS_READONLY;
    case ERROR_FILENAME_EXCED_RANGE:
        return OS_TOO_LONG;
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
        return OS_BUSY;
    default:
        return OS_IO;
    }
}

const char *os_file_text(enum os_file r)
{
    static const char *const texts[] = {
        [OS_OK] = "done",
        [OS_MISSING] = "no such file",
        [OS_DENIED] = "permission denied",
        [OS_FULL] = "no space left",
        [OS_READONLY] = "write-protected disk",
        [OS_TOO_LONG] = "too long",
        [OS_BUSY] = "in use by another program",
        [OS_IO] = "read or write error",
    };
    return r < COUNT(texts) ? texts[r] : texts[OS_IO];
}

static enum os_file open_file(const char *path, DWORD access, DWORD share, DWORD how, DWORD flags,
                              HANDLE *out)
{
    static WCHAR wide[WIDE_PATH_MAX];
    DWORD code = wide_path(path, wide);

    *out = INVALID_HANDLE_VALUE;
    if (code == 0)
        *out = CreateFileW(wide, access, share, NULL, how, flags, NULL);
    if (*out != INVALID_HANDLE_VALUE)
        return OS_OK;
    return result_of(code ? code : GetLastError());
}

enum os_file os_file_read(const char *path, char *p, size_t cap, size_t *n)
{
    HANDLE h;
    enum os_file r = open_file(path, GENERIC_READ, SHARE_ALL, OPEN_EXISTING, 0, &h);
    DWORD got = 1;
    char more;

    *n = 0;
    if (r != OS_OK)
        return r;
    while (r == OS_OK && got > 0) {
        bool full = *n == cap;
        if (!ReadFile(h, full ? &more : p + *n, full ? 1 : (DWORD)(cap - *n), &got, NULL)) {
            r = GetLastError() == ERROR_BROKEN_PIPE ? OS_OK : result_of(GetLastError());
            break;
        }
        if (full && got > 0)
            r = OS_TOO_LONG;
        else
            *n += got;
    }
    CloseHandle(h);
    return r;
}

static enum os_file write_all(HANDLE h, const char *p, size_t n)
{
    while (n > 0) {
        DWORD put = 0;
        if (!WriteFile(h, p, (DWORD)n, &put, NULL) || put == 0)
            return put == 0 && GetLastError() == 0 ? OS_FULL : result_of(GetLastError());
        p += put;
        n -= put;
    }
    return OS_OK;
}

static DWORD move_once(const char *from, const char *to)
{
    static WCHAR a[WIDE_PATH_MAX], b[WIDE_PATH_MAX];
    DWORD code = wide_path(from, a);

    if (code == 0)
        code = wide_path(to, b);
    if (code == 0 && !MoveFileExW(a, b, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
        code = GetLastError();
    return code;
}

static DWORD attributes_of(const char *path)
{
    static WCHAR wide[WIDE_PATH_MAX];
    return wide_path(path, wide) == 0 ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
}

enum os_file os_file_rename(const char *from, const char *to)
{
    DWORD code = move_once(from, to), there;

    if (code == ERROR_ACCESS_DENIED) { /* a folder or a read-only file does not change by waiting */
        there = attributes_of(to);
        if (there != INVALID_FILE_ATTRIBUTES &&
            (there & (FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_DIRECTORY)))
            return OS_DENIED;
    }
    for (int i = 0;
         i < RETRY_STEPS && (code == ERROR_ACCESS_DENIED || code == ERROR_SHARING_VIOLATION ||
                             code == ERROR_LOCK_VIOLATION);
         i++) {
        Sleep(RETRY_STEP_MS);
        code = move_once(from, to);
    }
    return code ? result_of(code) : OS_OK;
}

static void remove_file(const char *path)
{
    static WCHAR wide[WIDE_PATH_MAX];
    if (wide_path(path, wide) == 0)
        DeleteFileW(wide);
}

static enum os_file write_new(const char *path, const char *p, size_t n)
{
    HANDLE h;
    enum os_file r;

    remove_file(path); /* left over by a power cut */
    r = open_file(path, GENERIC_WRITE, 0, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, &h);
    if (r != OS_OK)
        return r;
    r = write_all(h, p, n);
    if (r == OS_OK && !FlushFileBuffers(h))
        r = result_of(GetLastError());
    CloseHandle(h);
    return r;
}

static bool with_ending(char *out, size_t cap, const char *path, const char *ending)
{
    struct buf b = {.p = out, .cap = cap};
    buf_z(&b, path);
    buf_z(&b, ending);
    return buf_text(&b)[0] && !b.over;
}

enum os_file os_file_replace(const char *path, const char *p, size_t n)
{
    static char fresh[PATH_TEXT_MAX];
    enum os_file r;

    if (!with_ending(fresh, sizeof fresh, path, ".new"))
        return OS_TOO_LONG;
    r = write_new(fresh, p, n);
    if (r == OS_OK)
        r = os_file_rename(fresh, path);
    if (r != OS_OK)
        remove_file(fresh);
    return r;
}

/* Moves a full log away. While somebody holds it open it cannot be moved and goes on growing, up to
 * twice the limit; then its text is given up. */
static enum os_file rotate(const char *path, uint64_t size, uint64_t limit)
{
    static char old[PATH_TEXT_MAX];
    HANDLE h;

    if (!with_ending(old, sizeof old, path, ".1"))
        return OS_TOO_LONG;
    if (move_once(path, old) == 0 || size / 2 < limit)
        return OS_OK;
    if (open_file(path, GENERIC_WRITE, SHARE_ALL, TRUNCATE_EXISTING, 0, &h) == OS_OK)
        CloseHandle(h);
    return OS_OK;
}

enum os_file os_file_append(const char *path, const char *p, size_t n, uint64_t limit)
{
    LARGE_INTEGER size = {0};
    HANDLE h;
    enum os_file r;

    for (int turn = 0;; turn++) {
        r = open_file(path, FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE, SHARE_ALL,
                      OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, &h);
        if (r != OS_OK)
            return r;
        if (turn > 0 || !GetFileSizeEx(h, &size) || size.QuadPart == 0 ||
            (uint64_t)size.QuadPart + n <= limit)
            break;
        CloseHandle(h);
        r = rotate(path, (uint64_t)size.QuadPart, limit);
        if (r != OS_OK)
            return r;
    }
    r = write_all(h, p, n);
    CloseHandle(h);
    return r;
}

/* The handle stays open; the file goes with it, also after a crash. Readers may look. */
enum os_file os_file_lock(const char *path)
{
    HANDLE h;
    return open_file(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, OPEN_ALWAYS,
                     FILE_ATTRIBUTE_HIDDEN | FILE_FLAG_DELETE_ON_CLOSE, &h);
}

bool os_file_exposed(const char *path)
{
    (void)path; /* access lists are the folder's matter here */
    return false;
}

enum os_file os_file_writable_dir(const char *path)
{
    static char probe[PATH_TEXT_MAX];
    HANDLE h;
    enum os_file r;
    DWORD there = attributes_of(path);

    if (there == INVALID_FILE_ATTRIBUTES || !(there & FILE_ATTRIBUTE_DIRECTORY))
        return OS_MISSING;
    if (!with_ending(probe, sizeof probe, path, "\\ddns.probe"))
        return OS_TOO_LONG;
    r = open_file(probe, GENERIC_WRITE | DELETE, SHARE_ALL, CREATE_ALWAYS,
                  FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, &h);
    if (r == OS_OK)
        CloseHandle(h);
    return r;
}
