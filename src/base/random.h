/*
 * random: unpredictable bytes from the operating system (getrandom(2)). Thread-safe.
 * The kernel's generator cannot fail once seeded; a failure ends the process.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/def.h"

void random_bytes(void *out, size_t len);

/* Uniform in [0, bound), by rejection; bound must be positive. */
uint32_t random_below(uint32_t bound);

#endif
