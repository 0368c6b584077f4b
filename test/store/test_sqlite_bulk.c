/* Only for the SQLite engine: bulk.h's list of tables is the schema's, and files it must refuse. */
#include "sqlite_test.h"

#include "bulk_test.h"

static enum script_type type_of(const char *declared)
{
    if (strcmp(declared, "INTEGER") == 0)
        return SCRIPT_INT;
    if (strcmp(declared, "TEXT") == 0)
        return SCRIPT_TEXT;
    assert_string_equal(declared, "BLOB");
    return SCRIPT_BYTES;
}

/* Rows are table, column, type, place in the primary key from 1 (0: none). */
static const char schema[] =
    "SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema t, pragma_table_info(t.name) c "
    "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' "
    "AND t.name NOT IN ('schema_version', 'lease')";

static void every_column_is_in_the_list(void **state)
{
    struct world *world = *state;
    sqlite3 *db = open_file(world, "store.sqlite");
    sqlite3_stmt *stmt = NULL;
    unsigned listed = 0;
    unsigned found = 0;

    for (unsigned i = 0; i < bulk_table_count; i++)
        listed += bulk_tables[i].column_count;
    assert_int_equal(sqlite3_prepare_v2(db, schema, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        assert_listed((const char *)sqlite3_column_text(stmt, 0),
                      (const char *)sqlite3_column_text(stmt, 1),
                      type_of((const char *)sqlite3_column_text(stmt, 2)),
                      (unsigned)sqlite3_column_int(stmt, 3));
        found++;
    }
    assert_int_equal(found, listed);
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void assert_refused(const struct settings *settings, const char *expected)
{
    static const enum bulk_mode modes[] = {BULK_READ, BULK_WRITE};

    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        char error[STORE_ERROR_SIZE] = "";
        struct bulk *bulk = NULL;

        assert_false(bulk_open(settings, modes[i], &bulk, error));
        if (strstr(error, expected) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error, expected);
    }
}

static void a_writer_makes_what_is_missing_a_reader_does_not(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    char error[STORE_ERROR_SIZE] = "";
    char path[PATH_SIZE];
    struct bulk *bulk = NULL;

    path_in(world, "moved.sqlite", path);
    assert_false(bulk_open(settings, BULK_READ, &bulk, error));
    assert_int_equal(access(path, F_OK), -1);
    bulk_close(open_bulk(settings, BULK_WRITE));
    assert_int_equal(unlink(path), 0);
    write_file_as(world, "moved.sqlite", "", 0);
    assert_false(bulk_open(settings, BULK_READ, &bulk, error));
    bulk_close(open_bulk(settings, BULK_WRITE));
    bulk_close(open_bulk(settings, BULK_READ));
    settings_free(settings);
}

static void other_files_are_refused_and_left_alone(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    sqlite3 *db = open_file(world, "moved.sqlite");
    char *before;
    char *after;
    size_t len_before = 0;
    size_t len_after = 0;

    run_sql(db, "CREATE TABLE recipe (name TEXT)");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    before = read_file(world, "moved.sqlite", &len_before);
    assert_refused(settings, "not one of domofon");
    after = read_file(world, "moved.sqlite", &len_after);
    assert_int_equal(len_before, len_after);
    assert_memory_equal(before, after, len_after);
    free(before);
    free(after);
    settings_free(settings);
}

static void a_file_of_another_version_is_refused(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    sqlite3 *db;

    bulk_close(open_bulk(settings, BULK_WRITE));
    db = open_file(world, "moved.sqlite");
    run_sql(db, "INSERT INTO schema_version VALUES (9999, 0)");
    assert_refused(settings, "newer domofon");
    run_sql(db, "UPDATE schema_version SET version = -version");
    assert_refused(settings, "migrate up");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    settings_free(settings);
}

static char *list_indexes(const struct world *world)
{
    sqlite3 *db = open_file(world, "store.sqlite");
    sqlite3_stmt *stmt = NULL;
    char *list;

    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "SELECT coalesce(group_concat(sql, ';'), '') FROM (SELECT sql FROM "
                           "sqlite_schema ORDER BY sql)",
                           -1, &stmt, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    list = strdup((const char *)sqlite3_column_text(stmt, 0));
    assert_non_null(list);
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return list;
}

static void indexes_come_back_as_they_were(void **state)
{
    struct world *world = *state;
    char error[STORE_ERROR_SIZE] = "";
    struct bulk *bulk;
    char *before;
    char *between;
    char *after;

    world_shut(world);
    before = list_indexes(world);
    bulk = open_bulk(world->settings, BULK_WRITE);
    assert_true(bulk_build_indexes(bulk, error));
    assert_true(bulk_put_indexes_off(bulk, error));
    bulk_close(bulk);
    between = list_indexes(world);
    assert_non_null(strstr(before, "INDEX session_account"));
    assert_null(strstr(between, "INDEX session_account"));
    bulk = open_bulk(world->settings, BULK_WRITE);
    assert_true(bulk_build_indexes(bulk, error));
    bulk_close(bulk);
    after = list_indexes(world);
    assert_string_equal(before, after);
    free(before);
    free(between);
    free(after);
}

/* Two sessions that the index forbids: noticed at the latest when it is built, and nothing is lost.
 */
static void rows_that_clash_are_noticed(void **state)
{
    struct world *world = *state;
    struct bulk_value sessions[2 * BULK_COLUMNS_MAX] = {0};
    char error[STORE_ERROR_SIZE] = "";
    struct bulk *bulk;
    sqlite3 *db;

    world_shut(world);
    bulk = open_bulk(world->settings, BULK_WRITE);
    for (unsigned i = 0; i < 2; i++) {
        *field_of(sessions, "session", i, "id") = an_int(i + 1);
        *field_of(sessions, "session", i, "seed") = BYTES_OF("seed");
        for (unsigned c = 0; c < 3; c++)
            *field_of(sessions, "session", i,
                      (const char *const[]){"device_name", "user_agent", "address"}[c]) = A_NULL;
    }
    assert_true(bulk_put_indexes_off(bulk, error));
    write_rows(bulk, "session", sessions, 2);
    assert_false(bulk_build_indexes(bulk, error));
    assert_non_null(strstr(error, "session.account_id"));
    bulk_close(bulk);
    db = open_file(world, "store.sqlite");
    run_sql(db, "DELETE FROM session WHERE id = 2");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    bulk = open_bulk(world->settings, BULK_WRITE);
    assert_true(bulk_build_indexes(bulk, error));
    (void)assert_table(bulk, "session", sessions, 1);
    bulk_close(bulk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OWN_TEST(every_column_is_in_the_list),
        OWN_TEST(a_writer_makes_what_is_missing_a_reader_does_not),
        OWN_TEST(other_files_are_refused_and_left_alone),
        OWN_TEST(a_file_of_another_version_is_refused),
        OWN_TEST(indexes_come_back_as_they_were),
        OWN_TEST(rows_that_clash_are_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
