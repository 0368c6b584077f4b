/* Two hundred at once: each promise of "exactly one" holds, whoever comes first. */
#include "store_test.h"

#define CROWD 200
#define RING_ROUNDS 10
#define RING_MAX 6

static void give_arenas(struct world *world, struct store_job *jobs, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        jobs[i].arena = world_arena(world);
}

static void all_done(const struct store_job *jobs, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(jobs[i].result, STORE_DONE);
}

static void redeem_at_once(struct world *world, struct redeem_code_in *ins, struct store_job *jobs)
{
    give_arenas(world, jobs, CROWD);
    for (unsigned i = 0; i < CROWD; i++) {
        jobs[i].script = &script_redeem_code;
        jobs[i].in = &ins[i];
    }
    crowd_run(world, jobs, CROWD);
    all_done(jobs, CROWD);
}

static void one_code_opens_one_session(void **state)
{
    struct world *world = *state;
    struct slice id = send_code(world, new_phone(world));
    struct redeem_code_in ins[CROWD];
    struct store_job jobs[CROWD] = {0};
    struct person anna = {0};
    unsigned winners = 0;

    for (unsigned i = 0; i < CROWD; i++)
        ins[i] = guess_at(world, id);
    redeem_at_once(world, ins, jobs);
    for (unsigned i = 0; i < CROWD; i++) {
        const struct redeem_code_row *row = STORE_ROW(&jobs[i], redeem_code);

        if (row->session_id == 0) {
            assert_int_equal(row->challenge_state.redeemed, 2);
            continue;
        }
        assert_int_equal(row->challenge_state.redeemed, 1);
        anna = (struct person){.account_id = row->account.id, .session_id = row->session_id};
        winners++;
    }
    assert_int_equal(winners, 1);
    assert_int_equal(count_sessions(world, anna), 1);
}

static void guesses_are_counted_one_by_one(void **state)
{
    struct world *world = *state;
    struct slice id = send_code(world, new_phone(world));
    struct redeem_code_in ins[CROWD];
    struct store_job jobs[CROWD] = {0};
    unsigned tried = 0;

    for (unsigned i = 0; i < CROWD; i++) {
        ins[i] = guess_at(world, id);
        ins[i].mac = WRONG_MAC;
    }
    redeem_at_once(world, ins, jobs);
    for (unsigned i = 0; i < CROWD; i++)
        tried += STORE_ROW(&jobs[i], redeem_code)->challenge_state.tried == 1;
    assert_int_equal(tried, 3);
}

static void one_request_sent_often_is_done_once(void **state)
{
    struct world *world = *state;
    struct redeem_code_in ins[CROWD];
    struct store_job jobs[CROWD] = {0};
    const struct redeem_code_row *first;

    ins[0] = guess_at(world, send_code(world, new_phone(world)));
    ins[0].idempotent = 1;
    for (unsigned i = 1; i < CROWD; i++)
        ins[i] = ins[0];
    redeem_at_once(world, ins, jobs);
    first = STORE_ROW(&jobs[0], redeem_code);
    assert_true(first->session_id != 0);
    for (unsigned i = 0; i < CROWD; i++)
        assert_int_equal(STORE_ROW(&jobs[i], redeem_code)->session_id, first->session_id);
}

static void one_number_gets_one_account(void **state)
{
    struct world *world = *state;
    struct slice phone = new_phone(world);
    struct redeem_code_in ins[CROWD];
    struct store_job jobs[CROWD] = {0};
    struct person anna = {0};
    unsigned firsts = 0;

    for (unsigned i = 0; i < CROWD; i++) {
        ins[i] = guess_at(world, send_code(world, phone));
        ins[i].session_max = 1000;
    }
    redeem_at_once(world, ins, jobs);
    for (unsigned i = 0; i < CROWD; i++) {
        const struct redeem_code_row *row = STORE_ROW(&jobs[i], redeem_code);

        assert_true(row->session_id != 0);
        if (i == 0)
            anna = (struct person){.account_id = row->account.id, .session_id = row->session_id};
        assert_int_equal(row->account.id, anna.account_id);
        firsts += row->is_first == 1;
    }
    assert_int_equal(firsts, 1);
    assert_int_equal(count_sessions(world, anna), CROWD);
}

/* `count` people who signed in at once. */
static void many_people(struct world *world, struct person *people, unsigned count)
{
    struct create_challenge_in codes[CROWD];
    struct redeem_code_in ins[CROWD];
    struct store_job jobs[CROWD] = {0};

    assert_true(count <= CROWD);
    give_arenas(world, jobs, count);
    for (unsigned i = 0; i < count; i++) {
        codes[i] = code_for(world, new_phone(world));
        jobs[i].script = &script_create_challenge;
        jobs[i].in = &codes[i];
    }
    crowd_run(world, jobs, count);
    all_done(jobs, count);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(STORE_ROW(&jobs[i], create_challenge)->made, 1);
        ins[i] = guess_at(world, codes[i].request_id);
        jobs[i].script = &script_redeem_code;
        jobs[i].in = &ins[i];
    }
    crowd_run(world, jobs, count);
    all_done(jobs, count);
    for (unsigned i = 0; i < count; i++) {
        const struct redeem_code_row *row = STORE_ROW(&jobs[i], redeem_code);

        assert_true(row->session_id != 0);
        people[i] = (struct person){.account_id = row->account.id,
                                    .session_id = row->session_id,
                                    .seed = row->session_seed,
                                    .invite_code = row->account.invite_code};
    }
}

