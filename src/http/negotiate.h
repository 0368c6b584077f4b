/*
 * negotiate: what a client can read, and what it has already.
 */
#ifndef HTTP_NEGOTIATE_H
#define HTTP_NEGOTIATE_H

#include "base/slice.h"

/*
 * Accept-Encoding (RFC 9110 section 12.5.3): should the reply be gzip rather than as it is? Yes if
 * the client names it, or `*`, with a weight that is neither 0 nor below one it gives `identity`.
 * An absent or empty header asks for nothing; of a header that is malformed the good parts count.
 */
bool http_accepts_gzip(struct slice accept_encoding);

/*
 * If-None-Match (RFC 9110 section 13.1.2): does the client have what this entity tag names? Weak
 * comparison: W/ makes no difference. `tag` is one, with or without W/.
 */
bool http_has_tag(struct slice if_none_match, const char *tag);

#endif
