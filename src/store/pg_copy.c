#include "store/pg_copy.h"

#include <endian.h>
#include <stdlib.h>

#include "base/check.h"

/* COPY's binary format: a signature, two words of 4 bytes that are 0; rows; the count -1. */
static const char copy_head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
#define COPY_HEAD_BYTES (sizeof(copy_head) - 1)
#define COPY_TAIL (-1)
#define COPY_NULL (-1)

static size_t copy_size(const struct bulk_table *table, const struct bulk_rows *rows)
{
    size_t size = COPY_HEAD_BYTES + sizeof(uint16_t);

    for (unsigned r = 0; r < rows->count; r++) {
        const struct bulk_value *row = bulk_row(table, rows, r);

        size += sizeof(uint16_t);
        for (unsigned i = 0; i < table->column_count; i++) {
            size += sizeof(uint32_t);
            if (!row[i].is_null)
                size += table->columns[i].type == SCRIPT_INT ? sizeof(uint64_t) : row[i].bytes.len;
        }
    }
    return size;
}

static char *put(char *to, const void *bytes, size_t len)
{
    if (len > 0)
        memcpy(to, bytes, len);
    return to + len;
}

static char *put_count(char *to, int number)
{
    uint16_t wire = htobe16((uint16_t)number);

    return put(to, &wire, sizeof(wire));
}

static char *put_length(char *to, int64_t number)
{
    uint32_t wire = htobe32((uint32_t)number);

    return put(to, &wire, sizeof(wire));
}

static char *put_value(char *to, enum script_type type, const struct bulk_value *value)
{
    uint64_t number = htobe64((uint64_t)value->number);

    if (value->is_null)
        return put_length(to, COPY_NULL);
    if (type == SCRIPT_INT)
        return put(put_length(to, sizeof(number)), &number, sizeof(number));
    return put(put_length(to, (int64_t)value->bytes.len), value->bytes.ptr, value->bytes.len);
}

struct slice pg_copy_encode(struct pg_copy *copy, const struct bulk_table *table,
                            const struct bulk_rows *rows)
{
    size_t size = copy_size(table, rows);
    char *to;

    if (size > copy->size) {
        copy->data = realloc(copy->data, size);
        CHECK(copy->data != NULL);
        copy->size = size;
    }
    to = put(copy->data, copy_head, COPY_HEAD_BYTES);
    for (unsigned r = 0; r < rows->count; r++) {
        const struct bulk_value *row = bulk_row(table, rows, r);

        to = put_count(to, (int)table->column_count);
        for (unsigned i = 0; i < table->column_count; i++)
            to = put_value(to, table->columns[i].type, &row[i]);
    }
    to = put_count(to, COPY_TAIL);
    CHECK(to == copy->data + size);
    return slice_of(copy->data, size);
}
