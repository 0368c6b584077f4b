/*
 * Whole tables of a PostgreSQL database. A reader holds one REPEATABLE READ transaction from the
 * beginning. A writer holds an advisory lock, and each page is one COPY; what makes it durable is
 * the proof at the end.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "store/bulk_engine.h"
#include "store/engine.h"
#include "store/pg_connect.h"
#include "store/pg_copy.h"
#include "store/pg_index.h"
#include "store/pg_migrate.h"

/* How long one statement may take: building the indexes of great tables is the longest. */
#define STATEMENT_MS INT64_C(3600000)

/* Writers in bulk exclude each other: "bulk". A killed one may take a moment to end at the
 * server's side, with its last page still coming in. */
#define WRITER_LOCK "1651862635"
#define WRITER_LOCK_MS "5000"

/* Pages are read by way of the primary key, however little is known of a table just filled. */
#define SESSION_SETTINGS                                                             \
    "SET statement_timeout = 0; SET lock_timeout = 0; SET jit = off; "               \
    "SET idle_in_transaction_session_timeout = 0; SET client_min_messages = error; " \
    "SET enable_sort = off; SET synchronous_commit = off; SET maintenance_work_mem = '256MB'"

struct bulk_pg {
    struct pg_server server;
    PGconn *conn;
    PGresult *page; /* the last one read; values point into it */
    struct bulk_value *values;
    struct pg_copy copied;   /* the last page written */
    char *hex[BULK_KEY_MAX]; /* keys as text */
};

static void name_server(struct bulk_pg *self, const struct settings *settings)
{
    self->server.settings = settings;
    self->server.timeout_ms = STATEMENT_MS;
    store_name(settings->store_url, self->server.name);
}

static bool is_absent(const struct settings *settings, bool *ret_absent, char *error)
{
    struct bulk_pg self = {0};
    int64_t version;

    name_server(&self, settings);
    if (!pg_read_version(&self.server, &version, error))
        return false;
    *ret_absent = version == 0;
    return true;
}

static bool run(struct bulk_pg *self, const char *sql, char *error)
{
    PGresult *result = pg_query(&self->server, self->conn, sql, error);

    PQclear(result);
    return result != NULL;
}

/* The first statement of the transaction takes its picture. */
static bool take_hold(struct bulk_pg *self, enum bulk_mode mode, char *error)
{
    if (!run(self, SESSION_SETTINGS, error))
        return false;
    switch (mode) {
    case BULK_READ:
        return run(self,
                   "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT count(*) FROM lease",
                   error);
    case BULK_WRITE:
        break;
    }
    if (run(self, "SET lock_timeout = " WRITER_LOCK_MS, error) &&
        run(self, "SELECT pg_advisory_lock(" WRITER_LOCK ")", error))
        return run(self, "SET lock_timeout = 0", error);
    if (PQstatus(self->conn) == CONNECTION_OK)
        (void)snprintf(error, STORE_ERROR_SIZE, "store %.200s: another process is filling it",
                       self->server.name);
    return false;
}

static void bulk_pg_close(void *object)
{
    struct bulk_pg *self = object;

    for (unsigned i = 0; i < BULK_KEY_MAX; i++)
        free(self->hex[i]);
    PQclear(self->page);
    PQfinish(self->conn);
    free(self->values);
    free(self->copied.data);
    free(self);
}

static bool bulk_pg_open(const struct settings *settings, enum bulk_mode mode, void **ret_self,
                         char *error)
{
    struct bulk_pg *self = calloc(1, sizeof(*self));
    int64_t version;

    CHECK(self != NULL);
    name_server(self, settings);
    self->conn = pg_connect(&self->server, error);
    if (self->conn == NULL || !pg_schema_version(&self->server, self->conn, &version, error) ||
        !migration_allowed(self->server.name, version, false, error) ||
        !take_hold(self, mode, error)) {
        bulk_pg_close(self);
        return false;
    }
    self->values = calloc((size_t)BULK_PAGE_ROWS * BULK_COLUMNS_MAX, sizeof(*self->values));
    CHECK(self->values != NULL);
    *ret_self = self;
    return true;
}

static bool number_of(struct bulk_pg *self, const char *sql, int64_t *ret_number, char *error)
{
    PGresult *result = pg_query(&self->server, self->conn, sql, error);
    bool found = result != NULL && PQntuples(result) == 1;

    if (found)
        *ret_number = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return found;
}

static bool count(void *object, const struct bulk_sql *sql, int64_t *ret_count, char *error)
{
    return number_of(object, sql->count, ret_count, error);
}

