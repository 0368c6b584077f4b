#include "domain/cursor.h"

#include "base/base64url.h"
#include "domain/bytes.h"

#define ID_AT 8
#define MAC_AT 16
#define MAC_BYTES 16
#define CURSOR_BYTES (MAC_AT + MAC_BYTES)

_Static_assert(BASE64URL_LEN(CURSOR_BYTES) == CURSOR_TEXT_LEN, "the cursor's text");

static void mac_of(const uint8_t key[HASH_BYTES], int64_t account_id, const uint8_t *sort_key,
                   uint8_t out[HASH_BYTES])
{
    uint8_t account[8];
    struct slice parts[] = {slice_of(account, sizeof(account)), slice_of(sort_key, MAC_AT)};

    bytes_put_u64(account, (uint64_t)account_id);
    hash_hmac(key, parts, ARRAY_LEN(parts), out);
}

void cursor_format(const uint8_t key[HASH_BYTES], int64_t account_id, const struct cursor *cursor,
                   char out[CURSOR_TEXT_SIZE])
{
    uint8_t bytes[CURSOR_BYTES];
    uint8_t mac[HASH_BYTES];

    bytes_put_u64(bytes, (uint64_t)cursor->at_us);
    bytes_put_u64(bytes + ID_AT, (uint64_t)cursor->id);
    mac_of(key, account_id, bytes, mac);
    memcpy(bytes + MAC_AT, mac, MAC_BYTES);
    base64url_encode(bytes, sizeof(bytes), out);
    out[CURSOR_TEXT_LEN] = '\0';
}

bool cursor_parse(const uint8_t key[HASH_BYTES], int64_t account_id, struct slice text,
                  struct cursor *ret_cursor)
{
    uint8_t bytes[CURSOR_BYTES];
    uint8_t mac[HASH_BYTES];
    size_t len;

    if (text.len != CURSOR_TEXT_LEN || !base64url_decode(text, bytes, sizeof(bytes), &len) ||
        len != sizeof(bytes))
        return false;
    mac_of(key, account_id, bytes, mac);
    if (!hash_equal(mac, bytes + MAC_AT, MAC_BYTES))
        return false;
    ret_cursor->at_us = (int64_t)bytes_get_u64(bytes);
    ret_cursor->id = (int64_t)bytes_get_u64(bytes + ID_AT);
    return true;
}
