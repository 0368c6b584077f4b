#include "domain/refresh.h"

#include "base/base64url.h"
#include "base/check.h"
#include "domain/bytes.h"

#define VERSION 1
#define SESSION_AT 1
#define GENERATION_AT 9
#define SEED_AT 13
#define MAC_AT (SEED_AT + REFRESH_SEED_BYTES)
#define TOKEN_BYTES (MAC_AT + HASH_BYTES)

_Static_assert(BASE64URL_LEN(TOKEN_BYTES) == REFRESH_TEXT_LEN, "the token's text");

static void mac_of(const uint8_t key[HASH_BYTES], const uint8_t *bytes, uint8_t out[HASH_BYTES])
{
    struct slice signed_part = slice_of(bytes, MAC_AT);

    hash_hmac(key, &signed_part, 1, out);
}

void refresh_format(const uint8_t key[HASH_BYTES], const struct refresh_token *token,
                    char out[REFRESH_TEXT_SIZE])
{
    uint8_t bytes[TOKEN_BYTES];

    CHECK(token->session_id > 0);
    bytes[0] = VERSION;
    bytes_put_u64(bytes + SESSION_AT, (uint64_t)token->session_id);
    bytes_put_u32(bytes + GENERATION_AT, token->generation);
    memcpy(bytes + SEED_AT, token->seed, REFRESH_SEED_BYTES);
    mac_of(key, bytes, bytes + MAC_AT);
    base64url_encode(bytes, sizeof(bytes), out);
    out[REFRESH_TEXT_LEN] = '\0';
    hash_wipe(bytes, sizeof(bytes));
}

bool refresh_parse(const uint8_t key[HASH_BYTES], struct slice text,
                   struct refresh_token *ret_token)
{
    uint8_t bytes[TOKEN_BYTES];
    uint8_t mac[HASH_BYTES];
    bool genuine = false;
    size_t len;

    if (text.len != REFRESH_TEXT_LEN || !base64url_decode(text, bytes, sizeof(bytes), &len) ||
        len != sizeof(bytes) || bytes[0] != VERSION)
        goto out;
    mac_of(key, bytes, mac);
    if (!hash_equal(mac, bytes + MAC_AT, HASH_BYTES))
        goto out;
    genuine = true;
    ret_token->session_id = (int64_t)bytes_get_u64(bytes + SESSION_AT);
    ret_token->generation = bytes_get_u32(bytes + GENERATION_AT);
    memcpy(ret_token->seed, bytes + SEED_AT, REFRESH_SEED_BYTES);
out:
    hash_wipe(bytes, sizeof(bytes));
    hash_wipe(mac, sizeof(mac));
    return genuine;
}
