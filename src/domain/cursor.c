#include "domain/cursor.h"

#include "base/base64url.h"
#include "base/check.h"
#include "domain/bytes.h"

#define ID_AT 8
#define MAC_AT 16
#define MAC_BYTES 16
#define CURSOR_BYTES (MAC_AT + MAC_BYTES)
#define LONG_BYTES (CURSOR_BYTES + CURSOR_PLACE_MAX)

_Static_assert(BASE64URL_LEN(CURSOR_BYTES) == CURSOR_TEXT_LEN, "the cursor's text");
_Static_assert(BASE64URL_LEN(LONG_BYTES) + 1 == CURSOR_LONG_SIZE, "the longer cursor's text");

static void mac_of(const uint8_t key[HASH_BYTES], int64_t account_id, const char *list,
                   const uint8_t *sort_key, struct slice place, uint8_t out[HASH_BYTES])
{
    uint8_t account[8];
    /* The list's NUL is of the MAC: it ends before the place begins. */
    struct slice parts[] = {slice_of(account, sizeof(account)), slice_of(sort_key, MAC_AT),
                            slice_of(list, strlen(list) + 1), place};

    bytes_put_u64(account, (uint64_t)account_id);
    hash_hmac(key, parts, ARRAY_LEN(parts), out);
}

void cursor_long_format(const uint8_t key[HASH_BYTES], int64_t account_id, const char *list,
                        const struct cursor *cursor, struct slice place, char out[CURSOR_LONG_SIZE])
{
    uint8_t bytes[LONG_BYTES];
    uint8_t mac[HASH_BYTES];

    CHECK(place.len <= CURSOR_PLACE_MAX);
    bytes_put_u64(bytes, (uint64_t)cursor->at_us);
    bytes_put_u64(bytes + ID_AT, (uint64_t)cursor->id);
    mac_of(key, account_id, list, bytes, place, mac);
    memcpy(bytes + MAC_AT, mac, MAC_BYTES);
    if (place.len > 0)
        memcpy(bytes + CURSOR_BYTES, place.ptr, place.len);
    base64url_encode(bytes, CURSOR_BYTES + place.len, out);
    out[BASE64URL_LEN(CURSOR_BYTES + place.len)] = '\0';
}

bool cursor_long_parse(const uint8_t key[HASH_BYTES], int64_t account_id, const char *list,
                       struct slice text, struct cursor *ret_cursor, char place[CURSOR_PLACE_MAX],
                       struct slice *ret_place)
{
    uint8_t bytes[LONG_BYTES];
    uint8_t mac[HASH_BYTES];
    size_t len;

    if (!base64url_decode(text, bytes, sizeof(bytes), &len) || len < CURSOR_BYTES)
        return false;
    len -= CURSOR_BYTES;
    mac_of(key, account_id, list, bytes, slice_of(bytes + CURSOR_BYTES, len), mac);
    if (!hash_equal(mac, bytes + MAC_AT, MAC_BYTES))
        return false;
    memcpy(place, bytes + CURSOR_BYTES, len);
    *ret_place = slice_of(place, len);
    ret_cursor->at_us = (int64_t)bytes_get_u64(bytes);
    ret_cursor->id = (int64_t)bytes_get_u64(bytes + ID_AT);
    return true;
}

void cursor_format(const uint8_t key[HASH_BYTES], int64_t account_id, const char *list,
                   const struct cursor *cursor, char out[CURSOR_TEXT_SIZE])
{
    char text[CURSOR_LONG_SIZE];

    cursor_long_format(key, account_id, list, cursor, SLICE_LIT(""), text);
    memcpy(out, text, CURSOR_TEXT_SIZE);
}

bool cursor_parse(const uint8_t key[HASH_BYTES], int64_t account_id, const char *list,
                  struct slice text, struct cursor *ret_cursor)
{
    char place[CURSOR_PLACE_MAX];
    struct slice none;

    return text.len == CURSOR_TEXT_LEN &&
           cursor_long_parse(key, account_id, list, text, ret_cursor, place, &none);
}
