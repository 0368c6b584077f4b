/*
 * The SQLite engine: one writer thread with a connection of its own, which runs whatever has queued
 * in one transaction; reads on the connection of each port.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/log.h"
#include "base/metric.h"
#include "store/engine.h"
#include "store/sqlite_conn.h"

struct sqlite_store {
    char *path;
    const struct settings *settings;
    dev_t device; /* which file we opened: it may be moved away under us */
    ino_t inode;
    pthread_t writer;
    struct sqlite_conn *conn; /* the writer's */
    bool missing;             /* the writer has told that our file is not in its place */

    /* Grows with every commit, before anybody is told: a read older than it begins anew. */
    atomic_uint_least64_t commits;
    /* Grows whenever the writer had to open the file again: readers follow. */
    atomic_uint generation;

    pthread_mutex_t lock;
    pthread_cond_t queued;
    struct store_job *first;
    struct store_job *last;
    int64_t queue_len;
    bool stopping;
};

struct sqlite_port {
    struct sqlite_store *store;
    struct sqlite_conn *conn;
    unsigned generation;
    bool in_snapshot;
    uint64_t snapshot_commits;
};

static const char *path_of(const struct settings *settings)
{
    return settings->store_url + strlen("sqlite:");
}

/*
 * True while the file at our path is the one we opened. Commits into a file that somebody has moved
 * away would be lost with it; and another file in its place must not be opened while our log file
 * (PATH-wal) lies beside it: SQLite would apply that to it, or delete it if the file is empty. Our
 * own file may come back at any time, another one takes a restart.
 */
static bool file_is_ours(const struct sqlite_store *store)
{
    struct stat now;

    return stat(store->path, &now) == 0 && now.st_dev == store->device &&
           now.st_ino == store->inode;
}

static bool remember_file(struct sqlite_store *store)
{
    struct stat now;

    if (stat(store->path, &now) != 0)
        return false;
    store->device = now.st_dev;
    store->inode = now.st_ino;
    return true;
}

static void reopen(struct sqlite_store *store)
{
    char error[STORE_ERROR_SIZE] = "the file has another schema version";
    int64_t version = 0;

    sqlite_conn_close(store->conn);
    store->conn = NULL;
    if (sqlite_conn_open(store->path, false, (int)store->settings->store_busy_ms, &store->conn,
                         error) &&
        sqlite_schema_version(store->conn, store->path, &version, error) &&
        version == migration_newest()) {
        atomic_fetch_add(&store->generation, 1);
        log_write(LOG_WARN, "store_reopened", LOG_STR("path", store->path));
        return;
    }
    log_write(LOG_ERROR, "store_gone", LOG_STR("detail", error));
    sqlite_conn_close(store->conn);
    store->conn = NULL;
}

static void set_results(struct store_job *jobs, enum store_result result)
{
    for (struct store_job *job = jobs; job != NULL; job = job->next)
        job->result = result;
}

static void roll_back(struct sqlite_conn *conn)
{
    if (sqlite3_get_autocommit(sqlite_conn_db(conn)) == 0 &&
        sqlite_conn_command(conn, SQLITE_CMD_ROLLBACK) != SQLITE_OK)
        log_write(LOG_WARN, "rollback_failed", LOG_STR("detail", "SQLite rolls back by itself"));
}

enum phase { BEGINNING, RUNNING, COMMITTING };

/* One transaction over `jobs` up to `end` (not included); *ret_phase is where it failed. */
static int run_transaction(struct sqlite_store *store, struct store_job *jobs,
                           const struct store_job *end, enum phase *ret_phase)
{
    int code = sqlite_conn_command(store->conn, SQLITE_CMD_BEGIN_WRITE);

    *ret_phase = code == SQLITE_OK ? RUNNING : BEGINNING;
    for (struct store_job *job = jobs; job != end && code == SQLITE_OK; job = job->next)
        code = sqlite_conn_run(store->conn, job);
    if (code == SQLITE_OK) {
        *ret_phase = COMMITTING;
        code = sqlite_conn_command(store->conn, SQLITE_CMD_COMMIT);
    }
    if (code == SQLITE_OK) {
        atomic_fetch_add(&store->commits, 1);
        metric_count(METRIC_STORE_BATCHES);
    }
    return code;
}

