/*
 * Only for the SQLite engine: files that are not ours, damaged, locked, read-only, moved away, and
 * disks that are full. Nothing is half written, the message is for a person, and when the cause is
 * gone the store works again.
 */
#include "store_test.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define PATH_SIZE 128

static void path_in(const struct world *world, const char *name, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/%s", world->folder, name);
}

/* Tests of this file want a file of their own, whatever DOMOFON_TEST_STORE says. */
static int open_own(void **state)
{
    (void)unsetenv("DOMOFON_TEST_STORE");
    return world_open(state);
}

#define OWN_TEST(name) cmocka_unit_test_setup_teardown(name, open_own, world_close)

static sqlite3 *open_file(const struct world *world, const char *name)
{
    char path[PATH_SIZE];
    sqlite3 *db = NULL;

    path_in(world, name, path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

static void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static int64_t number_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t number;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    number = sqlite3_column_int64(stmt, 0);
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    return number;
}

static bool is_whole(sqlite3 *db)
{
    return number_of(db, "SELECT count(*) FROM pragma_integrity_check "
                         "WHERE integrity_check = 'ok'") == 1;
}

/* Settings for another file in the world's folder, `moved.sqlite`, which is removed in the end. */
static struct settings *other_settings(const struct world *world)
{
    struct settings *settings = settings_new();
    char error[SETTINGS_ERROR_SIZE];
    char url[PATH_SIZE + 8];

    (void)snprintf(url, sizeof(url), "sqlite:%s/moved.sqlite", world->folder);
    assert_int_equal(settings_set(settings, "store", url, "test", error), SETTINGS_OK);
    settings->store_busy_ms = 50;
    return settings;
}

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

static void write_file_as(const struct world *world, const char *name, const char *bytes,
                          size_t len)
{
    char path[PATH_SIZE];
    FILE *file;

    path_in(world, name, path);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void write_file(const struct world *world, const char *bytes, size_t len)
{
    write_file_as(world, "moved.sqlite", bytes, len);
}

/* The whole file; free it. */
static char *read_file(const struct world *world, const char *name, size_t *ret_len)
{
    char path[PATH_SIZE];
    struct stat about;
    char *bytes;
    FILE *file;

    path_in(world, name, path);
    assert_int_equal(stat(path, &about), 0);
    bytes = malloc((size_t)about.st_size + 1);
    file = fopen(path, "rb");
    assert_true(bytes != NULL && file != NULL);
    *ret_len = fread(bytes, 1, (size_t)about.st_size, file);
    assert_int_equal(fclose(file), 0);
    return bytes;
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

        assert_true(store_port_open(store, NULL, NULL, &port, error));
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

static void nothing_secret_is_kept_of_a_code_that_is_over(void **state)
{
    struct world *world = *state;
    struct slice used = send_code(world, new_phone(world));
    struct slice spent = send_code(world, new_phone(world));
    struct redeem_code_in guess = guess_at(world, used);
    sqlite3 *db = open_file(world, "store.sqlite");

    assert_int_equal(number_of(db, "SELECT count(*) FROM challenge WHERE mac IS NOT NULL "
                                   "AND nonce IS NOT NULL"),
                     2);
    assert_true(RUN_IN(world, redeem_code, &guess)->session_id != 0);
    for (int i = 0; i < 3; i++) {
        guess = guess_at(world, spent);
        guess.mac = WRONG_MAC;
        (void)RUN_IN(world, redeem_code, &guess);
    }
    assert_int_equal(number_of(db, "SELECT count(*) FROM challenge WHERE mac IS NOT NULL "
                                   "OR nonce IS NOT NULL"),
                     0);
    (void)send_code(world, new_phone(world));
    world->now += 120 * US_PER_S;
    (void)RUN(world, sweep,
              {.holder = new_id(world), .now_us = world->now, .lease_us = 1, .most = 10});
    assert_int_equal(number_of(db, "SELECT count(*) FROM challenge"), 3);
    assert_int_equal(number_of(db, "SELECT count(*) FROM challenge WHERE mac IS NOT NULL "
                                   "OR nonce IS NOT NULL"),
                     0);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_locked_store_is_unavailable_until_it_is_free(void **state)
{
    struct world *world = *state;
    struct person anna;
    sqlite3 *db;
    struct check_ready_in in = {.now_us = world->now};

    world->settings->store_busy_ms = 50;
    world_reopen(world);
    anna = new_person(world);
    db = open_file(world, "store.sqlite");
    run_sql(db, "BEGIN EXCLUSIVE");
    assert_int_equal(TRY_IN(world, check_ready, &in), STORE_UNAVAILABLE);
    /* Readers do not mind a writer. */
    assert_non_null(RUN(world, read_account, {CALLER(world, anna)}));
    run_sql(db, "ROLLBACK");
    assert_int_equal(TRY_IN(world, check_ready, &in), STORE_DONE);
    (void)new_person(world);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_queue_behind_a_lock_is_bounded(void **state)
{
    enum { COUNT = 100 };
    struct world *world = *state;
    struct claim_setting_in ins[COUNT];
    struct store_job jobs[COUNT] = {0};
    unsigned accepted = 0;
    sqlite3 *db;

    world->settings->store_busy_ms = 100;
    world->settings->store_queue = 16;
    world_reopen(world);
    db = open_file(world, "store.sqlite");
    run_sql(db, "BEGIN EXCLUSIVE");
    for (unsigned i = 0; i < COUNT; i++) {
        ins[i] = (struct claim_setting_in){.name = new_word(world), .value = SLICE_LIT("x")};
        jobs[i] = (struct store_job){
            .script = &script_claim_setting, .in = &ins[i], .arena = world_arena(world)};
    }
    crowd_run(world, jobs, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_true(jobs[i].result == STORE_OVERLOADED || jobs[i].result == STORE_UNAVAILABLE);
        accepted += jobs[i].result == STORE_UNAVAILABLE;
    }
    assert_true(accepted >= 16 && accepted < COUNT);
    run_sql(db, "ROLLBACK");
    assert_int_equal(number_of(db, "SELECT count(*) FROM setting"), 0);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    (void)new_person(world);
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

static void a_moved_file_is_missed_and_found_again(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct check_ready_in in = {.now_us = world->now};
    char path[PATH_SIZE];
    char moved[PATH_SIZE];

    path_in(world, "store.sqlite", path);
    path_in(world, "moved.sqlite", moved);
    assert_int_equal(rename(path, moved), 0);
    assert_int_equal(TRY_IN(world, check_ready, &in), STORE_UNAVAILABLE);
    assert_int_equal(TRY_IN(world, check_ready, &in), STORE_UNAVAILABLE);
    /* Nobody makes a new, empty store in its place. */
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(rename(moved, path), 0);
    assert_int_equal(TRY_IN(world, check_ready, &in), STORE_DONE);
    assert_non_null(RUN(world, read_account, {CALLER(world, anna)}));
    assert_int_equal(sign_in(world, anna.phone).account_id, anna.account_id);
}

/* Puts another file into the place of the store, then the store back; all is well again. */
static void check_replaced(struct world *world, bool empty)
{
    struct person anna = new_person(world);
    struct check_ready_in in = {.now_us = world->now};
    struct slice phone = new_phone(world);
    char path[PATH_SIZE];
    char moved[PATH_SIZE];
    size_t len_before = 0;
    size_t len_after = 0;
    char *before;
    char *after;
    sqlite3 *db;

    path_in(world, "store.sqlite", path);
    path_in(world, "moved.sqlite", moved);
    assert_int_equal(rename(path, moved), 0);
    before = read_file(world, "moved.sqlite", &len_before);
    if (empty)
        len_before = 0;
    write_file_as(world, "store.sqlite", before, len_before);
    assert_int_equal(TRY_IN(world, check_ready, &in), STORE_UNAVAILABLE);
    assert_int_equal(TRY_IN(world, check_ready, &in), STORE_UNAVAILABLE);
    after = read_file(world, "store.sqlite", &len_after);
    assert_int_equal(len_before, len_after);
    assert_memory_equal(before, after, len_after);
    free(before);
    free(after);

    assert_int_equal(rename(moved, path), 0);
    assert_int_equal(TRY_IN(world, check_ready, &in), STORE_DONE);
    assert_non_null(RUN(world, read_account, {CALLER(world, anna)}));
    (void)sign_in(world, phone);
    world_reopen(world);
    assert_non_null(RUN(world, find_account, {.phone = anna.phone}));
    assert_non_null(RUN(world, find_account, {.phone = phone}));
    db = open_file(world, "store.sqlite");
    assert_true(is_whole(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void another_file_in_its_place_is_not_touched(void **state)
{
    check_replaced(*state, true);
    check_replaced(*state, false);
}

/* Runs `body` in a process of its own and fails with the line it gives. */
static void in_child(struct world *world, int (*body)(struct world *world))
{
    pid_t child;
    int status = 0;

    /* A process with threads of its own cannot be copied well. */
    world_shut(world);
    (void)fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(body(world) == 0 ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    world_reopen(world);
}

#define EXPECT(condition)                                                         \
    do {                                                                          \
        if (!(condition)) {                                                       \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            return 1;                                                             \
        }                                                                         \
    } while (0)

static bool opens(const struct settings *settings, char error[STORE_ERROR_SIZE])
{
    struct store *store = NULL;

    if (!store_open(settings, true, &store, error))
        return false;
    store_close(store);
    return true;
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

static bool file_limit(rlim_t bytes)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
        return false;
    limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
    return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

/* Writes one setting; how the job ended. */
static enum store_result write_one(struct store_port *port, int i, const char *value,
                                   bool *ret_same)
{
    static const char filler[3000] = {'x'};
    char name[sizeof(filler) + 16];
    struct claim_setting_in in;
    struct store_job job = {.script = &script_claim_setting, .in = &in, .arena = arena_new()};
    enum store_result result;
    int len = snprintf(name, sizeof(name), "%d %.*s", i, (int)sizeof(filler), filler);

    in = (struct claim_setting_in){.name = slice_of(name, (size_t)len), .value = slice_str(value)};
    result = store_run_wait(port, &job);
    *ret_same = result == STORE_DONE && slice_eq_str(STORE_ROW(&job, claim_setting)->value, value);
    arena_free(job.arena);
    return result;
}

static int full_disk_body(struct world *world)
{
    enum { COUNT = 400 };
    struct settings *settings = other_settings(world);
    struct store *store = NULL;
    struct store_port *port = NULL;
    enum store_result results[COUNT];
    char error[STORE_ERROR_SIZE] = "";
    sqlite3 *db = NULL;
    char path[PATH_SIZE];
    int failed = 0;
    bool same;

    (void)signal(SIGXFSZ, SIG_IGN);
    EXPECT(store_open(settings, true, &store, error));
    EXPECT(store_port_open(store, NULL, NULL, &port, error));
    EXPECT(file_limit(400000));
    for (int i = 0; i < COUNT; i++) {
        results[i] = write_one(port, i, "first", &same);
        EXPECT(results[i] == STORE_DONE || results[i] == STORE_UNAVAILABLE);
        failed += results[i] != STORE_DONE;
    }
    EXPECT(failed > 0 && failed < COUNT);
    /* Room again: everything acknowledged is there, nothing else is, and the store goes on. */
    EXPECT(file_limit(RLIM_INFINITY));
    for (int i = 0; i < COUNT; i++) {
        EXPECT(write_one(port, i, "second", &same) == STORE_DONE);
        EXPECT(same == (results[i] != STORE_DONE));
    }
    store_port_close(port);
    store_close(store);
    path_in(world, "moved.sqlite", path);
    EXPECT(sqlite3_open(path, &db) == SQLITE_OK);
    EXPECT(is_whole(db));
    EXPECT(number_of(db, "SELECT count(*) FROM setting") == COUNT);
    EXPECT(sqlite3_close(db) == SQLITE_OK);
    settings_free(settings);
    return 0;
}

static void a_full_disk_loses_nothing_acknowledged(void **state)
{
    in_child(*state, full_disk_body);
}

static int full_at_start_body(struct world *world)
{
    struct settings *settings = other_settings(world);
    char error[STORE_ERROR_SIZE] = "";
    int64_t stored = -1;
    int64_t newest = -1;

    (void)signal(SIGXFSZ, SIG_IGN);
    /* Enough for a file, not for the schema. */
    for (rlim_t limit = 0; limit <= 100000; limit += 20000) {
        EXPECT(file_limit(limit));
        if (opens(settings, error))
            break;
        EXPECT(strstr(error, "moved.sqlite") != NULL);
        EXPECT(file_limit(RLIM_INFINITY));
        /* All of the schema or nothing of it. */
        EXPECT(store_version(settings, &stored, &newest, error));
        EXPECT(stored == 0);
    }
    EXPECT(file_limit(RLIM_INFINITY));
    EXPECT(opens(settings, error));
    EXPECT(store_version(settings, &stored, &newest, error));
    EXPECT(stored == newest);
    settings_free(settings);
    return 0;
}

static void a_full_disk_leaves_no_half_made_store(void **state)
{
    in_child(*state, full_at_start_body);
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
        OWN_TEST(nothing_secret_is_kept_of_a_code_that_is_over),
        OWN_TEST(a_locked_store_is_unavailable_until_it_is_free),
        OWN_TEST(a_queue_behind_a_lock_is_bounded),
        OWN_TEST(a_store_held_whole_by_somebody_is_refused),
        OWN_TEST(a_moved_file_is_missed_and_found_again),
        OWN_TEST(another_file_in_its_place_is_not_touched),
        OWN_TEST(read_only_files_and_folders_are_refused),
        OWN_TEST(a_full_disk_loses_nothing_acknowledged),
        OWN_TEST(a_full_disk_leaves_no_half_made_store),
        OWN_TEST(many_may_make_the_store_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
