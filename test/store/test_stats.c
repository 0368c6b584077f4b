/* add_stats and admin_read_stats. */
#include "store_test.h"

/* Hours nobody else counts in: statistics are of everybody. */
static int64_t fresh_day(struct world *world)
{
    world->now += 400 * US_PER_DAY;
    return world->now - world->now % US_PER_DAY;
}

static void count(struct world *world, int64_t hour_us, const char *country, int64_t sign_ins,
                  int64_t address_invites)
{
    assert_int_equal(RUN(world, add_stats,
                         {.hour_us = hour_us,
                          .country = slice_str(country),
                          .codes_sent = 2 * sign_ins,
                          .sign_ins = sign_ins,
                          .address_invites = address_invites})
                         ->added,
                     1);
}

static struct person moderator(struct world *world)
{
    struct person person = new_person(world);

    (void)RUN(world, set_account,
              {.account_id = person.account_id,
               .role = SLICE_LIT("moderator"),
               .disable = -1,
               .now_us = world->now});
    return person;
}

static struct admin_read_stats_in reading(struct world *world, struct person person,
                                          int64_t from_us, int64_t step_us)
{
    return (struct admin_read_stats_in){
        .session_id = person.session_id,
        .caller_id = person.account_id,
        .now_us = world->now,
        .request_id = new_id(world),
        .address = SLICE_LIT("192.0.2.1"),
        .detail = SLICE_LIT("{}"),
        .from_us = from_us,
        .to_us = from_us + US_PER_DAY,
        .step_us = step_us,
        .after_country = SLICE_LIT(""),
        .most = 100,
    };
}

static void assert_piece(struct world *world, unsigned index, int64_t at_us, const char *country,
                         int64_t sign_ins)
{
    const struct admin_read_stats_row *row = ROW_AT(world, admin_read_stats, index);

    assert_non_null(row);
    assert_int_equal(row->auth, 1);
    assert_int_equal(row->at_us, at_us);
    assert_true(slice_eq_str(row->country, country));
    assert_int_equal(row->stat_sums.sign_ins, sign_ins);
    assert_int_equal(row->stat_sums.codes_sent, 2 * sign_ins);
}

static void sums_add_up(void **state)
{
    struct world *world = *state;
    int64_t day = fresh_day(world);
    struct person person = moderator(world);
    struct admin_read_stats_in in = reading(world, person, day, US_PER_HOUR);
    const struct admin_read_stats_row *row;

    count(world, day, "RU", 1, 0);
    count(world, day, "RU", 2, 7);
    count(world, day, "KZ", 5, 0);
    count(world, day + 23 * US_PER_HOUR, "RU", 10, 0);
    count(world, day + US_PER_DAY, "RU", 100, 0);
    count(world, day - US_PER_HOUR, "RU", 100, 0);
    row = RUN_IN(world, admin_read_stats, &in);
    assert_int_equal(world->job.row_count, 4);
    assert_int_equal(row->at_us, 0);
    assert_true(slice_is_absent(row->country));
    assert_int_equal(row->stat_sums.sign_ins, 18);
    assert_int_equal(row->stat_sums.address_invites, 7);
    assert_piece(world, 1, day, "KZ", 5);
    assert_piece(world, 2, day, "RU", 3);
    assert_piece(world, 3, day + 23 * US_PER_HOUR, "RU", 10);

    in = reading(world, person, day, US_PER_DAY);
    (void)RUN_IN(world, admin_read_stats, &in);
    assert_int_equal(world->job.row_count, 3);
    assert_piece(world, 1, day, "KZ", 5);
    assert_piece(world, 2, day, "RU", 13);
}

static void pages_go_on_where_the_last_one_ended(void **state)
{
    struct world *world = *state;
    int64_t day = fresh_day(world);
    struct person person = moderator(world);
    struct admin_read_stats_in in = reading(world, person, day, US_PER_HOUR);

    count(world, day, "KZ", 1, 0);
    count(world, day, "RU", 2, 0);
    count(world, day + US_PER_HOUR, "BY", 3, 0);
    in.most = 2;
    (void)RUN_IN(world, admin_read_stats, &in);
    assert_int_equal(world->job.row_count, 3);
    assert_piece(world, 2, day, "RU", 2);
    in.request_id = new_id(world);
    in.after_us = day;
    in.after_country = SLICE_LIT("RU");
    assert_int_equal(RUN_IN(world, admin_read_stats, &in)->stat_sums.sign_ins, 6);
    assert_int_equal(world->job.row_count, 2);
    assert_piece(world, 1, day + US_PER_HOUR, "BY", 3);
}

static void only_staff_may_read(void **state)
{
    struct world *world = *state;
    int64_t day = fresh_day(world);
    struct person staff = moderator(world);
    struct person anna = new_person(world);
    struct admin_read_stats_in in = reading(world, anna, day, US_PER_HOUR);

    count(world, day, "RU", 1, 0);
    assert_int_equal(RUN_IN(world, admin_read_stats, &in)->auth, 3);
    assert_int_equal(world->job.row_count, 1);
    assert_int_equal(RUN_IN(world, admin_read_stats, &in)->stat_sums.sign_ins, 0);
    in = reading(world, staff, day, US_PER_HOUR);
    in.session_id++;
    assert_int_equal(RUN_IN(world, admin_read_stats, &in)->auth, 0);
    assert_int_equal(world->job.row_count, 1);
}

static void nobody_counted_is_one_row(void **state)
{
    struct world *world = *state;
    int64_t day = fresh_day(world);
    struct person staff = moderator(world);
    struct admin_read_stats_in in = reading(world, staff, day + 100 * US_PER_DAY, US_PER_DAY);

    assert_int_equal(RUN_IN(world, admin_read_stats, &in)->auth, 1);
    assert_int_equal(world->job.row_count, 1);
    assert_int_equal(ROW_AT(world, admin_read_stats, 0)->stat_sums.sign_ins, 0);
}

#define CROWD 400

static void many_add_at_once(void **state)
{
    struct world *world = *state;
    int64_t day = fresh_day(world);
    struct person staff = moderator(world);
    struct admin_read_stats_in in = reading(world, staff, day, US_PER_DAY);
    struct store_job *jobs = arena_alloc(world->texts, CROWD * sizeof(*jobs));
    struct add_stats_in one = {.hour_us = day, .country = SLICE_LIT("RU"), .failed = 1};
    struct add_stats_in two = {.hour_us = day, .country = SLICE_LIT("KZ"), .failed = 1};

    for (unsigned i = 0; i < CROWD; i++) {
        jobs[i].script = &script_add_stats;
        jobs[i].in = i % 16 < 8 ? &one : &two;
        jobs[i].arena = world_arena(world);
    }
    crowd_run(world, jobs, CROWD);
    for (unsigned i = 0; i < CROWD; i++)
        assert_int_equal(jobs[i].result, STORE_DONE);
    assert_int_equal(RUN_IN(world, admin_read_stats, &in)->stat_sums.failed, CROWD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sums_add_up),         TEST(pages_go_on_where_the_last_one_ended),
        TEST(only_staff_may_read), TEST(nobody_counted_is_one_row),
        TEST(many_add_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
