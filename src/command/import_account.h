/*
 * import_account: a row of another service's database made into a row of `account`.
 */
#ifndef COMMAND_IMPORT_ACCOUNT_H
#define COMMAND_IMPORT_ACCOUNT_H

#include "command/import_plan.h"

/* How many columns of an account are filled. */
#define IMPORT_ACCOUNT_COLUMNS 15

/*
 * The most that one account takes of an arena: a text for each column, and one to try. Texts obey
 * the rules of profile.h and are shorter than a chunk, so each takes another chunk at the worst.
 */
#define IMPORT_ACCOUNT_BYTES ((IMPORT_ACCOUNT_COLUMNS + 1) * ARENA_CHUNK_BYTES)

struct import_maker {
    struct import_plan *plan;
    const struct settings *settings;
    struct import_report *report;
    const struct bulk_table *table; /* `account` */
    bool refuses_rings;
    int64_t now_us;
    struct arena *texts; /* what accounts point at */
    unsigned columns[IMPORT_ACCOUNT_COLUMNS];
};

/* Finds the columns; the rest of *maker is filled in by the caller. */
void import_maker_begin(struct import_maker *maker);

/*
 * Fills `out`, a row of the table, from the values of a row that is not skipped. What does not go
 * over as it is goes into the report.
 */
void import_make_account(struct import_maker *maker, const struct import_row *row,
                         const struct slice *values, struct bulk_value *out);

#endif
