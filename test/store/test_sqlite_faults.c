/*
 * Only for the SQLite engine: what befalls a store that is open. It is locked, moved away,
 * replaced, or its disk is full: nothing is half written, and when the cause is gone it works
 * again.
 */
#include "sqlite_test.h"

#include <sys/resource.h>

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
    EXPECT(store_port_open(store, NULL, &port, error));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        OWN_TEST(nothing_secret_is_kept_of_a_code_that_is_over),
        OWN_TEST(a_locked_store_is_unavailable_until_it_is_free),
        OWN_TEST(a_queue_behind_a_lock_is_bounded),
        OWN_TEST(a_moved_file_is_missed_and_found_again),
        OWN_TEST(another_file_in_its_place_is_not_touched),
        OWN_TEST(a_full_disk_loses_nothing_acknowledged),
        OWN_TEST(a_full_disk_leaves_no_half_made_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
