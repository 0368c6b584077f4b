/*
 * tool: what the benchmark's programs share. They stop at the first error with a message; none of
 * them is part of domofon.
 */
#ifndef BENCH_TOOL_H
#define BENCH_TOOL_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* Writes `format` to standard error and exits with 1. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Monotonic time. */
int64_t now_us(void);

/* Wall clock, microseconds since 1970 as the store keeps it. */
int64_t wall_us(void);

/* Processor time of this process, user and kernel. */
int64_t processor_us(void);

/* `text` as a number of at least `least`; `what` names it when it is none. */
int64_t read_number(const char *text, int64_t least, const char *what);

/* As calloc and realloc, but never NULL. */
void *need(void *memory);

/* Opens an existing SQLite file as domofon's store does: WAL, FULL, 8 MiB of pages. */
sqlite3 *db_open(const char *path);

/* Runs SQL that returns no rows. */
void db_exec(sqlite3 *db, const char *sql);

sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql);

/* One step of a statement without rows, and its reset. */
void db_run(sqlite3 *db, sqlite3_stmt *stmt);

/* The first column of the first row. */
int64_t db_number(sqlite3 *db, const char *sql);

#endif
