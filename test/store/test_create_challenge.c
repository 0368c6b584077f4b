/* create_challenge: a new code for a phone, within the phone's limits. */
#include "store_test.h"

static void a_first_code_is_made(void **state)
{
    struct world *world = *state;
    struct create_challenge_in in = code_for(world, new_phone(world));
    const struct create_challenge_row *row = RUN_IN(world, create_challenge, &in);

    assert_int_equal(row->auth, 1);
    assert_int_equal(row->made, 1);
    assert_true(slice_eq(row->phone, in.phone));
    assert_slice(row->channel, "sms");
    assert_int_equal(row->code_length, 4);
    assert_int_equal(row->attempts_left, 3);
    assert_true(row->created_us == in.now_us && row->sent_us == in.now_us);
    assert_true(row->expires_us == in.expires_us);
    assert_int_equal(row->resends, 0);
    assert_true(row->last_sent_us == in.now_us);
    assert_true(slice_is_absent(row->first_fingerprint));
}

static void the_same_request_gives_the_same_challenge(void **state)
{
    struct world *world = *state;
    struct create_challenge_in in = code_for(world, new_phone(world));
    const struct create_challenge_row *first;
    const struct create_challenge_row *again;

    in.idempotent = 1;
    first = RUN_IN(world, create_challenge, &in);
    assert_slice(first->first_fingerprint, "body");

    /* A second sending, later: another nonce, the limits long reached. */
    in.now_us += US_PER_S;
    in.expires_us += US_PER_S;
    in.nonce = new_id(world);
    in.max_10min = 1;
    again = RUN_IN(world, create_challenge, &in);
    assert_int_equal(again->made, 1);
    assert_true(again->created_us == first->created_us && again->expires_us == first->expires_us);
    assert_true(again->last_sent_us == first->last_sent_us);
    /* One message, not two. */
    assert_int_equal(again->nth_10min_us, first->created_us);
    in.max_10min = 2;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->nth_10min_us, 0);
}

static void another_body_under_one_request_is_told_by_the_fingerprint(void **state)
{
    struct world *world = *state;
    struct create_challenge_in in = code_for(world, new_phone(world));
    struct slice other_phone = new_phone(world);
    struct slice pending = SLICE_ABSENT;
    struct create_challenge_in other = code_for(world, other_phone);
    const struct create_challenge_row *row;

    other.requester = in.requester;
    pending = other.request_id;
    assert_int_equal(RUN_IN(world, create_challenge, &other)->made, 1);
    in.idempotent = 1;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);

    other = in;
    other.phone = other_phone;
    other.fingerprint = SLICE_LIT("another body");
    row = RUN_IN(world, create_challenge, &other);
    assert_slice(row->first_fingerprint, "body");
    assert_true(slice_eq(row->phone, in.phone));
    /* And the other phone's code is untouched. */
    assert_int_equal(
        RUN(world, resend_code,
            {.challenge_id = pending, .request_id = new_id(world), .now_us = world->now})
            ->superseded,
        0);
}

static void a_second_code_waits_for_the_cooldown(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct create_challenge_in first = code_for(world, phone);
    struct create_challenge_in second;
    const struct create_challenge_row *row;

    assert_int_equal(RUN_IN(world, create_challenge, &first)->made, 1);
    world->now = first.now_us + first.cooldown_us - 1;
    second = code_for(world, phone);
    row = RUN_IN(world, create_challenge, &second);
    assert_int_equal(row->made, 0);
    assert_true(slice_is_absent(row->phone));
    assert_true(row->last_sent_us == first.now_us);

    world->now++;
    second = code_for(world, phone);
    assert_int_equal(RUN_IN(world, create_challenge, &second)->made, 1);
}

/* One limit at a time: `count` codes a second apart fill the window, and the next one is let in at
 * the moment the first has left it. */
static void check_window(struct world *world, int64_t window_us, int which)
{
    struct slice phone = new_phone(world);
    int64_t first_us = world->now;
    const int64_t count = 3;
    struct create_challenge_in in;
    const struct create_challenge_row *row = NULL;

    for (int64_t i = 0; i <= count + 2; i++) {
        bool too_early = i == count || i == count + 1;

        world->now = first_us + i * US_PER_S;
        if (i == count + 1)
            world->now = first_us + window_us - 1;
        if (i == count + 2)
            world->now = first_us + window_us;
        in = code_for(world, phone);
        in.cooldown_us = 0;
        in.max_10min = which == 0 ? count : 1000;
        in.max_hour = which == 1 ? count : 1000;
        in.max_day = which == 2 ? count : 1000;
        row = RUN_IN(world, create_challenge, &in);
        assert_int_equal(row->made, !too_early);
        if (too_early) {
            int64_t nth_us = which == 0   ? row->nth_10min_us
                             : which == 1 ? row->nth_hour_us
                                          : row->nth_day_us;

            /* What the caller waits for: the oldest of the full window. */
            assert_int_equal(nth_us, first_us);
        }
    }
    /* The window slides: one place had come free, and the second send holds the next. */
    in = code_for(world, phone);
    in.cooldown_us = 0;
    in.max_10min = which == 0 ? count : 1000;
    in.max_hour = which == 1 ? count : 1000;
    in.max_day = which == 2 ? count : 1000;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 0);
}

