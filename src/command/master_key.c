#include "command/master_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64url.h"
#include "base/random.h"
#include "store/bulk.h"

static bool complain(char *error, const char *path, const char *what)
{
    (void)snprintf(error, STORE_ERROR_SIZE, "master key %.300s: %s", path, what);
    return false;
}

static bool key_path(const struct settings *settings, char out[PATH_MAX], char *error)
{
    static const char sqlite[] = "sqlite:";
    bool is_file = strncmp(settings->store_url, sqlite, strlen(sqlite)) == 0;
    const char *store = is_file ? settings->store_url + strlen(sqlite) : "var/domofon";
    bool is_given = settings->key_file[0] != '\0';
    int len = is_given ? snprintf(out, PATH_MAX, "%s", settings->key_file)
                       : snprintf(out, PATH_MAX, "%s.key", store);

    return len < PATH_MAX || complain(error, out, "its path is too long");
}

/* A name is on the disk only after its folder is. */
static bool sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    bool synced;
    int fd;

    if (slash == NULL)
        (void)snprintf(folder, sizeof(folder), ".");
    else
        (void)snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path + 1), path);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    /* EINVAL: a file system that does not do this for folders. */
    synced = fsync(fd) == 0 || errno == EINVAL;
    (void)close(fd);
    return synced;
}

/*
 * Written whole under another name and then linked, so that a half-written key never has the name
 * and two servers starting at once agree on one. *ret_is_ours: no other server was quicker.
 */
static bool make_file(const char *path, bool *ret_is_ours, char *error)
{
    uint8_t master[HASH_BYTES];
    char text[KEYRING_TEXT_SIZE];
    char temporary[PATH_MAX + sizeof(".XXXXXX")];
    bool is_linked = false;
    bool made = false;
    int fd;

    (void)snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return complain(error, path, strerror(errno));
    random_bytes(master, sizeof(master));
    keyring_format(master, text);
    if (write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fsync(fd) == 0) {
        is_linked = link(temporary, path) == 0;
        made = (is_linked || errno == EEXIST) && sync_folder(path);
    }
    if (made)
        *ret_is_ours = is_linked;
    else
        (void)complain(error, path, strerror(errno));
    (void)close(fd);
    (void)unlink(temporary);
    hash_wipe(master, sizeof(master));
    hash_wipe(text, sizeof(text));
    return made;
}

static bool read_file(const char *path, uint8_t *ret_master, char *error)
{
    char text[KEYRING_TEXT_SIZE + 2];
    struct stat info;
    ssize_t len;
    bool good = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return complain(error, path, strerror(errno));
    len = read(fd, text, sizeof(text));
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        (void)complain(error, path, "is not a regular file");
    else if ((info.st_mode & 077) != 0)
        (void)complain(error, path, "may be read by others; run chmod 600 on it");
    else if (len < 0 || !keyring_parse(slice_of(text, (size_t)len), ret_master))
        (void)complain(error, path, "is not a key file of domofon");
    else
        good = true;
    (void)close(fd);
    hash_wipe(text, sizeof(text));
    return good;
}

enum ownership { OWNED, NOT_OWNED, UNFINISHED, NOT_KNOWN };

static enum ownership ownership_by(struct slice stored, struct slice proof)
{
    static const char unfinished[] = BULK_UNFINISHED;
    size_t len = strlen(unfinished);

    if (slice_eq(stored, proof))
        return OWNED;
    return stored.len >= len && memcmp(stored.ptr, unfinished, len) == 0 ? UNFINISHED : NOT_OWNED;
}

/* Claims the store for this key if no other has. */
static enum ownership claim_store(const uint8_t *master, struct store_port *port)
{
    uint8_t proof[HASH_BYTES];
    char text[BASE64URL_LEN(HASH_BYTES)];
    struct claim_setting_in in = {.name = slice_str(BULK_PROOF_NAME),
                                  .value = slice_of(text, sizeof(text))};
    struct store_job job = {.script = &script_claim_setting, .in = &in, .arena = arena_new()};
    enum ownership ownership = NOT_KNOWN;

    hash_derive_key(master, "domofon proof v1", proof);
    base64url_encode(proof, sizeof(proof), text);
    if (store_run_wait(port, &job) == STORE_DONE)
        ownership = ownership_by(STORE_ROW(&job, claim_setting)->value, in.value);
    arena_free(job.arena);
    return ownership;
}

/* Another key would make every token invalid and every signing key unreadable: better not start. */
static bool belongs_to_store(const uint8_t *master, const char *path, bool is_new,
                             struct store_port *port, char *error)
{
    switch (claim_store(master, port)) {
    case OWNED:
        return true;
    case NOT_OWNED:
        if (!is_new)
            return complain(error, path,
                            "is not the key this store was made with; set key.file to that one");
        /* No store can have been claimed with it; left there, it would pass for the lost one. */
        (void)unlink(path);
        return complain(error, path,
                        "the file is missing, and the store was made with another key; bring that "
                        "file back, or set key.file to where it is");
    case UNFINISHED:
        if (is_new)
            (void)unlink(path);
        return complain(
            error, path,
            "the store is still being filled; finish `domofon copy` or `domofon import` "
            "first");
    case NOT_KNOWN:
        break;
    }
    return complain(error, path, "the store cannot be asked whether it is the right one");
}

bool master_key_load(const struct settings *settings, struct store_port *port,
                     struct keyring *ret_keyring, char ret_error[STORE_ERROR_SIZE])
{
    uint8_t master[HASH_BYTES];
    char path[PATH_MAX];
    bool is_new = false;
    bool loaded;

    if (!key_path(settings, path, ret_error))
        return false;
    if (access(path, F_OK) != 0 && errno == ENOENT && !make_file(path, &is_new, ret_error))
        return false;
    loaded = read_file(path, master, ret_error) &&
             belongs_to_store(master, path, is_new, port, ret_error);
    if (loaded)
        keyring_derive(master, ret_keyring);
    hash_wipe(master, sizeof(master));
    return loaded;
}
