#include "tool.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void die(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    exit(1);
}

static int64_t clock_us(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t now_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

int64_t wall_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t processor_us(void)
{
    return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t read_number(const char *text, int64_t least, const char *what)
{
    char *end = NULL;
    long long number;

    errno = 0;
    number = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < least)
        die("%s: '%s' is no number from %lld up", what, text, (long long)least);
    return number;
}

void *need(void *memory)
{
    if (memory == NULL)
        die("out of memory");
    return memory;
}

void db_exec(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die("%s: %s", sql, sqlite3_errmsg(db));
}

sqlite3 *db_open(const char *path)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        die("%s: %s", path, sqlite3_errmsg(db));
    (void)sqlite3_busy_timeout(db, 10000);
    /* As src/store/sqlite_conn.c has it. */
    db_exec(db, "PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;"
                "PRAGMA wal_autocheckpoint = 4000;"
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    return db;
}

sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
        die("%s: %s", sql, sqlite3_errmsg(db));
    return stmt;
}

void db_run(sqlite3 *db, sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE || sqlite3_reset(stmt) != SQLITE_OK)
        die("%s: %s", sqlite3_sql(stmt), sqlite3_errmsg(db));
}

int64_t db_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = db_prepare(db, sql);
    int64_t number;

    if (sqlite3_step(stmt) != SQLITE_ROW)
        die("%s: %s", sql, sqlite3_errmsg(db));
    number = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return number;
}
