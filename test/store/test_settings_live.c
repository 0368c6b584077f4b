/* Settings that change while running: admin_set_setting, admin_list_settings, list_settings. */
#include "store_test.h"

static struct person with_role(struct world *world, const char *role)
{
    struct person person = new_person(world);

    (void)RUN(world, set_account,
              {.account_id = person.account_id,
               .role = slice_str(role),
               .disable = -1,
               .now_us = world->now});
    return person;
}

static struct admin_set_setting_in setting(struct world *world, struct person person,
                                           struct slice name, struct slice known,
                                           struct slice value)
{
    return (struct admin_set_setting_in){
        .session_id = person.session_id,
        .caller_id = person.account_id,
        .now_us = world->now,
        .request_id = new_id(world),
        .address = SLICE_LIT("192.0.2.1"),
        .detail = SLICE_LIT("{}"),
        .name = name,
        .known = known,
        .value = value,
    };
}

/* What nodes see of the setting; absent when it was not changed. */
static struct slice seen(struct world *world, struct slice name)
{
    (void)RUN(world, list_settings, {.most = 1000});
    for (unsigned i = 0; i < world->job.row_count; i++) {
        const struct list_settings_row *row = ROW_AT(world, list_settings, i);

        if (slice_eq(row->name, name))
            return row->value;
    }
    return SLICE_ABSENT;
}

static int64_t set(struct world *world, struct person person, struct slice name, struct slice known,
                   struct slice value)
{
    struct admin_set_setting_in in = setting(world, person, name, known, value);
    const struct admin_set_setting_row *row = RUN_IN(world, admin_set_setting, &in);

    assert_non_null(row);
    return row->done;
}

static void a_change_is_seen_and_taken_back(void **state)
{
    struct world *world = *state;
    struct person admin = with_role(world, "admin");
    struct slice name = new_word(world);

    assert_int_equal(set(world, admin, name, SLICE_ABSENT, SLICE_LIT("1")), 1);
    assert_slice(seen(world, name), "1");
    assert_int_equal(set(world, admin, name, SLICE_LIT("1"), SLICE_LIT("2")), 1);
    assert_slice(seen(world, name), "2");
    assert_int_equal(set(world, admin, name, SLICE_LIT("2"), SLICE_ABSENT), 1);
    assert_true(slice_is_absent(seen(world, name)));
    assert_int_equal(count_audit(world, admin, "admin_set_setting"), 0); /* about nobody */
}

static void who_does_not_know_what_is_stored_changes_nothing(void **state)
{
    struct world *world = *state;
    struct person admin = with_role(world, "admin");
    struct slice name = new_word(world);

    assert_int_equal(set(world, admin, name, SLICE_LIT("0"), SLICE_LIT("1")), 0);
    assert_true(slice_is_absent(seen(world, name)));
    assert_int_equal(set(world, admin, name, SLICE_ABSENT, SLICE_LIT("1")), 1);
    assert_int_equal(set(world, admin, name, SLICE_ABSENT, SLICE_LIT("2")), 0);
    assert_int_equal(set(world, admin, name, SLICE_LIT("2"), SLICE_ABSENT), 0);
    assert_slice(seen(world, name), "1");
}

static void a_repeated_request_changes_nothing(void **state)
{
    struct world *world = *state;
    struct person admin = with_role(world, "admin");
    struct slice name = new_word(world);
    struct admin_set_setting_in in = setting(world, admin, name, SLICE_ABSENT, SLICE_LIT("1"));

    assert_int_equal(RUN_IN(world, admin_set_setting, &in)->done, 1);
    assert_int_equal(set(world, admin, name, SLICE_LIT("1"), SLICE_LIT("2")), 1);
    assert_int_equal(RUN_IN(world, admin_set_setting, &in)->done, 1);
    assert_slice(seen(world, name), "2");
}

static void only_administrators_change(void **state)
{
    struct world *world = *state;
    struct person staff = with_role(world, "moderator");
    struct person anna = new_person(world);
    struct slice name = new_word(world);
    struct admin_set_setting_in in = setting(world, staff, name, SLICE_ABSENT, SLICE_LIT("1"));
    struct admin_list_settings_in list = {.session_id = anna.session_id,
                                          .caller_id = anna.account_id,
                                          .now_us = world->now,
                                          .request_id = new_id(world)};

    assert_int_equal(RUN_IN(world, admin_set_setting, &in)->auth, 3);
    assert_int_equal(RUN_IN(world, admin_set_setting, &in)->done, 0);
    assert_true(slice_is_absent(seen(world, name)));
    assert_int_equal(RUN_IN(world, admin_list_settings, &list)->auth, 3);
    assert_int_equal(world->job.row_count, 1);
    assert_true(slice_is_absent(ROW_AT(world, admin_list_settings, 0)->name));
    list.session_id = staff.session_id;
    list.caller_id = staff.account_id;
    assert_int_equal(RUN_IN(world, admin_list_settings, &list)->auth, 1);
}

/* The store's own values are in the same table. */
static void what_the_store_keeps_for_itself_is_left_alone(void **state)
{
    struct world *world = *state;
    struct person admin = with_role(world, "admin");
    struct slice name = new_word(world);

    assert_slice(RUN(world, claim_setting, {.name = name, .value = SLICE_LIT("own")})->value,
                 "own");
    assert_true(slice_is_absent(seen(world, name)));
    (void)set(world, admin, name, SLICE_ABSENT, SLICE_LIT("1"));
    (void)set(world, admin, name, SLICE_ABSENT, SLICE_ABSENT);
    assert_slice(RUN(world, claim_setting, {.name = name, .value = SLICE_LIT("x")})->value, "own");
    assert_true(slice_is_absent(seen(world, name)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_change_is_seen_and_taken_back),
        TEST(who_does_not_know_what_is_stored_changes_nothing),
        TEST(a_repeated_request_changes_nothing),
        TEST(only_administrators_change),
        TEST(what_the_store_keeps_for_itself_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
