/* sweep, the signing keys, claim_setting and check_ready. */
#include "store_test.h"

#define LEASE_US (30 * US_PER_S)

static struct sweep_in sweep_by(struct world *world, struct slice holder)
{
    return (struct sweep_in){
        .holder = holder,
        .now_us = world->now,
        .lease_us = LEASE_US,
        .most = 1000,
        .session_from = 0,
        .session_to = INT64_MAX,
        .audit_before_us = world->now - 90 * US_PER_DAY,
        .outbox_before_us = world->now - 7 * US_PER_DAY,
    };
}

static void sweep_now(struct world *world, struct slice holder)
{
    struct sweep_in in = sweep_by(world, holder);

    assert_int_equal(RUN_IN(world, sweep, &in)->held, 1);
}

static bool challenge_exists(struct world *world, struct slice id)
{
    return RUN(world, resend_code,
               {.challenge_id = id, .request_id = new_id(world), .now_us = world->now}) != NULL;
}

static void one_node_sweeps_at_a_time(void **state)
{
    struct world *world = *state;
    struct slice one = new_id(world);
    struct slice other = new_id(world);
    struct slice id = send_code(world, new_phone(world));
    struct sweep_in in;

    world->now += US_PER_HOUR - LEASE_US;
    sweep_now(world, one);
    world->now += LEASE_US;
    assert_true(challenge_exists(world, id));
    in = sweep_by(world, other);
    assert_int_equal(RUN_IN(world, sweep, &in)->held, 0);
    assert_true(challenge_exists(world, id));
    /* The holder goes on; when it is gone, its lease ends. */
    sweep_now(world, one);
    assert_false(challenge_exists(world, id));
    world->now += LEASE_US + 1;
    sweep_now(world, other);
    in = sweep_by(world, one);
    assert_int_equal(RUN_IN(world, sweep, &in)->held, 0);
}

static const struct claim_outbox_row *claim(struct world *world)
{
    return RUN(world, claim_outbox,
               {.request_id = new_id(world), .now_us = world->now, .lease_us = 1, .most = 10});
}

static void an_expired_code_is_forgotten_before_its_challenge(void **state)
{
    struct world *world = *state;
    struct slice holder = new_id(world);
    struct create_challenge_in code = code_for(world, new_phone(world));
    const struct claim_outbox_row *row;

    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    world->now = code.expires_us;
    sweep_now(world, holder);
    row = claim(world);
    assert_true(slice_eq(row->challenge_id, code.request_id));
    assert_true(slice_is_absent(row->nonce) && row->alive == 0);

    world->now = code.now_us + US_PER_HOUR - 1;
    sweep_now(world, holder);
    assert_true(challenge_exists(world, code.request_id));
    world->now++;
    sweep_now(world, holder);
    assert_false(challenge_exists(world, code.request_id));
    /* Its message stays for those who ask what became of it, and goes in its own time. */
    world->now = code.now_us + 7 * US_PER_DAY;
    sweep_now(world, holder);
    row = claim(world);
    assert_true(slice_eq(row->challenge_id, code.request_id) && row->alive == 0);
    world->now++;
    sweep_now(world, holder);
    assert_true(slice_is_absent(claim(world)->challenge_id));
}

static void a_live_code_survives(void **state)
{
    struct world *world = *state;
    struct create_challenge_in code = code_for(world, new_phone(world));
    struct redeem_code_in guess;

    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    world->now = code.expires_us - 1;
    sweep_now(world, new_id(world));
    guess = guess_at(world, code.request_id);
    assert_true(RUN_IN(world, redeem_code, &guess)->session_id != 0);
}

static void the_ledger_lasts_a_day(void **state)
{
    struct world *world = *state;
    struct slice holder = new_id(world);
    struct create_challenge_in in = code_for(world, new_phone(world));
    int64_t sent_us = world->now;

    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    world->now = sent_us + US_PER_DAY - 1;
    sweep_now(world, holder);
    in = code_for(world, in.phone);
    in.max_day = 1;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 0);
    assert_int_equal(RUN_IN(world, create_challenge, &in)->last_sent_us, sent_us);
    world->now++;
    sweep_now(world, holder);
    in.max_day = 0;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->last_sent_us, 0);
}

