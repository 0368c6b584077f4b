/* code and keyring: one-time codes, their MACs, and the keys behind them. */
#include "unit.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/random.h"
#include "domain/code.h"
#include "domain/keyring.h"

static const uint8_t key[HASH_BYTES] = "a key of thirty-two bytes, no NU";
static const uint8_t challenge[CODE_CHALLENGE_BYTES] = "challenge id 16";
static const uint8_t nonce[CODE_NONCE_BYTES] = "nonce of 16 byte";
static const char phone[] = "+79234440000";

/* The header's recipe once more, straight from libcrypto's one-shot HMAC. */
static void expected_code(unsigned length, char out[CODE_TEXT_SIZE])
{
    unsigned done = 0;

    for (uint8_t block = 0; done < length; block++) {
        uint8_t input[128];
        uint8_t stream[HASH_BYTES];
        size_t len = 0;

        memcpy(input, "code", 4);
        input[4] = block;
        memcpy(input + 5, challenge, 16);
        memcpy(input + 21, nonce, 16);
        memcpy(input + 37, phone, sizeof(phone) - 1);
        len = 37 + sizeof(phone) - 1;
        assert_non_null(HMAC(EVP_sha256(), key, sizeof(key), input, len, stream, NULL));
        for (size_t i = 0; i < sizeof(stream) && done < length; i++)
            if (stream[i] < 250)
                out[done++] = (char)('0' + stream[i] % 10);
    }
    out[length] = '\0';
}

static void test_derive_follows_its_recipe(void **state)
{
    (void)state;
    for (unsigned length = CODE_LENGTH_MIN; length <= CODE_LENGTH_MAX; length++) {
        char expected[CODE_TEXT_SIZE];
        char code[CODE_TEXT_SIZE];

        expected_code(length, expected);
        code_derive(key, challenge, nonce, slice_str(phone), length, code);
        assert_string_equal(code, expected);
        /* A resend derives it again. */
        code_derive(key, challenge, nonce, slice_str(phone), length, code);
        assert_string_equal(code, expected);
    }
}

static void test_derive_depends_on_everything(void **state)
{
    uint8_t other[HASH_BYTES] = "something else, also of 32 bytes";
    char codes[5][CODE_TEXT_SIZE];

    (void)state;
    code_derive(key, challenge, nonce, slice_str(phone), 10, codes[0]);
    code_derive(other, challenge, nonce, slice_str(phone), 10, codes[1]);
    code_derive(key, other, nonce, slice_str(phone), 10, codes[2]);
    code_derive(key, challenge, other, slice_str(phone), 10, codes[3]);
    code_derive(key, challenge, nonce, SLICE_LIT("+79234440001"), 10, codes[4]);
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        for (size_t j = i + 1; j < ARRAY_LEN(codes); j++)
            assert_string_not_equal(codes[i], codes[j]);
}

/* Chi-square of `counts` against an even spread of `total`. */
static double chi_square(const unsigned *counts, size_t cells, double total)
{
    double expected = total / (double)cells;
    double sum = 0;

    for (size_t i = 0; i < cells; i++) {
        double off = (double)counts[i] - expected;

        sum += off * off / expected;
    }
    return sum;
}

/* Fixed nonces, so the outcome never changes: 200 000 codes over all 10 000 values. */
static void test_codes_are_even(void **state)
{
    static unsigned values[10000];
    unsigned digits[10] = {0};
    const uint32_t total = 200000;

    (void)state;
    for (uint32_t i = 0; i < total; i++) {
        uint8_t counter[CODE_NONCE_BYTES] = {(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16)};
        char code[CODE_TEXT_SIZE];

        code_derive(key, challenge, counter, slice_str(phone), 4, code);
        values[strtoul(code, NULL, 10)]++;
        for (size_t j = 0; j < 4; j++)
            digits[code[j] - '0']++;
    }
    /* 9 999 degrees of freedom: mean 9 999, deviation 141. Four deviations to either side. */
    assert_in_range((unsigned)chi_square(values, 10000, total), 9433, 10565);
    /* 9 degrees of freedom: once in ten thousand above 33.7. */
    assert_in_range((unsigned)chi_square(digits, 10, 4.0 * total), 0, 33);
}

static void derive_of_length(void *length)
{
    char code[CODE_TEXT_SIZE];

    code_derive(key, challenge, nonce, slice_str(phone), *(unsigned *)length, code);
}

static void test_length_is_checked(void **state)
{
    unsigned lengths[] = {0, CODE_LENGTH_MIN - 1, CODE_LENGTH_MAX + 1};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++)
        assert_aborts(derive_of_length, &lengths[i]);
}

