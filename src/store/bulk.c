#include "store/bulk.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/hash.h"
#include "store/bulk_engine.h"

#define BULK_MAGIC 0x62756c6bu

struct bulk {
    uint32_t magic;
    enum bulk_mode mode;
    const struct bulk_engine *engine;
    void *self;
    struct arena *arena;
    struct bulk_sql *sql; /* of each table */
    char name[STORE_NAME_SIZE];
};

const struct bulk_value *bulk_row(const struct bulk_table *table, const struct bulk_rows *rows,
                                  unsigned row)
{
    CHECK(row < rows->count);
    return rows->values + (size_t)row * table->column_count;
}

/* Also says of a URL of no kind what is wrong with it. */
static const struct bulk_engine *find_engine(const struct settings *settings, char *error)
{
    static const char sqlite[] = "sqlite:";
    struct store *store;

    if (!store_new(settings, &store, error))
        return NULL;
    store_close(store);
    return strncmp(settings->store_url, sqlite, strlen(sqlite)) == 0 ? &bulk_engine_sqlite
                                                                     : &bulk_engine_pg;
}

static bool make_if_absent(const struct bulk_engine *engine, const struct settings *settings,
                           char *error)
{
    struct store *store;
    bool is_absent;

    if (!engine->is_absent(settings, &is_absent, error))
        return false;
    if (!is_absent)
        return true;
    if (!store_open(settings, true, &store, error))
        return false;
    store_close(store);
    return true;
}

bool bulk_is_absent(const struct settings *settings, bool *ret_absent, char error[STORE_ERROR_SIZE])
{
    const struct bulk_engine *engine = find_engine(settings, error);

    return engine != NULL && engine->is_absent(settings, ret_absent, error);
}

bool bulk_open(const struct settings *settings, enum bulk_mode mode, struct bulk **ret_bulk,
               char error[STORE_ERROR_SIZE])
{
    const struct bulk_engine *engine = find_engine(settings, error);
    struct bulk *bulk;
    void *self;

    if (engine == NULL || (mode == BULK_WRITE && !make_if_absent(engine, settings, error)) ||
        !engine->open(settings, mode, &self, error))
        return false;
    bulk = calloc(1, sizeof(*bulk));
    CHECK(bulk != NULL);
    bulk->magic = BULK_MAGIC;
    bulk->mode = mode;
    bulk->engine = engine;
    bulk->self = self;
    bulk->arena = arena_new();
    bulk->sql = ARENA_ARRAY(bulk->arena, struct bulk_sql, bulk_table_count);
    for (unsigned i = 0; i < bulk_table_count; i++)
        bulk_sql_make(bulk->arena, &bulk_tables[i], &bulk->sql[i]);
    store_name(settings->store_url, bulk->name);
    *ret_bulk = bulk;
    return true;
}

void bulk_close(struct bulk *bulk)
{
    if (bulk == NULL)
        return;
    CHECK_MAGIC(bulk, BULK_MAGIC);
    bulk->engine->close(bulk->self);
    arena_free(bulk->arena);
    bulk->magic = 0;
    free(bulk);
}

const char *bulk_name(const struct bulk *bulk)
{
    CHECK_MAGIC(bulk, BULK_MAGIC);
    return bulk->name;
}

static const struct bulk_sql *sql_of(const struct bulk *bulk, const struct bulk_table *table)
{
    CHECK_MAGIC(bulk, BULK_MAGIC);
    CHECK(table >= bulk_tables && table < bulk_tables + bulk_table_count);
    return &bulk->sql[table - bulk_tables];
}

bool bulk_count(struct bulk *bulk, const struct bulk_table *table, int64_t *ret_count,
                char error[STORE_ERROR_SIZE])
{
    return bulk->engine->count(bulk->self, sql_of(bulk, table), ret_count, error);
}

bool bulk_read(struct bulk *bulk, const struct bulk_table *table, const struct bulk_value *after,
               struct bulk_rows *ret_rows, char error[STORE_ERROR_SIZE])
{
    const struct bulk_sql *sql = sql_of(bulk, table);

    return bulk->engine->read(bulk->self, table, after == NULL ? sql->first : sql->next, after,
                              ret_rows, error);
}

bool bulk_read_last(struct bulk *bulk, const struct bulk_table *table, struct bulk_rows *ret_rows,
                    char error[STORE_ERROR_SIZE])
{
    return bulk->engine->read(bulk->self, table, sql_of(bulk, table)->last, NULL, ret_rows, error);
}

bool bulk_write(struct bulk *bulk, const struct bulk_table *table, const struct bulk_rows *rows,
                char error[STORE_ERROR_SIZE])
{
    const struct bulk_sql *sql = sql_of(bulk, table);

    CHECK(bulk->mode == BULK_WRITE && rows->count <= BULK_PAGE_ROWS);
    return rows->count == 0 || bulk->engine->write(bulk->self, table, sql, rows, error);
}

