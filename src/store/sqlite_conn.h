/*
 * sqlite_conn: one connection to one SQLite file, used by one thread: pragmas, prepared scripts,
 * parameters in, rows out. Knows nothing of queues.
 */
#ifndef STORE_SQLITE_CONN_H
#define STORE_SQLITE_CONN_H

#include <sqlite3.h>

#include "store/store.h"

struct sqlite_conn;

/*
 * Opens `path` (no creation unless `create`). busy_ms is how long statements wait for another
 * process. A file that is no SQLite database, read-only, or not domofon's is refused with a message
 * for a person.
 */
MUST_CHECK bool sqlite_conn_open(const char *path, bool create, int busy_ms,
                                 struct sqlite_conn **ret_conn, char error[STORE_ERROR_SIZE]);

/* Turns on the write-ahead log, which stays with the file; only for a file that is ours. */
MUST_CHECK bool sqlite_conn_use_wal(struct sqlite_conn *conn, const char *path,
                                    char error[STORE_ERROR_SIZE]);

/*
 * Commits a transaction that changes nothing: proof that the file can be written, which SQLite else
 * tells with the first write. Refuses as sqlite_conn_open does.
 */
MUST_CHECK bool sqlite_conn_prove_writable(struct sqlite_conn *conn, const char *path,
                                           char error[STORE_ERROR_SIZE]);

/* NULL is allowed. */
void sqlite_conn_close(struct sqlite_conn *conn);

sqlite3 *sqlite_conn_db(struct sqlite_conn *conn);

/* Runs plain SQL without rows ("BEGIN IMMEDIATE"), prepared once; the SQLite result code. */
enum sqlite_command {
    SQLITE_CMD_BEGIN,
    SQLITE_CMD_BEGIN_WRITE,
    SQLITE_CMD_COMMIT,
    SQLITE_CMD_ROLLBACK
};
MUST_CHECK int sqlite_conn_command(struct sqlite_conn *conn, enum sqlite_command command);

/* Ends whatever transaction is open, without its changes. */
void sqlite_conn_roll_back(struct sqlite_conn *conn);

/*
 * Runs the statements of job->script within whatever transaction is open and sets rows, row_count
 * and truncated; not job->result. The SQLite result code, SQLITE_OK when all went well.
 */
MUST_CHECK int sqlite_conn_run(struct sqlite_conn *conn, struct store_job *job);

/*
 * What the call that has just failed means to the caller of a job, and a line in the log;
 * `committing`: it was COMMIT.
 */
enum store_result sqlite_conn_failure(struct sqlite_conn *conn, const char *during,
                                      bool committing);

/* Brings the schema from `from` to the newest, in one transaction. */
MUST_CHECK bool sqlite_migrate(struct sqlite_conn *conn, const char *path, int64_t from,
                               char error[STORE_ERROR_SIZE]);

/* Schema version of the open file; 0 for an empty one. */
MUST_CHECK bool sqlite_schema_version(struct sqlite_conn *conn, const char *path,
                                      int64_t *ret_version, char error[STORE_ERROR_SIZE]);

#endif
