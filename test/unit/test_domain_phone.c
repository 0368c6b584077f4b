/* phone: what people type, as one E.164 number or a reason why not. */
#include "unit.h"

#include <pthread.h>

#include "domain/phone.h"

static const struct {
    const char *text;
    const char *e164;
    const char *region;
} accepted[] = {
    /* One person's number, as it is written on cards and typed in forms. */
    {"89234440000", "+79234440000", "RU"},
    {"8 (923) 444-00-00", "+79234440000", "RU"},
    {"+7 923 444-00-00", "+79234440000", "RU"},
    {"79234440000", "+79234440000", "RU"},
    {"9234440000", "+79234440000", "RU"},
    {"  +7 (923) 444.00.00  ", "+79234440000", "RU"},
    {"(+7) 923/444/00/00", "+79234440000", "RU"},
    {"+7\xC2\xA0"
     "923\xE2\x80\x91"
     "444\xE2\x80\x93"
     "00\xE2\x80\x94"
     "00",
     "+79234440000", "RU"},
    /* Copied from a contact list: direction marks around it. */
    {"\xE2\x80\xAA+79234440000\xE2\x80\xAC", "+79234440000", "RU"},
    /* The way out of Russia, and back in. */
    {"810 7 923 444 00 00", "+79234440000", "RU"},
    {"8 10 375 29 123-45-67", "+375291234567", "BY"},
    /* +7 is two countries. */
    {"+77011234567", "+77011234567", "KZ"},
    {"8 701 123 45 67", "+77011234567", "KZ"},
    /* Elsewhere. */
    {"+375291234567", "+375291234567", "BY"},
    {"+33 6 12 34 56 78", "+33612345678", "FR"},
    {"+49 1511 2345678", "+4915112345678", "DE"},
    /* A plan that does not tell mobiles from fixed lines. */
    {"+1 650 253 0000", "+16502530000", "US"},
};

static void test_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
        struct phone phone;

        if (phone_parse(slice_str(accepted[i].text), "RU", &phone) != PHONE_OK)
            fail_msg("\"%s\": %s", accepted[i].text, phone.reason);
        assert_string_equal(phone.e164, accepted[i].e164);
        assert_string_equal(phone.region, accepted[i].region);
        assert_null(phone.reason);
    }
}

static const struct {
    const char *text;
    enum phone_outcome outcome;
    const char *reason;
} refused[] = {
    {"", PHONE_INVALID, "not_a_number"},
    {" ", PHONE_INVALID, "not_a_number"},
    {"+", PHONE_INVALID, "not_a_number"},
    {"-()", PHONE_INVALID, "not_a_number"},
    {"hello", PHONE_INVALID, "not_a_number"},
    {"++79234440000", PHONE_INVALID, "not_a_number"},
    {"7+9234440000", PHONE_INVALID, "not_a_number"},
    {"8-800-FLOWERS", PHONE_INVALID, "not_a_number"},
    {"+79234440000 ext. 5", PHONE_INVALID, "not_a_number"},
    {"+79234440000x5", PHONE_INVALID, "not_a_number"},
    {"+79234440000,5", PHONE_INVALID, "not_a_number"},
    {"+79234440000;ext=5", PHONE_INVALID, "not_a_number"},
    {"tel:+79234440000", PHONE_INVALID, "not_a_number"},
    {"+79234440000#", PHONE_INVALID, "not_a_number"},
    /* Digits of another script, full-width digits, and bytes that are no UTF-8. */
    {"+7923444000\xD9\xA0", PHONE_INVALID, "not_a_number"},
    {"+7923444000\xEF\xBC\x90", PHONE_INVALID, "not_a_number"},
    {"+79234440000\xFF", PHONE_INVALID, "not_a_number"},
    {"\xC3", PHONE_INVALID, "not_a_number"},
    /* `+` is taken at its word. */
    {"+89234440000", PHONE_INVALID, "invalid_country_code"},
    {"+8 (923) 444-00-00", PHONE_INVALID, "invalid_country_code"},
    {"+9234440000", PHONE_INVALID, "impossible"}, /* +92 is Pakistan */
    {"+9991234567", PHONE_INVALID, "invalid_country_code"},
    {"7", PHONE_INVALID, "too_short"},
    {"112", PHONE_INVALID, "too_short"},
    {"+7923444000", PHONE_INVALID, "too_short"},
    {"+79234440000000000", PHONE_INVALID, "too_long"},
    {"999999999999999999999999", PHONE_INVALID, "too_long"},
    {"+70000000000", PHONE_INVALID, "impossible"},
    {"+73400000000", PHONE_INVALID, "impossible"},
    /* Trunk prefixes within each other: read once, it would be read differently the next time. */
    {"+520117327750937", PHONE_INVALID, "impossible"},
    {"8 495 123-45-67", PHONE_NOT_MOBILE, "fixed_line"},
    {"+74951234567", PHONE_NOT_MOBILE, "fixed_line"},
    {"8 800 555 35 35", PHONE_NOT_MOBILE, "toll_free"},
    {"8 809 123 45 67", PHONE_NOT_MOBILE, "premium_rate"},
    {"+33810123456", PHONE_NOT_MOBILE, "shared_cost"},
    {"+445600123456", PHONE_NOT_MOBILE, "voip"},
    {"+447012345678", PHONE_NOT_MOBILE, "personal_number"},
    {"+447640123456", PHONE_NOT_MOBILE, "pager"},
    {"+443331234567", PHONE_NOT_MOBILE, "uan"},
    {"+97215112340000", PHONE_NOT_MOBILE, "voicemail"},
    {"+870773111632", PHONE_NOT_MOBILE, "not_geographic"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct phone phone;
        enum phone_outcome outcome = phone_parse(slice_str(refused[i].text), "RU", &phone);

        if (outcome != refused[i].outcome || strcmp(phone.reason, refused[i].reason) != 0)
            fail_msg("\"%s\": %d %s", refused[i].text, outcome, phone.reason);
        assert_string_equal(phone.e164, "");
        assert_string_equal(phone.region, "");
    }
}

