/* token, token_key, token_cache: signing, strict verifying, and remembering what was verified. */
#include "unit.h"

#include <pthread.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/base64url.h"
#include "base/json.h"
#include "domain/token.h"
#include "domain/token_cache.h"

#define NOW INT64_C(1790000000000000)
#define ISSUER "https://id.example.org"
#define AUDIENCE "domofon"

static const uint8_t token_id[TOKEN_ID_BYTES] = "sixteen bytes..";
static const struct token_claims claims = {17, 42, ROLE_MODERATOR, NOW, NOW + 900 * US_PER_S};

static struct token_key *key;
static struct token_key *other_key;
static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    key = token_key_generate();
    other_key = token_key_generate();
    arena = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    token_key_free(key);
    token_key_free(other_key);
    token_key_free(NULL);
    arena_free(arena);
    return 0;
}

static struct slice signed_token(const struct token_key *by, const struct token_claims *what)
{
    struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);
    bool whole;
    struct slice text;

    token_sign(by, what, ISSUER, AUDIENCE, token_id, &buf);
    text = buf_view(&buf, &whole);
    assert_true(whole);
    return text;
}

static enum token_outcome verify_at(struct slice token, int64_t now_us, struct token_claims *ret)
{
    const struct token_key *keys[] = {other_key, key};

    return token_verify(token, keys, ARRAY_LEN(keys), ISSUER, AUDIENCE, now_us, ret);
}

static enum token_outcome verify(struct slice token)
{
    struct token_claims read;

    return verify_at(token, NOW, &read);
}

/* Part `index` of a token, decoded. */
static struct slice decoded_part(struct slice token, unsigned index)
{
    char *bytes = arena_alloc(arena, TOKEN_TEXT_MAX);
    const char *dot;
    size_t len;

    for (; index > 0; index--) {
        dot = memchr(token.ptr, '.', token.len);
        token = slice_after(token, (size_t)(dot + 1 - token.ptr));
    }
    dot = memchr(token.ptr, '.', token.len);
    if (dot != NULL)
        token.len = (size_t)(dot - token.ptr);
    assert_true(base64url_decode(token, bytes, TOKEN_TEXT_MAX, &len));
    return slice_of(bytes, len);
}

static void append_base64url(struct buf *buf, struct slice bytes)
{
    char *text = arena_alloc(arena, BASE64URL_LEN(bytes.len) + 1);

    base64url_encode(bytes.ptr, bytes.len, text);
    buf_bytes(buf, text, BASE64URL_LEN(bytes.len));
}

/* A token with any header and payload, properly signed by `by`. */
static struct slice forged_token(const struct token_key *by, struct slice header,
                                 struct slice payload)
{
    struct buf buf = buf_new(arena, 2048, 8192);
    uint8_t digest[HASH_BYTES];
    uint8_t signature[TOKEN_SIGNATURE_BYTES];

    append_base64url(&buf, header);
    buf_char(&buf, '.');
    append_base64url(&buf, payload);
    hash_sha256(buf_view(&buf, NULL), digest);
    token_key_sign(by, digest, signature);
    buf_char(&buf, '.');
    append_base64url(&buf, slice_of(signature, sizeof(signature)));
    return buf_view(&buf, NULL);
}

static struct slice own_header(void)
{
    return arena_printf(arena, "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
                        token_key_id(key));
}

static void test_round_trip(void **state)
{
    struct token_claims read;
    struct slice token = signed_token(key, &claims);

    (void)state;
    assert_int_equal(verify_at(token, NOW, &read), TOKEN_OK);
    assert_int_equal(read.account_id, 17);
    assert_int_equal(read.session_id, 42);
    assert_int_equal(read.role, ROLE_MODERATOR);
    assert_true(read.issued_us == claims.issued_us && read.expires_us == claims.expires_us);
    assert_slice(decoded_part(token, 0), own_header().ptr);
    assert_slice(decoded_part(token, 1),
                 "{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE "\",\"sub\":\"17\","
                 "\"client_id\":\"domofon\",\"sid\":\"42\",\"role\":\"moderator\","
                 "\"iat\":1790000000,\"exp\":1790000900,\"jti\":\"c2l4dGVlbiBieXRlcy4uAA\"}");
    assert_int_equal(decoded_part(token, 2).len, TOKEN_SIGNATURE_BYTES);
}

