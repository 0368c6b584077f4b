/* The scripts of administration: who may, once for a request, pages, and what concurrent changes
 * leave. Which queries lead where is told over HTTP (test/e2e/admin-*.test.mjs). */
#include "store_test.h"

/* How many entries there are about the person. */
static unsigned count_entries(struct world *world, struct person moderator, struct person about)
{
    unsigned count = 0;

    (void)RUN(world, admin_list_audit,
              {BY(world, moderator), .account_id = about.account_id, .before_id = INT64_MAX,
               .most = 1000});
    for (unsigned i = 0; i < world->job.row_count; i++)
        if (ROW_AT(world, admin_list_audit, i)->id != 0)
            count++;
    return count;
}

static struct admin_update_account_in change_of(struct world *world, struct person caller,
                                                struct person target)
{
    return (struct admin_update_account_in){BY(world, caller), .account_id = target.account_id,
                                            .disable = -1, .most = 10};
}

static void a_request_that_is_run_again_leaves_one_entry(void **state)
{
    struct world *world = *state;
    struct person admin = new_staff(world, "admin");
    struct person anna = new_person(world);
    struct admin_read_account_in look = {BY(world, admin), .account_id = anna.account_id,
                                         .most = 10};
    struct admin_update_account_in change = change_of(world, admin, anna);
    struct admin_erase_account_in erase = {BY(world, admin), .account_id = anna.account_id};
    unsigned before = count_entries(world, admin, anna);

    change.set_city = 1;
    change.city = SLICE_LIT("Omsk");
    for (unsigned i = 0; i < 2; i++) {
        const struct admin_read_account_row *row = RUN_IN(world, admin_read_account, &look);

        assert_true(row->auth == 1 && row->admin_account.id == anna.account_id);
        assert_true(row->sessions == 1 && row->invitees == 0 && row->sends_day == 1);
    }
    for (unsigned i = 0; i < 2; i++) {
        const struct admin_update_account_row *row = RUN_IN(world, admin_update_account, &change);

        assert_true(row->done == 1 && slice_eq_str(row->admin_account.city, "Omsk"));
    }
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(RUN_IN(world, admin_erase_account, &erase)->done, 1);
    /* Three, and that of counting before. */
    assert_int_equal(count_entries(world, admin, anna), before + 4);
}

static void only_what_the_role_allows_is_done(void **state)
{
    struct world *world = *state;
    struct person moderator = new_staff(world, "moderator");
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person thief = {.account_id = moderator.account_id, .session_id = boris.session_id};
    const struct person callers[] = {moderator, boris, thief, {0}};
    static const int64_t auths[] = {3, 3, 0, 0};

    for (unsigned i = 0; i < ARRAY_LEN(callers); i++) {
        struct admin_update_account_in change = change_of(world, callers[i], anna);
        const struct admin_list_accounts_row *listed;

        change.role = SLICE_LIT("admin");
        change.disable = 1;
        assert_int_equal(RUN_IN(world, admin_update_account, &change)->auth, auths[i]);
        assert_int_equal(ROW_AT(world, admin_update_account, 0)->admin_account.id, 0);
        assert_int_equal(
            RUN(world, admin_erase_account, {BY(world, callers[i]), .account_id = anna.account_id})
                ->auth,
            auths[i]);
        assert_int_equal(
            RUN(world, admin_end_sessions, {BY(world, callers[i]), .account_id = anna.account_id})
                ->auth,
            auths[i]);
        if (i == 0)
            continue;
        listed = RUN(world, admin_list_accounts,
                     {BY(world, callers[i]), .everyone = 1, .before_id = INT64_MAX, .most = 10});
        assert_true(listed->auth == auths[i] && listed->admin_account.id == 0);
        assert_int_equal(world->job.row_count, 1);
    }
    assert_int_equal(count_sessions(world, anna), 1);
    assert_true(
        slice_eq_str(RUN(world, read_account, {CALLER(world, anna)})->account.role, "user"));
    assert_int_equal(count_entries(world, moderator, anna), 1);
}

static void a_role_is_judged_alone(void **state)
{
    struct world *world = *state;
    struct person admin = new_staff(world, "admin");
    struct person moderator = new_staff(world, "moderator");
    struct person anna = new_person(world);
    struct person thief = {.account_id = admin.account_id, .session_id = anna.session_id};
    const struct {
        struct person caller;
        int64_t for_moderators;
        int64_t for_admins;
    } rows[] = {{admin, 1, 1}, {moderator, 1, 3}, {anna, 3, 3}, {thief, 0, 0}, {{0}, 0, 0}};

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct judge_role_in in = {.session_id = rows[i].caller.session_id,
                                   .caller_id = rows[i].caller.account_id,
                                   .now_us = world->now};

        assert_int_equal(RUN_IN(world, judge_role, &in)->auth, rows[i].for_moderators);
        in.needs_admin = 1;
        assert_int_equal(RUN_IN(world, judge_role, &in)->auth, rows[i].for_admins);
    }
}

