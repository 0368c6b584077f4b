/* The tally of what happens, and the country of a number. */
#include "unit.h"

#include <pthread.h>
#include <stdio.h>

#include "domain/phone.h"
#include "domain/tally.h"

#define HOUR (500000 * US_PER_HOUR)

static struct tally_sums sums;

static int open_tally(void **state)
{
    *state = tally_new();
    memset(&sums, 0, sizeof(sums));
    return 0;
}

static int close_tally(void **state)
{
    tally_free(*state);
    return 0;
}

static void countries(void **state)
{
    static const struct {
        const char *number;
        const char *country;
    } rows[] = {
        {"+79234440000", "RU"},  {"+77011234567", "KZ"},
        {"+375291234567", "BY"}, {"+14155552671", "US"},
        {"+16135550123", "CA"},  {"+447400123456", "GB"},
        {"+447700312345", "JE"}, {"+393123456789", "IT"},
        {"+390612345678", "IT"}, {"+8821012345678", "ZZ"},
        {"+00000000", "ZZ"},     {"79234440000", "ZZ"},
        {"+7923444000x", "ZZ"},  {"", "ZZ"},
        {"+79", "ZZ"},           {"+7923444000012345678", "ZZ"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char country[3];

        phone_country(slice_str(rows[i].number), country);
        assert_string_equal(country, rows[i].country);
    }
}

/* Whatever phone_parse finds out about a number, phone_country finds again. */
static void the_country_is_that_of_the_parser(void **state)
{
    static const char *const codes[] = {"7",  "77", "79",  "375", "1",   "44",  "447", "39", "358",
                                        "61", "47", "262", "590", "599", "212", "290", "998"};

    (void)state;
    for (unsigned i = 0; i < 4000; i++) {
        struct phone phone;
        char country[3];
        char text[32];

        (void)snprintf(text, sizeof(text), "+%s%u", codes[i % ARRAY_LEN(codes)],
                       100000000u + (i * 2654435761u) % 900000000u);
        if (phone_parse(slice_str(text), "RU", &phone) != PHONE_OK)
            continue;
        phone_country(slice_str(phone.e164), country);
        assert_string_equal(country, phone.region);
    }
}

static void events_are_summed_by_hour_and_country(void **state)
{
    struct tally *tally = *state;

    tally_add(tally, STAT_SIGN_INS, SLICE_LIT("+79234440000"), 1, HOUR + 5);
    tally_add(tally, STAT_SIGN_INS, SLICE_LIT("+79234440001"), 1, HOUR + US_PER_HOUR - 1);
    tally_add(tally, STAT_SIGN_INS, SLICE_LIT("+79234440001"), 1, HOUR + US_PER_HOUR);
    tally_add(tally, STAT_COST_MICROS, SLICE_LIT("+77011234567"), 2500000, HOUR);
    tally_add(tally, STAT_ADDRESS_GUESSES, SLICE_ABSENT, 1, HOUR);
    assert_int_equal(tally_take(tally, &sums), 0);
    assert_int_equal(sums.count, 4);
    assert_string_equal(sums.sums[0].country, "KZ");
    assert_int_equal(sums.sums[0].amounts[STAT_COST_MICROS], 2500000);
    assert_string_equal(sums.sums[1].country, "RU");
    assert_int_equal(sums.sums[1].hour_us, HOUR);
    assert_int_equal(sums.sums[1].amounts[STAT_SIGN_INS], 2);
    assert_string_equal(sums.sums[2].country, TALLY_NOWHERE);
    assert_int_equal(sums.sums[2].amounts[STAT_ADDRESS_GUESSES], 1);
    assert_int_equal(sums.sums[3].hour_us, HOUR + US_PER_HOUR);
    /* What is taken once is gone; what comes later is added. */
    assert_int_equal(tally_take(tally, &sums), 0);
    assert_int_equal(sums.sums[1].amounts[STAT_SIGN_INS], 2);
    tally_add(tally, STAT_SIGN_INS, SLICE_LIT("+79234440000"), 1, HOUR);
    assert_int_equal(tally_take(tally, &sums), 0);
    assert_int_equal(sums.sums[1].amounts[STAT_SIGN_INS], 3);
    assert_int_equal(sums.count, 4);
}

static void room_is_bounded(void **state)
{
    struct tally *tally = *state;
    int64_t counted = 0;
    uint64_t dropped;

    for (unsigned i = 0; i < 100000; i++)
        tally_add(tally, STAT_FAILED, SLICE_LIT("+79234440000"), 1, HOUR);
    dropped = tally_take(tally, &sums);
    assert_int_equal(sums.count, 1);
    counted = sums.sums[0].amounts[STAT_FAILED];
    assert_true(dropped > 0 && counted > 0);
    assert_int_equal((int64_t)dropped + counted, 100000);
    assert_int_equal(tally_take(tally, &sums), 0);
    assert_int_equal(sums.sums[0].amounts[STAT_FAILED], counted);
}

static void too_many_hours_go_nowhere(void **state)
{
    struct tally *tally = *state;
    uint64_t dropped;

    for (unsigned i = 0; i < TALLY_SUMS_MAX - 1; i++)
        tally_add(tally, STAT_FAILED, SLICE_LIT("+79234440000"), 1, HOUR + i * US_PER_HOUR);
    tally_add(tally, STAT_FAILED, SLICE_ABSENT, 1, HOUR);
    tally_add(tally, STAT_FAILED, SLICE_LIT("+77011234567"), 1, HOUR);
    tally_add(tally, STAT_FAILED, SLICE_LIT("+77011234567"), 1, HOUR + US_PER_HOUR);
    dropped = tally_take(tally, &sums);
    assert_int_equal(dropped, 1);
    assert_int_equal(sums.count, TALLY_SUMS_MAX);
    assert_string_equal(sums.sums[1].country, TALLY_NOWHERE);
    assert_int_equal(sums.sums[1].amounts[STAT_FAILED], 2);
}

static void count_call(void *owner)
{
    (*(unsigned *)owner)++;
}

static void half_is_told_once(void **state)
{
    struct tally *tally = *state;
    unsigned calls = 0;

    tally_on_half(tally, count_call, &calls);
    for (unsigned i = 0; i < 100000; i++)
        tally_add(tally, STAT_FAILED, SLICE_ABSENT, 1, HOUR);
    assert_int_equal(calls, 1);
    (void)tally_take(tally, &sums);
    for (unsigned i = 0; i < 100000; i++)
        tally_add(tally, STAT_FAILED, SLICE_ABSENT, 1, HOUR);
    assert_int_equal(calls, 2);
}

#define THREADS 4
#define EACH 100000

static void *add_many(void *tally)
{
    for (unsigned i = 0; i < EACH; i++)
        tally_add(tally, STAT_SIGN_INS, SLICE_LIT("+79234440000"), 1, HOUR);
    return NULL;
}

static void threads_lose_nothing(void **state)
{
    struct tally *tally = *state;
    pthread_t threads[THREADS];
    uint64_t dropped = 0;

    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_many, tally), 0);
    for (unsigned i = 0; i < 50; i++)
        dropped += tally_take(tally, &sums);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    dropped += tally_take(tally, &sums);
    assert_int_equal((int64_t)dropped + sums.sums[0].amounts[STAT_SIGN_INS], THREADS * EACH);
}

#define TALLY_TEST(name) cmocka_unit_test_setup_teardown(name, open_tally, close_tally)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(countries),
        cmocka_unit_test(the_country_is_that_of_the_parser),
        TALLY_TEST(events_are_summed_by_hour_and_country),
        TALLY_TEST(room_is_bounded),
        TALLY_TEST(too_many_hours_go_nowhere),
        TALLY_TEST(half_is_told_once),
        TALLY_TEST(threads_lose_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
