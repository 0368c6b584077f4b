#include "base/base64url.h"
#include "domain/id.h"
#include "domain/token.h"
#include "domain/token_text.h"

static const struct token_key *find_key(struct slice header, const struct token_key *const *keys,
                                        size_t key_count)
{
    for (size_t i = 0; i < key_count; i++)
        if (slice_eq(header, token_key_header(keys[i])))
            return keys[i];
    return NULL;
}

static bool signature_ok(const struct token_parts *parts, const struct token_key *key)
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

static bool read_claims(const json_t *payload, const char *issuer, const char *audience,
                        struct token_claims *ret_claims)
{
    return !token_is_narrowed(payload) && slice_eq_str(token_claim_text(payload, "iss"), issuer) &&
           slice_eq_str(token_claim_text(payload, "aud"), audience) &&
           slice_eq_str(token_claim_text(payload, "client_id"), TOKEN_CLIENT_ID) &&
           !slice_is_absent(token_claim_text(payload, "jti")) &&
           id_parse(token_claim_text(payload, "sub"), &ret_claims->account_id) &&
           id_parse(token_claim_text(payload, "sid"), &ret_claims->session_id) &&
           role_from_name(token_claim_text(payload, "role"), &ret_claims->role) &&
           token_claim_time(payload, "iat", &ret_claims->issued_us) &&
           token_claim_time(payload, "exp", &ret_claims->expires_us);
}

static bool payload_ok(struct slice payload, const char *issuer, const char *audience,
                       struct token_claims *ret_claims)
{
    json_t *json = token_payload_load(payload);
    bool ok = json != NULL && read_claims(json, issuer, audience, ret_claims);

    json_decref(json);
    return ok;
}

enum token_outcome token_verify(struct slice token, const struct token_key *const *keys,
                                size_t key_count, const char *issuer, const char *audience,
                                int64_t now_us, struct token_claims *ret_claims)
{
    struct token_claims claims;
    const struct token_key *key;
    struct token_parts parts;

    if (token.len > TOKEN_TEXT_MAX || token.len < TOKEN_OVERHEAD_LEN || !token_split(token, &parts))
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
