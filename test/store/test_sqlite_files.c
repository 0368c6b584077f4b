/*
 * Only for the SQLite engine: which files are opened. Those that are missing, damaged, read-only,
 * held by somebody, of a newer version or not ours are refused with a message for a person, and
 * left as they are.
 */
#include "sqlite_test.h"

#include <pthread.h>
#include <sys/stat.h>

static void assert_refused(const struct settings *settings, bool create, const char *expected)
{
    struct store *store = NULL;
    char error[STORE_ERROR_SIZE] = "";

    if (store_open(settings, create, &store, error))
        fail_msg("the store was opened");
    if (strstr(error, expected) == NULL || strstr(error, "moved.sqlite") == NULL)
        fail_msg("\"%s\" does not say the file and \"%s\"", error, expected);
    assert_null(store);
}

static void write_file(const struct world *world, const char *bytes, size_t len)
{
    write_file_as(world, "moved.sqlite", bytes, len);
}

static void a_missing_file_is_not_made_unasked(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    char path[PATH_SIZE];
    char error[STORE_ERROR_SIZE] = "";
    int64_t stored;
    int64_t newest;

    assert_refused(settings, false, "no such file");
    assert_false(store_version(settings, &stored, &newest, error));
    path_in(world, "moved.sqlite", path);
    assert_int_equal(access(path, F_OK), -1);
    settings_free(settings);
}

static void an_empty_file_wants_migrating(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    struct store *store = NULL;
    char error[STORE_ERROR_SIZE] = "";
    int64_t stored = -1;
    int64_t newest = -1;

    write_file(world, "", 0);
    assert_refused(settings, false, "migrate up");
    assert_true(store_version(settings, &stored, &newest, error));
    assert_true(stored == 0 && newest >= 1);
    assert_true(store_open(settings, true, &store, error));
    store_close(store);
    assert_true(store_version(settings, &stored, &newest, error));
    assert_int_equal(stored, newest);
    assert_true(store_open(settings, false, &store, error));
    store_close(store);
    settings_free(settings);
}

static void what_is_no_database_is_refused_and_left_alone(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    static const char text[] =
        "Dear diary, this is a text file, and longer than a header of SQLite "
        "would be, so that nothing takes it for an empty database.";
    size_t len = 0;
    char *bytes;

    write_file(world, text, sizeof(text));
    assert_refused(settings, true, "not an SQLite database");
    assert_refused(settings, false, "not an SQLite database");
    bytes = read_file(world, "moved.sqlite", &len);
    assert_int_equal(len, sizeof(text));
    assert_memory_equal(bytes, text, len);
    free(bytes);
    settings_free(settings);
}

static void somebody_elses_database_is_refused_and_left_alone(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    sqlite3 *db = open_file(world, "moved.sqlite");
    size_t len_before = 0;
    size_t len_after = 0;
    char *before;
    char *after;

    run_sql(db, "CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('borscht')");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    before = read_file(world, "moved.sqlite", &len_before);
    assert_refused(settings, true, "not one of domofon");
    after = read_file(world, "moved.sqlite", &len_after);
    assert_int_equal(len_before, len_after);
    assert_memory_equal(before, after, len_after);
    free(before);
    free(after);
    settings_free(settings);
}

static void a_newer_store_is_refused_and_left_alone(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    struct store *store = NULL;
    char error[STORE_ERROR_SIZE] = "";
    int64_t stored = 0;
    int64_t newest = 0;
    sqlite3 *db;

    assert_true(store_open(settings, true, &store, error));
    store_close(store);
    db = open_file(world, "moved.sqlite");
    run_sql(db, "INSERT INTO schema_version SELECT max(version) + 1, 0 FROM schema_version");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_refused(settings, true, "newer domofon");
    assert_refused(settings, false, "newer domofon");
    assert_true(store_version(settings, &stored, &newest, error));
    assert_int_equal(stored, newest + 1);
    settings_free(settings);
}

static void copy_of_store(struct world *world, size_t keep)
{
    size_t len = 0;
    char *bytes;
    sqlite3 *db = open_file(world, "store.sqlite");

    run_sql(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    bytes = read_file(world, "store.sqlite", &len);
    assert_true(len > keep);
    write_file(world, bytes, keep == 0 ? len : keep);
    free(bytes);
}

static void a_truncated_store_is_refused(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);

    (void)new_person(world);
    copy_of_store(world, 20000);
    assert_refused(settings, true, "damaged");
    copy_of_store(world, 100);
    assert_refused(settings, true, "damaged");
    settings_free(settings);
}

