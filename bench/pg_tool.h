/*
 * pg_tool: what the benchmark's programs for PostgreSQL share; as tool.h, they stop at the first
 * error.
 */
#ifndef BENCH_PG_TOOL_H
#define BENCH_PG_TOOL_H

#include <libpq-fe.h>

/* A connection to a store's URL; PQfinish closes it. */
PGconn *pg_open(const char *url);

/* Runs SQL, several statements if need be; the last one's rows, as text. PQclear frees them. */
PGresult *pg_rows(PGconn *conn, const char *sql);

/* The same for SQL whose rows nobody wants. */
void pg_exec(PGconn *conn, const char *sql);

#endif
