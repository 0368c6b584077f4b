/*
 * token_text: what the writers and the readers of tokens agree on. For token*.c and pair_token.c
 * only.
 */
#ifndef DOMAIN_TOKEN_TEXT_H
#define DOMAIN_TOKEN_TEXT_H

#include <jansson.h>

#include "base/base64url.h"
#include "domain/token.h"

#define TOKEN_CLIENT_ID "domofon"
#define TOKEN_SIGNATURE_LEN BASE64URL_LEN(TOKEN_SIGNATURE_BYTES)

/* All but the payload: header, signature, and the dots that part the three. */
#define TOKEN_OVERHEAD_LEN (TOKEN_KEY_HEADER_LEN + 1 + 1 + TOKEN_SIGNATURE_LEN)
#define TOKEN_PAYLOAD_MAX ((TOKEN_TEXT_MAX - TOKEN_OVERHEAD_LEN) * 3 / 4)

/* The last second of the year 9999: no token names a later one. */
#define TOKEN_SECONDS_MAX INT64_C(253402300799)

/* A token taken apart; nothing of it is proved yet. */
struct token_parts {
    struct slice header;
    struct slice payload;
    struct slice signature;
    struct slice signed_part;
};

/*
 * Takes a token apart at its first two dots; false when it has fewer. A third one is no letter of
 * base64url, so it ends in the signature's refusal.
 */
MUST_CHECK bool token_split(struct slice token, struct token_parts *ret_parts);

/* The payload as a JSON object that names nothing twice; NULL when it is none. Free with
 * json_decref. */
json_t *token_payload_load(struct slice payload);

/* A text of the payload; absent when `name` is no string. Lives as long as the payload. */
struct slice token_claim_text(const json_t *payload, const char *name);

/* A time in whole seconds of the payload (RFC 7519 section 2); false when `name` is none. */
MUST_CHECK bool token_claim_time(const json_t *payload, const char *name, int64_t *ret_us);

/* Has it claims that narrow what it is good for, which we never write and do not enforce? */
bool token_is_narrowed(const json_t *payload);

#endif
