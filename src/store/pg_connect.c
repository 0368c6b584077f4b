#include "store/pg_connect.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "base/check.h"
#include "base/clock.h"
#include "store/engine.h"
#include "store/pg_codec.h"

/* Of parameters and results, as libpq numbers them. */
#define TEXT_FORMAT 0
#define BINARY_FORMAT 1

/* Of the data of a COPY, sent as one message. */
#define COPY_PIECE_BYTES ((size_t)64 << 10)

/* Seconds for each host of the URL; libpq's own least. */
#define CONNECT_S "2"

/* Milliseconds after which the kernel gives up on a host that takes nothing any more. */
#define TCP_USER_TIMEOUT_MS "5000"

/*
 * The session's settings. Commits do not wait for the disk: the barrier does, for all before it.
 * Every query of ours goes by an index and is planned once.
 */
static const char session_settings[] =
    "SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan; "
    "SET enable_seqscan = off; SET jit = off; SET client_min_messages = error; "
    "SET default_transaction_isolation = 'read committed'; "
    "SET statement_timeout = %" PRId64 "; SET lock_timeout = %" PRId64 "; "
    /* A node that is gone must not hold its locks: the server asks after it. */
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = 10000; "
    "SELECT set_config(name, '%" PRId64 "', false) FROM pg_settings "
    "WHERE name = 'transaction_timeout'; "
    "SELECT pid, COALESCE(extract(epoch FROM backend_start)::text, '') FROM pg_stat_activity "
    "WHERE pid = pg_backend_pid()";

/* How long to wait for the end of a server process that was lost sight of. */
#define GHOST_MS "1000"

/* `on`, or what the operator wants of a commit beyond that. A logical message is written to the
 * log, which alone makes PostgreSQL flush it at the commit. */
static const char prepare_barrier[] =
    "PREPARE " PG_BARRIER " AS SELECT set_config('synchronous_commit', '%s', true), "
    "pg_logical_emit_message(true, 'domofon', '')";

static void complain(const struct pg_server *server, const char *detail, char *error)
{
    size_t len = strcspn(detail, "\n");

    (void)snprintf(error, STORE_ERROR_SIZE, "store %.200s: %.*s", server->name,
                   len > 250 ? 250 : (int)len, detail);
}

bool pg_url_is_good(const struct pg_server *server, char error[STORE_ERROR_SIZE])
{
    /* What libpq says of a bad URL quotes its password. */
    PQconninfoOption *options = PQconninfoParse(server->settings->store_url, NULL);

    if (options == NULL)
        complain(server,
                 "is not a URL that libpq understands (special characters in a password are "
                 "written %25, %40, %2F)",
                 error);
    PQconninfoFree(options);
    return options != NULL;
}

static void ignore_notice(void *nothing, const char *message)
{
    (void)nothing;
    (void)message;
}

PGconn *pg_connect(const struct pg_server *server, char error[STORE_ERROR_SIZE])
{
    /* What stands before dbname may be changed by the URL; what stands after may not. */
    static const char *const keys[] = {"connect_timeout",
                                       "tcp_user_timeout",
                                       "fallback_application_name",
                                       "target_session_attrs",
                                       "dbname",
                                       "client_encoding",
                                       NULL};
    const char *values[] = {CONNECT_S,    TCP_USER_TIMEOUT_MS,         "domofon",
                            "read-write", server->settings->store_url, "UTF8",
                            NULL};
    PGconn *conn = PQconnectdbParams(keys, values, 1);

    if (conn != NULL && PQstatus(conn) == CONNECTION_OK && PQsetnonblocking(conn, 1) == 0) {
        (void)PQsetNoticeProcessor(conn, ignore_notice, NULL);
        return conn;
    }
    complain(server, conn == NULL ? "out of memory" : PQerrorMessage(conn), error);
    PQfinish(conn);
    return NULL;
}

static int64_t deadline_from_now(const struct pg_server *server)
{
    return clock_monotonic_us() + server->timeout_ms * US_PER_MS;
}

