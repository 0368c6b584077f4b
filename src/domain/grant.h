/*
 * grant: the code with which a site fetches a session after a hosted sign-in, and the proof that it
 * is the site that asked (PKCE S256, RFC 7636).
 *
 * A code is 16 random bytes and half of their HMAC, 43 letters base64url. So what is not one of
 * ours is refused without asking the store, and guessing needs no limit. The store knows a code
 * by the other half, which gives neither.
 */
#ifndef DOMAIN_GRANT_H
#define DOMAIN_GRANT_H

#include "base/hash.h"

#define GRANT_RANDOM_BYTES 16
#define GRANT_HASH_BYTES 16
#define GRANT_CODE_LEN 43
#define GRANT_CODE_SIZE (GRANT_CODE_LEN + 1)

/* The code made of these random bytes, a secret, and what the store knows it by. */
void grant_code_write(const uint8_t key[HASH_BYTES], const uint8_t random[GRANT_RANDOM_BYTES],
                      char ret_code[GRANT_CODE_SIZE], uint8_t ret_hash[GRANT_HASH_BYTES]);

/* False for what grant_code_write has not written. */
MUST_CHECK bool grant_code_read(const uint8_t key[HASH_BYTES], struct slice text,
                                uint8_t ret_hash[GRANT_HASH_BYTES]);

#define GRANT_CHALLENGE_LEN 43

/* A code_challenge: SHA-256 in base64url. */
bool grant_challenge_is_good(struct slice text);

/* The challenge of a code_verifier; false when it is none (43 to 128 letters of RFC 3986's
 * unreserved ones). */
MUST_CHECK bool grant_challenge_of(struct slice verifier, char ret_challenge[GRANT_CHALLENGE_LEN]);

#endif