/* Signatures whose numbers begin with zeros or a high bit pass through both codings. */
static void test_many_round_trips(void **state)
{
    (void)state;
    for (int64_t i = 1; i <= 600; i++) {
        struct token_claims many = {i, i, ROLE_USER, NOW, NOW + US_PER_S};
        struct token_claims read;

        assert_int_equal(verify_at(signed_token(key, &many), NOW, &read), TOKEN_OK);
        assert_int_equal(read.account_id, i);
    }
}

static void test_expiry(void **state)
{
    struct token_claims read = {.account_id = -1};
    struct slice token = signed_token(key, &claims);

    (void)state;
    assert_int_equal(verify_at(token, claims.expires_us - 1, &read), TOKEN_OK);
    read.account_id = -1;
    assert_int_equal(verify_at(token, claims.expires_us, &read), TOKEN_EXPIRED);
    assert_int_equal(verify_at(token, claims.expires_us + US_PER_DAY, &read), TOKEN_EXPIRED);
    assert_int_equal(read.account_id, -1);
}

/* No letter of a token can be changed, dropped or doubled. */
static void test_tampering(void **state)
{
    struct slice token = signed_token(key, &claims);
    char text[TOKEN_TEXT_MAX + 1];

    (void)state;
    for (size_t i = 0; i < token.len; i++) {
        memcpy(text, token.ptr, token.len);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        assert_int_equal(verify(slice_of(text, token.len)), TOKEN_INVALID);
        memcpy(text, token.ptr, i);
        memcpy(text + i, token.ptr + i + 1, token.len - i - 1);
        assert_int_equal(verify(slice_of(text, token.len - 1)), TOKEN_INVALID);
        memcpy(text, token.ptr, i + 1);
        memcpy(text + i + 1, token.ptr + i, token.len - i);
        assert_int_equal(verify(slice_of(text, token.len + 1)), TOKEN_INVALID);
        assert_int_equal(verify(slice_of(token.ptr, i)), TOKEN_INVALID);
    }
}

static void test_shapes(void **state)
{
    struct slice token = signed_token(key, &claims);
    char huge[TOKEN_TEXT_MAX + 1];

    (void)state;
    assert_int_equal(verify(SLICE_ABSENT), TOKEN_INVALID);
    assert_int_equal(verify(SLICE_LIT("")), TOKEN_INVALID);
    assert_int_equal(verify(SLICE_LIT("..")), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s.", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, ".%.*s", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s.AA", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s ", SLICE_ARG(token))), TOKEN_INVALID);
    assert_int_equal(verify(arena_printf(arena, "%.*s=", SLICE_ARG(token))), TOKEN_INVALID);
    memset(huge, 'A', sizeof(huge));
    assert_int_equal(verify(slice_of(huge, sizeof(huge))), TOKEN_INVALID);
    assert_int_equal(verify(slice_of(huge, TOKEN_TEXT_MAX)), TOKEN_INVALID);
    huge[300] = '.';
    assert_int_equal(verify(slice_of(huge, TOKEN_TEXT_MAX)), TOKEN_INVALID);
    memset(huge, '.', sizeof(huge));
    assert_int_equal(verify(slice_of(huge, TOKEN_TEXT_MAX)), TOKEN_INVALID);
}

/* Any header but our own, even under a genuine signature. */
static void test_headers(void **state)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
        "{\"alg\":\"None\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
        "{\"alg\":\"ES384\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
        "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
        "{\"alg\":\"ES256\",\"kid\":\"%s\"}",
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%sA\"}",
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\",\"jku\":\"https://evil.example\"}",
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\",\"kid\":\"x\"}",
        "{\"alg\":\"ES256\", \"typ\":\"at+jwt\",\"kid\":\"%s\"}",
    };
    struct slice payload = decoded_part(signed_token(key, &claims), 1);
    struct slice none;

    (void)state;
    assert_int_equal(verify(forged_token(key, own_header(), payload)), TOKEN_OK);
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct buf header = buf_new(arena, 256, 256);
        const char *mark = strstr(headers[i], "%s");

        buf_bytes(&header, headers[i], (size_t)(mark - headers[i]));
        buf_str(&header, token_key_id(key));
        buf_str(&header, mark + 2);
        if (verify(forged_token(key, buf_view(&header, NULL), payload)) != TOKEN_INVALID)
            fail_msg("%s", headers[i]);
    }
    /* Unsigned, as CVE-2015-9235 had it. */
    none = arena_printf(arena, "%.*s.", (int)(signed_token(key, &claims).len - 87),
                        signed_token(key, &claims).ptr);
    assert_int_equal(verify(none), TOKEN_INVALID);
}