/* Until PQgetResult would not block. */
static bool await(PGconn *conn, int64_t deadline_us)
{
    for (;;) {
        int unsent = PQflush(conn);
        struct pollfd waits = {.fd = PQsocket(conn), .events = POLLIN};
        int64_t left_us = deadline_us - clock_monotonic_us();

        if (unsent < 0)
            return false;
        if (unsent == 0 && PQisBusy(conn) == 0)
            return true;
        if (unsent == 1)
            waits.events |= POLLOUT;
        if (left_us <= 0)
            return false;
        if (poll(&waits, 1, (int)(left_us / US_PER_MS) + 1) < 0 && errno != EINTR)
            return false;
        if ((waits.revents & (POLLIN | POLLHUP | POLLERR)) != 0 && PQconsumeInput(conn) == 0)
            return false;
    }
}

static bool has_failed(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_PIPELINE_SYNC;
}

/* The last result of what was sent; NULL, with a message, when any of them failed. */
static PGresult *take_last(const struct pg_server *server, PGconn *conn, char *error)
{
    int64_t deadline_us = deadline_from_now(server);
    PGresult *last = NULL;
    bool failed = false;

    while (await(conn, deadline_us)) {
        PGresult *next = PQgetResult(conn);

        if (next == NULL)
            return last;
        /* The first failure is the one to tell; what comes after it is only taken off the line. */
        if (!failed && has_failed(next)) {
            complain(server, PQresultErrorMessage(next), error);
            failed = true;
        }
        PQclear(last);
        last = failed ? NULL : next;
        if (failed)
            PQclear(next);
    }
    if (!failed)
        complain(server, PQstatus(conn) == CONNECTION_OK ? "does not answer" : PQerrorMessage(conn),
                 error);
    PQclear(last);
    return NULL;
}

PGresult *pg_query(const struct pg_server *server, PGconn *conn, const char *sql,
                   char error[STORE_ERROR_SIZE])
{
    if (PQsendQuery(conn, sql) == 1)
        return take_last(server, conn, error);
    complain(server, PQerrorMessage(conn), error);
    return NULL;
}

static PGresult *query_params(const struct pg_server *server, PGconn *conn, const char *sql,
                              const char *const *params, int result_format, char *error)
{
    int count = 0;

    while (count < PG_QUERY_PARAMS_MAX && params[count] != NULL)
        count++;
    if (PQsendQueryParams(conn, sql, count, NULL, params, NULL, NULL, result_format) == 1)
        return take_last(server, conn, error);
    complain(server, PQerrorMessage(conn), error);
    return NULL;
}

PGresult *pg_query_params(const struct pg_server *server, PGconn *conn, const char *sql,
                          const char *const *params, char error[STORE_ERROR_SIZE])
{
    return query_params(server, conn, sql, params, TEXT_FORMAT, error);
}

PGresult *pg_query_binary(const struct pg_server *server, PGconn *conn, const char *sql,
                          const char *const *params, char error[STORE_ERROR_SIZE])
{
    return query_params(server, conn, sql, params, BINARY_FORMAT, error);
}

/* Whether the server now waits for the data of a COPY. */
static bool copy_begins(const struct pg_server *server, PGconn *conn, char *error)
{
    PGresult *result = await(conn, deadline_from_now(server)) ? PQgetResult(conn) : NULL;
    bool begins = PQresultStatus(result) == PGRES_COPY_IN;

    if (!begins)
        complain(server, result == NULL ? PQerrorMessage(conn) : PQresultErrorMessage(result),
                 error);
    PQclear(result);
    if (!begins)
        PQclear(take_last(server, conn, (char[STORE_ERROR_SIZE]){0}));
    return begins;
}

