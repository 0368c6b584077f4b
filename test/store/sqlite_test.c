#include "sqlite_test.h"

#include <stdio.h>
#include <sys/stat.h>

void path_in(const struct world *world, const char *name, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/%s", world->folder, name);
}

int open_own(void **state)
{
    (void)unsetenv("DOMOFON_TEST_STORE");
    return world_open(state);
}

sqlite3 *open_file(const struct world *world, const char *name)
{
    char path[PATH_SIZE];
    sqlite3 *db = NULL;

    path_in(world, name, path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

int64_t number_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t number;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    number = sqlite3_column_int64(stmt, 0);
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    return number;
}

bool is_whole(sqlite3 *db)
{
    return number_of(db, "SELECT count(*) FROM pragma_integrity_check "
                         "WHERE integrity_check = 'ok'") == 1;
}

struct settings *other_settings(const struct world *world)
{
    struct settings *settings = settings_new();
    char error[SETTINGS_ERROR_SIZE];
    char url[PATH_SIZE + 8];

    (void)snprintf(url, sizeof(url), "sqlite:%s/moved.sqlite", world->folder);
    assert_int_equal(settings_set(settings, "store", url, "test", error), SETTINGS_OK);
    settings->store_busy_ms = 50;
    return settings;
}

void write_file_as(const struct world *world, const char *name, const char *bytes, size_t len)
{
    char path[PATH_SIZE];
    FILE *file;

    path_in(world, name, path);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

char *read_file(const struct world *world, const char *name, size_t *ret_len)
{
    char path[PATH_SIZE];
    struct stat about;
    char *bytes;
    FILE *file;

    path_in(world, name, path);
    assert_int_equal(stat(path, &about), 0);
    bytes = malloc((size_t)about.st_size + 1);
    file = fopen(path, "rb");
    assert_true(bytes != NULL && file != NULL);
    *ret_len = fread(bytes, 1, (size_t)about.st_size, file);
    assert_int_equal(fclose(file), 0);
    return bytes;
}

bool opens(const struct settings *settings, char error[STORE_ERROR_SIZE])
{
    struct store *store = NULL;

    if (!store_open(settings, true, &store, error))
        return false;
    store_close(store);
    return true;
}

void in_child(struct world *world, int (*body)(struct world *world))
{
    pid_t child;
    int status = 0;

    /* A process with threads of its own cannot be copied well. */
    world_shut(world);
    (void)fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(body(world) == 0 ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    world_reopen(world);
}
