/* A person's own account, and the operator's commands on accounts. */
#include "store_test.h"

static void a_profile_is_read_and_changed(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct update_account_in in = {
        CALLER(world, anna),
        .set_email = 1,
        .email = SLICE_LIT("anna@example.com"),
        .set_first_name = 1,
        .first_name = SLICE_LIT("\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0"),
        .set_last_name = 1,
        .last_name = SLICE_LIT(""),
        .set_city = 1,
        .city = SLICE_LIT("Omsk"),
        .set_telegram_id = 1,
        .telegram_id = SLICE_LIT("@anna"),
        .set_locale = 1,
        .locale = SLICE_LIT("ru"),
    };
    const struct update_account_row *row = RUN_IN(world, update_account, &in);
    const struct read_account_row *read;

    assert_int_equal(row->auth, 1);
    assert_slice(row->account.email, "anna@example.com");
    /* Only what is set changes; absent clears. */
    in = (struct update_account_in){CALLER(world, anna), .set_city = 1};
    (void)RUN_IN(world, update_account, &in);
    read = RUN(world, read_account, {CALLER(world, anna)});
    assert_int_equal(read->auth, 1);
    assert_int_equal(read->account.id, anna.account_id);
    assert_slice(read->account.email, "anna@example.com");
    assert_slice(read->account.first_name, "\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0");
    /* Empty is not absent. */
    assert_slice(read->account.last_name, "");
    assert_true(slice_is_absent(read->account.city));
    assert_slice(read->account.telegram_id, "@anna");
    assert_slice(read->account.locale, "ru");
    assert_true(slice_eq(read->account.phone, anna.phone));
}

static void nobody_changes_anothers_account(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person thief = {.account_id = anna.account_id, .session_id = boris.session_id};
    const struct update_account_row *row = RUN(
        world, update_account, {CALLER(world, thief), .set_city = 1, .city = SLICE_LIT("Omsk")});

    assert_int_equal(row->auth, 0);
    assert_null(RUN(world, read_account, {CALLER(world, thief)}));
    assert_null(RUN(world, list_sessions, {CALLER(world, thief)}));
    assert_int_equal(
        RUN(world, erase_account, {CALLER(world, thief), .caller_id = thief.account_id})->erased,
        0);
    assert_int_equal(RUN(world, export_account, {CALLER(world, thief), .most = 1000})->auth, 0);
    assert_int_equal(world->job.row_count, 1);
    assert_true(slice_is_absent(RUN(world, read_account, {CALLER(world, anna)})->account.city));
}

static void an_erased_account_is_gone_but_for_the_graph(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person vera = new_person(world);
    struct slice pending;
    const struct erase_account_row *row;
    const struct list_invitees_row *invitee;
    struct redeem_code_in guess;
    struct person again;

    assert_int_equal(activate(world, boris, anna.invite_code, false)->activated, 1);
    assert_int_equal(activate(world, vera, boris.invite_code, false)->activated, 1);
    (void)sign_in(world, boris.phone);
    pending = send_code(world, boris.phone);
    row = RUN(world, erase_account, {CALLER(world, boris), .caller_id = boris.account_id});
    assert_true(row->auth == 1 && row->erased == 1);

    /* Sessions, pending codes and the account itself are gone. */
    assert_null(RUN(world, read_account, {CALLER(world, boris)}));
    assert_int_equal(
        RUN(world, erase_account, {CALLER(world, boris), .caller_id = boris.account_id})->auth, 0);
    guess = guess_at(world, pending);
    assert_null(RUN_IN(world, redeem_code, &guess));
    assert_null(RUN(world, find_account, {.phone = boris.phone}));
    assert_null(RUN(world, find_account, {.account_id = boris.account_id}));

    /* The graph stays whole, without the number. */
    (void)RUN(world, list_invitees, {CALLER(world, anna), .page = 10});
    assert_int_equal(world->job.row_count, 2);
    invitee = ROW_AT(world, list_invitees, 1);
    assert_true(invitee->id == boris.account_id && slice_is_absent(invitee->phone));
    assert_true(slice_eq(RUN(world, read_account, {CALLER(world, vera)})->account.inviter_code,
                         boris.invite_code));
    /* So a ring through the erased account is still refused. */
    assert_int_equal(activate(world, anna, vera.invite_code, true)->activated, 0);

    /* The number is free. */
    again = sign_in(world, boris.phone);
    assert_true(again.account_id != boris.account_id);
    assert_false(slice_eq(again.invite_code, boris.invite_code));
    assert_true(
        slice_is_absent(RUN(world, read_account, {CALLER(world, again)})->account.inviter_code));
}

