/* error.c: system and Winsock errors in words. FormatMessage speaks the system's language, not
 * ours. */
#include "os/win/win.h"

static const struct {
    DWORD code;
    const char *text;
} errors[] = {
    {WSAECONNREFUSED, "connection refused"},
    {WSAECONNRESET, "connection reset by the other side"},
    {WSAECONNABORTED, "connection aborted"},
    {WSAENETRESET, "connection aborted"},
    {WSAESHUTDOWN, "connection closed by the other side"},
    {WSAETIMEDOUT, "no answer"},
    {WSAENETUNREACH, "no route to that network"},
    {WSAEHOSTUNREACH, "no way to that host"},
    {WSAENETDOWN, "the network is down"},
    {WSAEADDRNOTAVAIL, "no way to that address from here"},
    {WSAEAFNOSUPPORT, "this system does not have that address family"},
    {WSAEACCES, "not permitted (firewall rule or missing right)"},
    {WSAEMFILE, "too many open sockets"},
    {WSAENOBUFS, "out of memory"},
    {WSANOTINITIALISED, "Windows Sockets could not be started"},
    {ERROR_NOT_ENOUGH_MEMORY, "out of memory"},
    {ERROR_ACCESS_DENIED, "permission denied"},
    {ERROR_PROC_NOT_FOUND, "this system does not offer it"},
};

enum step error_fail(struct fail *f, enum fail_layer layer, DWORD code, struct span what)
{
    char number[24];
    struct buf b = BUF(number);
    struct span text = SPAN_NONE;

    for (size_t i = 0; i < COUNT(errors) && !text.p; i++)
        if (errors[i].code == code)
            text = span_z(errors[i].text);
    if (!text.p) {
        buf_z(&b, "error ");
        buf_u64(&b, code);
        text = buf_view(&b);
    }
    if (what.p)
        return fail_set(f, FAIL_RETRY, layer, (int32_t)code, what, SPAN(": "), text);
    return fail_set(f, FAIL_RETRY, layer, (int32_t)code, text);
}