/* A constraint or a type that a script tripped over harms that script alone. */
static bool is_scripts_own_fault(int code)
{
    int kind = code & 0xff;

    return kind == SQLITE_CONSTRAINT || kind == SQLITE_MISMATCH || kind == SQLITE_TOOBIG ||
           kind == SQLITE_ERROR || kind == SQLITE_RANGE;
}

/* What a failed transaction means to its jobs; puts the connection in order for the next one. */
static enum store_result fail(struct sqlite_store *store, int code, const char *during,
                              bool committing)
{
    enum store_result result = STORE_UNAVAILABLE;
    int kind = code & 0xff;

    if (store->conn == NULL)
        return result;
    result = sqlite_conn_failure(store->conn, during, committing);
    roll_back(store->conn);
    /* Busy, full and a script's own fault pass by themselves; after anything else a fresh
     * connection is the safe start. */
    if (kind != SQLITE_BUSY && kind != SQLITE_FULL && !is_scripts_own_fault(code))
        reopen(store);
    return result;
}

static void run_singly(struct sqlite_store *store, struct store_job *jobs)
{
    for (struct store_job *job = jobs; job != NULL; job = job->next) {
        enum phase phase;

        int code =
            store->conn == NULL ? SQLITE_CANTOPEN : run_transaction(store, job, job->next, &phase);

        job->result = STORE_DONE;
        if (code != SQLITE_OK)
            job->result = fail(store, code, job->script->name, phase == COMMITTING);
    }
}

/* Whether our file is in its place, and a line in the log when that changes. */
static bool look_for_file(struct sqlite_store *store)
{
    bool ours = file_is_ours(store);

    if (!ours && !store->missing)
        log_write(LOG_ERROR, "store_gone", LOG_STR("path", store->path),
                  LOG_STR("detail", "moved away or replaced; put it back, or restart domofon"));
    else if (ours && store->missing)
        log_write(LOG_WARN, "store_back", LOG_STR("path", store->path));
    store->missing = !ours;
    return ours;
}

/* True when another process held the file all the time we may wait. */
static bool run_batch(struct sqlite_store *store, struct store_job *jobs)
{
    enum phase phase;
    int code;

    if (look_for_file(store) && store->conn == NULL)
        reopen(store);
    if (store->missing || store->conn == NULL) {
        set_results(jobs, STORE_UNAVAILABLE);
        return false;
    }
    code = run_transaction(store, jobs, NULL, &phase);
    if (code == SQLITE_OK) {
        set_results(jobs, STORE_DONE);
        return false;
    }
    if (phase == RUNNING && is_scripts_own_fault(code)) {
        roll_back(store->conn);
        run_singly(store, jobs);
        return false;
    }
    set_results(jobs, fail(store, code, "batch", phase == COMMITTING));
    return phase == BEGINNING && (code & 0xff) == SQLITE_BUSY;
}

/* Gives the jobs back, one list for each port, in their order. */
static void hand_back(struct store_job *jobs)
{
    while (jobs != NULL) {
        struct store_port *port = jobs->port;
        struct store_job *mine = NULL;
        struct store_job **mine_end = &mine;
        struct store_job **at = &jobs;

        while (*at != NULL) {
            struct store_job *job = *at;

            if (job->port != port) {
                at = &job->next;
                continue;
            }
            *at = job->next;
            job->next = NULL;
            *mine_end = job;
            mine_end = &job->next;
        }
        engine_finished(port, mine);
    }
}

/* Up to `most` queued jobs, NULL when there are none; the lock is held. */
static struct store_job *take(struct sqlite_store *store, int64_t most)
{
    struct store_job *batch = store->first;
    struct store_job *last = batch;
    int64_t count = 1;

    if (batch == NULL)
        return NULL;
    while (last->next != NULL && count < most) {
        last = last->next;
        count++;
    }
    store->first = last->next;
    if (store->first == NULL)
        store->last = NULL;
    last->next = NULL;
    store->queue_len -= count;
    metric_set(METRIC_STORE_QUEUE, store->queue_len);
    return batch;
}