static void first_replies_last_two_hours(void **state)
{
    struct world *world = *state;
    struct slice holder = new_id(world);
    struct create_challenge_in in = code_for(world, new_phone(world));

    in.idempotent = 1;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    world->now += 2 * US_PER_HOUR - 1;
    sweep_now(world, holder);
    in.fingerprint = SLICE_LIT("another");
    assert_slice(RUN_IN(world, create_challenge, &in)->first_fingerprint, "body");
    world->now++;
    sweep_now(world, holder);
    in.now_us = world->now;
    in.expires_us = world->now + 120 * US_PER_S;
    assert_slice(RUN_IN(world, create_challenge, &in)->first_fingerprint, "another");
}

static void deliver(struct world *world, struct slice phone)
{
    struct create_challenge_in in = code_for(world, phone);
    struct slice claim = new_id(world);

    in.due_us = in.now_us;
    in.cooldown_us = 0;
    assert_int_equal(RUN_IN(world, create_challenge, &in)->made, 1);
    (void)RUN(world, claim_outbox,
              {.request_id = claim, .now_us = world->now, .lease_us = 1, .most = 10});
    assert_int_equal(RUN(world, finish_message,
                         {.challenge_id = in.request_id,
                          .claimed_by = claim,
                          .now_us = world->now,
                          .state = 2,
                          .provider = SLICE_LIT("simulated"),
                          .text = SLICE_LIT("text"),
                          .code = SLICE_LIT("1234")})
                         ->finished,
                     1);
}

static void the_handset_keeps_a_day(void **state)
{
    struct world *world = *state;
    struct slice holder = new_id(world);
    struct slice phone = new_phone(world);
    int64_t first_us = world->now;

    deliver(world, phone);
    world->now += US_PER_S;
    deliver(world, phone);
    world->now = first_us + US_PER_DAY - 1;
    sweep_now(world, holder);
    (void)RUN(world, list_handset, {.phone = phone});
    assert_int_equal(world->job.row_count, 2);
    world->now++;
    sweep_now(world, holder);
    (void)RUN(world, list_handset, {.phone = phone});
    assert_int_equal(world->job.row_count, 1);
}

static void expired_sessions_go_in_stretches(void **state)
{
    struct world *world = *state;
    struct person first = new_person(world);
    struct person second = new_person(world);
    struct person fresh;
    struct sweep_in in;
    int64_t begin = first.session_id - 1;
    const struct refresh_session_row *row;

    world->now += 30 * US_PER_DAY;
    fresh = new_person(world);
    in = sweep_by(world, new_id(world));
    in.session_from = begin;
    in.session_to = first.session_id;
    assert_int_equal(RUN_IN(world, sweep, &in)->last_session_id, fresh.session_id);
    assert_int_equal(RUN(world, find_account, {.phone = first.phone})->sessions, 0);
    assert_int_equal(RUN(world, find_account, {.phone = second.phone})->sessions, 1);
    in.session_from = first.session_id;
    in.session_to = fresh.session_id + 100;
    (void)RUN_IN(world, sweep, &in);
    assert_int_equal(RUN(world, find_account, {.phone = second.phone})->sessions, 0);
    row = RUN(world, refresh_session,
              {.session_id = fresh.session_id,
               .seed = fresh.seed,
               .now_us = world->now,
               .expires_us = world->now + US_PER_DAY});
    assert_int_equal(row->state, 1);
}

static void old_audit_goes(void **state)
{
    struct world *world = *state;
    struct slice holder = new_id(world);
    struct person anna = new_person(world);
    struct person again;
    struct sweep_in in;

    world->now += 90 * US_PER_DAY;
    again = sign_in(world, anna.phone);
    in = sweep_by(world, holder);
    (void)RUN_IN(world, sweep, &in);
    /* Exactly as old as the limit: kept. */
    assert_int_equal(count_audit(world, again, "sign_in"), 2);
    in.audit_before_us++;
    (void)RUN_IN(world, sweep, &in);
    assert_int_equal(count_audit(world, again, "sign_in"), 1);
}

