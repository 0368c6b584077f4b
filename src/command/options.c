#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "command/command.h"
#include "command/config_file.h"
#include "domain/settings_rules.h"

/* Read when it is there and no --config names another. */
#define DEFAULT_CONFIG "/etc/domofon/domofon.ini"

void command_complain(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)fprintf(stderr, "domofon: ");
    (void)vfprintf(stderr, format, args);
    (void)fprintf(stderr, "\n");
    va_end(args);
}

bool options_set(struct settings *settings, const char *name, const char *value, const char *source)
{
    char error[SETTINGS_ERROR_SIZE];

    if (settings_set(settings, name, value, source, error) == SETTINGS_OK)
        return true;
    command_complain("%s", error);
    return false;
}

/* DOMOFON_X for each setting x; any other DOMOFON_ variable is a slip worth stopping for. */
static bool read_environment(struct settings *settings)
{
    bool good = true;

    for (char **entry = environ; *entry != NULL; entry++) {
        const char *equals = strchr(*entry, '=');
        char source[128];
        char name[96];
        bool found = false;

        if (strncmp(*entry, "DOMOFON_", 8) != 0 || equals == NULL)
            continue;
        (void)snprintf(source, sizeof(source), "environment %.*s", (int)(equals - *entry), *entry);
        for (size_t i = 0; i < settings_count() && !found; i++) {
            settings_environment_name(i, name, sizeof(name));
            found = strlen(name) == (size_t)(equals - *entry) &&
                    strncmp(name, *entry, strlen(name)) == 0;
            if (found)
                good = options_set(settings, settings_name(i), equals + 1, source) && good;
        }
        if (!found) {
            command_complain("%s: there is no such setting; `domofon config doc` lists them",
                             source);
            good = false;
        }
    }
    return good;
}

static bool take_config(struct options *options, const char *value)
{
    return config_file_read(options->settings, value);
}

static bool take_set(struct options *options, const char *value)
{
    const char *equals = strchr(value, '=');
    char name[128];

    if (equals == NULL || (size_t)(equals - value) >= sizeof(name)) {
        command_complain("--set takes name=value, not '%s'", value);
        return false;
    }
    (void)snprintf(name, sizeof(name), "%.*s", (int)(equals - value), value);
    return options_set(options->settings, name, equals + 1, "--set");
}

static bool take_store(struct options *options, const char *value)
{
    return options_set(options->settings, "store", value, "--store");
}

static bool take_listen(struct options *options, const char *value)
{
    return options_set(options->settings, "http.listen", value, "--listen");
}

static bool take_dev(struct options *options, const char *value)
{
    (void)value;
    options->settings->dev = true;
    return true;
}

static bool take_column(struct options *options, const char *value)
{
    if (options->column_count == ARRAY_LEN(options->columns)) {
        command_complain("too many --column");
        return false;
    }
    options->columns[options->column_count++] = value;
    return true;
}

/* For the options that only put their value, or that they were given, into struct options. */
#define FIELD(name) NULL, offsetof(struct options, name)
#define TAKEN_BY(function) (function), 0

/* Every option. `config` takes those of `serve`, to show what would be in force. */
static const struct option {
    const char *name;
    const char *value; /* what the help calls its value; NULL: it takes none */
    const char *help;  /* NULL: the command's own help shows it */
    bool (*take)(struct options *options, const char *value);
    size_t field;            /* of struct options, where `take` is NULL: a text, or a bool */
    const char *commands[6]; /* those that know it, "account" or "account add"; none: all do */
} option_table[] = {
    {"--config",
     "FILE",
     "INI file with settings (default " DEFAULT_CONFIG " if it is there)",
     TAKEN_BY(take_config),
     {NULL}},
    {"--set",
     "name=value",
     "one setting; `domofon config doc` lists them",
     TAKEN_BY(take_set),
     {NULL}},
    {"--store",
     "URL",
     "the same as --set store=URL, e.g. sqlite:/var/lib/d.sqlite",
     TAKEN_BY(take_store),
     {NULL}},
    {"--json",
     NULL,
     "print JSON, one object a line; not for serve",
     FIELD(json),
     {"account", "config", "copy", "health", "import", "migrate"}},
    {"--dev", NULL, NULL, TAKEN_BY(take_dev), {"serve", "config"}},
    {"--listen", "ADDR:PORT", NULL, TAKEN_BY(take_listen), {"serve", "config", "health"}},
    {"--role", "ROLE", NULL, FIELD(role), {"account add"}},
    {"--after", "ID", NULL, FIELD(after), {"account list"}},
    {"--from", "URL", NULL, FIELD(from), {"copy"}},
    {"--to", "URL", NULL, FIELD(to), {"copy"}},
    {"--verify", NULL, NULL, FIELD(verify), {"copy"}},
    {"--dialect", "NAME", NULL, FIELD(dialect), {"import"}},
    {"--dsn", "URL", NULL, FIELD(dsn), {"import"}},
    {"--dry-run", NULL, NULL, FIELD(dry_run), {"import"}},
    {"--table", "NAME", NULL, FIELD(table), {"import"}},
    {"--column", "FIELD=NAME", NULL, TAKEN_BY(take_column), {"import"}},
    {"--report", "FILE", NULL, FIELD(report), {"import"}},
};

