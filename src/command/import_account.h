/*
 * import_account: a row of another service's database made into a row of `account`.
 */
#ifndef COMMAND_IMPORT_ACCOUNT_H
#define COMMAND_IMPORT_ACCOUNT_H

#include "command/import_plan.h"

/* How many columns of an account are filled. */
#define IMPORT_ACCOUNT_COLUMNS 15

/* The most bytes of text that one account takes: the rules of profile.h, four bytes a letter. */
#define IMPORT_ACCOUNT_BYTES 4096

struct import_maker {
    struct import_plan *plan;
    const struct settings *settings;
    struct import_report *report;
    const struct bulk_table *table; /* `account` */
    bool refuses_rings;
    int64_t now_us;
    struct arena *texts; /* what accounts point at */
    size_t text_bytes;   /* taken of it */
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
