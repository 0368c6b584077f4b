/*
 * translate: parameters and rows between the names of the model and those of one engine (see
 * subject.h). Thread-safe: the directory of ids has a lock.
 */
#ifndef TEST_STORE_TRANSLATE_H
#define TEST_STORE_TRANSLATE_H

#include <pthread.h>

#include "model.h"

#define DIRECTORY_MAX 4096

/* Which id of the engine is which number of the model. */
struct directory {
    int64_t engine_ids[DIRECTORY_MAX];
    int64_t numbers[DIRECTORY_MAX];
    unsigned count;
};

struct translation {
    pthread_mutex_t lock;
    struct directory accounts;
    struct directory sessions;
    int64_t floor_id; /* accounts up to here are of earlier runs */
    int64_t shift_us; /* from the model's time to the engine's */
    char ending[16];  /* of names; bytes get a NUL and a byte beyond UTF-8 before it */
};

/* A copy of `in` for the engine, in `arena`. */
const void *translate_in(struct translation *translation, const struct script *script,
                         const void *in, struct arena *arena);

/* Learns the new ids in the rows of a finished job. */
void translate_learn(struct translation *translation, const struct store_job *job);

/* The rows in the names of the model, in `arena`; an id that was never learnt comes out negative.
 */
struct rows translate_out(struct translation *translation, const struct store_job *job,
                          struct arena *arena);

#endif
