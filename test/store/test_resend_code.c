/* resend_code: the same code once more, while it lives. */
#include "store_test.h"

static struct resend_code_in resend_of(struct world *world, struct slice challenge_id)
{
    return (struct resend_code_in){
        .challenge_id = challenge_id,
        .request_id = new_id(world),
        .now_us = world->now,
        .due_us = world->now + US_PER_S,
        .max_resends = 4,
        .gap_0_us = 30 * US_PER_S,
        .gap_1_us = 60 * US_PER_S,
        .gap_2_us = 120 * US_PER_S,
        .cooldown_us = 30 * US_PER_S,
        .max_10min = 100,
        .max_hour = 100,
        .max_day = 100,
    };
}

/* A code that lives for an hour, so that only the rule under test ends it. */
static struct slice long_code(struct world *world, struct slice phone)
{
    struct create_challenge_in in = code_for(world, phone);

    in.expires_us = world->now + US_PER_HOUR;
    in.cooldown_us = 0;
    in.max_10min = in.max_hour = in.max_day = 100;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    return in.request_id;
}

static const struct resend_code_row *resend_at(struct world *world, struct slice challenge_id,
                                               int64_t at_us)
{
    struct resend_code_in in;

    world->now = at_us;
    in = resend_of(world, challenge_id);
    return RUN_IN(world, resend_code, &in);
}

/* Two people type one number: the resend of one keeps its distance from the message of the other.
 */
static void another_message_to_the_phone_counts(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice id = long_code(world, phone);
    int64_t other_us = world->now + 40 * US_PER_S;

    world->now = other_us;
    (void)long_code(world, phone);
    assert_int_equal(resend_at(world, id, other_us + 30 * US_PER_S - 1)->sent, 0);
    assert_int_equal(resend_at(world, id, other_us + 30 * US_PER_S)->sent, 1);
}

static void gaps_grow_and_resends_end(void **state)
{
    struct world *world = *state;
    struct slice id = long_code(world, new_phone(world));
    int64_t sent_us = world->now;
    static const int64_t gaps_s[] = {30, 60, 120, 120};

    for (int i = 0; i < 4; i++) {
        int64_t open_us = sent_us + gaps_s[i] * US_PER_S;
        const struct resend_code_row *row = resend_at(world, id, open_us - 1);

        assert_int_equal(row->sent, 0);
        assert_int_equal(row->resends, i);
        assert_int_equal(row->sent_us, sent_us);
        row = resend_at(world, id, open_us);
        assert_int_equal(row->sent, 1);
        assert_int_equal(row->resends, i + 1);
        assert_int_equal(row->sent_us, open_us);
        sent_us = open_us;
    }
    assert_int_equal(resend_at(world, id, sent_us + 20 * US_PER_MINUTE)->sent, 0);
}

static void the_code_and_its_life_stay(void **state)
{
    struct world *world = *state;
    struct create_challenge_in code = code_for(world, new_phone(world));
    const struct resend_code_row *row;
    struct redeem_code_in guess;

    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    row = resend_at(world, code.request_id, code.now_us + 30 * US_PER_S);
    assert_int_equal(row->sent, 1);
    assert_true(row->created_us == code.now_us && row->expires_us == code.expires_us);
    assert_int_equal(row->attempts_left, 3);
    assert_true(slice_eq(row->phone, code.phone));
    assert_slice(row->channel, "sms");
    guess = guess_at(world, code.request_id);
    assert_true(RUN_IN(world, redeem_code, &guess)->session_id != 0);
}

static void the_same_request_sends_once(void **state)
{
    struct world *world = *state;
    struct slice id = long_code(world, new_phone(world));
    struct resend_code_in in;
    const struct resend_code_row *row;

    world->now += 30 * US_PER_S;
    in = resend_of(world, id);
    assert_int_equal(RUN_IN(world, resend_code, &in)->sent, 1);
    /* Even where no gap keeps it from happening. */
    in.gap_0_us = in.gap_1_us = in.gap_2_us = 0;
    row = RUN_IN(world, resend_code, &in);
    assert_int_equal(row->sent, 1);
    assert_int_equal(row->resends, 1);
    in.max_10min = 3;
    assert_int_equal(RUN_IN(world, resend_code, &in)->nth_10min_us, 0);
}

