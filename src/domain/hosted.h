/*
 * hosted: the sites that may use this service's sign-in page as theirs, and the addresses that a
 * person may be sent back to with a grant.
 *
 * The operator registers origins (RFC 6454: scheme, host and port). An address is taken only when
 * its origin is one of them, in full: `https://shop.example` is neither a subdomain of it, nor
 * another port, nor http. What browsers and servers read differently (user names, backslashes,
 * spaces, odd hosts) is refused rather than understood.
 */
#ifndef DOMAIN_HOSTED_H
#define DOMAIN_HOSTED_H

#include "base/slice.h"

/* Longest address to return to. */
#define HOSTED_URL_MAX ((size_t)1024)

/* A host of 253 letters, a colon, a port, and the NUL. */
#define HOSTED_HOST_SIZE 260

struct hosted_origin {
    bool is_secure;              /* https; else http */
    char host[HOSTED_HOST_SIZE]; /* lower case, with a port that is not the scheme's own */
};

/* "https://" before the host; with the NUL. */
#define HOSTED_ORIGIN_SIZE (8 + HOSTED_HOST_SIZE)
void hosted_origin_format(const struct hosted_origin *origin, char out[HOSTED_ORIGIN_SIZE]);

/*
 * Reads one origin, "https://shop.example" or "https://shop.example:8443"; with `dev` also http, on
 * this machine (localhost, 127.0.0.1, [::1]). A host is a DNS name in ASCII, an IPv4 address or an
 * IPv6 address in brackets.
 */
MUST_CHECK bool hosted_origin_read(struct slice text, bool dev, struct hosted_origin *ret_origin);

/* A list of origins, comma between, may be empty. False: *ret_bad is the first that is none. */
MUST_CHECK bool hosted_origins_check(struct slice list, bool dev, struct slice *ret_bad);

enum hosted_outcome {
    HOSTED_OK,
    HOSTED_MALFORMED,      /* not an address we understand without any doubt */
    HOSTED_NOT_REGISTERED, /* its origin is not in the list */
    HOSTED_HAS_ANSWER,     /* its query has `code` or `state` already, which the site might take */
};

/* Judges an address to return to: an origin of `list`, then a path and a query, no fragment, of
 * printable ASCII. *ret_origin is set for HOSTED_OK only. */
enum hosted_outcome hosted_return_to(struct slice url, struct slice list, bool dev,
                                     struct hosted_origin *ret_origin);

#endif
