/*
 * worker: the process that looks at one picture, and the pool of them that a loop has.
 *
 * A worker is this program again, run by /proc/self/exe as `domofon avatar-worker`, without any
 * environment: it gives up all it can (sandbox.h), reads the picture from standard input, writes
 * what came of it to standard output (image_reply_read) and ends. The loop waits for it as for any
 * client, and kills it when it takes longer than a few seconds.
 */
#ifndef IMAGE_WORKER_H
#define IMAGE_WORKER_H

#include <uv.h>

#include "base/arena.h"
#include "image/gate.h"
#include "image/image.h"

#define IMAGE_WORKER_COMMAND "avatar-worker"

/* The whole of a worker; the exit status of the process. */
int image_worker(void);

struct image_pool;

struct image_job {
    struct slice picture;                /* lives until `done` */
    struct arena *arena;                 /* for `webp`; the pool has it until `done` */
    void (*done)(struct image_job *job); /* on the pool's thread; maybe before image_run returns */
    /* Does anybody still want it? Else it is dropped, IMAGE_OVERLOADED, when its turn comes. */
    bool (*is_awaited)(const struct image_job *job);
    void *owner; /* the caller's */
    int64_t key; /* of the account that hands it in, see image_gate_enter */

    enum image_outcome outcome;
    struct slice webp; /* with IMAGE_OK */

    struct image_job *next; /* the pool's */
};

/* For one thread, whose loop is `uv`. Never NULL. */
struct image_pool *image_pool_open(uv_loop_t *uv, struct image_gate *gate);

/* Every job must have come back. The loop must turn until the pool's handles are closed. */
void image_pool_close(struct image_pool *pool);

/*
 * The server stops: those that wait come back at once, IMAGE_OVERLOADED, and so does whatever is
 * handed in from now on; a worker has a second more, and is then killed: IMAGE_FAILED.
 */
void image_pool_drain(struct image_pool *pool);

/*
 * Hands a picture in; job->done is called exactly once: 5 seconds after a worker has begun with it
 * at the latest, and it waits for one only for as long as somebody waits for it, and 5 seconds
 * more. What is none of the three formats, or longer than IMAGE_BYTES_MAX, needs no worker:
 * IMAGE_UNSUPPORTED, IMAGE_TOO_LONG. What the gate does not let in is IMAGE_OVERLOADED.
 */
void image_run(struct image_pool *pool, struct image_job *job);

#endif