/* Numbers of examples, which nobody can have. */
static void test_examples(void **state)
{
    static const struct {
        const char *text;
        const char *region;
        const char *e164; /* NULL: refused */
    } rows[] = {
        {"+78888888888", "RU", "+78888888888"},
        {"+7 (888) 888-88-88", "US", "+78888888888"},
        {"88888888888", "RU", "+78888888888"},
        {"8 888 888-88-88", "RU", "+78888888888"},
        {"78888888888", "RU", "+78888888888"},
        {"88888888888", "US", NULL},
        {"88888888888", "", NULL},
        {"98888888888", "RU", NULL},
        {"8888888888", "RU", NULL},
        {"888888888888", "RU", NULL},
        {"+88888888888", "RU", "+88888888888"},
        {"+12345678", "RU", "+12345678"},
        {"+1234567", "RU", NULL},
        {"+123456789012345", "RU", "+123456789012345"},
        {"+1234567890123456", "RU", NULL},
        {"+", "RU", NULL},
        {"", "RU", NULL},
        {"8888888888x", "RU", NULL},
        {"8+8888888888", "RU", NULL},
        {"++78888888888", "RU", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct phone phone;
        bool good = phone_parse_example(slice_str(rows[i].text), rows[i].region, &phone);

        if (good != (rows[i].e164 != NULL))
            fail_msg("\"%s\" in \"%s\"", rows[i].text, rows[i].region);
        assert_string_equal(phone.e164, good ? rows[i].e164 : "");
        assert_string_equal(phone.region, "");
        assert_null(phone.reason);
    }
}

static void test_nul_and_length(void **state)
{
    char text[PHONE_TEXT_MAX + 2];
    struct phone phone;

    (void)state;
    assert_int_equal(phone_parse(slice_of("+79234440000\0", 13), "RU", &phone), PHONE_INVALID);
    assert_string_equal(phone.reason, "not_a_number");
    assert_int_equal(phone_parse(slice_of("+7923444\0"
                                          "0000",
                                          13),
                                 "RU", &phone),
                     PHONE_INVALID);
    assert_int_equal(phone_parse(SLICE_ABSENT, "RU", &phone), PHONE_INVALID);

    memset(text, ' ', sizeof(text));
    memcpy(text, "+79234440000", 12);
    assert_int_equal(phone_parse(slice_of(text, PHONE_TEXT_MAX), "RU", &phone), PHONE_OK);
    assert_int_equal(phone_parse(slice_of(text, PHONE_TEXT_MAX + 1), "RU", &phone), PHONE_INVALID);
    assert_string_equal(phone.reason, "too_long");
}

static void test_default_region(void **state)
{
    struct phone phone;

    (void)state;
    assert_int_equal(phone_parse(SLICE_LIT("8 029 123-45-67"), "BY", &phone), PHONE_OK);
    assert_string_equal(phone.e164, "+375291234567");
    assert_int_equal(phone_parse(SLICE_LIT("(650) 253-0000"), "US", &phone), PHONE_OK);
    assert_string_equal(phone.e164, "+16502530000");
    /* A region that nobody knows leaves the numbers with `+`. */
    assert_int_equal(phone_parse(SLICE_LIT("9234440000"), "XX", &phone), PHONE_INVALID);
    assert_string_equal(phone.reason, "invalid_country_code");
    assert_int_equal(phone_parse(SLICE_LIT("+79234440000"), "XX", &phone), PHONE_OK);

    assert_true(phone_region_known("RU"));
    assert_true(phone_region_known("KZ"));
    assert_false(phone_region_known("XX"));
    assert_false(phone_region_known("ru"));
    assert_false(phone_region_known(""));
}

static void test_countries_known(void **state)
{
    static const char *const known[] = {"RU", "RU,BY,KZ", " ru , GB", "RU,", "all", " ALL ", ""};
    static const struct {
        const char *countries;
        const char *unknown;
    } unknown[] = {
        {"UK", "UK"},      {"RU,UK,XX", "UK"},      {"RU, uk ", "uk"}, {",RU", ""},
        {"all,RU", "all"}, {"RU,Russia", "Russia"}, {"001", "001"},    {"RU,ZZ", "ZZ"},
    };
    struct slice found;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        assert_true(phone_countries_known(known[i], &found));
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
        assert_false(phone_countries_known(unknown[i].countries, &found));
        assert_slice(found, unknown[i].unknown);
    }
}

