/* read_person, update_person and list_people: profiles for their persons and for administrators. */
#include "store_test.h"

/* A look at a person by somebody who is signed in. */
#define LOOK(world, caller, ...)                                                         \
    {                                                                                    \
        .session_id = (caller).session_id, .caller_id = (caller).account_id, .most = 10, \
        .now_us = (world)->now, __VA_ARGS__                                              \
    }

/* What is looked up by phone must not be found by the id that comes with it. */
#define NO_ID 999999999

static void set_role(struct world *world, struct person person, const char *role)
{
    assert_non_null(RUN(world, set_account,
                        {.account_id = person.account_id,
                         .role = slice_str(role),
                         .disable = -1,
                         .now_us = world->now}));
}

static struct person new_admin(struct world *world)
{
    struct person admin = new_person(world);

    set_role(world, admin, "admin");
    return admin;
}

static void erase(struct world *world, struct person person)
{
    assert_int_equal(RUN(world, erase_account,
                         {.is_open = 1, .account_id = person.account_id, .now_us = world->now})
                         ->erased,
                     1);
}

static void a_person_is_found_by_phone_or_id(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    const struct read_person_row *row;

    row = RUN(world, read_person, LOOK(world, anna, .phone = anna.phone, .account_id = NO_ID));
    assert_true(row->auth == 1 && row->account.id == anna.account_id);
    assert_true(slice_eq(row->account.phone, anna.phone));
    assert_true(slice_eq(row->account.invite_code, anna.invite_code));
    assert_true(slice_is_absent(row->account.inviter_code));
    assert_true(slice_is_absent(row->invitee_phone) && world->job.row_count == 1);
    row = RUN(world, read_person, LOOK(world, anna, .account_id = anna.account_id));
    assert_true(row->auth == 1 && row->account.id == anna.account_id);
    assert_true(slice_eq(row->account.phone, anna.phone));
}

static void invitees_come_newest_first(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person invitees[4];
    const struct read_person_row *row;

    for (unsigned i = 0; i < ARRAY_LEN(invitees); i++) {
        invitees[i] = new_person(world);
        world->now += US_PER_S;
        assert_int_equal(activate(world, invitees[i], anna.invite_code, false)->activated, 1);
    }
    erase(world, invitees[2]);
    (void)RUN(world, read_person, LOOK(world, anna, .phone = anna.phone));
    assert_int_equal(world->job.row_count, 4);
    for (unsigned i = 0; i < 4; i++) {
        row = ROW_AT(world, read_person, i);
        assert_true(row->auth == 1 && row->account.id == anna.account_id);
        if (i == 1)
            assert_true(slice_is_absent(row->invitee_phone));
        else
            assert_true(slice_eq(row->invitee_phone, invitees[3 - i].phone));
    }
    /* As many as asked for. */
    row = RUN(world, read_person,
              {.is_open = 1, .phone = anna.phone, .most = 3, .now_us = world->now});
    assert_int_equal(world->job.row_count, 3);
    assert_true(slice_eq(row->invitee_phone, invitees[3].phone));
    row = RUN(world, read_person, LOOK(world, invitees[0], .phone = invitees[0].phone));
    assert_true(slice_eq(row->account.inviter_code, anna.invite_code));
}

static int64_t auth_of_look(struct world *world, struct person caller, struct slice phone)
{
    return RUN(world, read_person, LOOK(world, caller, .phone = phone))->auth;
}

static void strangers_learn_nothing(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person admin = new_admin(world);
    struct person thief = {.account_id = anna.account_id, .session_id = boris.session_id};

    assert_int_equal(auth_of_look(world, boris, anna.phone), 3);
    assert_int_equal(auth_of_look(world, boris, new_phone(world)), 3);
    set_role(world, boris, "moderator");
    assert_int_equal(auth_of_look(world, boris, anna.phone), 3);
    assert_int_equal(auth_of_look(world, admin, anna.phone), 1);
    assert_int_equal(auth_of_look(world, admin, new_phone(world)), 1);
    assert_int_equal(auth_of_look(world, thief, anna.phone), 0);
    assert_int_equal(auth_of_look(world, (struct person){0}, anna.phone), 0);
    erase(world, admin);
    assert_int_equal(auth_of_look(world, admin, anna.phone), 0);
}

