/*
 * pg_index: putting the indexes of a PostgreSQL store off while it is being filled. An index that
 * grows row by row costs several times what it costs to build it at once over all rows.
 *
 * The definitions wait in a table of their own in the same database, so that a process that dies in
 * between leaves nothing lost. Primary keys stay: they tell how far the filling is.
 */
#ifndef STORE_PG_INDEX_H
#define STORE_PG_INDEX_H

#include "store/pg_connect.h"

/* Drops every index of bulk_tables but the primary keys. Does nothing where the role is not the
 * owner: then it only takes longer. */
MUST_CHECK bool pg_indexes_put_off(const struct pg_server *server, PGconn *conn,
                                   char error[STORE_ERROR_SIZE]);

/* Builds what was put off, if anything was. */
MUST_CHECK bool pg_indexes_build(const struct pg_server *server, PGconn *conn,
                                 char error[STORE_ERROR_SIZE]);

#endif
