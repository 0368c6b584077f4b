#include "domain/token_key.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/base64url.h"
#include "base/check.h"
#include "base/json.h"

#define COORDINATE_BYTES 32
#define COORDINATE_SIZE (BASE64URL_LEN(COORDINATE_BYTES) + 1)
#define KEY_ID_BYTES 12

/* {"alg":"ES256","typ":"at+jwt","kid":"..."} */
#define HEADER_BEGIN "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\""
#define HEADER_END "\"}"
#define HEADER_JSON_LEN (sizeof(HEADER_BEGIN) - 1 + TOKEN_KEY_ID_SIZE - 1 + sizeof(HEADER_END) - 1)

_Static_assert(BASE64URL_LEN(HEADER_JSON_LEN) == TOKEN_KEY_HEADER_LEN, "the header's text");

/* Most bytes of a P-256 signature in DER: two integers of 33 bytes, with their heads. */
#define DER_SIGNATURE_MAX 72

/*
 * A context is good for any number of operations but one at a time, and setting one up costs a
 * tenth of a signature. One spare of each kind is kept; whoever finds it taken makes another.
 */
struct spares {
    _Atomic(EVP_PKEY_CTX *) sign;
    _Atomic(EVP_PKEY_CTX *) verify;
};

struct token_key {
    EVP_PKEY *pkey;
    struct spares *spares;
    char id[TOKEN_KEY_ID_SIZE];
    char x[COORDINATE_SIZE];
    char y[COORDINATE_SIZE];
    char header[TOKEN_KEY_HEADER_LEN];
};

static void read_coordinate(const EVP_PKEY *pkey, const char *param, char out[COORDINATE_SIZE])
{
    unsigned char bytes[COORDINATE_BYTES];
    BIGNUM *number = NULL;

    CHECK(EVP_PKEY_get_bn_param(pkey, param, &number) == 1);
    CHECK(BN_bn2binpad(number, bytes, sizeof(bytes)) == sizeof(bytes));
    BN_free(number);
    base64url_encode(bytes, sizeof(bytes), out);
    out[COORDINATE_SIZE - 1] = '\0';
}

/* RFC 7638: SHA-256 of the required members in their order, without spaces. */
static void make_id(struct token_key *key)
{
    char json[160];
    uint8_t thumbprint[HASH_BYTES];
    int len =
        snprintf(json, sizeof(json), "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}",
                 key->x, key->y);

    CHECK(len > 0 && (size_t)len < sizeof(json));
    hash_sha256(slice_of(json, (size_t)len), thumbprint);
    base64url_encode(thumbprint, KEY_ID_BYTES, key->id);
    key->id[TOKEN_KEY_ID_SIZE - 1] = '\0';
}

static void make_header(struct token_key *key)
{
    char json[HEADER_JSON_LEN + 1];
    int len = snprintf(json, sizeof(json), "%s%s%s", HEADER_BEGIN, key->id, HEADER_END);

    CHECK(len == (int)HEADER_JSON_LEN);
    base64url_encode(json, HEADER_JSON_LEN, key->header);
}

/* Takes over `pkey`, a private key on P-256. */
static struct token_key *key_of(EVP_PKEY *pkey)
{
    struct token_key *key = calloc(1, sizeof(*key));

    CHECK(key != NULL);
    key->spares = calloc(1, sizeof(*key->spares));
    CHECK(key->spares != NULL);
    key->pkey = pkey;
    read_coordinate(pkey, OSSL_PKEY_PARAM_EC_PUB_X, key->x);
    read_coordinate(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, key->y);
    make_id(key);
    make_header(key);
    return key;
}

struct token_key *token_key_generate(void)
{
    EVP_PKEY *pkey = EVP_EC_gen("P-256");

    CHECK(pkey != NULL);
    return key_of(pkey);
}

void token_key_free(struct token_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_CTX_free(atomic_load(&key->spares->sign));
    EVP_PKEY_CTX_free(atomic_load(&key->spares->verify));
    free(key->spares);
    /* libcrypto wipes the private number. */
    EVP_PKEY_free(key->pkey);
    free(key);
}

const char *token_key_id(const struct token_key *key)
{
    return key->id;
}

struct slice token_key_header(const struct token_key *key)
{
    return slice_of(key->header, sizeof(key->header));
}

size_t token_key_to_der(const struct token_key *key, uint8_t out[TOKEN_KEY_DER_MAX])
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key->pkey);
    unsigned char *at = out;
    int len;

    CHECK(info != NULL);
    len = i2d_PKCS8_PRIV_KEY_INFO(info, NULL);
    CHECK(len > 0 && len <= TOKEN_KEY_DER_MAX);
    CHECK(i2d_PKCS8_PRIV_KEY_INFO(info, &at) == len);
    PKCS8_PRIV_KEY_INFO_free(info);
    return (size_t)len;
}

