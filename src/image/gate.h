/*
 * gate: how much all pools together may do, and each account.
 */
#ifndef IMAGE_GATE_H
#define IMAGE_GATE_H

#include <pthread.h>
#include <stdint.h>

#include "base/def.h"

/* Workers at once; pictures that may wait for one. */
#define IMAGE_WORKERS_MAX 2
#define IMAGE_WAITING_MAX 32
#define IMAGE_JOBS_MAX (IMAGE_WORKERS_MAX + IMAGE_WAITING_MAX)

/* Thread-safe; shared by the pools of all loops. */
struct image_gate {
    pthread_mutex_t lock; /* held for nanoseconds */
    unsigned workers;
    unsigned count;
    int64_t keys[IMAGE_JOBS_MAX]; /* of the jobs that are waiting or worked at */
};

void image_gate_open(struct image_gate *gate);
void image_gate_close(struct image_gate *gate);

/*
 * A job comes in. False when there are too many, or one of this key already: a person has one
 * picture, and may not hold up those of others. Any number may be of key 0, nobody's.
 */
MUST_CHECK bool image_gate_enter(struct image_gate *gate, int64_t key);
void image_gate_leave(struct image_gate *gate, int64_t key);

/* A worker is to start; false when there are enough. */
MUST_CHECK bool image_gate_take_worker(struct image_gate *gate);
void image_gate_give_worker(struct image_gate *gate);

#endif
