#include "store/sqlite_index.h"

/* Those that a migration made by CREATE INDEX have a text. */
static const char put_off[] =
    "CREATE TABLE IF NOT EXISTS unfinished_index (name TEXT PRIMARY KEY, definition TEXT NOT NULL)"
    " STRICT;"
    "INSERT INTO unfinished_index SELECT name, sql FROM sqlite_schema "
    "WHERE type = 'index' AND sql IS NOT NULL";
static const char drops[] = "SELECT 'DROP INDEX IF EXISTS ' || name FROM unfinished_index";

static const char waiting[] = "SELECT 1 FROM sqlite_schema WHERE name = 'unfinished_index'";
static const char definitions[] = "SELECT definition FROM unfinished_index ORDER BY name";

/* Runs the statements that a query gives, one after the other. */
static int run_each(sqlite3 *db, const char *query)
{
    char **texts = NULL;
    int rows = 0;
    int code = sqlite3_get_table(db, query, &texts, &rows, NULL, NULL);

    /* The first text is the column's name. */
    for (int i = 1; i <= rows && code == SQLITE_OK; i++)
        code = sqlite3_exec(db, texts[i], NULL, NULL, NULL);
    sqlite3_free_table(texts);
    return code;
}

static int is_waiting(sqlite3 *db, bool *ret_waiting)
{
    char **texts = NULL;
    int rows = 0;
    int code = sqlite3_get_table(db, waiting, &texts, &rows, NULL, NULL);

    *ret_waiting = rows > 0;
    sqlite3_free_table(texts);
    return code;
}

int sqlite_indexes_put_off(struct sqlite_conn *conn)
{
    sqlite3 *db = sqlite_conn_db(conn);
    int code = sqlite_conn_command(conn, SQLITE_CMD_BEGIN_WRITE);

    if (code == SQLITE_OK)
        code = sqlite3_exec(db, put_off, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = run_each(db, drops);
    return code == SQLITE_OK ? sqlite_conn_command(conn, SQLITE_CMD_COMMIT) : code;
}

int sqlite_indexes_build(struct sqlite_conn *conn)
{
    sqlite3 *db = sqlite_conn_db(conn);
    int code = sqlite_conn_command(conn, SQLITE_CMD_BEGIN_WRITE);
    bool any = false;

    if (code == SQLITE_OK)
        code = is_waiting(db, &any);
    if (code == SQLITE_OK && any)
        code = run_each(db, definitions);
    if (code == SQLITE_OK && any)
        code = sqlite3_exec(db, "DROP TABLE unfinished_index", NULL, NULL, NULL);
    return code == SQLITE_OK ? sqlite_conn_command(conn, SQLITE_CMD_COMMIT) : code;
}
