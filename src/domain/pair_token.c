#include "domain/pair_token.h"

#include "base/check.h"
#include "base/hex.h"
#include "base/json.h"
#include "domain/bytes.h"
#include "domain/id.h"
#include "domain/token_text.h"

/* {"alg":"HS256","typ":"JWT"} and {"typ":"JWT","alg":"HS256"} */
#define HEADER "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
#define HEADER_OLDER "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9"

#define SESSION_BYTES 8
#define ID_BYTES (SESSION_BYTES + PAIR_TOKEN_NONCE_BYTES)
#define ID_DIGITS (2 * ID_BYTES)
#define MAC_LEN BASE64URL_LEN(HASH_BYTES)
#define PAYLOAD_MAX ((PAIR_TOKEN_TEXT_MAX - (sizeof(HEADER) - 1) - 2 - MAC_LEN) * 3 / 4)

static const char *type_name(enum pair_token_type type)
{
    return type == PAIR_TOKEN_ACCESS ? "access" : "refresh";
}

struct pair_token_key pair_token_key(const char *secret, const uint8_t own[HASH_BYTES])
{
    struct slice hiding = slice_of(own, HASH_BYTES);

    return (struct pair_token_key){secret[0] == '\0' ? hiding : slice_str(secret), hiding};
}

/* Hides a session id, and brings it back. */
static uint64_t mask(struct pair_token_key key, enum pair_token_type type,
                     const uint8_t nonce[PAIR_TOKEN_NONCE_BYTES])
{
    const struct slice parts[] = {SLICE_LIT("jti"), slice_of(nonce, PAIR_TOKEN_NONCE_BYTES),
                                  slice_str(type_name(type))};
    uint8_t mac[HASH_BYTES];

    hash_hmac_keyed(key.hiding, parts, ARRAY_LEN(parts), mac);
    return bytes_get_u64(mac);
}

static void format_id(struct pair_token_key key, enum pair_token_type type, int64_t session_id,
                      const uint8_t nonce[PAIR_TOKEN_NONCE_BYTES], char out[ID_DIGITS + 1])
{
    uint8_t bytes[ID_BYTES];

    bytes_put_u64(bytes, (uint64_t)session_id ^ mask(key, type, nonce));
    memcpy(bytes + SESSION_BYTES, nonce, PAIR_TOKEN_NONCE_BYTES);
    hex_write(bytes, ID_BYTES, out);
    out[ID_DIGITS] = '\0';
}

static void mac_text(struct pair_token_key key, struct slice signed_part, char out[MAC_LEN])
{
    uint8_t mac[HASH_BYTES];

    hash_hmac_keyed(key.signing, &signed_part, 1, mac);
    base64url_encode(mac, sizeof(mac), out);
}

static struct slice write_payload(struct pair_token_key key, enum pair_token_type type,
                                  const struct token_claims *claims,
                                  const uint8_t nonce[PAIR_TOKEN_NONCE_BYTES], struct arena *arena)
{
    struct buf buf = buf_new(arena, 256, PAYLOAD_MAX);
    struct json json = jsonw_new(&buf);
    char id[ID_DIGITS + 1];
    struct slice text;
    bool whole;

    format_id(key, type, claims->session_id, nonce, id);
    jsonw_object(&json);
    jsonw_cstr(&json, "token_type", type_name(type));
    jsonw_int(&json, "exp", claims->expires_us / US_PER_S);
    jsonw_int(&json, "iat", claims->issued_us / US_PER_S);
    jsonw_cstr(&json, "jti", id);
    jsonw_int(&json, "user_id", claims->account_id);
    jsonw_end(&json);
    text = buf_view(&buf, &whole);
    CHECK(whole);
    return text;
}

void pair_token_sign(struct pair_token_key key, enum pair_token_type type,
                     const struct token_claims *claims, const uint8_t nonce[PAIR_TOKEN_NONCE_BYTES],
                     struct buf *buf)
{
    char text[PAIR_TOKEN_TEXT_MAX];
    size_t len = sizeof(HEADER) - 1;
    struct slice payload;

