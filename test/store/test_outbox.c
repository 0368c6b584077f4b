/* claim_outbox, finish_message, list_handset. */
#include "store_test.h"

#define LEASE_US (30 * US_PER_S)

/* The messages one claim took, without the row that always comes. */
struct claim {
    struct slice id;
    unsigned count;
    struct slice challenges[16];
    int64_t steps[16];
    int64_t attempts[16];
    int64_t next_due_us;
};

static struct claim claim(struct world *world, int64_t most)
{
    struct claim claim = {.id = new_id(world)};
    const struct claim_outbox_row *row =
        RUN(world, claim_outbox,
            {.request_id = claim.id, .now_us = world->now, .lease_us = LEASE_US, .most = most});

    assert_non_null(row);
    for (unsigned i = 0; i < world->job.row_count; i++) {
        row = ROW_AT(world, claim_outbox, i);
        claim.next_due_us = row->next_due_us;
        if (slice_is_absent(row->challenge_id))
            continue;
        assert_true(claim.count < ARRAY_LEN(claim.challenges));
        claim.challenges[claim.count] = row->challenge_id;
        claim.steps[claim.count] = row->step;
        claim.attempts[claim.count] = row->attempts;
        claim.count++;
    }
    return claim;
}

/* A code whose message is due at `due_us`. */
static struct slice due_at(struct world *world, int64_t due_us)
{
    struct create_challenge_in in = code_for(world, new_phone(world));

    in.due_us = due_us;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    return in.request_id;
}

static struct finish_message_in finish_of(struct world *world, const struct claim *claim,
                                          int64_t outcome)
{
    return (struct finish_message_in){
        .challenge_id = claim->challenges[0],
        .step = claim->steps[0],
        .claimed_by = claim->id,
        .now_us = world->now,
        .state = outcome,
        .due_us = world->now,
        .provider = SLICE_LIT("simulated"),
    };
}

static void a_message_waits_until_it_is_due(void **state)
{
    struct world *world = *state;
    struct slice id = due_at(world, world->now + 1500);
    struct claim taken;

    world->now += 1499;
    taken = claim(world, 10);
    assert_int_equal(taken.count, 0);
    assert_int_equal(taken.next_due_us, world->now + 1);
    world->now++;
    taken = claim(world, 10);
    assert_int_equal(taken.count, 1);
    assert_true(slice_eq(taken.challenges[0], id));
    assert_true(taken.steps[0] == 0 && taken.attempts[0] == 1);
    assert_int_equal(taken.next_due_us, 0);
}

static void a_claim_brings_what_sending_needs(void **state)
{
    struct world *world = *state;
    struct create_challenge_in in = code_for(world, new_phone(world));
    const struct claim_outbox_row *row;

    in.due_us = in.now_us;
    in.code_length = 6;
    in.locale = SLICE_LIT("ru");
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    (void)claim(world, 10);
    row = STORE_ROW(&world->job, claim_outbox);
    assert_true(slice_eq(row->challenge_id, in.request_id) && slice_eq(row->phone, in.phone));
    assert_true(slice_eq(row->nonce, in.nonce) && row->code_length == 6 && row->alive == 1);
    assert_slice(row->channel, "sms");
    assert_slice(row->locale, "ru");
    assert_true(row->created_us == in.now_us && row->ttl_us == 120 * US_PER_S);
}

static void the_earliest_go_first(void **state)
{
    struct world *world = *state;
    struct slice third = due_at(world, world->now + 3000);
    struct slice first = due_at(world, world->now + 1000);
    struct slice second = due_at(world, world->now + 2000);
    struct claim taken;

    world->now += 2500;
    taken = claim(world, 1);
    assert_true(taken.count == 1 && slice_eq(taken.challenges[0], first));
    assert_int_equal(taken.next_due_us, world->now + 500);
    taken = claim(world, 1);
    assert_true(taken.count == 1 && slice_eq(taken.challenges[0], second));
    assert_int_equal(claim(world, 1).count, 0);
    world->now += 500;
    taken = claim(world, 1);
    assert_true(taken.count == 1 && slice_eq(taken.challenges[0], third));
}

