/*
 * Whole tables of an SQLite file. A reader holds one read transaction from the beginning; a writer
 * has the file for itself, and flushes to the disk at the end and not at each page: in the
 * write-ahead log what a crash takes away is always the end.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "store/bulk_engine.h"
#include "store/engine.h"
#include "store/sqlite_index.h"
#include "store/sqlite_page.h"

/* The file is ours alone; its pages are gone over less often. */
#define WRITER_PRAGMAS                                               \
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = NORMAL; " \
    "PRAGMA wal_autocheckpoint = 20000; PRAGMA cache_size = -262144"

struct bulk_sqlite {
    struct sqlite_conn *conn;
    sqlite3 *db;
    const char *path;
    const char *prepared_text; /* the statement below; its address tells it */
    sqlite3_stmt *prepared;
    struct sqlite_page page; /* the last one read */
};

static const char *path_of(const struct settings *settings)
{
    return settings->store_url + strlen("sqlite:");
}

static bool complain(const struct bulk_sqlite *self, char *error)
{
    bool is_busy = (sqlite3_errcode(self->db) & 0xff) == SQLITE_BUSY;

    (void)snprintf(error, STORE_ERROR_SIZE, "store %.200s: %.200s", self->path,
                   is_busy ? "another process uses it" : sqlite3_errmsg(self->db));
    return false;
}

static bool schema_of(const struct settings *settings, struct sqlite_conn **ret_conn,
                      int64_t *ret_version, char *error)
{
    const char *path = path_of(settings);
    struct sqlite_conn *conn;

    if (!sqlite_conn_open(path, false, (int)settings->store_busy_ms, &conn, error))
        return false;
    if (sqlite_schema_version(conn, path, ret_version, error)) {
        *ret_conn = conn;
        return true;
    }
    sqlite_conn_close(conn);
    return false;
}

static bool is_absent(const struct settings *settings, bool *ret_absent, char *error)
{
    struct sqlite_conn *conn;
    int64_t version;

    if (access(path_of(settings), F_OK) != 0) {
        *ret_absent = true;
        return true;
    }
    if (!schema_of(settings, &conn, &version, error))
        return false;
    sqlite_conn_close(conn);
    *ret_absent = version == 0;
    return true;
}

static void bulk_sqlite_close(void *object)
{
    struct bulk_sqlite *self = object;

    (void)sqlite3_finalize(self->prepared);
    sqlite_conn_close(self->conn);
    sqlite_page_free(&self->page);
    free(self);
}

static bool run(struct bulk_sqlite *self, const char *sql, char *error)
{
    return sqlite3_exec(self->db, sql, NULL, NULL, NULL) == SQLITE_OK || complain(self, error);
}

/* The first statement of a transaction is what takes its picture, or its lock. */
static bool take_hold(struct bulk_sqlite *self, enum bulk_mode mode, char *error)
{
    switch (mode) {
    case BULK_READ:
        return run(self, "BEGIN; SELECT count(*) FROM lease", error);
    case BULK_WRITE:
        break;
    }
    return run(self, WRITER_PRAGMAS "; BEGIN EXCLUSIVE; COMMIT", error);
}

static bool bulk_sqlite_open(const struct settings *settings, enum bulk_mode mode, void **ret_self,
                             char *error)
{
    struct bulk_sqlite *self = calloc(1, sizeof(*self));
    int64_t version;

    CHECK(self != NULL);
    self->path = path_of(settings);
    if (!schema_of(settings, &self->conn, &version, error)) {
        free(self);
        return false;
    }
    self->db = sqlite_conn_db(self->conn);
    if (!migration_allowed(self->path, version, false, error) || !take_hold(self, mode, error)) {
        bulk_sqlite_close(self);
        return false;
    }
    sqlite_page_make(&self->page);
    *ret_self = self;
    return true;
}

