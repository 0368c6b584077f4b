/*
 * hosted: the sites that may use this service's sign-in page as theirs, and the addresses that a
 * person may be sent back to with a grant.
 *
 * The operator registers origins (RFC 6454: scheme, host and port). An address is taken only when
 * its origin is one of them, in full: `https://shop.example` is neither a subdomain of it, nor
 * another port, nor http. What browsers and servers read differently is refused rather than
 * understood, as base/origin.h has it.
 */
#ifndef DOMAIN_HOSTED_H
#define DOMAIN_HOSTED_H

#include "base/origin.h"

/* Longest address to return to. */
#define HOSTED_URL_MAX ((size_t)1024)

/*
 * A list of origins, comma between, may be empty: https://shop.example, https://shop.example:8443;
 * with `dev` also http, on this machine. False: *ret_bad is the first that is none.
 */
MUST_CHECK bool hosted_origins_check(struct slice list, bool dev, struct slice *ret_bad);

enum hosted_outcome {
    HOSTED_OK,
    HOSTED_MALFORMED,      /* not an address we understand without any doubt */
    HOSTED_NOT_REGISTERED, /* its origin is not in the list */
    HOSTED_HAS_ANSWER,     /* its query has a parameter that the site might take for our answer */
};

/* Judges an address to return to: an origin of `list`, then a path and a query, no fragment, of
 * printable ASCII. Its query must not have what an answer has (code, state, error and its
 * companions, iss), in whatever spelling: a site must not have to tell which of two is ours.
 * *ret_origin is set for HOSTED_OK only. */
enum hosted_outcome hosted_return_to(struct slice url, struct slice list, bool dev,
                                     struct origin *ret_origin);

#endif
