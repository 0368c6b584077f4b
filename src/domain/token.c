#include "domain/token.h"

#include "base/base64url.h"
#include "base/check.h"
#include "base/json.h"
#include "domain/token_text.h"

static void write_payload(const struct token_claims *claims, const char *issuer,
                          const char *audience, const char *token_id, struct buf *buf)
{
    struct json json = jsonw_new(buf);

    jsonw_object(&json);
    jsonw_cstr(&json, "iss", issuer);
    jsonw_cstr(&json, "aud", audience);
    jsonw_id(&json, "sub", claims->account_id);
    jsonw_cstr(&json, "client_id", TOKEN_CLIENT_ID);
    jsonw_id(&json, "sid", claims->session_id);
    jsonw_cstr(&json, "role", role_name(claims->role));
    jsonw_int(&json, "iat", claims->issued_us / US_PER_S);
    jsonw_int(&json, "exp", claims->expires_us / US_PER_S);
    jsonw_cstr(&json, "jti", token_id);
    jsonw_end(&json);
}

static void format_token_id(const uint8_t token_id[TOKEN_ID_BYTES],
                            char out[BASE64URL_LEN(TOKEN_ID_BYTES) + 1])
{
    base64url_encode(token_id, TOKEN_ID_BYTES, out);
    out[BASE64URL_LEN(TOKEN_ID_BYTES)] = '\0';
}

bool token_names_fit(const char *issuer, const char *audience)
{
    static const uint8_t token_id[TOKEN_ID_BYTES];
    const struct token_claims longest = {INT64_MAX, INT64_MAX, ROLE_MODERATOR,
                                         TOKEN_SECONDS_MAX * US_PER_S,
                                         TOKEN_SECONDS_MAX * US_PER_S};
    char id_text[BASE64URL_LEN(TOKEN_ID_BYTES) + 1];
    struct arena *arena = arena_new();
    struct buf buf = buf_new(arena, 1024, TOKEN_PAYLOAD_MAX);
    bool whole;

    format_token_id(token_id, id_text);
    write_payload(&longest, issuer, audience, id_text, &buf);
    (void)buf_view(&buf, &whole);
    arena_free(arena);
    return whole;
}

void token_sign(const struct token_key *key, const struct token_claims *claims, const char *issuer,
                const char *audience, const uint8_t token_id[TOKEN_ID_BYTES], struct buf *buf)
{
    struct buf payload = buf_new(buf->arena, 512, TOKEN_PAYLOAD_MAX);
    char id_text[BASE64URL_LEN(TOKEN_ID_BYTES) + 1];
    uint8_t digest[HASH_BYTES];
    uint8_t signature[TOKEN_SIGNATURE_BYTES];
    char text[TOKEN_TEXT_MAX];
    struct slice json;
    size_t len = TOKEN_KEY_HEADER_LEN;
    bool whole;

    CHECK(claims->account_id > 0 && claims->session_id > 0);
    format_token_id(token_id, id_text);
    write_payload(claims, issuer, audience, id_text, &payload);
    json = buf_view(&payload, &whole);
    CHECK(whole);
    memcpy(text, token_key_header(key).ptr, TOKEN_KEY_HEADER_LEN);
    text[len++] = '.';
    base64url_encode(json.ptr, json.len, text + len);
    len += BASE64URL_LEN(json.len);
    hash_sha256(slice_of(text, len), digest);
    token_key_sign(key, digest, signature);
    text[len++] = '.';
    base64url_encode(signature, sizeof(signature), text + len);
    buf_bytes(buf, text, len + TOKEN_SIGNATURE_LEN);
    hash_wipe(text, sizeof(text));
}
