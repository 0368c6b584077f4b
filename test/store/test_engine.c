/* What any engine must do with jobs: batches, queues, snapshots. */
#include "store_test.h"

struct tally {
    unsigned done;
    unsigned results[STORE_UNKNOWN + 1];
};

static void count_job(struct store_job *job)
{
    struct tally *tally = job->owner;

    tally->done++;
    tally->results[job->result]++;
}

/* Hands in jobs on the world's port without waiting, then waits for all. */
static struct tally run_together(struct world *world, struct store_job *jobs, unsigned count)
{
    struct tally tally = {0};
    struct check_ready_in last_in = {.now_us = world->now};
    struct store_job last = {
        .script = &script_check_ready, .in = &last_in, .arena = world_arena(world)};

    for (unsigned i = 0; i < count; i++) {
        jobs[i].done = count_job;
        jobs[i].owner = &tally;
        store_run(world->port, &jobs[i]);
    }
    /* Writes of one port come back in their order: with the last all are back. Unless it finds the
     * queue full. */
    while (tally.done < count)
        (void)store_run_wait(world->port, &last);
    return tally;
}

static void a_failed_script_harms_only_itself(void **state)
{
    enum { COUNT = 30 };
    struct world *world = *state;
    struct add_account_in ins[COUNT];
    struct store_job jobs[COUNT] = {0};
    struct tally tally;

    for (unsigned i = 0; i < COUNT; i++) {
        ins[i] = (struct add_account_in){.phone = new_phone(world),
                                         .role = SLICE_LIT("user"),
                                         .locale = SLICE_LIT("en"),
                                         .own_code = new_word(world),
                                         .now_us = world->now};
        /* An account without a locale breaks a constraint that no ON CONFLICT forgives. */
        if (i % 10 == 3)
            ins[i].locale = SLICE_ABSENT;
        jobs[i] = (struct store_job){
            .script = &script_add_account, .in = &ins[i], .arena = world_arena(world)};
    }
    tally = run_together(world, jobs, COUNT);
    assert_int_equal(tally.results[STORE_DONE], COUNT - 3);
    assert_int_equal(tally.results[STORE_UNAVAILABLE], 3);
    for (unsigned i = 0; i < COUNT; i++) {
        bool good = i % 10 != 3;

        assert_int_equal(jobs[i].result == STORE_DONE, good);
        if (good)
            assert_int_equal(STORE_ROW(&jobs[i], add_account)->made, 1);
        assert_int_equal(RUN(world, find_account, {.phone = ins[i].phone}) != NULL, good);
    }
}

static void jobs_of_one_port_keep_their_order(void **state)
{
    enum { COUNT = 50 };
    struct world *world = *state;
    struct slice name = new_word(world);
    struct claim_setting_in ins[COUNT];
    struct store_job jobs[COUNT] = {0};

    for (unsigned i = 0; i < COUNT; i++) {
        ins[i] =
            (struct claim_setting_in){.name = name, .value = arena_printf(world->texts, "%u", i)};
        jobs[i] = (struct store_job){
            .script = &script_claim_setting, .in = &ins[i], .arena = world_arena(world)};
    }
    assert_int_equal(run_together(world, jobs, COUNT).results[STORE_DONE], COUNT);
    for (unsigned i = 0; i < COUNT; i++)
        assert_slice(STORE_ROW(&jobs[i], claim_setting)->value, "0");
}

static void a_full_queue_refuses_and_keeps_its_word(void **state)
{
    enum { COUNT = 2000 };
    struct world *world = *state;
    struct claim_setting_in *ins = calloc(COUNT, sizeof(*ins));
    struct store_job *jobs = calloc(COUNT, sizeof(*jobs));
    struct tally tally;

    world->settings->store_queue = 16;
    world->settings->store_batch = 4;
    world_reopen(world);
    for (unsigned i = 0; i < COUNT; i++) {
        ins[i] = (struct claim_setting_in){.name = new_word(world), .value = SLICE_LIT("accepted")};
        jobs[i] = (struct store_job){
            .script = &script_claim_setting, .in = &ins[i], .arena = arena_new()};
    }
    tally = run_together(world, jobs, COUNT);
    assert_true(tally.results[STORE_DONE] >= 16);
    assert_true(tally.results[STORE_OVERLOADED] > 0);
    assert_int_equal(tally.results[STORE_DONE] + tally.results[STORE_OVERLOADED], COUNT);
    /* What was refused did not happen, what was accepted did. */
    for (unsigned i = 0; i < COUNT; i += 1 + COUNT / 200)
        assert_slice(
            RUN(world, claim_setting, {.name = ins[i].name, .value = SLICE_LIT("later")})->value,
            jobs[i].result == STORE_DONE ? "accepted" : "later");
    for (unsigned i = 0; i < COUNT; i++)
        arena_free(jobs[i].arena);
    free(jobs);
    free(ins);
}

static void note(struct store_job *job)
{
    *(bool *)job->owner = true;
}

static const struct find_account_row *read_now(struct world *world, uv_loop_t *loop,
                                               struct store_port *port, struct store_job *job,
                                               struct slice phone)
{
    struct find_account_in in = {.phone = phone};
    bool done = false;

