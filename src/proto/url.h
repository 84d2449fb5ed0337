/* url.h: the part of RFC 3986 that an http client needs. */
#ifndef URL_H
#define URL_H

#include "base/addr.h"

struct url {
    bool tls;          /* https */
    struct span host;  /* without brackets */
    uint16_t port;     /* 443 or 80 when not written */
    bool port_written;
    struct span path;  /* with query, begins with '/' or '?' or is empty; no fragment */
};

/* http:// or https:// only; no user info (a credential there would leak into logs); visible ASCII
 * only. */
bool url_parse(struct span text, struct url *out);

#endif
