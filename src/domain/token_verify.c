#include <jansson.h>

#include "base/base64url.h"
#include "domain/id.h"
#include "domain/token.h"
#include "domain/token_text.h"

/* A token taken apart; nothing of it is proved yet. */
struct parts {
    struct slice header;
    struct slice payload;
    struct slice signature;
    struct slice signed_part;
};

static bool split(struct slice token, struct parts *ret_parts)
{
    const char *first;
    const char *second;

    if (token.len > TOKEN_TEXT_MAX || token.len < TOKEN_OVERHEAD_LEN)
        return false;
    first = memchr(token.ptr, '.', token.len);
    if (first == NULL)
        return false;
    second = memchr(first + 1, '.', token.len - (size_t)(first + 1 - token.ptr));
    if (second == NULL)
        return false;
    ret_parts->header = slice_of(token.ptr, (size_t)(first - token.ptr));
    ret_parts->payload = slice_of(first + 1, (size_t)(second - first - 1));
    ret_parts->signed_part = slice_of(token.ptr, (size_t)(second - token.ptr));
    /* A third dot is no letter of base64url, so it ends in the signature's refusal. */
    ret_parts->signature = slice_after(token, ret_parts->signed_part.len + 1);
    return true;
}

static const struct token_key *find_key(struct slice header, const struct token_key *const *keys,
                                        size_t key_count)
{
    for (size_t i = 0; i < key_count; i++)
        if (slice_eq(header, token_key_header(keys[i])))
            return keys[i];
    return NULL;
}

static bool signature_ok(const struct parts *parts, const struct token_key *key)
{
    uint8_t signature[TOKEN_SIGNATURE_BYTES];
    uint8_t digest[HASH_BYTES];
    size_t len;

    if (!base64url_decode(parts->signature, signature, sizeof(signature), &len) ||
        len != sizeof(signature))
        return false;
    hash_sha256(parts->signed_part, digest);
    return token_key_verify(key, digest, signature);
}

/* The member `name` when it is a string; absent otherwise. */
static struct slice member_text(const json_t *payload, const char *name)
{
    const json_t *value = json_object_get(payload, name);

    if (!json_is_string(value))
        return SLICE_ABSENT;
    return slice_of(json_string_value(value), json_string_length(value));
}

static bool member_time(const json_t *payload, const char *name, int64_t *ret_us)
{
    const json_t *value = json_object_get(payload, name);
    int64_t seconds = json_integer_value(value);

    if (!json_is_integer(value) || seconds < 0 || seconds > TOKEN_SECONDS_MAX)
        return false;
    *ret_us = seconds * US_PER_S;
    return true;
}

/* Claims that narrow what a token is good for, which we never write and do not enforce. */
static bool is_narrowed(const json_t *payload)
{
    return json_object_get(payload, "nbf") != NULL || json_object_get(payload, "cnf") != NULL;
}

static bool read_claims(const json_t *payload, const char *issuer, const char *audience,
                        struct token_claims *ret_claims)
{
    return json_is_object(payload) && !is_narrowed(payload) &&
           slice_eq_str(member_text(payload, "iss"), issuer) &&
           slice_eq_str(member_text(payload, "aud"), audience) &&
           slice_eq_str(member_text(payload, "client_id"), TOKEN_CLIENT_ID) &&
           !slice_is_absent(member_text(payload, "jti")) &&
           id_parse(member_text(payload, "sub"), &ret_claims->account_id) &&
           id_parse(member_text(payload, "sid"), &ret_claims->session_id) &&
           role_from_name(member_text(payload, "role"), &ret_claims->role) &&
           member_time(payload, "iat", &ret_claims->issued_us) &&
           member_time(payload, "exp", &ret_claims->expires_us);
}

static bool payload_ok(struct slice payload, const char *issuer, const char *audience,
                       struct token_claims *ret_claims)
{
    char text[TOKEN_PAYLOAD_MAX];
    json_t *json;
    size_t len;
    bool ok;

    if (!base64url_decode(payload, text, sizeof(text), &len))
        return false;
    json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    ok = read_claims(json, issuer, audience, ret_claims);
    json_decref(json);
    return ok;
}

enum token_outcome token_verify(struct slice token, const struct token_key *const *keys,
                                size_t key_count, const char *issuer, const char *audience,
                                int64_t now_us, struct token_claims *ret_claims)
{
    struct token_claims claims;
    const struct token_key *key;
    struct parts parts;

    if (!split(token, &parts))
        return TOKEN_INVALID;
    key = find_key(parts.header, keys, key_count);
    if (key == NULL || !signature_ok(&parts, key) ||
        !payload_ok(parts.payload, issuer, audience, &claims))
        return TOKEN_INVALID;
    if (claims.expires_us <= now_us)
        return TOKEN_EXPIRED;
    *ret_claims = claims;
    return TOKEN_OK;
}