static void nobody_turns_on_themselves(void **state)
{
    struct world *world = *state;
    struct person admin = new_staff(world, "admin");
    struct admin_update_account_in change = change_of(world, admin, admin);

    change.role = SLICE_LIT("moderator");
    assert_int_equal(RUN_IN(world, admin_update_account, &change)->done, 0);
    change = change_of(world, admin, admin);
    change.disable = 1;
    assert_int_equal(RUN_IN(world, admin_update_account, &change)->done, 0);
    assert_int_equal(
        RUN(world, admin_erase_account, {BY(world, admin), .account_id = admin.account_id})->done,
        0);
    change = change_of(world, admin, admin);
    change.role = SLICE_LIT("admin");
    change.disable = 0;
    assert_int_equal(RUN_IN(world, admin_update_account, &change)->done, 1);
    assert_int_equal(
        RUN(world, admin_end_sessions, {BY(world, admin), .account_id = admin.account_id})->done,
        1);
    assert_int_equal(count_sessions(world, admin), 1);
}

/* Each of many demotes, disables or erases all others at once: one is left, whoever it is. */
static void of_many_who_turn_on_each_other_one_stays(void **state)
{
    enum { PEOPLE = 6, JOBS = PEOPLE * (PEOPLE - 1) };
    struct world *world = *state;
    struct person judge = new_staff(world, "admin");

    for (int way = 0; way < 2; way++) {
        struct person people[PEOPLE];
        struct admin_update_account_in ins[JOBS];
        struct store_job jobs[JOBS];
        unsigned count = 0;
        unsigned standing = 0;

        for (unsigned i = 0; i < PEOPLE; i++)
            people[i] = new_staff(world, "admin");
        for (unsigned i = 0; i < PEOPLE; i++)
            for (unsigned n = 0; n < PEOPLE; n++) {
                if (i == n)
                    continue;
                ins[count] = change_of(world, people[i], people[n]);
                ins[count].role = way == 0 ? SLICE_LIT("user") : SLICE_ABSENT;
                ins[count].disable = way == 0 ? -1 : 1;
                jobs[count] = (struct store_job){.script = &script_admin_update_account,
                                                 .in = &ins[count],
                                                 .arena = world_arena(world)};
                count++;
            }
        crowd_run(world, jobs, count);
        for (unsigned i = 0; i < PEOPLE; i++) {
            const struct admin_read_account_row *row =
                RUN(world, admin_read_account,
                    {BY(world, judge), .account_id = people[i].account_id, .most = 1});

            standing += slice_eq_str(row->admin_account.role, "admin") &&
                        row->admin_account.disabled_us == 0;
        }
        assert_int_equal(standing, 1);
    }
}

static void disabling_ends_sessions(void **state)
{
    struct world *world = *state;
    struct person admin = new_staff(world, "admin");
    struct person anna = new_person(world);
    struct admin_update_account_in change = change_of(world, admin, anna);
    const struct admin_update_account_row *row;

    change.disable = 1;
    row = RUN_IN(world, admin_update_account, &change);
    assert_true(row->done == 1 && row->sessions == 0);
    assert_int_equal(row->admin_account.disabled_us, world->now);
    assert_int_equal(RUN(world, end_sessions, {CALLER(world, anna)})->auth, 0);
}

/* People with one e-mail in two spellings, paged by two and by one. */
static void pages_of_one_address_lose_nobody(void **state)
{
    enum { PEOPLE = 5 };
    struct world *world = *state;
    struct person moderator = new_staff(world, "moderator");
    struct slice word = new_word(world);
    struct person people[PEOPLE];

    for (unsigned i = 0; i < PEOPLE; i++) {
        people[i] = new_person(world);
        (void)RUN(world, update_account,
                  {CALLER(world, people[i]), .set_email = 1,
                   .email = arena_printf(world->texts, "%s%.*s@x.org", i % 2 ? "MAIL" : "mail",
                                         SLICE_ARG(word))});
    }
    for (int64_t most = 1; most < 4; most++) {
        struct admin_list_accounts_in in = {
            .exact = 1,
            .invite_given = SLICE_LIT(""),
            .invite_forgiven = SLICE_LIT(""),
            .email_from = arena_printf(world->texts, "mail%.*s", SLICE_ARG(word)),
            .email_to = arena_printf(world->texts, "mail%.*s~", SLICE_ARG(word)),
            .most = most,
        };
        unsigned found = 0;

        for (;;) {
            struct admin_list_accounts_in page = in;
            const struct admin_list_accounts_row *last;

            page.session_id = moderator.session_id;
            page.caller_id = moderator.account_id;
            page.now_us = world->now;
            page.request_id = new_id(world);
            (void)RUN_IN(world, admin_list_accounts, &page);
            last = ROW_AT(world, admin_list_accounts, world->job.row_count - 1);
            if (last->admin_account.id == 0)
                break;
            for (unsigned i = 0; i < world->job.row_count; i++)
                assert_int_equal(ROW_AT(world, admin_list_accounts, i)->admin_account.id,
                                 people[found++].account_id);
            in.exact = 0;
            in.email_last = last->place;
            in.after_id = last->admin_account.id;
            in.email_from = arena_printf(world->texts, "%.*s\x01", SLICE_ARG(last->place));
        }
        assert_int_equal(found, PEOPLE);
    }
}

