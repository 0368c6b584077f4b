/* The scripts of persons (read_person, look_person, update_person, erase_account, list_people) when
 * staff use them on others: what they leave in the audit, and what concurrent changes leave. */
#include "store_test.h"

/* How many entries the person has left about somebody (0: about nobody). */
static unsigned entries_about(struct world *world, struct person actor, int64_t account_id,
                              const char *event)
{
    struct person judge = new_staff(world, "moderator");
    unsigned count = 0;

    (void)RUN(world, admin_list_audit,
              {BY(world, judge), .actor_id = actor.account_id, .account_id = account_id,
               .before_id = INT64_MAX, .most = 1000});
    for (unsigned i = 0; i < world->job.row_count; i++) {
        const struct admin_list_audit_row *row = ROW_AT(world, admin_list_audit, i);

        if (row->id == 0 || row->actor_id != actor.account_id)
            continue;
        assert_slice(row->event, event);
        assert_int_equal(row->entry_session_id, actor.session_id);
        assert_slice(row->entry_address, "::1");
        count++;
    }
    return count;
}

static void a_look_is_noted(void **state)
{
    struct world *world = *state;
    struct person admin = new_staff(world, "admin");
    struct person anna = new_person(world);
    const struct read_person_row *read = RUN(world, read_person,
                                             {.session_id = admin.session_id,
                                              .caller_id = admin.account_id,
                                              .phone = anna.phone,
                                              .most = 10,
                                              .now_us = world->now});
    struct look_person_in look = {BY(world, admin), .phone = anna.phone, .most = 10};

    /* Not by the script that notes nothing. */
    assert_true(read->auth == 1 && read->by_staff == 1 && read->account.id == 0);
    for (int i = 0; i < 2; i++) {
        const struct look_person_row *row = RUN_IN(world, look_person, &look);

        assert_true(row->auth == 1 && row->account.id == anna.account_id);
        assert_true(slice_eq(row->account.phone, anna.phone));
    }
    assert_int_equal(entries_about(world, admin, anna.account_id, "admin_read"), 1);
    /* Nobody's, one's own, and by who may not. */
    (void)RUN(world, look_person, {BY(world, admin), .phone = new_phone(world), .most = 10});
    (void)RUN(world, look_person, {BY(world, admin), .phone = admin.phone, .most = 10});
    assert_int_equal(entries_about(world, admin, 0, "admin_read"), 1);
    assert_int_equal(
        RUN(world, look_person, {BY(world, anna), .phone = admin.phone, .most = 10})->auth, 3);
    assert_int_equal(ROW_AT(world, look_person, 0)->account.id, 0);
    assert_int_equal(entries_about(world, anna, 0, "admin_read"), 0);
}

static void a_change_is_noted_if_it_was_made(void **state)
{
    struct world *world = *state;
    struct person admin = new_staff(world, "admin");
    struct person anna = new_person(world);
    struct update_person_in change = {BY(world, admin), .account_id = anna.account_id, .most = 10,
                                      .set_city = 1, .city = SLICE_LIT("Omsk")};

    for (int i = 0; i < 2; i++)
        assert_slice(RUN_IN(world, update_person, &change)->account.city, "Omsk");
    assert_int_equal(entries_about(world, admin, anna.account_id, "admin_update"), 1);
    change.request_id = new_id(world);
    change.invite_given = SLICE_LIT("nobody's");
    (void)RUN_IN(world, update_person, &change);
    change = (struct update_person_in){BY(world, admin), .account_id = admin.account_id, .most = 10,
                                       .set_city = 1, .city = SLICE_LIT("Tomsk")};
    assert_slice(RUN_IN(world, update_person, &change)->account.city, "Tomsk");
    assert_int_equal(entries_about(world, admin, 0, "admin_update"), 1);
}

static void erasing_is_noted_once(void **state)
{
    struct world *world = *state;
    struct person admin = new_staff(world, "admin");
    struct person other = new_staff(world, "admin");
    struct person anna = new_person(world);
    struct person boris = new_person(world);

    assert_int_equal(
        RUN(world, erase_account, {BY(world, boris), .account_id = anna.account_id})->auth, 3);
    for (int64_t erased = 1; erased >= 0; erased--) {
        assert_int_equal(
            RUN(world, erase_account, {BY(world, admin), .account_id = anna.account_id})->erased,
            erased);
        world->now += US_PER_S;
    }
    assert_int_equal(entries_about(world, admin, anna.account_id, "admin_erase"), 1);
    assert_int_equal(
        RUN(world, erase_account, {BY(world, other), .account_id = other.account_id})->erased, 1);
    assert_int_equal(entries_about(world, other, 0, "admin_erase"), 0);
}

static void a_list_is_noted(void **state)
{
    struct world *world = *state;
    struct person moderator = new_staff(world, "moderator");
    struct person anna = new_person(world);
    struct list_people_in list = {BY(world, moderator), .most = 1};

    for (int i = 0; i < 2; i++)
        assert_int_equal(RUN_IN(world, list_people, &list)->auth, 1);
    assert_int_equal(entries_about(world, moderator, 0, "admin_list"), 1);
    assert_int_equal(RUN(world, list_people, {BY(world, anna), .most = 1})->auth, 3);
    assert_int_equal(entries_about(world, anna, 0, "admin_list"), 0);
}

static bool is_standing(struct world *world, struct person person)
{
    const struct read_person_row *row =
        RUN(world, read_person,
            {.is_open = 1, .account_id = person.account_id, .most = 1, .now_us = world->now});

    return row->account.id != 0 && slice_eq_str(row->account.role, "admin");
}

/* Two administrators erase each other at once: one is left, whoever it is. Only two: of more, those
 * who come late find themselves erased. */
static void of_two_who_erase_each_other_one_stays(void **state)
{
    enum { ROUNDS = 150 };
    struct world *world = *state;

    for (int round = 0; round < ROUNDS; round++) {
        struct person people[2] = {new_staff(world, "admin"), new_staff(world, "admin")};
        struct erase_account_in ins[2];
        struct store_job jobs[2];

        for (unsigned i = 0; i < 2; i++) {
            ins[i] = (struct erase_account_in){BY(world, people[i]),
                                               .account_id = people[1 - i].account_id};
            jobs[i] = (struct store_job){
                .script = &script_erase_account, .in = &ins[i], .arena = world_arena(world)};
        }
        crowd_run(world, jobs, 2);
        assert_int_equal(is_standing(world, people[0]) + is_standing(world, people[1]), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_look_is_noted),
        TEST(a_change_is_noted_if_it_was_made),
        TEST(erasing_is_noted_once),
        TEST(a_list_is_noted),
        TEST(of_two_who_erase_each_other_one_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
