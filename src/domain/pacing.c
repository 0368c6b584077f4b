#include "domain/pacing.h"

#include "base/check.h"

/* A code's third and later resends wait four times the base. */
#define GAP_DOUBLINGS_MAX 2

int64_t pacing_resend_gap_us(int64_t base_cooldown_s, int64_t resends_so_far)
{
    int64_t doublings = resends_so_far < GAP_DOUBLINGS_MAX ? resends_so_far : GAP_DOUBLINGS_MAX;

    CHECK(base_cooldown_s >= 0 && resends_so_far >= 0);
    return base_cooldown_s * US_PER_S * (1 << doublings);
}

static int64_t end_of(int64_t now_us, int64_t event_us, int64_t span_us)
{
    return (event_us < now_us ? event_us : now_us) + span_us;
}

enum pacing_outcome pacing_check(int64_t now_us, int64_t last_us, int64_t gap_us,
                                 const struct pacing_window *windows, size_t window_count,
                                 int64_t *ret_until_us)
{
    enum pacing_outcome outcome = PACING_OK;
    int64_t until_us = now_us;

    if (last_us != 0 && end_of(now_us, last_us, gap_us) > until_us) {
        until_us = end_of(now_us, last_us, gap_us);
        outcome = PACING_COOLDOWN;
    }
    for (size_t i = 0; i < window_count; i++) {
        int64_t end_us = end_of(now_us, windows[i].nth_us, windows[i].span_us);

        if (windows[i].nth_us != 0 && end_us > until_us) {
            until_us = end_us;
            outcome = PACING_LIMIT;
        }
    }
    *ret_until_us = until_us;
    return outcome;
}

int64_t pacing_retry_after_s(int64_t now_us, int64_t until_us)
{
    int64_t wait_us = until_us - now_us;

    return wait_us <= US_PER_S ? 1 : (wait_us + US_PER_S - 1) / US_PER_S;
}
