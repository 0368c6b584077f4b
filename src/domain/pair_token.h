/*
 * pair_token: the token pairs of the dialects, JWTs (RFC 7519) signed with HS256 (RFC 7518 section
 * 3.2) as the library djangorestframework-simplejwt makes them:
 *
 *     {"alg":"HS256","typ":"JWT"}
 *     {"token_type":"access","exp":1712902725,"iat":1712884725,"jti":"6c5b...","user_id":2}
 *
 * A back end that verifies such tokens with the service's SECRET_KEY can go on doing so when that
 * key is the setting `dialects.secret`. To us a token also names its session, in `jti`, where it
 * looks as random as the rest:
 *
 *     8 bytes  the session's id XOR the first 8 of HMAC-SHA-256(hiding, "jti" | nonce | token_type)
 *     8 bytes  nonce
 *
 * `hiding` is a key that nobody else has. So a token that another service made, or whoever got hold
 * of the shared secret, is genuine and belongs to no session, but by a chance of 2 to the -63. Its
 * role is always ROLE_USER: what an account may do is read from the store.
 */
#ifndef DOMAIN_PAIR_TOKEN_H
#define DOMAIN_PAIR_TOKEN_H

#include "domain/token.h"

/* Letters of the longest token, made or accepted; ours have at most 259. */
#define PAIR_TOKEN_TEXT_MAX 512

/* The key: as short as RFC 7518 allows, and as long as the setting can be. */
#define PAIR_TOKEN_KEY_MIN 32
#define PAIR_TOKEN_KEY_MAX 1024

/* Random bytes of each token. */
#define PAIR_TOKEN_NONCE_BYTES 8

/* Another's clock may be this far ahead of ours. */
#define PAIR_TOKEN_AHEAD_US (60 * US_PER_S)

enum pair_token_type { PAIR_TOKEN_ACCESS, PAIR_TOKEN_REFRESH };

/* What tokens are signed with, and what hides the session in them. */
struct pair_token_key {
    struct slice signing;
    struct slice hiding;
};

/* The keys to use: `secret` (the setting's text) signs unless it is empty, else `own` (of the
 * keyring); `own` hides. They live as long as those. */
struct pair_token_key pair_token_key(const char *secret, const uint8_t own[HASH_BYTES]);

/*
 * Appends a signed token to `buf` (of which PAIR_TOKEN_TEXT_MAX bytes must be left). `nonce` is
 * random and not used again; the role is not written. About 2 microseconds, and 4 to verify.
 */
void pair_token_sign(struct pair_token_key key, enum pair_token_type type,
                     const struct token_claims *claims, const uint8_t nonce[PAIR_TOKEN_NONCE_BYTES],
                     struct buf *buf);

/*
 * Verifies `token`. Its header must be the one above, letter for letter, or the same with "typ"
 * first, as older versions of the library wrote it; `user_id` may also be a decimal text, as newer
 * ones write it. TOKEN_INVALID also for the other type, for a time of issue beyond
 * PAIR_TOKEN_AHEAD_US ahead, and where `jti` gives no session id.
 * Sets ret_claims for TOKEN_OK only.
 */
MUST_CHECK enum token_outcome pair_token_verify(struct pair_token_key key,
                                                enum pair_token_type type, struct slice token,
                                                int64_t now_us, struct token_claims *ret_claims);

#endif
