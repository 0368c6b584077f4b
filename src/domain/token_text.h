/*
 * token_text: what the writer and the reader of access tokens agree on. For token*.c only.
 */
#ifndef DOMAIN_TOKEN_TEXT_H
#define DOMAIN_TOKEN_TEXT_H

#include "base/base64url.h"
#include "domain/token.h"

#define TOKEN_CLIENT_ID "domofon"
#define TOKEN_SIGNATURE_LEN BASE64URL_LEN(TOKEN_SIGNATURE_BYTES)

/* All but the payload: header, signature, and the dots that part the three. */
#define TOKEN_OVERHEAD_LEN (TOKEN_KEY_HEADER_LEN + 1 + 1 + TOKEN_SIGNATURE_LEN)
#define TOKEN_PAYLOAD_MAX ((TOKEN_TEXT_MAX - TOKEN_OVERHEAD_LEN) * 3 / 4)

/* The last second of the year 9999: no token names a later one. */
#define TOKEN_SECONDS_MAX INT64_C(253402300799)

#endif