/* One statement is kept: a table is read or written page after page. */
static bool prepare(struct bulk_sqlite *self, const char *sql, char *error)
{
    if (self->prepared_text == sql)
        return true;
    (void)sqlite3_finalize(self->prepared);
    self->prepared_text = NULL;
    self->prepared = NULL;
    if (sqlite3_prepare_v2(self->db, sql, -1, &self->prepared, NULL) != SQLITE_OK)
        return complain(self, error);
    self->prepared_text = sql;
    return true;
}

/* Of a statement that gives one number. */
static bool number_of(struct bulk_sqlite *self, const char *sql, const char *param,
                      int64_t *ret_number, char *error)
{
    sqlite3_stmt *stmt = NULL;
    bool found =
        sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        (param == NULL || sqlite3_bind_text(stmt, 1, param, -1, SQLITE_STATIC) == SQLITE_OK) &&
        sqlite3_step(stmt) == SQLITE_ROW;

    if (found)
        *ret_number = sqlite3_column_int64(stmt, 0);
    else
        (void)complain(self, error);
    (void)sqlite3_finalize(stmt);
    return found;
}

static bool count(void *object, const struct bulk_sql *sql, int64_t *ret_count, char *error)
{
    return number_of(object, sql->count, NULL, ret_count, error);
}

static int bind_value(sqlite3_stmt *stmt, int position, enum script_type type,
                      const struct bulk_value *value, sqlite3_destructor_type lifetime)
{
    const char *bytes = value->bytes.len == 0 ? "" : value->bytes.ptr;

    if (value->is_null)
        return sqlite3_bind_null(stmt, position);
    switch (type) {
    case SCRIPT_INT:
        return sqlite3_bind_int64(stmt, position, value->number);
    case SCRIPT_TEXT:
        return sqlite3_bind_text64(stmt, position, bytes, value->bytes.len, lifetime, SQLITE_UTF8);
    case SCRIPT_BYTES:
        break;
    }
    return sqlite3_bind_blob64(stmt, position, bytes, value->bytes.len, lifetime);
}

static bool read_rows(void *object, const struct bulk_table *table, const char *sql,
                      const struct bulk_value *after, struct bulk_rows *ret_rows, char *error)
{
    struct bulk_sqlite *self = object;
    int code = SQLITE_OK;

    if (!prepare(self, sql, error))
        return false;
    /* Copied: they may be of the page that goes now. */
    for (unsigned i = 0; after != NULL && i < table->key_count && code == SQLITE_OK; i++)
        code = bind_value(self->prepared, (int)i + 1, table->columns[i].type, &after[i],
                          SQLITE_TRANSIENT);
    sqlite_page_empty(&self->page);
    if (code == SQLITE_OK)
        code = sqlite3_step(self->prepared);
    while (code == SQLITE_ROW && sqlite_page_take(&self->page, table, self->prepared))
        code = sqlite3_step(self->prepared);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        return complain(self, error);
    (void)sqlite3_reset(self->prepared);
    *ret_rows = self->page.rows;
    return true;
}

