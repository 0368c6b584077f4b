/* clock, random and metric. */
#include "unit.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/metric.h"
#include "base/random.h"

static void test_format(void **state)
{
    static const struct {
        int64_t at_us;
        const char *text;
    } times[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {999, "1970-01-01T00:00:00.000Z"},
        {1000, "1970-01-01T00:00:00.001Z"},
        {INT64_C(951782399999999), "2000-02-28T23:59:59.999Z"},
        {INT64_C(951782400000000), "2000-02-29T00:00:00.000Z"},
        {INT64_C(1795264496789000), "2026-11-21T12:34:56.789Z"},
        {INT64_C(253402300799999000), "9999-12-31T23:59:59.999Z"},
        {INT64_C(253402300800000000), "9999-12-31T23:59:59.999Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
        {-1, "1970-01-01T00:00:00.000Z"},
        {INT64_MIN, "1970-01-01T00:00:00.000Z"},
    };
    char text[CLOCK_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        clock_format(times[i].at_us, text);
        assert_string_equal(text, times[i].text);
    }
}

static void test_shift_moves_the_wall_clock_only(void **state)
{
    int64_t monotonic_us = clock_monotonic_us();
    int64_t before_us = clock_now_us();

    (void)state;
    clock_advance_us(2 * US_PER_DAY);
    clock_advance_us(US_PER_DAY);
    assert_in_range(clock_now_us() - before_us, 3 * US_PER_DAY, 3 * US_PER_DAY + US_PER_MINUTE);
    assert_in_range(clock_monotonic_us() - monotonic_us, 0, US_PER_MINUTE);
}

static void test_random_bytes_differ(void **state)
{
    uint8_t first[300] = {0};
    uint8_t second[300] = {0};

    (void)state;
    random_bytes(first, sizeof(first));
    random_bytes(second, sizeof(second));
    random_bytes(NULL, 0);
    assert_memory_not_equal(first, second, 32);
    assert_memory_not_equal(first + 268, second + 268, 32);
}

static void below_nothing(void *unused)
{
    (void)unused;
    (void)random_below(0);
}

static void test_random_below_is_uniform(void **state)
{
    unsigned counts[10] = {0};

    (void)state;
    for (int i = 0; i < 20000; i++)
        counts[random_below(10)]++;
    /* Each count is 2000 with a standard deviation of 42; nine of them to each side. */
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        assert_in_range(counts[i], 2000 - 9 * 42, 2000 + 9 * 42);
    assert_int_equal(random_below(1), 0);
    assert_true(random_below((UINT32_C(1) << 31) + 1) <= UINT32_C(1) << 31);
    assert_aborts(below_nothing, NULL);
}

static void *count_often(void *unused)
{
    for (int i = 0; i < 10000; i++)
        metric_count(METRIC_SIGN_INS);
    return unused;
}

static void test_metrics_count(void **state)
{
    pthread_t threads[4];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_often, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(metric_get(METRIC_SIGN_INS), 40000);
    metric_set(METRIC_HTTP_CONNECTIONS, 7);
    metric_add(METRIC_HTTP_CONNECTIONS, -3);
    assert_int_equal(metric_get(METRIC_HTTP_CONNECTIONS), 4);
}

static void test_metrics_are_shown(void **state)
{
    struct arena *arena = arena_new();
    struct buf buf = buf_new(arena, 1000, 100000);
    bool whole;
    char *text;

    (void)state;
    metric_write(&buf);
    text = arena_str(arena, buf_view(&buf, &whole));
    assert_true(whole);
    assert_non_null(strstr(text, "# HELP domofon_sign_ins_total Sessions begun.\n"
                                 "# TYPE domofon_sign_ins_total counter\n"
                                 "domofon_sign_ins_total 40000\n"));
    assert_non_null(strstr(text, "# TYPE domofon_http_connections gauge\n"
                                 "domofon_http_connections 4\n"));
    assert_int_equal(text[strlen(text) - 1], '\n');
    arena_free(arena);
}

static void count_unknown(void *unused)
{
    (void)unused;
    metric_count(METRIC_COUNT);
}

static void test_unknown_metric(void **state)
{
    (void)state;
    assert_aborts(count_unknown, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_shift_moves_the_wall_clock_only),
        cmocka_unit_test(test_random_bytes_differ),
        cmocka_unit_test(test_random_below_is_uniform),
        cmocka_unit_test(test_metrics_count),
        cmocka_unit_test(test_metrics_are_shown),
        cmocka_unit_test(test_unknown_metric),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
