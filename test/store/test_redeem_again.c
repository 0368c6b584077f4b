/* redeem_code: the same request sent again, at once or late, does nothing twice. */
#include "store_test.h"

static void a_repeated_right_guess_does_nothing_twice(void **state)
{
    struct world *world = *state;
    struct redeem_code_in in = guess_at(world, send_code(world, new_phone(world)));
    const struct redeem_code_row *first;
    const struct redeem_code_row *again;
    struct person anna;

    in.idempotent = 1;
    first = RUN_IN(world, redeem_code, &in);
    anna = (struct person){.account_id = first->account.id, .session_id = first->session_id};
    for (int i = 0; i < 3; i++) {
        again = RUN_IN(world, redeem_code, &in);
        assert_int_equal(again->challenge_state.redeemed, 1);
        assert_int_equal(again->session_id, first->session_id);
        assert_int_equal(again->is_first, 1);
        assert_true(slice_eq(again->session_seed, first->session_seed));
        assert_int_equal(again->session_us, first->session_us);
        assert_slice(again->first_fingerprint, "body");
        in.now_us += US_PER_MINUTE;
        in.own_code = new_word(world);
    }
    assert_int_equal(count_sessions(world, anna), 1);
    assert_int_equal(count_audit(world, anna, "sign_in"), 1);
}

static void a_repeated_wrong_guess_does_nothing_twice(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice id = send_code(world, phone);
    struct redeem_code_in in = guess_at(world, id);
    struct redeem_code_in other;
    const struct redeem_code_row *row;

    in.mac = WRONG_MAC;
    in.idempotent = 1;
    assert_int_equal(RUN_IN(world, redeem_code, &in)->first_attempts_left, 2);
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->first_attempts_left == 2 && row->challenge_state.attempts_left == 2);

    /* Also when somebody else has guessed meanwhile, and when it is right by now. */
    other = guess_at(world, id);
    other.mac = WRONG_MAC;
    assert_int_equal(RUN_IN(world, redeem_code, &other)->challenge_state.attempts_left, 1);
    in.now_us += US_PER_S;
    in.mac = right_mac(world, id);
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->first_attempts_left == 2 && row->challenge_state.attempts_left == 1);
    assert_true(row->challenge_state.redeemed == 0 && row->session_id == 0);

    /* The ledger has two wrong guesses, no more. */
    other = guess_at(world, id);
    other.guess_hour = 3;
    assert_true(RUN_IN(world, redeem_code, &other)->session_id != 0);
}

static void a_key_used_for_another_challenge_guesses_nothing(void **state)
{
    struct world *world = *state;
    struct redeem_code_in in = guess_at(world, send_code(world, new_phone(world)));
    struct slice other = send_code(world, new_phone(world));
    const struct redeem_code_row *row;

    in.idempotent = 1;
    assert_true(RUN_IN(world, redeem_code, &in)->session_id != 0);
    in.challenge_id = other;
    in.mac = right_mac(world, other);
    in.fingerprint = SLICE_LIT("another body");
    row = RUN_IN(world, redeem_code, &in);
    assert_slice(row->first_fingerprint, "body");
    assert_true(row->challenge_state.redeemed == 0 && row->session_id == 0);
    assert_int_equal(row->challenge_state.attempts_left, 3);
}

static void a_repeated_request_does_not_bring_an_ended_session_back(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct redeem_code_in in = guess_at(world, send_code(world, phone));
    const struct redeem_code_row *row;
    struct person anna;

    in.idempotent = 1;
    row = RUN_IN(world, redeem_code, &in);
    anna = (struct person){.account_id = row->account.id, .session_id = row->session_id};
    assert_int_equal(
        RUN(world, end_sessions, {CALLER(world, anna), .target_id = anna.session_id})->found, 1);
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->challenge_state.redeemed == 1 && row->session_id == 0);
    assert_slice(row->first_fingerprint, "body");
    assert_int_equal(count_sessions(world, sign_in(world, phone)), 1);
}

