/*
 * basic: the header `Authorization: Basic ...` (RFC 7617), a name and a secret in base64 (RFC 4648
 * section 4, padded), as the back ends of RFC 7662 and RFC 7009 prove who they are.
 */
#ifndef HTTP_BASIC_H
#define HTTP_BASIC_H

#include "base/arena.h"

/* Bytes of a name and a secret together, with the colon between. */
#define BASIC_TEXT_MAX 512

/*
 * Reads `header` (may be absent) into the name, which has no colon, and the secret, which may; both
 * without control characters, possibly empty, in the arena. False for anything else.
 */
MUST_CHECK bool basic_read(struct slice header, struct arena *arena, struct slice *ret_name,
                           struct slice *ret_secret);

#endif
