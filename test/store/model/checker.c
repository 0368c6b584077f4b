#include "checker.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

/* Bounded sweeps remove what they like up to `most`; this one says where it ends. */
#define EVERYTHING 1000000

struct checker *checker_open(const char *url)
{
    struct checker *checker = calloc(1, sizeof(*checker));

    CHECK(checker != NULL);
    checker->subject = subject_open(url);
    checker->models[0] = model_new();
    checker->count = 1;
    return checker;
}

void checker_close(struct checker *checker)
{
    subject_close(checker->subject);
    for (unsigned i = 0; i < CHECKER_MODELS_MAX; i++)
        free(checker->models[i]);
    free(checker);
}

/* Models that have become the same are one. */
static void merge(struct checker *checker)
{
    unsigned kept = 0;

    for (unsigned i = 0; checker->count > 1 && i < checker->count; i++) {
        uint64_t hash = model_hash(checker->models[i]);
        struct model *model = checker->models[i];
        unsigned n = 0;

        while (n < kept && checker->hashes[n] != hash)
            n++;
        if (n < kept)
            continue;
        checker->models[i] = checker->models[kept];
        checker->models[kept] = model;
        checker->hashes[kept++] = hash;
    }
    if (kept > 0)
        checker->count = kept;
}

static void tell(const struct checker *checker, const struct op *op, const struct rows *expected,
                 const struct outcome *outcome)
{
    if (checker->quiet)
        return;
    (void)fprintf(stderr, "wrong on %s: ", subject_name(checker->subject));
    print_op(op);
    print_rows("expected", expected);
    if (outcome->result == STORE_DONE)
        print_rows("got     ", &outcome->rows);
    else
        (void)fprintf(stderr, "    got     : ended with %d\n", (int)outcome->result);
}

static bool agrees(const struct checker *checker, const struct rows *expected,
                   const struct outcome *outcome)
{
    return outcome->result == STORE_DONE && rows_agree(expected, &outcome->rows, checker->loose);
}

/* Lets each model do the operation; those that disagree with the outcome go. */
static bool follow(struct checker *checker, const struct op *op, const struct outcome *outcome,
                   struct arena *arena)
{
    struct rows first = {0};
    unsigned kept = 0;

    for (unsigned i = 0; i < checker->count; i++) {
        struct model *model = checker->models[i];
        struct rows expected = model_step(model, op->script, op->in, NULL, arena);

        if (i == 0)
            first = expected;
        if (!agrees(checker, &expected, outcome))
            continue;
        checker->models[i] = checker->models[kept];
        checker->models[kept++] = model;
    }
    if (kept == 0) {
        tell(checker, op, &first, outcome);
        return false;
    }
    checker->count = kept;
    merge(checker);
    return true;
}

/* A bounded sweep first, whose choice nobody knows; then one that takes the rest. */
static bool sweep_in_pieces(struct checker *checker, const struct op *op, struct arena *arena)
{
    const struct sweep_in *in = op->in;
    struct sweep_in rest = *in;
    struct op whole = {.script = op->script, .in = &rest};
    struct outcome outcome = subject_run(checker->subject, op);

    if (outcome.result != STORE_DONE)
        return false;
    rest.most = EVERYTHING;
    outcome = subject_run(checker->subject, &whole);
    return follow(checker, &whole, &outcome, arena);
}

static bool step_in(struct checker *checker, const struct op *op, struct arena *arena)
{
    struct outcome outcome;
    struct rows first;

    if (op->script == &script_sweep && ((const struct sweep_in *)op->in)->most < EVERYTHING)
        return sweep_in_pieces(checker, op, arena);
    outcome = subject_run(checker->subject, op);
    if (!follow(checker, op, &outcome, arena))
        return false;
    if (!op->twice)
        return true;
    first = rows_copy(&outcome.rows, arena);
    outcome = subject_run(checker->subject, op);
    /* A stolen token has ended its session, which is as much as to say so again. */
    if (op->script == &script_refresh_session)
        return follow(checker, op, &outcome, arena);
    if (agrees(checker, &first, &outcome))
        return true;
    tell(checker, op, &first, &outcome);
    return false;
}

bool checker_step(struct checker *checker, const struct op *op)
{
    struct arena *arena = arena_new();
    bool right = step_in(checker, op, arena);

    arena_free(arena);
    return right;
}