static void a_claimed_message_is_nobody_elses_until_its_lease_ends(void **state)
{
    struct world *world = *state;
    struct slice id = due_at(world, world->now);
    struct claim first = claim(world, 10);
    struct claim second;
    struct finish_message_in finish;

    assert_int_equal(first.count, 1);
    world->now += LEASE_US - 1;
    assert_int_equal(claim(world, 10).count, 0);
    world->now++;
    second = claim(world, 10);
    assert_true(second.count == 1 && slice_eq(second.challenges[0], id));
    assert_int_equal(second.attempts[0], 2);

    /* Who lost the lease has no say any more. */
    finish = finish_of(world, &first, 2);
    finish.text = SLICE_LIT("text");
    finish.code = SLICE_LIT("1234");
    assert_int_equal(RUN_IN(world, finish_message, &finish)->finished, 0);
    assert_null(RUN(world, list_handset, {.phone = SLICE_LIT("+70000000000")}));
    finish = finish_of(world, &second, 2);
    assert_int_equal(RUN_IN(world, finish_message, &finish)->finished, 1);
    world->now += 2 * LEASE_US;
    assert_int_equal(claim(world, 10).count, 0);
}

static void a_failed_message_is_due_again(void **state)
{
    struct world *world = *state;
    struct claim taken;
    struct finish_message_in finish;

    (void)due_at(world, world->now);
    taken = claim(world, 10);
    finish = finish_of(world, &taken, 0);
    finish.due_us = world->now + 2 * US_PER_S;
    assert_int_equal(RUN_IN(world, finish_message, &finish)->finished, 1);
    taken = claim(world, 10);
    assert_true(taken.count == 0 && taken.next_due_us == finish.due_us);
    world->now = finish.due_us;
    taken = claim(world, 10);
    assert_true(taken.count == 1 && taken.attempts[0] == 2);
    finish = finish_of(world, &taken, 3);
    assert_int_equal(RUN_IN(world, finish_message, &finish)->finished, 1);
    world->now += US_PER_HOUR;
    taken = claim(world, 10);
    assert_true(taken.count == 0 && taken.next_due_us == 0);
}

static void a_resend_is_a_message_of_its_own(void **state)
{
    struct world *world = *state;
    struct slice id = due_at(world, world->now);
    struct claim taken;

    assert_int_equal(claim(world, 10).count, 1);
    world->now += 30 * US_PER_S - 1;
    assert_int_equal(RUN(world, resend_code,
                         {.challenge_id = id,
                          .request_id = new_id(world),
                          .now_us = world->now,
                          .due_us = world->now,
                          .max_resends = 4,
                          .max_10min = 100,
                          .max_hour = 100,
                          .max_day = 100})
                         ->sent,
                     1);
    taken = claim(world, 10);
    assert_true(taken.count == 1 && taken.steps[0] == 1 && slice_eq(taken.challenges[0], id));
}

/* Claims the only message and tells whether its code is still of use. */
static bool message_lives(struct world *world)
{
    const struct claim_outbox_row *row;

    assert_int_equal(claim(world, 10).count, 1);
    row = STORE_ROW(&world->job, claim_outbox);
    assert_true(row->alive == 0 || !slice_is_absent(row->nonce));
    return row->alive == 1;
}

