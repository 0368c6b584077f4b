/*
 * token_verify: nothing is accepted without our signature; under it, any payload is read without
 * harm, and what is accepted is in bounds. token_key_from_der: reads only keys that work.
 */
#include "base/base64url.h"
#include "base/check.h"
#include "domain/token.h"

#define NOW INT64_C(1790000000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* RFC 7515 appendix A.3 as PKCS #8, so that a finding can be repeated. */
static const char key_text[] =
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-"
    "E9LKhRAN"
    "CAAR_zc4ncPbEXUGDy-5v20t7WAczNXvp7xO6z248e9FURcfxRM0bvZt-hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt";

static struct token_key *load_key(void)
{
    uint8_t der[TOKEN_KEY_DER_MAX];
    struct token_key *key = NULL;
    size_t len;

    CHECK(base64url_decode(slice_str(key_text), der, sizeof(der), &len));
    CHECK(token_key_from_der(slice_of(der, len), &key));
    return key;
}

static enum token_outcome verify(struct slice token, const struct token_key *key)
{
    struct token_claims claims;
    enum token_outcome outcome =
        token_verify(token, &key, 1, "http://localhost:8080", "domofon", NOW, &claims);

    if (outcome == TOKEN_OK)
        CHECK(claims.account_id > 0 && claims.session_id > 0 && claims.expires_us > NOW &&
              claims.role <= ROLE_ADMIN);
    return outcome;
}

/* The input as a payload that our own key has signed. */
static void verify_payload(struct slice payload, const struct token_key *key)
{
    struct slice header = token_key_header(key);
    char token[2 * TOKEN_TEXT_MAX];
    uint8_t digest[HASH_BYTES];
    uint8_t signature[TOKEN_SIGNATURE_BYTES];
    size_t len = header.len;

    if (payload.len > TOKEN_TEXT_MAX)
        return;
    memcpy(token, header.ptr, header.len);
    token[len++] = '.';
    base64url_encode(payload.ptr, payload.len, token + len);
    len += BASE64URL_LEN(payload.len);
    hash_sha256(slice_of(token, len), digest);
    token_key_sign(key, digest, signature);
    token[len++] = '.';
    base64url_encode(signature, sizeof(signature), token + len);
    (void)verify(slice_of(token, len + BASE64URL_LEN(TOKEN_SIGNATURE_BYTES)), key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct token_key *key;
    struct token_key *read;

    if (key == NULL)
        key = load_key();
    CHECK(verify(slice_of(data, size), key) != TOKEN_OK);
    verify_payload(slice_of(data, size), key);
    if (token_key_from_der(slice_of(data, size), &read)) {
        verify_payload(SLICE_LIT("{}"), read);
        token_key_free(read);
    }
    return 0;
}
