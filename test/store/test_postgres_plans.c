/*
 * Every statement of every script on PostgreSQL goes by an index, as the engine plans it: once,
 * without looking at the values. Runs only on PostgreSQL (DOMOFON_TEST_STORE).
 */
#include "store_test.h"

#include <stdio.h>

#include "store/pg_connect.h"

/* Where reading a whole table is meant, because it holds a handful of rows. */
static const struct {
    const char *script;
    const char *table;
} allowed[] = {
    {"list_signing_keys", "signing_key"},
    {"add_signing_key", "signing_key"},
};

static const char *type_name(enum script_type type)
{
    switch (type) {
    case SCRIPT_INT:
        return "int8";
    case SCRIPT_TEXT:
        return "text";
    case SCRIPT_BYTES:
        break;
    }
    return "bytea";
}

static PGresult *query(const struct pg_server *server, PGconn *conn, const char *sql)
{
    char error[STORE_ERROR_SIZE] = "";
    PGresult *result = pg_query(server, conn, sql, error);

    if (result == NULL)
        fail_msg("%s: %s", sql, error);
    return result;
}

/* PREPARE plan (int8, ...) AS ...; EXPLAIN EXECUTE plan (NULL, ...) */
static PGresult *explain(const struct pg_server *server, PGconn *conn, const struct script *script,
                         const struct script_statement *statement)
{
    struct arena *arena = arena_new();
    struct slice types = SLICE_LIT("");
    struct slice nulls = SLICE_LIT("");
    PGresult *result;

    for (unsigned i = 0; i < statement->param_count; i++) {
        const char *type = type_name(script->in[statement->params[i]].type);

        types = arena_printf(arena, "%.*s%s%s", SLICE_ARG(types), i == 0 ? "(" : ", ", type);
        nulls = arena_printf(arena, "%.*s%sNULL", SLICE_ARG(nulls), i == 0 ? "(" : ", ");
    }
    if (statement->param_count > 0) {
        types = arena_printf(arena, "%.*s)", SLICE_ARG(types));
        nulls = arena_printf(arena, "%.*s)", SLICE_ARG(nulls));
    }
    PQclear(query(server, conn,
                  arena_printf(arena, "DEALLOCATE ALL; PREPARE plan %.*s AS %s", SLICE_ARG(types),
                               statement->text)
                      .ptr));
    result =
        query(server, conn, arena_printf(arena, "EXPLAIN EXECUTE plan %.*s", SLICE_ARG(nulls)).ptr);
    arena_free(arena);
    return result;
}

static bool is_allowed(const char *script, const char *line)
{
    const char *scan = strstr(line, "Seq Scan on ");

    if (scan == NULL)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(allowed); i++) {
        const char *table = scan + strlen("Seq Scan on ");

        if (strcmp(allowed[i].script, script) == 0 &&
            strncmp(table, allowed[i].table, strlen(allowed[i].table)) == 0)
            return true;
    }
    return false;
}

static void every_statement_goes_by_an_index(void **state)
{
    struct world *world = *state;
    struct pg_server server = {.settings = world->settings, .timeout_ms = 5000};
    char error[STORE_ERROR_SIZE] = "";
    PGconn *conn;

    if (strncmp(world->settings->store_url, "postgres", strlen("postgres")) != 0)
        skip();
    conn = pg_connect(&server, error);
    if (conn == NULL)
        fail_msg("%s", error);
    PQclear(
        query(&server, conn, "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off"));
    for (unsigned i = 0; i < script_count; i++) {
        const struct script *script = script_all[i];

        for (unsigned n = 0; n < script->statement_count; n++) {
            PGresult *plan = explain(&server, conn, script, &script->statements[n]);

            for (int row = 0; row < PQntuples(plan); row++) {
                if (!is_allowed(script->name, PQgetvalue(plan, row, 0)))
                    print_error("%s, statement %u: %s\n", script->name, n,
                                PQgetvalue(plan, row, 0));
                assert_true(is_allowed(script->name, PQgetvalue(plan, row, 0)));
            }
            PQclear(plan);
        }
    }
    PQfinish(conn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(every_statement_goes_by_an_index)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
