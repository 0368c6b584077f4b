/*
 * The model test: random operations on a store and on a model of it must come to the same.
 *
 *   DOMOFON_TEST_STORE      the store, as in the other tests of this suite (default: SQLite); with
 *                           it an SQLite file is driven with the same operations beside it
 *   DOMOFON_MODEL_SEED      the first seed; without it a random one (every failure prints its own)
 *   DOMOFON_MODEL_STEPS     with the seed: one run of each test, of so many steps
 *   DOMOFON_MODEL_TEST      a pattern: only the tests below whose names fit, e.g. what_happens_*
 *   DOMOFON_MODEL_SECONDS   how long to go on; DOMOFON_LONG=1: ten minutes
 *
 * A sequence that fails is played again with parts left out, until each operation that is left is
 * needed, and printed.
 */
#include "../../unit/unit.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "checker.h"
#include "crowd.h"
#include "maker.h"

#define SECONDS_DEFAULT 9
#define SECONDS_LONG 600
#define TESTS 3

/* Of one run. */
#define STEPS_DEFAULT 400
#define STEPS_MAX 1200
#define READS_EVERY 80
#define READS_MAX 260
#define OPS_MAX (STEPS_MAX + (STEPS_MAX / READS_EVERY + 1) * READS_MAX)

#define SHRINK_US (30 * US_PER_S)

static struct {
    uint64_t seed;
    unsigned steps;
    bool once;
    int64_t test_us;     /* for each test */
    int64_t until_us;    /* when the one that runs shall end */
    const char *urls[2]; /* NULL: a new SQLite file */
    unsigned store_count;
} plan;

static int64_t number_from(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);

    return text == NULL || text[0] == '\0' ? otherwise : strtoll(text, NULL, 10);
}

static void read_plan(void)
{
    bool long_run = number_from("DOMOFON_LONG", 0) != 0;
    int64_t seconds =
        number_from("DOMOFON_MODEL_SECONDS", long_run ? SECONDS_LONG : SECONDS_DEFAULT);
    uint32_t drawn = 1 + random_below(UINT32_MAX - 1);

    plan.seed = (uint64_t)number_from("DOMOFON_MODEL_SEED", drawn);
    plan.steps = (unsigned)number_from("DOMOFON_MODEL_STEPS", STEPS_DEFAULT);
    plan.once = getenv("DOMOFON_MODEL_STEPS") != NULL;
    plan.test_us = seconds * US_PER_S / TESTS;
    if (plan.steps > STEPS_MAX)
        plan.steps = STEPS_MAX;
    plan.urls[0] = getenv("DOMOFON_TEST_STORE");
    plan.store_count = plan.urls[0] == NULL ? 1 : 2;
}

/* The stores side by side, and what has been done to them. */
struct run {
    uint64_t seed;
    struct maker *maker;
    struct checker *checkers[2];
    struct op ops[OPS_MAX];
    unsigned op_count;
    unsigned step;
};

static void open_stores(struct run *run, bool quiet)
{
    for (unsigned i = 0; i < plan.store_count; i++) {
        run->checkers[i] = checker_open(plan.urls[i]);
        run->checkers[i]->quiet = quiet;
    }
}

static void close_stores(struct run *run)
{
    for (unsigned i = 0; i < plan.store_count; i++)
        checker_close(run->checkers[i]);
}

static struct run *run_open(uint64_t seed, bool at_once)
{
    struct run *run = calloc(1, sizeof(*run));

    CHECK(run != NULL);
    run->seed = seed;
    run->maker = maker_open(seed, at_once);
    open_stores(run, false);
    return run;
}

static void run_close(struct run *run)
{
    close_stores(run);
    maker_close(run->maker);
    free(run);
}

/* One operation on each store. */
static bool do_op(struct run *run, const struct op *op)
{
    bool right = true;

    for (unsigned i = 0; i < plan.store_count; i++)
        right = checker_step(run->checkers[i], op) && right;
    return right;
}

static bool do_new_op(struct run *run, const struct op *op)
{
    CHECK(run->op_count < OPS_MAX);
    run->ops[run->op_count++] = *op;
    return do_op(run, op);
}

static bool read_everything(struct run *run)
{
    struct op reads[READS_MAX];
    unsigned count = maker_reads(run->maker, run->checkers[0]->models[0], reads, READS_MAX);

    for (unsigned i = 0; i < count; i++)
        if (!do_new_op(run, &reads[i]))
            return false;
    return true;
}

static bool is_over(const struct run *run)
{
    if (run->step >= plan.steps || (!plan.once && clock_monotonic_us() >= plan.until_us))
        return true;
    for (unsigned i = 0; i < plan.store_count; i++)
        if (run->checkers[i]->lost || model_full(run->checkers[i]->models[0]))
            return true;
    return false;
}

static void print_seed(const struct run *run)
{
    (void)fprintf(stderr,
                  "seed %" PRIu64 ", step %u; again: DOMOFON_MODEL_SEED=%" PRIu64
                  " DOMOFON_MODEL_STEPS=%u\n",
                  run->seed, run->step, run->seed, run->step);
}

