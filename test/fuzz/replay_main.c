/*
 * replay: gives every file of a fuzz target's corpus to the target, once, without libFuzzer, so
 * that what fuzzing once found is tried by every compiler and sanitizer.
 *
 * usage: fuzz_X CORPUS_DIR...        the empty input is always tried; a missing folder has none
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A corpus file larger than this is a mistake. */
#define INPUT_MAX_BYTES ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void give_up(const char *path, const char *why)
{
    (void)fprintf(stderr, "%s: %s\n", path, why);
    exit(EXIT_FAILURE);
}

/* The target sees a block of exactly its input's size, so that AddressSanitizer sees its end. */
static void replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *read = malloc(INPUT_MAX_BYTES + 1);
    uint8_t *exact;
    size_t size;

    if (file == NULL || read == NULL)
        give_up(path, strerror(errno));
    size = fread(read, 1, INPUT_MAX_BYTES + 1, file);
    if (ferror(file) != 0 || size > INPUT_MAX_BYTES)
        give_up(path, "cannot be read, or is too large");
    (void)fclose(file);
    exact = malloc(size == 0 ? 1 : size);
    if (exact == NULL)
        give_up(path, strerror(errno));
    memcpy(exact, read, size);
    free(read);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static unsigned replay_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    unsigned count = 0;
    struct dirent *entry;

    if (dir == NULL && errno == ENOENT)
        return 0;
    if (dir == NULL)
        give_up(folder, strerror(errno));
    while ((entry = readdir(dir)) != NULL) {
        char path[4096];

        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        replay_file(path);
        count++;
    }
    (void)closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    unsigned count = 1;

    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        count += replay_folder(argv[i]);
    (void)printf("%u inputs\n", count);
    return EXIT_SUCCESS;
}
