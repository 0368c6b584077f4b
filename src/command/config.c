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

static void doc_head(void)
{
    (void)printf(
        "# Settings\n\n"
        "Made by `domofon config doc`; `config doc --json` tells programs the same, and ranges as\n"
        "numbers. A value comes from the default, then the INI file\n"
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
}

static void doc_row(size_t index, const char *environment, struct arena *arena)
{
    struct slice value = settings_default(index, arena);

    (void)printf("| `%s` | `%s` | %s%.*s%s | %.*s | %s |%s\n", settings_name(index), environment,
                 value.len == 0 ? "" : "`", SLICE_ARG(value), value.len == 0 ? "" : "`",
                 SLICE_ARG(settings_allowed(index, arena)), settings_help(index),
                 settings_facts(index).is_live ? " running |" : " |");
}

static void doc_json(size_t index, const char *environment, struct arena *arena)
{
    struct settings_facts facts = settings_facts(index);
    struct buf buf = buf_new(arena, 512, LINE_BYTES_MAX);
    struct json json = jsonw_new(&buf);

    jsonw_object(&json);
    jsonw_cstr(&json, "name", settings_name(index));
    jsonw_cstr(&json, "environment", environment);
    jsonw_str(&json, "default", settings_default(index, arena));
    jsonw_str(&json, "allowed", settings_allowed(index, arena));
    if (facts.kind == SETTINGS_INT || facts.kind == SETTINGS_RANGE) {
        jsonw_int(&json, "min", facts.min);
        jsonw_int(&json, "max", facts.max);
    }
    jsonw_bool(&json, "running", facts.is_live);
    jsonw_cstr(&json, "help", settings_help(index));
    jsonw_end(&json);
    (void)printf("%.*s\n", SLICE_ARG(buf_view(&buf, NULL)));
}

/* docs/settings.md is this output; a check keeps it so. */
static void doc(bool is_json)
{
    struct arena *arena = arena_new();

    if (!is_json)
        doc_head();
    for (size_t i = 0; i < settings_count(); i++) {
        char environment[SETTINGS_ENVIRONMENT_SIZE];

        settings_environment_name(i, environment, sizeof(environment));
        (is_json ? doc_json : doc_row)(i, environment, arena);
    }
    arena_free(arena);
}

/* `config doc`, with --json wherever it stands. */
static bool asks_for_doc(int argc, char **argv, bool *ret_json)
{
    int words = 0;

    *ret_json = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            *ret_json = true;
        else if (strcmp(argv[i], "doc") == 0)
            words++;
        else
            return false;
    }
    return words == 1;
}

int command_config(int argc, char **argv)
{
    struct options options = {0};
    int result = EXIT_USAGE;
    bool is_json;

    /* The documentation does not depend on what is set here and now. */
    if (asks_for_doc(argc, argv, &is_json)) {
        doc(is_json);
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
