/* master_key: the key file is made once, for good, and only for a store that has no key yet. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "command/master_key.h"
#include "store/bulk.h"

static char folder[64];
static char key[96];
static struct settings *settings;
static struct store *store;
static struct store_port *port;
static char error[STORE_ERROR_SIZE];
static struct keyring keyring;

/* Folders flushed, and with what errno that fails; 0 when it does not. */
static unsigned folder_syncs;
static int folder_sync_errno;

/* Stands in for the C library's, for the code under test, too. */
int fsync(int fd)
{
    struct stat info;

    if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        folder_syncs++;
        errno = folder_sync_errno;
        if (folder_sync_errno != 0)
            return -1;
    }
    return (int)syscall(SYS_fsync, fd);
}

static int setup(void **state)
{
    char url[128];

    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/domofon-unit.XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(url, sizeof(url), "sqlite:%s/d.sqlite", folder);
    (void)snprintf(key, sizeof(key), "%s/d.sqlite.key", folder);
    settings = settings_new();
    assert_int_equal(settings_set(settings, "store", url, "test", error), SETTINGS_OK);
    assert_true(store_open(settings, true, &store, error));
    assert_true(store_port_open(store, NULL, &port, error));
    folder_syncs = 0;
    folder_sync_errno = 0;
    return 0;
}

/* Counts the files of the folder, all of which begin with d.sqlite; removes them when told. */
static unsigned count_files(bool remove)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    unsigned count = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        assert_true(!remove || unlinkat(dirfd(dir), entry->d_name, 0) == 0);
        count++;
    }
    (void)closedir(dir);
    return count;
}

static int teardown(void **state)
{
    (void)state;
    store_port_close(port);
    store_close(store);
    settings_free(settings);
    (void)count_files(true);
    return rmdir(folder);
}

static void load(void)
{
    if (!master_key_load(settings, port, &keyring, error))
        fail_msg("%s", error);
}

static void refuse(const char *expected)
{
    assert_false(master_key_load(settings, port, &keyring, error));
    if (strstr(error, expected) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error, expected);
}

static void test_made_once(void **state)
{
    unsigned others = count_files(false);
    struct keyring first;
    struct stat info;

    (void)state;
    load();
    assert_int_equal(folder_syncs, 1);
    assert_int_equal(stat(key, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(count_files(false), others + 1);
    first = keyring;
    load();
    assert_memory_equal(&keyring, &first, sizeof(first));
    assert_int_equal(folder_syncs, 1);
}

static void test_not_made_for_a_store_with_another(void **state)
{
    unsigned files;

    (void)state;
    load();
    assert_int_equal(unlink(key), 0);
    files = count_files(false);
    for (int i = 0; i < 2; i++) {
        refuse("the file is missing, and the store was made with another key");
        assert_non_null(strstr(error, key));
        assert_int_equal(access(key, F_OK), -1);
        assert_int_equal(count_files(false), files);
    }
}

/* A wrong file that was there before is somebody's: it stays. */
static void test_another_file_is_refused_and_left(void **state)
{
    FILE *file;

    (void)state;
    load();
    (void)umask(077);
    file = fopen(key, "we");
    assert_non_null(file);
    assert_true(fputs("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    refuse("is not the key this store was made with");
    assert_int_equal(access(key, F_OK), 0);
}

/* No key fits it yet: none is made, and one that is there stays. */
static void test_not_for_a_store_that_is_being_filled(void **state)
{
    struct claim_setting_in in = {.name = SLICE_LIT(BULK_PROOF_NAME),
                                  .value = SLICE_LIT(BULK_UNFINISHED "copy of another")};
    struct store_job job = {.script = &script_claim_setting, .in = &in, .arena = arena_new()};
    unsigned files = count_files(false);
    FILE *file;

    (void)state;
    assert_int_equal(store_run_wait(port, &job), STORE_DONE);
    arena_free(job.arena);
    refuse("finish `domofon copy` or `domofon import` first");
    assert_int_equal(count_files(false), files);
    (void)umask(077);
    file = fopen(key, "we");
    assert_non_null(file);
    assert_true(fputs("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    refuse("finish `domofon copy` or `domofon import` first");
    assert_int_equal(access(key, F_OK), 0);
}

static void test_a_folder_that_cannot_be_flushed(void **state)
{
    unsigned files = count_files(false);

    (void)state;
    folder_sync_errno = EIO;
    refuse("Input/output error");
    assert_true(count_files(false) <= files + 1);
    folder_sync_errno = 0;
    load();
}

static void test_a_path_that_is_too_long(void **state)
{
    static const char letter[] = "\xf0\x90\x8c\xb0";
    char path[4 * 1024 + 1];

    (void)state;
    for (size_t at = 0; at + 4 < sizeof(path); at += 4)
        memcpy(path + at, letter, sizeof(letter));
    assert_int_equal(settings_set(settings, "key.file", path, "test", error), SETTINGS_OK);
    refuse("its path is too long");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_made_once),
        TEST(test_not_made_for_a_store_with_another),
        TEST(test_another_file_is_refused_and_left),
        TEST(test_not_for_a_store_that_is_being_filled),
        TEST(test_a_folder_that_cannot_be_flushed),
        TEST(test_a_path_that_is_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
