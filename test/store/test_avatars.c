/* The pictures of people: at most one each, gone with their owner, anybody's to see by its name. */
#include "store_test.h"

/* As long as a picture gets. */
#define LONG_BYTES ((size_t)1 << 17)

static const struct set_avatar_row *set_avatar(struct world *world, struct person person,
                                               struct slice hash, struct slice data)
{
    return RUN(world, set_avatar,
               {CALLER(world, person), .avatar_hash = hash, .avatar_data = data});
}

/* The picture of that name; absent when there is none. */
static struct slice look(struct world *world, struct slice hash)
{
    const struct read_avatar_row *row = RUN(world, read_avatar, {.avatar_hash = hash});

    return row == NULL ? SLICE_ABSENT : row->data;
}

static void a_picture_is_set_replaced_and_removed(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice first = new_word(world);
    struct slice second = new_word(world);
    struct slice bytes = SLICE_LIT("RIFF\0\xff\x80WEBP");
    const struct set_avatar_row *row = set_avatar(world, anna, first, bytes);

    assert_int_equal(row->auth, 1);
    assert_true(slice_eq(row->account.avatar, first));
    assert_true(slice_eq(look(world, first), bytes));
    /* Once more is as good as once. */
    assert_int_equal(set_avatar(world, anna, first, bytes)->auth, 1);
    assert_true(slice_eq(look(world, first), bytes));

    row = set_avatar(world, anna, second, SLICE_LIT("another"));
    assert_true(slice_eq(row->account.avatar, second));
    assert_true(slice_is_absent(look(world, first)));
    assert_slice(look(world, second), "another");
    assert_true(slice_eq(RUN(world, read_account, {CALLER(world, anna)})->account.avatar, second));

    row = set_avatar(world, anna, SLICE_ABSENT, SLICE_ABSENT);
    assert_int_equal(row->auth, 1);
    assert_true(slice_is_absent(row->account.avatar));
    assert_true(slice_is_absent(look(world, second)));
    /* There is none to remove: that is well, too. */
    assert_int_equal(set_avatar(world, anna, SLICE_ABSENT, SLICE_ABSENT)->auth, 1);
}

static void a_long_one_comes_back_whole(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct slice name = new_word(world);
    char *bytes = arena_alloc(world->texts, LONG_BYTES);

    for (size_t i = 0; i < LONG_BYTES; i++)
        bytes[i] = (char)(i * i >> 3);
    (void)set_avatar(world, anna, name, slice_of(bytes, LONG_BYTES));
    assert_true(slice_eq(look(world, name), slice_of(bytes, LONG_BYTES)));
}

static void nobody_sets_anothers(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct person thief = {.account_id = anna.account_id, .session_id = boris.session_id};
    struct slice annas = new_word(world);
    struct slice stolen = new_word(world);

    (void)set_avatar(world, anna, annas, SLICE_LIT("anna"));
    assert_int_equal(set_avatar(world, thief, stolen, SLICE_LIT("thief"))->auth, 0);
    assert_int_equal(set_avatar(world, thief, SLICE_ABSENT, SLICE_ABSENT)->auth, 0);
    assert_true(slice_is_absent(look(world, stolen)));
    assert_slice(look(world, annas), "anna");

    (void)RUN(world, set_account, {.account_id = anna.account_id, .disable = 1});
    assert_true(set_avatar(world, anna, stolen, SLICE_LIT("thief"))->auth != 1);
    assert_true(slice_is_absent(look(world, stolen)));
}

static void it_goes_with_its_owner(void **state)
{
    struct world *world = *state;
    struct person anna = new_person(world);
    struct person boris = new_person(world);
    struct slice annas = new_word(world);
    struct slice boriss = new_word(world);

    (void)set_avatar(world, anna, annas, SLICE_LIT("anna"));
    (void)set_avatar(world, boris, boriss, SLICE_LIT("boris"));
    assert_int_equal(
        RUN(world, erase_account, {CALLER(world, anna), .caller_id = anna.account_id})->erased, 1);
    assert_true(slice_is_absent(look(world, annas)));
    assert_int_equal(set_avatar(world, anna, annas, SLICE_LIT("anna"))->auth, 0);
    assert_true(slice_is_absent(look(world, annas)));
    assert_slice(look(world, boriss), "boris");
    (void)RUN(world, erase_account,
              {.account_id = boris.account_id, .now_us = world->now, .is_open = 1});
    assert_true(slice_is_absent(look(world, boriss)));
}

/* Of many at once one is left, and it is the one that the account shows. */
static void of_many_at_once_one_is_left(void **state)
{
    enum { COUNT = 64 };
    struct world *world = *state;
    struct person anna = new_person(world);
    struct set_avatar_in ins[COUNT];
    struct store_job jobs[COUNT];
    struct slice shown;
    unsigned left = 0;

    for (unsigned i = 0; i < COUNT; i++) {
        ins[i] = (struct set_avatar_in){CALLER(world, anna)};
        ins[i].avatar_hash = ins[i].avatar_data = new_word(world);
        jobs[i] = (struct store_job){
            .script = &script_set_avatar, .in = &ins[i], .arena = world_arena(world)};
    }
    crowd_run(world, jobs, COUNT);
    shown = RUN(world, read_account, {CALLER(world, anna)})->account.avatar;
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(jobs[i].result, STORE_DONE);
        if (slice_is_absent(look(world, ins[i].avatar_hash)))
            continue;
        assert_true(slice_eq(ins[i].avatar_hash, shown));
        left++;
    }
    assert_int_equal(left, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_picture_is_set_replaced_and_removed),
        TEST(a_long_one_comes_back_whole),
        TEST(nobody_sets_anothers),
        TEST(it_goes_with_its_owner),
        TEST(of_many_at_once_one_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
