/* origin: scheme, host and port. */
#include "unit.h"

#include "base/origin.h"

#define LETTERS_9 "abcdefghi"
#define LETTERS_63 LETTERS_9 LETTERS_9 LETTERS_9 LETTERS_9 LETTERS_9 LETTERS_9 LETTERS_9

static const struct {
    const char *text;
    const char *want;
    bool is_local;
} good[] = {
    {"https://shop.example", "https://shop.example", false},
    {"https://a", "https://a", false},
    {"https://shop.example:8443", "https://shop.example:8443", false},
    {"https://shop.example:80", "https://shop.example:80", false},
    {"https://shop.example:1", "https://shop.example:1", false},
    {"https://shop.example:65535", "https://shop.example:65535", false},
    {"https://a-b.c--d.xn--80ak6aa92e.com", "https://a-b.c--d.xn--80ak6aa92e.com", false},
    {"https://3.example.com", "https://3.example.com", false},
    {"https://a.3com", "https://a.3com", false},
    {"https://a.0xg", "https://a.0xg", false},
    {"https://192.0.2.7", "https://192.0.2.7", false},
    {"https://192.0.2.7:8443", "https://192.0.2.7:8443", false},
    {"https://[2001:db8::1]", "https://[2001:db8::1]", false},
    {"https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443", false},
    {"https://localhost", "https://localhost", true},
    {"http://localhost", "http://localhost", true},
    {"http://localhost:8080", "http://localhost:8080", true},
    {"http://app.localhost:8080", "http://app.localhost:8080", true},
    {"http://127.0.0.1:8080", "http://127.0.0.1:8080", true},
    {"http://127.9.9.9", "http://127.9.9.9", true},
    {"http://[::1]:3000", "http://[::1]:3000", true},
    {"http://localhost.example", "http://localhost.example", false},
    {"http://127.0.0.1.example", "http://127.0.0.1.example", false},
    {"http://notlocalhost", "http://notlocalhost", false},
    {"http://128.0.0.1", "http://128.0.0.1", false},
    {"http://0.0.0.0", "http://0.0.0.0", false},
    {"http://[::2]", "http://[::2]", false},
    /* Other spellings of one. */
    {"HTTPS://Shop.Example:443", "https://shop.example", false},
    {"http://LOCALHOST:80", "http://localhost", true},
    {"https://[2001:DB8:0::1]:444", "https://[2001:db8::1]:444", false},
    {"http://[0:0:0:0:0:0:0:1]", "http://[::1]", true},
};

static void reads(void **state)
{
    struct origin origin;
    char text[ORIGIN_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        bool is_canonical = strcmp(good[i].text, good[i].want) == 0;
        bool is_safe = good[i].text[4] != ':' || good[i].is_local;

        if (!origin_read(slice_str(good[i].text), &origin))
            fail_msg("%s", good[i].text);
        origin_format(&origin, text);
        assert_string_equal(text, good[i].want);
        assert_int_equal(origin.is_local, good[i].is_local);
        assert_int_equal(origin.is_secure, good[i].want[4] == 's');
        if (origin_is_good(slice_str(good[i].text)) != (is_canonical && is_safe))
            fail_msg("%s is good", good[i].text);
    }
    assert_true(origin_read(SLICE_LIT("http://127.0.0.1:80"), &origin));
    assert_string_equal(origin.host, "127.0.0.1");
}

static const char *const bad[] = {
    "",
    "https",
    "https://",
    "http://",
    "https:///a",
    "https:/shop.example",
    "https:shop.example",
    "//shop.example",
    "shop.example",
    "ftp://shop.example",
    "javascript://shop.example",
    "null",
    "*",
    "https://shop.example/",
    "https://shop.example/path",
    "https://shop.example?a",
    "https://shop.example#",
    "https://me@shop.example",
    "https://me:pw@shop.example",
    "https://shop.example\\@evil.example",
    "https://shop.example.",
    "http://localhost.",
    "https://.example",
    "https://shop..example",
    "https://-a.example",
    "https://a-.example",
    "https://example.com-",
    "https://sh op.example",
    "https://sh\top.example",
    "https://sh_op.example",
    "https://shop.example ",
    " https://shop.example",
    "https://*.example",
    "https://%73hop.example",
    "https://\xd0\xb9.example",
    "https://shop.example:",
    "https://shop.example:0",
    "https://shop.example:080",
    "https://shop.example:65536",
    "https://shop.example:123456",
    "https://shop.example:80a",
    "https://shop.example:80:80",
    "https://:8443",
    "https://127.1",
    "https://0x7f.1",
    "https://0x7f.0.0.1",
    "https://a.1",
    "https://a.0x",
    "https://1.2.3.0x4",
    "https://2130706433",
    "https://1.2.3.04",
    "https://1.2.3.256",
    "https://1.2.3",
    "https://::1",
    "https://[::1",
    "https://[]",
    "https://[1.2.3.4]",
    "https://[::ffff:127.0.0.1]",
    "https://[::127.0.0.1]",
    "https://[::1%25eth0]",
    "https://[fe80::1%25eth0]",
    "https://[::1]a",
};

