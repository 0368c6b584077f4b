/*
 * token_cache: tokens that were verified already, by the SHA-256 of their text, so that a request
 * with a warm token costs a hash and not a signature. One for each loop; not thread-safe.
 *
 * TOKEN_CACHE_SETS sets of TOKEN_CACHE_WAYS places. A full set gives up the token that expires
 * first. What a cache knows is only that a token is genuine until it expires: whether its session
 * still exists is asked of the store with every request.
 */
#ifndef DOMAIN_TOKEN_CACHE_H
#define DOMAIN_TOKEN_CACHE_H

#include "base/hash.h"
#include "domain/token.h"

#define TOKEN_CACHE_SETS 1024
#define TOKEN_CACHE_WAYS 4

struct token_cache;

/* An empty cache of about 300 KiB; never NULL. Free with token_cache_free. */
struct token_cache *token_cache_new(void);
void token_cache_free(struct token_cache *cache);

/* The claims of a token that was put and has not expired; false when it is not there. */
MUST_CHECK bool token_cache_get(const struct token_cache *cache, const uint8_t digest[HASH_BYTES],
                                int64_t now_us, struct token_claims *ret_claims);

/* Remembers what token_verify said TOKEN_OK to at `now_us`; `digest` is hash_sha256 of the token's
 * text. What has expired meanwhile is not kept. */
void token_cache_put(struct token_cache *cache, const uint8_t digest[HASH_BYTES], int64_t now_us,
                     const struct token_claims *claims);

#endif
