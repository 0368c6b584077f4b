/*
 * origin: where a site lives: scheme, host and port (RFC 6454), brought to the one spelling that
 * browsers use.
 *
 * The one reader of origins: for settings, addresses to return to, and headers. A host is a DNS
 * name in ASCII (RFC 1123), an IPv4 address or an IPv6 address in brackets; case does not matter.
 * What browsers and servers read differently (user names, backslashes, spaces, a dot at the end,
 * `127.1`, IPv4 in IPv6's clothes) is refused rather than understood.
 */
#ifndef BASE_ORIGIN_H
#define BASE_ORIGIN_H

#include "base/slice.h"

/* A host of 253 letters, a colon, a port, and the NUL. */
#define ORIGIN_HOST_SIZE 260

struct origin {
    bool is_secure;              /* https; else http */
    bool is_local;               /* this machine: localhost, x.localhost, 127.x.y.z, [::1] */
    bool is_address;             /* IPv4 or IPv6, not a name */
    char host[ORIGIN_HOST_SIZE]; /* lower case, with a port that is not the scheme's own */
};

/* Takes one off the front of *rest, which begins with http:// or https://. */
MUST_CHECK bool origin_take(struct slice *rest, struct origin *ret_origin);

/* The same, with nothing behind it, not even a slash. */
MUST_CHECK bool origin_read(struct slice text, struct origin *ret_origin);

/* The header Host, of a request without TLS: host and port, no scheme. */
MUST_CHECK bool origin_read_host(struct slice text, struct origin *ret_origin);

/* "https://" before the host; with the NUL. */
#define ORIGIN_SIZE (8 + ORIGIN_HOST_SIZE)
void origin_format(const struct origin *origin, char out[ORIGIN_SIZE]);

/* Is that an origin one may send people to, spelled as browsers do? https, or http on this machine.
 */
MUST_CHECK bool origin_is_good(struct slice text);

/* What origin_is_good wants, for errors. */
#define ORIGIN_NEEDED "https://HOST or https://HOST:PORT, or http://localhost with a port"

#endif
