#include "domain/keyring.h"

#include "base/base64url.h"

#define KEY_LETTERS BASE64URL_LEN(HASH_BYTES)

void keyring_derive(const uint8_t master[HASH_BYTES], struct keyring *ret_keyring)
{
    hash_derive_key(master, "domofon code v1", ret_keyring->code);
    hash_derive_key(master, "domofon refresh v1", ret_keyring->refresh);
    hash_derive_key(master, "domofon seal v1", ret_keyring->seal);
    hash_derive_key(master, "domofon idempotency v1", ret_keyring->idempotency);
    hash_derive_key(master, "domofon cursor v1", ret_keyring->cursor);
    hash_derive_key(master, "domofon grant v1", ret_keyring->grant);
    hash_derive_key(master, "domofon dialect v1", ret_keyring->dialect);
}

void keyring_wipe(struct keyring *keyring)
{
    hash_wipe(keyring, sizeof(*keyring));
}

void keyring_format(const uint8_t master[HASH_BYTES], char out[KEYRING_TEXT_SIZE])
{
    base64url_encode(master, HASH_BYTES, out);
    out[KEY_LETTERS] = '\n';
    out[KEY_LETTERS + 1] = '\0';
}

bool keyring_parse(struct slice text, uint8_t ret_master[HASH_BYTES])
{
    uint8_t master[HASH_BYTES];
    size_t len;
    bool ok;

    if (text.len > 0 && text.ptr[text.len - 1] == '\n') {
        text.len--;
        if (text.len > 0 && text.ptr[text.len - 1] == '\r')
            text.len--;
    }
    ok = base64url_decode(text, master, sizeof(master), &len) && len == sizeof(master);
    if (ok)
        memcpy(ret_master, master, sizeof(master));
    hash_wipe(master, sizeof(master));
    return ok;
}
