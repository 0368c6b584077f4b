/*
 * The schema on PostgreSQL: all missing migrations in one transaction, under a lock that lets one
 * node do it while others wait.
 */
#include "store/pg_migrate.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "store/engine.h"

/* "domo" */
#define MIGRATION_LOCK "1685024111"

/* How long one migration may take, and how long to wait for another node that is at it. */
#define MIGRATION_MS INT64_C(3600000)
#define LOCK_US (5 * US_PER_S)

static bool run(const struct pg_server *server, PGconn *conn, const char *sql, char *error)
{
    PGresult *result = pg_query(server, conn, sql, error);

    PQclear(result);
    return result != NULL;
}

/* In short turns: a transaction that waits long stands in the way of others. */
static bool lock(const struct pg_server *server, PGconn *conn, bool *ret_is_busy, char *error)
{
    int64_t give_up_us = clock_monotonic_us() + LOCK_US;

    *ret_is_busy = false;
    while (clock_monotonic_us() < give_up_us) {
        char quiet[STORE_ERROR_SIZE];

        if (run(server, conn, "BEGIN", error) &&
            run(server, conn, "SET LOCAL lock_timeout = 1000", error) &&
            run(server, conn, "SELECT pg_advisory_xact_lock(" MIGRATION_LOCK ")", error))
            return true;
        if (PQtransactionStatus(conn) != PQTRANS_INERROR || !run(server, conn, "ROLLBACK", quiet))
            return false;
    }
    *ret_is_busy = true;
    return false;
}

static bool apply(const struct pg_server *server, PGconn *conn, int64_t version, char *error)
{
    struct slice text = migration_text("postgresql", version);
    char record[128];

    (void)snprintf(record, sizeof(record),
                   "INSERT INTO schema_version VALUES (%" PRId64 ", %" PRId64 ")", version,
                   clock_now_us());
    return run(server, conn, text.ptr, error) && run(server, conn, record, error);
}

/* *ret_is_busy: another node is at it. */
static bool migrate(const struct pg_server *one, PGconn *conn, bool *ret_is_busy, char *error)
{
    struct pg_server patient = *one;
    const struct pg_server *server = &patient;
    int64_t version;
    bool done;

    patient.timeout_ms = MIGRATION_MS;
    done = lock(server, conn, ret_is_busy, error) &&
           pg_schema_version(server, conn, &version, error) &&
           migration_allowed(server->name, version, true, error) &&
           (version > 0 || run(server, conn,
                               "CREATE TABLE schema_version ("
                               "version BIGINT PRIMARY KEY, applied_us BIGINT NOT NULL)",
                               error));
    while (done && version < migration_newest())
        done = apply(server, conn, ++version, error);
    return done && run(server, conn, "COMMIT", error);
}

enum store_readiness pg_bring_up_to_date(const struct pg_server *server, bool create,
                                         char error[STORE_ERROR_SIZE])
{
    PGconn *conn = pg_connect(server, error);
    enum store_readiness readiness = STORE_REFUSED;
    bool is_busy = false;
    int64_t version;

    if (conn == NULL)
        return STORE_ABSENT;
    if (pg_schema_version(server, conn, &version, error) &&
        migration_allowed(server->name, version, create, error) &&
        (version == migration_newest() || migrate(server, conn, &is_busy, error)))
        readiness = STORE_READY;
    else if (is_busy || PQstatus(conn) != CONNECTION_OK ||
             PQtransactionStatus(conn) == PQTRANS_ACTIVE) /* it has not answered yet */
        readiness = STORE_ABSENT;
    PQfinish(conn);
    return readiness;
}

bool pg_read_version(const struct pg_server *server, int64_t *ret_stored,
                     char error[STORE_ERROR_SIZE])
{
    PGconn *conn = pg_connect(server, error);
    bool read = conn != NULL && pg_schema_version(server, conn, ret_stored, error);

    PQfinish(conn);
    return read;
}
