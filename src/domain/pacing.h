/*
 * pacing: how soon the next message may go to a phone, and the next guess be made. The times come
 * from the store, so neither a restart nor another node forgets them.
 */
#ifndef DOMAIN_PACING_H
#define DOMAIN_PACING_H

#include "base/def.h"

/*
 * Least time before resend number `resends_so_far` + 1 of a code: base, twice, four times the
 * base, and so on at four times (30, 60, 120, 120 s).
 */
int64_t pacing_resend_gap_us(int64_t base_cooldown_s, int64_t resends_so_far);

/*
 * A sliding window that allows `max` events in `span_us`. `nth_us` is when the max-th newest event
 * was, 0 when there have not been so many: with 5 in ten minutes, the time of the fifth newest.
 */
struct pacing_window {
    int64_t span_us;
    int64_t nth_us;
};

enum pacing_outcome {
    PACING_OK,
    PACING_COOLDOWN, /* too soon after the last one */
    PACING_LIMIT,    /* a window is full */
};

/*
 * May an event happen at `now_us`? `last_us` is the last one (0: none) and `gap_us` the least
 * distance from it (0: none asked). When several rules say no, the one that holds longest is told;
 * *ret_until_us is when it ends, `now_us` for PACING_OK. An event in the future (the clock was set
 * back) counts as one that happened now, so nobody waits longer than a window.
 *
 * Sends: gap and windows of 10 min, 1 h, 24 h. Wrong guesses: gap 0 and windows of 1 h, 24 h.
 */
MUST_CHECK enum pacing_outcome pacing_check(int64_t now_us, int64_t last_us, int64_t gap_us,
                                            const struct pacing_window *windows,
                                            size_t window_count, int64_t *ret_until_us);

/* Whole seconds from now until then, rounded up, at least 1: Retry-After and retry_after_s. */
int64_t pacing_retry_after_s(int64_t now_us, int64_t until_us);

#endif
