/*
 * bulk_test: rows for the tests of whole tables, with values that are easily lost on the way.
 */
#ifndef TEST_STORE_BULK_TEST_H
#define TEST_STORE_BULK_TEST_H

#include "store_test.h"

#include "store/bulk.h"

/* cmocka's set-up, for world_close: a world whose store has no rows, and is shut; world_reopen
 * opens it. */
int empty_world_open(void **state);
#define EMPTY_TEST(name) cmocka_unit_test_setup_teardown(name, empty_world_open, world_close)

/* One field. */
struct bulk_value an_int(int64_t number);
struct bulk_value a_text(const char *text);
struct bulk_value some_bytes(const char *bytes, size_t len);
#define BYTES_OF(literal) some_bytes((literal), sizeof(literal) - 1)
#define A_NULL ((struct bulk_value){.is_null = true})

/* Opens, or fails the test with the reason. */
struct bulk *open_bulk(const struct settings *settings, enum bulk_mode mode);

/* Writes `count` rows that stand one after the other, or fails. */
void write_rows(struct bulk *bulk, const char *table, const struct bulk_value *values,
                unsigned count);

/* Fails unless two rows of a table are the same. */
void assert_same_row(const struct bulk_table *table, const struct bulk_value *a,
                     const struct bulk_value *b);

/*
 * Reads the whole table page by page, fails unless it is exactly these rows in this order, and
 * gives its checksum.
 */
struct bulk_checksum assert_table(struct bulk *bulk, const char *table,
                                  const struct bulk_value *values, unsigned count);

/*
 * Fails unless bulk_tables has this column, with this type, and in this place of the primary key (1
 * is the first, 0 is none).
 */
void assert_listed(const char *table, const char *column, enum script_type type, unsigned key);

/* Where a field stands in rows that follow each other. */
struct bulk_value *field_of(struct bulk_value *rows, const char *table, unsigned row,
                            const char *column);

/* Rows of `account` and of tables with keys of text, of bytes and of several columns, in key order,
 * with everything that is hard to carry. */
#define HARD_ACCOUNTS 4
extern struct bulk_value hard_accounts[HARD_ACCOUNTS * BULK_COLUMNS_MAX];
#define HARD_KEYS 7
extern struct bulk_value hard_signing_keys[HARD_KEYS * BULK_COLUMNS_MAX];
#define HARD_REPLIES 6
extern struct bulk_value hard_replies[HARD_REPLIES * BULK_COLUMNS_MAX];
#define HARD_EVENTS 6
extern struct bulk_value hard_events[HARD_EVENTS * BULK_COLUMNS_MAX];

/* Fills the tables above; call before their use. */
void make_hard_rows(void);
void write_hard_rows(struct bulk *bulk);
void assert_hard_rows(struct bulk *bulk);

#endif