/* A value of a key as PostgreSQL reads it; it lives in *text. */
static void put_key(char **text, enum script_type type, const struct bulk_value *value)
{
    size_t size = value->bytes.len * 2 + 32;
    int len = 0;

    *text = realloc(*text, size);
    CHECK(*text != NULL);
    switch (type) {
    case SCRIPT_INT:
        (void)snprintf(*text, size, "%" PRId64, value->number);
        return;
    case SCRIPT_TEXT:
        (void)snprintf(*text, size, "%.*s", SLICE_ARG(value->bytes));
        return;
    case SCRIPT_BYTES:
        break;
    }
    len = snprintf(*text, size, "\\x");
    for (size_t i = 0; i < value->bytes.len; i++)
        len += snprintf(*text + len, size - (size_t)len, "%02x", (uint8_t)value->bytes.ptr[i]);
}

static struct bulk_value take_value(const PGresult *page, int row, int column,
                                    enum script_type type)
{
    const char *bytes = PQgetvalue(page, row, column);
    size_t len = (size_t)PQgetlength(page, row, column);
    uint64_t number;

    if (PQgetisnull(page, row, column) == 1)
        return (struct bulk_value){.is_null = true};
    if (type != SCRIPT_INT)
        return (struct bulk_value){.bytes = slice_of(bytes, len)};
    CHECK(len == sizeof(number));
    memcpy(&number, bytes, sizeof(number));
    return (struct bulk_value){.number = (int64_t)be64toh(number)};
}

static bool read_rows(void *object, const struct bulk_table *table, const char *sql,
                      const struct bulk_value *after, struct bulk_rows *ret_rows, char *error)
{
    const char *params[BULK_KEY_MAX + 1] = {NULL};
    struct bulk_pg *self = object;
    struct bulk_value *value = self->values;
    PGresult *page;

    for (unsigned i = 0; after != NULL && i < table->key_count; i++) {
        put_key(&self->hex[i], table->columns[i].type, &after[i]);
        params[i] = self->hex[i];
    }
    page = pg_query_binary(&self->server, self->conn, sql, params, error);
    if (page == NULL)
        return false;
    CHECK(PQnfields(page) == (int)table->column_count && PQntuples(page) <= BULK_PAGE_ROWS);
    PQclear(self->page);
    self->page = page;
    for (int row = 0; row < PQntuples(page); row++) {
        for (unsigned i = 0; i < table->column_count; i++)
            *value++ = take_value(page, row, (int)i, table->columns[i].type);
    }
    *ret_rows = (struct bulk_rows){.values = self->values, .count = (unsigned)PQntuples(page)};
    return true;
}

static bool write_rows(void *object, const struct bulk_table *table, const struct bulk_sql *sql,
                       const struct bulk_rows *rows, char *error)
{
    struct bulk_pg *self = object;

    return pg_copy_in(&self->server, self->conn, sql->copy,
                      pg_copy_encode(&self->copied, table, rows), error);
}

static bool put_indexes_off(void *object, char *error)
{
    struct bulk_pg *self = object;

    return pg_indexes_put_off(&self->server, self->conn, error);
}

static bool build_indexes(void *object, char *error)
{
    struct bulk_pg *self = object;

    return pg_indexes_build(&self->server, self->conn, error);
}

#define COUNTER "pg_get_serial_sequence('%s', 'id')::regclass"

static bool last_id(void *object, const struct bulk_table *table, int64_t *ret_id, char *error)
{
    char sql[256];

    (void)snprintf(sql, sizeof(sql),
                   "SELECT greatest(pg_sequence_last_value(" COUNTER "), max(id), 0) FROM %s",
                   table->name, table->name);
    return number_of(object, sql, ret_id, error);
}

static bool set_last_id(void *object, const struct bulk_table *table, int64_t id, char *error)
{
    char sql[384];

    (void)snprintf(sql, sizeof(sql),
                   "SELECT setval(" COUNTER ", %" PRId64 ") WHERE %" PRId64
                   " > coalesce(pg_sequence_last_value(" COUNTER "), 0)",
                   table->name, id, id, table->name);
    return run(object, sql, error);
}

static bool proof(void *object, char ret_proof[BULK_PROOF_SIZE], char *error)
{
    struct bulk_pg *self = object;
    PGresult *result = pg_query(&self->server, self->conn, BULK_SQL_PROOF, error);

    if (result == NULL)
        return false;
    (void)snprintf(ret_proof, BULK_PROOF_SIZE, "%s",
                   PQntuples(result) == 0 ? "" : PQgetvalue(result, 0, 0));
    PQclear(result);
    return true;
}

/* A commit that waits for the disk waits for all before it. */
static bool set_proof(void *object, const char *text, char *error)
{
    const char *const params[] = {text[0] == '\0' ? NULL : text, NULL};
    struct bulk_pg *self = object;
    PGresult *result;

    if (!run(self, "SET synchronous_commit = on", error))
        return false;
    result =
        pg_query_params(&self->server, self->conn,
                        text[0] == '\0' ? BULK_SQL_NO_PROOF : BULK_SQL_SET_PROOF, params, error);
    PQclear(result);
    return result != NULL && run(self, "SET synchronous_commit = off", error);
}

const struct bulk_engine bulk_engine_pg = {
    .is_absent = is_absent,
    .open = bulk_pg_open,
    .close = bulk_pg_close,
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
