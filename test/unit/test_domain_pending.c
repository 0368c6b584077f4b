/* pending: the cookie of a pending challenge. */
#include "unit.h"

#include "domain/pending.h"

/* The id "0123456789abcdef". */
#define ID "MDEyMzQ1Njc4OWFiY2RlZg"
#define VALUE ID ".79234440000"
#define COOKIE PENDING_COOKIE "=" VALUE

static void test_value(void **state)
{
    const struct pending pending = {"0123456789abcdef", "+79234440000"};
    const struct pending longest = {"0123456789abcdef", "+123456789012345"};
    char text[PENDING_TEXT_SIZE];

    (void)state;
    pending_format(&pending, text);
    assert_string_equal(text, VALUE);
    pending_format(&longest, text);
    assert_string_equal(text, ID ".123456789012345");
    assert_int_equal(strlen(text), PENDING_TEXT_SIZE - 1);
}

static void test_found(void **state)
{
    static const char *const headers[] = {
        COOKIE,
        "a=b; " COOKIE,
        COOKIE "; a=b",
        "a=b;" COOKIE ";c=d",
        "\t; ;;a;=; \t" COOKIE " \t;",
        "x" PENDING_COOKIE "=1; " COOKIE,
        "a=" PENDING_COOKIE "; " COOKIE,
        /* Somebody else's of the same name does no harm. */
        PENDING_COOKIE "=1; " COOKIE,
        PENDING_COOKIE "; " COOKIE "; " PENDING_COOKIE "=" ID ".375291234567",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct pending pending;

        assert_true(pending_find(slice_str(headers[i]), &pending));
        assert_memory_equal(pending.challenge_id, "0123456789abcdef", CODE_CHALLENGE_BYTES);
        assert_string_equal(pending.phone, "+79234440000");
    }
}

static void test_not_found(void **state)
{
    static const char *const headers[] = {
        "",
        " ",
        ";",
        "=",
        PENDING_COOKIE,
        PENDING_COOKIE "=",
        PENDING_COOKIE "=" ID,
        PENDING_COOKIE "=" ID ".",
        PENDING_COOKIE "=" ID ".7",
        PENDING_COOKIE "=" ID ".1234567890123456",
        PENDING_COOKIE "=" ID ".09234440000",
        PENDING_COOKIE "=" ID ".+79234440000",
        PENDING_COOKIE "=" ID ".7923444 0000",
        PENDING_COOKIE "=" ID "=.79234440000",
        PENDING_COOKIE "=" ID " .79234440000",
        PENDING_COOKIE "=\"" VALUE "\"",
        PENDING_COOKIE " =" VALUE,
        PENDING_COOKIE "= " VALUE,
        PENDING_COOKIE "==" VALUE,
        /* Spare bits that are set; letters of base64; one letter less and one more. */
        PENDING_COOKIE "=MDEyMzQ1Njc4OWFiY2RlZh.79234440000",
        PENDING_COOKIE "=+DEyMzQ1Njc4OWFiY2RlZg.79234440000",
        PENDING_COOKIE "=DEyMzQ1Njc4OWFiY2RlZg.79234440000",
        PENDING_COOKIE "=AMDEyMzQ1Njc4OWFiY2RlZg.79234440000",
        "Pending_login=" VALUE,
        "a=\"" COOKIE "\"",
        "a" COOKIE,
        "a=b, " COOKIE,
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct pending pending = {"untouched", "+1"};

        assert_false(pending_find(slice_str(headers[i]), &pending));
        assert_string_equal((const char *)pending.challenge_id, "untouched");
        assert_string_equal(pending.phone, "+1");
    }
}

static void test_not_text(void **state)
{
    static const char with_nul[] = PENDING_COOKIE "=" ID ".7923\0"
                                                  "440000";
    struct pending pending;

    (void)state;
    assert_false(pending_find(SLICE_ABSENT, &pending));
    assert_false(pending_find(slice_of(with_nul, sizeof(with_nul) - 1), &pending));
    /* No byte behind the slice is looked at. */
    assert_false(pending_find(slice_of(COOKIE, sizeof(COOKIE) - 11), &pending));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value),
        cmocka_unit_test(test_found),
        cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_not_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
