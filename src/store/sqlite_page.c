#include "store/sqlite_page.h"

#include <stdlib.h>

#include "base/check.h"

/* Texts and bytes of one page, unless one row has more. */
#define HEAP_BYTES ((size_t)8 << 20)

void sqlite_page_make(struct sqlite_page *page)
{
    page->values = calloc((size_t)BULK_PAGE_ROWS * BULK_COLUMNS_MAX, sizeof(*page->values));
    page->heap_size = HEAP_BYTES;
    page->heap = malloc(page->heap_size);
    CHECK(page->values != NULL && page->heap != NULL);
    sqlite_page_empty(page);
}

void sqlite_page_free(struct sqlite_page *page)
{
    free(page->values);
    free(page->heap);
}

void sqlite_page_empty(struct sqlite_page *page)
{
    page->rows = (struct bulk_rows){.values = page->values};
    page->heap_used = 0;
}

static size_t row_bytes(sqlite3_stmt *stmt, const struct bulk_table *table)
{
    size_t size = 0;

    for (unsigned i = 0; i < table->column_count; i++) {
        if (table->columns[i].type != SCRIPT_INT)
            size += (size_t)sqlite3_column_bytes(stmt, (int)i);
    }
    return size;
}

/* Growing moves the heap, so it happens only while nothing points into it. */
static bool has_room(struct sqlite_page *page, size_t size)
{
    if (size <= page->heap_size - page->heap_used)
        return true;
    if (page->rows.count > 0)
        return false;
    page->heap = realloc(page->heap, size);
    CHECK(page->heap != NULL);
    page->heap_size = size;
    return true;
}

static struct slice keep(struct sqlite_page *page, const void *bytes, size_t len)
{
    char *to = page->heap + page->heap_used;

    if (len > 0)
        memcpy(to, bytes, len);
    page->heap_used += len;
    return slice_of(to, len);
}

bool sqlite_page_take(struct sqlite_page *page, const struct bulk_table *table, sqlite3_stmt *stmt)
{
    struct bulk_value *row = page->values + (size_t)page->rows.count * table->column_count;

    CHECK(page->rows.count < BULK_PAGE_ROWS);
    if (!has_room(page, row_bytes(stmt, table)))
        return false;
    for (unsigned i = 0; i < table->column_count; i++) {
        int column = (int)i;

        row[i] = (struct bulk_value){.is_null = sqlite3_column_type(stmt, column) == SQLITE_NULL};
        if (row[i].is_null)
            continue;
        if (table->columns[i].type == SCRIPT_INT)
            row[i].number = sqlite3_column_int64(stmt, column);
        else
            row[i].bytes = keep(page, sqlite3_column_blob(stmt, column),
                                (size_t)sqlite3_column_bytes(stmt, column));
    }
    page->rows.count++;
    return true;
}
