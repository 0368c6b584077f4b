/*
 * engine: what a database must do for the store, one small table of functions. Engines hold no
 * rules: they run the statements of a script in order, in one transaction, and hand back the rows
 * of its SELECT. The front (store.c) has checked the arguments and counts.
 */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "store/store.h"

struct engine {
    const char *scheme; /* what stands before ':' in the setting `store` */

    /* Opens (see store_open) and gives the engine's own object. */
    bool (*open)(const struct settings *settings, bool create, void **ret_self,
                 char error[STORE_ERROR_SIZE]);
    void (*close)(void *self);

    bool (*port_open)(void *self, struct store_port *port, void **ret_self_port,
                      char error[STORE_ERROR_SIZE]);
    void (*port_close)(void *self_port);

    /* Runs a read and sets job->result before it returns. */
    void (*read)(void *self_port, struct store_job *job);
    /* Queues a write; engine_finished is called for it once, from any thread. False: queue full. */
    bool (*write)(void *self_port, struct store_job *job);
    /* The port's thread is about to wait. */
    void (*rest)(void *self_port);

    bool (*version)(const struct settings *settings, int64_t *ret_stored,
                    char error[STORE_ERROR_SIZE]);
};

extern const struct engine engine_sqlite;

/* Hands finished writes (linked by `next`, all of one port) back to their port; thread-safe. */
void engine_finished(struct store_port *port, struct store_job *jobs);

/* The newest schema this program knows, and the text of migration `version` for a scheme. */
int64_t migration_newest(void);
struct slice migration_text(const char *scheme, int64_t version);

#endif