    *job = (struct store_job){.script = &script_find_account,
                              .in = &in,
                              .arena = world_arena(world),
                              .done = note,
                              .owner = &done};
    store_run(port, job);
    while (!done) {
        store_port_rest(port);
        (void)uv_run(loop, UV_RUN_ONCE);
    }
    assert_int_equal(job->result, STORE_DONE);
    return STORE_ROW(job, find_account);
}

static void a_turn_sees_every_acknowledged_write(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct store_port *reader = NULL;
    uv_loop_t loop;
    char error[STORE_ERROR_SIZE];
    struct store_job job;

    assert_int_equal(uv_loop_init(&loop), 0);
    assert_true(store_port_open(world->store, &loop, &reader, error));
    for (int i = 0; i < 5; i++) {
        struct slice role = arena_printf(world->texts, "role%d", i);

        (void)read_now(world, &loop, reader, &job, anna.phone);
        (void)RUN(
            world, set_account,
            {.account_id = anna.account_id, .role = role, .disable = -1, .now_us = world->now});
        /* No rest in between: still the same turn. */
        assert_true(slice_eq(read_now(world, &loop, reader, &job, anna.phone)->account.role, role));
    }
    store_port_rest(reader);
    store_port_rest(reader);
    assert_non_null(read_now(world, &loop, reader, &job, anna.phone));
    store_port_close(reader);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void long_answers_are_cut(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    unsigned count = 0;

    for (int i = 0; i < STORE_ROWS_MAX / 50 + 1; i++) {
        struct set_account_in ins[50];
        struct store_job jobs[50];

        for (int n = 0; n < 50; n++) {
            ins[n] = (struct set_account_in){
                .account_id = anna.account_id, .disable = -1, .now_us = world->now};
            jobs[n] = (struct store_job){
                .script = &script_set_account, .in = &ins[n], .arena = world_arena(world)};
        }
        count += run_together(world, jobs, 50).results[STORE_DONE];
    }
    assert_true(count > STORE_ROWS_MAX);
    assert_non_null(RUN(world, export_account, {CALLER(world, anna), .most = 10000}));
    assert_true(world->job.truncated);
    assert_int_equal(world->job.row_count, STORE_ROWS_MAX);
    assert_non_null(ROW_AT(world, export_account, STORE_ROWS_MAX - 1));
    assert_null(ROW_AT(world, export_account, STORE_ROWS_MAX));
    /* The next job of the same script is whole again. */
    assert_non_null(RUN(world, export_account, {CALLER(world, new_person(world)), .most = 1000}));
    assert_false(world->job.truncated);
}

static void texts_come_back_as_they_went(void **state)
{
    struct world *world = *state;
    char big[4000];
    struct slice texts[] = {SLICE_LIT(""), SLICE_LIT("'; DROP TABLE account; --"),
                            SLICE_LIT("\xf0\x9f\x94\x94 \xd0\xb4\xd0\xbe\xd0\xbc"),
                            slice_of(big, sizeof(big))};

    memset(big, 'x', sizeof(big));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_true(
            slice_eq(RUN(world, claim_setting, {.name = new_word(world), .value = texts[i]})->value,
                     texts[i]));
}

static void what_was_stored_survives_reopening(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    int64_t stored = 0;
    int64_t newest = 0;
    char error[STORE_ERROR_SIZE];

    world_reopen(world);
    assert_non_null(RUN(world, read_account, {CALLER(world, anna)}));
    assert_true(store_version(world->settings, &stored, &newest, error));
    assert_true(stored == newest && newest >= 1);
}

static void two_openers_see_each_other(void **state)
{
    struct world *world = *state;
    struct store *other = NULL;
    struct store_port *port = NULL;
    char error[STORE_ERROR_SIZE] = "";
    struct slice name = new_word(world);
    struct claim_setting_in in = {.name = name, .value = SLICE_LIT("second")};
    struct store_job job = {
        .script = &script_claim_setting, .in = &in, .arena = world_arena(world)};

    if (!store_open(world->settings, false, &other, error) ||
        !store_port_open(other, NULL, &port, error))
        fail_msg("%s", error);
    assert_slice(RUN(world, claim_setting, {.name = name, .value = SLICE_LIT("first")})->value,
                 "first");
    assert_int_equal(store_run_wait(port, &job), STORE_DONE);
    assert_slice(STORE_ROW(&job, claim_setting)->value, "first");
    store_port_close(port);
    store_close(other);
    assert_int_equal(RUN(world, check_ready, {.now_us = world->now})->ready, 1);
}

static void an_unknown_kind_of_store_is_refused(void **state)
{
    struct settings *settings = settings_new();
    struct store *store = NULL;
    char error[STORE_ERROR_SIZE];
    int64_t stored;
    int64_t newest;

    (void)state;
    free(settings->store_url);
    settings->store_url = strdup("abacus:/tmp/beads");
    assert_false(store_open(settings, true, &store, error));
    assert_non_null(strstr(error, "abacus"));
    assert_false(store_version(settings, &stored, &newest, error));
    settings_free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_failed_script_harms_only_itself),
        TEST(jobs_of_one_port_keep_their_order),
        TEST(a_full_queue_refuses_and_keeps_its_word),
        TEST(a_turn_sees_every_acknowledged_write),
        TEST(long_answers_are_cut),
        TEST(texts_come_back_as_they_went),
        TEST(what_was_stored_survives_reopening),
        TEST(two_openers_see_each_other),
        cmocka_unit_test(an_unknown_kind_of_store_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
