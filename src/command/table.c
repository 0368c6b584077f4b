#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "command/command.h"
#include "image/worker.h"
#include "version.h"

#define LINE_BYTES_MAX 1024

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
    {"copy", "--from URL --to URL [--verify]",
     "bring all data into another, empty store, of the same kind or another; --verify only "
     "compares",
     command_copy},
    {"health", "[ready] [--listen ADDR:PORT]",
     "ask the server that runs here whether it lives, or is ready; for health checks",
     command_health},
    {"import",
     "django --dialect NAME --dsn postgresql://... | sqlite:FILE [--dry-run] [--table NAME] "
     "[--column FIELD=NAME]... [--report FILE]",
     "bring the users of another service in; --dry-run shows what would come; see "
     "docs/moving-in.md",
     command_import},
    {"version", "", "print the version", command_version},
    {"help", "", "print this", command_help},
    /* Not for people: what `serve` runs to look at a picture. Without help, so not in help. */
    {IMAGE_WORKER_COMMAND, "", NULL, command_avatar_worker},
};
const size_t command_count = ARRAY_LEN(command_table);

/* For the commands that have no settings: nothing but --json. */
static bool read_json(int argc, char **argv, bool *ret_json)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") != 0) {
            command_complain("usage: domofon %s [--json]", argv[0]);
            return false;
        }
    }
    *ret_json = argc > 1;
    return true;
}

static void help_json(void)
{
    struct arena *arena = arena_new();

    for (size_t i = 0; i < command_count; i++) {
        struct buf buf = buf_new(arena, 256, LINE_BYTES_MAX);
        struct json json = jsonw_new(&buf);

        if (command_table[i].help == NULL)
            continue;
        jsonw_object(&json);
        jsonw_cstr(&json, "command", command_table[i].name);
        jsonw_cstr(&json, "arguments", command_table[i].arguments);
        jsonw_cstr(&json, "help", command_table[i].help);
        jsonw_end(&json);
        (void)printf("%.*s\n", SLICE_ARG(buf_view(&buf, NULL)));
    }
    arena_free(arena);
}

int command_help(int argc, char **argv)
{
    bool json;

    if (!read_json(argc, argv, &json))
        return EXIT_USAGE;
    if (json) {
        help_json();
        return EXIT_DONE;
    }
    (void)printf("domofon: phone sign-in and invites\n\nusage:\n");
    for (size_t i = 0; i < command_count; i++) {
        if (command_table[i].help != NULL)
            (void)printf("  domofon %s %s\n      %s\n", command_table[i].name,
                         command_table[i].arguments, command_table[i].help);
    }
    (void)printf("\noptions of every command:\n");
    options_help();
    return EXIT_DONE;
}

int command_version(int argc, char **argv)
{
    bool json;

    if (!read_json(argc, argv, &json))
        return EXIT_USAGE;
    (void)printf(json ? "{\"version\":\"%s\"}\n" : "domofon %s\n", DOMOFON_VERSION);
    return EXIT_DONE;
}

int command_avatar_worker(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return image_worker();
}
