/* redeem_code where the challenge is named by its phone alone, as the dialects do (purpose 3). */
#include "store_test.h"

#define CROWD 200

/* A code that a dialect sends; the id of its challenge. Time goes on. */
static struct slice ask_as(struct world *world, struct slice phone, struct slice requester)
{
    struct create_challenge_in in = code_for(world, phone);

    in.purpose = 3;
    in.cooldown_us = 0;
    in.requester = requester;
    in.max_10min = in.max_hour = in.max_day = 100000;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    world->now += US_PER_S;
    return in.request_id;
}

static struct slice ask(struct world *world, struct slice phone)
{
    return ask_as(world, phone, new_id(world));
}

/* A guess at the phone with the right code of the challenge. */
static struct redeem_code_in guess_by_phone(struct world *world, struct slice phone,
                                            struct slice challenge_id)
{
    struct redeem_code_in in = guess_at(world, challenge_id);

    in.challenge_id = SLICE_ABSENT;
    in.phone = phone;
    in.purpose = 3;
    return in;
}

static const struct redeem_code_row *guess(struct world *world, struct slice phone,
                                           struct slice challenge_id)
{
    struct redeem_code_in in = guess_by_phone(world, phone, challenge_id);

    return RUN_IN(world, redeem_code, &in);
}

static void the_newest_code_of_the_phone_counts(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice older = ask(world, phone);
    struct slice newer = ask(world, phone);
    const struct redeem_code_row *row;

    (void)ask(world, new_phone(world));
    row = guess(world, phone, older);
    assert_true(row->challenge_state.tried == 1 && row->session_id == 0);
    assert_int_equal(row->challenge_state.attempts_left, 2);
    row = guess(world, phone, newer);
    assert_true(row->challenge_state.redeemed == 1 && row->session_id != 0);
    assert_true(slice_eq(row->account.phone, phone));
    /* The older does not come back when the newest is used. */
    row = guess(world, phone, older);
    assert_true(row->challenge_state.redeemed == 2 && row->session_id == 0);
}

static void a_superseded_code_is_no_more(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice requester = new_id(world);
    struct slice older = ask_as(world, phone, requester);
    struct slice newer = ask_as(world, phone, requester);
    struct redeem_code_in in = guess_by_phone(world, phone, older);
    const struct redeem_code_row *row;

    in.challenge_id = older;
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->challenge_state.superseded == 1 && row->challenge_state.tried == 0);
    assert_true(guess(world, phone, newer)->session_id != 0);
}

static void other_codes_are_not_found_by_phone(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice signing_in = send_code(world, phone);
    struct redeem_code_in in;
    struct slice dialects;

    assert_null(guess(world, phone, signing_in));
    assert_null(guess(world, new_phone(world), signing_in));
    world->now += US_PER_S;
    dialects = ask(world, phone);
    world->now += US_PER_S;
    /* Newer, and of /v1: neither stands in the way of the other. */
    signing_in = send_code(world, phone);
    assert_true(guess(world, phone, dialects)->session_id != 0);
    in = guess_at(world, signing_in);
    assert_true(RUN_IN(world, redeem_code, &in)->session_id != 0);
    /* Nor is a code of a dialect one of /v1. */
    in = guess_at(world, ask(world, phone));
    assert_null(RUN_IN(world, redeem_code, &in));
}

static void wrong_guesses_are_counted(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice id = ask(world, phone);
    const struct redeem_code_row *row;

    for (int left = 2; left >= 0; left--) {
        row = guess(world, phone, new_id(world));
        assert_true(row->challenge_state.tried == 1);
        assert_int_equal(row->challenge_state.attempts_left, left);
    }
    row = guess(world, phone, id);
    assert_true(row->challenge_state.tried == 0 && row->session_id == 0);
    assert_true(guess(world, phone, ask(world, phone))->session_id != 0);
}

static void a_code_expires(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice id = ask(world, phone);
    const struct redeem_code_row *row;

    world->now += 120 * US_PER_S;
    row = guess(world, phone, id);
    assert_true(row->challenge_state.tried == 0 && row->challenge_state.redeemed == 0);
    assert_true(row->challenge_state.expires_us <= world->now && row->session_id == 0);
}

static void a_repeated_guess_finds_what_it_tried(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice older = ask(world, phone);
    struct redeem_code_in in = guess_by_phone(world, phone, older);
    const struct redeem_code_row *first;
    const struct redeem_code_row *row;
    struct slice newer;
    struct person anna;

    in.idempotent = 1;
    first = RUN_IN(world, redeem_code, &in);
    assert_true(first->session_id != 0);
    anna = (struct person){.account_id = first->account.id, .session_id = first->session_id};
    newer = ask(world, phone);
    for (int i = 0; i < 3; i++) {
        row = RUN_IN(world, redeem_code, &in);
        assert_int_equal(row->challenge_state.redeemed, 1);
        assert_int_equal(row->session_id, first->session_id);
        in.now_us += US_PER_S;
        in.own_code = new_word(world);
    }
    assert_int_equal(count_sessions(world, anna), 1);
    /* And the newer has not been touched. */
    row = guess(world, phone, newer);
    assert_true(row->session_id != 0 && row->challenge_state.attempts_left == 2);
}

/* The script runs again when the new account's invite code is somebody's. */
static void a_guess_run_again_spends_nothing_of_a_newer_code(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct redeem_code_in in = guess_by_phone(world, phone, ask(world, phone));
    const struct redeem_code_row *row;
    struct slice newer;

    in.own_code = new_person(world).invite_code;
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->challenge_state.redeemed == 1 && row->account.id == 0);
    newer = ask(world, phone);
    in.own_code = new_word(world);
    row = RUN_IN(world, redeem_code, &in);
    assert_true(row->challenge_state.redeemed == 1 && row->session_id != 0);
    assert_int_equal(guess(world, phone, newer)->challenge_state.attempts_left, 2);
}

static void one_code_opens_one_session(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice id = ask(world, phone);
    struct redeem_code_in ins[CROWD];
    struct store_job jobs[CROWD] = {0};
    unsigned winners = 0;

    for (unsigned i = 0; i < CROWD; i++) {
        ins[i] = guess_by_phone(world, phone, id);
        jobs[i].script = &script_redeem_code;
        jobs[i].in = &ins[i];
        jobs[i].arena = world_arena(world);
    }
    crowd_run(world, jobs, CROWD);
    for (unsigned i = 0; i < CROWD; i++) {
        assert_int_equal(jobs[i].result, STORE_DONE);
        winners += STORE_ROW(&jobs[i], redeem_code)->session_id != 0;
    }
    assert_int_equal(winners, 1);
}

static void a_sender_learns_whether_the_phone_is_known(void **state)
{
    struct world *world = *state;
    struct create_challenge_in in = code_for(world, new_phone(world));

    in.purpose = 3;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->is_known, 0);
    assert_true(guess(world, in.phone, in.request_id)->session_id != 0);
    in.request_id = new_id(world);
    in.cooldown_us = 0;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->is_known, 1);
    /* Of no interest to /v1. */
    in.request_id = new_id(world);
    in.purpose = 1;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->is_known, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_newest_code_of_the_phone_counts),
        TEST(a_superseded_code_is_no_more),
        TEST(other_codes_are_not_found_by_phone),
        TEST(wrong_guesses_are_counted),
        TEST(a_code_expires),
        TEST(a_repeated_guess_finds_what_it_tried),
        TEST(a_guess_run_again_spends_nothing_of_a_newer_code),
        TEST(one_code_opens_one_session),
        TEST(a_sender_learns_whether_the_phone_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
