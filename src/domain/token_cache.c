#include "domain/token_cache.h"

#include <stdlib.h>

#include "base/check.h"

/* A place whose token has expired (or that never held one) is free. */
struct place {
    uint8_t digest[HASH_BYTES];
    struct token_claims claims;
};

struct token_cache {
    struct place sets[TOKEN_CACHE_SETS][TOKEN_CACHE_WAYS];
};

struct token_cache *token_cache_new(void)
{
    struct token_cache *cache = calloc(1, sizeof(*cache));

    CHECK(cache != NULL);
    return cache;
}

void token_cache_free(struct token_cache *cache)
{
    free(cache);
}

/* A digest is evenly spread already: its first bytes choose the set. */
static size_t set_of(const uint8_t digest[HASH_BYTES])
{
    return ((size_t)digest[0] << 8 | digest[1]) % TOKEN_CACHE_SETS;
}

bool token_cache_get(const struct token_cache *cache, const uint8_t digest[HASH_BYTES],
                     int64_t now_us, struct token_claims *ret_claims)
{
    const struct place *set = cache->sets[set_of(digest)];

    for (size_t i = 0; i < TOKEN_CACHE_WAYS; i++) {
        if (memcmp(set[i].digest, digest, HASH_BYTES) == 0 && set[i].claims.expires_us > now_us) {
            *ret_claims = set[i].claims;
            return true;
        }
    }
    return false;
}

void token_cache_put(struct token_cache *cache, const uint8_t digest[HASH_BYTES], int64_t now_us,
                     const struct token_claims *claims)
{
    struct place *set = cache->sets[set_of(digest)];
    struct place *chosen = &set[0];

    if (claims->expires_us <= now_us)
        return;
    for (size_t i = 0; i < TOKEN_CACHE_WAYS; i++) {
        if (memcmp(set[i].digest, digest, HASH_BYTES) == 0) {
            chosen = &set[i];
            break;
        }
        if (set[i].claims.expires_us < chosen->claims.expires_us)
            chosen = &set[i];
    }
    memcpy(chosen->digest, digest, HASH_BYTES);
    chosen->claims = *claims;
}
