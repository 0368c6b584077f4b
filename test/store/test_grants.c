/* create_grant, exchange_grant: hosted sign-in. */
#include "store_test.h"

#define LIFE_US US_PER_MINUTE
#define CHALLENGE SLICE_LIT("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
#define OTHER SLICE_LIT("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN")

static struct slice grant(struct world *world, struct person person, struct slice challenge)
{
    struct slice hash = new_id(world);

    assert_int_equal(
        RUN(world, create_grant,
            {CALLER(world, person), .hash = hash, .host = SLICE_LIT("shop.example"),
             .code_challenge = challenge, .expires_us = world->now + LIFE_US, .most = 3})
            ->auth,
        1);
    return hash;
}

static struct exchange_grant_in exchange_of(struct world *world, struct slice hash,
                                            struct slice challenge)
{
    return (struct exchange_grant_in){
        .hash = hash,
        .code_challenge = challenge,
        .request_id = new_id(world),
        .now_us = world->now,
        .user_agent = SLICE_LIT("shop/1"),
        .address = SLICE_LIT("192.0.2.1"),
        .expires_us = world->now + US_PER_DAY,
        .session_max = 50,
    };
}

static void a_grant_gives_one_session(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice hash = grant(world, anna, CHALLENGE);
    struct exchange_grant_in in = exchange_of(world, hash, CHALLENGE);
    const struct exchange_grant_row *row = RUN_IN(world, exchange_grant, &in);
    int64_t session_id = row->session_id;

    assert_true(row->used == 1 && row->matches == 1 && row->disabled == 0 && session_id != 0);
    assert_true(row->account.id == anna.account_id && slice_eq(row->account.phone, anna.phone));
    assert_true(slice_eq(row->session_seed, in.request_id) && row->session_us == world->now);
    assert_int_equal(count_sessions(world, anna), 2);
    assert_int_equal(count_audit(world, anna, "sign_in"), 2);
    /* The same request, run again, is the same. */
    row = RUN_IN(world, exchange_grant, &in);
    assert_true(row->used == 1 && row->session_id == session_id);
    assert_int_equal(count_sessions(world, anna), 2);
    assert_int_equal(count_audit(world, anna, "sign_in"), 2);
}

static void a_second_request_ends_the_session(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice hash = grant(world, anna, CHALLENGE);
    struct exchange_grant_in first = exchange_of(world, hash, CHALLENGE);
    struct exchange_grant_in second = exchange_of(world, hash, CHALLENGE);
    struct exchange_grant_in stranger = exchange_of(world, hash, OTHER);
    const struct exchange_grant_row *row;

    assert_true(RUN_IN(world, exchange_grant, &first)->session_id != 0);
    row = RUN_IN(world, exchange_grant, &stranger);
    assert_true(row->matches == 0 && row->session_id == 0);
    assert_int_equal(count_sessions(world, anna), 2);
    row = RUN_IN(world, exchange_grant, &second);
    assert_true(row->used == 2 && row->session_id == 0);
    assert_int_equal(count_sessions(world, anna), 1);
    assert_int_equal(count_audit(world, anna, "grant_reuse"), 1);
    /* Neither brings it back, run again. */
    row = RUN_IN(world, exchange_grant, &first);
    assert_true(row->used == 1 && row->session_id == 0);
    (void)RUN_IN(world, exchange_grant, &second);
    assert_int_equal(count_sessions(world, anna), 1);
    assert_int_equal(count_audit(world, anna, "grant_reuse"), 1);
}

