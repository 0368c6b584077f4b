/* hash: published vectors, and sealing that notices every change. */
#include "unit.h"

#include <pthread.h>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "base/hash.h"

static void assert_hex(const uint8_t got[HASH_BYTES], const char *hex)
{
    uint8_t want[HASH_BYTES];

    assert_int_equal(from_hex(hex, want, sizeof(want)), HASH_BYTES);
    assert_memory_equal(got, want, HASH_BYTES);
}

static void test_sha256(void **state)
{
    static const struct {
        const char *text;
        const char *hex;
    } vectors[] = {
        /* FIPS 180-4, the examples NIST publishes with it. */
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    static char million[1000000];
    uint8_t out[HASH_BYTES];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        hash_sha256(slice_str(vectors[i].text), out);
        assert_hex(out, vectors[i].hex);
    }
    hash_sha256(SLICE_ABSENT, out);
    assert_hex(out, vectors[0].hex);
    memset(million, 'a', sizeof(million));
    hash_sha256(slice_of(million, sizeof(million)), out);
    assert_hex(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* RFC 4231. A key shorter than 32 bytes is the same as one padded with zeros; a longer one is
 * replaced by its hash (RFC 2104). */
static void test_hmac(void **state)
{
    static const struct {
        const char *key_hex;
        const char *data_hex;
        const char *hex;
    } vectors[] = {
        {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
         "dddddddddddddddddddddddddddddddd",
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {"0102030405060708090a0b0c0d0e0f10111213141516171819",
         "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
         "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    };
    static const char long_key_data[] = "Test Using Larger Than Block-Size Key - Hash Key First";
    uint8_t key[HASH_BYTES];
    uint8_t data[64];
    uint8_t out[HASH_BYTES];
    char long_key[131];
    struct slice part;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        struct slice parts[3];
        size_t len = from_hex(vectors[i].data_hex, data, sizeof(data));

        memset(key, 0, sizeof(key));
        (void)from_hex(vectors[i].key_hex, key, sizeof(key));
        parts[0] = slice_of(data, 3);
        parts[1] = SLICE_ABSENT;
        parts[2] = slice_of(data + 3, len - 3);
        hash_hmac(key, parts, ARRAY_LEN(parts), out);
        assert_hex(out, vectors[i].hex);
    }
    memset(long_key, 0xaa, sizeof(long_key));
    hash_sha256(slice_of(long_key, sizeof(long_key)), key);
    part = slice_str(long_key_data);
    hash_hmac(key, &part, 1, out);
    assert_hex(out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    hash_hmac_keyed(slice_of(long_key, sizeof(long_key)), &part, 1, out);
    assert_hex(out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    part = SLICE_LIT("what do ya want for nothing?");
    hash_hmac_keyed(SLICE_LIT("Jefe"), &part, 1, out);
    assert_hex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void hkdf_of_libcrypto(const uint8_t master[HASH_BYTES], const char *info,
                              uint8_t out[HASH_BYTES])
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)master,
                                          HASH_BYTES),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info,
                                          strlen(info)),
        OSSL_PARAM_construct_end(),
    };

    assert_int_equal(EVP_KDF_derive(ctx, out, HASH_BYTES, params), 1);
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
}

static void test_hkdf(void **state)
{
    static const uint8_t no_salt[HASH_BYTES];
    static const char *const infos[] = {"", "domofon code v1", "domofon seal v1"};
    uint8_t input[22];
    uint8_t out[HASH_BYTES];
    uint8_t want[HASH_BYTES];
    uint8_t master[HASH_BYTES];
    struct slice part = slice_of(input, sizeof(input));
    struct slice block = SLICE_LIT("\x01");

    (void)state;
    /* RFC 5869, test case 3 (no salt, no info): both steps, as hash_derive_key takes them. Its
     * input is 22 bytes long, so hash_derive_key itself is held against libcrypto's HKDF. */
    memset(input, 0x0b, sizeof(input));
    hash_hmac(no_salt, &part, 1, out);
    assert_hex(out, "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
    memcpy(master, out, sizeof(master));
    hash_hmac(master, &block, 1, out);
    assert_hex(out, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    for (size_t i = 0; i < ARRAY_LEN(infos); i++) {
        hash_derive_key(master, infos[i], out);
        hkdf_of_libcrypto(master, infos[i], want);
        assert_memory_equal(out, want, HASH_BYTES);
    }
}

static void test_seal_opens(void **state)
{
    static const char secret[] = "a signing key of thirty-two byte";
    uint8_t key[HASH_BYTES] = {1, 2, 3};
    struct slice context = SLICE_LIT("kid 7");

    (void)state;
    for (size_t len = 0; len < sizeof(secret); len++) {
        uint8_t sealed[sizeof(secret) + HASH_SEAL_EXTRA];
        uint8_t again[sizeof(secret) + HASH_SEAL_EXTRA];
        uint8_t opened[sizeof(secret)] = "";

        hash_seal(key, context, slice_of(secret, len), sealed);
        hash_seal(key, context, slice_of(secret, len), again);
        assert_memory_not_equal(sealed, again, len + HASH_SEAL_EXTRA);
        assert_true(hash_open(key, context, slice_of(sealed, len + HASH_SEAL_EXTRA), opened));
        assert_memory_equal(opened, secret, len);
    }
}

static void test_seal_notices_changes(void **state)
{
    uint8_t key[HASH_BYTES] = {1, 2, 3};
    uint8_t other_key[HASH_BYTES] = {1, 2, 4};
    uint8_t sealed[6 + HASH_SEAL_EXTRA];
    uint8_t opened[6] = "";
    struct slice context = SLICE_LIT("kid 7");
    struct slice whole = slice_of(sealed, sizeof(sealed));

    (void)state;
    hash_seal(key, context, SLICE_LIT("secret"), sealed);
    assert_false(hash_open(other_key, context, whole, opened));
    assert_false(hash_open(key, SLICE_LIT("kid 8"), whole, opened));
    assert_false(hash_open(key, SLICE_ABSENT, whole, opened));
    for (size_t len = 0; len < sizeof(sealed); len++)
        assert_false(hash_open(key, context, slice_of(sealed, len), opened));
    for (size_t bit = 0; bit < sizeof(sealed) * 8; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(hash_open(key, context, whole, opened));
        assert_memory_equal(opened, "\0\0\0\0\0\0", 6);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_true(hash_open(key, context, whole, opened));
    assert_memory_equal(opened, "secret", 6);
}

static void test_equal_and_wipe(void **state)
{
    char secret[] = "secret";

    (void)state;
    assert_true(hash_equal("abc", "abc", 3));
    assert_false(hash_equal("abc", "abd", 3));
    assert_false(hash_equal("xbc", "abc", 3));
    assert_true(hash_equal("x", "y", 0));
    hash_wipe(secret, sizeof(secret));
    assert_memory_equal(secret, "\0\0\0\0\0\0", sizeof(secret));
}

static void *hash_in_thread(void *ret_hash)
{
    struct slice part = SLICE_LIT("part");
    uint8_t key[HASH_BYTES];

    for (int i = 0; i < 500; i++) {
        hash_sha256(SLICE_LIT("key"), key);
        hash_hmac(key, &part, 1, ret_hash);
    }
    return NULL;
}

static void test_threads_agree(void **state)
{
    uint8_t hashes[4][HASH_BYTES];
    pthread_t threads[4];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_in_thread, hashes[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 1; i < ARRAY_LEN(threads); i++)
        assert_memory_equal(hashes[i], hashes[0], HASH_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_hkdf),
        cmocka_unit_test(test_seal_opens),
        cmocka_unit_test(test_seal_notices_changes),
        cmocka_unit_test(test_equal_and_wipe),
        cmocka_unit_test(test_threads_agree),
    };

    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
