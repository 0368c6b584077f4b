#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
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

void clock_format(int64_t at_us, char out[CLOCK_TEXT_SIZE])
{
    int64_t shown_us = at_us < 0 ? 0 : at_us < LAST_US ? at_us : LAST_US;
    time_t seconds = (time_t)(shown_us / US_PER_S);
    struct tm tm;

    CHECK(gmtime_r(&seconds, &tm) != NULL);
    (void)snprintf(out, CLOCK_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
                   (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)(tm.tm_mon + 1) % 100,
                   (unsigned)tm.tm_mday % 100, (unsigned)tm.tm_hour % 100,
                   (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100,
                   (unsigned)(shown_us % US_PER_S / US_PER_MS) % 1000);
}
