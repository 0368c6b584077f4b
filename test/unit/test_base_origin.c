/* origin: scheme, host and port. */
#include "unit.h"

#include "base/origin.h"

#define LETTERS_9 "abcdefghi"
#define LETTERS_63 LETTERS_9 LETTERS_9 LETTERS_9 LETTERS_9 LETTERS_9 LETTERS_9 LETTERS_9

static void accepts(void **state)
{
    static const char *const good[] = {
        "https://example.com",      "https://a",
        "https://shop.example.com", "https://xn--e1afmkfd.xn--p1ai",
        "https://example.com:8443", "https://example.com:80",
        "https://203.0.113.7",      "https://203.0.113.7:8443",
        "https://[2001:db8::1]",    "https://[2001:db8::1]:8443",
        "http://localhost",         "http://localhost:8080",
        "http://127.0.0.1:8080",    "http://127.9.9.9",
        "http://[::1]:3000",        "https://a-b.c-d",
        "https://3.example.com",    "https://localhost",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        if (!origin_is_good(slice_str(good[i])))
            fail_msg("%s", good[i]);
    }
}

static const char *const bad[] = {
    "",
    "https",
    "https://",
    "http://",
    "https:/example.com",
    "//example.com",
    "HTTPS://example.com",
    "https://Example.com",
    "https://example.com/",
    "https://example.com/path",
    "https://example.com?x",
    "https://example.com#x",
    "https://user@example.com",
    "https://user:1@example.com",
    "https://example.com\\@evil.com",
    "https://example.com.",
    "https://.example.com",
    "https://example..com",
    "https://-example.com",
    "https://example-.com",
    "https://example.com-",
    "https://exa mple.com",
    "https://example.com ",
    " https://example.com",
    "https://*.example.com",
    "https://пример.рф",
    "https://example.com:",
    "https://example.com:0",
    "https://example.com:080",
    "https://example.com:443",
    "https://example.com:65536",
    "https://example.com:8x",
    "https://:8443",
    "https://203.0.113",
    "https://203.0.113.256",
    "https://2130706433",
    "https://0x7f.1",
    "https://a.1",
    "https://[::1",
    "https://::1",
    "https://[]",
    "https://[2001:DB8::1]",
    "https://[2001:db8:0::1]",
    "https://[fe80::1%25eth0]",
    "http://example.com",
    "http://localhost:80",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://128.0.0.1",
    "http://[::2]",
    "ftp://example.com",
    "javascript://example.com",
    "null",
    "*",
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (origin_is_good(slice_str(bad[i])))
            fail_msg("%s", bad[i]);
    }
    assert_true(origin_is_good(SLICE_LIT("https://" LETTERS_63)));
    assert_false(origin_is_good(SLICE_LIT("https://" LETTERS_63 "a")));
    assert_false(origin_is_good(SLICE_LIT("https://a\0b")));
    assert_false(origin_is_good(SLICE_LIT("http://127.0.0.1\0.example.com")));
    assert_false(origin_is_good(SLICE_LIT("http://[::1\0.example.com]")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests_name("base_origin", tests, NULL, NULL);
}