static void check_window(struct world *world, int64_t window_us, int which)
{
    struct slice phone = new_phone(world);
    int64_t first_us = world->now;
    struct slice id = long_code(world, phone);
    struct resend_code_in in;
    const struct resend_code_row *row;

    /* The window is full with the code itself and one resend; another code lives by then. */
    assert_int_equal(resend_at(world, id, first_us + 30 * US_PER_S)->sent, 1);
    world->now = first_us + window_us - 1 - US_PER_MINUTE;
    if (window_us > US_PER_HOUR / 2) {
        /* The send that makes the third place; the limit below grows with it. */
        id = long_code(world, phone);
    }
    for (int64_t late = -1; late <= 0; late++) {
        int64_t most = window_us > US_PER_HOUR / 2 ? 3 : 2;

        world->now = first_us + window_us + late;
        in = resend_of(world, id);
        in.max_10min = which == 0 ? most : 100;
        in.max_hour = which == 1 ? most : 100;
        in.max_day = which == 2 ? most : 100;
        row = RUN_IN(world, resend_code, &in);
        assert_int_equal(row->sent, late == 0);
        if (late < 0)
            assert_int_equal(which == 0   ? row->nth_10min_us
                             : which == 1 ? row->nth_hour_us
                                          : row->nth_day_us,
                             first_us);
    }
}

static void ten_minutes_an_hour_and_a_day_slide(void **state)
{
    struct world *world = *state;

    check_window(world, 10 * US_PER_MINUTE, 0);
    check_window(world, US_PER_HOUR, 1);
    check_window(world, US_PER_DAY, 2);
}

static void a_resend_counts_against_new_codes(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct slice id = long_code(world, phone);
    struct create_challenge_in in;

    assert_int_equal(resend_at(world, id, world->now + 30 * US_PER_S)->sent, 1);
    world->now += 30 * US_PER_S - 1;
    in = code_for(world, phone);
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 0);
    in.now_us++;
    in.max_10min = 2;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 0);
    in.max_10min = 3;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
}

static void a_dead_code_is_not_sent(void **state)
{
    struct world *world = *state;
    struct create_challenge_in code = code_for(world, new_phone(world));
    struct slice id = code.request_id;
    struct redeem_code_in guess;
    const struct resend_code_row *row;

    /* Expired, to the microsecond. */
    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    assert_int_equal(resend_at(world, id, code.expires_us)->sent, 0);
    assert_int_equal(resend_at(world, id, code.expires_us - 1)->sent, 1);

    /* Used. */
    id = long_code(world, new_phone(world));
    guess = guess_at(world, id);
    assert_true(RUN_IN(world, redeem_code, &guess)->session_id != 0);
    row = resend_at(world, id, world->now + US_PER_MINUTE);
    assert_true(row->sent == 0 && row->redeemed == 1);

    /* No attempts left. */
    id = long_code(world, new_phone(world));
    for (int i = 0; i < 3; i++) {
        guess = guess_at(world, id);
        guess.mac = WRONG_MAC;
        assert_int_equal(RUN_IN(world, redeem_code, &guess)->session_id, 0);
    }
    row = resend_at(world, id, world->now + US_PER_MINUTE);
    assert_true(row->sent == 0 && row->attempts_left == 0);

    /* Unknown. */
    assert_null(resend_at(world, new_id(world), world->now));
}

static void a_superseded_code_is_not_sent(void **state)
{
    struct world *world = *state;
    struct create_challenge_in first = code_for(world, new_phone(world));
    struct create_challenge_in second = code_for(world, first.phone);
    const struct resend_code_row *row;

    second.cooldown_us = 0;
    second.requester = first.requester;
    assert_int_equal(RUN_IN(world, create_challenge, &first)->made, 1);
    assert_int_equal(RUN_IN(world, create_challenge, &second)->made, 1);
    row = resend_at(world, first.request_id, world->now + US_PER_MINUTE);
    assert_true(row->sent == 0 && row->superseded == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gaps_grow_and_resends_end),         TEST(the_code_and_its_life_stay),
        TEST(the_same_request_sends_once),       TEST(ten_minutes_an_hour_and_a_day_slide),
        TEST(a_resend_counts_against_new_codes), TEST(a_dead_code_is_not_sent),
        TEST(a_superseded_code_is_not_sent),     TEST(another_message_to_the_phone_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
