#include "domain/grant.h"

#include "base/base64url.h"
#include "base/url.h"

#define PROOF_BYTES 16
#define CODE_BYTES (GRANT_RANDOM_BYTES + PROOF_BYTES)

_Static_assert(BASE64URL_LEN(CODE_BYTES) == GRANT_CODE_LEN, "the code's text");
_Static_assert(PROOF_BYTES + GRANT_HASH_BYTES == HASH_BYTES, "two halves of one HMAC");

static void mac_of(const uint8_t key[HASH_BYTES], const uint8_t *random, uint8_t out[HASH_BYTES])
{
    struct slice part = slice_of(random, GRANT_RANDOM_BYTES);

    hash_hmac(key, &part, 1, out);
}

void grant_code_write(const uint8_t key[HASH_BYTES], const uint8_t random[GRANT_RANDOM_BYTES],
                      char ret_code[GRANT_CODE_SIZE], uint8_t ret_hash[GRANT_HASH_BYTES])
{
    uint8_t bytes[CODE_BYTES];
    uint8_t mac[HASH_BYTES];

    mac_of(key, random, mac);
    memcpy(bytes, random, GRANT_RANDOM_BYTES);
    memcpy(bytes + GRANT_RANDOM_BYTES, mac, PROOF_BYTES);
    base64url_encode(bytes, sizeof(bytes), ret_code);
    ret_code[GRANT_CODE_LEN] = '\0';
    memcpy(ret_hash, mac + PROOF_BYTES, GRANT_HASH_BYTES);
    hash_wipe(bytes, sizeof(bytes));
    hash_wipe(mac, sizeof(mac));
}

bool grant_code_read(const uint8_t key[HASH_BYTES], struct slice text,
                     uint8_t ret_hash[GRANT_HASH_BYTES])
{
    uint8_t bytes[CODE_BYTES];
    uint8_t mac[HASH_BYTES] = {0};
    bool genuine;
    size_t len;

    genuine = text.len == GRANT_CODE_LEN && base64url_decode(text, bytes, sizeof(bytes), &len) &&
              len == sizeof(bytes);
    if (genuine) {
        mac_of(key, bytes, mac);
        genuine = hash_equal(mac, bytes + GRANT_RANDOM_BYTES, PROOF_BYTES);
    }
    if (genuine)
        memcpy(ret_hash, mac + PROOF_BYTES, GRANT_HASH_BYTES);
    hash_wipe(bytes, sizeof(bytes));
    hash_wipe(mac, sizeof(mac));
    return genuine;
}

bool grant_challenge_is_good(struct slice text)
{
    uint8_t digest[HASH_BYTES];
    size_t len;

    return text.len == GRANT_CHALLENGE_LEN &&
           base64url_decode(text, digest, sizeof(digest), &len) && len == sizeof(digest);
}

bool grant_challenge_of(struct slice verifier, char ret_challenge[GRANT_CHALLENGE_LEN])
{
    uint8_t digest[HASH_BYTES];

    if (verifier.len < 43 || verifier.len > 128)
        return false;
    for (size_t i = 0; i < verifier.len; i++) {
        if (!url_is_unreserved(verifier.ptr[i]))
            return false;
    }
    hash_sha256(verifier, digest);
    base64url_encode(digest, sizeof(digest), ret_challenge);
    return true;
}
