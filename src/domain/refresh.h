/*
 * refresh: refresh tokens. Opaque to clients; inside, base64url of
 *
 *     version 1 B | session id 8 B | generation 4 B | seed 16 B | HMAC(refresh key, all before) 32
 * B
 *
 * (integers big-endian, 61 bytes, 82 letters). The MAC is checked before the store is asked; the
 * script then compares seed and generation with the session's row. Rotation adds one to the
 * generation, so a repeated refresh within the grace gets the very same successor, and nothing that
 * could be used as a token is stored.
 */
#ifndef DOMAIN_REFRESH_H
#define DOMAIN_REFRESH_H

#include "base/hash.h"

#define REFRESH_SEED_BYTES 16

/* Letters and the NUL. */
#define REFRESH_TEXT_LEN 82
#define REFRESH_TEXT_SIZE (REFRESH_TEXT_LEN + 1)

struct refresh_token {
    int64_t session_id; /* positive */
    uint32_t generation;
    uint8_t seed[REFRESH_SEED_BYTES]; /* drawn once for each session */
};

/* The token's text, a secret: wipe it. */
void refresh_format(const uint8_t key[HASH_BYTES], const struct refresh_token *token,
                    char out[REFRESH_TEXT_SIZE]);

/* Reads a token that refresh_format made with this key; false for anything else. */
MUST_CHECK bool refresh_parse(const uint8_t key[HASH_BYTES], struct slice text,
                              struct refresh_token *ret_token);

#endif