static void open_doors_are_open(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct read_person_in in = {
        .is_open = 1, .phone = anna.phone, .most = 10, .now_us = world->now};
    const struct read_person_row *row = RUN_IN(world, read_person, &in);

    assert_true(row->auth == 1 && row->account.id == anna.account_id);
    erase(world, anna);
    row = RUN_IN(world, read_person, &in);
    assert_true(row->auth == 1 && row->account.id == 0 && world->job.row_count == 1);
    in = (struct read_person_in){.is_open = 1, .account_id = anna.account_id, .most = 10};
    row = RUN_IN(world, read_person, &in);
    assert_true(row->auth == 1 && row->account.id == 0);
}

/* A change by somebody who is signed in, under a request id of its own. */
static struct update_person_in change_of(struct world *world, struct person caller,
                                         struct person target)
{
    return (struct update_person_in)LOOK(world, caller, .phone = target.phone,
                                         .request_id = new_id(world));
}

static void only_what_is_set_changes(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct update_person_in in = change_of(world, anna, anna);
    const struct update_person_row *row;

    in.set_email = in.set_first_name = in.set_last_name = in.set_city = in.set_telegram_id = 1;
    in.email = SLICE_LIT("anna@example.com");
    in.first_name = SLICE_LIT("Anna");
    in.last_name = SLICE_LIT("Orlova");
    in.city = SLICE_LIT("Omsk");
    in.telegram_id = SLICE_LIT("@anna_o");
    row = RUN_IN(world, update_person, &in);
    assert_true(row->auth == 1 && row->inviter_id == 0 && row->activated == 0);
    assert_slice(row->account.email, "anna@example.com");

    in = change_of(world, anna, anna);
    in.set_city = 1;
    in.email = SLICE_LIT("not set");
    row = RUN_IN(world, update_person, &in);
    assert_slice(row->account.email, "anna@example.com");
    assert_slice(row->account.first_name, "Anna");
    assert_slice(row->account.last_name, "Orlova");
    assert_true(slice_is_absent(row->account.city));
    assert_slice(row->account.telegram_id, "@anna_o");
}

static void others_change_nothing_but_administrators(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person admin = new_admin(world);
    struct update_person_in in = change_of(world, boris, anna);

    in.set_city = 1;
    in.city = SLICE_LIT("Omsk");
    in.invite_given = boris.invite_code;
    assert_int_equal(RUN_IN(world, update_person, &in)->auth, 3);
    in.session_id = 0;
    assert_int_equal(RUN_IN(world, update_person, &in)->auth, 0);
    assert_true(slice_is_absent(ROW_AT(world, update_person, 0)->account.city));
    assert_true(slice_is_absent(ROW_AT(world, update_person, 0)->account.inviter_code));

    in.session_id = admin.session_id;
    in.caller_id = admin.account_id;
    assert_int_equal(RUN_IN(world, update_person, &in)->auth, 1);
    assert_slice(ROW_AT(world, update_person, 0)->account.city, "Omsk");
    assert_int_equal(ROW_AT(world, update_person, 0)->activated, 1);
    in = (struct update_person_in){.is_open = 1,
                                   .account_id = anna.account_id,
                                   .set_city = 1,
                                   .most = 1,
                                   .now_us = world->now,
                                   .request_id = new_id(world)};
    assert_true(slice_is_absent(RUN_IN(world, update_person, &in)->account.city));
    assert_int_equal(ROW_AT(world, update_person, 0)->account.id, anna.account_id);
}

/* The person names a code and a city at once; did the city stick? */
static bool both(struct world *world, struct person person, struct slice code, bool refuse_cycles,
                 const struct update_person_row **ret_row)
{
    struct update_person_in in = change_of(world, person, person);

    in.invite_given = code;
    in.refuse_cycles = refuse_cycles;
    in.set_city = 1;
    in.city = new_word(world);
    *ret_row = RUN_IN(world, update_person, &in);
    assert_int_equal((*ret_row)->auth, 1);
    return slice_eq((*ret_row)->account.city, in.city);
}

