/*
 * sqlite_index: putting the indexes of an SQLite store off while it is being filled, as pg_index.h
 * does for PostgreSQL. Those of UNIQUE columns are part of their tables and stay.
 */
#ifndef STORE_SQLITE_INDEX_H
#define STORE_SQLITE_INDEX_H

#include "store/sqlite_conn.h"

/* Drops the indexes, and keeps their definitions in a table of their own. The SQLite result code;
 * when that is not SQLITE_OK, a transaction is to be rolled back. */
MUST_CHECK int sqlite_indexes_put_off(struct sqlite_conn *conn);

/* Builds what was put off, if anything was. */
MUST_CHECK int sqlite_indexes_build(struct sqlite_conn *conn);

#endif
