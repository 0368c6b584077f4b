/*
 * import_source: the database somebody moves in from, read only: an SQLite file, or PostgreSQL.
 *
 * Everything is read within one transaction, so two readings see the same rows. Rows come one after
 * the other and are never held together. Values are text, as the database writes them; dates in ISO
 * form and UTC, where it knows their time zone. Everything blocks.
 */
#ifndef COMMAND_IMPORT_SOURCE_H
#define COMMAND_IMPORT_SOURCE_H

#include "store/store.h"

/* Most values of a row. */
#define IMPORT_VALUES_MAX 24

struct import_source;

/*
 * `dsn`: sqlite:FILE, or a postgresql:// URL as libpq takes it. False, with a message for a person
 * without any password, when it is neither or cannot be opened. Close with import_source_close.
 */
MUST_CHECK bool import_source_open(const char *dsn, struct import_source **ret_source,
                                   char error[STORE_ERROR_SIZE]);

/* NULL is allowed. */
void import_source_close(struct import_source *source);

/* The dsn without a password. */
const char *import_source_name(const struct import_source *source);

/* Begins to read what a SELECT of `count` values gives; what was being read before is left. */
MUST_CHECK bool import_source_select(struct import_source *source, const char *sql, unsigned count,
                                     char error[STORE_ERROR_SIZE]);

/*
 * The next row, or *ret_found false after the last. values[i] is absent for NULL, and lives until
 * the next call.
 */
MUST_CHECK bool import_source_next(struct import_source *source, struct slice *values,
                                   bool *ret_found, char error[STORE_ERROR_SIZE]);

/* Begins to read the catalogue: (table, column) of all tables and views, in order. */
MUST_CHECK bool import_source_catalogue(struct import_source *source, char error[STORE_ERROR_SIZE]);

/* What a kind of database must do; import_source.c alone asks it. */
struct import_engine {
    const char *catalogue; /* SQL that gives it */
    bool (*open)(const char *dsn, const char *name, void **ret_self, char *error);
    void (*close)(void *self);
    bool (*select)(void *self, const char *sql, char *error);
    bool (*next)(void *self, struct slice *values, unsigned count, bool *ret_found, char *error);
};

extern const struct import_engine import_engine_sqlite;
extern const struct import_engine import_engine_pg;

#endif
