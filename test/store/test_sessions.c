/* refresh_session, list_sessions, end_sessions. */
#include "store_test.h"

#define GRACE_US (30 * US_PER_S)

static struct refresh_session_in refresh_of(struct world *world, struct person person,
                                            int64_t generation)
{
    return (struct refresh_session_in){
        .session_id = person.session_id,
        .seed = person.seed,
        .generation = generation,
        .now_us = world->now,
        .grace_us = GRACE_US,
        .expires_us = world->now + 30 * US_PER_DAY,
        .address = SLICE_LIT("198.51.100.7"),
    };
}

static const struct refresh_session_row *refresh(struct world *world, struct person person,
                                                 int64_t generation)
{
    struct refresh_session_in in = refresh_of(world, person, generation);

    return RUN_IN(world, refresh_session, &in);
}

static void each_token_gives_the_next(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);

    for (int64_t generation = 0; generation < 5; generation++) {
        const struct refresh_session_row *row = refresh(world, anna, generation);

        assert_true(row->state == 1 && row->disabled == 0);
        assert_int_equal(row->generation, generation + 1);
        assert_int_equal(row->account_id, anna.account_id);
        assert_slice(row->role, "user");
        world->now += US_PER_HOUR;
    }
}

static void a_refresh_prolongs_and_is_shown(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    const struct list_sessions_row *row;

    world->now += 29 * US_PER_DAY;
    assert_int_equal(refresh(world, anna, 0)->state, 1);
    row = RUN(world, list_sessions, {CALLER(world, anna)});
    assert_true(row->used_us == world->now && row->expires_us == world->now + 30 * US_PER_DAY);
    assert_slice(row->address, "198.51.100.7");
    assert_slice(row->device_name, "test device");
    assert_slice(row->user_agent, "test agent");
}

static void the_grace_is_exact(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person other = sign_in(world, anna.phone);
    int64_t moved_us = world->now;
    const struct refresh_session_row *row;

    assert_int_equal(refresh(world, anna, 0)->state, 1);
    world->now = moved_us + GRACE_US;
    row = refresh(world, anna, 0);
    /* The same successor, and nothing has moved on. */
    assert_true(row->state == 1 && row->generation == 1);
    world->now++;
    assert_int_equal(refresh(world, anna, 0)->state, 2);
    /* Reuse ends this session, so even its newest token is dead; no other session. */
    assert_null(refresh(world, anna, 1));
    assert_null(RUN(world, read_account, {CALLER(world, anna)}));
    assert_int_equal(refresh(world, other, 0)->state, 1);
    assert_int_equal(count_audit(world, other, "refresh_reuse"), 1);
}

static void a_token_two_steps_old_is_reuse_at_once(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person other = sign_in(world, anna.phone);

    assert_int_equal(refresh(world, anna, 0)->state, 1);
    assert_int_equal(refresh(world, anna, 1)->state, 1);
    assert_int_equal(refresh(world, anna, 0)->state, 2);
    assert_null(refresh(world, anna, 2));
    assert_int_equal(count_audit(world, other, "refresh_reuse"), 1);
    assert_int_equal(count_sessions(world, other), 1);
}

static void the_seed_must_fit(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct refresh_session_in in = refresh_of(world, anna, 0);

    in.seed = new_id(world);
    assert_null(RUN_IN(world, refresh_session, &in));
    in = refresh_of(world, anna, 0);
    in.session_id = anna.session_id + 1000;
    assert_null(RUN_IN(world, refresh_session, &in));
    /* A generation that never was: no successor, and no harm. */
    assert_true(refresh(world, anna, 7)->state != 1);
    assert_int_equal(refresh(world, anna, 0)->state, 1);
}

static void a_session_expires(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);

    world->now += 30 * US_PER_DAY;
    assert_int_equal(refresh(world, anna, 0)->state, 3);
    assert_null(RUN(world, read_account, {CALLER(world, anna)}));
    world->now--;
    assert_non_null(RUN(world, read_account, {CALLER(world, anna)}));
    assert_int_equal(refresh(world, anna, 0)->state, 1);
}

