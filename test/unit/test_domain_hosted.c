/* domain: the addresses hosted sign-in returns to, and the codes of its grants. */
#include "unit.h"

#include "domain/grant.h"
#include "domain/hosted.h"

static void test_lists(void **state)
{
    static const char *const here[] = {"http://localhost", "http://app.localhost:3000",
                                       "http://127.0.0.2:80", "http://[::1]:5173"};
    struct slice bad;

    (void)state;
    assert_true(hosted_origins_check(SLICE_LIT(""), false, &bad));
    assert_true(hosted_origins_check(SLICE_LIT(" https://a.b , https://c.d:81"), false, &bad));
    assert_false(hosted_origins_check(SLICE_LIT("https://a.b,,https://c.d"), false, &bad));
    assert_int_equal(bad.len, 0);
    assert_false(hosted_origins_check(SLICE_LIT("https://a.b,https://c.d/"), false, &bad));
    assert_slice(bad, "https://c.d/");
    /* http is for this machine, and for development mode. */
    for (size_t i = 0; i < ARRAY_LEN(here); i++) {
        assert_false(hosted_origins_check(slice_str(here[i]), false, &bad));
        assert_true(hosted_origins_check(slice_str(here[i]), true, &bad));
    }
    assert_false(hosted_origins_check(SLICE_LIT("http://shop.example"), true, &bad));
    assert_false(hosted_origins_check(SLICE_LIT("http://192.168.0.1"), true, &bad));
}

static const char registered[] = "https://shop.example, https://shop.example:8443,"
                                 "http://localhost:3000,https://[2001:db8::1]";
static const struct {
    const char *url;
    enum hosted_outcome want;
} addresses[] = {
    {"https://shop.example", HOSTED_OK},
    {"https://SHOP.example:443/a/b?c=d&e", HOSTED_OK},
    {"https://shop.example?a", HOSTED_OK},
    {"https://shop.example:8443/%D0%B9?x=a%20b", HOSTED_OK},
    {"http://localhost:3000/cb", HOSTED_OK},
    {"https://[2001:db8:0:0::1]/", HOSTED_OK},
    {"https://shop.example/a?q[]=1;b=(2)", HOSTED_OK},
    {"https://shop.example/a?codes=1&mystate=2&xcode=3", HOSTED_OK},
    {"https://shop.example/code?a=code&b=state", HOSTED_OK},
    {"http://shop.example/", HOSTED_MALFORMED},
    {"https://shop.example:444/", HOSTED_NOT_REGISTERED},
    {"https://www.shop.example/", HOSTED_NOT_REGISTERED},
    {"https://shop.example.evil/", HOSTED_NOT_REGISTERED},
    {"https://evil.example/https://shop.example", HOSTED_NOT_REGISTERED},
    {"https://evilshop.example/", HOSTED_NOT_REGISTERED},
    {"http://localhost:3001/", HOSTED_NOT_REGISTERED},
    {"https://localhost:3000/", HOSTED_NOT_REGISTERED},
    {"https://shop.example@evil.example/", HOSTED_MALFORMED},
    {"https://shop.example\\@evil.example/", HOSTED_MALFORMED},
    {"https://shop.example/a#b", HOSTED_MALFORMED},
    {"https://shop.example/a b", HOSTED_MALFORMED},
    {"https://shop.example/a\nb", HOSTED_MALFORMED},
    {"https://shop.example/\x7f", HOSTED_MALFORMED},
    {"https://shop.example/\xd0\xb9", HOSTED_MALFORMED},
    {"https://shop.example/%", HOSTED_MALFORMED},
    {"https://shop.example/%4", HOSTED_MALFORMED},
    {"https://shop.example/%zz", HOSTED_MALFORMED},
    {"https://shop.example/a\\b", HOSTED_MALFORMED},
    {"https://shop.example/<script>", HOSTED_MALFORMED},
    {"https://shop.example/\"", HOSTED_MALFORMED},
    {"javascript:alert(1)", HOSTED_MALFORMED},
    {"", HOSTED_MALFORMED},
    {"https://shop.example/?code=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?a=b&state", HOSTED_HAS_ANSWER},
    {"https://shop.example/?a;state=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?%63od%65=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?Code=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?STATE", HOSTED_HAS_ANSWER},
    {"https://shop.example/?code[]=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?code%5B%5D=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?code[0]=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?code.x=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?code%20=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?%20code=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?+code=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?[code]=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?a&[]code=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?a=b?code=1", HOSTED_HAS_ANSWER},
    {"https://shop.example/?a=b&&;;code", HOSTED_HAS_ANSWER},
    {"https://shop.example/?error=access_denied", HOSTED_HAS_ANSWER},
    {"https://shop.example/?Error_Description=x", HOSTED_HAS_ANSWER},
    {"https://shop.example/?error.description=x", HOSTED_HAS_ANSWER},
    {"https://shop.example/?error_uri=x", HOSTED_HAS_ANSWER},
    {"https://shop.example/?iss=x", HOSTED_HAS_ANSWER},
    {"https://shop.example/?error_code=1&error_description_of_a_very_long_name=2", HOSTED_OK},
    {"https://shop.example/?code_=1&code-x=2&_code=3&a[code]=4&codex=5&0code=6&co+de=7", HOSTED_OK},
    {"https://shop.example/?a=%D0%B9&b=%2500&c=code=1&=code&a=b=code", HOSTED_OK},
    {"https://shop.example/?%00code=1", HOSTED_MALFORMED},
    {"https://shop.example/?code%00=1", HOSTED_MALFORMED},
    {"https://shop.example/?code%0A=1", HOSTED_MALFORMED},
    {"https://shop.example/?%2563ode=1", HOSTED_MALFORMED},
    {"https://shop.example/?%D0%B9=1", HOSTED_MALFORMED},
    {"https://shop.example/?%C5%BFtate=1", HOSTED_MALFORMED},
    {"https://shop.example/?%EF%BD%83ode=1", HOSTED_MALFORMED},
};

