/*
 * Verifies an access token of domofon: ./verify TOKEN
 *
 * libjwt 1.x knows no JSON Web Keys: the key set is fetched with libcurl and read with jansson, and
 * OpenSSL makes of a key the PEM that libjwt takes. A server keeps the PEMs by `kid` for five
 * minutes, and fetches anew when a token names another, no more than once in 30 seconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>
#include <jansson.h>
#include <jwt.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#define KEY_SET_MAX 65536
#define COORDINATE_BYTES 32

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value != NULL && *value != '\0' ? value : otherwise;
}

struct text {
    char bytes[KEY_SET_MAX];
    size_t length;
};

static size_t keep(char *data, size_t size, size_t count, void *context)
{
    struct text *text = context;

    if (count * size > sizeof(text->bytes) - text->length)
        return 0; /* curl gives up */
    memcpy(text->bytes + text->length, data, count * size);
    text->length += count * size;
    return count * size;
}

/* The key set as it is published; NULL when it cannot be had. */
static json_t *fetch_keys(const char *url)
{
    static struct text text;
    CURL *curl = curl_easy_init();
    json_t *keys = NULL;

    if (curl == NULL)
        return NULL;
    text.length = 0;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 5L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &text);
    if (curl_easy_perform(curl) == CURLE_OK)
        keys = json_loadb(text.bytes, text.length, JSON_REJECT_DUPLICATES, NULL);
    curl_easy_cleanup(curl);
    return keys;
}

/* base64url without padding, of 32 bytes. */
static int read_coordinate(const json_t *key, const char *name, unsigned char *bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *text = json_string_value(json_object_get(key, name));
    unsigned bits = 0;
    unsigned value = 0;
    size_t count = 0;

    if (text == NULL || strlen(text) != 43)
        return 0;
    for (; *text != '\0'; text++) {
        const char *digit = strchr(digits, *text);

        if (digit == NULL)
            return 0;
        value = (value << 6 | (unsigned)(digit - digits)) & 0xffff;
        bits += 6;
        if (bits >= 8 && count < COORDINATE_BYTES) {
            bits -= 8;
            bytes[count++] = (unsigned char)(value >> bits);
        }
    }
    return count == COORDINATE_BYTES;
}

/* The PEM of an ES256 key; NULL when it is none. OpenSSL checks that the point is on the curve. */
static BIO *pem_of(const json_t *key)
{
    unsigned char point[1 + 2 * COORDINATE_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY *made = NULL;
    BIO *pem = NULL;

    if (read_coordinate(key, "x", point + 1) &&
        read_coordinate(key, "y", point + 1 + COORDINATE_BYTES) && builder != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)))
        parameters = OSSL_PARAM_BLD_to_param(builder);
    if (parameters != NULL && EVP_PKEY_fromdata_init(context) > 0 &&
        EVP_PKEY_fromdata(context, &made, EVP_PKEY_PUBLIC_KEY, parameters) > 0) {
        pem = BIO_new(BIO_s_mem());
        if (pem != NULL && !PEM_write_bio_PUBKEY(pem, made)) {
            BIO_free(pem);
            pem = NULL;
        }
    }
    EVP_PKEY_free(made);
    OSSL_PARAM_free(parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_BLD_free(builder);
    return pem;
}

static BIO *find_key(const json_t *keys, const char *kid)
{
    json_t *key;
    size_t i;

    json_array_foreach(json_object_get(keys, "keys"), i, key)
    {
        const char *name = json_string_value(json_object_get(key, "kid"));

        if (name != NULL && kid != NULL && strcmp(name, kid) == 0)
            return pem_of(key);
    }
    return NULL;
}

static int is(const char *value, const char *wanted)
{
    return value != NULL && strcmp(value, wanted) == 0;
}

/* NULL when the claims are good, else what is wrong. The signature was verified before. */
static const char *claims_wrong(jwt_t *jwt)
{
    if (jwt_get_alg(jwt) != JWT_ALG_ES256 || !is(jwt_get_header(jwt, "typ"), "at+jwt"))
        return "not an access token";
    if (!is(jwt_get_grant(jwt, "iss"), setting("DOMOFON_ISSUER", "http://localhost:8080")))
        return "of another issuer";
    if (!is(jwt_get_grant(jwt, "aud"), setting("DOMOFON_AUDIENCE", "domofon")))
        return "for another service";
    if (jwt_get_grant_int(jwt, "exp") <= (long)time(NULL))
        return "expired";
    return jwt_get_grant(jwt, "sub") == NULL ? "without an account" : NULL;
}

/* Prints the claims of a good token and returns NULL, else says what is wrong. */
static const char *verify(const char *token)
{
    const char *url = setting("DOMOFON_JWKS", "http://127.0.0.1:8080/.well-known/jwks.json");
    const char *wrong = "not a token";
    json_t *keys = NULL;
    jwt_t *unverified = NULL;
    jwt_t *jwt = NULL;
    BIO *pem = NULL;
    char *text = NULL;
    long length;

    if (jwt_decode(&unverified, token, NULL, 0) != 0)
        goto out;
    wrong = "the keys cannot be reached";
    keys = fetch_keys(url);
    if (keys == NULL)
        goto out;
    wrong = "signed with a key that is not known";
    pem = find_key(keys, jwt_get_header(unverified, "kid"));
    if (pem == NULL)
        goto out;
    /* A public key is no secret: with it libjwt would verify HS256, too. */
    wrong = "not signed with ES256";
    if (jwt_get_alg(unverified) != JWT_ALG_ES256)
        goto out;
    wrong = "the signature is wrong";
    length = BIO_get_mem_data(pem, &text);
    if (jwt_decode(&jwt, token, (unsigned char *)text, (int)length) != 0)
        goto out;
    wrong = claims_wrong(jwt);
    if (wrong == NULL) {
        char *claims = jwt_get_grants_json(jwt, NULL);

        puts(claims);
        free(claims);
    }
out:
    BIO_free(pem);
    jwt_free(jwt);
    jwt_free(unverified);
    json_decref(keys);
    return wrong;
}

int main(int argc, char **argv)
{
    const char *wrong = verify(argc > 1 ? argv[1] : "");

    if (wrong != NULL)
        fprintf(stderr, "not good: %s\n", wrong);
    return wrong != NULL;
}