bool pg_copy_in(const struct pg_server *server, PGconn *conn, const char *sql, struct slice data,
                char error[STORE_ERROR_SIZE])
{
    PGresult *result;
    bool sent = true;

    if (PQsendQuery(conn, sql) != 1) {
        complain(server, PQerrorMessage(conn), error);
        return false;
    }
    if (!copy_begins(server, conn, error))
        return false;
    /* Not blocking: libpq keeps what the socket does not take, and take_last sends it. */
    while (sent && data.len > 0) {
        size_t len = data.len < COPY_PIECE_BYTES ? data.len : COPY_PIECE_BYTES;

        sent = PQputCopyData(conn, data.ptr, (int)len) == 1;
        data = slice_after(data, len);
    }
    if (!sent || PQputCopyEnd(conn, NULL) != 1) {
        complain(server, PQerrorMessage(conn), error);
        return false;
    }
    result = take_last(server, conn, error);
    PQclear(result);
    return result != NULL;
}

bool pg_schema_version(const struct pg_server *server, PGconn *conn, int64_t *ret_version,
                       char error[STORE_ERROR_SIZE])
{
    /* Opening pg_class makes PostgreSQL look what others have created meanwhile; to_regclass alone
     * may answer from what it knew before it waited for the migration lock. */
    PGresult *result = pg_query(
        server, conn,
        "SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('schema_version'))", error);
    bool exists = result != NULL && strcmp(PQgetvalue(result, 0, 0), "t") == 0;

    if (exists) {
        PQclear(result);
        result =
            pg_query(server, conn, "SELECT COALESCE(max(version), 0) FROM schema_version", error);
    }
    if (result == NULL)
        return false;
    *ret_version = exists ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : 0;
    PQclear(result);
    return true;
}

static bool send_prepare(PGconn *conn, const struct script *script,
                         const struct script_statement *statement)
{
    Oid types[SCRIPT_PARAMS_MAX];

    pg_param_types(script, statement, types);
    return PQsendPrepare(conn, statement->name, statement->text, (int)statement->param_count,
                         types) == 1;
}

static bool send_script(PGconn *conn, const struct script *script)
{
    bool sent = script->lock == NULL || send_prepare(conn, script, script->lock);

    for (unsigned n = 0; n < script->statement_count && sent; n++)
        sent = send_prepare(conn, script, &script->statements[n]);
    return sent && PQsendDescribePrepared(conn, script->statements[script->result].name) == 1;
}

/* Named as they are written; SQL's own PREPARE takes none of them. */
static const char *const transaction_words[] = {PG_BEGIN, PG_COMMIT, PG_ROLLBACK};
#define TRANSACTION_WORDS (sizeof(transaction_words) / sizeof(transaction_words[0]))

static bool send_words(PGconn *conn)
{
    bool sent = true;

    for (size_t i = 0; i < TRANSACTION_WORDS && sent; i++)
        sent = PQsendPrepare(conn, transaction_words[i], transaction_words[i], 0, NULL) == 1;
    return sent;
}

static bool check_words(const struct pg_server *server, PGconn *conn, char *error)
{
    bool fits = true;

    for (size_t i = 0; i < TRANSACTION_WORDS && fits; i++) {
        PGresult *result = take_last(server, conn, error);

        fits = result != NULL;
        PQclear(result);
    }
    return fits;
}

/* The results of what send_script sent: each is followed by a NULL. */
static bool check_script(const struct pg_server *server, PGconn *conn, const struct script *script,
                         char *error)
{
    /* The lock and the statements; last, what the SELECT was described as. */
    unsigned described = script->statement_count + (script->lock == NULL ? 0 : 1);
    bool fits = true;

    for (unsigned n = 0; n <= described && fits; n++) {
        PGresult *result = take_last(server, conn, error);

        fits = result != NULL;
        if (fits && n == described && !pg_columns_fit(script, result)) {
            (void)snprintf(error, STORE_ERROR_SIZE, "store %.200s: the columns of %s do not fit",
                           server->name, script->name);
            fits = false;
        }
        PQclear(result);
    }
    return fits;
}

