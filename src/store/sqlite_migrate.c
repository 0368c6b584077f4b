#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "store/engine.h"
#include "store/sqlite_conn.h"

/* "domo": tells our files from anybody else's SQLite database. */
#define APPLICATION_ID 0x646f6d6f

static bool read_number(sqlite3 *db, const char *sql, int64_t *ret_number)
{
    sqlite3_stmt *stmt = NULL;
    bool found = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
                 sqlite3_step(stmt) == SQLITE_ROW;

    if (found)
        *ret_number = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return found;
}

bool sqlite_schema_version(struct sqlite_conn *conn, const char *path, int64_t *ret_version,
                           char error[STORE_ERROR_SIZE])
{
    sqlite3 *db = sqlite_conn_db(conn);
    int64_t application;
    int64_t tables;

    /* In this order: whoever makes the store meanwhile commits both at once. */
    if (!read_number(db, "SELECT count(*) FROM sqlite_schema", &tables) ||
        !read_number(db, "PRAGMA application_id", &application))
        goto unreadable;
    if (tables == 0) {
        *ret_version = 0;
        return true;
    }
    if (application != APPLICATION_ID) {
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "store %s: is an SQLite database, but not one of domofon", path);
        return false;
    }
    if (read_number(db, "SELECT max(version) FROM schema_version", ret_version))
        return true;
unreadable:
    (void)snprintf(error, STORE_ERROR_SIZE, "store %s: its schema cannot be read: %s", path,
                   sqlite3_errmsg(db));
    return false;
}

static int apply(sqlite3 *db, int64_t version)
{
    struct slice text = migration_text("sqlite", version);
    char record[128];
    int code = sqlite3_exec(db, text.ptr, NULL, NULL, NULL);

    if (code != SQLITE_OK)
        return code;
    (void)snprintf(record, sizeof(record),
                   "INSERT INTO schema_version VALUES (%" PRId64 ", %" PRId64 ")", version,
                   clock_now_us());
    return sqlite3_exec(db, record, NULL, NULL, NULL);
}

bool sqlite_migrate(struct sqlite_conn *conn, const char *path, int64_t from,
                    char error[STORE_ERROR_SIZE])
{
    sqlite3 *db = sqlite_conn_db(conn);
    int64_t newest = migration_newest();
    int code = sqlite_conn_command(conn, SQLITE_CMD_BEGIN_WRITE);
    char pragma[64];

    if (code != SQLITE_OK)
        goto failed;
    /* Somebody else may have migrated while we waited for the lock. */
    if (!sqlite_schema_version(conn, path, &from, error))
        goto rollback;
    (void)snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d", APPLICATION_ID);
    code = sqlite3_exec(db, pragma, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db,
                            "CREATE TABLE IF NOT EXISTS schema_version ("
                            "version INTEGER PRIMARY KEY, applied_us INTEGER NOT NULL) STRICT",
                            NULL, NULL, NULL);
    for (int64_t version = from + 1; version <= newest && code == SQLITE_OK; version++)
        code = apply(db, version);
    if (code == SQLITE_OK)
        code = sqlite_conn_command(conn, SQLITE_CMD_COMMIT);
    if (code == SQLITE_OK)
        return true;
failed:
    (void)snprintf(error, STORE_ERROR_SIZE, "store %s: cannot be migrated: %s", path,
                   (code & 0xff) == SQLITE_FULL ? "the disk is full" : sqlite3_errmsg(db));
rollback:
    if (sqlite3_get_autocommit(db) == 0)
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}
