/*
 * rows: comparing what came back with what had to, and printing both for a person.
 */
#ifndef TEST_STORE_ROWS_H
#define TEST_STORE_ROWS_H

#include "subject.h"

/*
 * Whether `got` is what the model expects. `loose`: after operations at once, when the order of ids
 * is the engine's affair, long lists are compared without their order.
 */
bool rows_agree(const struct rows *expected, const struct rows *got, bool loose);

/* A copy in `arena`. */
struct rows rows_copy(const struct rows *rows, struct arena *arena);

/* One line: the script and what is set of its parameters. */
void print_op(const struct op *op);

/* One line for each row, or a word when there is none. */
void print_rows(const char *title, const struct rows *rows);

#endif
