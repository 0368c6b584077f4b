/*
 * clock: the one source of time. Rules in domain/ never call it; they take `now_us`.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/def.h"

/* Wall clock, microseconds since 1970 UTC, plus the shift below. Thread-safe. */
int64_t clock_now_us(void);

/* Monotonic microseconds, for durations and deadlines of this process. Never shifted. */
int64_t clock_monotonic_us(void);

/*
 * Development mode only: moves clock_now_us forward for the whole process, so that expiry and
 * limits can be tried without waiting. The shift adds up and is lost at exit.
 */
void clock_advance_us(int64_t by_us);

/*
 * "2026-11-21T12:34:56.789Z" (RFC 3339, UTC, milliseconds), CLOCK_TEXT_SIZE bytes with the NUL.
 * Times before 1970 or after 9999 are written as the first or last of those years.
 */
#define CLOCK_TEXT_SIZE 25
void clock_format(int64_t at_us, char out[CLOCK_TEXT_SIZE]);

#endif