/* A number somebody was about to take is not kept when they go. */
static void a_pending_number_goes_with_the_account(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct create_challenge_in in = code_for(world, new_phone(world));

    in.purpose = 2;
    in.account_id = anna.account_id;
    in.session_id = anna.session_id;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    assert_int_equal(
        RUN(world, erase_account, {CALLER(world, anna), .caller_id = anna.account_id})->erased, 1);
    assert_null(RUN(world, resend_code,
                    {.challenge_id = in.request_id,
                     .request_id = new_id(world),
                     .now_us = world->now,
                     .max_10min = 1,
                     .max_hour = 1,
                     .max_day = 1}));
}

static void a_late_session_erases_nothing(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    const struct erase_account_row *row;

    world->now += 30 * US_PER_DAY;
    row = RUN(world, erase_account, {CALLER(world, anna), .caller_id = anna.account_id});
    assert_true(row->auth == 0 && row->erased == 0);
    assert_non_null(RUN(world, find_account, {.phone = anna.phone}));
}

static void the_operator_erases_without_a_session(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct erase_account_in in = {
        .is_open = 1, .account_id = anna.account_id, .now_us = world->now};

    assert_int_equal(RUN_IN(world, erase_account, &in)->erased, 1);
    assert_null(RUN(world, read_account, {CALLER(world, anna)}));
    in.now_us++;
    assert_int_equal(RUN_IN(world, erase_account, &in)->erased, 0);
    in.account_id += 1000000;
    assert_int_equal(RUN_IN(world, erase_account, &in)->erased, 0);
}

static void everything_kept_is_exported(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    unsigned kinds[4] = {0};
    int64_t last_kind = 0;

    (void)sign_in(world, anna.phone);
    assert_int_equal(activate(world, boris, anna.invite_code, false)->activated, 1);
    assert_int_equal(RUN(world, export_account, {CALLER(world, anna), .most = 1000})->auth, 1);
    for (unsigned i = 0; i < world->job.row_count; i++) {
        const struct export_account_row *row = ROW_AT(world, export_account, i);

        assert_true(row->kind >= last_kind && row->kind < 4);
        last_kind = row->kind;
        kinds[row->kind]++;
        if (row->kind == 0)
            assert_true(slice_eq(row->account.phone, anna.phone));
        if (row->kind == 2)
            assert_true(slice_eq(row->label, boris.phone));
        if (row->kind == 3)
            assert_slice(row->label, "sign_in");
    }
    assert_true(kinds[0] == 1 && kinds[1] == 2 && kinds[2] == 1 && kinds[3] == 2);
}

static void an_export_has_the_newest_of_each_kind(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person newest = {.session_id = 0};
    struct slice last_invitee = SLICE_ABSENT;
    unsigned kinds[4] = {0};

    for (int i = 0; i < 3; i++) {
        struct person invitee;

        world->now += US_PER_S;
        newest = sign_in(world, anna.phone);
        invitee = new_person(world);
        assert_int_equal(activate(world, invitee, anna.invite_code, false)->activated, 1);
        last_invitee = invitee.phone;
    }
    assert_int_equal(RUN(world, export_account, {CALLER(world, anna), .most = 2})->auth, 1);
    for (unsigned i = 0; i < world->job.row_count; i++) {
        const struct export_account_row *row = ROW_AT(world, export_account, i);

        if (kinds[row->kind]++ > 0)
            continue;
        assert_true(row->kind != 1 || row->item_id == newest.session_id);
        assert_true(row->kind != 2 || slice_eq(row->label, last_invitee));
        assert_true(row->kind != 3 || row->at_us == world->now);
    }
    assert_true(kinds[0] == 1 && kinds[1] == 2 && kinds[2] == 2 && kinds[3] == 2);
}

static void the_operator_adds_an_account_once(void **state)
{
    struct world *world = *state;
    struct add_account_in in = {.phone = new_phone(world),
                                .role = SLICE_LIT("admin"),
                                .locale = SLICE_LIT("ru"),
                                .own_code = new_word(world),
                                .now_us = world->now};
    const struct add_account_row *row = RUN_IN(world, add_account, &in);
    int64_t id = row->account.id;
    struct person anna;

    assert_true(row->made == 1 && row->disabled == 0 && id > 0);
    assert_slice(row->account.role, "admin");
    assert_slice(row->account.locale, "ru");
    /* The number has it already. */
    in.own_code = new_word(world);
    row = RUN_IN(world, add_account, &in);
    assert_true(row->made == 0 && row->account.id == id);
    /* A taken invite code: nobody is made, run again with another. */
    in.own_code = row->account.invite_code;
    in.phone = new_phone(world);
    row = RUN_IN(world, add_account, &in);
    assert_true(row == NULL || (row->made == 0 && row->account.id == 0));
    in.own_code = new_word(world);
    assert_int_equal(RUN_IN(world, add_account, &in)->made, 1);
    /* Signing in finds the account that was added. */
    anna = sign_in(world, in.phone);
    assert_slice(RUN(world, read_account, {CALLER(world, anna)})->account.role, "admin");
}