static void it_is_both_or_nothing(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person vera = new_person(world);
    const struct update_person_row *row;

    assert_false(both(world, anna, new_word(world), false, &row));
    assert_true(row->inviter_id == 0 && row->invited_by == 0);
    assert_false(both(world, anna, anna.invite_code, false, &row));
    assert_true(row->inviter_id == anna.account_id && row->invited_by == 0);

    assert_true(both(world, anna, boris.invite_code, false, &row));
    assert_true(row->activated == 1 && row->invited_by == boris.account_id);
    assert_true(slice_eq(row->account.inviter_code, boris.invite_code));
    /* The same again does no harm, another changes nothing. */
    assert_true(both(world, anna, boris.invite_code, false, &row));
    assert_true(row->activated == 0 && row->inviter_id == row->invited_by);
    assert_false(both(world, anna, vera.invite_code, false, &row));
    assert_true(row->inviter_id == vera.account_id && row->invited_by == boris.account_id);
    /* A ring. */
    assert_false(both(world, boris, anna.invite_code, true, &row));
    assert_true(row->inviter_id == anna.account_id && row->invited_by == 0);
    assert_true(both(world, boris, anna.invite_code, false, &row));
    assert_int_equal(row->activated, 1);
}

static void the_same_change_says_the_same(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct update_person_in in = change_of(world, boris, boris);
    const struct update_person_row *row;

    in.invite_given = anna.invite_code;
    for (int i = 0; i < 3; i++) {
        row = RUN_IN(world, update_person, &in);
        assert_true(row->activated == 1 && row->invited_by == anna.account_id);
        in.now_us += US_PER_S;
    }
    assert_int_equal(row->account.invited_us, world->now);
}

static void nobody_is_changed_when_there_is_nobody(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct update_person_in in = {.is_open = 1,
                                  .phone = new_phone(world),
                                  .most = 10,
                                  .now_us = world->now,
                                  .request_id = new_id(world),
                                  .invite_given = anna.invite_code,
                                  .set_city = 1};
    const struct update_person_row *row = RUN_IN(world, update_person, &in);

    assert_true(row->auth == 1 && row->account.id == 0 && world->job.row_count == 1);
    in.phone = SLICE_ABSENT;
    in.account_id = anna.account_id;
    erase(world, anna);
    assert_int_equal(RUN_IN(world, update_person, &in)->account.id, 0);
}

static const struct list_people_row *list(struct world *world, struct person caller,
                                          int64_t after_id, int64_t most)
{
    return RUN(world, list_people,
               {.session_id = caller.session_id,
                .caller_id = caller.account_id,
                .after_id = after_id,
                .most = most,
                .now_us = world->now});
}

static void people_come_in_the_order_of_their_ids(void **state)
{
    struct world *world = *state;
    struct person admin = new_admin(world);
    struct person people[5];
    int64_t after_id = admin.account_id;

    for (unsigned i = 0; i < ARRAY_LEN(people); i++)
        people[i] = new_person(world);
    erase(world, people[1]);
    assert_int_equal(list(world, admin, after_id, 3)->auth, 1);
    assert_int_equal(world->job.row_count, 3);
    assert_int_equal(ROW_AT(world, list_people, 0)->account.id, people[0].account_id);
    assert_int_equal(ROW_AT(world, list_people, 1)->account.id, people[2].account_id);
    assert_int_equal(ROW_AT(world, list_people, 2)->account.id, people[3].account_id);
    assert_true(slice_eq(ROW_AT(world, list_people, 2)->account.phone, people[3].phone));
    assert_int_equal(list(world, admin, people[3].account_id, 3)->account.id, people[4].account_id);
    assert_int_equal(world->job.row_count, 1);
    assert_int_equal(list(world, admin, people[4].account_id, 3)->account.id, 0);
    assert_true(world->job.row_count == 1 && ROW_AT(world, list_people, 0)->auth == 1);
}

static void the_list_is_for_moderators_and_administrators(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);

    assert_int_equal(list(world, anna, 0, 1)->auth, 3);
    set_role(world, anna, "moderator");
    assert_int_equal(list(world, anna, 0, 1)->auth, 1);
    assert_int_equal(
        list(world, (struct person){.account_id = anna.account_id, .session_id = boris.session_id},
             0, 1)
            ->auth,
        0);
    assert_int_equal(RUN(world, list_people, {.is_open = 1, .most = 1})->auth, 1);
    erase(world, anna);
    assert_int_equal(list(world, anna, 0, 1)->auth, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_person_is_found_by_phone_or_id),
        TEST(invitees_come_newest_first),
        TEST(strangers_learn_nothing),
        TEST(open_doors_are_open),
        TEST(only_what_is_set_changes),
        TEST(others_change_nothing_but_administrators),
        TEST(it_is_both_or_nothing),
        TEST(the_same_change_says_the_same),
        TEST(nobody_is_changed_when_there_is_nobody),
        TEST(people_come_in_the_order_of_their_ids),
        TEST(the_list_is_for_moderators_and_administrators),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
