/* An SQLite file as a source: opened read only, within one read transaction. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "command/import_source.h"

/* How long the service that still runs on the file may hold it. */
#define BUSY_MS 10000

struct sqlite_source {
    sqlite3 *db;
    sqlite3_stmt *stmt;
    const char *path;
};

static bool complain(const struct sqlite_source *self, char *error)
{
    (void)snprintf(error, STORE_ERROR_SIZE, "source sqlite:%.200s: %.200s", self->path,
                   sqlite3_errmsg(self->db));
    return false;
}

static void sqlite_source_close(void *object)
{
    struct sqlite_source *self = object;

    (void)sqlite3_finalize(self->stmt);
    (void)sqlite3_close(self->db);
    free(self);
}

static bool sqlite_source_open(const char *dsn, const char *name, void **ret_self, char *error)
{
    struct sqlite_source *self = calloc(1, sizeof(*self));
    int code;

    (void)name;
    CHECK(self != NULL);
    self->path = dsn + strlen("sqlite:");
    code = sqlite3_open_v2(self->path, &self->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(self->db, BUSY_MS);
    /* Reading is what shows that the file is a database. */
    if (code == SQLITE_OK)
        code =
            sqlite3_exec(self->db, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    if (code == SQLITE_OK) {
        *ret_self = self;
        return true;
    }
    (void)complain(self, error);
    sqlite_source_close(self);
    return false;
}

static bool sqlite_source_select(void *object, const char *sql, char *error)
{
    struct sqlite_source *self = object;

    (void)sqlite3_finalize(self->stmt);
    self->stmt = NULL;
    return sqlite3_prepare_v2(self->db, sql, -1, &self->stmt, NULL) == SQLITE_OK ||
           complain(self, error);
}

static struct slice take_value(sqlite3_stmt *stmt, int column)
{
    const char *text;

    if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return SLICE_ABSENT;
    text = (const char *)sqlite3_column_text(stmt, column);
    return text == NULL ? SLICE_ABSENT : slice_of(text, (size_t)sqlite3_column_bytes(stmt, column));
}

static bool sqlite_source_next(void *object, struct slice *values, unsigned count, bool *ret_found,
                               char *error)
{
    struct sqlite_source *self = object;
    int code = sqlite3_step(self->stmt);

    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return complain(self, error);
    *ret_found = code == SQLITE_ROW;
    for (unsigned i = 0; i < count && code == SQLITE_ROW; i++)
        values[i] = take_value(self->stmt, (int)i);
    return true;
}

const struct import_engine import_engine_sqlite = {
    .catalogue = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c "
                 "WHERE t.type IN ('table', 'view') ORDER BY t.name, c.cid",
    .open = sqlite_source_open,
    .close = sqlite_source_close,
    .select = sqlite_source_select,
    .next = sqlite_source_next,
};