static void ten_minutes_an_hour_and_a_day_slide(void **state)
{
    struct world *world = *state;

    check_window(world, 10 * US_PER_MINUTE, 0);
    check_window(world, US_PER_HOUR, 1);
    check_window(world, US_PER_DAY, 2);
}

static void limits_are_each_phones_own(void **state)
{
    struct world *world = *state;
    struct create_challenge_in in = code_for(world, new_phone(world));

    in.max_10min = 1;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    in = code_for(world, new_phone(world));
    in.max_10min = 1;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
}

static int64_t superseded(struct world *world, struct slice challenge_id)
{
    return RUN(world, resend_code,
               {.challenge_id = challenge_id, .request_id = new_id(world), .now_us = world->now})
        ->superseded;
}

static void only_the_same_requester_supersedes(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct create_challenge_in mine = code_for(world, phone);
    struct create_challenge_in other = code_for(world, phone);
    struct create_challenge_in newer;

    mine.cooldown_us = other.cooldown_us = 0;
    assert_int_equal(RUN_IN(world, create_challenge, &mine)->made, 1);
    assert_int_equal(RUN_IN(world, create_challenge, &other)->made, 1);
    assert_int_equal(superseded(world, mine.request_id), 0);
    assert_int_equal(superseded(world, other.request_id), 0);

    world->now += US_PER_S;
    newer = code_for(world, phone);
    newer.cooldown_us = 0;
    newer.requester = mine.requester;
    assert_int_equal(RUN_IN(world, create_challenge, &newer)->made, 1);
    assert_int_equal(superseded(world, mine.request_id), 1);
    assert_int_equal(superseded(world, other.request_id), 0);
    assert_int_equal(superseded(world, newer.request_id), 0);
}

/* The clocks of two nodes differ: what came after it, by a slower one, is not older than it. */
static void a_repeated_request_supersedes_nothing_more(void **state)
{
    struct world *world = *state;
    struct create_challenge_in first = code_for(world, new_phone(world));
    struct create_challenge_in later = code_for(world, first.phone);

    first.cooldown_us = later.cooldown_us = 0;
    later.requester = first.requester;
    later.now_us = first.now_us - US_PER_S;
    assert_int_equal(RUN_IN(world, create_challenge, &first)->made, 1);
    assert_int_equal(RUN_IN(world, create_challenge, &later)->made, 1);
    assert_int_equal(RUN_IN(world, create_challenge, &first)->made, 1);
    assert_int_equal(superseded(world, first.request_id), 0);
    assert_int_equal(superseded(world, later.request_id), 0);
}

static void a_refused_code_supersedes_nothing(void **state)
{
    struct world *world = *state;
    struct create_challenge_in mine = code_for(world, new_phone(world));
    struct create_challenge_in refused;

    assert_int_equal(RUN_IN(world, create_challenge, &mine)->made, 1);
    world->now += US_PER_S;
    refused = code_for(world, mine.phone);
    refused.requester = mine.requester;
    assert_int_equal(RUN_IN(world, create_challenge, &refused)->made, 0);
    assert_int_equal(superseded(world, mine.request_id), 0);
}

static void a_code_for_another_phone_or_purpose_supersedes_nothing(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct create_challenge_in mine = code_for(world, new_phone(world));
    struct create_challenge_in other;

    mine.cooldown_us = 0;
    assert_int_equal(RUN_IN(world, create_challenge, &mine)->made, 1);
    other = code_for(world, new_phone(world));
    other.requester = mine.requester;
    assert_int_equal(RUN_IN(world, create_challenge, &other)->made, 1);
    other = code_for(world, mine.phone);
    other.cooldown_us = 0;
    other.requester = mine.requester;
    other.purpose = 2;
    other.account_id = anna.account_id;
    other.session_id = anna.session_id;
    assert_int_equal(RUN_IN(world, create_challenge, &other)->made, 1);
    assert_int_equal(superseded(world, mine.request_id), 0);
}