static struct admin_list_deliveries_in deliveries_to(struct world *world, struct person moderator,
                                                     struct slice phone, int64_t wanted)
{
    return (struct admin_list_deliveries_in){BY(world, moderator), .phone = phone, .state = wanted,
                                             .most = 10};
}

/* The state of the only message to the phone; -1: there is none of those wanted. */
static int64_t state_of(struct world *world, struct person moderator, struct slice phone,
                        int64_t wanted)
{
    struct admin_list_deliveries_in in = deliveries_to(world, moderator, phone, wanted);
    const struct admin_list_deliveries_row *row = RUN_IN(world, admin_list_deliveries, &in);

    assert_int_equal(world->job.row_count, 1);
    return row->step < 0 ? -1 : row->state;
}

static void a_message_is_followed(void **state)
{
    struct world *world = *state;
    struct person moderator = new_staff(world, "moderator");
    struct slice phone = new_phone(world);
    struct create_challenge_in code = code_for(world, phone);
    struct slice claim = new_id(world);

    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    assert_int_equal(state_of(world, moderator, phone, -1), 0);
    assert_int_equal(state_of(world, moderator, phone, 0), 0);
    assert_int_equal(state_of(world, moderator, phone, 2), -1);
    world->now += US_PER_MINUTE;
    (void)RUN(world, claim_outbox,
              {.request_id = claim, .now_us = world->now, .lease_us = US_PER_S, .most = 1000});
    assert_int_equal(state_of(world, moderator, phone, -1), 1);
    assert_int_equal(state_of(world, moderator, phone, 0), -1);
    assert_int_equal(RUN(world, finish_message,
                         {.challenge_id = code.request_id,
                          .claimed_by = claim,
                          .now_us = world->now,
                          .state = 3,
                          .due_us = world->now + US_PER_S,
                          .provider = SLICE_LIT("nobody")})
                         ->finished,
                     1);
    assert_int_equal(state_of(world, moderator, phone, -1), 3);
    assert_int_equal(state_of(world, moderator, phone, 3), 3);
    assert_int_equal(state_of(world, moderator, phone, 1), -1);
    assert_int_equal(ROW_AT(world, admin_list_deliveries, 0)->step, -1);
    assert_int_equal(state_of(world, moderator, SLICE_ABSENT, 3), 3);
    assert_true(slice_eq(ROW_AT(world, admin_list_deliveries, 0)->phone, phone));
    assert_int_equal(ROW_AT(world, admin_list_deliveries, 0)->due_us, code.due_us);
}

static void erasing_takes_messages_whose_codes_are_gone(void **state)
{
    struct world *world = *state;
    struct person admin = new_staff(world, "admin");
    struct person anna = new_person(world);
    struct slice claim = new_id(world);

    world->now += US_PER_MINUTE;
    (void)RUN(world, claim_outbox,
              {.request_id = claim, .now_us = world->now, .lease_us = US_PER_S, .most = 1000});
    for (unsigned i = 0; i < world->job.row_count; i++) {
        struct claim_outbox_row row = *ROW_AT(world, claim_outbox, i);

        if (slice_eq(row.phone, anna.phone)) {
            (void)RUN(world, finish_message,
                      {.challenge_id = row.challenge_id,
                       .step = row.step,
                       .claimed_by = claim,
                       .now_us = world->now,
                       .state = 2});
            break;
        }
    }
    assert_int_equal(state_of(world, admin, anna.phone, -1), 2);
    world->now += 2 * US_PER_HOUR;
    (void)RUN(world, sweep,
              {.holder = new_id(world),
               .now_us = world->now,
               .most = 10000,
               .outbox_before_us = world->now - US_PER_DAY});
    assert_int_equal(state_of(world, admin, anna.phone, -1), 2);
    assert_int_equal(
        RUN(world, admin_erase_account, {BY(world, admin), .account_id = anna.account_id})->done,
        1);
    assert_int_equal(state_of(world, admin, anna.phone, -1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_that_is_run_again_leaves_one_entry),
        TEST(only_what_the_role_allows_is_done),
        TEST(a_role_is_judged_alone),
        TEST(nobody_turns_on_themselves),
        TEST(of_many_who_turn_on_each_other_one_stays),
        TEST(disabling_ends_sessions),
        TEST(pages_of_one_address_lose_nobody),
        TEST(a_message_is_followed),
        TEST(erasing_takes_messages_whose_codes_are_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
