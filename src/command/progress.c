#include "command/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

#define BAR_WIDTH 24

/* Between two drawings of the bar, and between two lines. */
#define BAR_US (100 * US_PER_MS)
#define LINE_US US_PER_S

struct progress progress_begin(const char *verb, int64_t done, int64_t total)
{
    return (struct progress){
        .verb = verb,
        .total = total,
        .done = done,
        .done_before = done,
        .began_us = clock_monotonic_us(),
        .is_terminal = isatty(STDERR_FILENO) == 1,
    };
}

/* Rows a second since it began. */
static double speed(const struct progress *progress, int64_t now_us)
{
    int64_t passed_us = now_us - progress->began_us;

    return (double)(progress->done - progress->done_before) * (double)US_PER_S /
           (double)(passed_us > 0 ? passed_us : 1);
}

static void draw_bar(const struct progress *progress, const char *what, double rate, int64_t left_s)
{
    static const char full[] = "########################";
    static const char empty[] = "------------------------";
    double part = progress->total > 0 ? (double)progress->done / (double)progress->total : 1;
    int width = part >= 1 ? BAR_WIDTH : (int)(part * BAR_WIDTH);

    (void)fprintf(stderr,
                  "\r%s %-12s [%.*s%.*s] %3d%%  %" PRId64 " of %" PRId64 " rows  %.0f/s  %" PRId64
                  ":%02d left\033[K",
                  progress->verb, what, width, full, BAR_WIDTH - width, empty, (int)(part * 100),
                  progress->done, progress->total, rate, left_s / 60, (int)(left_s % 60));
}

void progress_add(struct progress *progress, const char *what, int64_t count)
{
    int64_t now_us = clock_monotonic_us();
    double rate;
    int64_t left_s;

    progress->done += count;
    /* The source may have grown since it was counted: never more than all. */
    if (progress->done > progress->total)
        progress->total = progress->done;
    if (progress->shown_us != 0 &&
        now_us - progress->shown_us < (progress->is_terminal ? BAR_US : LINE_US))
        return;
    progress->shown_us = now_us;
    rate = speed(progress, now_us);
    left_s = rate < 1 ? 0 : (int64_t)((double)(progress->total - progress->done) / rate);
    if (progress->is_terminal)
        draw_bar(progress, what, rate, left_s);
    else
        (void)fprintf(stderr,
                      "%s %s: %" PRId64 " of %" PRId64 " rows, %.0f rows/s, %" PRId64 " s left\n",
                      progress->verb, what, progress->done, progress->total, rate, left_s);
}

void progress_end(struct progress *progress)
{
    int64_t now_us = clock_monotonic_us();

    (void)fprintf(stderr, "%s%s: %" PRId64 " rows in %.1f s, %.0f rows/s%s\n",
                  progress->is_terminal ? "\r" : "", progress->verb,
                  progress->done - progress->done_before,
                  (double)(now_us - progress->began_us) / (double)US_PER_S, speed(progress, now_us),
                  progress->is_terminal ? "\033[K" : "");
}
