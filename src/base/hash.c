#include "base/hash.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/check.h"
#include "base/random.h"

#define NONCE_BYTES 12
#define TAG_BYTES 16

struct contexts {
    EVP_MD_CTX *sha;
    EVP_MAC_CTX *mac;
};

/* Made at first use in each thread and freed when it ends. */
static _Thread_local struct contexts *of_thread;
static pthread_key_t at_thread_end;

/* Fetched once; kept until the process ends, when libcrypto cleans up before we could. */
static EVP_MD *sha_md;
static EVP_MAC *mac;
static EVP_CIPHER *gcm;

static void contexts_free(void *ptr)
{
    struct contexts *contexts = ptr;

    EVP_MD_CTX_free(contexts->sha);
    EVP_MAC_CTX_free(contexts->mac);
    free(contexts);
    of_thread = NULL;
}

static __attribute__((constructor)) void hash_fetch(void)
{
    sha_md = EVP_MD_fetch(NULL, "SHA256", NULL);
    mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    CHECK(sha_md != NULL && mac != NULL && gcm != NULL);
    CHECK(pthread_key_create(&at_thread_end, contexts_free) == 0);
}

static struct contexts *contexts_get(void)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                           OSSL_PARAM_construct_end()};

    if (of_thread != NULL)
        return of_thread;
    of_thread = calloc(1, sizeof(*of_thread));
    CHECK(of_thread != NULL && pthread_setspecific(at_thread_end, of_thread) == 0);
    of_thread->sha = EVP_MD_CTX_new();
    of_thread->mac = EVP_MAC_CTX_new(mac);
    CHECK(of_thread->sha != NULL && of_thread->mac != NULL &&
          EVP_MAC_CTX_set_params(of_thread->mac, params) == 1);
    return of_thread;
}

void hash_sha256(struct slice data, uint8_t out[HASH_BYTES])
{
    EVP_MD_CTX *ctx = contexts_get()->sha;

    CHECK(EVP_DigestInit_ex2(ctx, sha_md, NULL) == 1 &&
          EVP_DigestUpdate(ctx, data.ptr, data.len) == 1 &&
          EVP_DigestFinal_ex(ctx, out, NULL) == 1);
}

void hash_hmac_keyed(struct slice key, const struct slice *parts, size_t part_count,
                     uint8_t out[HASH_BYTES])
{
    EVP_MAC_CTX *ctx = contexts_get()->mac;
    size_t len;

    CHECK(key.len > 0 && EVP_MAC_init(ctx, (const unsigned char *)key.ptr, key.len, NULL) == 1);
    for (size_t i = 0; i < part_count; i++)
        CHECK(EVP_MAC_update(ctx, (const unsigned char *)parts[i].ptr, parts[i].len) == 1);
    CHECK(EVP_MAC_final(ctx, out, &len, HASH_BYTES) == 1 && len == HASH_BYTES);
}

void hash_hmac(const uint8_t key[HASH_BYTES], const struct slice *parts, size_t part_count,
               uint8_t out[HASH_BYTES])
{
    hash_hmac_keyed(slice_of(key, HASH_BYTES), parts, part_count, out);
}

void hash_derive_key(const uint8_t master[HASH_BYTES], const char *info, uint8_t out[HASH_BYTES])
{
    static const uint8_t no_salt[HASH_BYTES];
    struct slice extract = slice_of(master, HASH_BYTES);
    struct slice expand[] = {slice_str(info), SLICE_LIT("\x01")};
    uint8_t prk[HASH_BYTES];

    /* RFC 5869 with L = 32: one extract and one expand block. */
    hash_hmac(no_salt, &extract, 1, prk);
    hash_hmac(prk, expand, ARRAY_LEN(expand), out);
    hash_wipe(prk, sizeof(prk));
}

void hash_seal(const uint8_t key[HASH_BYTES], struct slice context, struct slice plain,
               uint8_t *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t *cipher = out + NONCE_BYTES;
    int len;

    CHECK(ctx != NULL && plain.len <= INT_MAX && context.len <= INT_MAX);
    random_bytes(out, NONCE_BYTES);
    CHECK(EVP_EncryptInit_ex2(ctx, gcm, key, out, NULL) == 1);
    CHECK(EVP_EncryptUpdate(ctx, NULL, &len, (const unsigned char *)context.ptr,
                            (int)context.len) == 1);
    CHECK(EVP_EncryptUpdate(ctx, cipher, &len, (const unsigned char *)plain.ptr, (int)plain.len) ==
          1);
    CHECK(EVP_EncryptFinal_ex(ctx, cipher + len, &len) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, cipher + plain.len) == 1);
    EVP_CIPHER_CTX_free(ctx);
}

bool hash_open(const uint8_t key[HASH_BYTES], struct slice context, struct slice sealed,
               uint8_t *out)
{
    const unsigned char *bytes = (const unsigned char *)sealed.ptr;
    uint8_t tag[TAG_BYTES];
    EVP_CIPHER_CTX *ctx;
    size_t plain_len;
    bool genuine;
    int len;

    if (sealed.len < HASH_SEAL_EXTRA || sealed.len > INT_MAX || context.len > INT_MAX)
        return false;
    plain_len = sealed.len - HASH_SEAL_EXTRA;
    memcpy(tag, bytes + NONCE_BYTES + plain_len, TAG_BYTES);
    ctx = EVP_CIPHER_CTX_new();
    CHECK(ctx != NULL && EVP_DecryptInit_ex2(ctx, gcm, key, bytes, NULL) == 1);
    CHECK(EVP_DecryptUpdate(ctx, NULL, &len, (const unsigned char *)context.ptr,
                            (int)context.len) == 1);
    CHECK(EVP_DecryptUpdate(ctx, out, &len, bytes + NONCE_BYTES, (int)plain_len) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1);
    genuine = EVP_DecryptFinal_ex(ctx, out + len, &len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!genuine)
        hash_wipe(out, plain_len);
    return genuine;
}

bool hash_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

void hash_wipe(void *secret, size_t len)
{
    OPENSSL_cleanse(secret, len);
}