void options_help(void)
{
    for (size_t i = 0; i < ARRAY_LEN(option_table); i++) {
        const struct option *option = &option_table[i];
        const char *value = option->value == NULL ? "" : option->value;

        if (option->help != NULL)
            (void)printf("  %s %-*s %s\n", option->name, 18 - (int)strlen(option->name), value,
                         option->help);
    }
}

/* An option of the command line and its value. */
struct given {
    const struct option *option;
    const char *value;
};

static const struct option *find_option(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(option_table); i++) {
        const struct option *option = &option_table[i];
        size_t len = strlen(option->name);

        if (strncmp(word, option->name, len) == 0 &&
            (word[len] == '\0' || (word[len] == '=' && option->value != NULL)))
            return option;
    }
    return NULL;
}

static bool has_option(const char *command, const char *subcommand, const struct option *option)
{
    char both[64];

    (void)snprintf(both, sizeof(both), "%s %s", command, subcommand);
    for (size_t i = 0; i < ARRAY_LEN(option->commands) && option->commands[i] != NULL; i++) {
        if (strcmp(option->commands[i], command) == 0 || strcmp(option->commands[i], both) == 0)
            return true;
    }
    return option->commands[0] == NULL;
}

/* Sorts the line into words and options; a value is the rest after `=`, or the next word. */
static bool split_line(struct options *options, int argc, char **argv, struct given *given)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];

        if (word[0] == '-' && word[1] != '\0' && !isdigit((unsigned char)word[1])) {
            given->option = find_option(word);
            if (given->option == NULL) {
                command_complain("unknown option %s; see `domofon help`", word);
                return false;
            }
            given->value = strchr(word, '=');
            if (given->value != NULL)
                given->value++;
            else if (given->option->value != NULL)
                given->value = argv[++i];
            if (given->option->value != NULL && given->value == NULL) {
                command_complain("%s needs a value", word);
                return false;
            }
            given++;
        } else if (options->word_count == (int)ARRAY_LEN(options->words)) {
            command_complain("too many words; see `domofon help`");
            return false;
        } else {
            options->words[options->word_count++] = word;
        }
    }
    return true;
}

static bool take_one(struct options *options, const struct given *given)
{
    char *field = (char *)options + given->option->field;

    if (given->option->take != NULL)
        return given->option->take(options, given->value);
    if (given->option->value != NULL)
        memcpy(field, &given->value, sizeof(given->value));
    else
        memcpy(field, &(bool){true}, sizeof(bool));
    return true;
}

/* Files come before the environment, wherever they stand in the line, and flags after it. */
static bool take(struct options *options, const struct given *given)
{
    bool has_file = access(DEFAULT_CONFIG, F_OK) == 0;

    for (const struct given *at = given; at->option != NULL; at++)
        has_file = has_file && at->option->take != take_config;
    if (has_file && !config_file_read(options->settings, DEFAULT_CONFIG))
        return false;
    for (const struct given *at = given; at->option != NULL; at++) {
        if (at->option->take == take_config && !take_config(options, at->value))
            return false;
    }
    if (!read_environment(options->settings))
        return false;
    for (; given->option != NULL; given++) {
        if (given->option->take != take_config && !take_one(options, given))
            return false;
    }
    return true;
}

static bool check(const struct settings *settings)
{
    char error[SETTINGS_ERROR_SIZE];

    if (settings_rules_check(settings, error) == SETTINGS_OK)
        return true;
    command_complain("%s", error);
    return false;
}

/* Development mode is for trying things: it speaks every dialect unless the operator chose. */
static bool choose_dialects(struct settings *settings)
{
    size_t index;

    CHECK(settings_find("dialects", &index));
    if (!settings->dev || strcmp(settings_source(settings, index), "default") != 0)
        return true;
    return options_set(settings, "dialects", "all", "--dev");
}

bool options_read(struct options *options, int argc, char **argv)
{
    struct given *given = calloc((size_t)argc, sizeof(*given));
    bool good;

    CHECK(given != NULL);
    options->settings = settings_new();
    good = split_line(options, argc, argv, given);
    for (const struct given *at = given; good && at->option != NULL; at++) {
        if (!has_option(argv[0], options->word_count > 0 ? options->words[0] : "", at->option)) {
            command_complain("unknown option %s for `domofon %s`; see `domofon help`",
                             at->option->name, argv[0]);
            good = false;
        }
    }
    good = good && take(options, given) && choose_dialects(options->settings) &&
           check(options->settings);
    free(given);
    return good;
}

void options_free(struct options *options)
{
    settings_free(options->settings);
}
