/*
 * store: the contract between the house and where its data lives.
 *
 * Each user of the store (an event loop, the background thread, a command) opens a port: its own
 * door, used by one thread only and bound to that thread's libuv loop. A job names one script and
 * its parameters; every route makes exactly one. Writes that queue meanwhile are made durable
 * together, so that one flush serves all of them. A job that comes back STORE_DONE is durable and
 * visible to every port.
 *
 * Two engines keep this contract. SQLite: reads run at once on the port's own connection, writes
 * are queued for the store's one writer. PostgreSQL: each port has a connection for reads and one
 * for writes, and talks to both from its loop.
 *
 * Rules about stored state live in the scripts, never here.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <uv.h>

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
    STORE_UNAVAILABLE, /* not run: locked, read-only, disk full, gone, corrupt, out of time */
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

    /* The store's. */
    struct store_job *next;
    struct store_port *port;
    /* The PostgreSQL engine's. */
    int64_t deadline_us; /* monotonic */
    unsigned tries;      /* how often it failed for a reason that passes */
    bool maybe_done;     /* it was under way once, and nobody learned the outcome */
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

/* Longest name of a store (its URL without a password), with its NUL. */
#define STORE_NAME_SIZE 1100

/* `url` as it may be shown: without the password. */
void store_name(const char *url, char ret_name[STORE_NAME_SIZE]);

/*
 * Names the store of settings->store_url, which may be absent as yet: ports may be opened on it,
 * and their jobs come back STORE_UNAVAILABLE, until store_prepare has said STORE_READY. False, with
 * a message for a person, when the URL names no store. Close with store_close. `settings` must
 * outlive the store.
 */
MUST_CHECK bool store_new(const struct settings *settings, struct store **ret_store,
                          char ret_error[STORE_ERROR_SIZE]);

enum store_readiness {
    STORE_READY,
    STORE_ABSENT,  /* nothing answers there now: trying again later may help */
    STORE_REFUSED, /* it is there and will not do as it is */
};

/*
 * Looks whether the store can be used, and says in ret_error why not. With `create`, a store that
 * is not there yet is made and migrated to the newest schema; an older one is migrated; without,
 * either is refused. So is a store from a newer version, locked, read-only or corrupt. Blocks; at
 * most once STORE_READY.
 */
enum store_readiness store_prepare(struct store *store, bool create,
                                   char ret_error[STORE_ERROR_SIZE]);

/* Both at once; true when the store is ready. */
MUST_CHECK bool store_open(const struct settings *settings, bool create, struct store **ret_store,
                           char ret_error[STORE_ERROR_SIZE]);

/* Finishes what is queued; every port must be closed before. NULL is allowed. */
void store_close(struct store *store);

/*
 * A door for one thread, whose loop is `loop`. NULL: a loop of the port's own, for commands and
 * tests, which only store_run_wait turns.
 */
MUST_CHECK bool store_port_open(struct store *store, uv_loop_t *loop, struct store_port **ret_port,
                                char ret_error[STORE_ERROR_SIZE]);

/* Every job of the port must have come back. The loop must turn until the port's handles are
 * closed. NULL is allowed. */
void store_port_close(struct store_port *port);

/* Hands a job in. job->done is called exactly once, with job->result set; on PostgreSQL within
 * settings->store_timeout_ms. */
void store_run(struct store_port *port, struct store_job *job);

/*
 * Call when the loop is about to wait: what has queued sets out now, and the read snapshot that
 * reads of one turn may share ends. Within a turn a read still sees every write that was
 * acknowledged before it.
 */
void store_port_rest(struct store_port *port);

/* Runs one job and waits, on a port with a loop of its own. */
enum store_result store_run_wait(struct store_port *port, struct store_job *job);

/* Schema version of an existing store and the newest this program knows; no migration. */
MUST_CHECK bool store_version(const struct settings *settings, int64_t *ret_stored,
                              int64_t *ret_newest, char ret_error[STORE_ERROR_SIZE]);

#endif
