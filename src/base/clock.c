#include "base/clock.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/check.h"

/* 9999-12-31T23:59:59.999Z: beyond it RFC 3339 has no spelling. */
#define LAST_US INT64_C(253402300799999000)

static atomic_int_least64_t shift_us;

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;

    CHECK(clock_gettime(id, &ts) == 0);
    return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return read_clock(CLOCK_REALTIME) + atomic_load_explicit(&shift_us, memory_order_relaxed);
}

int64_t clock_monotonic_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void clock_advance_us(int64_t by_us)
{
    atomic_fetch_add(&shift_us, by_us);
}

/* `digits` decimal digits of `value` at `out`. */
static void put_digits(char *out, int digits, int64_t value)
{
    while (digits-- > 0) {
        out[digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

void clock_format(int64_t at_us, char out[CLOCK_TEXT_SIZE])
{
    int64_t shown_us = at_us < 0 ? 0 : at_us < LAST_US ? at_us : LAST_US;
    time_t seconds = (time_t)(shown_us / US_PER_S);
    struct tm tm;

    CHECK(gmtime_r(&seconds, &tm) != NULL);
    memcpy(out, "0000-00-00T00:00:00.000Z", CLOCK_TEXT_SIZE);
    put_digits(out, 4, tm.tm_year + 1900);
    put_digits(out + 5, 2, tm.tm_mon + 1);
    put_digits(out + 8, 2, tm.tm_mday);
    put_digits(out + 11, 2, tm.tm_hour);
    put_digits(out + 14, 2, tm.tm_min);
    put_digits(out + 17, 2, tm.tm_sec);
    put_digits(out + 20, 3, shown_us % US_PER_S / US_PER_MS);
}
