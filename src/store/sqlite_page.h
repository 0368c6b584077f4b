/* sqlite_page: rows read from an SQLite statement and kept; see bulk_read. */
#ifndef STORE_SQLITE_PAGE_H
#define STORE_SQLITE_PAGE_H

#include <sqlite3.h>

#include "store/bulk.h"

struct sqlite_page {
    struct bulk_rows rows; /* they live until the page is emptied */
    struct bulk_value *values;
    char *heap; /* of texts and bytes */
    size_t heap_size;
    size_t heap_used;
};

/* Free with sqlite_page_free, which allows {0}. */
void sqlite_page_make(struct sqlite_page *page);
void sqlite_page_free(struct sqlite_page *page);

void sqlite_page_empty(struct sqlite_page *page);

/*
 * Adds the row at which the statement stands. False when the page is full of texts: the row belongs
 * to the next. An empty page takes a row of any length; at most BULK_PAGE_ROWS fit.
 */
MUST_CHECK bool sqlite_page_take(struct sqlite_page *page, const struct bulk_table *table,
                                 sqlite3_stmt *stmt);

#endif
