/*
 * statistics: adds what the tally has gathered to the store every few seconds (every second in
 * development mode), sooner when its room is half taken, and once more at the end. So a process
 * that is killed loses as much as that at most.
 *
 * What the store could not take is kept for the next time; of what it may or may not have taken
 * nothing is added again.
 */
#ifndef COMMAND_STATISTICS_H
#define COMMAND_STATISTICS_H

#include "domain/tally.h"
#include "store/store.h"

struct statistics;

/* On a libuv loop; `port` is of that loop. Both and `tally` must outlive it. Never NULL. */
struct statistics *statistics_open(uv_loop_t *loop, struct store_port *port, struct tally *tally,
                                   bool dev);

/*
 * Adds what there is for the last time, on the loop; `closed` is called there once that is over and
 * the port is not used any more. Who notes events must have stopped.
 */
void statistics_close(struct statistics *self, void (*closed)(void *owner), void *owner);

#endif