/* The person changes to a number of their own; the old one is free. */
static void move_away(struct world *world, struct person person)
{
    struct create_challenge_in code = code_for(world, new_phone(world));

    code.purpose = 2;
    code.account_id = person.account_id;
    code.session_id = person.session_id;
    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    assert_int_equal(RUN(world, redeem_phone_change,
                         {CALLER(world, person), .challenge_id = code.request_id,
                          .mac = right_mac(world, code.request_id), .request_id = new_id(world),
                          .guess_hour = 10, .guess_day = 20})
                         ->moved,
                     1);
}

static void a_repeated_request_makes_no_account_for_a_number_left_behind(void **state)
{
    struct world *world = *state;
    struct slice old_phone = new_phone(world);
    struct redeem_code_in in = guess_at(world, send_code(world, old_phone));
    const struct redeem_code_row *row;

    in.idempotent = 1;
    row = RUN_IN(world, redeem_code, &in);
    move_away(world, (struct person){.account_id = row->account.id, .session_id = row->session_id});
    in.own_code = new_word(world);
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->session_id == 0 && row->account.id == 0);
    assert_null(RUN(world, find_account, {.phone = old_phone}));
}

/* The number's new owner is not signed in, nor invited, by what its old owner once sent. */
static void a_late_repetition_touches_nobody_who_has_the_number_now(void **state)
{
    struct world *world = *state;
    struct person vera = new_person(world);
    struct slice phone = new_phone(world);
    struct redeem_code_in in = guess_at(world, send_code(world, phone));
    const struct redeem_code_row *row;
    struct person anna;
    struct person boris;

    in.invite_given = in.invite_forgiven = vera.invite_code;
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->session_id != 0 && row->activated == 1);
    anna = (struct person){.account_id = row->account.id, .session_id = row->session_id};
    move_away(world, anna);
    boris = sign_in(world, phone);
    assert_true(boris.account_id != anna.account_id);

    world->now = in.now_us = row->challenge_state.expires_us;
    in.own_code = new_word(world);
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->session_id == 0 && row->activated == 0 && row->is_first == 0);
    assert_int_equal(count_sessions(world, boris), 1);
    assert_int_equal(count_audit(world, boris, "sign_in"), 1);
    assert_true(
        slice_is_absent(RUN(world, read_account, {CALLER(world, boris)})->account.inviter_code));
    assert_int_equal(count_sessions(world, anna), 1);
}

/* Its first reply is forgotten, and the code's time is over: nothing is made any more. */
static void a_late_repetition_makes_nothing(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct redeem_code_in in = guess_at(world, send_code(world, phone));
    const struct redeem_code_row *row = RUN_IN(world, redeem_code, &in);
    struct person anna = {.account_id = row->account.id, .session_id = row->session_id};

    assert_true(anna.session_id != 0);
    assert_int_equal(
        RUN(world, end_sessions, {CALLER(world, anna), .target_id = anna.session_id})->found, 1);
    world->now = in.now_us = row->challenge_state.expires_us;
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->session_id == 0 && slice_is_absent(row->first_fingerprint));
    assert_int_equal(RUN(world, find_account, {.phone = phone})->sessions, 0);

    anna = sign_in(world, phone);
    move_away(world, anna);
    in.own_code = new_word(world);
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row == NULL || (row->session_id == 0 && row->account.id == 0));
    assert_null(RUN(world, find_account, {.phone = phone}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_repeated_right_guess_does_nothing_twice),
        TEST(a_repeated_wrong_guess_does_nothing_twice),
        TEST(a_key_used_for_another_challenge_guesses_nothing),
        TEST(a_repeated_request_does_not_bring_an_ended_session_back),
        TEST(a_repeated_request_makes_no_account_for_a_number_left_behind),
        TEST(a_late_repetition_touches_nobody_who_has_the_number_now),
        TEST(a_late_repetition_makes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