static void a_disabled_account_is_not_refreshed(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct redeem_code_in in = guess_at(world, send_code(world, anna.phone));
    const struct refresh_session_row *row;

    (void)RUN_IN(world, redeem_code, &in);
    (void)RUN(world, set_account,
              {.account_id = anna.account_id, .disable = 1, .now_us = world->now});
    row = refresh(world, anna, 0);
    assert_true(row == NULL || (row->state != 1 && row->disabled == 1));
}

static void a_role_shows_at_the_next_refresh(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);

    (void)RUN(world, set_account,
              {.account_id = anna.account_id,
               .role = SLICE_LIT("admin"),
               .disable = -1,
               .now_us = world->now});
    assert_slice(refresh(world, anna, 0)->role, "admin");
}

static void sessions_are_listed_newest_first(void **state)
{
    struct world *world = *state;
    struct person first = new_person(world);
    struct person second;
    struct person third;

    world->now += US_PER_S;
    second = sign_in(world, first.phone);
    third = sign_in(world, first.phone);
    assert_int_equal(count_sessions(world, first), 3);
    assert_int_equal(ROW_AT(world, list_sessions, 0)->id, third.session_id);
    assert_int_equal(ROW_AT(world, list_sessions, 1)->id, second.session_id);
    assert_int_equal(ROW_AT(world, list_sessions, 2)->id, first.session_id);
    /* Expired ones are not. */
    world->now += 30 * US_PER_DAY - 1;
    assert_int_equal(count_sessions(world, third), 2);
    /* Nobody else's, and nothing without a session. */
    assert_int_equal(count_sessions(world, new_person(world)), 1);
    third.account_id++;
    assert_null(RUN(world, list_sessions, {CALLER(world, third)}));
}

static const struct end_sessions_row *end(struct world *world, struct person person,
                                          int64_t target_id)
{
    return RUN(world, end_sessions, {CALLER(world, person), .target_id = target_id});
}

static void one_session_is_ended(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person other = sign_in(world, anna.phone);
    const struct end_sessions_row *row = end(world, anna, other.session_id);

    assert_true(row->auth == 1 && row->found == 1);
    assert_null(RUN(world, read_account, {CALLER(world, other)}));
    assert_null(refresh(world, other, 0));
    row = end(world, anna, other.session_id);
    assert_true(row->auth == 1 && row->found == 0);
    assert_int_equal(count_audit(world, anna, "session_end"), 1);
    /* One's own: signing out. */
    row = end(world, anna, anna.session_id);
    assert_true(row->auth == 1 && row->found == 1);
    assert_int_equal(end(world, anna, anna.session_id)->auth, 0);
}

static void all_others_are_ended(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person stranger = new_person(world);
    const struct end_sessions_row *row;

    (void)sign_in(world, anna.phone);
    (void)sign_in(world, anna.phone);
    row = end(world, anna, 0);
    assert_true(row->auth == 1 && row->found == 2);
    assert_int_equal(count_sessions(world, anna), 1);
    assert_int_equal(count_audit(world, anna, "session_end"), 2);
    assert_int_equal(end(world, anna, 0)->found, 0);
    assert_int_equal(count_sessions(world, stranger), 1);
}

static void nobody_ends_a_strangers_session(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person thief = {.account_id = anna.account_id, .session_id = boris.session_id};
    const struct end_sessions_row *row = end(world, boris, anna.session_id);

    assert_true(row->auth == 1 && row->found == 0);
    assert_int_equal(end(world, thief, anna.session_id)->auth, 0);
    assert_int_equal(end(world, thief, 0)->auth, 0);
    assert_int_equal(count_sessions(world, anna), 1);
    assert_int_equal(count_audit(world, anna, "session_end"), 0);
}

static void an_id_never_comes_back(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person next;

    assert_int_equal(end(world, anna, anna.session_id)->found, 1);
    next = sign_in(world, anna.phone);
    assert_true(next.session_id > anna.session_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_token_gives_the_next),
        TEST(a_refresh_prolongs_and_is_shown),
        TEST(the_grace_is_exact),
        TEST(a_token_two_steps_old_is_reuse_at_once),
        TEST(the_seed_must_fit),
        TEST(a_session_expires),
        TEST(a_disabled_account_is_not_refreshed),
        TEST(a_role_shows_at_the_next_refresh),
        TEST(sessions_are_listed_newest_first),
        TEST(one_session_is_ended),
        TEST(all_others_are_ended),
        TEST(nobody_ends_a_strangers_session),
        TEST(an_id_never_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
