/*
 * Only for the PostgreSQL engine: bulk.h's list of tables is the schema's; and what goes from
 * SQLite to PostgreSQL and back is the same in all three.
 */
#include "bulk_test.h"

#include <libpq-fe.h>
#include <stdio.h>

#include "command/copy_tables.h"

static bool has_server(void)
{
    return getenv("DOMOFON_TEST_STORE") != NULL;
}

static int open_if_any(void **state)
{
    return has_server() ? empty_world_open(state) : 0;
}

static int close_if_any(void **state)
{
    return has_server() ? world_close(state) : 0;
}

static enum script_type type_of(const char *declared)
{
    if (strcmp(declared, "bigint") == 0)
        return SCRIPT_INT;
    if (strcmp(declared, "text") == 0)
        return SCRIPT_TEXT;
    assert_string_equal(declared, "bytea");
    return SCRIPT_BYTES;
}

/* Rows are table, column, type, place in the primary key from 1 (0: none), whether an identity,
 * whether compared otherwise than byte by byte. */
static const char schema[] =
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), "
    "coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1, a.attidentity <> '', "
    "a.attcollation NOT IN (0, 950) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
    "LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
    "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped "
    "AND c.relname NOT IN ('schema_version', 'lease')";

static void every_column_is_in_the_list(void **state)
{
    struct world *world = *state;
    unsigned listed = 0;
    PGresult *found;
    PGconn *conn;

    if (!has_server())
        skip();
    conn = PQconnectdb(world->settings->store_url);
    found = PQexec(conn, schema);
    assert_int_equal(PQresultStatus(found), PGRES_TUPLES_OK);
    for (unsigned i = 0; i < bulk_table_count; i++)
        listed += bulk_tables[i].column_count;
    assert_int_equal(PQntuples(found), listed);
    for (int row = 0; row < PQntuples(found); row++) {
        const char *table = PQgetvalue(found, row, 0);
        unsigned key = (unsigned)strtoul(PQgetvalue(found, row, 3), NULL, 10);
        bool is_identity = strcmp(PQgetvalue(found, row, 4), "t") == 0;

        assert_listed(table, PQgetvalue(found, row, 1), type_of(PQgetvalue(found, row, 2)), key);
        assert_int_equal(is_identity, key == 1 && bulk_find_table(table)->is_numbered);
        if (key > 0 && strcmp(PQgetvalue(found, row, 5), "t") == 0)
            fail_msg("the key of %s is not compared byte by byte: COLLATE \"C\"", table);
    }
    PQclear(found);
    PQfinish(conn);
}

/* All indexes, one after the other; free it. */
static char *list_indexes(const struct world *world)
{
    PGconn *conn = PQconnectdb(world->settings->store_url);
    PGresult *found = PQexec(conn, "SELECT string_agg(indexdef, ';' ORDER BY indexdef) "
                                   "FROM pg_indexes WHERE schemaname = 'public'");
    char *list = strdup(PQgetvalue(found, 0, 0));

    assert_non_null(list);
    PQclear(found);
    PQfinish(conn);
    return list;
}

static void delete_accounts(const struct world *world)
{
    PGconn *conn = PQconnectdb(world->settings->store_url);

    PQclear(PQexec(conn, "DELETE FROM account"));
    PQfinish(conn);
}

