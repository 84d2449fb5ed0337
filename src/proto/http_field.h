/* http_field.h: what the headers mean that this client heeds; inside of proto/http.c. */
#ifndef HTTP_FIELD_H
#define HTTP_FIELD_H

#include "base/civil.h"
#include "base/codec.h"
#include "proto/http.h"

/* Says where the body ends, or how it is coded: must not be skipped */
bool http_field_framing(struct span name);
/* Notes the value in `h`. Returns SPAN_NONE, or what is wrong with it. */
struct span http_field(struct http *h, struct span name, struct span value);
void http_field_retry(struct http *h, uint64_t seconds); /* as many as fit */
/* A reply that has no body whatever its head says (RFC 9110 §6.4.1) */
bool http_bodiless(const struct http *h);

#endif