/* Two who share a browser each prove the number with the code sent to them. */
static void a_new_number_is_superseded_by_its_own_account_alone(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct create_challenge_in mine = code_for(world, new_phone(world));
    struct create_challenge_in other;

    mine.purpose = 2;
    mine.cooldown_us = 0;
    mine.account_id = anna.account_id;
    mine.session_id = anna.session_id;
    assert_int_equal(RUN_IN(world, create_challenge, &mine)->made, 1);

    world->now += US_PER_S;
    other = mine;
    other.request_id = new_id(world);
    other.now_us = world->now;
    other.account_id = boris.account_id;
    other.session_id = boris.session_id;
    assert_int_equal(RUN_IN(world, create_challenge, &other)->made, 1);
    assert_int_equal(superseded(world, mine.request_id), 0);

    other.request_id = new_id(world);
    other.account_id = anna.account_id;
    other.session_id = anna.session_id;
    assert_int_equal(RUN_IN(world, create_challenge, &other)->made, 1);
    assert_int_equal(superseded(world, mine.request_id), 1);
}

static void a_superseded_code_opens_nothing(void **state)
{
    struct world *world = *state;
    struct create_challenge_in first = code_for(world, new_phone(world));
    struct create_challenge_in second;
    struct redeem_code_in guess;
    const struct redeem_code_row *row;

    assert_int_equal(RUN_IN(world, create_challenge, &first)->made, 1);
    world->now += 40 * US_PER_S;
    second = code_for(world, first.phone);
    second.requester = first.requester;
    assert_int_equal(RUN_IN(world, create_challenge, &second)->made, 1);

    guess = guess_at(world, first.request_id);
    row = RUN_IN(world, redeem_code, &guess);
    assert_int_equal(row->challenge_state.superseded, 1);
    assert_int_equal(row->challenge_state.tried, 0);
    assert_int_equal(row->challenge_state.redeemed, 0);
    assert_int_equal(row->challenge_state.attempts_left, 3);
    assert_int_equal(row->session_id, 0);

    guess = guess_at(world, second.request_id);
    assert_true(RUN_IN(world, redeem_code, &guess)->session_id != 0);
}

static void a_new_number_needs_a_live_session(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct create_challenge_in in = code_for(world, new_phone(world));
    const struct create_challenge_row *row;

    in.purpose = 2;
    row = RUN_IN(world, create_challenge, &in);
    assert_true(row->auth == 0 && row->made == 0);

    in.account_id = anna.account_id;
    in.session_id = anna.session_id + 1000;
    row = RUN_IN(world, create_challenge, &in);
    assert_true(row->auth == 0 && row->made == 0);

    /* Somebody else's session does not speak for the account. */
    in.session_id = new_person(world).session_id;
    row = RUN_IN(world, create_challenge, &in);
    assert_true(row->auth == 0 && row->made == 0);

    in.session_id = anna.session_id;
    row = RUN_IN(world, create_challenge, &in);
    assert_true(row->auth == 1 && row->made == 1);

    (void)RUN(world, set_account,
              {.account_id = anna.account_id, .disable = 1, .now_us = in.now_us});
    in = code_for(world, new_phone(world));
    in.purpose = 2;
    in.account_id = anna.account_id;
    in.session_id = anna.session_id;
    row = RUN_IN(world, create_challenge, &in);
    assert_true(row->auth != 1 && row->made == 0);
}

static void refused_codes_leave_no_trace(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct create_challenge_in first = code_for(world, phone);
    struct create_challenge_in in;

    assert_int_equal(RUN_IN(world, create_challenge, &first)->made, 1);
    for (int i = 0; i < 5; i++) {
        world->now += US_PER_S;
        in = code_for(world, phone);
        in.idempotent = 1;
        assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 0);
    }
    assert_int_equal(RUN_IN(world, create_challenge, &in)->last_sent_us, first.now_us);
    /* A refusal is not a first reply: the same request may succeed later. */
    in.now_us = first.now_us + in.cooldown_us;
    in.expires_us = in.now_us + 120 * US_PER_S;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_first_code_is_made),
        TEST(the_same_request_gives_the_same_challenge),
        TEST(another_body_under_one_request_is_told_by_the_fingerprint),
        TEST(a_second_code_waits_for_the_cooldown),
        TEST(ten_minutes_an_hour_and_a_day_slide),
        TEST(limits_are_each_phones_own),
        TEST(only_the_same_requester_supersedes),
        TEST(a_repeated_request_supersedes_nothing_more),
        TEST(a_refused_code_supersedes_nothing),
        TEST(a_code_for_another_phone_or_purpose_supersedes_nothing),
        TEST(a_new_number_is_superseded_by_its_own_account_alone),
        TEST(a_superseded_code_opens_nothing),
        TEST(a_new_number_needs_a_live_session),
        TEST(refused_codes_leave_no_trace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