static void indexes_come_back_as_they_were(void **state)
{
    struct world *world = *state;
    char error[STORE_ERROR_SIZE] = "";
    char *before;
    char *between;
    char *after;
    struct bulk *bulk;

    if (!has_server())
        skip();
    before = list_indexes(world);
    bulk = open_bulk(world->settings, BULK_WRITE);
    assert_true(bulk_build_indexes(bulk, error));
    assert_true(bulk_put_indexes_off(bulk, error));
    assert_true(bulk_put_indexes_off(bulk, error));
    bulk_close(bulk);
    between = list_indexes(world);
    assert_non_null(strstr(between, "account_pkey"));
    assert_null(strstr(between, "account_phone_key"));
    assert_null(strstr(between, "account_invitees"));
    /* Two with one code: noticed at the latest here, and nothing is lost. */
    bulk = open_bulk(world->settings, BULK_WRITE);
    make_hard_rows();
    *field_of(hard_accounts, "account", 0, "invite_code") =
        *field_of(hard_accounts, "account", 1, "invite_code");
    write_rows(bulk, "account", hard_accounts, HARD_ACCOUNTS);
    assert_false(bulk_build_indexes(bulk, error));
    assert_non_null(strstr(error, "account_invite_code_key"));
    delete_accounts(world);
    assert_true(bulk_build_indexes(bulk, error));
    bulk_close(bulk);
    after = list_indexes(world);
    assert_string_equal(before, after);
    free(before);
    free(between);
    free(after);
}

/* An SQLite file in a folder of its own. */
struct file {
    struct settings *settings;
    char folder[64];
    char path[96];
};

static void file_new(struct file *file)
{
    char error[SETTINGS_ERROR_SIZE];
    char url[128];

    (void)snprintf(file->folder, sizeof(file->folder), "/tmp/domofon-store.XXXXXX");
    assert_non_null(mkdtemp(file->folder));
    (void)snprintf(file->path, sizeof(file->path), "%s/bulk.sqlite", file->folder);
    (void)snprintf(url, sizeof(url), "sqlite:%s", file->path);
    file->settings = settings_new();
    assert_int_equal(settings_set(file->settings, "store", url, "test", error), SETTINGS_OK);
}

static void file_remove(struct file *file)
{
    assert_int_equal(unlink(file->path), 0);
    assert_int_equal(rmdir(file->folder), 0);
    settings_free(file->settings);
}

static void assert_copied(const struct settings *from_settings, const struct settings *to_settings)
{
    struct bulk *from = open_bulk(from_settings, BULK_READ);
    struct bulk *to = open_bulk(to_settings, BULK_WRITE);
    struct comparison *comparisons = calloc(bulk_table_count, sizeof(*comparisons));
    char error[STORE_ERROR_SIZE] = "";

    assert_non_null(comparisons);
    if (!copy_tables(from, to, error) || !compare_tables(from, to, comparisons, error))
        fail_msg("%s", error);
    for (unsigned i = 0; i < bulk_table_count; i++)
        assert_true(bulk_checksum_equal(&comparisons[i].from, &comparisons[i].to));
    assert_hard_rows(to);
    free(comparisons);
    bulk_close(to);
    bulk_close(from);
}

static void from_sqlite_and_back_nothing_changes(void **state)
{
    struct world *world = *state;
    char error[STORE_ERROR_SIZE] = "";
    struct file first;
    struct file second;
    struct bulk *bulk;
    int64_t id = 0;

    if (!has_server())
        skip();
    file_new(&first);
    file_new(&second);
    make_hard_rows();
    bulk = open_bulk(first.settings, BULK_WRITE);
    write_hard_rows(bulk);
    assert_true(bulk_set_last_id(bulk, bulk_find_table("session"), 4000000000, error));
    bulk_close(bulk);
    assert_copied(first.settings, world->settings);
    assert_copied(world->settings, second.settings);
    bulk = open_bulk(second.settings, BULK_READ);
    assert_true(bulk_last_id(bulk, bulk_find_table("session"), &id, error));
    assert_int_equal(id, 4000000000);
    bulk_close(bulk);
    file_remove(&first);
    file_remove(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_column_is_in_the_list, open_if_any, close_if_any),
        cmocka_unit_test_setup_teardown(indexes_come_back_as_they_were, open_if_any, close_if_any),
        cmocka_unit_test_setup_teardown(from_sqlite_and_back_nothing_changes, open_if_any,
                                        close_if_any),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
