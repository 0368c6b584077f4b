/*
 * The writing half of the SQLite engine: one thread takes whatever has queued, runs it in one
 * transaction, commits once and hands the jobs back.
 */
#include "store/sqlite_store.h"

#include "base/check.h"
#include "base/log.h"
#include "base/metric.h"

bool sqlite_file_is_ours(const struct sqlite_store *store)
{
    struct stat now;

    return stat(store->path, &now) == 0 && now.st_dev == store->device &&
           now.st_ino == store->inode;
}

bool sqlite_remember_file(struct sqlite_store *store)
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
    sqlite_conn_roll_back(store->conn);
    /* Busy, full and a script's own fault pass by themselves; after anything else a fresh
     * connection is the safe start. */
    if (kind != SQLITE_BUSY && kind != SQLITE_FULL && !is_scripts_own_fault(code))
        reopen(store);
    return result;
}

static void run_singly(struct sqlite_store *store, struct store_job *jobs)
{
    for (struct store_job *job = jobs; job != NULL; job = job->next) {
        enum phase phase = BEGINNING;

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
    bool ours = sqlite_file_is_ours(store);

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
        sqlite_conn_roll_back(store->conn);
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

void *sqlite_writer_main(void *object)
{
    struct sqlite_store *store = object;
    struct store_job *batch;

    while ((batch = take_batch(store)) != NULL) {
        /* Refused before anybody hears of the lock: what comes after deserves its own try. */
        if (run_batch(store, batch))
            refuse_queued(store);
        hand_back(batch);
    }
    return NULL;
}

bool sqlite_writer_queue(struct sqlite_store *store, struct store_job *job)
{
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
