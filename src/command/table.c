#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "command/command.h"
#include "version.h"

const struct command command_table[] = {
    {"serve", "[--dev] [--listen ADDR:PORT]", "run the server", command_serve},
    {"migrate", "up | status", "bring the store to this version's schema, or show where it is",
     command_migrate},
    {"account",
     "add PHONE [--role ROLE] | show PHONE|ID | list [--after ID] | "
     "role PHONE|ID ROLE | disable PHONE|ID | enable PHONE|ID | erase PHONE|ID",
     "look after accounts; this is how the first administrator is made", command_account},
    {"config", "show | check | doc", "settings: in force, whether they are right, all of them",
     command_config},
    {"version", "", "print the version", command_version},
    {"help", "", "print this", command_help},
};
const size_t command_count = ARRAY_LEN(command_table);

int command_help(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    (void)printf("domofon: phone sign-in and invites\n\nusage:\n");
    for (size_t i = 0; i < command_count; i++)
        (void)printf("  domofon %s %s\n      %s\n", command_table[i].name,
                     command_table[i].arguments, command_table[i].help);
    (void)printf(
        "\noptions of every command:\n"
        "  --config FILE       INI file with settings (default %s if it is there)\n"
        "  --set name=value    one setting; `domofon config doc` lists them\n"
        "  --store URL         the same as --set store=URL, e.g. sqlite:/var/lib/d.sqlite\n"
        "  --json              print JSON, one object a line\n",
        "/etc/domofon/domofon.ini");
    return EXIT_DONE;
}

int command_version(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;

    (void)printf(json ? "{\"version\":\"%s\"}\n" : "domofon %s\n", DOMOFON_VERSION);
    return EXIT_DONE;
}
