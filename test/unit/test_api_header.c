/* header: what headers say that mean something to our calls. */
#include "unit.h"

#include "api/header.h"

static void test_bearers(void **state)
{
    static const struct {
        const char *header;
        const char *token; /* NULL: none */
    } rows[] = {
        {"Bearer a.b.c", "a.b.c"},
        {"bearer a", "a"},
        {"BEARER a", "a"},
        {"BeArEr a b", "a b"},
        /* Such a token is none of ours, which its reader will say. */
        {"Bearer  a", " a"},
        {"Bearer ", NULL},
        {"Bearer", NULL},
        {"Bearera", NULL},
        {"Bearer\ta", NULL},
        {"Basic YTpi", NULL},
        {"Bear er a", NULL},
        {" Bearer a", NULL},
        {"", NULL},
        {NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct slice token = SLICE_ABSENT;

        if (header_bearer(slice_str(rows[i].header), &token) != (rows[i].token != NULL))
            fail_msg("\"%s\"", rows[i].header);
        assert_true(slice_eq(token, slice_str(rows[i].token)));
    }
    assert_false(header_bearer(slice_of("Bearer\0a", 8), &(struct slice){0}));
}

static void test_keys(void **state)
{
    static const char *const good[] = {
        "0123456789abcdef",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "____----ZZZZzzzz",
        "0123456789012345678901234567890123456789012345678901234567890123",
    };
    static const char *const bad[] = {
        NULL,
        "",
        "0123456789abcde",
        "01234567890123456789012345678901234567890123456789012345678901234",
        "0123456789abcde ",
        "0123456789abcde+",
        "0123456789abcde/",
        "0123456789abcde.",
        "0123456789abcde\xd1\x91",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(header_is_key(slice_str(good[i])));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(header_is_key(slice_str(bad[i])));
    assert_false(header_is_key(slice_of("0123456789\0abcdef", 17)));
}

static void test_event_ids(void **state)
{
    static const struct {
        const char *id;
        int64_t us;
    } rows[] = {
        {"0", 0},
        {"1", 1},
        {"1795264442653000", 1795264442653000},
        {"999999999999999999", 999999999999999999},
        {"1000000000000000000", 0},
        {"0001", 1},
        {"", 0},
        {NULL, 0},
        {"-1", 0},
        {"+1", 0},
        {"1 ", 0},
        {"1x", 0},
        {"\xd9\xa1", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(header_event_us(slice_str(rows[i].id)), rows[i].us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bearers),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_event_ids),
    };

    return cmocka_run_group_tests_name("api_header", tests, NULL, NULL);
}