/* All in one go: thousands of round trips would be felt. */
static bool prepare_scripts(const struct pg_server *server, PGconn *conn, bool writes, char *error)
{
    bool fits = PQenterPipelineMode(conn) == 1 && (!writes || send_words(conn));
    PGresult *end;

    for (unsigned i = 0; i < script_count && fits; i++)
        fits = script_all[i]->writes != writes || send_script(conn, script_all[i]);
    if (!fits || PQpipelineSync(conn) != 1) {
        complain(server, PQerrorMessage(conn), error);
        return false;
    }
    fits = !writes || check_words(server, conn, error);
    for (unsigned i = 0; i < script_count && fits; i++)
        fits = script_all[i]->writes != writes || check_script(server, conn, script_all[i], error);
    if (!fits || !await(conn, deadline_from_now(server)))
        return false;
    end = PQgetResult(conn);
    fits = PQresultStatus(end) == PGRES_PIPELINE_SYNC;
    PQclear(end);
    return fits;
}

static bool end_ghost(const struct pg_server *server, PGconn *conn, const struct pg_backend *ghost,
                      char *error)
{
    const char *const params[] = {ghost->pid, ghost->since, NULL};
    PGresult *result;

    if (ghost->pid[0] == '\0')
        return true;
    result = pg_query_params(server, conn,
                             "SELECT pg_terminate_backend(pid, " GHOST_MS ") FROM pg_stat_activity "
                             "WHERE pid = $1::int AND pid <> pg_backend_pid() "
                             "AND extract(epoch FROM backend_start) = $2::numeric",
                             params, error);
    if (result == NULL)
        return false;
    /* Still there: what it does must be over before it is done again. */
    if (PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "t") != 0) {
        complain(server, "the process of the lost connection does not end", error);
        PQclear(result);
        return false;
    }
    PQclear(result);
    return true;
}

static bool set_up_barrier(const struct pg_server *server, PGconn *conn, char *error)
{
    char sql[sizeof(prepare_barrier) + PG_BACKEND_SIZE];
    const char *level;
    PGresult *result = pg_query(
        server, conn, "SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'", error);

    if (result == NULL)
        return false;
    level = PQgetvalue(result, 0, 0);
    /* What was acknowledged must not be lost, whatever the server's default. */
    (void)snprintf(sql, sizeof(sql), prepare_barrier,
                   strcmp(level, "remote_apply") == 0 ? level : "on");
    PQclear(result);
    result = pg_query(server, conn, sql, error);
    PQclear(result);
    return result != NULL;
}

static bool set_session(const struct pg_server *server, PGconn *conn,
                        struct pg_backend *ret_backend, char *error)
{
    int64_t timeout_ms = server->settings->store_timeout_ms;
    char sql[sizeof(session_settings) + PG_BACKEND_SIZE];
    PGresult *result;

    (void)snprintf(sql, sizeof(sql), session_settings, timeout_ms, timeout_ms / 4, timeout_ms);
    result = pg_query(server, conn, sql, error);
    if (result == NULL)
        return false;
    if (PQntuples(result) == 1) {
        (void)snprintf(ret_backend->pid, sizeof(ret_backend->pid), "%s", PQgetvalue(result, 0, 0));
        (void)snprintf(ret_backend->since, sizeof(ret_backend->since), "%s",
                       PQgetvalue(result, 0, 1));
        /* Not told when it began (to another role than the one that logged in): never ended. */
        if (ret_backend->since[0] == '\0')
            ret_backend->pid[0] = '\0';
    }
    PQclear(result);
    return true;
}

void pg_close_socket(int socket)
{
    uv_fs_t request;

    (void)uv_fs_close(NULL, &request, socket, NULL);
    uv_fs_req_cleanup(&request);
}

bool pg_make_ready(const struct pg_server *server, PGconn *conn, bool writes,
                   const struct pg_backend *ghost, struct pg_backend *ret_backend,
                   char error[STORE_ERROR_SIZE])
{
    int64_t version;

    return set_session(server, conn, ret_backend, error) && end_ghost(server, conn, ghost, error) &&
           pg_schema_version(server, conn, &version, error) &&
           migration_allowed(server->name, version, false, error) &&
           (!writes || set_up_barrier(server, conn, error)) &&
           prepare_scripts(server, conn, writes, error);
}