static void test_country_allowed(void **state)
{
    (void)state;
    assert_true(phone_country_allowed("RU,BY,KZ", "RU"));
    assert_true(phone_country_allowed("RU,BY,KZ", "KZ"));
    assert_true(phone_country_allowed(" ru , by ", "BY"));
    assert_true(phone_country_allowed("RU,", "RU"));
    assert_false(phone_country_allowed("RU,BY,KZ", "US"));
    assert_false(phone_country_allowed("RUS", "RU"));
    assert_false(phone_country_allowed("R", "RU"));
    assert_false(phone_country_allowed("", "RU"));
    assert_false(phone_country_allowed(",,", "RU"));
    assert_true(phone_country_allowed("all", "US"));
    assert_true(phone_country_allowed(" ALL ", "US"));
    /* A word of the list is not the word. */
    assert_false(phone_country_allowed("RU,all", "US"));
}

#define DOT "\xE2\x80\xA2"

static const struct {
    const char *e164;
    const char *masked;
} masks[] = {
    {"+79234440000", "+7923" DOT DOT DOT DOT DOT "00"},
    {"+16502530000", "+1650" DOT DOT DOT DOT DOT "00"},
    {"+375291234567", "+375291" DOT DOT DOT DOT "67"},
    {"+4915112345678", "+49151" DOT DOT DOT DOT DOT DOT "78"},
    /* The shorter a number, the less of it stays: four are always hidden. */
    {"+2901234", "+2" DOT DOT DOT DOT "34"},
    {"+123456789012345", "+1234" DOT DOT DOT DOT DOT DOT DOT DOT DOT "45"},
    {"", DOT DOT DOT DOT},
    {"+", DOT DOT DOT DOT},
    {"79234440000", DOT DOT DOT DOT},
    {"+123456", DOT DOT DOT DOT},
    {"+1234567890123456", DOT DOT DOT DOT},
    {"+7923444000a", DOT DOT DOT DOT},
};

static void test_mask(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(masks); i++) {
        char masked[PHONE_MASK_SIZE];

        phone_mask(masks[i].e164, masked);
        assert_string_equal(masked, masks[i].masked);
    }
}

/* What was accepted once is accepted again, unchanged, whatever the default region. */
static void test_e164_stays(void **state)
{
    static const char *const regions[] = {"RU", "US", "KZ", "XX"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
        for (size_t j = 0; j < ARRAY_LEN(regions); j++) {
            struct phone phone;

            assert_int_equal(phone_parse(slice_str(accepted[i].e164), regions[j], &phone),
                             PHONE_OK);
            assert_string_equal(phone.e164, accepted[i].e164);
            assert_string_equal(phone.region, accepted[i].region);
        }
    }
}

static void *parse_often(void *wrong)
{
    for (int i = 0; i < 200; i++) {
        size_t row = (size_t)i % ARRAY_LEN(accepted);
        struct phone phone;

        if (phone_parse(slice_str(accepted[row].text), "RU", &phone) != PHONE_OK ||
            strcmp(phone.e164, accepted[row].e164) != 0)
            *(bool *)wrong = true;
    }
    return NULL;
}

static void test_threads(void **state)
{
    pthread_t threads[4];
    bool wrong[ARRAY_LEN(threads)] = {false};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, parse_often, &wrong[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(wrong[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_examples),        cmocka_unit_test(test_nul_and_length),
        cmocka_unit_test(test_default_region),  cmocka_unit_test(test_countries_known),
        cmocka_unit_test(test_country_allowed), cmocka_unit_test(test_mask),
        cmocka_unit_test(test_e164_stays),      cmocka_unit_test(test_threads),
    };

    phone_warm_up();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
