/* redeem_phone_change: a guess at the code sent to a new number. */
#include "store_test.h"

static struct slice ask_move(struct world *world, struct person person, struct slice phone)
{
    struct create_challenge_in code = code_for(world, phone);

    code.purpose = 2;
    code.account_id = person.account_id;
    code.session_id = person.session_id;
    code.cooldown_us = 0;
    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    return code.request_id;
}

static struct redeem_phone_change_in move_to(struct world *world, struct person person,
                                             struct slice challenge_id)
{
    return (struct redeem_phone_change_in){
        CALLER(world, person),
        .challenge_id = challenge_id,
        .mac = right_mac(world, challenge_id),
        .request_id = new_id(world),
        .guess_hour = 10,
        .guess_day = 20,
        .address = SLICE_LIT("192.0.2.1"),
    };
}

static void the_right_code_moves_the_account(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice phone = new_phone(world);
    struct redeem_phone_change_in in = move_to(world, anna, ask_move(world, anna, phone));
    const struct redeem_phone_change_row *row = RUN_IN(world, redeem_phone_change, &in);
    struct person again;

    assert_true(row->auth == 1 && row->found == 1 && row->moved == 1);
    assert_int_equal(row->challenge_state.redeemed, 1);
    assert_true(slice_eq(row->account.phone, phone));
    assert_int_equal(count_audit(world, anna, "phone_change"), 1);
    /* The old number is free, the new one is the account's. */
    again = sign_in(world, phone);
    assert_int_equal(again.account_id, anna.account_id);
    assert_true(sign_in(world, anna.phone).account_id != anna.account_id);
}

static void wrong_codes_cost_attempts(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice id = ask_move(world, anna, new_phone(world));
    struct redeem_phone_change_in in;
    const struct redeem_phone_change_row *row = NULL;

    for (int i = 0; i < 3; i++) {
        in = move_to(world, anna, id);
        in.mac = WRONG_MAC;
        row = RUN_IN(world, redeem_phone_change, &in);
        assert_true(row->challenge_state.tried == 1 && row->moved == 0);
        assert_int_equal(row->challenge_state.attempts_left, 2 - i);
    }
    in = move_to(world, anna, id);
    row = RUN_IN(world, redeem_phone_change, &in);
    assert_true(row->challenge_state.tried == 0 && row->moved == 0);
    assert_true(slice_eq(row->account.phone, anna.phone));
}

static void guesses_are_limited_across_codes(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice phone = new_phone(world);
    struct redeem_phone_change_in in = move_to(world, anna, ask_move(world, anna, phone));
    const struct redeem_phone_change_row *row;

    in.mac = WRONG_MAC;
    assert_int_equal(RUN_IN(world, redeem_phone_change, &in)->challenge_state.tried, 1);
    in = move_to(world, anna, ask_move(world, anna, phone));
    in.guess_hour = 1;
    row = RUN_IN(world, redeem_phone_change, &in);
    assert_true(row->challenge_state.tried == 0 && row->moved == 0);
    in.now_us += US_PER_HOUR;
    row = RUN_IN(world, redeem_phone_change, &in);
    assert_true(row->challenge_state.expires_us <= in.now_us && row->moved == 0);
}

static void only_who_asked_may_move(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct slice id = ask_move(world, anna, new_phone(world));
    struct redeem_phone_change_in in = move_to(world, boris, id);
    const struct redeem_phone_change_row *row = RUN_IN(world, redeem_phone_change, &in);

    assert_true(row->auth == 1 && row->found == 0 && row->moved == 0);
    /* Nor with a session of somebody else. */
    in = move_to(world, anna, id);
    in.session_id = boris.session_id;
    row = RUN_IN(world, redeem_phone_change, &in);
    assert_true(row->auth == 0 && row->moved == 0);
    assert_int_equal(row->challenge_state.attempts_left, 3);
    /* Nor with a code to sign in. */
    in = move_to(world, anna, send_code(world, new_phone(world)));
    row = RUN_IN(world, redeem_phone_change, &in);
    assert_true(row->auth == 1 && row->found == 0);

    in = move_to(world, anna, id);
    assert_int_equal(RUN_IN(world, redeem_phone_change, &in)->moved, 1);
}

static void a_number_of_somebody_else_is_refused(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct redeem_phone_change_in in = move_to(world, anna, ask_move(world, anna, boris.phone));
    const struct redeem_phone_change_row *row = RUN_IN(world, redeem_phone_change, &in);

    assert_true(row->challenge_state.redeemed == 1 && row->moved == 0);
    assert_true(slice_eq(row->account.phone, anna.phone));
    assert_int_equal(sign_in(world, boris.phone).account_id, boris.account_id);
}

static void pending_codes_of_both_numbers_are_void(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice phone = new_phone(world);
    struct slice to_old = send_code(world, anna.phone);
    struct slice to_new = send_code(world, phone);
    struct slice elsewhere = send_code(world, new_phone(world));
    struct redeem_phone_change_in in = move_to(world, anna, ask_move(world, anna, phone));
    struct redeem_code_in guess;

    assert_int_equal(RUN_IN(world, redeem_phone_change, &in)->moved, 1);
    guess = guess_at(world, to_old);
    assert_int_equal(RUN_IN(world, redeem_code, &guess)->challenge_state.superseded, 1);
    guess = guess_at(world, to_new);
    assert_int_equal(RUN_IN(world, redeem_code, &guess)->challenge_state.superseded, 1);
    guess = guess_at(world, elsewhere);
    assert_true(RUN_IN(world, redeem_code, &guess)->session_id != 0);
}

static void a_used_or_late_code_moves_nothing(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice phone = new_phone(world);
    struct slice id = ask_move(world, anna, phone);
    struct redeem_phone_change_in in = move_to(world, anna, id);
    const struct redeem_phone_change_row *row;

    assert_int_equal(RUN_IN(world, redeem_phone_change, &in)->moved, 1);
    in = move_to(world, anna, id);
    row = RUN_IN(world, redeem_phone_change, &in);
    assert_true(row->challenge_state.redeemed == 2 && row->moved == 0);

    id = ask_move(world, anna, new_phone(world));
    world->now += 120 * US_PER_S;
    in = move_to(world, anna, id);
    row = RUN_IN(world, redeem_phone_change, &in);
    assert_true(row->challenge_state.tried == 0 && row->moved == 0);
    assert_true(slice_eq(row->account.phone, phone));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_right_code_moves_the_account),     TEST(wrong_codes_cost_attempts),
        TEST(guesses_are_limited_across_codes),     TEST(only_who_asked_may_move),
        TEST(a_number_of_somebody_else_is_refused), TEST(pending_codes_of_both_numbers_are_void),
        TEST(a_used_or_late_code_moves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
