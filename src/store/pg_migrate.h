/* pg_migrate: the schema of a PostgreSQL database. Everything here blocks. */
#ifndef STORE_PG_MIGRATE_H
#define STORE_PG_MIGRATE_H

#include "store/pg_connect.h"

/* See store_prepare. Any number of nodes may call it at once. Where nothing has to change, it needs
 * no right to change the schema. */
enum store_readiness pg_bring_up_to_date(const struct pg_server *server, bool create,
                                         char error[STORE_ERROR_SIZE]);

/* See store_version. */
MUST_CHECK bool pg_read_version(const struct pg_server *server, int64_t *ret_stored,
                                char error[STORE_ERROR_SIZE]);

#endif
