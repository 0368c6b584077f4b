/* base64url: RFC 4648 section 5, one spelling for each value. */
#include "unit.h"

#include "base/base64url.h"

static const struct {
    const char *bytes;
    const char *text;
} vectors[] = {
    /* RFC 4648 section 10, without the padding. */
    {"", ""},
    {"f", "Zg"},
    {"fo", "Zm8"},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg"},
    {"fooba", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy"},
    /* The two letters that differ from base64. */
    {"\xfb\xff\xfe", "-__-"},
    {"\xff\xff\xff", "____"},
    {"\xfb\xef\xbe", "----"},
};

static void test_known_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        size_t len = strlen(vectors[i].bytes);
        char text[16] = "";
        char bytes[16] = "";
        size_t bytes_len = 99;

        assert_int_equal(BASE64URL_LEN(len), strlen(vectors[i].text));
        base64url_encode(vectors[i].bytes, len, text);
        assert_string_equal(text, vectors[i].text);
        assert_true(base64url_decode(slice_str(text), bytes, len, &bytes_len));
        assert_int_equal(bytes_len, len);
        assert_memory_equal(bytes, vectors[i].bytes, len);
    }
}

static void test_refused(void **state)
{
    static const char *const texts[] = {
        "A",     "AAAAA", "Zg=",  "Zg==", "Zm8=", "Zm9v\n", " Zm9v", "Zm9v ", "Zm 9v",
        "Zm9+",  "Zm9/",  "Zh",   "Zn",   "Z_",   "Zm9",    "Zm-",   "Zm_",   "AAAAZh",
        "Zm9v.", "Zm,v",  "@m9v", "[m9v", "`m9v", "{m9v",   "/m9v",  ":m9v",  "Zm9v\x80zzz",
    };
    char bytes[64];
    size_t len = 77;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (base64url_decode(slice_str(texts[i]), bytes, sizeof(bytes), &len))
            fail_msg("\"%s\" was read", texts[i]);
    }
    assert_false(base64url_decode(slice_of("Zm\0v", 4), bytes, sizeof(bytes), &len));
    assert_int_equal(len, 77);
}

static void test_room(void **state)
{
    char bytes[6] = "-----";
    size_t len = 77;

    (void)state;
    assert_false(base64url_decode(slice_str("Zm9vYmE"), bytes, 4, &len));
    assert_false(base64url_decode(slice_str("Zg"), bytes, 0, &len));
    assert_string_equal(bytes, "-----");
    assert_true(base64url_decode(slice_str("Zm9vYmE"), bytes, 5, &len));
    assert_int_equal(len, 5);
    assert_true(base64url_decode(SLICE_ABSENT, bytes, 0, &len));
    assert_int_equal(len, 0);
}

static void test_every_length_comes_back(void **state)
{
    uint8_t bytes[256];
    uint8_t again[256];
    char text[BASE64URL_LEN(sizeof(bytes)) + 1];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 73 + 41);
    for (size_t len = 0; len <= sizeof(bytes); len++) {
        size_t again_len = 0;

        text[BASE64URL_LEN(len)] = '!';
        base64url_encode(bytes, len, text);
        assert_int_equal(text[BASE64URL_LEN(len)], '!');
        assert_true(base64url_decode(slice_of(text, BASE64URL_LEN(len)), again, len, &again_len));
        assert_int_equal(again_len, len);
        assert_memory_equal(again, bytes, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_vectors),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_every_length_comes_back),
    };

    return cmocka_run_group_tests_name("base64url", tests, NULL, NULL);
}
