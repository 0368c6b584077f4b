#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "command/command.h"

#define LINE_BYTES_MAX 4096

static void show_json(const struct options *options, size_t index, struct arena *arena)
{
    struct buf buf = buf_new(arena, 256, LINE_BYTES_MAX);
    struct json json = jsonw_new(&buf);

    jsonw_object(&json);
    jsonw_cstr(&json, "name", settings_name(index));
    jsonw_str(&json, "value", settings_value(options->settings, index, arena));
    jsonw_cstr(&json, "source", settings_source(options->settings, index));
    jsonw_end(&json);
    (void)printf("%.*s\n", SLICE_ARG(buf_view(&buf, NULL)));
}

static void show(const struct options *options)
{
    struct arena *arena = arena_new();

    for (size_t i = 0; i < settings_count(); i++) {
        if (options->json)
            show_json(options, i, arena);
        else
            (void)printf("%s = %.*s    # %s\n", settings_name(i),
                         SLICE_ARG(settings_value(options->settings, i, arena)),
                         settings_source(options->settings, i));
    }
    arena_free(arena);
}

/* docs/settings.md is this output; a check keeps it so. */
static void doc(void)
{
    struct arena *arena = arena_new();

    (void)printf(
        "# Settings\n\n"
        "Made by `domofon config doc`. A value comes from the default, then the INI file\n"
        "(`--config FILE`, or `/etc/domofon/domofon.ini` if it is there), then the\n"
        "environment, then flags (`--set name=value`); later ones win. Those marked \"running\" "
        "may\n"
        "also be changed while the server runs (administration.md); that wins over all others, is\n"
        "kept in the store, and so is not known to `config show`.\n\n"
        "In the file the part before the dot is the section: `code.ttl_s` is `ttl_s` under\n"
        "`[code]`; `store` stands before any section. A line that begins with `;` or `#` is a\n"
        "comment, and so is the rest of a line from a `;` with a space before it; a value that\n"
        "holds ` ;`, or makes its line longer than 199 bytes, goes into the environment or\n"
        "`--set` instead.\n\n"
        "| setting | environment | default | allowed | what it does | |\n"
        "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < settings_count(); i++) {
        struct slice value = settings_default(i, arena);
        char name[96];

        settings_environment_name(i, name, sizeof(name));
        (void)printf("| `%s` | `%s` | %s%.*s%s | %.*s | %s |%s\n", settings_name(i), name,
                     value.len == 0 ? "" : "`", SLICE_ARG(value), value.len == 0 ? "" : "`",
                     SLICE_ARG(settings_allowed(i, arena)), settings_help(i),
                     settings_facts(i).is_live ? " running |" : " |");
    }
    arena_free(arena);
}

int command_config(int argc, char **argv)
{
    struct options options = {0};
    int result = EXIT_USAGE;

    /* The documentation does not depend on what is set here and now. */
    if (argc == 2 && strcmp(argv[1], "doc") == 0) {
        doc();
        return EXIT_DONE;
    }
    if (options_read(&options, argc, argv)) {
        result = EXIT_DONE;
        if (options.word_count == 1 && strcmp(options.words[0], "show") == 0) {
            show(&options);
        } else if (options.word_count == 1 && strcmp(options.words[0], "check") == 0) {
            (void)printf("%s\n", options.json ? "{\"ok\":true}" : "settings are right");
        } else {
            command_complain("usage: domofon config show | check | doc");
            result = EXIT_USAGE;
        }
    }
    options_free(&options);
    return result;
}
