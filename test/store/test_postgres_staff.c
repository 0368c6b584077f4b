/*
 * An administrator whose session ends in the middle of what they do: all of it is done, and
 * answered as done, or nothing. Runs only on PostgreSQL (DOMOFON_TEST_STORE), whose statements
 * interleave.
 */
#include "store_test.h"

#include <libpq-fe.h>

/* An act rests after its entry in the audit, the end of a session for less before its own. */
static const char SLOWLY[] =
    "CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    "  PERFORM pg_sleep(CASE WHEN NEW.request_id IS NULL THEN 0.1 ELSE 0.3 END);"
    "  RETURN NEW; END $$;"
    "CREATE TRIGGER rest BEFORE INSERT ON audit FOR EACH ROW"
    "  WHEN (NEW.event = 'session_end' OR NEW.request_id IS NOT NULL) EXECUTE FUNCTION rest()";

static void run_sql(const struct world *world, const char *sql)
{
    PGconn *conn = PQconnectdb(world->settings->store_url);
    PGresult *done = PQexec(conn, sql);

    assert_int_equal(PQresultStatus(done), PGRES_COMMAND_OK);
    PQclear(done);
    PQfinish(conn);
}

/* Runs the act, and ends the session of its administrator meanwhile. */
static struct store_job run_against(struct world *world, struct person admin,
                                    const struct script *script, const void *in)
{
    struct revoke_token_in revoke = {.session_id = admin.session_id,
                                     .account_id = admin.account_id,
                                     .now_us = world->now,
                                     .detail = SLICE_LIT("shop.example")};
    struct store_job jobs[] = {
        {.script = script, .in = in, .arena = world_arena(world)},
        {.script = &script_revoke_token, .in = &revoke, .arena = world_arena(world)},
    };

    crowd_run(world, jobs, ARRAY_LEN(jobs));
    assert_int_equal(jobs[0].result, STORE_DONE);
    assert_int_equal(jobs[1].result, STORE_DONE);
    return jobs[0];
}

static void what_is_done_is_answered_as_done(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person admin;

    run_sql(world, SLOWLY);
    admin = new_staff(world, "admin");
    {
        struct admin_update_account_in in = {BY(world, admin), .account_id = anna.account_id,
                                             .disable = -1, .most = 10};
        struct store_job job = run_against(world, admin, &script_admin_update_account, &in);
        const struct admin_update_account_row *row = STORE_ROW(&job, admin_update_account);

        assert_int_equal(row->auth, row->done);
        assert_int_equal(row->admin_account.id != 0, row->done);
    }
    admin = new_staff(world, "admin");
    {
        struct admin_end_sessions_in in = {BY(world, admin), .account_id = anna.account_id};
        struct store_job job = run_against(world, admin, &script_admin_end_sessions, &in);
        const struct admin_end_sessions_row *row = STORE_ROW(&job, admin_end_sessions);

        assert_int_equal(row->auth, row->done);
    }
    admin = new_staff(world, "admin");
    {
        struct admin_erase_account_in in = {BY(world, admin), .account_id = anna.account_id};
        struct store_job job = run_against(world, admin, &script_admin_erase_account, &in);
        const struct admin_erase_account_row *row = STORE_ROW(&job, admin_erase_account);

        assert_int_equal(row->auth, row->done);
    }
    run_sql(world, "DROP FUNCTION rest CASCADE");
}

/* Has the administrator left an entry? */
static bool is_noted(struct world *world, struct person admin)
{
    struct person judge = new_staff(world, "admin");
    const struct admin_list_audit_row *row =
        RUN(world, admin_list_audit,
            {BY(world, judge), .actor_id = admin.account_id, .before_id = INT64_MAX, .most = 1});

    return row->id != 0;
}

/* The same by the scripts of dialects, and no entry of what was not done. */
static void what_dialects_do_is_answered_as_done(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person admin;

    run_sql(world, SLOWLY);
    admin = new_staff(world, "admin");
    {
        struct update_person_in in = {BY(world, admin), .account_id = anna.account_id, .most = 10,
                                      .set_city = 1, .city = SLICE_LIT("Omsk")};
        struct store_job job = run_against(world, admin, &script_update_person, &in);
        const struct update_person_row *row = STORE_ROW(&job, update_person);

        assert_int_equal(row->auth, slice_eq_str(row->account.city, "Omsk"));
        assert_int_equal(row->auth, is_noted(world, admin));
    }
    admin = new_staff(world, "admin");
    {
        struct erase_account_in in = {BY(world, admin), .account_id = anna.account_id};
        struct store_job job = run_against(world, admin, &script_erase_account, &in);
        const struct erase_account_row *row = STORE_ROW(&job, erase_account);

        assert_int_equal(row->auth, row->erased);
        assert_int_equal(row->auth, is_noted(world, admin));
    }
    run_sql(world, "DROP FUNCTION rest CASCADE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_done_is_answered_as_done),
        TEST(what_dialects_do_is_answered_as_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