static void test_keys(void **state)
{
    struct slice token = signed_token(key, &claims);
    const struct token_key *others[] = {other_key};
    struct slice payload = decoded_part(token, 1);
    struct token_claims read;

    (void)state;
    assert_int_equal(token_verify(token, others, 1, ISSUER, AUDIENCE, NOW, &read), TOKEN_INVALID);
    assert_int_equal(token_verify(token, NULL, 0, ISSUER, AUDIENCE, NOW, &read), TOKEN_INVALID);
    /* Our kid, another's signature. */
    assert_int_equal(verify(forged_token(other_key, own_header(), payload)), TOKEN_INVALID);
    assert_string_not_equal(token_key_id(key), token_key_id(other_key));
}

static void test_names(void **state)
{
    struct slice token = signed_token(key, &claims);
    const struct token_key *keys[] = {key};
    struct token_claims read;

    (void)state;
    assert_int_equal(token_verify(token, keys, 1, ISSUER "/", AUDIENCE, NOW, &read), TOKEN_INVALID);
    assert_int_equal(token_verify(token, keys, 1, ISSUER, "other", NOW, &read), TOKEN_INVALID);
    assert_int_equal(token_verify(token, keys, 1, ISSUER, AUDIENCE, NOW, &read), TOKEN_OK);
}

#define REST(sub, sid, role, iat, exp)                                                          \
    "{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE "\",\"client_id\":\"domofon\",\"jti\":\"x\"," \
    "\"sub\":" sub ",\"sid\":" sid ",\"role\":" role ",\"iat\":" iat ",\"exp\":" exp "}"
#define IAT "1790000000"
#define EXP "1790000900"

/* Payloads that a key of ours might have signed by mistake. */
static const struct {
    const char *payload;
    enum token_outcome outcome;
} payloads[] = {
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, EXP), TOKEN_OK},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "0"), TOKEN_EXPIRED},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "1790000000"), TOKEN_EXPIRED},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "1790000900.0"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "\"1790000900\""), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "1e30"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "-1"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "253402300800"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "9223372036854775807"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "9223372036854775808"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, "null"), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", "true", EXP), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"root\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "[]", IAT, EXP), TOKEN_INVALID},
    {REST("17", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"017\"", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"-17\"", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\"", "\"0\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\"", "\"\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\\u0000\"", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    /* A member twice; something behind the object; no object; nothing. */
    {REST("\"17\",\"sub\":\"18\"", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\"", "\"42\"", "\"user\"", IAT, EXP) "{}", TOKEN_INVALID},
    {"[" REST("\"17\"", "\"42\"", "\"user\"", IAT, EXP) "]", TOKEN_INVALID},
    {"{}", TOKEN_INVALID},
    {"\"17\"", TOKEN_INVALID},
    {"", TOKEN_INVALID},
    {"\xFF\xFE", TOKEN_INVALID},
    /* Narrowed in ways that are not enforced here. */
    {REST("\"17\",\"nbf\":0", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    {REST("\"17\",\"cnf\":{}", "\"42\"", "\"user\"", IAT, EXP), TOKEN_INVALID},
    /* A claim of a later version. */
    {REST("\"17\",\"new\":{}", "\"42\"", "\"user\"", IAT, EXP), TOKEN_OK},
    /* An audience among others, another client, none. */
    {"{\"iss\":\"" ISSUER "\",\"aud\":[\"" AUDIENCE "\"],\"client_id\":\"domofon\",\"jti\":\"x\","
     "\"sub\":\"17\",\"sid\":\"42\",\"role\":\"user\",\"iat\":1,\"exp\":1790000900}",
     TOKEN_INVALID},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE "\",\"client_id\":\"other\",\"jti\":\"x\","
     "\"sub\":\"17\",\"sid\":\"42\",\"role\":\"user\",\"iat\":1,\"exp\":1790000900}",
     TOKEN_INVALID},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE "\",\"client_id\":\"domofon\","
     "\"sub\":\"17\",\"sid\":\"42\",\"role\":\"user\",\"iat\":1,\"exp\":1790000900}",
     TOKEN_INVALID},
    {"{\"aud\":\"" AUDIENCE "\",\"client_id\":\"domofon\",\"jti\":\"x\","
     "\"sub\":\"17\",\"sid\":\"42\",\"role\":\"user\",\"iat\":1,\"exp\":1790000900}",
     TOKEN_INVALID},
};

static void test_payloads(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(payloads); i++) {
        struct slice payload = slice_str(payloads[i].payload);
        enum token_outcome outcome = verify(forged_token(key, own_header(), payload));

        if (outcome != payloads[i].outcome)
            fail_msg("%s: %d", payloads[i].payload, outcome);
    }
}

