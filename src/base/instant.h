/*
 * instant: reading a time as clients write it, RFC 3339: `2026-11-21T12:34:56Z`, with a fraction of
 * a second and an offset if need be (`2026-11-21t12:34:56.789+03:00`; the `+` may have become a
 * space, as it does in a query), or a date alone, which means its first moment in UTC. Years 1970
 * to 9999; a leap second is none.
 */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include "base/slice.h"

/* Of a fraction microseconds count, what is finer is dropped. False for anything else. */
MUST_CHECK bool instant_parse(struct slice text, int64_t *ret_us);

#endif
