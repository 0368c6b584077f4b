#include "store/pg_index.h"

#include <stdio.h>

#include "base/check.h"
#include "store/bulk.h"

/* `%s` is the list of tables. A constraint is what stands behind an index of UNIQUE columns. */
static const char put_off[] =
    "DO $$ DECLARE x record; BEGIN "
    "CREATE TABLE IF NOT EXISTS unfinished_index (name text PRIMARY KEY, definition text NOT NULL);"
    "FOR x IN SELECT o.relname AS name, "
    "CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid) ELSE format("
    "'ALTER TABLE %%s ADD CONSTRAINT %%I %%s', i.indrelid::regclass, k.conname, "
    "pg_get_constraintdef(k.oid)) END AS definition, "
    "CASE WHEN k.oid IS NULL THEN format('DROP INDEX %%s', i.indexrelid::regclass) ELSE format("
    "'ALTER TABLE %%s DROP CONSTRAINT %%I', i.indrelid::regclass, k.conname) END AS removal "
    "FROM pg_index i JOIN pg_class o ON o.oid = i.indexrelid "
    "LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'u' "
    "WHERE NOT i.indisprimary AND i.indrelid IN (SELECT to_regclass(n) FROM unnest(ARRAY[%s]) n) "
    "LOOP "
    "INSERT INTO unfinished_index VALUES (x.name, x.definition); "
    "EXECUTE x.removal; "
    "END LOOP; END $$";

static const char is_owner[] =
    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('account')";

static const char is_waiting[] = "SELECT to_regclass('unfinished_index') IS NOT NULL";

static const char build[] =
    "DO $$ DECLARE x record; BEGIN "
    "FOR x IN SELECT definition FROM unfinished_index ORDER BY name LOOP EXECUTE x.definition; "
    "END LOOP; "
    "DROP TABLE unfinished_index; END $$";

static bool run(const struct pg_server *server, PGconn *conn, const char *sql, char *error)
{
    PGresult *result = pg_query(server, conn, sql, error);

    PQclear(result);
    return result != NULL;
}

static bool ask(const struct pg_server *server, PGconn *conn, const char *sql, bool *ret_yes,
                char *error)
{
    PGresult *result = pg_query(server, conn, sql, error);

    if (result == NULL)
        return false;
    *ret_yes = PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    return true;
}

bool pg_indexes_put_off(const struct pg_server *server, PGconn *conn, char error[STORE_ERROR_SIZE])
{
    char sql[sizeof(put_off) + 512];
    char tables[512] = "";
    size_t len = 0;
    bool owner;

    if (!ask(server, conn, is_owner, &owner, error))
        return false;
    if (!owner)
        return true;
    for (unsigned i = 0; i < bulk_table_count; i++) {
        len += (size_t)snprintf(tables + len, sizeof(tables) - len, "%s'%s'", i == 0 ? "" : ", ",
                                bulk_tables[i].name);
        CHECK(len < sizeof(tables));
    }
    (void)snprintf(sql, sizeof(sql), put_off, tables);
    return run(server, conn, sql, error);
}

bool pg_indexes_build(const struct pg_server *server, PGconn *conn, char error[STORE_ERROR_SIZE])
{
    bool waiting;

    if (!ask(server, conn, is_waiting, &waiting, error))
        return false;
    return !waiting || run(server, conn, build, error);
}
