/*
 * A PostgreSQL database as a source: one REPEATABLE READ, READ ONLY transaction, and a cursor that
 * brings some thousands of rows at a time. A standby will do.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "command/import_source.h"

#define FETCH_ROWS 5000
#define TEXT_OF(number) TEXT_OF_(number)
#define TEXT_OF_(number) #number

#define BEGIN                                                                                 \
    "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET jit = off; " \
    "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET client_min_messages = error; "     \
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

struct pg_source {
    PGconn *conn;
    PGresult *page; /* NULL: none */
    int row;        /* of the page, the next one */
    bool is_reading;
    char name[STORE_NAME_SIZE];
};

/* The first line of what libpq says. */
static bool complain(const struct pg_source *self, const char *message, char *error)
{
    int len = (int)strcspn(message, "\n");

    (void)snprintf(error, STORE_ERROR_SIZE, "source %.200s: %.*s", self->name,
                   len > 250 ? 250 : len, message);
    return false;
}

static void pg_source_close(void *object)
{
    struct pg_source *self = object;

    PQclear(self->page);
    PQfinish(self->conn);
    free(self);
}

static bool run(struct pg_source *self, const char *sql, char *error)
{
    PGresult *result = PQexec(self->conn, sql);
    ExecStatusType status = PQresultStatus(result);
    bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (!done)
        (void)complain(self, PQerrorMessage(self->conn), error);
    PQclear(result);
    return done;
}

static bool pg_source_open(const char *dsn, const char *name, void **ret_self, char *error)
{
    /* What the URL says counts for more than what stands before it. */
    static const char *const names[] = {"connect_timeout", "application_name", "dbname",
                                        "client_encoding", NULL};
    const char *const values[] = {"10", "domofon import", dsn, "UTF8", NULL};
    struct pg_source *self = calloc(1, sizeof(*self));

    CHECK(self != NULL);
    (void)snprintf(self->name, sizeof(self->name), "%s", name);
    self->conn = PQconnectdbParams(names, values, 1);
    if (PQstatus(self->conn) != CONNECTION_OK)
        (void)complain(self, PQerrorMessage(self->conn), error);
    else if (run(self, BEGIN, error)) {
        *ret_self = self;
        return true;
    }
    pg_source_close(self);
    return false;
}

static void leave_page(struct pg_source *self)
{
    PQclear(self->page);
    self->page = NULL;
    self->row = 0;
}

static bool pg_source_select(void *object, const char *sql, char *error)
{
    static const char declare[] = "DECLARE source NO SCROLL CURSOR FOR ";
    struct pg_source *self = object;
    struct arena *arena = arena_new();
    bool done;

    leave_page(self);
    done = (!self->is_reading || run(self, "CLOSE source", error)) &&
           run(self, arena_printf(arena, "%s%s", declare, sql).ptr, error);
    self->is_reading = done;
    arena_free(arena);
    return done;
}

static bool fetch(struct pg_source *self, char *error)
{
    leave_page(self);
    self->page = PQexec(self->conn, "FETCH " TEXT_OF(FETCH_ROWS) " FROM source");
    if (PQresultStatus(self->page) == PGRES_TUPLES_OK)
        return true;
    return complain(self, PQerrorMessage(self->conn), error);
}

static bool pg_source_next(void *object, struct slice *values, unsigned count, bool *ret_found,
                           char *error)
{
    struct pg_source *self = object;

    if ((self->page == NULL || self->row == PQntuples(self->page)) && !fetch(self, error))
        return false;
    *ret_found = self->row < PQntuples(self->page);
    if (!*ret_found)
        return true;
    CHECK(PQnfields(self->page) == (int)count);
    for (int i = 0; i < (int)count; i++) {
        values[i] = SLICE_ABSENT;
        if (PQgetisnull(self->page, self->row, i) == 0)
            values[i] = slice_of(PQgetvalue(self->page, self->row, i),
                                 (size_t)PQgetlength(self->page, self->row, i));
    }
    self->row++;
    return true;
}

const struct import_engine import_engine_pg = {
    .catalogue = "SELECT table_name, column_name FROM information_schema.columns "
                 "WHERE table_schema = ANY (current_schemas(false)) "
                 "ORDER BY table_name, ordinal_position",
    .open = pg_source_open,
    .close = pg_source_close,
    .select = pg_source_select,
    .next = pg_source_next,
};