static void test_addresses_to_return_to(void **state)
{
    char longest[HOSTED_URL_MAX + 2] = "https://shop.example/";
    struct origin origin;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        enum hosted_outcome outcome =
            hosted_return_to(slice_str(addresses[i].url), slice_str(registered), true, &origin);

        if (outcome != addresses[i].want)
            fail_msg("%s: %d", addresses[i].url, (int)outcome);
    }
    memset(longest + strlen(longest), 'a', HOSTED_URL_MAX - strlen(longest));
    assert_int_equal(hosted_return_to(slice_str(longest), slice_str(registered), false, &origin),
                     HOSTED_OK);
    longest[HOSTED_URL_MAX] = 'a';
    assert_int_equal(hosted_return_to(slice_str(longest), slice_str(registered), false, &origin),
                     HOSTED_MALFORMED);
    assert_int_equal(
        hosted_return_to(SLICE_LIT("https://shop.example"), SLICE_LIT(""), false, &origin),
        HOSTED_NOT_REGISTERED);
    /* http in the list counts only where it may. */
    assert_int_equal(
        hosted_return_to(SLICE_LIT("http://localhost:3000"), slice_str(registered), false, &origin),
        HOSTED_MALFORMED);
}

static void test_codes(void **state)
{
    static const uint8_t key[HASH_BYTES] = "a key of thirty-two bytes, no NU";
    static const uint8_t other[HASH_BYTES] = "a key of thirty-two bytes, no NV";
    uint8_t random[GRANT_RANDOM_BYTES] = "sixteen bytes..";
    uint8_t hash[GRANT_HASH_BYTES];
    uint8_t again[GRANT_HASH_BYTES];
    char code[GRANT_CODE_SIZE];

    (void)state;
    grant_code_write(key, random, code, hash);
    assert_int_equal(strlen(code), GRANT_CODE_LEN);
    assert_true(grant_code_read(key, slice_str(code), again));
    assert_memory_equal(hash, again, sizeof(hash));
    assert_false(grant_code_read(other, slice_str(code), again));
    assert_false(grant_code_read(key, slice_of(code, GRANT_CODE_LEN - 1), again));
    assert_false(grant_code_read(key, SLICE_LIT(""), again));
    for (size_t i = 0; i < GRANT_CODE_LEN; i++) {
        char was = code[i];

        code[i] = was == 'A' ? 'E' : 'A';
        assert_false(grant_code_read(key, slice_str(code), again));
        code[i] = was;
    }
}

/* RFC 7636, appendix B. */
static void test_verifiers(void **state)
{
    char challenge[GRANT_CHALLENGE_LEN];
    char longest[130];

    (void)state;
    assert_true(
        grant_challenge_of(SLICE_LIT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), challenge));
    assert_slice(slice_of(challenge, sizeof(challenge)),
                 "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    assert_true(grant_challenge_is_good(slice_of(challenge, sizeof(challenge))));
    assert_false(grant_challenge_is_good(slice_of(challenge, sizeof(challenge) - 1)));
    assert_false(grant_challenge_is_good(SLICE_LIT("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=")));
    assert_false(
        grant_challenge_of(SLICE_LIT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX"), challenge));
    assert_false(
        grant_challenge_of(SLICE_LIT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX+"), challenge));
    memset(longest, '~', sizeof(longest));
    assert_true(grant_challenge_of(slice_of(longest, 128), challenge));
    assert_false(grant_challenge_of(slice_of(longest, 129), challenge));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_addresses_to_return_to),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_verifiers),
    };

    return cmocka_run_group_tests_name("hosted", tests, NULL, NULL);
}
