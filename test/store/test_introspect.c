/* introspect_token and revoke_token. */
#include "store_test.h"

static const struct introspect_token_row *by_access(struct world *world, struct person person)
{
    return RUN(
        world, introspect_token,
        {.session_id = person.session_id, .account_id = person.account_id, .now_us = world->now});
}

static const struct introspect_token_row *by_refresh(struct world *world, struct person person)
{
    return RUN(world, introspect_token,
               {.session_id = person.session_id, .seed = person.seed, .now_us = world->now});
}

static void a_living_session_is_found(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person wrong = anna;

    assert_int_equal(by_access(world, anna)->account_id, anna.account_id);
    assert_slice(by_refresh(world, anna)->role, "user");
    wrong.account_id = boris.account_id;
    wrong.seed = boris.seed;
    assert_null(by_access(world, wrong));
    assert_null(by_refresh(world, wrong));
    wrong.account_id = 0;
    wrong.seed = SLICE_ABSENT;
    assert_null(by_access(world, wrong));
    assert_null(by_refresh(world, wrong));
}

static void an_expired_or_disabled_one_is_not(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    int64_t expires_us = by_access(world, anna)->expires_us;

    (void)RUN(world, set_account,
              {.account_id = boris.account_id, .disable = 1, .now_us = world->now});
    assert_null(by_access(world, boris));
    world->now = expires_us - 1;
    assert_non_null(by_access(world, anna));
    world->now = expires_us;
    assert_null(by_access(world, anna));
    assert_null(by_refresh(world, anna));
}

static int64_t end_by(struct world *world, struct person person, bool by_seed)
{
    return RUN(world, revoke_token,
               {.session_id = person.session_id,
                .account_id = by_seed ? 0 : person.account_id,
                .seed = by_seed ? person.seed : SLICE_ABSENT,
                .now_us = world->now,
                .address = SLICE_LIT("192.0.2.1"),
                .detail = SLICE_LIT("{}")})
        ->ended;
}

static void a_session_ends_once(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person again;

    world->now += US_PER_MINUTE;
    again = sign_in(world, anna.phone);
    assert_int_equal(end_by(world, anna, false), 1);
    assert_int_equal(end_by(world, anna, false), 0);
    assert_null(by_access(world, anna));
    assert_non_null(by_access(world, again));
    assert_int_equal(count_audit(world, again, "session_end"), 1);
    world->now += US_PER_MINUTE;
    anna = sign_in(world, anna.phone);
    assert_int_equal(end_by(world, again, true), 1);
    assert_null(by_refresh(world, again));
    assert_int_equal(count_audit(world, anna, "session_end"), 2);
}

static void another_token_ends_nothing(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person wrong = anna;

    wrong.account_id = new_person(world).account_id;
    wrong.seed = new_id(world);
    assert_int_equal(end_by(world, wrong, false), 0);
    assert_int_equal(end_by(world, wrong, true), 0);
    assert_non_null(by_access(world, anna));
    assert_int_equal(count_audit(world, anna, "session_end"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_living_session_is_found),
        TEST(an_expired_or_disabled_one_is_not),
        TEST(a_session_ends_once),
        TEST(another_token_ends_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
