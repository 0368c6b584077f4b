/* role, locale, id, text: small words and numbers that clients send. */
#include "unit.h"

#include "domain/id.h"
#include "domain/locale.h"
#include "domain/role.h"
#include "domain/text.h"

static void test_roles(void **state)
{
    static const enum role roles[] = {ROLE_USER, ROLE_MODERATOR, ROLE_ADMIN};
    enum role role;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        assert_true(role_from_name(slice_str(role_name(roles[i])), &role));
        assert_int_equal(role, roles[i]);
    }
    assert_string_equal(role_name(ROLE_MODERATOR), "moderator");
    assert_false(role_from_name(SLICE_LIT("Admin"), &role));
    assert_false(role_from_name(SLICE_LIT(""), &role));
    assert_false(role_from_name(SLICE_ABSENT, &role));
}

static void test_locale_tags(void **state)
{
    (void)state;
    assert_string_equal(locale_tag(LOCALE_EN), "en");
    assert_string_equal(locale_tag(LOCALE_RU), "ru");
    assert_null(locale_tag(LOCALE_NONE));
    assert_int_equal(locale_from_tag(SLICE_LIT("ru")), LOCALE_RU);
    assert_int_equal(locale_from_tag(SLICE_LIT("en")), LOCALE_EN);
    assert_int_equal(locale_from_tag(SLICE_LIT("RU")), LOCALE_NONE);
    assert_int_equal(locale_from_tag(SLICE_LIT("ru-RU")), LOCALE_NONE);
    assert_int_equal(locale_from_tag(SLICE_ABSENT), LOCALE_NONE);
}

static const struct {
    const char *header;
    enum locale locale;
} headers[] = {
    {"ru", LOCALE_RU},
    {"en", LOCALE_EN},
    {"RU", LOCALE_RU},
    {"ru-RU", LOCALE_RU},
    {"en-GB-oxendict", LOCALE_EN},
    {"ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", LOCALE_RU},
    {"en-US,en;q=0.9,ru;q=0.8", LOCALE_EN},
    {"de-DE,de;q=0.9,en;q=0.5,ru;q=0.6", LOCALE_RU},
    {"en;q=0.5, ru;q=0.500", LOCALE_EN}, /* the first of equals */
    {"ru;q=1.000 , en;q=1", LOCALE_RU},
    {"en ; q=0.1 , ru ; q=0.2", LOCALE_RU},
    {"en;Q=0.1,ru;Q=0.2", LOCALE_RU},
    {", ,ru,,", LOCALE_RU},
    /* Refused. */
    {"en;q=0", LOCALE_NONE},
    {"en;q=0,ru;q=0.0", LOCALE_NONE},
    {"en;q=0, *", LOCALE_RU},
    {"ru;q=0, *;q=0.1", LOCALE_EN},
    {"ru;q=0, *;q=0", LOCALE_NONE},
    /* A language beside `*`. */
    {"ru, *;q=0.5", LOCALE_RU},
    {"*, ru", LOCALE_RU},
    {"*;q=0.9, ru;q=0.1", LOCALE_EN},
    {"*", LOCALE_NONE},
    {"*;q=0", LOCALE_NONE},
    /* Neither, or no language range at all. */
    {"de, fr;q=0.9", LOCALE_NONE},
    {"", LOCALE_NONE},
    {" ", LOCALE_NONE},
    {",;,;;=", LOCALE_NONE},
    {"rus", LOCALE_NONE},
    {"english", LOCALE_NONE},
    {"ru_RU", LOCALE_NONE},
    {"ru-", LOCALE_NONE},
    {"-ru", LOCALE_NONE},
    {"ru-toolongsubtag", LOCALE_NONE},
    {"1ru", LOCALE_NONE},
    {"ru-1234", LOCALE_RU},
    /* What is not well-formed is skipped, the rest counts. */
    {"ru;q=2, en;q=0.1", LOCALE_EN},
    {"ru;q=1.001, en;q=0.1", LOCALE_EN},
    {"ru;q=0.1234, en;q=0.1", LOCALE_EN},
    {"ru;q=, en;q=0.1", LOCALE_EN},
    {"ru;q, en;q=0.1", LOCALE_EN},
    {"ru;, en;q=0.1", LOCALE_EN},
    {"ru;q=-1, en;q=0.1", LOCALE_EN},
    {"ru;q=0,5, en;q=0.1", LOCALE_EN},
    {"ru;level=1, en;q=0.1", LOCALE_EN},
    {"ru;q=.5, en;q=0.1", LOCALE_EN},
    {"ru;q=1., en;q=0.1", LOCALE_RU},
    {"ru\x01, en;q=0.1", LOCALE_EN},
};

