/*
 * Verifies an access token of domofon: ./verify TOKEN
 *
 * With cjose, jansson and libcurl. A server keeps the keys by `kid` for five minutes, and fetches
 * them anew when a token names another, no more than once in 30 seconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjose/cjose.h>
#include <curl/curl.h>
#include <jansson.h>

#define KEY_SET_MAX 65536

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

/* The key that is called so; NULL when there is none. */
static cjose_jwk_t *find_key(const json_t *keys, const char *kid)
{
    json_t *key;
    size_t i;

    json_array_foreach(json_object_get(keys, "keys"), i, key)
    {
        const char *name = json_string_value(json_object_get(key, "kid"));

        if (name != NULL && kid != NULL && strcmp(name, kid) == 0) {
            char *text = json_dumps(key, JSON_COMPACT);
            cjose_jwk_t *made = text == NULL ? NULL : cjose_jwk_import(text, strlen(text), NULL);

            free(text);
            return made;
        }
    }
    return NULL;
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

/* What the algorithm is, is not for the token to say. */
static int is_access_token(cjose_header_t *header)
{
    const char *alg = cjose_header_get(header, CJOSE_HDR_ALG, NULL);
    const char *typ = cjose_header_get(header, "typ", NULL);

    return alg != NULL && typ != NULL && strcmp(alg, "ES256") == 0 && strcmp(typ, "at+jwt") == 0;
}

static int signature_is_good(cjose_jws_t *jws, const char *kid, const json_t *keys)
{
    cjose_jwk_t *key = find_key(keys, kid);
    int good = key != NULL && cjose_jws_verify(jws, key, NULL);

    cjose_jwk_release(key);
    return good;
}

/* NULL when the token is good, else what is wrong. Its claims, when they could be read. */
static const char *verify(cjose_jws_t *jws, json_t **claims)
{
    cjose_header_t *header = cjose_jws_get_protected(jws);
    uint8_t *text;
    size_t length;
    json_t *keys;
    int good;

    if (!is_access_token(header))
        return "not an access token";
    keys = fetch_keys(setting("DOMOFON_JWKS", "http://127.0.0.1:8080/.well-known/jwks.json"));
    if (keys == NULL)
        return "the keys cannot be reached";
    good = signature_is_good(jws, cjose_header_get(header, CJOSE_HDR_KID, NULL), keys);
    json_decref(keys);
    if (!good || !cjose_jws_get_plaintext(jws, &text, &length, NULL))
        return "not signed with any of the keys";
    *claims = json_loadb((const char *)text, length, JSON_REJECT_DUPLICATES, NULL);
    return claims_wrong(*claims);
}

int main(int argc, char **argv)
{
    const char *token = argc > 1 ? argv[1] : "";
    cjose_jws_t *jws = cjose_jws_import(token, strlen(token), NULL);
    const char *wrong = "not a token";
    json_t *claims = NULL;

    if (jws != NULL)
        wrong = verify(jws, &claims);
    if (wrong == NULL) {
        json_dumpf(claims, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        fprintf(stderr, "not good: %s\n", wrong);
    }
    json_decref(claims);
    cjose_jws_release(jws);
    return wrong != NULL;
}
