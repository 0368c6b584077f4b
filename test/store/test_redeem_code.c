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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