    CHECK(claims->account_id > 0 && claims->session_id > 0);
    CHECK(key.signing.len >= PAIR_TOKEN_KEY_MIN && key.signing.len <= PAIR_TOKEN_KEY_MAX);
    payload = write_payload(key, type, claims, nonce, buf->arena);
    memcpy(text, HEADER, len);
    text[len++] = '.';
    base64url_encode(payload.ptr, payload.len, text + len);
    len += BASE64URL_LEN(payload.len);
    text[len] = '.';
    mac_text(key, slice_of(text, len), text + len + 1);
    buf_bytes(buf, text, len + 1 + MAC_LEN);
    hash_wipe(text, sizeof(text));
}

static bool is_genuine(struct pair_token_key key, const struct token_parts *parts)
{
    char mac[MAC_LEN];

    if (!slice_eq_str(parts->header, HEADER) && !slice_eq_str(parts->header, HEADER_OLDER))
        return false;
    /* As text: there is one spelling of each signature. */
    if (parts->signature.len != MAC_LEN)
        return false;
    mac_text(key, parts->signed_part, mac);
    return hash_equal(mac, parts->signature.ptr, MAC_LEN);
}

/* As they are written: lower case. */
static int digit_value(char c)
{
    return c >= 'A' && c <= 'F' ? -1 : hex_value(c);
}

static bool read_session(struct pair_token_key key, enum pair_token_type type, struct slice id,
                         int64_t *ret_session_id)
{
    uint8_t bytes[ID_BYTES];
    uint64_t session_id;

    if (id.len != ID_DIGITS)
        return false;
    for (size_t i = 0; i < ID_BYTES; i++) {
        int high = digit_value(id.ptr[2 * i]);
        int low = digit_value(id.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        bytes[i] = (uint8_t)(high * 16 + low);
    }
    session_id = bytes_get_u64(bytes) ^ mask(key, type, bytes + SESSION_BYTES);
    *ret_session_id = (int64_t)session_id;
    return session_id > 0 && session_id <= INT64_MAX;
}

static bool read_account(const json_t *value, int64_t *ret_account_id)
{
    if (json_is_string(value))
        return id_parse(slice_of(json_string_value(value), json_string_length(value)),
                        ret_account_id);
    *ret_account_id = json_integer_value(value);
    return json_is_integer(value) && *ret_account_id > 0;
}

static bool read_claims(struct pair_token_key key, enum pair_token_type type, const json_t *payload,
                        struct token_claims *ret_claims)
{
    ret_claims->role = ROLE_USER;
    return !token_is_narrowed(payload) &&
           slice_eq_str(token_claim_text(payload, "token_type"), type_name(type)) &&
           token_claim_time(payload, "exp", &ret_claims->expires_us) &&
           token_claim_time(payload, "iat", &ret_claims->issued_us) &&
           read_session(key, type, token_claim_text(payload, "jti"), &ret_claims->session_id) &&
           read_account(json_object_get(payload, "user_id"), &ret_claims->account_id);
}

static bool payload_ok(struct pair_token_key key, enum pair_token_type type, struct slice payload,
                       struct token_claims *ret_claims)
{
    json_t *json = token_payload_load(payload);
    bool ok = json != NULL && read_claims(key, type, json, ret_claims);

    json_decref(json);
    return ok;
}

enum token_outcome pair_token_verify(struct pair_token_key key, enum pair_token_type type,
                                     struct slice token, int64_t now_us,
                                     struct token_claims *ret_claims)
{
    struct token_claims claims;
    struct token_parts parts;

    CHECK(key.signing.len >= PAIR_TOKEN_KEY_MIN && key.signing.len <= PAIR_TOKEN_KEY_MAX);
    if (token.len > PAIR_TOKEN_TEXT_MAX || !token_split(token, &parts) ||
        !is_genuine(key, &parts) || !payload_ok(key, type, parts.payload, &claims) ||
        claims.issued_us - now_us > PAIR_TOKEN_AHEAD_US)
        return TOKEN_INVALID;
    if (claims.expires_us <= now_us)
        return TOKEN_EXPIRED;
    *ret_claims = claims;
    return TOKEN_OK;
}
