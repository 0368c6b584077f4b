/*
 * store: the contract between the house and where its data lives.
 *
 * Each user of the store (an event loop, the background thread, a command) opens a port: its own
 * door, used by one thread only. A job names one script and its parameters; every route makes
 * exactly one. Reads run at once on the port's own connection. Writes queue for the store's one
 * writer, which takes whatever has queued, runs it in one transaction, commits once and hands the
 * jobs back, so that durability costs one flush for all of them. A job that comes back STORE_DONE
 * is durable and visible to every port.
 *
 * Rules about stored state live in the scripts, never here.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/settings.h"
#include "store/scripts.h"

struct store;
struct store_port;

/*
 * How a job ended. What a script decided ("wrong code") is in its rows; these are only about
 * whether it ran.
 */
enum store_result {
    STORE_DONE,        /* committed; rows are set */
    STORE_OVERLOADED,  /* not run: the queue is full; try again shortly */
    STORE_UNAVAILABLE, /* not run: locked, read-only, disk full, gone, corrupt */
    STORE_UNKNOWN,     /* could not tell whether it was committed */
};

struct store_job {
    const struct script *script;
    const void *in;      /* struct X_in; it and what it points to live until `done` */
    struct arena *arena; /* rows are allocated here; the store has it until `done` */
    void (*done)(struct store_job *job); /* on the port's thread; maybe before store_run returns */
    void *owner;                         /* the caller's */

    enum store_result result;
    const void *rows; /* array of struct X_row */
    unsigned row_count;
    bool truncated; /* more rows than STORE_ROWS_MAX */

    struct store_job *next;  /* the store's */
    struct store_port *port; /* the store's */
};

/* Most rows one job returns. */
#define STORE_ROWS_MAX 4096

/* The first row of a finished job, typed; NULL when there is none. */
#define STORE_ROW(job, name) ((const struct name##_row *)store_row((job), &script_##name, 0))
#define STORE_ROW_AT(job, name, index) \
    ((const struct name##_row *)store_row((job), &script_##name, (index)))
const void *store_row(const struct store_job *job, const struct script *script, unsigned index);

/* Longest message store_open and store_migrate write, with its NUL. */
#define STORE_ERROR_SIZE 512

/*
 * Opens the store that settings->store_url names. With `create`, a store that is not there yet is
 * made and migrated to the newest schema; an older one is migrated; without, either is an error.
 * A store from a newer version, locked, read-only or corrupt is refused with a message for a person
 * in ret_error. Close with store_close. `settings` must outlive the store.
 */
MUST_CHECK bool store_open(const struct settings *settings, bool create, struct store **ret_store,
                           char ret_error[STORE_ERROR_SIZE]);

/* Stops the writer after it has finished what is queued; every port must be closed before. */
void store_close(struct store *store);

/*
 * A door for one thread. `wake` is called (on the store's thread) when finished jobs wait for
 * store_port_collect; it must only wake the owner, e.g. uv_async_send.
 */
MUST_CHECK bool store_port_open(struct store *store, void (*wake)(void *owner), void *owner,
                                struct store_port **ret_port, char ret_error[STORE_ERROR_SIZE]);

/* Every job of the port must have come back. NULL is allowed. */
void store_port_close(struct store_port *port);

/* Hands a job in. job->done is called exactly once, with job->result set. */
void store_run(struct store_port *port, struct store_job *job);

/* Calls `done` of each finished write of this port; returns how many. */
unsigned store_port_collect(struct store_port *port);

/*
 * Ends the read snapshot that reads of one loop turn share; call when the loop is about to wait.
 * Within a turn a read still sees every write that was acknowledged before it.
 */
void store_port_rest(struct store_port *port);

/* Runs one job and waits: for commands and tests, on a port opened without `wake`. */
enum store_result store_run_wait(struct store_port *port, struct store_job *job);

/* Schema version of an existing store and the newest this program knows; no migration. */
MUST_CHECK bool store_version(const struct settings *settings, int64_t *ret_stored,
                              int64_t *ret_newest, char ret_error[STORE_ERROR_SIZE]);

#endif
