/*
 * crowd: many operations at once, too many to try their orders; afterwards each promise of "exactly
 * one" and each limit must have held, whatever the order was.
 */
#ifndef TEST_STORE_CROWD_H
#define TEST_STORE_CROWD_H

#include <stdbool.h>
#include <stdint.h>

/* One crowd on the store of `url` (see subject_open); false, with what was broken on stderr. */
bool crowd_holds(const char *url, uint64_t seed);

#endif
