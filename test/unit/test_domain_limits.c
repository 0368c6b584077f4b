/* pacing and address_limit: how soon, and how often. */
#include "unit.h"

#include "domain/address_limit.h"
#include "domain/pacing.h"

#define NOW INT64_C(1790000000000000)

static void test_resend_gaps(void **state)
{
    static const int64_t seconds[] = {30, 60, 120, 120, 120};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(seconds); i++)
        assert_int_equal(pacing_resend_gap_us(30, (int64_t)i), seconds[i] * US_PER_S);
    assert_int_equal(pacing_resend_gap_us(0, 3), 0);
    assert_int_equal(pacing_resend_gap_us(3600, 9), 14400 * US_PER_S);
}

struct pacing_row {
    const char *what;
    int64_t last_us;
    int64_t gap_us;
    int64_t nth_us[3]; /* of ten minutes, an hour, a day */
    enum pacing_outcome outcome;
    int64_t wait_us;
};

static const struct pacing_row paces[] = {
    {"never before", 0, 30 * US_PER_S, {0, 0, 0}, PACING_OK, 0},
    {"just now", NOW, 30 * US_PER_S, {0, 0, 0}, PACING_COOLDOWN, 30 * US_PER_S},
    {"a moment too soon", NOW - 30 * US_PER_S + 1, 30 * US_PER_S, {0}, PACING_COOLDOWN, 1},
    {"just in time", NOW - 30 * US_PER_S, 30 * US_PER_S, {0, 0, 0}, PACING_OK, 0},
    {"no gap asked", NOW, 0, {0, 0, 0}, PACING_OK, 0},
    {"ten minutes are full",
     NOW - US_PER_MINUTE,
     30 * US_PER_S,
     {NOW - 9 * US_PER_MINUTE, 0, 0},
     PACING_LIMIT,
     US_PER_MINUTE},
    {"ten minutes have just passed",
     NOW - US_PER_MINUTE,
     30 * US_PER_S,
     {NOW - 10 * US_PER_MINUTE, 0, 0},
     PACING_OK,
     0},
    {"the longest wait is told",
     NOW - US_PER_MINUTE,
     30 * US_PER_S,
     {NOW - 9 * US_PER_MINUTE, NOW - 50 * US_PER_MINUTE, NOW - 20 * US_PER_HOUR},
     PACING_LIMIT,
     4 * US_PER_HOUR},
    {"the cooldown holds longer than the limit",
     NOW,
     120 * US_PER_S,
     {NOW - 9 * US_PER_MINUTE, 0, 0},
     PACING_COOLDOWN,
     120 * US_PER_S},
    {"the limit holds longer than the cooldown",
     NOW,
     30 * US_PER_S,
     {NOW - 9 * US_PER_MINUTE, 0, 0},
     PACING_LIMIT,
     US_PER_MINUTE},
    {"the clock was set back",
     NOW + US_PER_DAY,
     30 * US_PER_S,
     {0, 0, 0},
     PACING_COOLDOWN,
     30 * US_PER_S},
    {"the clock was set back far",
     NOW - US_PER_DAY,
     30 * US_PER_S,
     {NOW + 30 * US_PER_DAY, 0, 0},
     PACING_LIMIT,
     10 * US_PER_MINUTE},
};

static void test_pacing(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(paces); i++) {
        const struct pacing_row *row = &paces[i];
        const struct pacing_window windows[] = {{10 * US_PER_MINUTE, row->nth_us[0]},
                                                {US_PER_HOUR, row->nth_us[1]},
                                                {US_PER_DAY, row->nth_us[2]}};
        int64_t until_us = 0;
        enum pacing_outcome outcome =
            pacing_check(NOW, row->last_us, row->gap_us, windows, ARRAY_LEN(windows), &until_us);

        if (outcome != row->outcome || until_us != NOW + row->wait_us)
            fail_msg("%s: %d, %lld us", row->what, outcome, (long long)(until_us - NOW));
    }
}

static void test_retry_after(void **state)
{
    (void)state;
    assert_int_equal(pacing_retry_after_s(NOW, NOW - US_PER_HOUR), 1);
    assert_int_equal(pacing_retry_after_s(NOW, NOW), 1);
    assert_int_equal(pacing_retry_after_s(NOW, NOW + 1), 1);
    assert_int_equal(pacing_retry_after_s(NOW, NOW + US_PER_S), 1);
    assert_int_equal(pacing_retry_after_s(NOW, NOW + US_PER_S + 1), 2);
    assert_int_equal(pacing_retry_after_s(NOW, NOW + 30 * US_PER_S), 30);
}