/* Plays a list of operations on fresh stores; how many it took to fail, 0 when it does not. */
static unsigned play(struct run *run, const struct op *ops, unsigned count, bool quiet)
{
    unsigned failed = 0;

    open_stores(run, quiet);
    for (unsigned i = 0; i < count && failed == 0; i++)
        if (!do_op(run, &ops[i]))
            failed = i + 1;
    close_stores(run);
    return failed;
}

/* Leaves out a stretch of the operations if the same kind of them fails without it, too. */
static unsigned leave_out(struct run *run, unsigned count, unsigned from, unsigned len)
{
    static struct op fewer[OPS_MAX];
    unsigned left = count - len;
    unsigned failed;

    memcpy(fewer, run->ops, from * sizeof(fewer[0]));
    memcpy(fewer + from, run->ops + from + len, (count - from - len) * sizeof(fewer[0]));
    failed = play(run, fewer, left, true);
    if (failed == 0 || fewer[failed - 1].script != run->ops[count - 1].script)
        return count;
    memcpy(run->ops, fewer, failed * sizeof(fewer[0]));
    return failed;
}

/* Delta debugging, simply: ever shorter stretches are left out while that is cheap. */
static void shrink(struct run *run)
{
    int64_t until_us = clock_monotonic_us() + SHRINK_US;
    unsigned count = play(run, run->ops, run->op_count, true);

    for (unsigned len = count / 2; len > 0 && clock_monotonic_us() < until_us; len /= 2)
        for (unsigned from = 0; from + len < count && clock_monotonic_us() < until_us;) {
            unsigned left = leave_out(run, count, from, len);

            if (left == count)
                from += len;
            count = left;
        }
    (void)fprintf(stderr, "%u operations are enough:\n", count);
    for (unsigned i = 0; i < count; i++)
        print_op(&run->ops[i]);
    (void)play(run, run->ops, count, false);
}

static bool sequence_agrees(uint64_t seed)
{
    struct run *run = run_open(seed, false);
    bool right = true;

    while (right && !is_over(run)) {
        struct op op = maker_next(run->maker, run->checkers[0]->models[0]);

        run->step++;
        right = do_new_op(run, &op);
        if (right && run->step % READS_EVERY == 0)
            right = read_everything(run);
    }
    right = right && read_everything(run);
    if (!right) {
        print_seed(run);
        close_stores(run);
        shrink(run);
        open_stores(run, true);
    }
    run_close(run);
    return right;
}

/* Two to four at once on each store, one after the other. */
static bool do_rivals(struct run *run)
{
    struct op ops[CHECKER_AT_ONCE_MAX];
    unsigned count = 2 + maker_below(run->maker, CHECKER_AT_ONCE_MAX - 1);

    maker_rivals(run->maker, run->checkers[0]->models[0], ops, count);
    for (unsigned i = 0; i < plan.store_count; i++)
        if (!checker_at_once(run->checkers[i], ops, count))
            return false;
    return true;
}

static bool rivals_have_an_order(uint64_t seed)
{
    struct run *run = run_open(seed, true);
    bool right = true;

    while (right && !is_over(run)) {
        unsigned between = maker_below(run->maker, 3);

        for (unsigned i = 0; right && i < between; i++) {
            struct op op = maker_next(run->maker, run->checkers[0]->models[0]);

            right = do_op(run, &op);
        }
        run->step++;
        right = right && do_rivals(run);
        if (right && run->step % READS_EVERY == 0)
            run->op_count = 0, right = read_everything(run);
    }
    if (!right)
        print_seed(run);
    run_close(run);
    return right;
}

/* Run after run until the time is over; each seed makes the next. */
static void go_on(bool (*holds)(uint64_t seed))
{
    uint64_t seed = plan.seed;
    unsigned runs = 0;

    plan.until_us = clock_monotonic_us() + plan.test_us;
    print_message("first seed %" PRIu64 "\n", seed);
    do {
        assert_true(holds(seed));
        seed = maker_next_seed(seed);
        runs++;
    } while (!plan.once && clock_monotonic_us() < plan.until_us);
    print_message("%u runs\n", runs);
}

static void a_store_and_its_model_answer_alike(void **state)
{
    (void)state;
    go_on(sequence_agrees);
}

static void what_happens_at_once_has_an_order(void **state)
{
    (void)state;
    go_on(rivals_have_an_order);
}

static bool crowds_hold(uint64_t seed)
{
    for (unsigned i = 0; i < plan.store_count; i++)
        if (!crowd_holds(plan.urls[i], seed)) {
            (void)fprintf(stderr,
                          "seed %" PRIu64 "; again: DOMOFON_MODEL_SEED=%" PRIu64
                          " DOMOFON_MODEL_STEPS=1\n",
                          seed, seed);
            return false;
        }
    return true;
}

static void crowds_break_no_promise(void **state)
{
    (void)state;
    go_on(crowds_hold);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_and_its_model_answer_alike),
        cmocka_unit_test(what_happens_at_once_has_an_order),
        cmocka_unit_test(crowds_break_no_promise),
    };

    read_plan();
    if (getenv("DOMOFON_MODEL_TEST") != NULL)
        cmocka_set_test_filter(getenv("DOMOFON_MODEL_TEST"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
