/*
 * origin: where a site lives: scheme, host and port (RFC 6454), as browsers write it.
 */
#ifndef BASE_ORIGIN_H
#define BASE_ORIGIN_H

#include "base/slice.h"

/* A host name has at most 253 letters; then the scheme and a port. */
#define ORIGIN_BYTES_MAX 280

/*
 * Is that an origin one may send people to? `https://` and a host in small letters, with a port or
 * without, and nothing behind it, not even a slash; the port is not the 443 that browsers leave
 * out. `http://` is for this machine alone: localhost, 127.x.y.z and [::1].
 */
bool origin_is_good(struct slice text);

/* What origin_is_good wants, for errors. */
#define ORIGIN_NEEDED "https://HOST or https://HOST:PORT, or http://localhost with a port"

#endif