static void test_signatures(void **state)
{
    struct slice token = signed_token(key, &claims);
    size_t head_len = token.len - BASE64URL_LEN(TOKEN_SIGNATURE_BYTES);
    uint8_t signature[TOKEN_SIGNATURE_BYTES + 1] = {0};
    static const size_t lengths[] = {0, 1, 63, 64, 65};

    (void)state;
    for (int fill = 0; fill <= 0xFF; fill += 0x55) {
        memset(signature, fill, sizeof(signature));
        for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
            struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);

            buf_bytes(&buf, token.ptr, head_len);
            append_base64url(&buf, slice_of(signature, lengths[i]));
            assert_int_equal(verify(buf_view(&buf, NULL)), TOKEN_INVALID);
        }
    }
    /* The DER form, which other libraries took for raw. */
    {
        struct slice raw = decoded_part(token, 2);
        uint8_t der[70] = {0x30, 68, 0x02, 32};
        struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);

        memcpy(der + 4, raw.ptr, 32);
        der[36] = 0x02;
        der[37] = 32;
        memcpy(der + 38, raw.ptr + 32, 32);
        buf_bytes(&buf, token.ptr, head_len);
        append_base64url(&buf, slice_of(der, sizeof(der)));
        assert_int_equal(verify(buf_view(&buf, NULL)), TOKEN_INVALID);
    }
}

static void sign_for_nobody(void *ignored)
{
    const struct token_claims nobody = {0, 1, ROLE_USER, NOW, NOW};

    (void)ignored;
    (void)signed_token(key, &nobody);
}

static void sign_with_issuer(void *issuer)
{
    struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);

    token_sign(key, &claims, issuer, AUDIENCE, token_id, &buf);
}

static void test_names_fit(void **state)
{
    static char longest[201];
    static char too_long[701];

    (void)state;
    memset(longest, 'x', 200);
    memset(too_long, 'x', 700);
    assert_true(token_names_fit(ISSUER, AUDIENCE));
    /* Both settings at their longest. */
    assert_true(token_names_fit(longest, longest));
    assert_false(token_names_fit(too_long, AUDIENCE));
    assert_aborts(sign_with_issuer, too_long);
    assert_aborts(sign_for_nobody, NULL);
    {
        struct buf buf = buf_new(arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);
        const struct token_claims most = {INT64_MAX, INT64_MAX, ROLE_MODERATOR, NOW, NOW + 1};
        const struct token_key *keys[] = {key};
        struct token_claims read;
        bool whole;

        token_sign(key, &most, longest, longest, token_id, &buf);
        assert_int_equal(
            token_verify(buf_view(&buf, &whole), keys, 1, longest, longest, NOW - US_PER_S, &read),
            TOKEN_OK);
        assert_true(whole);
        assert_true(read.account_id == INT64_MAX);
    }
}