static bool insert(struct bulk_sqlite *self, const struct bulk_table *table,
                   const struct bulk_value *row, char *error)
{
    int code = SQLITE_OK;

    for (unsigned i = 0; i < table->column_count && code == SQLITE_OK; i++)
        code =
            bind_value(self->prepared, (int)i + 1, table->columns[i].type, &row[i], SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(self->prepared);
    if (code != SQLITE_DONE)
        (void)complain(self, error);
    (void)sqlite3_reset(self->prepared);
    return code == SQLITE_DONE;
}

static bool write_rows(void *object, const struct bulk_table *table, const struct bulk_sql *sql,
                       const struct bulk_rows *rows, char *error)
{
    struct bulk_sqlite *self = object;
    bool written = prepare(self, sql->insert, error) && run(self, "BEGIN IMMEDIATE", error);

    for (unsigned i = 0; i < rows->count && written; i++)
        written = insert(self, table, bulk_row(table, rows, i), error);
    written = written && run(self, "COMMIT", error);
    if (!written)
        sqlite_conn_roll_back(self->conn);
    return written;
}

/* All or nothing, by a function of sqlite_index.h. */
static bool change_indexes(struct bulk_sqlite *self, int (*change)(struct sqlite_conn *),
                           char *error)
{
    if (change(self->conn) == SQLITE_OK)
        return true;
    (void)complain(self, error);
    sqlite_conn_roll_back(self->conn);
    return false;
}

static bool put_indexes_off(void *object, char *error)
{
    return change_indexes(object, sqlite_indexes_put_off, error);
}

static bool build_indexes(void *object, char *error)
{
    return change_indexes(object, sqlite_indexes_build, error);
}

static bool last_id(void *object, const struct bulk_table *table, int64_t *ret_id, char *error)
{
    char sql[256];

    (void)snprintf(sql, sizeof(sql),
                   "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = $1), 0), "
                   "coalesce((SELECT max(id) FROM %s), 0), 0)",
                   table->name);
    return number_of(object, sql, table->name, ret_id, error);
}

/* Only AUTOINCREMENT has a counter; the others go on after the greatest id there is. */
static bool set_last_id(void *object, const struct bulk_table *table, int64_t id, char *error)
{
    struct bulk_sqlite *self = object;
    int64_t given;
    char sql[512];

    if (!last_id(object, table, &given, error))
        return false;
    if (given >= id)
        return true;
    (void)snprintf(sql, sizeof(sql),
                   "BEGIN IMMEDIATE; DELETE FROM sqlite_sequence WHERE name = '%s'; "
                   "INSERT INTO sqlite_sequence (name, seq) SELECT name, %" PRId64
                   " FROM sqlite_schema "
                   "WHERE type = 'table' AND name = '%s' AND sql LIKE '%%AUTOINCREMENT%%'; COMMIT",
                   table->name, id, table->name);
    if (run(self, sql, error))
        return true;
    sqlite_conn_roll_back(self->conn);
    return false;
}

static bool proof(void *object, char ret_proof[BULK_PROOF_SIZE], char *error)
{
    struct bulk_sqlite *self = object;
    int code;

    if (!prepare(self, BULK_SQL_PROOF, error))
        return false;
    code = sqlite3_step(self->prepared);
    if (code == SQLITE_ROW)
        (void)snprintf(ret_proof, BULK_PROOF_SIZE, "%s",
                       (const char *)sqlite3_column_text(self->prepared, 0));
    else if (code == SQLITE_DONE)
        ret_proof[0] = '\0';
    else
        (void)complain(self, error);
    (void)sqlite3_reset(self->prepared);
    return code == SQLITE_ROW || code == SQLITE_DONE;
}

/* A commit in FULL mode flushes the log up to and with itself. */
static bool set_proof(void *object, const char *text, char *error)
{
    struct bulk_sqlite *self = object;
    int code = SQLITE_ERROR;
    bool set = prepare(self, text[0] == '\0' ? BULK_SQL_NO_PROOF : BULK_SQL_SET_PROOF, error) &&
               run(self, "PRAGMA synchronous = FULL", error);

    if (!set)
        return false;
    if (text[0] != '\0')
        code = sqlite3_bind_text(self->prepared, 1, text, -1, SQLITE_TRANSIENT);
    if (text[0] == '\0' || code == SQLITE_OK)
        code = sqlite3_step(self->prepared);
    if (code != SQLITE_DONE)
        (void)complain(self, error);
    (void)sqlite3_reset(self->prepared);
    return code == SQLITE_DONE && run(self, "PRAGMA synchronous = NORMAL", error);
}

const struct bulk_engine bulk_engine_sqlite = {
    .is_absent = is_absent,
    .open = bulk_sqlite_open,
    .close = bulk_sqlite_close,
    .count = count,
    .read = read_rows,
    .write = write_rows,
    .put_indexes_off = put_indexes_off,
    .build_indexes = build_indexes,
    .last_id = last_id,
    .set_last_id = set_last_id,
    .proof = proof,
    .set_proof = set_proof,
};
