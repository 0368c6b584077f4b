/*
 * bulk: a store as whole tables, for moving house (`domofon copy`) and for loading many rows at
 * once.
 *
 * Every table is rows of typed values, and knows no rules: what the values mean stands in the
 * scripts. It is the same on both engines, so rows read from one can be written to the other, and
 * their checksums compared. Everything here blocks, on a connection of its own that one thread
 * uses. Pages are read in the order of the primary key, which both engines compare in the same way
 * (numbers by value, text and bytes byte by byte), and written in one transaction each: what has
 * been copied can be told by the last key there.
 *
 * Every function that fails says why in `error`, for a person.
 */
#ifndef STORE_BULK_H
#define STORE_BULK_H

#include "store/store.h"

/* Most rows of a page, columns of a table, columns of a primary key. */
#define BULK_PAGE_ROWS 20000
#define BULK_COLUMNS_MAX 24
#define BULK_KEY_MAX 4

struct bulk_column {
    const char *name;
    enum script_type type;
};

struct bulk_table {
    const char *name;
    const struct bulk_column *columns; /* those of the primary key first, in its order */
    unsigned column_count;
    unsigned key_count;
    bool is_numbered;   /* the store gives its ids, the first column, by a counter */
    const char *only;   /* SQL: rows that do not fulfil it do not exist here; NULL: all do */
    unsigned page_rows; /* read at once; at most BULK_PAGE_ROWS */
};

/*
 * Every table that holds data. Not here: `lease` (who works now), `schema_version`, and the proof
 * of the master key in `setting`, see bulk_proof.
 */
extern const struct bulk_table bulk_tables[];
extern const unsigned bulk_table_count;

/* The table of that name, one of bulk_tables. */
const struct bulk_table *bulk_find_table(const char *name);

/* Which of its columns has that name; there is one. */
unsigned bulk_find_column(const struct bulk_table *table, const char *name);

/* One field. NULL is apart from 0 and from empty, whatever the type. */
struct bulk_value {
    bool is_null;
    int64_t number;     /* SCRIPT_INT */
    struct slice bytes; /* SCRIPT_TEXT, SCRIPT_BYTES */
};

/* Rows of one table, one after the other: values[row * column_count + column]. */
struct bulk_rows {
    const struct bulk_value *values;
    unsigned count;
};

/* The row of that number, from 0. */
const struct bulk_value *bulk_row(const struct bulk_table *table, const struct bulk_rows *rows,
                                  unsigned row);

enum bulk_mode {
    BULK_READ,  /* one consistent picture of the moment it was opened, as long as it is open */
    BULK_WRITE, /* alone: nobody else writes in bulk, and on SQLite nobody does anything */
};

struct bulk;

/* Whether there is nothing as yet where settings->store_url points: no file, no schema. */
MUST_CHECK bool bulk_is_absent(const struct settings *settings, bool *ret_absent,
                               char error[STORE_ERROR_SIZE]);

/*
 * Opens the store of settings->store_url. It must have the newest schema; with BULK_WRITE, one that
 * is not there or has no schema at all is made. One that is foreign, older or newer is refused, and
 * nothing is written to it. `settings` must outlive it. Close with bulk_close.
 */
MUST_CHECK bool bulk_open(const struct settings *settings, enum bulk_mode mode,
                          struct bulk **ret_bulk, char error[STORE_ERROR_SIZE]);

/* A transaction under way is lost. NULL is allowed. */
void bulk_close(struct bulk *bulk);

/* The store's URL without a password. */
const char *bulk_name(const struct bulk *bulk);

MUST_CHECK bool bulk_count(struct bulk *bulk, const struct bulk_table *table, int64_t *ret_count,
                           char error[STORE_ERROR_SIZE]);

/*
 * The next rows, in key order, after the key `after` (table->key_count values; NULL: from the
 * first); none at the end. Fewer than BULK_PAGE_ROWS do not mean the end: a page of long texts ends
 * sooner. The rows live until the next call on `bulk`, which may take its `after` from them.
 */
MUST_CHECK bool bulk_read(struct bulk *bulk, const struct bulk_table *table,
                          const struct bulk_value *after, struct bulk_rows *ret_rows,
                          char error[STORE_ERROR_SIZE]);

/* The one row with the last key, or none; it lives as those of bulk_read. */
MUST_CHECK bool bulk_read_last(struct bulk *bulk, const struct bulk_table *table,
                               struct bulk_rows *ret_rows, char error[STORE_ERROR_SIZE]);

/*
 * Adds rows, all or none; a key that is there already is an error. When this returns they are seen
 * by everybody, and they survive a crash at the latest after bulk_set_proof, in the order they were
 * written: what a crash takes away is always the end.
 */
MUST_CHECK bool bulk_write(struct bulk *bulk, const struct bulk_table *table,
                           const struct bulk_rows *rows, char error[STORE_ERROR_SIZE]);

/*
 * For loading many rows into an empty store: puts its indexes off, which makes it several times
 * faster, and builds them when all rows are there. In between rows that must differ may be equal
 * (which building refuses), so mark the store as unfinished before; see bulk_proof. Building does
 * nothing when none were put off. Primary keys stay, and on SQLite the UNIQUE columns.
 */
MUST_CHECK bool bulk_put_indexes_off(struct bulk *bulk, char error[STORE_ERROR_SIZE]);
MUST_CHECK bool bulk_build_indexes(struct bulk *bulk, char error[STORE_ERROR_SIZE]);

/*
 * The greatest id that a numbered table has given so far, 0 for none; setting it to less than it is
 * changes nothing. With it an id of the past never comes back.
 */
MUST_CHECK bool bulk_last_id(struct bulk *bulk, const struct bulk_table *table, int64_t *ret_id,
                             char error[STORE_ERROR_SIZE]);
MUST_CHECK bool bulk_set_last_id(struct bulk *bulk, const struct bulk_table *table, int64_t id,
                                 char error[STORE_ERROR_SIZE]);

/*
 * The proof of the master key: `serve` starts only with the key that it was made from, and puts it
 * into a store that has none. One that begins with BULK_UNFINISHED is of no key: the store is being
 * filled. "" is none. Setting it makes durable everything written before.
 */
#define BULK_PROOF_NAME "master_key_proof"
#define BULK_PROOF_SIZE 128
#define BULK_UNFINISHED "unfinished "
MUST_CHECK bool bulk_proof(struct bulk *bulk, char ret_proof[BULK_PROOF_SIZE],
                           char error[STORE_ERROR_SIZE]);
MUST_CHECK bool bulk_set_proof(struct bulk *bulk, const char *proof, char error[STORE_ERROR_SIZE]);

/*
 * What a table holds, in short: how many rows, and the sum, in each of four 64-bit lanes, of their
 * SHA-256. It does not depend on the order of rows, and not on the engine. Begin with {0}.
 */
struct bulk_checksum {
    int64_t rows;
    uint64_t lanes[4];
};

void bulk_checksum_add(struct bulk_checksum *sum, const struct bulk_table *table,
                       const struct bulk_rows *rows);

/* As 64 hex digits and a NUL. */
#define BULK_CHECKSUM_SIZE 65
void bulk_checksum_format(const struct bulk_checksum *sum, char out[BULK_CHECKSUM_SIZE]);

bool bulk_checksum_equal(const struct bulk_checksum *a, const struct bulk_checksum *b);

#endif