static const uint8_t secret[HASH_BYTES] = "secret of the table, 32 bytes..";

static void key_of(uint64_t number, uint8_t out[ADDRESS_LIMIT_KEY_BYTES])
{
    for (size_t i = 0; i < ADDRESS_LIMIT_KEY_BYTES; i++)
        out[i] = (uint8_t)(number >> (8 * i));
}

static int table_setup(void **state)
{
    *state = address_limit_new(1024, secret);
    return 0;
}

static int table_teardown(void **state)
{
    address_limit_free(*state);
    return 0;
}

static bool hit(struct address_limit *table, uint64_t number, int64_t max, int64_t now_us,
                int64_t *ret_until_us)
{
    uint8_t key[ADDRESS_LIMIT_KEY_BYTES];

    key_of(number, key);
    return address_limit_hit(table, ADDRESS_LIMIT_SEND, key, max, US_PER_HOUR, now_us,
                             ret_until_us);
}

/* The start of a window, so that the arithmetic below is plain. */
#define HOUR_START (NOW / US_PER_HOUR * US_PER_HOUR)

static void test_limit_counts(void **state)
{
    int64_t until_us = 0;

    for (int i = 0; i < 10; i++)
        assert_true(hit(*state, 1, 10, HOUR_START, &until_us));
    assert_false(hit(*state, 1, 10, HOUR_START, &until_us));
    /* Ten in the hour before: a tenth of it must have slid out before there is room for one. */
    assert_int_equal(until_us, HOUR_START + US_PER_HOUR + US_PER_HOUR / 10);
    assert_false(hit(*state, 1, 10, until_us - 1, &until_us));
    assert_true(hit(*state, 1, 10, until_us, &until_us));
    assert_false(hit(*state, 1, 10, until_us, &until_us));
    assert_int_equal(until_us, HOUR_START + US_PER_HOUR + US_PER_HOUR / 5);
    /* Others are not concerned, nor are other kinds. */
    assert_true(hit(*state, 2, 10, HOUR_START, &until_us));
    /* Two windows later all is forgotten. */
    for (int i = 0; i < 10; i++)
        assert_true(hit(*state, 1, 10, HOUR_START + 3 * US_PER_HOUR, &until_us));
}

static void test_limit_of_one(void **state)
{
    int64_t until_us = 0;

    assert_true(hit(*state, 1, 1, HOUR_START, &until_us));
    assert_false(hit(*state, 1, 1, HOUR_START, &until_us));
    assert_int_equal(until_us, HOUR_START + 2 * US_PER_HOUR);
    assert_true(hit(*state, 1, 1, until_us, &until_us));
}

/* What *ret_until_us promises is kept, and not a microsecond before. */
static void test_until_is_exact(void **state)
{
    uint64_t seed = 42;
    int64_t now_us = HOUR_START + 12345;

    for (int i = 0; i < 2000; i++) {
        int64_t until_us = 0;
        int64_t ignored = 0;

        seed = seed * 6364136223846793005 + 1442695040888963407;
        now_us += (int64_t)(seed >> 33) % (US_PER_HOUR / 12);
        if (hit(*state, 7, 9, now_us, &until_us))
            continue;
        assert_true(until_us > now_us);
        assert_false(hit(*state, 7, 9, until_us - 1, &ignored));
        assert_true(hit(*state, 7, 9, until_us, &ignored));
        now_us = until_us;
    }
}

/* Over any true hour there are at most twice as many as allowed, over a day no more than allowed
 * an hour (and one window's worth for the start). */
static void test_long_run_rate(void **state)
{
    int64_t until_us;
    int64_t hits = 0;

    for (int64_t minute = 0; minute < 24 * 60; minute++)
        for (int i = 0; i < 5; i++)
            hits += hit(*state, 9, 10, HOUR_START + minute * US_PER_MINUTE, &until_us);
    assert_in_range(hits, 200, 250);
}

static void test_allows_counts_nothing(void **state)
{
    uint8_t key[ADDRESS_LIMIT_KEY_BYTES];
    int64_t until_us = 0;
    int64_t asked_us = 0;

    key_of(3, key);
    for (int i = 0; i < 100; i++)
        assert_true(address_limit_allows(*state, ADDRESS_LIMIT_GUESS, key, 1, US_PER_HOUR,
                                         HOUR_START, &until_us));
    assert_true(
        address_limit_hit(*state, ADDRESS_LIMIT_GUESS, key, 1, US_PER_HOUR, HOUR_START, &until_us));
    assert_false(address_limit_allows(*state, ADDRESS_LIMIT_GUESS, key, 1, US_PER_HOUR, HOUR_START,
                                      &asked_us));
    assert_false(
        address_limit_hit(*state, ADDRESS_LIMIT_GUESS, key, 1, US_PER_HOUR, HOUR_START, &until_us));
    assert_int_equal(asked_us, until_us);
    assert_true(address_limit_allows(*state, ADDRESS_LIMIT_INVITE, key, 1, US_PER_HOUR, HOUR_START,
                                     &until_us));
}

