/* update_person: what a change may ask for: that the number is the person's own, or that an invite
 * code was not activated before. */
#include "store_test.h"

static struct update_person_in change_of(struct world *world, struct person person)
{
    return (struct update_person_in){.session_id = person.session_id,
                                     .caller_id = person.account_id,
                                     .account_id = person.account_id,
                                     .most = 10,
                                     .now_us = world->now,
                                     .request_id = new_id(world),
                                     .set_city = 1,
                                     .city = new_word(world)};
}

/* Did the change happen? */
static bool runs(struct world *world, const struct update_person_in *in)
{
    const struct update_person_row *row = RUN_IN(world, update_person, in);

    assert_int_equal(row->auth, 1);
    return slice_eq(row->account.city, in->city);
}

static void a_number_must_be_their_own(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct update_person_in in = change_of(world, anna);
    const struct update_person_row *row;

    in.own_phone = anna.phone;
    assert_true(runs(world, &in));
    in = change_of(world, anna);
    in.invite_given = boris.invite_code;
    for (int i = 0; i < 2; i++) {
        in.own_phone = i == 0 ? boris.phone : new_phone(world);
        assert_false(runs(world, &in));
        row = STORE_ROW(&world->job, update_person);
        assert_true(row->activated == 0 && row->invited_by == 0);
        assert_true(slice_eq(row->account.phone, anna.phone));
    }
    in.own_phone = anna.phone;
    assert_true(runs(world, &in));
    assert_int_equal(STORE_ROW(&world->job, update_person)->activated, 1);
}

/* A change to `phone` with a guess at the code that a dialect has sent to it. */
static struct update_person_in move_to(struct world *world, struct person person,
                                       struct slice phone, bool is_right)
{
    struct create_challenge_in code = code_for(world, phone);
    struct update_person_in in = change_of(world, person);

    code.purpose = 3;
    code.cooldown_us = 0;
    assert_int_equal(RUN_IN(world, create_challenge, &code)->made, 1);
    in.own_phone = phone;
    in.mac = is_right ? right_mac(world, code.request_id) : WRONG_MAC;
    in.guess_hour = 10;
    in.guess_day = 20;
    return in;
}

static void a_proven_number_becomes_theirs_once(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice phone = new_phone(world);
    struct update_person_in in = move_to(world, anna, phone, true);
    const struct update_person_row *row;

    for (int i = 0; i < 2; i++) {
        assert_true(runs(world, &in));
        row = STORE_ROW(&world->job, update_person);
        assert_true(slice_eq(row->account.phone, phone) && row->taken == 0);
        assert_int_equal(row->challenge_state.redeemed, 1);
    }
    assert_int_equal(count_audit(world, anna, "phone_change"), 1);
    /* The code is used: not by another change, nor for somebody else. */
    in = change_of(world, new_person(world));
    in.own_phone = phone;
    in.mac = WRONG_MAC;
    assert_false(runs(world, &in));
    assert_int_equal(STORE_ROW(&world->job, update_person)->taken, 1);
}

static void a_number_is_not_theirs_by_a_wrong_code_or_if_it_is_somebodys(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct update_person_in in = move_to(world, anna, new_phone(world), false);
    const struct update_person_row *row;

    for (int i = 0; i < 2; i++) {
        assert_false(runs(world, &in));
        row = STORE_ROW(&world->job, update_person);
        assert_true(row->found == 1 && row->challenge_state.tried == 1);
        assert_int_equal(row->challenge_state.attempts_left, 2);
    }
    in = move_to(world, anna, boris.phone, true);
    assert_false(runs(world, &in));
    row = STORE_ROW(&world->job, update_person);
    assert_true(row->taken == 1 && slice_eq(row->account.phone, anna.phone));
    assert_int_equal(count_audit(world, anna, "phone_change"), 0);
    assert_int_equal(count_audit(world, boris, "phone_change"), 0);
}

/* Without a code only where everything is open. */
static void an_open_door_asks_for_no_code(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct update_person_in in = change_of(world, anna);

    in.session_id = in.caller_id = 0;
    in.is_open = 1;
    in.own_phone = boris.phone;
    assert_false(runs(world, &in));
    in.own_phone = new_phone(world);
    in.mac = WRONG_MAC;
    assert_false(runs(world, &in));
    in.mac = SLICE_ABSENT;
    assert_true(runs(world, &in));
}

static void a_code_may_be_asked_for_once(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct update_person_in in = change_of(world, anna);

    in.once = 1;
    in.invite_given = boris.invite_code;
    /* The same request may come again. */
    for (int i = 0; i < 3; i++) {
        assert_true(runs(world, &in));
        assert_int_equal(STORE_ROW(&world->job, update_person)->activated, 1);
    }
    /* Another is refused, with whatever comes beside the code. */
    in = change_of(world, anna);
    in.once = 1;
    in.invite_given = boris.invite_code;
    assert_false(runs(world, &in));
    assert_int_equal(STORE_ROW(&world->job, update_person)->activated, 0);
    in.once = 0;
    assert_true(runs(world, &in));
    /* Nothing is asked of a change without a code. */
    in = change_of(world, anna);
    in.once = 1;
    assert_true(runs(world, &in));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_number_must_be_their_own),
        TEST(a_proven_number_becomes_theirs_once),
        TEST(a_number_is_not_theirs_by_a_wrong_code_or_if_it_is_somebodys),
        TEST(an_open_door_asks_for_no_code),
        TEST(a_code_may_be_asked_for_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
