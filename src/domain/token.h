/*
 * token: access tokens, JWTs (RFC 7515, 7519) signed with ES256, with the claims of RFC 9068 and
 * read as strictly as RFC 8725 asks.
 *
 *     {"alg":"ES256","typ":"at+jwt","kid":"..."}
 *     {"iss","aud","sub":"17","client_id":"domofon","sid":"42","role":"user","iat","exp","jti"}
 *
 * The header is a constant of the signing key. A token is accepted only when its header is, letter
 * for letter, that of one of our keys; so `alg`, `crit`, `jku` and their like are never even read.
 */
#ifndef DOMAIN_TOKEN_H
#define DOMAIN_TOKEN_H

#include "base/buf.h"
#include "domain/role.h"
#include "domain/token_key.h"

/* Letters of the longest token, made or accepted. */
#define TOKEN_TEXT_MAX 1024

/* Random bytes of `jti`. */
#define TOKEN_ID_BYTES 16

/* Who the bearer is. Times are whole seconds in the token: fractions are dropped when signing. */
struct token_claims {
    int64_t account_id; /* positive */
    int64_t session_id; /* positive */
    enum role role;
    int64_t issued_us;
    int64_t expires_us;
};

/*
 * Can tokens with these names be made within TOKEN_TEXT_MAX? Checked once at the start, of
 * `token.issuer` and `token.audience`; token_sign takes it for granted.
 */
MUST_CHECK bool token_names_fit(const char *issuer, const char *audience);

/*
 * Appends a signed token to `buf` (of which TOKEN_TEXT_MAX bytes must be left). `token_id` is
 * random. About 20 microseconds.
 */
void token_sign(const struct token_key *key, const struct token_claims *claims, const char *issuer,
                const char *audience, const uint8_t token_id[TOKEN_ID_BYTES], struct buf *buf);

enum token_outcome {
    TOKEN_OK,
    TOKEN_INVALID, /* not a token of ours, or not for this audience */
    TOKEN_EXPIRED, /* genuine, but its time is over */
};

/*
 * Verifies `token` (the text after "Bearer ") with that of `keys` which its header names. Sets
 * ret_claims for TOKEN_OK only. About 50 microseconds for a genuine signature; keep the answer in a
 * token_cache.
 */
MUST_CHECK enum token_outcome token_verify(struct slice token, const struct token_key *const *keys,
                                           size_t key_count, const char *issuer,
                                           const char *audience, int64_t now_us,
                                           struct token_claims *ret_claims);

#endif
