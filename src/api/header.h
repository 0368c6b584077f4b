/*
 * header: what request headers say that mean something to our calls.
 */
#ifndef API_HEADER_H
#define API_HEADER_H

#include "base/slice.h"

/*
 * Authorization (RFC 6750 §2.1): the token of `Bearer TOKEN`, the scheme in any case. False: the
 * header is absent or of another scheme. What the token is made of is its reader's concern.
 */
MUST_CHECK bool header_bearer(struct slice authorization, struct slice *ret_token);

/* An Idempotency-Key of ours: 16 to 64 of A-Z, a-z, 0-9, '-' and '_'. */
bool header_is_key(struct slice idempotency_key);

/*
 * Last-Event-ID: the time in an `id:` that the handset's feed has sent, in microseconds, at most 18
 * digits; 0 for anything else.
 */
int64_t header_event_us(struct slice last_event_id);

#endif
