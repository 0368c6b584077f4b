#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command/command.h"

static int status(const struct options *options)
{
    char error[STORE_ERROR_SIZE];
    int64_t stored;
    int64_t newest;

    if (!store_version(options->settings, &stored, &newest, error)) {
        command_complain("%s", error);
        return EXIT_FAILED;
    }
    if (options->json)
        (void)printf("{\"schema\":%" PRId64 ",\"newest\":%" PRId64 "}\n", stored, newest);
    else
        (void)printf("schema %" PRId64 " of %" PRId64 "%s\n", stored, newest,
                     stored < newest ? "; run `domofon migrate up`" : "");
    return stored <= newest ? EXIT_DONE : EXIT_FAILED;
}

static int up(const struct options *options)
{
    char error[STORE_ERROR_SIZE];
    struct store *store;

    if (!store_open(options->settings, true, &store, error)) {
        command_complain("%s", error);
        return EXIT_FAILED;
    }
    store_close(store);
    return status(options);
}

int command_migrate(int argc, char **argv)
{
    struct options options = {0};
    int result = EXIT_USAGE;

    if (options_read(&options, argc, argv)) {
        if (options.word_count == 1 && strcmp(options.words[0], "up") == 0)
            result = up(&options);
        else if (options.word_count == 1 && strcmp(options.words[0], "status") == 0)
            result = status(&options);
        else
            command_complain("usage: domofon migrate up | status");
    }
    options_free(&options);
    return result;
}
