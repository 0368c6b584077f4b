/* profile: what people may write about themselves. */
#include "unit.h"

#include "domain/profile.h"

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define LABEL_60 FIFTY TEN
/* Ten Cyrillic letters, twenty bytes. */
#define TEN_RU "\xD0\x90\xD0\x90\xD0\x90\xD0\x90\xD0\x90\xD0\x90\xD0\x90\xD0\x90\xD0\x90\xD0\x90"
#define FIFTY_RU TEN_RU TEN_RU TEN_RU TEN_RU TEN_RU

static const struct {
    enum profile_field field;
    const char *text;
    const char *value; /* NULL: refused; "": cleared */
} rows[] = {
    {PROFILE_EMAIL, "anna@example.com", "anna@example.com"},
    {PROFILE_EMAIL, "  anna@example.com\n", "anna@example.com"},
    {PROFILE_EMAIL, "anna+tag.x_y'z@mail.example.co.uk", "anna+tag.x_y'z@mail.example.co.uk"},
    {PROFILE_EMAIL, "Anna@Example.COM", "Anna@Example.COM"},
    {PROFILE_EMAIL, "a@b.c", "a@b.c"},
    {PROFILE_EMAIL, "a@xn--80a.xn--p1ai", "a@xn--80a.xn--p1ai"},
    {PROFILE_EMAIL, TEN_RU "@\xD1\x8F.\xD1\x80\xD1\x84", TEN_RU "@\xD1\x8F.\xD1\x80\xD1\x84"},
    {PROFILE_EMAIL, FIFTY "1234@example.com", FIFTY "1234@example.com"},
    {PROFILE_EMAIL, "a@" LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60 ".abcdefgh",
     "a@" LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60 ".abcdefgh"}, /* 254 bytes */
    {PROFILE_EMAIL, "ab@" LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60 ".abcdefgh", NULL},
    {PROFILE_EMAIL, "", ""},
    {PROFILE_EMAIL, " \t ", ""},
    {PROFILE_EMAIL, "anna", NULL},
    {PROFILE_EMAIL, "@example.com", NULL},
    {PROFILE_EMAIL, "anna@", NULL},
    {PROFILE_EMAIL, "anna@example", NULL},
    {PROFILE_EMAIL, "anna@.com", NULL},
    {PROFILE_EMAIL, "anna@example.", NULL},
    {PROFILE_EMAIL, "anna@example..com", NULL},
    {PROFILE_EMAIL, "anna@-example.com", NULL},
    {PROFILE_EMAIL, "anna@example-.com", NULL},
    {PROFILE_EMAIL, "anna@example.com-", NULL},
    {PROFILE_EMAIL, "anna@ex_ample.com", NULL},
    {PROFILE_EMAIL, "anna@@example.com", NULL},
    {PROFILE_EMAIL, "an@na@example.com", NULL},
    {PROFILE_EMAIL, "an na@example.com", NULL},
    {PROFILE_EMAIL, "anna@exa mple.com", NULL},
    {PROFILE_EMAIL, "an\xC2\xA0na@example.com", NULL},
    {PROFILE_EMAIL, "an\xE2\x80\x8Bna@example.com", NULL},
    {PROFILE_EMAIL, "anna@example.com\x01", NULL},
    {PROFILE_EMAIL, "an\nna@example.com", NULL},
    {PROFILE_EMAIL, "anna@example.com,b@example.com", NULL},
    {PROFILE_EMAIL, "Anna <anna@example.com>", NULL},
    {PROFILE_EMAIL, "anna@[127.0.0.1]", NULL},
    {PROFILE_EMAIL, "anna@exam\xFFple.com", NULL},
    {PROFILE_EMAIL, FIFTY "12345678901234a@example.com", NULL}, /* 65 before the @ */
    {PROFILE_EMAIL, "a@1234" LABEL_60 ".com", NULL},            /* a label of 64 */

    {PROFILE_FIRST_NAME, "Anna", "Anna"},
    {PROFILE_FIRST_NAME, "  Anna Maria  ", "Anna Maria"},
    {PROFILE_FIRST_NAME, "O'Brien-\xD0\x96", "O'Brien-\xD0\x96"},
    {PROFILE_FIRST_NAME, "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB",
     "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"},
    {PROFILE_FIRST_NAME, "<script>alert(1)</script>",
     "<script>alert(1)</script>"}, /* escaped when shown */
    {PROFILE_FIRST_NAME, "", ""},
    {PROFILE_FIRST_NAME, "\xE3\x80\x80", ""},
    {PROFILE_FIRST_NAME, "An\nna", NULL},
    {PROFILE_FIRST_NAME, "An\tna", NULL},
    {PROFILE_FIRST_NAME, "An\x7Fna", NULL},
    {PROFILE_FIRST_NAME, "An\xC2\x85na", NULL},
    {PROFILE_FIRST_NAME, "An\xE2\x80\xAEna", NULL},
    {PROFILE_FIRST_NAME, "An\xE2\x80\xA8na", NULL},
    {PROFILE_FIRST_NAME, "An\xFFna", NULL},
    {PROFILE_LAST_NAME, FIFTY FIFTY, FIFTY FIFTY},
    {PROFILE_LAST_NAME, FIFTY FIFTY "1", NULL},
    {PROFILE_CITY, FIFTY_RU FIFTY_RU, FIFTY_RU FIFTY_RU},
    {PROFILE_CITY, FIFTY_RU FIFTY_RU "\xD0\x90", NULL},
    {PROFILE_DEVICE_NAME, "Anna's phone", "Anna's phone"},
    {PROFILE_DEVICE_NAME, "a\x1B[31m", NULL},

    {PROFILE_TELEGRAM_ID, "@anna_1", "@anna_1"},
    {PROFILE_TELEGRAM_ID, " @anna_1 ", "@anna_1"},
    {PROFILE_TELEGRAM_ID, "@12345", "@12345"},
    {PROFILE_TELEGRAM_ID, "@" TEN TEN TEN "12", "@" TEN TEN TEN "12"},
    {PROFILE_TELEGRAM_ID, "@" TEN TEN TEN "123", NULL},
    {PROFILE_TELEGRAM_ID, "@anna", NULL},
    {PROFILE_TELEGRAM_ID, "@", NULL},
    {PROFILE_TELEGRAM_ID, "anna_1", NULL},
    {PROFILE_TELEGRAM_ID, "@an-na1", NULL},
    {PROFILE_TELEGRAM_ID, "@anna_\xD0\x90", NULL},
    {PROFILE_TELEGRAM_ID, "@@anna1", NULL},
    {PROFILE_TELEGRAM_ID, "1", "1"},
    {PROFILE_TELEGRAM_ID, TEN TEN, TEN TEN},
    {PROFILE_TELEGRAM_ID, TEN TEN "1", NULL},
    {PROFILE_TELEGRAM_ID, "-100123", NULL},
    {PROFILE_TELEGRAM_ID, "", ""},
};

static void test_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct slice value = SLICE_LIT("untouched");
        bool ok = profile_read(rows[i].field, slice_str(rows[i].text), &value);

        if (ok != (rows[i].value != NULL))
            fail_msg("row %zu: \"%s\"", i, rows[i].text);
        if (!ok)
            assert_slice(value, "untouched");
        else if (rows[i].value[0] == '\0')
            assert_true(slice_is_absent(value));
        else
            assert_slice(value, rows[i].value);
    }
}

static void test_nul_and_absent(void **state)
{
    struct slice value;

    (void)state;
    assert_false(profile_read(PROFILE_FIRST_NAME, slice_of("An\0na", 5), &value));
    assert_false(profile_read(PROFILE_EMAIL, slice_of("a\0@b.cc", 7), &value));
    assert_false(profile_read(PROFILE_TELEGRAM_ID, slice_of("@anna\0", 6), &value));
    assert_true(profile_read(PROFILE_CITY, SLICE_ABSENT, &value));
    assert_true(slice_is_absent(value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_nul_and_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