bool bulk_put_indexes_off(struct bulk *bulk, char error[STORE_ERROR_SIZE])
{
    CHECK_MAGIC(bulk, BULK_MAGIC);
    CHECK(bulk->mode == BULK_WRITE);
    return bulk->engine->put_indexes_off(bulk->self, error);
}

bool bulk_build_indexes(struct bulk *bulk, char error[STORE_ERROR_SIZE])
{
    CHECK_MAGIC(bulk, BULK_MAGIC);
    CHECK(bulk->mode == BULK_WRITE);
    return bulk->engine->build_indexes(bulk->self, error);
}

bool bulk_last_id(struct bulk *bulk, const struct bulk_table *table, int64_t *ret_id,
                  char error[STORE_ERROR_SIZE])
{
    CHECK_MAGIC(bulk, BULK_MAGIC);
    CHECK(table->is_numbered);
    return bulk->engine->last_id(bulk->self, table, ret_id, error);
}

bool bulk_set_last_id(struct bulk *bulk, const struct bulk_table *table, int64_t id,
                      char error[STORE_ERROR_SIZE])
{
    CHECK_MAGIC(bulk, BULK_MAGIC);
    CHECK(table->is_numbered && bulk->mode == BULK_WRITE);
    return id <= 0 || bulk->engine->set_last_id(bulk->self, table, id, error);
}

bool bulk_proof(struct bulk *bulk, char ret_proof[BULK_PROOF_SIZE], char error[STORE_ERROR_SIZE])
{
    CHECK_MAGIC(bulk, BULK_MAGIC);
    return bulk->engine->proof(bulk->self, ret_proof, error);
}

bool bulk_set_proof(struct bulk *bulk, const char *proof, char error[STORE_ERROR_SIZE])
{
    CHECK_MAGIC(bulk, BULK_MAGIC);
    CHECK(bulk->mode == BULK_WRITE && strlen(proof) < BULK_PROOF_SIZE);
    return bulk->engine->set_proof(bulk->self, proof, error);
}

/* Before each field, so that no two rows look alike: what it is, and its number or length. */
#define HEAD_BYTES (1 + sizeof(uint64_t))

static char mark_of(enum script_type type)
{
    switch (type) {
    case SCRIPT_INT:
        return 'i';
    case SCRIPT_TEXT:
        return 't';
    case SCRIPT_BYTES:
        break;
    }
    return 'b';
}

static char *put_field(char *to, enum script_type type, const struct bulk_value *value)
{
    uint64_t head = type == SCRIPT_INT ? (uint64_t)value->number : (uint64_t)value->bytes.len;

    if (value->is_null) {
        memset(to, 0, HEAD_BYTES);
        return to + HEAD_BYTES;
    }
    head = htobe64(head);
    *to = mark_of(type);
    memcpy(to + 1, &head, sizeof(head));
    to += HEAD_BYTES;
    if (type == SCRIPT_INT || value->bytes.len == 0)
        return to;
    memcpy(to, value->bytes.ptr, value->bytes.len);
    return to + value->bytes.len;
}

/* What is hashed of a row; grows *room, of *room_size bytes, as needed. */
static struct slice encode(const struct bulk_table *table, const struct bulk_value *row,
                           char **room, size_t *room_size)
{
    size_t size = 0;
    char *to;

    for (unsigned i = 0; i < table->column_count; i++) {
        size += HEAD_BYTES;
        if (!row[i].is_null && table->columns[i].type != SCRIPT_INT)
            size += row[i].bytes.len;
    }
    if (size > *room_size) {
        *room_size = size * 2;
        *room = realloc(*room, *room_size);
    }
    CHECK(*room != NULL);
    to = *room;
    for (unsigned i = 0; i < table->column_count; i++)
        to = put_field(to, table->columns[i].type, &row[i]);
    return slice_of(*room, size);
}

void bulk_checksum_add(struct bulk_checksum *sum, const struct bulk_table *table,
                       const struct bulk_rows *rows)
{
    char *room = NULL;
    size_t room_size = 0;

    for (unsigned i = 0; i < rows->count; i++) {
        uint64_t hash[HASH_BYTES / sizeof(uint64_t)];

        hash_sha256(encode(table, bulk_row(table, rows, i), &room, &room_size), (uint8_t *)hash);
        for (size_t lane = 0; lane < ARRAY_LEN(hash); lane++)
            sum->lanes[lane] += be64toh(hash[lane]);
    }
    sum->rows += rows->count;
    free(room);
}

void bulk_checksum_format(const struct bulk_checksum *sum, char out[BULK_CHECKSUM_SIZE])
{
    for (size_t lane = 0; lane < ARRAY_LEN(sum->lanes); lane++)
        (void)snprintf(out + 16 * lane, 17, "%016" PRIx64, sum->lanes[lane]);
}

bool bulk_checksum_equal(const struct bulk_checksum *a, const struct bulk_checksum *b)
{
    return a->rows == b->rows && memcmp(a->lanes, b->lanes, sizeof(a->lanes)) == 0;
}
