/* error.c: errno in words. strerror would bring 4 KB of texts, most of which no socket can give. */
#include "os/posix/posix.h"

static const struct {
    int code;
    const char *text;
} errors[] = {
    {ECONNREFUSED, "connection refused"},
    {ECONNRESET, "connection reset by the other side"},
    {ECONNABORTED, "connection aborted"},
    {EPIPE, "connection closed by the other side"},
    {ETIMEDOUT, "no answer"},
    {ENETUNREACH, "no route to that network"},
    {EHOSTUNREACH, "no way to that host"},
    {ENETDOWN, "the network is down"},
    {EADDRNOTAVAIL, "this machine does not have that address"},
    {EAFNOSUPPORT, "this system does not have that address family"},
    {EACCES, "permission denied"},
    {EPERM, "not permitted (firewall rule or missing right)"},
    {EMFILE, "too many open files"},
    {ENFILE, "too many open files"},
    {ENOBUFS, "out of memory"},
    {ENOMEM, "out of memory"},
    {EMSGSIZE, "message too long"},
    {ENODEV, "no such interface"},
    {ENOENT, "no such file"},
    {ENOEXEC, "not a program for this machine"},
};

const char *error_text(int code)
{
    for (size_t i = 0; i < COUNT(errors); i++)
        if (errors[i].code == code)
            return errors[i].text;
    return NULL;
}

enum step error_fail(struct fail *f, enum fail_layer layer, int code, struct span what)
{
    char number[24];
    struct buf b = BUF(number);
    struct span text = span_z(error_text(code));

    if (!text.p) {
        buf_z(&b, "error ");
        buf_i64(&b, code);
        text = buf_view(&b);
    }
    if (what.p)
        return fail_set(f, FAIL_RETRY, layer, code, what, SPAN(": "), text);
    return fail_set(f, FAIL_RETRY, layer, code, text);
}