static void test_mac(void **state)
{
    uint8_t input[64];
    uint8_t expected[HASH_BYTES];
    uint8_t mac[CODE_MAC_BYTES];
    uint8_t other[CODE_MAC_BYTES];

    (void)state;
    memcpy(input, "mac", 3);
    memcpy(input + 3, challenge, 16);
    memcpy(input + 19, "0042", 4);
    assert_non_null(HMAC(EVP_sha256(), key, sizeof(key), input, 23, expected, NULL));
    code_mac(key, challenge, SLICE_LIT("0042"), mac);
    assert_memory_equal(mac, expected, sizeof(mac));
    code_mac(key, challenge, SLICE_LIT("0043"), other);
    assert_memory_not_equal(mac, other, sizeof(mac));
}

static const struct {
    const char *text;
    const char *code; /* NULL: refused */
} typed[] = {
    {"4547", "4547"},
    {"45 47", "4547"},
    {" 45-47 ", "4547"},
    {"45\xC2\xA0"
     "47",
     "4547"},
    {"45\xE2\x80\x93"
     "47",
     "4547"},
    {"\xE2\x80\x8E"
     "4547\n",
     "4547"},
    {"0000", "0000"},
    {"1234567890", "1234567890"},
    {"123 456 78-90", "1234567890"},
    {"", NULL},
    {"123", NULL},
    {"12345678901", NULL},
    {"45a7", NULL},
    {"+4547", NULL},
    {"45.47", NULL},
    {"#4547", NULL},
    {"454\xD9\xA7", NULL},     /* an Arabic-Indic digit */
    {"454\xEF\xBC\x97", NULL}, /* a full-width digit */
    {"4547\xFF", NULL},
    {"4547\xC2", NULL},
    {"4                                                              547", NULL},
};

static void test_normalise(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        char code[CODE_TEXT_SIZE] = "untouched";
        bool ok = code_normalise(slice_str(typed[i].text), code);

        if (ok != (typed[i].code != NULL))
            fail_msg("\"%s\"", typed[i].text);
        assert_string_equal(code, ok ? typed[i].code : "untouched");
    }
    {
        char code[CODE_TEXT_SIZE];

        assert_false(code_normalise(slice_of("45\0"
                                             "47",
                                             5),
                                    code));
        assert_false(code_normalise(SLICE_ABSENT, code));
    }
}

static void test_attempts(void **state)
{
    (void)state;
    assert_int_equal(code_attempts(4, 0), 3);
    assert_int_equal(code_attempts(5, 0), 3);
    assert_int_equal(code_attempts(6, 0), 5);
    assert_int_equal(code_attempts(10, 0), 5);
    assert_int_equal(code_attempts(4, 1), 1);
    assert_int_equal(code_attempts(6, 10), 10);
}

static void test_keyring_keys_differ(void **state)
{
    struct keyring ring;
    struct keyring again;
    const uint8_t *keys[] = {ring.code,        ring.refresh, ring.seal,
                             ring.idempotency, ring.cursor,  ring.dialect};
    const struct keyring zero = {.code = {0}};
    uint8_t direct[HASH_BYTES];

    (void)state;
    keyring_derive(key, &ring);
    keyring_derive(key, &again);
    assert_memory_equal(&ring, &again, sizeof(ring));
    hash_derive_key(key, "domofon seal v1", direct);
    assert_memory_equal(ring.seal, direct, sizeof(direct));
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        for (size_t j = i + 1; j < ARRAY_LEN(keys); j++)
            assert_memory_not_equal(keys[i], keys[j], HASH_BYTES);
    keyring_wipe(&ring);
    assert_memory_equal(&ring, &zero, sizeof(ring));
}

static void test_key_file(void **state)
{
    char text[KEYRING_TEXT_SIZE];
    uint8_t master[HASH_BYTES];
    uint8_t read[HASH_BYTES];

    (void)state;
    random_bytes(master, sizeof(master));
    keyring_format(master, text);
    assert_int_equal(strlen(text), KEYRING_TEXT_SIZE - 1);
    assert_true(keyring_parse(slice_str(text), read));
    assert_memory_equal(read, master, sizeof(master));
    memset(read, 0, sizeof(read));
    /* Without its line end, as an editor may leave it. */
    assert_true(keyring_parse(slice_of(text, 43), read));
    assert_memory_equal(read, master, sizeof(master));
}

static void test_key_file_is_strict(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        " AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", /* unused bits set */
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+/",
    };
    uint8_t read[HASH_BYTES];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (keyring_parse(slice_str(texts[i]), read))
            fail_msg("\"%s\"", texts[i]);
    assert_true(keyring_parse(SLICE_LIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"), read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_derive_follows_its_recipe),
        cmocka_unit_test(test_derive_depends_on_everything),
        cmocka_unit_test(test_codes_are_even),
        cmocka_unit_test(test_length_is_checked),
        cmocka_unit_test(test_mac),
        cmocka_unit_test(test_normalise),
        cmocka_unit_test(test_attempts),
        cmocka_unit_test(test_keyring_keys_differ),
        cmocka_unit_test(test_key_file),
        cmocka_unit_test(test_key_file_is_strict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
