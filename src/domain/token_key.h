/*
 * token_key: the keys access tokens are signed with: ECDSA on P-256 with SHA-256 (ES256, RFC 7518
 * section 3.4). A key does not change once made; several threads may sign and verify with it at
 * once.
 */
#ifndef DOMAIN_TOKEN_KEY_H
#define DOMAIN_TOKEN_KEY_H

#include "base/hash.h"

struct json;
struct token_key;

/* Twelve bytes of the RFC 7638 thumbprint in base64url, and the NUL. */
#define TOKEN_KEY_ID_SIZE 17

/*
 * A new key from libcrypto's generator (the one place of domain/ that draws by itself: libcrypto
 * takes no bytes for this). Never NULL. Free with token_key_free.
 */
struct token_key *token_key_generate(void);

/* Wipes and frees; NULL is allowed. */
void token_key_free(struct token_key *key);

/* `kid`: depends on the key alone. Lives as long as the key. */
const char *token_key_id(const struct token_key *key);

/* Most bytes of a private key's PKCS #8 form. */
#define TOKEN_KEY_DER_MAX 256

/* The private key as PKCS #8 DER (RFC 5208): what is sealed and stored. Secret. Returns its length.
 */
MUST_CHECK size_t token_key_to_der(const struct token_key *key, uint8_t out[TOKEN_KEY_DER_MAX]);

/* Reads what token_key_to_der wrote; false when it is not exactly one private key on P-256. */
MUST_CHECK bool token_key_from_der(struct slice der, struct token_key **ret_key);

/*
 * Writes the public half as a JWK (RFC 7517: kty, crv, x, y, use, alg, kid), one object in the
 * array that is open in `json`.
 */
void token_key_write_jwk(const struct token_key *key, struct json *json);

/* For token.c: the protected header, in base64url, that every token of this key begins with. */
#define TOKEN_KEY_HEADER_LEN 74
struct slice token_key_header(const struct token_key *key);

/* For token.c: a raw signature (R | S, 32 bytes each) of a SHA-256 digest. */
#define TOKEN_SIGNATURE_BYTES 64
void token_key_sign(const struct token_key *key, const uint8_t digest[HASH_BYTES],
                    uint8_t out[TOKEN_SIGNATURE_BYTES]);

/* For token.c: is this the signature of that digest? */
MUST_CHECK bool token_key_verify(const struct token_key *key, const uint8_t digest[HASH_BYTES],
                                 const uint8_t signature[TOKEN_SIGNATURE_BYTES]);

#endif