/* A private key on P-256 whose public half belongs to it. */
static bool is_usable(EVP_PKEY *pkey)
{
    EVP_PKEY_CTX *ctx = NULL;
    char group[32];
    bool usable;

    if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_EC ||
        EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) != 1 ||
        strcmp(group, "prime256v1") != 0)
        return false;
    ctx = EVP_PKEY_CTX_new(pkey, NULL);
    CHECK(ctx != NULL);
    usable = EVP_PKEY_pairwise_check(ctx) == 1;
    EVP_PKEY_CTX_free(ctx);
    return usable;
}

bool token_key_from_der(struct slice der, struct token_key **ret_key)
{
    const unsigned char *at = (const unsigned char *)der.ptr;
    PKCS8_PRIV_KEY_INFO *info = NULL;
    EVP_PKEY *pkey = NULL;
    bool ok = false;

    if (der.len == 0 || der.len > TOKEN_KEY_DER_MAX)
        return false;
    info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)der.len);
    if (info == NULL || (size_t)(at - (const unsigned char *)der.ptr) != der.len)
        goto out;
    pkey = EVP_PKCS82PKEY(info);
    if (pkey == NULL || !is_usable(pkey))
        goto out;
    *ret_key = key_of(pkey);
    pkey = NULL;
    ok = true;
out:
    EVP_PKEY_free(pkey);
    PKCS8_PRIV_KEY_INFO_free(info);
    return ok;
}

void token_key_write_jwk(const struct token_key *key, struct json *json)
{
    jsonw_object(json);
    jsonw_cstr(json, "kty", "EC");
    jsonw_cstr(json, "crv", "P-256");
    jsonw_cstr(json, "x", key->x);
    jsonw_cstr(json, "y", key->y);
    jsonw_cstr(json, "use", "sig");
    jsonw_cstr(json, "alg", "ES256");
    jsonw_cstr(json, "kid", key->id);
    jsonw_end(json);
}

static EVP_PKEY_CTX *take_ctx(EVP_PKEY *pkey, _Atomic(EVP_PKEY_CTX *) *spare,
                              int (*init)(EVP_PKEY_CTX *ctx))
{
    EVP_PKEY_CTX *ctx = atomic_exchange(spare, NULL);

    if (ctx != NULL)
        return ctx;
    ctx = EVP_PKEY_CTX_new(pkey, NULL);
    CHECK(ctx != NULL && init(ctx) == 1);
    return ctx;
}

static void give_back_ctx(EVP_PKEY_CTX *ctx, _Atomic(EVP_PKEY_CTX *) *spare)
{
    EVP_PKEY_CTX_free(atomic_exchange(spare, ctx));
}

void token_key_sign(const struct token_key *key, const uint8_t digest[HASH_BYTES],
                    uint8_t out[TOKEN_SIGNATURE_BYTES])
{
    EVP_PKEY_CTX *ctx = take_ctx(key->pkey, &key->spares->sign, EVP_PKEY_sign_init);
    unsigned char der[DER_SIGNATURE_MAX];
    const unsigned char *at = der;
    size_t len = sizeof(der);
    ECDSA_SIG *pair;

    CHECK(EVP_PKEY_sign(ctx, der, &len, digest, HASH_BYTES) == 1);
    pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
    CHECK(pair != NULL);
    CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32) == 32);
    CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32) == 32);
    ECDSA_SIG_free(pair);
    give_back_ctx(ctx, &key->spares->sign);
}

/* INTEGER of 32 big-endian bytes in DER: no needless zeros, and one where the first bit is set. */
static size_t put_integer(const uint8_t number[32], uint8_t *out)
{
    size_t skip = 0;
    size_t pad;

    while (skip < 31 && number[skip] == 0)
        skip++;
    pad = number[skip] >= 0x80;
    out[0] = 0x02;
    out[1] = (uint8_t)(32 - skip + pad);
    out[2] = 0;
    memcpy(out + 2 + pad, number + skip, 32 - skip);
    return 2 + pad + 32 - skip;
}

bool token_key_verify(const struct token_key *key, const uint8_t digest[HASH_BYTES],
                      const uint8_t signature[TOKEN_SIGNATURE_BYTES])
{
    EVP_PKEY_CTX *ctx = take_ctx(key->pkey, &key->spares->verify, EVP_PKEY_verify_init);
    uint8_t der[DER_SIGNATURE_MAX] = {0x30};
    size_t len = 2;
    bool genuine;

    len += put_integer(signature, der + len);
    len += put_integer(signature + 32, der + len);
    der[1] = (uint8_t)(len - 2);
    genuine = EVP_PKEY_verify(ctx, der, len, digest, HASH_BYTES) == 1;
    give_back_ctx(ctx, &key->spares->verify);
    return genuine;
}
