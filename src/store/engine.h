/*
 * engine: what a database must do for the store, one small table of functions. Engines hold no
 * rules: they run the statements of a script in order, in one transaction, and hand back the rows
 * of its SELECT. The front (store.c) has checked the arguments and counts.
 */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "store/store.h"

enum engine_result {
    ENGINE_DONE,  /* job->result is set */
    ENGINE_LATER, /* engine_finished or engine_done is called for the job once */
    ENGINE_FULL,  /* not taken: the queue is full */
};

struct engine {
    const char *schema; /* the kind of migrations: `NNNN_x.<schema>.sql` */

    /* See store_new, store_prepare. */
    bool (*open)(const struct settings *settings, void **ret_self, char error[STORE_ERROR_SIZE]);
    enum store_readiness (*prepare)(void *self, bool create, char error[STORE_ERROR_SIZE]);
    void (*close)(void *self);

    bool (*port_open)(void *self, struct store_port *port, uv_loop_t *loop, void **ret_self_port,
                      char error[STORE_ERROR_SIZE]);
    /* Closes at once, or while the loop turns on. */
    void (*port_close)(void *self_port);

    enum engine_result (*run)(void *self_port, struct store_job *job);
    /* The port's thread is about to wait. */
    void (*rest)(void *self_port);

    bool (*version)(const struct settings *settings, int64_t *ret_stored,
                    char error[STORE_ERROR_SIZE]);
};

extern const struct engine engine_sqlite;
extern const struct engine engine_pg;

/* Hands finished jobs (linked by `next`, all of one port) back to their port; from any thread. */
void engine_finished(struct store_port *port, struct store_job *jobs);

/* Hands one finished job back, on the port's own thread. It may be gone when this returns. */
void engine_done(struct store_job *job);

/* The newest schema this program knows, and the text of migration `version` for a kind. */
int64_t migration_newest(void);
struct slice migration_text(const char *schema, int64_t version);

/*
 * Whether a store of schema `stored` will do: it must be the newest, or with `create` an older one,
 * which is then to be migrated. If not, says why in error; `name` is how to call the store.
 */
MUST_CHECK bool migration_allowed(const char *name, int64_t stored, bool create,
                                  char error[STORE_ERROR_SIZE]);

#endif
