#include "command/master_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64url.h"
#include "base/random.h"

/* Under this name the store keeps proof of which master key it belongs to. */
#define PROOF_NAME "master_key_proof"

static void key_path(const struct settings *settings, char *out, size_t size)
{
    const char *path = strchr(settings->store_url, ':');

    if (settings->key_file[0] != '\0')
        (void)snprintf(out, size, "%s", settings->key_file);
    else
        (void)snprintf(out, size, "%s.key", path == NULL ? settings->store_url : path + 1);
}

static bool complain(char *error, const char *path, const char *what)
{
    (void)snprintf(error, STORE_ERROR_SIZE, "master key %.300s: %s", path, what);
    return false;
}

/* Written whole under another name and then linked, so that a half-written key never has the name
 * and two servers starting at once agree on one. */
static bool make_file(const char *path, char *error)
{
    uint8_t master[HASH_BYTES];
    char text[KEYRING_TEXT_SIZE];
    char temporary[1200];
    bool made = false;
    int fd;

    (void)snprintf(temporary, sizeof(temporary), "%s.new.%ld", path, (long)getpid());
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return complain(error, path, strerror(errno));
    random_bytes(master, sizeof(master));
    keyring_format(master, text);
    if (write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fsync(fd) == 0)
        made = link(temporary, path) == 0 || errno == EEXIST;
    if (!made)
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

/* Another key would make every token invalid and every signing key unreadable: better not start. */
static bool belongs_to_store(const uint8_t *master, const char *path, struct store_port *port,
                             char *error)
{
    uint8_t proof[HASH_BYTES];
    char text[BASE64URL_LEN(HASH_BYTES)];
    struct claim_setting_in in = {.name = slice_str(PROOF_NAME),
                                  .value = slice_of(text, sizeof(text))};
    struct store_job job = {.script = &script_claim_setting, .in = &in, .arena = arena_new()};
    bool belongs = false;

    hash_derive_key(master, "domofon proof v1", proof);
    base64url_encode(proof, sizeof(proof), text);
    if (store_run_wait(port, &job) != STORE_DONE)
        (void)complain(error, path, "the store cannot be asked whether it is the right one");
    else if (!slice_eq(STORE_ROW(&job, claim_setting)->value, in.value))
        (void)complain(error, path,
                       "is not the key this store was made with; set key.file to that one");
    else
        belongs = true;
    arena_free(job.arena);
    return belongs;
}

bool master_key_load(const struct settings *settings, struct store_port *port,
                     struct keyring *ret_keyring, char ret_error[STORE_ERROR_SIZE])
{
    uint8_t master[HASH_BYTES];
    char path[1100];
    bool loaded;

    key_path(settings, path, sizeof(path));
    if (access(path, F_OK) != 0 && errno == ENOENT && !make_file(path, ret_error))
        return false;
    loaded = read_file(path, master, ret_error) && belongs_to_store(master, path, port, ret_error);
    if (loaded)
        keyring_derive(master, ret_keyring);
    hash_wipe(master, sizeof(master));
    return loaded;
}
