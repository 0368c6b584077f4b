/*
 * bulk_engine: what a database must do for bulk.h, and the SQL that both understand. An engine is
 * asked by bulk.c only, which has checked the arguments.
 */
#ifndef STORE_BULK_ENGINE_H
#define STORE_BULK_ENGINE_H

#include "store/bulk.h"

/* The statements about one table. `$1`... are the values of a key, or of a row. */
struct bulk_sql {
    const char *count;
    const char *first;
    const char *next;
    const char *last;
    const char *insert;
    const char *copy; /* PostgreSQL's COPY FROM in its binary format */
};

/* Fills *ret_sql with texts that live in `arena`. */
void bulk_sql_make(struct arena *arena, const struct bulk_table *table, struct bulk_sql *ret_sql);

/* For the proof, in the table `setting`. */
#define BULK_SQL_PROOF "SELECT value FROM setting WHERE name = '" BULK_PROOF_NAME "'"
#define BULK_SQL_SET_PROOF                                        \
    "INSERT INTO setting (name, value) VALUES ('" BULK_PROOF_NAME \
    "', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
#define BULK_SQL_NO_PROOF "DELETE FROM setting WHERE name = '" BULK_PROOF_NAME "'"

/* See bulk.h for what each does; `sql` is that of the table. */
struct bulk_engine {
    /* Whether there is nothing as yet: no file, no schema. */
    bool (*is_absent)(const struct settings *settings, bool *ret_absent, char *error);
    bool (*open)(const struct settings *settings, enum bulk_mode mode, void **ret_self,
                 char *error);
    void (*close)(void *self);

    bool (*count)(void *self, const struct bulk_sql *sql, int64_t *ret_count, char *error);
    bool (*read)(void *self, const struct bulk_table *table, const char *sql,
                 const struct bulk_value *after, struct bulk_rows *ret_rows, char *error);
    bool (*write)(void *self, const struct bulk_table *table, const struct bulk_sql *sql,
                  const struct bulk_rows *rows, char *error);
    bool (*put_indexes_off)(void *self, char *error);
    bool (*build_indexes)(void *self, char *error);
    bool (*last_id)(void *self, const struct bulk_table *table, int64_t *ret_id, char *error);
    bool (*set_last_id)(void *self, const struct bulk_table *table, int64_t id, char *error);
    bool (*proof)(void *self, char ret_proof[BULK_PROOF_SIZE], char *error);
    bool (*set_proof)(void *self, const char *proof, char *error);
};

extern const struct bulk_engine bulk_engine_sqlite;
extern const struct bulk_engine bulk_engine_pg;

#endif