/* The next batch, waited for; NULL when the store is closing and the queue is empty. */
static struct store_job *take_batch(struct sqlite_store *store)
{
    struct store_job *batch;

    pthread_mutex_lock(&store->lock);
    while (store->first == NULL && !store->stopping)
        pthread_cond_wait(&store->queued, &store->lock);
    batch = take(store, store->settings->store_batch);
    pthread_mutex_unlock(&store->lock);
    return batch;
}

/* Those who queued while the file was locked have waited long enough: else each batch would wait
 * its own time behind the others. */
static void refuse_queued(struct sqlite_store *store)
{
    struct store_job *jobs;

    pthread_mutex_lock(&store->lock);
    jobs = take(store, INT64_MAX);
    pthread_mutex_unlock(&store->lock);
    set_results(jobs, STORE_UNAVAILABLE);
    hand_back(jobs);
}

static void *writer_main(void *arg)
{
    struct sqlite_store *store = arg;
    struct store_job *batch;

    while ((batch = take_batch(store)) != NULL) {
        /* Refused before anybody hears of the lock: what comes after deserves its own try. */
        if (run_batch(store, batch))
            refuse_queued(store);
        hand_back(batch);
    }
    return NULL;
}

static bool engine_write(void *self_port, struct store_job *job)
{
    struct sqlite_store *store = ((struct sqlite_port *)self_port)->store;
    bool accepted;

    pthread_mutex_lock(&store->lock);
    accepted = store->queue_len < store->settings->store_queue && !store->stopping;
    if (accepted) {
        if (store->last == NULL)
            store->first = job;
        else
            store->last->next = job;
        store->last = job;
        store->queue_len++;
        pthread_cond_signal(&store->queued);
    }
    pthread_mutex_unlock(&store->lock);
    return accepted;
}

static void engine_rest(void *self_port)
{
    struct sqlite_port *port = self_port;

    if (!port->in_snapshot)
        return;
    port->in_snapshot = false;
    if (sqlite_conn_command(port->conn, SQLITE_CMD_COMMIT) != SQLITE_OK)
        roll_back(port->conn);
}

/*
 * The port's connection, opened again when it failed or when the writer's was. Readers never wait:
 * a file locked against them is "unavailable" at once.
 */
static bool port_reopen(struct sqlite_port *port)
{
    char error[STORE_ERROR_SIZE];
    unsigned generation = atomic_load(&port->store->generation);

    if (port->conn != NULL && port->generation == generation)
        return true;
    port->in_snapshot = false;
    sqlite_conn_close(port->conn);
    port->conn = NULL;
    if (!file_is_ours(port->store))
        return false;
    if (!sqlite_conn_open(port->store->path, false, 0, &port->conn, error)) {
        log_write(LOG_ERROR, "store_gone", LOG_STR("detail", error));
        return false;
    }
    port->generation = generation;
    return true;
}

static void engine_read(void *self_port, struct store_job *job)
{
    struct sqlite_port *port = self_port;
    uint64_t commits = atomic_load(&port->store->commits);
    int code = SQLITE_OK;

    job->result = STORE_UNAVAILABLE;
    if (!port_reopen(port))
        return;
    if (port->in_snapshot && port->snapshot_commits != commits)
        engine_rest(port);
    if (!port->in_snapshot) {
        code = sqlite_conn_command(port->conn, SQLITE_CMD_BEGIN);
        port->in_snapshot = code == SQLITE_OK;
        port->snapshot_commits = commits;
    }
    if (code == SQLITE_OK)
        code = sqlite_conn_run(port->conn, job);
    if (code == SQLITE_OK) {
        job->result = STORE_DONE;
        return;
    }
    job->result = sqlite_conn_failure(port->conn, job->script->name, false);
    port->in_snapshot = false;
    roll_back(port->conn);
    if ((code & 0xff) != SQLITE_BUSY) {
        sqlite_conn_close(port->conn);
        port->conn = NULL;
    }
}

