/* Times as clients write them. */
#include "unit.h"

#include "base/clock.h"
#include "base/instant.h"

static void known_times(void **state)
{
    static const struct {
        const char *text;
        const char *same;
    } rows[] = {
        {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
        {"2026-11-21T12:34:56Z", "2026-11-21T12:34:56.000Z"},
        {"2026-11-21t12:34:56.789z", "2026-11-21T12:34:56.789Z"},
        {"2026-11-21T12:34:56.7891239999999999999Z", "2026-11-21T12:34:56.789Z"},
        {"2026-11-21T12:34:56+03:00", "2026-11-21T09:34:56.000Z"},
        {"2026-11-21T23:34:56.5-11:30", "2026-11-22T11:04:56.500Z"},
        /* As a query says it where `+` was not escaped. */
        {"2026-11-21T12:34:56 03:00", "2026-11-21T09:34:56.000Z"},
        {"2026-11-21", "2026-11-21T00:00:00.000Z"},
        {"2024-02-29", "2024-02-29T00:00:00.000Z"},
        {"2000-02-29", "2000-02-29T00:00:00.000Z"},
        {"2100-03-01", "2100-03-01T00:00:00.000Z"},
        {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
        {"1970-01-01T03:00:00+03:00", "1970-01-01T00:00:00.000Z"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[CLOCK_TEXT_SIZE];
        int64_t at_us;

        assert_true(instant_parse(slice_str(rows[i].text), &at_us));
        clock_format(at_us, text);
        assert_string_equal(text, rows[i].same);
    }
}

static void anything_else_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "yesterday",
        "2026",
        "2026-11",
        "2026-1-1",
        "2026-00-01",
        "2026-13-01",
        "2026-11-00",
        "2026-11-31",
        "2023-02-29",
        "2100-02-29",
        "1969-12-31",
        "10000-01-01",
        "2026-11-21T",
        "2026-11-21T12:34:56",
        "2026-11-21 12:34:56Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T12:60:00Z",
        "2026-11-21T12:34:60Z",
        "2026-11-21T12:34:56.Z",
        "2026-11-21T12:34Z",
        "2026-11-21T12:34:56+0300",
        "2026-11-21T12:34:56  03:00",
        "2026-11-21T12:34:56 +03:00",
        "2026-11-21T12:34:56 ",
        "2026-11-21T12:34:56+24:00",
        "2026-11-21T12:34:56Z ",
        " 2026-11-21",
        "+2026-11-21",
        "1970-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        int64_t at_us = 7;

        assert_false(instant_parse(slice_str(texts[i]), &at_us));
        assert_int_equal(at_us, 7);
    }
}

static void every_day_is_the_next(void **state)
{
    (void)state;
    for (int64_t day = 0; day < 3000 * INT64_C(365); day += 13) {
        char text[CLOCK_TEXT_SIZE];
        int64_t at_us;

        clock_format(day * US_PER_DAY, text);
        assert_true(instant_parse(slice_str(text), &at_us));
        assert_int_equal(at_us, day * US_PER_DAY);
        assert_true(instant_parse(slice_of(text, 10), &at_us));
        assert_int_equal(at_us, day * US_PER_DAY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_times),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(every_day_is_the_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
