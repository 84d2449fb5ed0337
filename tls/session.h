/* session.h: resumption of TLS sessions. Includers name <bearssl.h> first. */
#ifndef SESSION_H
#define SESSION_H

#include "machine.h"

void session_tag(struct machine *m, struct span host);
/* Sets the session to be resumed, when there is one that fits; needs the tag and chain.wall. */
bool session_offer(struct machine *m, const struct tls_session *from);

#endif