static void a_sweep_is_bounded(void **state)
{
    struct world *world = *state;
    struct slice ids[5];
    struct sweep_in in;

    for (int i = 0; i < 5; i++) {
        ids[i] = send_code(world, new_phone(world));
        world->now++;
    }
    world->now += 2 * US_PER_DAY;
    in = sweep_by(world, new_id(world));
    in.most = 2;
    for (int left = 5; left > 0; left = left > 2 ? left - 2 : 0) {
        int found = 0;

        for (int i = 0; i < 5; i++)
            found += challenge_exists(world, ids[i]);
        assert_int_equal(found, left);
        (void)RUN_IN(world, sweep, &in);
    }
    for (int i = 0; i < 5; i++)
        assert_false(challenge_exists(world, ids[i]));
}

static void a_sweep_tells_whether_more_is_left(void **state)
{
    struct world *world = *state;
    struct sweep_in in;

    for (int i = 0; i < 5; i++) {
        (void)send_code(world, new_phone(world));
        world->now++;
    }
    world->now += 2 * US_PER_DAY;
    in = sweep_by(world, new_id(world));
    in.most = 2;
    assert_int_equal(RUN_IN(world, sweep, &in)->more, 1);
    assert_int_equal(RUN_IN(world, sweep, &in)->more, 1);
    assert_int_equal(RUN_IN(world, sweep, &in)->more, 0);

    /* Codes to forget count; and who does not sweep is not told to go on. */
    (void)send_code(world, new_phone(world));
    world->now++;
    (void)send_code(world, new_phone(world));
    in.now_us = world->now += 120 * US_PER_S;
    in.most = 1;
    assert_int_equal(RUN_IN(world, sweep, &in)->more, 1);
    in.holder = new_id(world);
    assert_int_equal(RUN_IN(world, sweep, &in)->more, 0);
}

static void the_newest_time_is_what_happened_last_to_a_phone(void **state)
{
    struct world *world = *state;
    struct slice id;
    struct redeem_code_in guess;

    assert_true(RUN(world, latest_time, {0})->at_us < world->now);
    id = send_code(world, new_phone(world));
    assert_int_equal(RUN(world, latest_time, {0})->at_us, world->now);
    world->now += US_PER_S;
    guess = guess_at(world, id);
    guess.mac = WRONG_MAC;
    assert_int_equal(RUN_IN(world, redeem_code, &guess)->challenge_state.tried, 1);
    assert_int_equal(RUN(world, latest_time, {0})->at_us, world->now);
}

static struct add_signing_key_in key_at(struct world *world, int64_t active_us,
                                        int64_t newest_active_us)
{
    return (struct add_signing_key_in){
        .kid = new_word(world),
        .sealed = new_id(world),
        .now_us = world->now,
        .active_us = active_us,
        .retired_us = active_us + US_PER_DAY,
        .newest_active_us = newest_active_us,
    };
}

static void the_quicker_node_adds_the_key(void **state)
{
    struct world *world = *state;
    struct add_signing_key_in first = key_at(world, world->now, world->now - 1);
    struct add_signing_key_in second = key_at(world, world->now, world->now - 1);
    struct add_signing_key_in next = key_at(world, world->now + US_PER_HOUR, world->now);
    const struct list_signing_keys_row *row;

    assert_int_equal(RUN_IN(world, add_signing_key, &first)->added, 1);
    assert_int_equal(RUN_IN(world, add_signing_key, &second)->added, 0);
    /* The same again is there. */
    assert_int_equal(RUN_IN(world, add_signing_key, &first)->added, 1);
    assert_int_equal(RUN_IN(world, add_signing_key, &next)->added, 1);

    row = RUN(world, list_signing_keys, {.now_us = world->now});
    assert_int_equal(world->job.row_count, 2);
    assert_true(slice_eq(row->kid, first.kid) && slice_eq(row->sealed, first.sealed));
    assert_true(row->active_us == first.active_us && row->retired_us == first.retired_us);
    assert_true(slice_eq(ROW_AT(world, list_signing_keys, 1)->kid, next.kid));
}

