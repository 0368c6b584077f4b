#include "store/sqlite_conn.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"

/* At most 32 MiB of pages for each connection, taken as they are read: inner pages and hot leaves;
 * the kernel caches the rest. */
#define CACHE_PRAGMA "PRAGMA cache_size = -32768"

/*
 * Pages in the write-ahead log before it is copied into the file: the pages that every commit
 * touches are then copied once for many commits. Just under what one table of the log's index
 * holds, so that a read looks in one table only.
 */
#define CHECKPOINT_PRAGMA "PRAGMA wal_autocheckpoint = 4000"

static const char *const commands[] = {
    [SQLITE_CMD_BEGIN] = "BEGIN",
    [SQLITE_CMD_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [SQLITE_CMD_COMMIT] = "COMMIT",
    [SQLITE_CMD_ROLLBACK] = "ROLLBACK",
};

struct sqlite_conn {
    sqlite3 *db;
    sqlite3_stmt *commands[ARRAY_LEN(commands)];
    sqlite3_stmt ***scripts; /* by script id, then statement; prepared at first use */
};

sqlite3 *sqlite_conn_db(struct sqlite_conn *conn)
{
    return conn->db;
}

static bool is_folder(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static void describe_open_error(const char *path, sqlite3 *db, int code, char *error)
{
    const char *why = db == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(db);

    switch (code & 0xff) {
    case SQLITE_CANTOPEN:
        why = is_folder(path) ? "is a folder; the store is a file in one"
                              : "cannot be opened: no such file, or no permission";
        break;
    case SQLITE_NOTADB:
        why = "is not an SQLite database, or it is damaged";
        break;
    case SQLITE_CORRUPT:
        why = "is damaged; restore it from a backup";
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        why = "is locked by another process";
        break;
    case SQLITE_READONLY:
        why = "is read-only";
        break;
    case SQLITE_FULL:
        why = "cannot grow: the disk is full";
        break;
    }
    (void)snprintf(error, STORE_ERROR_SIZE, "store %s: %s", path, why);
}

static int configure(sqlite3 *db)
{
    int code = sqlite3_exec(db,
                            "PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY; " CACHE_PRAGMA
                            "; " CHECKPOINT_PRAGMA "; SELECT count(*) FROM sqlite_schema",
                            NULL, NULL, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
    return code;
}

/* SQLite's own memory statistics cost a lock at every allocation, and nobody reads them. Pages are
 * taken one by one as they are read: the twenty it would set aside for each connection are more
 * than most of ours ever hold. */
static void configure_library(void)
{
    if (sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK ||
        sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0) != SQLITE_OK)
        log_write(LOG_DEBUG, "sqlite_not_configured", LOG_STR("detail", "in use already"));
}

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

bool sqlite_conn_open(const char *path, bool create, int busy_ms, struct sqlite_conn **ret_conn,
                      char error[STORE_ERROR_SIZE])
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    struct sqlite_conn *conn = calloc(1, sizeof(*conn));
    int code;

    CHECK(conn != NULL && pthread_once(&library_once, configure_library) == 0);
    conn->scripts = calloc(script_count, sizeof(*conn->scripts));
    CHECK(conn->scripts != NULL);
    /* Asked first: SQLite would leave a read-only log beside a read-only file. */
    if (!is_folder(path) && access(path, R_OK) == 0 && access(path, W_OK) != 0)
        code = SQLITE_READONLY;
    else
        code = sqlite3_open_v2(path, &conn->db, flags, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(conn->db, busy_ms);
    if (code == SQLITE_OK)
        code = configure(conn->db);
    /* SQLite falls back to reading only; a store that cannot be written is refused instead. */
    if (code == SQLITE_OK && sqlite3_db_readonly(conn->db, "main") == 1)
        code = SQLITE_READONLY;
    if (code != SQLITE_OK) {
        describe_open_error(path, conn->db, code, error);
        sqlite_conn_close(conn);
        return false;
    }
    *ret_conn = conn;
    return true;
}

bool sqlite_conn_prove_writable(struct sqlite_conn *conn, const char *path,
                                char error[STORE_ERROR_SIZE])
{
    /* SQLite writes the page of user_version even when it stays what it was. */
    int code = sqlite3_exec(conn->db, "BEGIN IMMEDIATE; PRAGMA user_version = 0; COMMIT", NULL,
                            NULL, NULL);

    if (code == SQLITE_OK)
        return true;
    describe_open_error(path, conn->db, code, error);
    return false;
}

void sqlite_conn_close(struct sqlite_conn *conn)
{
    if (conn == NULL)
        return;
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        (void)sqlite3_finalize(conn->commands[i]);
    for (unsigned i = 0; i < script_count; i++) {
        for (unsigned n = 0; conn->scripts[i] != NULL && n < script_all[i]->statement_count; n++)
            (void)sqlite3_finalize(conn->scripts[i][n]);
        free(conn->scripts[i]);
    }
    free(conn->scripts);
    (void)sqlite3_close(conn->db);
    free(conn);
}

int sqlite_conn_command(struct sqlite_conn *conn, enum sqlite_command command)
{
    int code = SQLITE_OK;

    if (conn->commands[command] == NULL)
        code = sqlite3_prepare_v3(conn->db, commands[command], -1, SQLITE_PREPARE_PERSISTENT,
                                  &conn->commands[command], NULL);
    if (code != SQLITE_OK)
        return code;
    (void)sqlite3_step(conn->commands[command]);
    return sqlite3_reset(conn->commands[command]);
}

void sqlite_conn_roll_back(struct sqlite_conn *conn)
{
    if (sqlite3_get_autocommit(conn->db) == 0 &&
        sqlite_conn_command(conn, SQLITE_CMD_ROLLBACK) != SQLITE_OK)
        log_write(LOG_WARN, "rollback_failed", LOG_STR("detail", "SQLite rolls back by itself"));
}

/* The names a SELECT gives are the fields of the row: anything else is our mistake. */
static void check_columns(const struct script *script, sqlite3_stmt *stmt)
{
    CHECK(sqlite3_column_count(stmt) == (int)script->out_count);
    for (unsigned i = 0; i < script->out_count; i++)
        CHECK(strcmp(sqlite3_column_name(stmt, (int)i), script->out[i].name) == 0);
}

static int prepare(struct sqlite_conn *conn, const struct script *script)
{
    sqlite3_stmt **list = conn->scripts[script->id];

    if (list == NULL) {
        list = calloc(script->statement_count, sizeof(*list));
        CHECK(list != NULL);
        conn->scripts[script->id] = list;
    }
    for (unsigned n = 0; n < script->statement_count; n++) {
        int code;

        if (list[n] != NULL)
            continue;
        code = sqlite3_prepare_v3(conn->db, script->statements[n].text, -1,
                                  SQLITE_PREPARE_PERSISTENT, &list[n], NULL);
        if (code != SQLITE_OK)
            return code;
        if (n == script->result)
            check_columns(script, list[n]);
    }
    return SQLITE_OK;
}

/* SQLITE_STATIC: the parameters live until the job is done, and bindings are replaced each run.
 * SQLite numbers `$1`... as they first appear, and so does tools/scripts.py. */
static int bind_all(sqlite3_stmt *stmt, const struct script *script,
                    const struct script_statement *statement, const void *in)
{
    int code = SQLITE_OK;

    for (unsigned i = 0; i < statement->param_count && code == SQLITE_OK; i++) {
        const struct script_field *field = &script->in[statement->params[i]];
        const char *at = (const char *)in + field->offset;
        int position = (int)i + 1;
        struct slice text;

        if (field->type == SCRIPT_INT) {
            int64_t number;

            memcpy(&number, at, sizeof(number));
            code = sqlite3_bind_int64(stmt, position, number);
            continue;
        }
        memcpy(&text, at, sizeof(text));
        if (text.ptr == NULL)
            code = sqlite3_bind_null(stmt, position);
        else if (field->type == SCRIPT_TEXT)
            code = sqlite3_bind_text(stmt, position, text.ptr, (int)text.len, SQLITE_STATIC);
        else
            code = sqlite3_bind_blob(stmt, position, text.ptr, (int)text.len, SQLITE_STATIC);
    }
    return code;
}

static struct slice read_text(sqlite3_stmt *stmt, int column, struct arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);

    if (text == NULL)
        return SLICE_ABSENT;
    return arena_copy(arena, slice_of(text, (size_t)sqlite3_column_bytes(stmt, column)));
}

/* SQLite gives NULL for no bytes, too. */
static struct slice read_bytes(sqlite3_stmt *stmt, int column, struct arena *arena)
{
    const void *bytes = sqlite3_column_blob(stmt, column);
    size_t len = (size_t)sqlite3_column_bytes(stmt, column);

    if (len > 0)
        return arena_copy(arena, slice_of(bytes, len));
    return sqlite3_column_type(stmt, column) == SQLITE_NULL ? SLICE_ABSENT : SLICE_LIT("");
}

static void read_row(sqlite3_stmt *stmt, const struct script *script, struct arena *arena,
                     char *row)
{
    for (unsigned i = 0; i < script->out_count; i++) {
        char *at = row + script->out[i].offset;
        int column = (int)i;

        if (script->out[i].type == SCRIPT_INT) {
            int64_t number = sqlite3_column_int64(stmt, column);

            memcpy(at, &number, sizeof(number));
        } else {
            struct slice text = script->out[i].type == SCRIPT_TEXT
                                    ? read_text(stmt, column, arena)
                                    : read_bytes(stmt, column, arena);

            memcpy(at, &text, sizeof(text));
        }
    }
}

/* Rows grow by doubling; the few bytes left behind go with the arena. */
static char *grow_rows(struct store_job *job, char *rows, unsigned *capacity)
{
    unsigned next = *capacity == 0 ? 1 : *capacity * 4;
    char *grown = arena_alloc(job->arena, next * job->script->row_size);

    if (job->row_count > 0)
        memcpy(grown, rows, job->row_count * job->script->row_size);
    *capacity = next;
    return grown;
}

static int collect(sqlite3_stmt *stmt, struct store_job *job)
{
    char *rows = NULL;
    unsigned capacity = 0;

    for (;;) {
        int code = sqlite3_step(stmt);

        if (code != SQLITE_ROW) {
            job->rows = rows;
            return code;
        }
        if (job->row_count == STORE_ROWS_MAX) {
            job->truncated = true;
            job->rows = rows;
            return SQLITE_DONE;
        }
        if (job->row_count == capacity)
            rows = grow_rows(job, rows, &capacity);
        read_row(stmt, job->script, job->arena, rows + job->row_count * job->script->row_size);
        job->row_count++;
    }
}

int sqlite_conn_run(struct sqlite_conn *conn, struct store_job *job)
{
    const struct script *script = job->script;
    int code = prepare(conn, script);

    job->row_count = 0;
    job->truncated = false;
    for (unsigned n = 0; n < script->statement_count && code == SQLITE_OK; n++) {
        sqlite3_stmt *stmt = conn->scripts[script->id][n];

        code = bind_all(stmt, script, &script->statements[n], job->in);
        if (code != SQLITE_OK)
            break;
        code = n == script->result ? collect(stmt, job) : sqlite3_step(stmt);
        if (code == SQLITE_DONE || code == SQLITE_ROW)
            code = SQLITE_OK;
        if (code == SQLITE_OK)
            code = sqlite3_reset(stmt);
        else
            (void)sqlite3_reset(stmt);
    }
    return code;
}

bool sqlite_conn_use_wal(struct sqlite_conn *conn, const char *path, char error[STORE_ERROR_SIZE])
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(conn->db, "PRAGMA journal_mode = WAL", -1, &stmt, NULL);
    bool uses_wal;

    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    /* The pragma answers with the mode that is in force, whether it could change it or not. */
    uses_wal = code == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    if (!uses_wal && code == SQLITE_ROW)
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "store %s: its file system does not suit a write-ahead log", path);
    else if (!uses_wal)
        describe_open_error(path, conn->db, code, error);
    (void)sqlite3_finalize(stmt);
    return uses_wal;
}

enum store_result sqlite_conn_failure(struct sqlite_conn *conn, const char *during, bool committing)
{
    int code = sqlite3_extended_errcode(conn->db);
    int kind = code & 0xff;

    log_write(LOG_ERROR, "store_failed", LOG_STR("during", during),
              LOG_STR("detail", sqlite3_errmsg(conn->db)), LOG_INT("sqlite_code", code));
    /* Once the whole transaction is in the log file, a failed flush or a failure after it leaves
     * it where a crash may yet bring it back. A failed write leaves it incomplete. */
    if (committing && ((kind == SQLITE_IOERR && code != SQLITE_IOERR_WRITE) ||
                       kind == SQLITE_NOMEM || kind == SQLITE_PROTOCOL))
        return STORE_UNKNOWN;
    return STORE_UNAVAILABLE;
}