static void messages_of_dead_codes_are_told_as_such(void **state)
{
    struct world *world = *state;
    struct create_challenge_in in = code_for(world, new_phone(world));
    struct create_challenge_in newer;
    struct redeem_code_in guess;

    /* Expired while it waited. */
    (void)due_at(world, world->now);
    world->now += 120 * US_PER_S - 1;
    assert_true(message_lives(world));
    world->now += LEASE_US;
    assert_false(message_lives(world));
    world->now += US_PER_HOUR;
    (void)claim(world, 10);

    /* Used. */
    in = code_for(world, new_phone(world));
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    guess = guess_at(world, in.request_id);
    assert_true(RUN_IN(world, redeem_code, &guess)->session_id != 0);
    world->now = in.due_us;
    assert_false(message_lives(world));

    /* Superseded. */
    in = code_for(world, new_phone(world));
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    newer = code_for(world, in.phone);
    newer.requester = in.requester;
    newer.cooldown_us = 0;
    newer.due_us = in.due_us + LEASE_US;
    assert_int_equal(RUN_IN(world, create_challenge, &newer)->made, 1);
    world->now = in.due_us;
    assert_false(message_lives(world));
}

static void the_handset_keeps_what_was_delivered(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    static const char *const texts[] = {"first", "second", "third"};
    const struct list_handset_row *row;

    for (int i = 0; i < 3; i++) {
        struct create_challenge_in in = code_for(world, phone);
        struct claim taken;
        struct finish_message_in finish;

        in.due_us = world->now;
        in.cooldown_us = 0;
        assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
        taken = claim(world, 10);
        assert_int_equal(taken.count, 1);
        world->now += US_PER_S;
        finish = finish_of(world, &taken, 2);
        finish.text = slice_str(texts[i]);
        finish.code = SLICE_LIT("1234");
        assert_int_equal(RUN_IN(world, finish_message, &finish)->finished, 1);
        /* A second time finishes nothing and delivers nothing. */
        finish.now_us++;
        assert_int_equal(RUN_IN(world, finish_message, &finish)->finished, 0);
    }
    row = RUN(world, list_handset, {.phone = phone});
    assert_int_equal(world->job.row_count, 3);
    assert_slice(row->text, "third");
    assert_slice(row->code, "1234");
    assert_slice(row->channel, "sms");
    assert_slice(row->provider, "simulated");
    assert_true(row->sent_us == world->now - US_PER_S && row->delivered_us == world->now);
    assert_slice(ROW_AT(world, list_handset, 2)->text, "first");
    assert_null(RUN(world, list_handset, {.phone = new_phone(world)}));
    /* Without a number: everybody's, newest first. */
    row = RUN(world, list_handset, {.phone = SLICE_ABSENT});
    assert_slice(row->text, "third");
    assert_true(world->job.row_count >= 3);
}

static void an_erased_persons_messages_are_gone(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct create_challenge_in in = code_for(world, anna.phone);
    struct claim taken;
    struct finish_message_in finish;

    world->now += US_PER_S;
    while (claim(world, 10).count > 0)
        continue;
    in.due_us = world->now;
    in.cooldown_us = 0;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    taken = claim(world, 10);
    finish = finish_of(world, &taken, 2);
    finish.text = SLICE_LIT("text");
    finish.code = SLICE_LIT("1234");
    assert_int_equal(RUN_IN(world, finish_message, &finish)->finished, 1);
    in = code_for(world, anna.phone);
    in.due_us = world->now;
    in.cooldown_us = 0;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);

    assert_int_equal(
        RUN(world, erase_account, {CALLER(world, anna), .caller_id = anna.account_id})->erased, 1);
    assert_int_equal(claim(world, 10).count, 0);
    assert_null(RUN(world, list_handset, {.phone = anna.phone}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_message_waits_until_it_is_due),
        TEST(a_claim_brings_what_sending_needs),
        TEST(the_earliest_go_first),
        TEST(a_claimed_message_is_nobody_elses_until_its_lease_ends),
        TEST(a_failed_message_is_due_again),
        TEST(a_resend_is_a_message_of_its_own),
        TEST(messages_of_dead_codes_are_told_as_such),
        TEST(the_handset_keeps_what_was_delivered),
        TEST(an_erased_persons_messages_are_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
