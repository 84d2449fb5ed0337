/* file.c: whole files, read and replaced; the log; the lock. */
#include "os/posix/posix.h"

enum { PATH_ROOM = PATH_TEXT_MAX + 8, LINKS_FOLLOWED = 8, READ_WAIT_MS = 2000 };

static enum os_file result_of(int code)
{
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return OS_MISSING;
    case EACCES:
    case EPERM:
        return OS_DENIED;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return OS_FULL;
    case EROFS:
        return OS_READONLY;
    case ENAMETOOLONG:
        return OS_TOO_LONG;
    case EBUSY:
    case ETXTBSY:
    case EWOULDBLOCK:
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
        [OS_READONLY] = "read-only file system",
        [OS_TOO_LONG] = "too long",
        [OS_BUSY] = "in use by another program",
        [OS_IO] = "read or write error",
    };
    return r < COUNT(texts) ? texts[r] : texts[OS_IO];
}

/* Reads on until the end or `cap`. A pipe's writer may not have begun yet: it gets a moment. */
static enum os_file read_all(int fd, char *p, size_t cap, size_t *n)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    *n = 0;
    while (*n < cap) {
        ssize_t got = read(fd, p + *n, cap - *n);
        if (got == 0)
            return OS_OK;
        if (got > 0)
            *n += (size_t)got;
        else if (errno == EAGAIN) {
            if (poll(&ready, 1, READ_WAIT_MS) == 0)
                return OS_IO;
        } else if (errno != EINTR)
            return result_of(errno);
    }
    return OS_TOO_LONG; /* or exactly full: the caller looks */
}

enum os_file os_file_read(const char *path, char *p, size_t cap, size_t *n)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    enum os_file r;
    char more;
    size_t more_n;

    *n = 0;
    if (fd < 0)
        return result_of(errno);
    r = read_all(fd, p, cap, n);
    if (r == OS_TOO_LONG && read_all(fd, &more, 1, &more_n) == OS_OK)
        r = OS_OK;
    close(fd);
    return r;
}

static enum os_file write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno != EINTR)
            return result_of(errno);
        if (put > 0) {
            p += put;
            n -= (size_t)put;
        }
    }
    return OS_OK;
}

/* Where the folder part of a path ends: 0 when it has none, else past the separator. */
static size_t folder_of(const char *path, size_t n)
{
    while (n > 0 && path[n - 1] != '/')
        n--;
    return n;
}

/* Routers link files of /etc to flash: the file behind the link is what is meant, even if it is not
 * there yet. */
static enum os_file follow_links(const char *path, char *out)
{
    size_t n = strlen(path);

    if (n >= PATH_TEXT_MAX)
        return OS_TOO_LONG;
    memcpy(out, path, n + 1);
    for (int i = 0; i < LINKS_FOLLOWED; i++) {
        static char target[PATH_TEXT_MAX];
        ssize_t got = readlink(out, target, sizeof target);
        if (got < 0)
            return OS_OK; /* no link, or nothing there */
        size_t at = target[0] == '/' ? 0 : folder_of(out, n);
        if (at + (size_t)got >= PATH_TEXT_MAX)
            return OS_TOO_LONG;
        memcpy(out + at, target, (size_t)got);
        n = at + (size_t)got;
        out[n] = 0;
    }
    return OS_IO; /* a ring of links */
}

/* Until the folder is flushed a power cut may bring the old name back. Some file systems cannot
 * flush one. */
static enum os_file flush_folder(char *path)
{
    size_t n = folder_of(path, strlen(path));
    char kept = path[n];
    int fd;

    path[n] = 0;
    fd = open(n ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    path[n] = kept;
    if (fd < 0)
        return OS_OK; /* not readable for us, yet writable */
    int code = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return code == EIO ? OS_IO : OS_OK;
}

static enum os_file write_new(const char *path, const char *p, size_t n)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = open(path, flags, 0600);
    enum os_file r;

    if (fd < 0 && errno == EEXIST) { /* left over by a power cut */
        unlink(path);
        fd = open(path, flags, 0600);
    }
    if (fd < 0)
        return result_of(errno);
    r = write_all(fd, p, n);
    if (r == OS_OK && fsync(fd) != 0 && errno != EINVAL && errno != ENOSYS)
        r = result_of(errno);
    if (close(fd) != 0 && r == OS_OK && errno != EINTR)
        r = result_of(errno); /* network file systems tell of a full disk only here */
    return r;
}

enum os_file os_file_replace(const char *path, const char *p, size_t n)
{
    static char final[PATH_ROOM], fresh[PATH_ROOM];
    enum os_file r = follow_links(path, final);
    size_t used;

    if (r != OS_OK)
        return r;
    used = strlen(final);
    memcpy(fresh, final, used);
    memcpy(fresh + used, ".new", 5);
    r = write_new(fresh, p, n);
    if (r == OS_OK && rename(fresh, final) != 0)
        r = result_of(errno);
    if (r != OS_OK) {
        unlink(fresh);
        return r;
    }
    return flush_folder(final);
}

enum os_file os_file_rename(const char *from, const char *to)
{
    return rename(from, to) == 0 ? OS_OK : result_of(errno);
}

static int open_log(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
}

/* Moves a full log away and opens a new one. Where the folder is not ours the old text is given up:
 * a log that grows without end fills the flash. Returns the descriptor to write to. */
static int rotate(int fd, const char *path)
{
    static char old[PATH_ROOM];
    size_t n = strlen(path);
    int next;

    memcpy(old, path, n);
    memcpy(old + n, ".1", 3);
    if (rename(path, old) == 0 && (next = open_log(path)) >= 0) {
        close(fd);
        return next;
    }
    if (ftruncate(fd, 0) != 0)
        return fd;
    return fd;
}

enum os_file os_file_append(const char *path, const char *p, size_t n, uint64_t limit)
{
    static char final[PATH_ROOM];
    enum os_file r = follow_links(path, final);
    struct stat st;
    int fd;

    if (r != OS_OK)
        return r;
    fd = open_log(final);
    if (fd < 0)
        return result_of(errno);
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
        (uint64_t)st.st_size + n > limit)
        fd = rotate(fd, final);
    r = write_all(fd, p, n);
    close(fd);
    return r;
}

enum os_file os_file_lock(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* stays open until the process ends */
    int code;

    if (fd < 0)
        return result_of(errno);
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return OS_OK;
    code = errno;
    close(fd);
    return result_of(code);
}

bool os_file_exposed(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && (st.st_mode & (S_IRGRP | S_IROTH));
}

enum os_file os_file_writable_dir(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return result_of(errno);
    if (!S_ISDIR(st.st_mode))
        return OS_MISSING;
    return access(path, W_OK | X_OK) == 0 ? OS_OK : result_of(errno);
}