static void retired_keys_go(void **state)
{
    struct world *world = *state;
    struct add_signing_key_in first = key_at(world, world->now, world->now - 1);
    struct add_signing_key_in next;
    const struct list_signing_keys_row *row;

    assert_int_equal(RUN_IN(world, add_signing_key, &first)->added, 1);
    world->now = first.retired_us - 1;
    assert_non_null(RUN(world, list_signing_keys, {.now_us = world->now}));
    world->now++;
    assert_null(RUN(world, list_signing_keys, {.now_us = world->now}));
    next = key_at(world, world->now, first.active_us);
    assert_int_equal(RUN_IN(world, add_signing_key, &next)->added, 1);
    row = RUN(world, list_signing_keys, {.now_us = 0});
    assert_int_equal(world->job.row_count, 1);
    assert_true(slice_eq(row->kid, next.kid));
}

/* Even when the next one comes so late that the one before it should be gone. */
static void the_key_that_signs_is_kept_until_the_next_one_does(void **state)
{
    struct world *world = *state;
    struct add_signing_key_in first = key_at(world, world->now, world->now - 1);
    struct add_signing_key_in next;
    const struct list_signing_keys_row *row;

    assert_int_equal(RUN_IN(world, add_signing_key, &first)->added, 1);
    world->now = first.retired_us;
    next = key_at(world, world->now + US_PER_HOUR, first.active_us);
    next.newest_until_us = next.active_us + US_PER_DAY;
    assert_int_equal(RUN_IN(world, add_signing_key, &next)->added, 1);
    row = RUN(world, list_signing_keys, {.now_us = next.newest_until_us - 1});
    assert_int_equal(world->job.row_count, 2);
    assert_true(slice_eq(row->kid, first.kid) && row->retired_us == next.newest_until_us);

    /* What is kept longer anyhow stays so. */
    first = key_at(world, next.active_us + US_PER_HOUR, next.active_us);
    first.newest_until_us = next.retired_us - 1;
    assert_int_equal(RUN_IN(world, add_signing_key, &first)->added, 1);
    (void)RUN(world, list_signing_keys, {.now_us = world->now});
    assert_int_equal(world->job.row_count, 3);
    row = ROW_AT(world, list_signing_keys, 1);
    assert_true(slice_eq(row->kid, next.kid) && row->retired_us == next.retired_us);
}

static void a_setting_is_claimed_once(void **state)
{
    struct world *world = *state;
    struct slice name = new_word(world);
    const struct claim_setting_row *row;

    row = RUN(world, claim_setting, {.name = name, .value = SLICE_LIT("first")});
    assert_slice(row->value, "first");
    row = RUN(world, claim_setting, {.name = name, .value = SLICE_LIT("second")});
    assert_slice(row->value, "first");
    row = RUN(world, claim_setting, {.name = new_word(world), .value = SLICE_LIT("second")});
    assert_slice(row->value, "second");
}

static void a_store_is_ready(void **state)
{
    struct world *world = *state;

    assert_int_equal(RUN(world, check_ready, {.now_us = world->now})->ready, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_node_sweeps_at_a_time),
        TEST(an_expired_code_is_forgotten_before_its_challenge),
        TEST(a_live_code_survives),
        TEST(the_ledger_lasts_a_day),
        TEST(first_replies_last_two_hours),
        TEST(the_handset_keeps_a_day),
        TEST(expired_sessions_go_in_stretches),
        TEST(old_audit_goes),
        TEST(a_sweep_is_bounded),
        TEST(a_sweep_tells_whether_more_is_left),
        TEST(the_newest_time_is_what_happened_last_to_a_phone),
        TEST(the_quicker_node_adds_the_key),
        TEST(retired_keys_go),
        TEST(the_key_that_signs_is_kept_until_the_next_one_does),
        TEST(a_setting_is_claimed_once),
        TEST(a_store_is_ready),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
