/*
 * url: what of a connection URL may be shown (RFC 3986 section 7.5: a password is not), and which
 * characters a URL never escapes.
 */
#ifndef BASE_URL_H
#define BASE_URL_H

#include "base/slice.h"

/* Room for any setting that is a URL, shown. */
#define URL_SHOWN_SIZE 1100

/*
 * Writes `url` with *** in place of a password, be it of `//user:password@` or of
 * `?password=...` (and `sslpassword=...`); in doubt it hides more. Text without a password comes
 * out unchanged; what does not fit `size` (at least 1, with the NUL) is cut.
 */
void url_hide_password(struct slice url, char *ret_text, size_t size);

/* A letter, a digit or one of "-._~" (RFC 3986 section 2.3): it stands for itself in any URL. */
static inline bool url_is_unreserved(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

#endif
