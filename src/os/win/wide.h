/* wide.h: UTF-8 to UTF-16 and back, and paths as the system's calls want them. */
#ifndef WIDE_H
#define WIDE_H

#include "base/base.h"

enum { WIDE_PATH_MAX = 1100 }; /* PATH_TEXT_MAX, a folder it is relative to, and \\?\ */

/* `from` is NUL-terminated, as is what is written. Both return the length without the NUL, -1 when
 * it does not fit or is not UTF-8. */
long wide_from(const char *from, wchar_t *out, size_t cap);
long wide_to(const wchar_t *from, char *out, size_t cap);

/* Full, with backslashes, and marked with \\?\ when longer than old calls take. 0, or a system
 * error: devices (con, nul, com1, with any extension) are refused. */
unsigned wide_path(const char *path, wchar_t out[WIDE_PATH_MAX]);

#endif
