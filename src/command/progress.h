/*
 * progress: how far a long command has come, on standard error: on a terminal a bar that is drawn
 * again and again, elsewhere a line a second.
 *
 *     copying session   [############------------]  52%  5200000 of 10000000 rows  148000/s  0:33
 * left
 */
#ifndef COMMAND_PROGRESS_H
#define COMMAND_PROGRESS_H

#include "base/def.h"

struct progress {
    const char *verb;
    int64_t total;
    int64_t done;
    int64_t done_before; /* when it began: rows of an earlier run do not count as speed */
    int64_t began_us;
    int64_t shown_us; /* 0: not yet */
    bool is_terminal;
};

/* `verb` ("copying") must live as long; `done` of `total` rows are there already. */
struct progress progress_begin(const char *verb, int64_t done, int64_t total);

/* `count` more are done; `what` is being done. Shows it when it is time. */
void progress_add(struct progress *progress, const char *what, int64_t count);

/* Shows how many were done in what time. */
void progress_end(struct progress *progress);

#endif
