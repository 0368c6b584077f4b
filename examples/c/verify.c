/*
 * Verifies an access token of domofon: ./verify TOKEN
 *
 * With OpenSSL 3, jansson and libcurl. A server keeps the keys by `kid` for five minutes, and
 * fetches them anew when a token names another, no more than once in 30 seconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>
#include <jansson.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#define KEY_SET_MAX 65536
#define TOKEN_MAX 4096
#define NUMBER_BYTES 32 /* of a coordinate, and of each half of a signature */

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

/* Reads base64url without padding; the number of bytes, or -1 when it is none or too long. */
static long decode(const char *text, size_t length, unsigned char *bytes, size_t max)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned value = 0;
    unsigned bits = 0;
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        const char *digit = text[i] == '\0' ? NULL : strchr(digits, text[i]);

        if (digit == NULL)
            return -1;
        value = (value << 6 | (unsigned)(digit - digits)) & 0xffff;
        bits += 6;
        if (bits < 8)
            continue;
        if (count == max)
            return -1;
        bits -= 8;
        bytes[count++] = (unsigned char)(value >> bits);
    }
    return (long)count;
}

static int read_coordinate(const json_t *key, const char *name, unsigned char *bytes)
{
    const char *text = json_string_value(json_object_get(key, name));

    return text != NULL && decode(text, strlen(text), bytes, NUMBER_BYTES) == NUMBER_BYTES;
}

/* A key of the set; NULL when it is none. OpenSSL checks that the point is on the curve. */
static EVP_PKEY *read_key(const json_t *key)
{
    unsigned char point[1 + 2 * NUMBER_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY *made = NULL;

    if (read_coordinate(key, "x", point + 1) &&
        read_coordinate(key, "y", point + 1 + NUMBER_BYTES) && builder != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)))
        parameters = OSSL_PARAM_BLD_to_param(builder);
    if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) <= 0 ||
        EVP_PKEY_fromdata(context, &made, EVP_PKEY_PUBLIC_KEY, parameters) <= 0)
        made = NULL;
    OSSL_PARAM_free(parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_BLD_free(builder);
    return made;
}

static EVP_PKEY *find_key(const json_t *keys, const char *kid)
{
    json_t *key;
    size_t i;

    json_array_foreach(json_object_get(keys, "keys"), i, key)
    {
        const char *name = json_string_value(json_object_get(key, "kid"));

        if (name != NULL && kid != NULL && strcmp(name, kid) == 0)
            return read_key(key);
    }
    return NULL;
}

/* A token in its parts. */
struct token {
    json_t *header;
    json_t *claims;
    const char *text; /* what is signed, with its length */
    size_t length;
    unsigned char signature[2 * NUMBER_BYTES];
};

static json_t *read_object(const char *text, size_t length)
{
    unsigned char bytes[TOKEN_MAX];
    long count = decode(text, length, bytes, sizeof(bytes));

    if (count < 0)
        return NULL;
    return json_loadb((char *)bytes, (size_t)count, JSON_REJECT_DUPLICATES, NULL);
}

static int read_token(const char *text, struct token *token)
{
    const char *first = strchr(text, '.');
    const char *second = first == NULL ? NULL : strchr(first + 1, '.');

    if (second == NULL || strlen(text) > TOKEN_MAX)
        return 0;
    token->text = text;
    token->length = (size_t)(second - text);
    token->header = read_object(text, (size_t)(first - text));
    token->claims = read_object(first + 1, (size_t)(second - first - 1));
    return json_is_object(token->header) && json_is_object(token->claims) &&
           decode(second + 1, strlen(second + 1), token->signature, sizeof(token->signature)) ==
               sizeof(token->signature);
}

/* A JWT has the two numbers side by side, OpenSSL wants them in DER. */
static int signature_is_good(const struct token *token, EVP_PKEY *key)
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char *der = NULL;
    int length = -1;
    int good = 0;

    if (pair != NULL &&
        ECDSA_SIG_set0(pair, BN_bin2bn(token->signature, NUMBER_BYTES, NULL),
                       BN_bin2bn(token->signature + NUMBER_BYTES, NUMBER_BYTES, NULL)))
        length = i2d_ECDSA_SIG(pair, &der);
    if (length > 0 && context != NULL &&
        EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1)
        good = EVP_DigestVerify(context, der, (size_t)length, (const unsigned char *)token->text,
                                token->length) == 1;
    OPENSSL_free(der);
    EVP_MD_CTX_free(context);
    ECDSA_SIG_free(pair);
    return good;
}

static int is(const json_t *object, const char *name, const char *wanted)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value != NULL && strcmp(value, wanted) == 0;
}

/* NULL when the claims are good, else what is wrong. */
static const char *claims_wrong(const json_t *claims)
{
    if (!is(claims, "iss", setting("DOMOFON_ISSUER", "http://localhost:8080")))
        return "of another issuer";
    if (!is(claims, "aud", setting("DOMOFON_AUDIENCE", "domofon")))
        return "for another service";
    if (json_integer_value(json_object_get(claims, "exp")) <= (json_int_t)time(NULL))
        return "expired";
    return json_is_string(json_object_get(claims, "sub")) ? NULL : "without an account";
}

/* NULL when the token is good, else what is wrong. */
static const char *verify(const struct token *token)
{
    const char *kid = json_string_value(json_object_get(token->header, "kid"));
    const char *wrong = "signed with a key that is not known";
    json_t *keys;
    EVP_PKEY *key;

    /* What the algorithm is, is not for the token to say. */
    if (!is(token->header, "alg", "ES256") || !is(token->header, "typ", "at+jwt"))
        return "not an access token";
    keys = fetch_keys(setting("DOMOFON_JWKS", "http://127.0.0.1:8080/.well-known/jwks.json"));
    if (keys == NULL)
        return "the keys cannot be reached";
    key = find_key(keys, kid);
    if (key != NULL)
        wrong = signature_is_good(token, key) ? claims_wrong(token->claims)
                                              : "the signature is wrong";
    EVP_PKEY_free(key);
    json_decref(keys);
    return wrong;
}

int main(int argc, char **argv)
{
    struct token token = {.header = NULL};
    const char *wrong = "not a token";

    if (argc > 1 && read_token(argv[1], &token))
        wrong = verify(&token);
    if (wrong == NULL) {
        json_dumpf(token.claims, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        fprintf(stderr, "not good: %s\n", wrong);
    }
    json_decref(token.header);
    json_decref(token.claims);
    return wrong != NULL;
}
