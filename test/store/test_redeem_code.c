/* redeem_code: one guess at a sign-in code. What invites add is in test_invites.c. */
#include "store_test.h"

static const struct redeem_code_row *guess(struct world *world, struct slice challenge_id,
                                           bool right)
{
    struct redeem_code_in in = guess_at(world, challenge_id);

    if (!right)
        in.mac = WRONG_MAC;
    return RUN_IN(world, redeem_code, &in);
}

static void the_right_code_makes_an_account_and_a_session(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct redeem_code_in in = guess_at(world, send_code(world, phone));
    const struct redeem_code_row *row = RUN_IN(world, redeem_code, &in);

    assert_true(row->challenge_state.redeemed == 1 && row->challenge_state.tried == 1);
    assert_true(row->session_id > 0 && row->account.id > 0);
    assert_true(row->is_first == 1 && row->disabled == 0);
    assert_true(row->session_us == world->now);
    assert_true(slice_eq(row->session_seed, in.request_id));
    assert_true(slice_eq(row->account.phone, phone));
    assert_true(slice_eq(row->account.invite_code, in.own_code));
    assert_slice(row->account.role, "user");
    assert_slice(row->account.locale, "en");
    assert_true(row->account.created_us == world->now);
    assert_true(slice_is_absent(row->account.first_name));
    assert_true(slice_is_absent(row->account.inviter_code));
    assert_true(slice_is_absent(row->invite_given));
    assert_true(slice_is_absent(row->first_fingerprint));
}

static void first_is_true_once(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    const struct redeem_code_row *first = guess(world, send_code(world, phone), true);
    const struct redeem_code_row *row;

    assert_int_equal(first->is_first, 1);
    /* Even in the same microsecond. */
    row = guess(world, send_code(world, phone), true);
    assert_true(row->is_first == 0 && row->account.id == first->account.id);
    assert_true(row->session_id != first->session_id);
    world->now += US_PER_DAY;
    row = guess(world, send_code(world, phone), true);
    assert_true(row->is_first == 0 && row->account.id == first->account.id);
    assert_true(slice_eq(row->account.invite_code, first->account.invite_code));
}

static void a_wrong_code_costs_an_attempt(void **state)
{
    struct world *world = *state;
    struct slice id = send_code(world, new_phone(world));
    const struct redeem_code_row *row = guess(world, id, false);

    assert_true(row->challenge_state.tried == 1 && row->challenge_state.redeemed == 0);
    assert_int_equal(row->challenge_state.attempts_left, 2);
    assert_true(row->session_id == 0 && row->account.id == 0);
    assert_true(slice_is_absent(row->account.phone));
    assert_int_equal(guess(world, id, false)->challenge_state.attempts_left, 1);
    row = guess(world, id, true);
    assert_true(row->session_id != 0);
}

/* Takes every due message out of the way and tells whether the code of `id` is still known. */
static bool code_is_known(struct world *world, struct slice id)
{
    bool known = false;

    (void)RUN(world, claim_outbox,
              {.request_id = new_id(world),
               .now_us = world->now + US_PER_S,
               .lease_us = 0,
               .most = 1000});
    for (unsigned i = 0; i < world->job.row_count; i++) {
        const struct claim_outbox_row *row = ROW_AT(world, claim_outbox, i);

        if (slice_eq(row->challenge_id, id)) {
            known = !slice_is_absent(row->nonce);
            assert_int_equal(row->alive, known);
        }
    }
    return known;
}

static void the_last_attempt_erases_the_code(void **state)
{
    struct world *world = *state;
    struct slice id = send_code(world, new_phone(world));
    const struct redeem_code_row *row;

    (void)guess(world, id, false);
    (void)guess(world, id, false);
    assert_true(code_is_known(world, id));
    row = guess(world, id, false);
    assert_true(row->challenge_state.tried == 1 && row->challenge_state.attempts_left == 0);
    assert_false(code_is_known(world, id));

    row = guess(world, id, true);
    assert_true(row->challenge_state.tried == 0 && row->challenge_state.redeemed == 0);
    assert_true(row->challenge_state.attempts_left == 0 && row->session_id == 0);
}