static void the_operator_finds_by_number_or_id(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    const struct find_account_row *row = RUN(world, find_account, {.phone = anna.phone});

    assert_true(row->account.id == anna.account_id && row->sessions == 1 && row->disabled == 0);
    row = RUN(world, find_account, {.account_id = anna.account_id});
    assert_true(slice_eq(row->account.phone, anna.phone));
    assert_null(RUN(world, find_account, {.phone = new_phone(world)}));
    /* The number counts where both are given. */
    assert_null(
        RUN(world, find_account, {.phone = new_phone(world), .account_id = anna.account_id}));
    assert_null(RUN(world, find_account, {.account_id = anna.account_id + 1000000}));
}

static void the_operator_lists_in_pages(void **state)
{
    struct world *world = *state;
    struct person people[5];
    int64_t after_id;

    for (int i = 0; i < 5; i++)
        people[i] = new_person(world);
    assert_int_equal(
        RUN(world, erase_account, {CALLER(world, people[2]), .caller_id = people[2].account_id})
            ->erased,
        1);
    after_id = people[0].account_id - 1;
    assert_non_null(RUN(world, list_accounts, {.after_id = after_id, .most = 3}));
    assert_int_equal(world->job.row_count, 3);
    assert_int_equal(ROW_AT(world, list_accounts, 0)->account.id, people[0].account_id);
    assert_int_equal(ROW_AT(world, list_accounts, 1)->account.id, people[1].account_id);
    assert_int_equal(ROW_AT(world, list_accounts, 2)->account.id, people[3].account_id);
    after_id = people[3].account_id;
    assert_int_equal(RUN(world, list_accounts, {.after_id = after_id, .most = 3})->account.id,
                     people[4].account_id);
    assert_int_equal(world->job.row_count, 1);
}

static void the_operator_sets_role_and_disables(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct set_account_in in = {.account_id = anna.account_id,
                                .role = SLICE_LIT("admin"),
                                .disable = -1,
                                .now_us = world->now};
    const struct set_account_row *row = RUN_IN(world, set_account, &in);

    assert_true(row->disabled == 0);
    assert_slice(row->account.role, "admin");
    assert_slice(RUN(world, read_account, {CALLER(world, anna)})->account.role, "admin");

    in.role = SLICE_ABSENT;
    in.disable = 1;
    row = RUN_IN(world, set_account, &in);
    assert_int_equal(row->disabled, 1);
    assert_slice(row->account.role, "admin");
    assert_null(RUN(world, read_account, {CALLER(world, anna)}));
    assert_true(RUN(world, find_account, {.phone = anna.phone})->sessions == 0);

    in.disable = -1;
    assert_int_equal(RUN_IN(world, set_account, &in)->disabled, 1);
    in.disable = 0;
    assert_int_equal(RUN_IN(world, set_account, &in)->disabled, 0);
    /* Sessions do not come back with it. */
    assert_null(RUN(world, read_account, {CALLER(world, anna)}));
    anna = sign_in(world, anna.phone);
    assert_int_equal(count_audit(world, anna, "operator_role"), 2);
    assert_int_equal(count_audit(world, anna, "operator_disable"), 1);
    assert_int_equal(count_audit(world, anna, "operator_enable"), 1);

    in.account_id += 1000000;
    assert_null(RUN_IN(world, set_account, &in));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_profile_is_read_and_changed),
        TEST(nobody_changes_anothers_account),
        TEST(an_erased_account_is_gone_but_for_the_graph),
        TEST(a_pending_number_goes_with_the_account),
        TEST(a_late_session_erases_nothing),
        TEST(the_operator_erases_without_a_session),
        TEST(everything_kept_is_exported),
        TEST(an_export_has_the_newest_of_each_kind),
        TEST(the_operator_adds_an_account_once),
        TEST(the_operator_finds_by_number_or_id),
        TEST(the_operator_lists_in_pages),
        TEST(the_operator_sets_role_and_disables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
