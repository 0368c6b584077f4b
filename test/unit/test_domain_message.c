/* message: the text that carries a code, and how many SMS it takes. */
#include "unit.h"

#include <stdio.h>

#include "base/utf8.h"
#include "domain/message.h"

static const struct {
    struct message_terms terms;
    const char *text;
} rows[] = {
    {{LOCALE_RU, "domofon", "localhost", "4547", 120},
     "domofon: код 4547 на 2 мин. Никому его не говорите.\n@localhost #4547"},
    {{LOCALE_RU, "дом", "dom.ru", "4547", 120},
     "дом: код 4547 на 2 мин. Никому его не говорите.\n@dom.ru #4547"},
    {{LOCALE_RU, "Дом", "a.ru", "4547", 59},
     "Дом: код 4547 на 59 с. Никому его не говорите.\n@a.ru #4547"},
    {{LOCALE_RU, "domofon", "login.example.org", "4547", 120},
     "domofon: код 4547. Действует 2 мин.\n@login.example.org #4547"},
    {{LOCALE_RU, "abcdefghij", "abcdefghijklmnopq.ru", "123456", 600},
     "abcdefghij: код 123456 на 10 мин\n@abcdefghijklmnopq.ru #123456"},
    {{LOCALE_EN, "domofon", "localhost", "4547", 120},
     "domofon: your code is 4547. It works for 2 min. Never share it with anyone.\n"
     "@localhost #4547"},
    {{LOCALE_NONE, "domofon", "localhost", "4547", 179},
     "domofon: your code is 4547. It works for 2 min. Never share it with anyone.\n"
     "@localhost #4547"},
    {{LOCALE_EN, "domofon", "localhost", "4547", 30},
     "domofon: your code is 4547. It works for 30 s. Never share it with anyone.\n"
     "@localhost #4547"},
    /* A Russian brand takes an English text out of the GSM alphabet, to 70 characters. */
    {{LOCALE_EN, "Домофон", "localhost", "4547", 60},
     "Домофон: code 4547, good for 1 min. Never share it.\n@localhost #4547"},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[MESSAGE_TEXT_SIZE];
        size_t len = message_write(&rows[i].terms, text);

        assert_string_equal(text, rows[i].text);
        assert_int_equal(len, strlen(text));
        assert_int_equal(message_segments(slice_str(text)), 1);
    }
}

/* The promise: one SMS in Russian, whatever the code's length and life. */
static void test_russian_fits_one_sms(void **state)
{
    static const char *const brands[] = {"", "Д", "domofon", "Домофон", "Десятьбукв"};
    static const char *const domains[] = {"a.ru", "localhost", "signin.example-x.org"};
    static const char digits[] = "1234567890";

    (void)state;
    for (size_t b = 0; b < ARRAY_LEN(brands); b++) {
        for (size_t d = 0; d < ARRAY_LEN(domains); d++) {
            for (size_t length = 4; length <= 10; length++) {
                for (int64_t life = 1; life <= 600; life++) {
                    struct message_terms terms = {LOCALE_RU, brands[b], domains[d],
                                                  digits + 10 - length, life};
                    char text[MESSAGE_TEXT_SIZE];
                    char last_line[64];
                    size_t len = message_write(&terms, text);
                    size_t units;

                    assert_true(utf8_count(slice_of(text, len), &units));
                    assert_in_range(units, 1, 70);
                    (void)snprintf(last_line, sizeof(last_line), "\n@%s #%s", domains[d],
                                   terms.code);
                    assert_string_equal(strstr(text, "\n"), last_line);
                    assert_non_null(strstr(text, terms.code));
                }
            }
        }
    }
}

/* The longest that settings allow is written whole, in as many SMS as it takes. */
static void test_longest(void **state)
{
    char brand[81];
    char domain[101];
    char text[MESSAGE_TEXT_SIZE];
    struct message_terms terms = {LOCALE_RU, brand, domain, "1234567890", 600};

    (void)state;
    for (size_t i = 0; i < 80; i += 2)
        memcpy(brand + i, "\xd0\x96", 2); /* 40 characters */
    memset(domain, 'd', 100);
    brand[80] = domain[100] = '\0';
    (void)message_write(&terms, text);
    assert_non_null(strstr(text, domain));
    assert_int_equal(message_segments(slice_str(text)), 3);
}

static void write_with_brand(void *brand)
{
    const struct message_terms terms = {LOCALE_RU, brand, "localhost", "4547", 120};
    char text[MESSAGE_TEXT_SIZE];

    (void)message_write(&terms, text);
}

static void test_caps_are_checked(void **state)
{
    char brand[162];

    (void)state;
    memset(brand, 'b', sizeof(brand) - 1);
    brand[sizeof(brand) - 1] = '\0';
    assert_aborts(write_with_brand, brand);
}

static void test_segments(void **state)
{
    char text[1000];

    (void)state;
    assert_int_equal(message_segments(SLICE_LIT("")), 1);
    memset(text, 'a', sizeof(text));
    assert_int_equal(message_segments(slice_of(text, 160)), 1);
    assert_int_equal(message_segments(slice_of(text, 161)), 2);
    assert_int_equal(message_segments(slice_of(text, 306)), 2);
    assert_int_equal(message_segments(slice_of(text, 307)), 3);
    /* A character of the extension table takes two places. */
    text[0] = '{';
    assert_int_equal(message_segments(slice_of(text, 159)), 1);
    assert_int_equal(message_segments(slice_of(text, 160)), 2);
    /* One that is not in the alphabet makes all of it UCS-2. */
    text[0] = '`';
    assert_int_equal(message_segments(slice_of(text, 70)), 1);
    assert_int_equal(message_segments(slice_of(text, 71)), 2);
    memcpy(text, "\xF0\x9F\x9A\xAA", 4);
    assert_int_equal(message_segments(slice_of(text, 4 + 68)), 1);
    assert_int_equal(message_segments(slice_of(text, 4 + 69)), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),    cmocka_unit_test(test_russian_fits_one_sms),
        cmocka_unit_test(test_longest),  cmocka_unit_test(test_caps_are_checked),
        cmocka_unit_test(test_segments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