static void the_last_attempt_may_be_right(void **state)
{
    struct world *world = *state;
    struct slice id = send_code(world, new_phone(world));

    (void)guess(world, id, false);
    (void)guess(world, id, false);
    assert_true(guess(world, id, true)->session_id != 0);
    assert_false(code_is_known(world, id));
}

static void a_used_code_is_used(void **state)
{
    struct world *world = *state;
    struct slice id = send_code(world, new_phone(world));
    const struct redeem_code_row *row;

    assert_int_equal(guess(world, id, true)->challenge_state.redeemed, 1);
    assert_false(code_is_known(world, id));
    row = guess(world, id, true);
    assert_true(row->challenge_state.redeemed == 2 && row->challenge_state.tried == 0);
    assert_true(row->session_id == 0 && row->account.id == 0);
    assert_true(slice_is_absent(row->account.phone));
}

static void a_code_dies_at_its_time(void **state)
{
    struct world *world = *state;
    struct create_challenge_in code = code_for(world, new_phone(world));
    const struct redeem_code_row *row;

    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    world->now = code.expires_us;
    row = guess(world, code.request_id, true);
    assert_true(row->challenge_state.tried == 0 && row->challenge_state.redeemed == 0);
    assert_int_equal(row->challenge_state.attempts_left, 3);
    assert_true(row->challenge_state.expires_us == code.expires_us);
    world->now--;
    assert_true(guess(world, code.request_id, true)->session_id != 0);
}

static void only_sign_in_codes_open_sessions(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct create_challenge_in code = code_for(world, new_phone(world));

    assert_null(guess(world, new_id(world), true));
    code.purpose = 2;
    code.account_id = anna.account_id;
    code.session_id = anna.session_id;
    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    assert_null(guess(world, code.request_id, true));
}

/* Wrong guesses, three for each code, `step_us` apart; the time of the first. */
static int64_t spoil(struct world *world, struct slice phone, int count, int64_t step_us)
{
    int64_t first_us = world->now;
    struct slice id = SLICE_ABSENT;

    for (int i = 0; i < count; i++) {
        struct redeem_code_in in;

        if (i % 3 == 0)
            id = send_code(world, phone);
        in = guess_at(world, id);
        in.mac = WRONG_MAC;
        in.guess_hour = in.guess_day = 1000;
        assert_int_equal(RUN_IN(world, redeem_code, &in)->challenge_state.tried, 1);
        world->now += step_us;
    }
    return first_us;
}

static void check_guess_limit(struct world *world, int64_t window_us, bool hour)
{
    struct slice phone = new_phone(world);
    int64_t first_us = spoil(world, phone, 4, US_PER_S);
    struct redeem_code_in in;
    const struct redeem_code_row *row;

    world->now = first_us + window_us - 1;
    in = guess_at(world, send_code(world, phone));
    in.guess_hour = hour ? 4 : 1000;
    in.guess_day = hour ? 1000 : 4;
    row = RUN_IN(world, redeem_code, &in);
    /* Alive and untouched, though the guess is right. */
    assert_true(row->challenge_state.tried == 0 && row->challenge_state.redeemed == 0);
    assert_int_equal(row->challenge_state.attempts_left, 3);
    assert_int_equal(hour ? row->challenge_state.nth_hour_us : row->challenge_state.nth_day_us,
                     first_us);
    in.now_us++;
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->challenge_state.redeemed == 1 && row->session_id != 0);
}

static void wrong_guesses_are_limited_across_codes(void **state)
{
    struct world *world = *state;

    check_guess_limit(world, US_PER_HOUR, true);
    check_guess_limit(world, US_PER_DAY, false);
}

static void right_guesses_and_other_phones_do_not_count(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct redeem_code_in in;

    (void)spoil(world, new_phone(world), 5, 0);
    for (int i = 0; i < 4; i++) {
        in = guess_at(world, send_code(world, phone));
        in.guess_hour = in.guess_day = 1;
        assert_true(RUN_IN(world, redeem_code, &in)->session_id != 0);
    }
}