static void one_invitee_has_one_inviter(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person inviters[CROWD];
    struct activate_invite_in ins[CROWD];
    struct store_job jobs[CROWD] = {0};
    int64_t winner = 0;

    many_people(world, inviters, CROWD);
    give_arenas(world, jobs, CROWD);
    for (unsigned i = 0; i < CROWD; i++) {
        ins[i] = (struct activate_invite_in){CALLER(world, anna), .request_id = new_id(world),
                                             .invite_given = inviters[i].invite_code};
        jobs[i].script = &script_activate_invite;
        jobs[i].in = &ins[i];
    }
    crowd_run(world, jobs, CROWD);
    all_done(jobs, CROWD);
    for (unsigned i = 0; i < CROWD; i++) {
        const struct activate_invite_row *row = STORE_ROW(&jobs[i], activate_invite);

        if (row->activated != 1)
            continue;
        assert_int_equal(winner, 0);
        winner = inviters[i].account_id;
    }
    assert_true(winner != 0);
    for (unsigned i = 0; i < CROWD; i++)
        assert_int_equal(STORE_ROW(&jobs[i], activate_invite)->invited_by, winner);
}

/* Who invited people[at], by index; `count` when nobody did. */
static unsigned inviter_of(struct world *world, const struct person *people, unsigned count,
                           unsigned at)
{
    struct slice code = RUN(world, read_account, {CALLER(world, people[at])})->account.inviter_code;
    unsigned inviter = 0;

    while (inviter < count && !slice_eq(people[inviter].invite_code, code))
        inviter++;
    return inviter;
}

static void check_no_ring(struct world *world, const struct person *people, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned at = i;
        unsigned steps = 0;

        while (at < count) {
            at = inviter_of(world, people, count, at);
            assert_true(steps++ <= count);
        }
    }
}

static void close_ring(struct world *world, const struct person *people, unsigned length)
{
    struct activate_invite_in ins[RING_MAX];
    struct store_job jobs[RING_MAX] = {0};
    unsigned activated = 0;

    give_arenas(world, jobs, length);
    for (unsigned i = 0; i < length; i++) {
        ins[i] = (struct activate_invite_in){CALLER(world, people[i]), .request_id = new_id(world),
                                             .invite_given = people[(i + 1) % length].invite_code,
                                             .refuse_cycles = 1};
        jobs[i].script = &script_activate_invite;
        jobs[i].in = &ins[i];
    }
    crowd_run(world, jobs, length);
    all_done(jobs, length);
    for (unsigned i = 0; i < length; i++)
        activated += STORE_ROW(&jobs[i], activate_invite)->activated == 1;
    /* All but the one that would have closed it. */
    assert_int_equal(activated, length - 1);
    check_no_ring(world, people, length);
}

static void rings_never_close(void **state)
{
    struct world *world = *state;

    for (unsigned length = 2; length <= RING_MAX; length++) {
        struct person people[RING_ROUNDS * RING_MAX];

        many_people(world, people, RING_ROUNDS * length);
        for (unsigned round = 0; round < RING_ROUNDS; round++)
            close_ring(world, people + round * length, length);
    }
}

static void one_token_moves_on_one_step(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct refresh_session_in ins[CROWD];
    struct store_job jobs[CROWD] = {0};

    give_arenas(world, jobs, CROWD);
    for (int64_t generation = 0; generation < 2; generation++) {
        for (unsigned i = 0; i < CROWD; i++) {
            ins[i] = (struct refresh_session_in){.session_id = anna.session_id,
                                                 .seed = anna.seed,
                                                 .generation = generation,
                                                 .now_us = world->now,
                                                 .grace_us = 30 * US_PER_S,
                                                 .expires_us = world->now + US_PER_DAY};
            jobs[i].script = &script_refresh_session;
            jobs[i].in = &ins[i];
        }
        crowd_run(world, jobs, CROWD);
        all_done(jobs, CROWD);
        for (unsigned i = 0; i < CROWD; i++) {
            const struct refresh_session_row *row = STORE_ROW(&jobs[i], refresh_session);

            assert_true(row->state == 1 && row->generation == generation + 1);
        }
    }
}

static void one_message_is_claimed_by_one(void **state)
{
    struct world *world = *state;
    struct slice ids[CROWD];
    struct claim_outbox_in ins[CROWD];
    struct store_job jobs[CROWD] = {0};
    unsigned claimed = 0;

    for (unsigned i = 0; i < 20; i++)
        (void)send_code(world, new_phone(world));
    world->now += 2 * US_PER_S;
    give_arenas(world, jobs, CROWD);
    for (unsigned i = 0; i < CROWD; i++) {
        ids[i] = new_id(world);
        ins[i] = (struct claim_outbox_in){
            .request_id = ids[i], .now_us = world->now, .lease_us = US_PER_MINUTE, .most = 3};
        jobs[i].script = &script_claim_outbox;
        jobs[i].in = &ins[i];
    }
    crowd_run(world, jobs, CROWD);
    all_done(jobs, CROWD);
    for (unsigned i = 0; i < CROWD; i++)
        for (unsigned n = 0; n < jobs[i].row_count; n++)
            claimed += !slice_is_absent(STORE_ROW_AT(&jobs[i], claim_outbox, n)->challenge_id);
    assert_int_equal(claimed, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_code_opens_one_session),          TEST(guesses_are_counted_one_by_one),
        TEST(one_request_sent_often_is_done_once), TEST(one_number_gets_one_account),
        TEST(one_invitee_has_one_inviter),         TEST(rings_never_close),
        TEST(one_token_moves_on_one_step),         TEST(one_message_is_claimed_by_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