/* A request that an engine runs again, because it could not learn the outcome. */
static void what_is_run_again_brings_no_session_back(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice hash = grant(world, anna, CHALLENGE);
    struct exchange_grant_in in = exchange_of(world, hash, CHALLENGE);
    const struct exchange_grant_row *row = RUN_IN(world, exchange_grant, &in);

    assert_int_equal(RUN(world, revoke_token,
                         {.session_id = row->session_id,
                          .seed = in.request_id,
                          .now_us = world->now,
                          .address = SLICE_LIT("192.0.2.1")})
                         ->ended,
                     1);
    row = RUN_IN(world, exchange_grant, &in);
    assert_true(row->used == 1 && row->session_id == 0);
    assert_int_equal(count_sessions(world, anna), 1);
    assert_int_equal(count_audit(world, anna, "sign_in"), 2);

    (void)RUN(world, set_account,
              {.account_id = anna.account_id, .disable = 1, .now_us = world->now});
    row = RUN_IN(world, exchange_grant, &in);
    assert_true(row->disabled == 1 && row->session_id == 0);
}

static void a_wrong_verifier_uses_nothing_up(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice hash = grant(world, anna, CHALLENGE);
    struct slice plain = grant(world, anna, SLICE_ABSENT);
    struct exchange_grant_in in = exchange_of(world, hash, OTHER);

    assert_int_equal(RUN_IN(world, exchange_grant, &in)->matches, 0);
    in = exchange_of(world, hash, SLICE_ABSENT);
    assert_int_equal(RUN_IN(world, exchange_grant, &in)->matches, 0);
    in = exchange_of(world, plain, CHALLENGE);
    assert_int_equal(RUN_IN(world, exchange_grant, &in)->matches, 0);
    in = exchange_of(world, hash, CHALLENGE);
    assert_true(RUN_IN(world, exchange_grant, &in)->session_id != 0);
    in = exchange_of(world, plain, SLICE_ABSENT);
    assert_true(RUN_IN(world, exchange_grant, &in)->session_id != 0);
    in = exchange_of(world, new_id(world), CHALLENGE);
    assert_null(RUN_IN(world, exchange_grant, &in));
}

static void a_grant_dies_with_its_time_and_its_session(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice hash = grant(world, anna, SLICE_ABSENT);
    struct exchange_grant_in in;
    const struct exchange_grant_row *row;

    world->now += LIFE_US;
    in = exchange_of(world, hash, SLICE_ABSENT);
    row = RUN_IN(world, exchange_grant, &in);
    assert_true(row->used == 0 && row->session_id == 0 && row->grant_expires_us == world->now);

    hash = grant(world, anna, SLICE_ABSENT);
    (void)RUN(world, end_sessions, {CALLER(world, anna), .target_id = anna.session_id});
    in = exchange_of(world, hash, SLICE_ABSENT);
    row = RUN_IN(world, exchange_grant, &in);
    assert_true(row->used == 0 && row->session_id == 0 && row->grant_expires_us > world->now);
    /* And without a session there is no grant. */
    hash = new_id(world);
    assert_int_equal(RUN(world, create_grant,
                         {CALLER(world, anna), .hash = hash, .host = SLICE_LIT("shop.example"),
                          .expires_us = world->now + LIFE_US, .most = 3})
                         ->auth,
                     0);
    in = exchange_of(world, hash, SLICE_ABSENT);
    assert_null(RUN_IN(world, exchange_grant, &in));
}

static void an_erased_persons_grants_are_gone(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice hash = grant(world, anna, SLICE_ABSENT);
    struct exchange_grant_in in = exchange_of(world, hash, SLICE_ABSENT);

    assert_int_equal(
        RUN(world, erase_account, {CALLER(world, anna), .caller_id = anna.account_id})->erased, 1);
    assert_null(RUN_IN(world, exchange_grant, &in));
}

static void the_newest_are_kept_and_for_an_hour(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice hashes[5];
    struct exchange_grant_in in;

    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        hashes[i] = grant(world, anna, SLICE_ABSENT);
        world->now++;
    }
    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        in = exchange_of(world, hashes[i], SLICE_ABSENT);
        assert_int_equal(RUN_IN(world, exchange_grant, &in) != NULL, i >= 2);
    }
    world->now += US_PER_HOUR;
    (void)RUN(world, sweep,
              {.holder = new_id(world), .now_us = world->now, .lease_us = 1, .most = 100000});
    in = exchange_of(world, hashes[4], SLICE_ABSENT);
    assert_null(RUN_IN(world, exchange_grant, &in));
}