static void refund(struct address_limit *table, uint64_t number, int64_t now_us)
{
    uint8_t key[ADDRESS_LIMIT_KEY_BYTES];

    key_of(number, key);
    address_limit_refund(table, ADDRESS_LIMIT_SEND, key, US_PER_HOUR, now_us);
}

static void test_refund(void **state)
{
    int64_t until_us = 0;

    /* Nothing to take back: no harm, and nothing below zero. */
    refund(*state, 4, HOUR_START);
    assert_true(hit(*state, 4, 2, HOUR_START, &until_us));
    refund(*state, 4, HOUR_START);
    refund(*state, 4, HOUR_START);
    refund(*state, 4, HOUR_START);
    assert_true(hit(*state, 4, 2, HOUR_START, &until_us));
    assert_true(hit(*state, 4, 2, HOUR_START, &until_us));
    assert_false(hit(*state, 4, 2, HOUR_START, &until_us));
    refund(*state, 4, HOUR_START);
    assert_true(hit(*state, 4, 2, HOUR_START, &until_us));
    /* One of the hour before. */
    assert_false(hit(*state, 4, 2, HOUR_START + US_PER_HOUR, &until_us));
    refund(*state, 4, HOUR_START + US_PER_HOUR);
    assert_true(hit(*state, 4, 2, HOUR_START + US_PER_HOUR, &until_us));
}

static void test_clock_set_back(void **state)
{
    int64_t until_us = 0;

    assert_true(hit(*state, 5, 1, HOUR_START + 5 * US_PER_HOUR, &until_us));
    assert_false(hit(*state, 5, 1, HOUR_START, &until_us));
}

/* A full table forgets the addresses that were quiet longest, and stays as large as it was. */
static void test_eviction(void **state)
{
    struct address_limit *table = address_limit_new(64, secret);
    int64_t until_us = 0;
    unsigned remembered = 0;

    (void)state;
    assert_true(hit(table, 0, 1, HOUR_START, &until_us));
    for (uint64_t i = 1; i <= 10000; i++) {
        assert_true(hit(table, i, 1, HOUR_START + (int64_t)i, &until_us));
        /* Who knocks on is remembered among ten thousand others. */
        assert_false(hit(table, 0, 1, HOUR_START + (int64_t)i, &until_us));
    }
    for (uint64_t i = 1; i <= 10000; i++) {
        uint8_t key[ADDRESS_LIMIT_KEY_BYTES];

        key_of(i, key);
        remembered += !address_limit_allows(table, ADDRESS_LIMIT_SEND, key, 1, US_PER_HOUR,
                                            HOUR_START + 20000, &until_us);
    }
    assert_int_equal(remembered, 63);
    address_limit_free(table);
}

/* One set of eight places: the ninth address takes the place of the one touched first. */
static void test_eviction_order(void **state)
{
    struct address_limit *table = address_limit_new(1, secret);
    int64_t until_us = 0;

    (void)state;
    for (uint64_t i = 0; i < 8; i++)
        assert_true(hit(table, i, 1, HOUR_START + (int64_t)i, &until_us));
    assert_false(hit(table, 0, 1, HOUR_START + 8, &until_us)); /* touched again */
    assert_true(hit(table, 8, 1, HOUR_START + 9, &until_us));  /* takes 1's place */
    assert_false(hit(table, 0, 1, HOUR_START + 10, &until_us));
    assert_false(hit(table, 2, 1, HOUR_START + 11, &until_us));
    assert_true(hit(table, 1, 1, HOUR_START + 12, &until_us)); /* takes 3's */
    assert_true(hit(table, 3, 1, HOUR_START + 13, &until_us));
    address_limit_free(table);
}

int main(void)
{
#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, table_setup, table_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resend_gaps),
        cmocka_unit_test(test_pacing),
        cmocka_unit_test(test_retry_after),
        WITH_TABLE(test_limit_counts),
        WITH_TABLE(test_limit_of_one),
        WITH_TABLE(test_until_is_exact),
        WITH_TABLE(test_long_run_rate),
        WITH_TABLE(test_allows_counts_nothing),
        WITH_TABLE(test_refund),
        WITH_TABLE(test_clock_set_back),
        cmocka_unit_test(test_eviction),
        cmocka_unit_test(test_eviction_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
