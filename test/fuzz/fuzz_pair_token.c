/*
 * pair_token_verify: nothing is accepted without our signature; under it, any payload is read
 * without harm, and what is accepted is in bounds.
 */
#include "base/base64url.h"
#include "base/check.h"
#include "domain/pair_token.h"

#define NOW INT64_C(1712884725000000)
#define HEADER "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct pair_token_key key = {{"a secret of thirty-two bytes, yes", 33},
                                          {"a secret of thirty-two bytes, yes", 33}};

static enum token_outcome verify(struct slice token)
{
    struct token_claims claims;
    enum token_outcome outcome = pair_token_verify(key, PAIR_TOKEN_ACCESS, token, NOW, &claims);

    if (outcome == TOKEN_OK)
        CHECK(claims.account_id > 0 && claims.session_id > 0 && claims.expires_us > NOW &&
              claims.issued_us <= NOW + PAIR_TOKEN_AHEAD_US && claims.role == ROLE_USER);
    return outcome;
}

/* The input as a payload that is signed with the key. */
static void verify_payload(struct slice payload)
{
    char token[4 * PAIR_TOKEN_TEXT_MAX] = HEADER;
    uint8_t mac[HASH_BYTES];
    size_t len = strlen(HEADER);
    struct slice signed_part;

    if (payload.len > PAIR_TOKEN_TEXT_MAX)
        return;
    base64url_encode(payload.ptr, payload.len, token + len);
    len += BASE64URL_LEN(payload.len);
    signed_part = slice_of(token, len);
    hash_hmac_keyed(key.signing, &signed_part, 1, mac);
    token[len++] = '.';
    base64url_encode(mac, sizeof(mac), token + len);
    (void)verify(slice_of(token, len + BASE64URL_LEN(sizeof(mac))));
}

/* The input as the fields of a token, which is read back, but not with a letter changed. */
static void round_trip(const uint8_t *data, size_t size)
{
    struct token_claims claims = {.issued_us = NOW, .expires_us = NOW + US_PER_S};
    struct arena *arena;
    struct token_claims read;
    struct buf buf;

    if (size < 8 + 8 + PAIR_TOKEN_NONCE_BYTES + 1)
        return;
    memcpy(&claims.account_id, data, 8);
    memcpy(&claims.session_id, data + 8, 8);
    if (claims.account_id <= 0 || claims.session_id <= 0)
        return;
    arena = arena_new();
    buf = buf_new(arena, PAIR_TOKEN_TEXT_MAX, PAIR_TOKEN_TEXT_MAX);
    pair_token_sign(key, PAIR_TOKEN_ACCESS, &claims, data + 16, &buf);
    CHECK(pair_token_verify(key, PAIR_TOKEN_ACCESS, buf_view(&buf, NULL), NOW, &read) == TOKEN_OK);
    CHECK(read.account_id == claims.account_id && read.session_id == claims.session_id &&
          read.issued_us == claims.issued_us && read.expires_us == claims.expires_us);
    buf.ptr[data[16 + PAIR_TOKEN_NONCE_BYTES] % buf.len] ^= 1;
    CHECK(verify(buf_view(&buf, NULL)) == TOKEN_INVALID);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice input = slice_of(size == 0 ? (const void *)"" : data, size);

    CHECK(verify(input) != TOKEN_OK);
    verify_payload(input);
    round_trip(data, size);
    return 0;
}