static void a_garbled_store_never_answers_wrongly(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    struct person anna = new_person(world);
    struct store *store = NULL;
    struct store_port *port = NULL;
    char error[STORE_ERROR_SIZE] = "";
    size_t len = 0;
    char *bytes;

    /* The header and the schema in good order, every other page garbled. */
    copy_of_store(world, 0);
    bytes = read_file(world, "moved.sqlite", &len);
    memset(bytes + 3 * 4096, 0x5a, len - 3 * 4096);
    write_file(world, bytes, len);
    free(bytes);
    if (store_open(settings, true, &store, error)) {
        struct find_account_in find = {.phone = anna.phone};
        struct store_job job = {
            .script = &script_find_account, .in = &find, .arena = world_arena(world)};
        struct create_challenge_in code = code_for(world, anna.phone);

        assert_true(store_port_open(store, NULL, &port, error));
        assert_int_equal(store_run_wait(port, &job), STORE_UNAVAILABLE);
        job.script = &script_create_challenge;
        job.in = &code;
        assert_int_equal(store_run_wait(port, &job), STORE_UNAVAILABLE);
        store_port_close(port);
        store_close(store);
    } else {
        assert_non_null(strstr(error, "damaged"));
    }
    settings_free(settings);
}

static void a_store_held_whole_by_somebody_is_refused(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    struct store *store = NULL;
    char error[STORE_ERROR_SIZE] = "";
    sqlite3 *db;

    assert_true(store_open(settings, true, &store, error));
    store_close(store);
    db = open_file(world, "moved.sqlite");
    run_sql(db, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    assert_refused(settings, true, "locked by another process");
    run_sql(db, "ROLLBACK");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_true(store_open(settings, true, &store, error));
    store_close(store);
    settings_free(settings);
}

/* Permissions bind only those who are not root. */
static int become_nobody(void)
{
    if (geteuid() != 0)
        return 0;
    return setgid(65534) != 0 || setuid(65534) != 0;
}

static int read_only_body(struct world *world)
{
    struct settings *settings = other_settings(world);
    char error[STORE_ERROR_SIZE] = "";

    EXPECT(become_nobody() == 0);
    EXPECT(!opens(settings, error));
    EXPECT(strstr(error, "moved.sqlite") != NULL);
    EXPECT(strstr(error, "read-only") != NULL || strstr(error, "no permission") != NULL);
    settings_free(settings);
    return 0;
}

static void read_only_files_and_folders_are_refused(void **state)
{
    struct world *world = *state;
    char path[PATH_SIZE];
    struct settings *settings = other_settings(world);
    char error[STORE_ERROR_SIZE] = "";

    path_in(world, "moved.sqlite", path);
    /* A folder where nothing can be made. */
    assert_int_equal(chmod(world->folder, 0555), 0);
    in_child(world, read_only_body);
    assert_int_equal(chmod(world->folder, 0755), 0);
    assert_int_equal(access(path, F_OK), -1);
    /* A file that may only be read, in such a folder, and in an open one. */
    assert_true(opens(settings, error));
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(world->folder, 0555), 0);
    in_child(world, read_only_body);
    assert_int_equal(chmod(world->folder, 0777), 0);
    in_child(world, read_only_body);
    /* And when the cause is gone: */
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(chmod(world->folder, 0755), 0);
    assert_true(opens(settings, error));
    settings_free(settings);
}

struct opener {
    pthread_t thread;
    const struct settings *settings;
    bool opened;
    char error[STORE_ERROR_SIZE];
};

static void *opener_main(void *arg)
{
    struct opener *opener = arg;

    opener->opened = opens(opener->settings, opener->error);
    return NULL;
}

static void many_may_make_the_store_at_once(void **state)
{
    struct world *world = *state;
    struct settings *settings = other_settings(world);
    struct opener openers[8] = {0};

    settings->store_busy_ms = 10000;
    for (size_t i = 0; i < ARRAY_LEN(openers); i++) {
        openers[i].settings = settings;
        assert_int_equal(pthread_create(&openers[i].thread, NULL, opener_main, &openers[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(openers); i++)
        assert_int_equal(pthread_join(openers[i].thread, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(openers); i++)
        if (!openers[i].opened)
            fail_msg("%s", openers[i].error);
    settings_free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OWN_TEST(a_missing_file_is_not_made_unasked),
        OWN_TEST(an_empty_file_wants_migrating),
        OWN_TEST(what_is_no_database_is_refused_and_left_alone),
        OWN_TEST(somebody_elses_database_is_refused_and_left_alone),
        OWN_TEST(a_newer_store_is_refused_and_left_alone),
        OWN_TEST(a_truncated_store_is_refused),
        OWN_TEST(a_garbled_store_never_answers_wrongly),
        OWN_TEST(a_store_held_whole_by_somebody_is_refused),
        OWN_TEST(read_only_files_and_folders_are_refused),
        OWN_TEST(many_may_make_the_store_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