static void test_key_stored_and_read(void **state)
{
    uint8_t der[TOKEN_KEY_DER_MAX];
    size_t len = token_key_to_der(key, der);
    struct token_key *read;
    const struct token_key *keys[1];
    struct token_claims got;

    (void)state;
    assert_true(token_key_from_der(slice_of(der, len), &read));
    assert_string_equal(token_key_id(read), token_key_id(key));
    keys[0] = read;
    assert_int_equal(token_verify(signed_token(key, &claims), keys, 1, ISSUER, AUDIENCE, NOW, &got),
                     TOKEN_OK);
    assert_int_equal(verify(signed_token(read, &claims)), TOKEN_OK);
    token_key_free(read);
}

/* PKCS #8 of any key, for what must be refused. */
static size_t der_of(EVP_PKEY *pkey, uint8_t out[2048])
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
    unsigned char *at = out;
    int len;

    assert_non_null(info);
    len = i2d_PKCS8_PRIV_KEY_INFO(info, &at);
    assert_true(len > 0);
    PKCS8_PRIV_KEY_INFO_free(info);
    EVP_PKEY_free(pkey);
    return (size_t)len;
}

static void test_key_refused(void **state)
{
    uint8_t der[2048];
    size_t len;
    struct token_key *read;

    (void)state;
    len = der_of(EVP_EC_gen("P-384"), der);
    assert_false(token_key_from_der(slice_of(der, len), &read));
    len = der_of(EVP_EC_gen("secp256k1"), der);
    assert_false(token_key_from_der(slice_of(der, len), &read));
    len = der_of(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), der);
    assert_false(token_key_from_der(slice_of(der, len), &read));
    len = token_key_to_der(key, der);
    assert_false(token_key_from_der(slice_of(der, len + 1), &read));
    for (size_t i = 0; i < len; i++)
        assert_false(token_key_from_der(slice_of(der, i), &read));
    /* Another key's public half. */
    der[len - 1] ^= 1;
    assert_false(token_key_from_der(slice_of(der, len), &read));
    assert_false(token_key_from_der(SLICE_ABSENT, &read));
}

/* The members of RFC 7517, and the id as RFC 7638 has it. */
static void test_jwk(void **state)
{
    struct buf buf = buf_new(arena, 1024, 1024);
    struct json json = jsonw_new(&buf);
    struct slice text;
    const char *x;
    const char *y;
    uint8_t thumbprint[HASH_BYTES];
    char id[BASE64URL_LEN(12) + 1] = "";

    (void)state;
    jsonw_object(&json);
    jsonw_array(&json, "keys");
    token_key_write_jwk(key, &json);
    token_key_write_jwk(other_key, &json);
    jsonw_end(&json);
    jsonw_end(&json);
    buf_char(&buf, '\0');
    text = buf_view(&buf, NULL);
    x = strstr(text.ptr, "\"x\":\"") + 5;
    y = strstr(text.ptr, "\"y\":\"") + 5;
    assert_memory_equal(x + 43, "\",", 2);
    assert_slice(
        slice_of(text.ptr, strlen(text.ptr)),
        arena_str(arena, arena_printf(arena,
                                      "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
                                      "\"x\":\"%.43s\",\"y\":\"%.43s\",\"use\":\"sig\","
                                      "\"alg\":\"ES256\",\"kid\":\"%s\"},%s",
                                      x, y, token_key_id(key), strstr(text.ptr, "},{") + 2)));
    hash_sha256(arena_printf(arena,
                             "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%.43s\",\"y\":\"%.43s\"}",
                             x, y),
                thumbprint);
    base64url_encode(thumbprint, 12, id);
    assert_string_equal(id, token_key_id(key));
}

