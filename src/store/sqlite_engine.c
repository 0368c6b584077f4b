/*
 * The SQLite engine: opens and closes the file, reads on the connection of each port; writes are
 * sqlite_writer.c's.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "store/sqlite_store.h"

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

static void engine_rest(void *self_port)
{
    struct sqlite_port *port = self_port;

    if (!port->in_snapshot)
        return;
    port->in_snapshot = false;
    if (sqlite_conn_command(port->conn, SQLITE_CMD_COMMIT) != SQLITE_OK)
        sqlite_conn_roll_back(port->conn);
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
    if (!sqlite_file_is_ours(port->store))
        return false;
    if (!sqlite_conn_open(port->store->path, false, 0, &port->conn, error)) {
        log_write(LOG_ERROR, "store_gone", LOG_STR("detail", error));
        return false;
    }
    port->generation = generation;
    return true;
}

static void read_now(struct sqlite_port *port, struct store_job *job)
{
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
    sqlite_conn_roll_back(port->conn);
    if ((code & 0xff) != SQLITE_BUSY) {
        sqlite_conn_close(port->conn);
        port->conn = NULL;
    }
}

static enum engine_result engine_run(void *self_port, struct store_job *job)
{
    struct sqlite_port *port = self_port;

    if (job->script->writes)
        return sqlite_writer_queue(port->store, job) ? ENGINE_LATER : ENGINE_FULL;
    read_now(port, job);
    return ENGINE_DONE;
}

static bool engine_port_open(void *self, struct store_port *owner, uv_loop_t *loop,
                             void **ret_self_port, char error[STORE_ERROR_SIZE])
{
    struct sqlite_store *store = self;
    struct sqlite_port *port = calloc(1, sizeof(*port));

    (void)owner;
    (void)loop;
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
    int64_t version;

    if (!sqlite_schema_version(store->conn, store->path, &version, error) ||
        !migration_allowed(store->path, version, create, error))
        return false;
    if (create && !sqlite_conn_use_wal(store->conn, store->path, error))
        return false;
    return version == migration_newest() ||
           sqlite_migrate(store->conn, store->path, version, error);
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

static bool engine_open(const struct settings *settings, void **ret_self,
                        char error[STORE_ERROR_SIZE])
{
    struct sqlite_store *store = calloc(1, sizeof(*store));

    error[0] = '\0';
    CHECK(store != NULL);
    store->settings = settings;
    store->path = strdup(path_of(settings));
    CHECK(store->path != NULL && pthread_mutex_init(&store->lock, NULL) == 0 &&
          pthread_cond_init(&store->queued, NULL) == 0);
    *ret_self = store;
    return true;
}

static enum store_readiness engine_prepare(void *self, bool create, char error[STORE_ERROR_SIZE])
{
    struct sqlite_store *store = self;
    int busy_ms = (int)store->settings->store_busy_ms;

    if (create)
        make_folder(store->path);
    if (!sqlite_conn_open(store->path, create, busy_ms, &store->conn, error) ||
        !bring_up_to_date(store, create, error) ||
        !sqlite_conn_prove_writable(store->conn, store->path, error))
        return STORE_REFUSED;
    if (!sqlite_remember_file(store)) {
        (void)snprintf(error, STORE_ERROR_SIZE, "store %s: vanished while opening", store->path);
        return STORE_REFUSED;
    }
    CHECK(pthread_create(&store->writer, NULL, sqlite_writer_main, store) == 0);
    store->writing = true;
    return STORE_READY;
}

static void engine_close(void *self)
{
    struct sqlite_store *store = self;

    if (store->writing) {
        pthread_mutex_lock(&store->lock);
        store->stopping = true;
        pthread_cond_signal(&store->queued);
        pthread_mutex_unlock(&store->lock);
        CHECK(pthread_join(store->writer, NULL) == 0);
    }
    sqlite_conn_close(store->conn);
    pthread_cond_destroy(&store->queued);
    pthread_mutex_destroy(&store->lock);
    free(store->path);
    free(store);
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
    .schema = "sqlite",
    .open = engine_open,
    .prepare = engine_prepare,
    .close = engine_close,
    .port_open = engine_port_open,
    .port_close = engine_port_close,
    .run = engine_run,
    .rest = engine_rest,
    .version = engine_version,
};
