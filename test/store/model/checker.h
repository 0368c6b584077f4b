/*
 * checker: one store beside the models it may be at.
 *
 * One by one, an operation leaves exactly one model. After operations at once several may remain:
 * one for each order that explains all outcomes and leads elsewhere. What follows thins them out; a
 * store that no order explains has failed.
 */
#ifndef TEST_STORE_CHECKER_H
#define TEST_STORE_CHECKER_H

#include "rows.h"

/* Models held at once; a run that would need more ends early. */
#define CHECKER_MODELS_MAX 64
#define CHECKER_AT_ONCE_MAX SUBJECT_WORKERS

struct checker {
    struct subject *subject;
    struct model *models[CHECKER_MODELS_MAX];
    uint64_t hashes[CHECKER_MODELS_MAX];
    unsigned count;
    bool loose; /* operations have run at once */
    bool lost;  /* more models than can be held: nothing can be said any more */
    bool quiet; /* says nothing of a failure */
};

/* See subject_open. */
struct checker *checker_open(const char *url);
void checker_close(struct checker *checker);

/* Runs one operation; false, with what was expected and what came on stderr, when it is wrong. */
bool checker_step(struct checker *checker, const struct op *op);

/* Runs a few at once; false when their outcomes are those of no order. */
bool checker_at_once(struct checker *checker, const struct op *ops, unsigned count);

#endif