static bool engine_port_open(void *self, struct store_port *owner, void **ret_self_port,
                             char error[STORE_ERROR_SIZE])
{
    struct sqlite_store *store = self;
    struct sqlite_port *port = calloc(1, sizeof(*port));

    (void)owner;
    CHECK(port != NULL);
    port->store = store;
    port->generation = atomic_load(&store->generation);
    if (!sqlite_conn_open(store->path, false, 0, &port->conn, error)) {
        free(port);
        return false;
    }
    *ret_self_port = port;
    return true;
}

static void engine_port_close(void *self_port)
{
    struct sqlite_port *port = self_port;

    engine_rest(port);
    sqlite_conn_close(port->conn);
    free(port);
}

static bool bring_up_to_date(struct sqlite_store *store, bool create, char *error)
{
    int64_t newest = migration_newest();
    int64_t version;

    if (!sqlite_schema_version(store->conn, store->path, &version, error))
        return false;
    if (version > newest) {
        (void)snprintf(
            error, STORE_ERROR_SIZE,
            "store %s: was written by a newer domofon (schema %lld, this one knows %lld)",
            store->path, (long long)version, (long long)newest);
        return false;
    }
    if (version < newest && !create) {
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "store %s: has schema %lld of %lld; run `domofon migrate up`", store->path,
                       (long long)version, (long long)newest);
        return false;
    }
    if (create && !sqlite_conn_use_wal(store->conn, store->path, error))
        return false;
    return version == newest || sqlite_migrate(store->conn, store->path, version, error);
}

static void store_free(struct sqlite_store *store)
{
    sqlite_conn_close(store->conn);
    pthread_cond_destroy(&store->queued);
    pthread_mutex_destroy(&store->lock);
    free(store->path);
    free(store);
}

/* `var/domofon.sqlite` on a fresh machine: its folder is ours to make, those above are not. */
static void make_folder(const char *path)
{
    char *folder = strdup(path);
    char *slash = folder == NULL ? NULL : strrchr(folder, '/');

    if (slash != NULL && slash != folder) {
        *slash = '\0';
        (void)mkdir(folder, 0700);
    }
    free(folder);
}

static bool engine_open(const struct settings *settings, bool create, void **ret_self,
                        char error[STORE_ERROR_SIZE])
{
    struct sqlite_store *store = calloc(1, sizeof(*store));

    CHECK(store != NULL);
    store->settings = settings;
    store->path = strdup(path_of(settings));
    CHECK(store->path != NULL && pthread_mutex_init(&store->lock, NULL) == 0 &&
          pthread_cond_init(&store->queued, NULL) == 0);
    if (create)
        make_folder(store->path);
    if (!sqlite_conn_open(store->path, create, (int)settings->store_busy_ms, &store->conn, error) ||
        !bring_up_to_date(store, create, error) ||
        !sqlite_conn_prove_writable(store->conn, store->path, error))
        goto failed;
    if (!remember_file(store)) {
        (void)snprintf(error, STORE_ERROR_SIZE, "store %s: vanished while opening", store->path);
        goto failed;
    }
    CHECK(pthread_create(&store->writer, NULL, writer_main, store) == 0);
    *ret_self = store;
    return true;
failed:
    store_free(store);
    return false;
}

static void engine_close(void *self)
{
    struct sqlite_store *store = self;

    pthread_mutex_lock(&store->lock);
    store->stopping = true;
    pthread_cond_signal(&store->queued);
    pthread_mutex_unlock(&store->lock);
    CHECK(pthread_join(store->writer, NULL) == 0);
    store_free(store);
}

static bool engine_version(const struct settings *settings, int64_t *ret_stored,
                           char error[STORE_ERROR_SIZE])
{
    struct sqlite_conn *conn;
    bool read;

    if (!sqlite_conn_open(path_of(settings), false, (int)settings->store_busy_ms, &conn, error))
        return false;
    read = sqlite_schema_version(conn, path_of(settings), ret_stored, error);
    sqlite_conn_close(conn);
    return read;
}

const struct engine engine_sqlite = {
    .scheme = "sqlite",
    .open = engine_open,
    .close = engine_close,
    .port_open = engine_port_open,
    .port_close = engine_port_close,
    .read = engine_read,
    .write = engine_write,
    .rest = engine_rest,
    .version = engine_version,
};