/* The orders of a few operations, tried one after the other. */
struct search {
    const struct checker *checker;
    const struct op *ops;
    const struct outcome *outcomes;
    unsigned count;
    struct arena *arena;
    struct model *at[CHECKER_AT_ONCE_MAX + 1];
    struct model *found[CHECKER_MODELS_MAX];
    uint64_t hashes[CHECKER_MODELS_MAX];
    unsigned found_count;
    bool overflow;
    unsigned order[CHECKER_AT_ONCE_MAX];
    bool explain; /* says of each order where it fails */
};

static void note_found(struct search *search)
{
    const struct model *model = search->at[search->count];
    uint64_t hash = model_hash(model);

    for (unsigned i = 0; i < search->found_count; i++)
        if (search->hashes[i] == hash)
            return;
    if (search->found_count == CHECKER_MODELS_MAX) {
        search->overflow = true;
        return;
    }
    search->found[search->found_count] = model_new();
    model_copy(search->found[search->found_count], model);
    search->hashes[search->found_count++] = hash;
}

static void say_where(const struct search *search, unsigned depth, const struct rows *expected)
{
    (void)fprintf(stderr, "  not in the order");
    for (unsigned i = 0; i <= depth; i++)
        (void)fprintf(stderr, " %u", search->order[i] + 1);
    (void)fprintf(stderr, ":\n");
    print_rows("expected", expected);
}

static void try_orders(struct search *search, unsigned depth, unsigned used)
{
    if (depth == search->count) {
        note_found(search);
        return;
    }
    for (unsigned i = 0; i < search->count; i++) {
        const struct op *op = &search->ops[i];
        struct rows expected;

        if ((used & (1U << i)) != 0)
            continue;
        model_copy(search->at[depth + 1], search->at[depth]);
        expected = model_step(search->at[depth + 1], op->script, op->in, &search->outcomes[i].rows,
                              search->arena);
        search->order[depth] = i;
        if (agrees(search->checker, &expected, &search->outcomes[i]))
            try_orders(search, depth + 1, used | (1U << i));
        else if (search->explain)
            say_where(search, depth, &expected);
    }
}

static void tell_at_once(struct search *search)
{
    const struct checker *checker = search->checker;

    (void)fprintf(stderr, "no order explains these, at once on %s:\n",
                  subject_name(checker->subject));
    for (unsigned i = 0; i < search->count; i++) {
        (void)fprintf(stderr, "  %u. ", i + 1);
        print_op(&search->ops[i]);
        if (search->outcomes[i].result == STORE_DONE)
            print_rows("got", &search->outcomes[i].rows);
        else
            (void)fprintf(stderr, "    ended with %d\n", (int)search->outcomes[i].result);
    }
    search->explain = true;
    model_copy(search->at[0], checker->models[0]);
    try_orders(search, 0, 0);
}

static void take_found(struct checker *checker, struct search *search)
{
    for (unsigned i = 0; i < CHECKER_MODELS_MAX; i++) {
        free(checker->models[i]);
        checker->models[i] = i < search->found_count ? search->found[i] : NULL;
    }
    checker->count = search->found_count;
    checker->lost = checker->lost || search->overflow;
}

bool checker_at_once(struct checker *checker, const struct op *ops, unsigned count)
{
    struct outcome outcomes[CHECKER_AT_ONCE_MAX];
    struct search search = {.checker = checker, .ops = ops, .outcomes = outcomes, .count = count};

    CHECK(count <= CHECKER_AT_ONCE_MAX);
    checker->loose = true;
    subject_run_at_once(checker->subject, ops, outcomes, count);
    search.arena = arena_new();
    for (unsigned i = 0; i <= count; i++)
        search.at[i] = model_new();
    for (unsigned i = 0; i < checker->count; i++) {
        model_copy(search.at[0], checker->models[i]);
        try_orders(&search, 0, 0);
    }
    if (search.found_count == 0 && !checker->quiet)
        tell_at_once(&search);
    if (search.found_count > 0)
        take_found(checker, &search);
    for (unsigned i = 0; i <= count; i++)
        free(search.at[i]);
    arena_free(search.arena);
    return search.found_count > 0;
}
