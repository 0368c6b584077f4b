/*
 * copy_tables: the work of `domofon copy`: brings the rows of one store into another, and compares
 * the two.
 */
#ifndef COMMAND_COPY_TABLES_H
#define COMMAND_COPY_TABLES_H

#include "store/bulk.h"

/*
 * Copies every table from where the target's rows end, and the counters of ids; shows how far it
 * is. When it fails or the process ends, calling it again later goes on from there.
 */
MUST_CHECK bool copy_tables(struct bulk *from, struct bulk *to, char error[STORE_ERROR_SIZE]);

struct comparison {
    const struct bulk_table *table;
    struct bulk_checksum from;
    struct bulk_checksum to;
};

/* Reads every table of both stores; ret_comparisons holds bulk_table_count. */
MUST_CHECK bool compare_tables(struct bulk *from, struct bulk *to,
                               struct comparison *ret_comparisons, char error[STORE_ERROR_SIZE]);

#endif