static void a_taken_invite_code_is_drawn_again(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice id = send_code(world, new_phone(world));
    struct redeem_code_in in = guess_at(world, id);
    const struct redeem_code_row *row;

    in.idempotent = 1;
    in.own_code = anna.invite_code;
    row = RUN_IN(world, redeem_code, &in);
    assert_int_equal(row->challenge_state.redeemed, 1);
    assert_true(row->session_id == 0 && row->account.id == 0);
    assert_true(slice_is_absent(row->first_fingerprint));

    in.own_code = new_word(world);
    row = RUN_IN(world, redeem_code, &in);
    assert_int_equal(row->challenge_state.redeemed, 1);
    assert_true(row->session_id != 0 && row->is_first == 1);
    assert_true(slice_eq(row->account.invite_code, in.own_code));
    assert_slice(row->first_fingerprint, "body");
}

static void a_taken_invite_code_does_not_matter_to_an_old_account(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct redeem_code_in in = guess_at(world, send_code(world, anna.phone));
    const struct redeem_code_row *row;

    in.own_code = boris.invite_code;
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->session_id != 0 && row->account.id == anna.account_id);
    assert_true(slice_eq(row->account.invite_code, anna.invite_code));
}

static void a_disabled_account_gets_no_session(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    const struct redeem_code_row *row;

    (void)RUN(world, set_account,
              {.account_id = anna.account_id, .disable = 1, .now_us = world->now});
    row = guess(world, send_code(world, anna.phone), true);
    assert_true(row->challenge_state.redeemed == 1 && row->disabled == 1);
    assert_true(row->session_id == 0 && row->account.id == anna.account_id);

    (void)RUN(world, set_account,
              {.account_id = anna.account_id, .disable = 0, .now_us = world->now});
    assert_true(guess(world, send_code(world, anna.phone), true)->session_id != 0);
}

static void one_session_too_many_ends_the_oldest(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct person people[5];

    for (int i = 0; i < 5; i++) {
        struct redeem_code_in in = guess_at(world, send_code(world, phone));
        const struct redeem_code_row *row;

        in.session_max = 3;
        row = RUN_IN(world, redeem_code, &in);
        people[i] = (struct person){.account_id = row->account.id, .session_id = row->session_id};
        assert_int_equal(count_sessions(world, people[i]), i < 3 ? i + 1 : 3);
    }
    for (int i = 0; i < 5; i++)
        assert_int_equal(RUN(world, read_account, {CALLER(world, people[i])}) != NULL, i >= 2);
}

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
    assert_int_equal(guess(world, id, false)->challenge_state.attempts_left, 1);
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
        TEST(the_right_code_makes_an_account_and_a_session),
        TEST(first_is_true_once),
        TEST(a_wrong_code_costs_an_attempt),
        TEST(the_last_attempt_erases_the_code),
        TEST(the_last_attempt_may_be_right),
        TEST(a_used_code_is_used),
        TEST(a_code_dies_at_its_time),
        TEST(only_sign_in_codes_open_sessions),
        TEST(wrong_guesses_are_limited_across_codes),
        TEST(right_guesses_and_other_phones_do_not_count),
        TEST(a_taken_invite_code_is_drawn_again),
        TEST(a_taken_invite_code_does_not_matter_to_an_old_account),
        TEST(a_disabled_account_gets_no_session),
        TEST(one_session_too_many_ends_the_oldest),
        TEST(a_repeated_right_guess_does_nothing_twice),
        TEST(a_repeated_wrong_guess_does_nothing_twice),
        TEST(a_key_used_for_another_challenge_guesses_nothing),
        TEST(a_repeated_request_does_not_bring_an_ended_session_back),
        TEST(a_repeated_request_makes_no_account_for_a_number_left_behind),
        TEST(a_late_repetition_makes_nothing),
        TEST(a_late_repetition_touches_nobody_who_has_the_number_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