static void refuses(void **state)
{
    struct origin origin;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (origin_read(slice_str(bad[i]), &origin) || origin_is_good(slice_str(bad[i])))
            fail_msg("%s", bad[i]);
    }
    assert_false(origin_read(SLICE_LIT("https://a\0b"), &origin));
    assert_false(origin_read(SLICE_LIT("http://127.0.0.1\0.example.com"), &origin));
    assert_false(origin_read(SLICE_LIT("http://[::1\0.example.com]"), &origin));
    assert_false(origin_read(SLICE_ABSENT, &origin));
}

static void knows_how_long_a_host_is(void **state)
{
    char text[400] = "https://";
    struct origin origin;

    (void)state;
    assert_true(origin_read(SLICE_LIT("https://" LETTERS_63), &origin));
    assert_false(origin_read(SLICE_LIT("https://" LETTERS_63 "a"), &origin));
    for (unsigned i = 0; i < 253; i++)
        text[8 + i] = i % 2 == 0 ? 'a' : '.';
    memcpy(text + 8 + 253, ":65535", 7);
    assert_true(origin_read(slice_str(text), &origin));
    assert_int_equal(strlen(origin.host), 259);
    memmove(text + 10, text + 8, 261);
    memcpy(text + 8, "a.", 2);
    assert_false(origin_read(slice_str(text), &origin));
}

static void takes_the_front(void **state)
{
    struct slice rest = SLICE_LIT("https://Shop.example:8443/a?b");
    struct origin origin;

    (void)state;
    assert_true(origin_take(&rest, &origin));
    assert_string_equal(origin.host, "shop.example:8443");
    assert_slice(rest, "/a?b");
    rest = SLICE_LIT("https://shop.example?b");
    assert_true(origin_take(&rest, &origin));
    assert_slice(rest, "?b");
}

static void reads_the_header_host(void **state)
{
    static const struct {
        const char *text;
        const char *want; /* NULL: none */
        bool is_local;
        bool is_address;
    } rows[] = {
        {"localhost", "localhost", true, false},
        {"LocalHost:8080", "localhost:8080", true, false},
        {"a.localhost:80", "a.localhost", true, false},
        {"127.0.0.1:8080", "127.0.0.1:8080", true, true},
        {"[::1]:8080", "[::1]:8080", true, true},
        {"10.0.2.2:8080", "10.0.2.2:8080", false, true},
        {"[2001:db8::1]", "[2001:db8::1]", false, true},
        {"rebind.example:8080", "rebind.example:8080", false, false},
        {"127.0.0.1.rebind.example", "127.0.0.1.rebind.example", false, false},
        {"", NULL, false, false},
        {"localhost.", NULL, false, false},
        {"localhost/", NULL, false, false},
        {"http://localhost", NULL, false, false},
        {"me@localhost", NULL, false, false},
        {"localhost, localhost", NULL, false, false},
        {"127.1", NULL, false, false},
    };
    struct origin origin;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool is_one = origin_read_host(slice_str(rows[i].text), &origin);

        if (is_one != (rows[i].want != NULL))
            fail_msg("%s: %d", rows[i].text, is_one);
        if (!is_one)
            continue;
        assert_string_equal(origin.host, rows[i].want);
        assert_int_equal(origin.is_local, rows[i].is_local);
        assert_int_equal(origin.is_address, rows[i].is_address);
    }
    assert_false(origin_read_host(SLICE_ABSENT, &origin));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(refuses),
        cmocka_unit_test(knows_how_long_a_host_is),
        cmocka_unit_test(takes_the_front),
        cmocka_unit_test(reads_the_header_host),
    };

    return cmocka_run_group_tests_name("base_origin", tests, NULL, NULL);
}
