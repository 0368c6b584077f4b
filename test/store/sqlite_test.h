/*
 * sqlite_test: what the tests of the SQLite engine alone include. They look at the file itself, so
 * each has a file of its own, whatever DOMOFON_TEST_STORE says: `store.sqlite` in the world's
 * folder, and beside it room for another one, `moved.sqlite`.
 */
#ifndef TEST_STORE_SQLITE_TEST_H
#define TEST_STORE_SQLITE_TEST_H

#include "store_test.h"

#include <sqlite3.h>
#include <stdio.h>

#define PATH_SIZE 128

int open_own(void **state);
#define OWN_TEST(name) cmocka_unit_test_setup_teardown(name, open_own, world_close)

/* A file of the world's folder. */
void path_in(const struct world *world, const char *name, char out[PATH_SIZE]);
sqlite3 *open_file(const struct world *world, const char *name);
void write_file_as(const struct world *world, const char *name, const char *bytes, size_t len);
/* The whole file; free it. */
char *read_file(const struct world *world, const char *name, size_t *ret_len);

/* Plain SQL; a query for one number; whether every page of the file is in order. */
void run_sql(sqlite3 *db, const char *sql);
int64_t number_of(sqlite3 *db, const char *sql);
bool is_whole(sqlite3 *db);

/* Settings that name `moved.sqlite`; settings_free them. */
struct settings *other_settings(const struct world *world);
/* Whether that store opens (and closes it again); otherwise why it does not. */
bool opens(const struct settings *settings, char error[STORE_ERROR_SIZE]);

/*
 * Runs `body` in a process of its own and fails unless it gives 0; the world's store is closed
 * meanwhile, because a process with threads cannot be copied well.
 */
void in_child(struct world *world, int (*body)(struct world *world));

/* In such a body, where cmocka's assertions do not reach. */
#define EXPECT(condition)                                                         \
    do {                                                                          \
        if (!(condition)) {                                                       \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            return 1;                                                             \
        }                                                                         \
    } while (0)

#endif