static void test_accept_language(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        enum locale locale = locale_from_header(slice_str(headers[i].header));

        if (locale != headers[i].locale)
            fail_msg("\"%s\": %d", headers[i].header, locale);
    }
    assert_int_equal(locale_from_header(SLICE_ABSENT), LOCALE_NONE);
}

static void test_accept_language_length(void **state)
{
    char header[LOCALE_HEADER_MAX + 1];

    (void)state;
    memset(header, ' ', sizeof(header));
    memcpy(header, "ru", 2);
    assert_int_equal(locale_from_header(slice_of(header, LOCALE_HEADER_MAX)), LOCALE_RU);
    assert_int_equal(locale_from_header(slice_of(header, LOCALE_HEADER_MAX + 1)), LOCALE_NONE);
}

static void test_ids(void **state)
{
    static const char *const refused[] = {
        "",
        "0",
        "01",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1a",
        "0x1",
        "9223372036854775808",
        "9999999999999999999",
        "10000000000000000000",
        "\xD9\xA1",
    };
    int64_t id;

    (void)state;
    assert_true(id_parse(SLICE_LIT("1"), &id));
    assert_int_equal(id, 1);
    assert_true(id_parse(SLICE_LIT("9223372036854775807"), &id));
    assert_true(id == INT64_MAX);
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        if (id_parse(slice_str(refused[i]), &id))
            fail_msg("\"%s\"", refused[i]);
    assert_false(id_parse(SLICE_ABSENT, &id));
}

static void test_text_walk(void **state)
{
    struct slice rest = SLICE_LIT("a\xD0\x96\xE2\x82\xAC\xF0\x9F\x9A\xAA\xFFz");
    static const uint32_t points[] = {'a', 0x416, 0x20AC, 0x1F6AA};
    uint32_t point;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(points); i++) {
        assert_true(text_next(&rest, &point));
        assert_int_equal(point, points[i]);
    }
    /* It stops before what is not UTF-8. */
    assert_false(text_next(&rest, &point));
    assert_int_equal(rest.len, 2);
    rest = slice_of("", 0);
    assert_false(text_next(&rest, &point));
}

static const struct {
    const char *text;
    const char *trimmed;
} trims[] = {
    {"", ""},
    {"   ", ""},
    {" a ", "a"},
    {"\t\r\na b\v\f", "a b"},
    {"\xC2\xA0\xE3\x80\x80"
     "a\xE2\x80\x89\xC2\xA0",
     "a"},
    {"\xE2\x80\xAF", ""},
    {" \xFF ", "\xFF"},
    {"a\xE2\x80", "a\xE2\x80"},
    {"a\x80\x80\x80\x80\x80", "a\x80\x80\x80\x80\x80"},
    {"\xD0\x90\xD0\xB0", "\xD0\x90\xD0\xB0"},
    {"\xC2\xA0", ""},
    {"\xA0", "\xA0"},
};

static void test_trim(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(trims); i++)
        assert_slice(text_trim(slice_str(trims[i].text)), trims[i].trimmed);
}

static void test_kinds_of_characters(void **state)
{
    (void)state;
    assert_true(text_is_space(' ') && text_is_space(0xA0) && text_is_space(0x3000));
    assert_false(text_is_space('_') || text_is_space(0x200B));
    assert_true(text_is_dash('-') && text_is_dash(0x2014) && text_is_dash(0x2212));
    assert_false(text_is_dash('_') || text_is_dash('~'));
    assert_true(text_is_invisible(0x200B) && text_is_invisible(0xFEFF) &&
                text_is_invisible(0x202C));
    assert_false(text_is_invisible('a') || text_is_invisible(' '));
    assert_true(text_is_control(0) && text_is_control(0x7F) && text_is_control(0x85));
    assert_true(text_is_control(0x202E) && text_is_control(0x2028));
    /* Joiners hold some scripts and many pictures together. */
    assert_false(text_is_control(0x200D) || text_is_control(' '));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_locale_tags),
        cmocka_unit_test(test_accept_language),
        cmocka_unit_test(test_accept_language_length),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_text_walk),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_kinds_of_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
