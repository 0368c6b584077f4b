/*
 * pg_copy: rows in the binary format of PostgreSQL's COPY
 * (https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format").
 */
#ifndef STORE_PG_COPY_H
#define STORE_PG_COPY_H

#include "store/bulk.h"

/* Memory that is used again and again; begin with {0}, free `data`. */
struct pg_copy {
    char *data;
    size_t size;
};

/* All that COPY ... FROM STDIN wants to be sent for these rows; it lives in `copy`. */
struct slice pg_copy_encode(struct pg_copy *copy, const struct bulk_table *table,
                            const struct bulk_rows *rows);

#endif