static void a_session_too_many_ends_the_oldest(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice hash = grant(world, anna, SLICE_ABSENT);
    struct exchange_grant_in in = exchange_of(world, hash, SLICE_ABSENT);
    const struct exchange_grant_row *row;

    in.session_max = 1;
    row = RUN_IN(world, exchange_grant, &in);
    assert_true(row->session_id != 0);
    assert_null(RUN(world, read_account, {CALLER(world, anna)}));
}

static void one_of_many_gets_the_session(void **state)
{
    enum { MANY = 200 };
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice hash = grant(world, anna, CHALLENGE);
    struct exchange_grant_in *ins = calloc(MANY, sizeof(*ins));
    struct store_job *jobs = calloc(MANY, sizeof(*jobs));
    unsigned got = 0;

    assert_true(ins != NULL && jobs != NULL);
    for (unsigned i = 0; i < MANY; i++) {
        ins[i] = exchange_of(world, hash, CHALLENGE);
        jobs[i] = (struct store_job){
            .script = &script_exchange_grant, .in = &ins[i], .arena = world_arena(world)};
    }
    crowd_run(world, jobs, MANY);
    for (unsigned i = 0; i < MANY; i++) {
        assert_int_equal(jobs[i].result, STORE_DONE);
        got += STORE_ROW(&jobs[i], exchange_grant)->session_id != 0;
    }
    assert_int_equal(got, 1);
    assert_int_equal(count_sessions(world, anna), 1);
    assert_int_equal(count_audit(world, anna, "grant_reuse"), 1);
    free(jobs);
    free(ins);
}

/* Somebody signs in here and at a site at once: each counts the session of the other. */
static void sign_ins_of_both_kinds_are_counted_together(void **state)
{
    enum { PEOPLE = 100 };
    struct world *world = *state;
    struct exchange_grant_in exchanges[PEOPLE];
    struct redeem_code_in guesses[PEOPLE];
    struct store_job jobs[2 * PEOPLE] = {0};

    for (unsigned i = 0; i < PEOPLE; i++) {
        struct person person = new_person(world);

        exchanges[i] = exchange_of(world, grant(world, person, CHALLENGE), CHALLENGE);
        exchanges[i].session_max = 2;
        guesses[i] = guess_at(world, send_code(world, person.phone));
        guesses[i].session_max = 2;
        jobs[2 * i] = (struct store_job){.script = &script_exchange_grant, .in = &exchanges[i]};
        jobs[2 * i + 1] = (struct store_job){.script = &script_redeem_code, .in = &guesses[i]};
    }
    for (unsigned i = 0; i < 2 * PEOPLE; i++)
        jobs[i].arena = world_arena(world);
    crowd_run(world, jobs, 2 * PEOPLE);
    for (unsigned i = 0; i < PEOPLE; i++) {
        const struct redeem_code_row *row = STORE_ROW(&jobs[2 * i + 1], redeem_code);
        struct person person = {.account_id = row->account.id, .session_id = row->session_id};

        assert_true(STORE_ROW(&jobs[2 * i], exchange_grant)->session_id != 0);
        assert_int_equal(count_sessions(world, person), 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_grant_gives_one_session),
        TEST(a_second_request_ends_the_session),
        TEST(what_is_run_again_brings_no_session_back),
        TEST(a_wrong_verifier_uses_nothing_up),
        TEST(a_grant_dies_with_its_time_and_its_session),
        TEST(an_erased_persons_grants_are_gone),
        TEST(the_newest_are_kept_and_for_an_hour),
        TEST(a_session_too_many_ends_the_oldest),
        TEST(one_of_many_gets_the_session),
        TEST(sign_ins_of_both_kinds_are_counted_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
