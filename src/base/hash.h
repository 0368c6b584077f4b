/*
 * hash: SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104), HKDF (RFC 5869), AES-256-GCM (SP 800-38D)
 * and constant-time comparison, thin over libcrypto. Algorithms are fetched once and each
 * thread keeps its contexts, because the OpenSSL 3 fetch costs more than the hash. Thread-safe.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/slice.h"

#define HASH_BYTES 32

/* SHA-256 of `data`. */
void hash_sha256(struct slice data, uint8_t out[HASH_BYTES]);

/*
 * HMAC-SHA-256 over the concatenation of `parts`. The caller keeps the parts unambiguous (fixed
 * widths, or a length before each).
 */
void hash_hmac(const uint8_t key[HASH_BYTES], const struct slice *parts, size_t part_count,
               uint8_t out[HASH_BYTES]);

/* The same with a key of any length but none, as another party chose it (RFC 2104 section 3). */
void hash_hmac_keyed(struct slice key, const struct slice *parts, size_t part_count,
                     uint8_t out[HASH_BYTES]);

/* HKDF-SHA-256 with an empty salt: a key for one purpose, named by `info`, from a master key. */
void hash_derive_key(const uint8_t master[HASH_BYTES], const char *info, uint8_t out[HASH_BYTES]);

/*
 * Seals `plain` under `key`: 12 random bytes, ciphertext, 16-byte tag, in that order;
 * `out` holds plain.len + HASH_SEAL_EXTRA bytes. `context` is authenticated, not stored.
 */
#define HASH_SEAL_EXTRA 28
void hash_seal(const uint8_t key[HASH_BYTES], struct slice context, struct slice plain,
               uint8_t *out);

/* Opens what hash_seal made; false when key, context or bytes are not those sealed. `out` holds
 * sealed.len - HASH_SEAL_EXTRA bytes. */
MUST_CHECK bool hash_open(const uint8_t key[HASH_BYTES], struct slice context, struct slice sealed,
                          uint8_t *out);

/* Equality whose time does not depend on where the bytes differ. */
bool hash_equal(const void *a, const void *b, size_t len);

/* Overwrites a secret; the compiler may not drop it. */
void hash_wipe(void *secret, size_t len);

#endif
