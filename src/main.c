#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command/command.h"

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "help";

    /* What we make holds phone numbers and keys: nobody else reads it. */
    (void)umask(077);

    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0)
        name = "version";
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(name, command_table[i].name) == 0)
            return command_table[i].run(argc > 1 ? argc - 1 : argc, argc > 1 ? argv + 1 : argv);
    }
    command_complain("there is no command '%s'; see `domofon help`", name);
    return EXIT_USAGE;
}
