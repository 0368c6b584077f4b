/*
 * base64url: RFC 4648 section 5 without padding, strict: no other letters, no line breaks, no
 * padding, and the unused bits of the last letter must be zero, so each value has one spelling.
 */
#ifndef BASE_BASE64URL_H
#define BASE_BASE64URL_H

#include "base/slice.h"

/* Letters needed for `len` bytes, without a NUL. */
#define BASE64URL_LEN(len) (((len)*4 + 2) / 3)

/* Writes BASE64URL_LEN(len) letters, no NUL. */
void base64url_encode(const void *bytes, size_t len, char *out);

/*
 * Decodes `text` into at most `max` bytes at `out`; false (and `out` unspecified) when it is not
 * strict base64url or does not fit.
 */
MUST_CHECK bool base64url_decode(struct slice text, void *out, size_t max, size_t *ret_len);

#endif