/* RFC 7515 appendix A.3: its key, its signature. */
static void test_rfc_7515_vector(void **state)
{
    static const char head[] =
        "eyJhbGciOiJFUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"
        "NvbS9pc19yb290Ijp0cnVlfQ";
    static const char signature_text[] =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8IS"
        "lSApmWQxfKTUJqPP3-Kg6NU1Q";
    uint8_t der[138];
    uint8_t signature[TOKEN_SIGNATURE_BYTES];
    uint8_t digest[HASH_BYTES];
    struct token_key *vector;
    size_t len;

    (void)state;
    /* PKCS #8 around d, x and y of the appendix. */
    assert_int_equal(
        from_hex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420", der,
                 sizeof(der)),
        36);
    assert_true(base64url_decode(SLICE_LIT("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"), der + 36,
                                 32, &len));
    assert_int_equal(from_hex("a144034200"
                              "04",
                              der + 68, 6),
                     6);
    assert_true(base64url_decode(SLICE_LIT("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), der + 74,
                                 32, &len));
    assert_true(base64url_decode(SLICE_LIT("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
                                 der + 106, 32, &len));
    assert_true(token_key_from_der(slice_of(der, sizeof(der)), &vector));
    assert_true(base64url_decode(slice_str(signature_text), signature, sizeof(signature), &len));
    hash_sha256(slice_str(head), digest);
    assert_true(token_key_verify(vector, digest, signature));
    signature[63] ^= 1;
    assert_false(token_key_verify(vector, digest, signature));
    token_key_free(vector);
}

static void *sign_and_verify_often(void *wrong)
{
    for (int i = 0; i < 50; i++) {
        const uint8_t digest[HASH_BYTES] = {(uint8_t)i};
        uint8_t signature[TOKEN_SIGNATURE_BYTES];

        token_key_sign(key, digest, signature);
        if (!token_key_verify(key, digest, signature))
            *(bool *)wrong = true;
    }
    return NULL;
}

static void test_threads(void **state)
{
    pthread_t threads[4];
    bool wrong[ARRAY_LEN(threads)] = {false};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, sign_and_verify_often, &wrong[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(wrong[i]);
    }
}

static void test_cache(void **state)
{
    struct token_cache *cache = token_cache_new();
    uint8_t digest[HASH_BYTES] = "one token";
    uint8_t other[HASH_BYTES] = "one tokem";
    struct token_claims read;

    (void)state;
    assert_false(token_cache_get(cache, digest, NOW, &read));
    token_cache_put(cache, digest, NOW, &claims);
    assert_true(token_cache_get(cache, digest, NOW, &read));
    assert_int_equal(read.account_id, 17);
    assert_int_equal(read.role, ROLE_MODERATOR);
    assert_false(token_cache_get(cache, other, NOW, &read));
    assert_true(token_cache_get(cache, digest, claims.expires_us - 1, &read));
    assert_false(token_cache_get(cache, digest, claims.expires_us, &read));
    token_cache_clear(cache);
    assert_false(token_cache_get(cache, digest, NOW, &read));
    /* An expired one is not kept, nor is an empty place taken for a token. */
    token_cache_put(cache, digest, claims.expires_us, &claims);
    assert_false(token_cache_get(cache, digest, NOW, &read));
    memset(digest, 0, sizeof(digest));
    assert_false(token_cache_get(cache, digest, 0, &read));
    token_cache_free(cache);
    token_cache_free(NULL);
}

/* A full set gives up the token that expires first. */
static void test_cache_full_set(void **state)
{
    struct token_cache *cache = token_cache_new();
    uint8_t digests[TOKEN_CACHE_WAYS + 1][HASH_BYTES] = {{0}};
    struct token_claims read;

    (void)state;
    for (size_t i = 0; i <= TOKEN_CACHE_WAYS; i++) {
        /* The second put expires first. */
        struct token_claims one = {(int64_t)i + 1, 1, ROLE_USER, NOW,
                                   NOW + (i == 1 ? 1 : 100 + (int64_t)i)};

        digests[i][31] = (uint8_t)(i + 1);
        token_cache_put(cache, digests[i], NOW, &one);
        token_cache_put(cache, digests[i], NOW, &one); /* the same place */
    }
    for (size_t i = 0; i <= TOKEN_CACHE_WAYS; i++)
        assert_int_equal(token_cache_get(cache, digests[i], NOW, &read), i != 1);
    token_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_many_round_trips),
        cmocka_unit_test(test_expiry),
        cmocka_unit_test(test_tampering),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_payloads),
        cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_names_fit),
        cmocka_unit_test(test_key_stored_and_read),
        cmocka_unit_test(test_key_refused),
        cmocka_unit_test(test_jwk),
        cmocka_unit_test(test_rfc_7515_vector),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_cache),
        cmocka_unit_test(test_cache_full_set),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
