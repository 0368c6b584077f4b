/* token_key, token_cache: keys kept and published, and remembering what was verified. */
#include "unit.h"

#include <pthread.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/base64url.h"
#include "base/json.h"
#include "domain/token_cache.h"
#include "token_setup.h"

static void test_key_stored_and_read(void **state)
{
    static const uint8_t digest[HASH_BYTES] = "what is signed";
    uint8_t der[TOKEN_KEY_DER_MAX];
    uint8_t signature[TOKEN_SIGNATURE_BYTES];
    size_t len = token_key_to_der(key, der);
    struct token_key *read;

    (void)state;
    assert_true(token_key_from_der(slice_of(der, len), &read));
    assert_string_equal(token_key_id(read), token_key_id(key));
    assert_slice(token_key_header(read), arena_str(arena, token_key_header(key)));
    token_key_sign(key, digest, signature);
    assert_true(token_key_verify(read, digest, signature));
    assert_false(token_key_verify(other_key, digest, signature));
    token_key_sign(read, digest, signature);
    assert_true(token_key_verify(key, digest, signature));
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
    token_cache_free(cache);
    cache = token_cache_new();
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
