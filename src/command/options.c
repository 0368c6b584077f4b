#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"

extern char **environ;

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

static bool set(struct settings *settings, const char *name, const char *value, const char *source)
{
    char error[SETTINGS_ERROR_SIZE];

    if (settings_set(settings, name, value, source, error) == SETTINGS_OK)
        return true;
    command_complain("%s", error);
    return false;
}

struct ini_reader {
    struct settings *settings;
    const char *path;
    bool failed;
};

/* inih hands over one `name = value` at a time; `store = ...` stands before any section. */
static int on_ini_line(void *user, const char *section, const char *name, const char *value)
{
    struct ini_reader *reader = user;
    char full[128];
    char source[512];

    (void)snprintf(full, sizeof(full), "%s%s%s", section, section[0] == '\0' ? "" : ".", name);
    (void)snprintf(source, sizeof(source), "file %s", reader->path);
    if (!set(reader->settings, full, value == NULL ? "" : value, source))
        reader->failed = true;
    return 1;
}

static bool read_file(struct settings *settings, const char *path)
{
    struct ini_reader reader = {.settings = settings, .path = path};
    int line = ini_parse(path, on_ini_line, &reader);

    if (line < 0) {
        command_complain("configuration file %s cannot be read: %s", path, strerror(errno));
        return false;
    }
    if (line > 0) {
        command_complain("configuration file %s, line %d: not `name = value` or `[section]`", path,
                         line);
        return false;
    }
    return !reader.failed;
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
                good = set(settings, settings_name(i), equals + 1, source) && good;
        }
        if (!found) {
            command_complain("%s: there is no such setting; `domofon config doc` lists them",
                             source);
            good = false;
        }
    }
    return good;
}

/* The value of an option that needs one: the rest after `=`, or the next word. */
static const char *option_value(const char *name, int argc, char **argv, int *at)
{
    size_t len = strlen(name);

    if (argv[*at][len] == '=')
        return argv[*at] + len + 1;
    if (*at + 1 >= argc) {
        command_complain("%s needs a value", name);
        return NULL;
    }
    return argv[++*at];
}

static bool is_option(const char *word, const char *name)
{
    size_t len = strlen(name);

    return strncmp(word, name, len) == 0 && (word[len] == '\0' || word[len] == '=');
}

static bool set_pair(struct settings *settings, const char *pair)
{
    const char *equals = strchr(pair, '=');
    char name[128];

    if (equals == NULL || (size_t)(equals - pair) >= sizeof(name)) {
        command_complain("--set takes name=value, not '%s'", pair);
        return false;
    }
    (void)snprintf(name, sizeof(name), "%.*s", (int)(equals - pair), pair);
    return set(settings, name, equals + 1, "--set");
}

static bool read_option(struct options *options, int argc, char **argv, int *at)
{
    static const char *const valued[] = {"--config", "--set",  "--store",
                                         "--listen", "--role", "--after"};
    const char *value = NULL;

    if (strcmp(argv[*at], "--json") == 0) {
        options->json = true;
        return true;
    }
    if (strcmp(argv[*at], "--dev") == 0 && options->allow_dev) {
        options->dev = true;
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(valued); i++) {
        const char *name = valued[i];

        if (!is_option(argv[*at], name))
            continue;
        value = option_value(name, argc, argv, at);
        if (value == NULL)
            return false;
        if (i == 0)
            return true; /* read before the others */
        if (i == 1)
            return set_pair(options->settings, value);
        if (i == 2)
            return set(options->settings, "store", value, "--store");
        if (i == 3 && options->allow_dev)
            return set(options->settings, "http.listen", value, "--listen");
        if (i == 4)
            options->role = value;
        if (i == 5)
            options->after = value;
        if (i >= 4)
            return true;
    }
    command_complain("unknown option %s; see `domofon help`", argv[*at]);
    return false;
}

static bool read_config_file(struct options *options, int argc, char **argv)
{
    FILE *probe;

    for (int i = 1; i < argc; i++) {
        if (is_option(argv[i], "--config")) {
            const char *path = option_value("--config", argc, argv, &i);

            return path != NULL && read_file(options->settings, path);
        }
    }
    probe = fopen(DEFAULT_CONFIG, "re");
    if (probe == NULL)
        return true;
    (void)fclose(probe);
    return read_file(options->settings, DEFAULT_CONFIG);
}

bool options_read(struct options *options, int argc, char **argv)
{
    char error[SETTINGS_ERROR_SIZE];

    options->settings = settings_new();
    if (!read_config_file(options, argc, argv) || !read_environment(options->settings))
        return false;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1] != '\0' && !isdigit((unsigned char)argv[i][1])) {
            if (!read_option(options, argc, argv, &i))
                return false;
        } else if (options->word_count == (int)ARRAY_LEN(options->words)) {
            command_complain("too many words; see `domofon help`");
            return false;
        } else {
            options->words[options->word_count++] = argv[i];
        }
    }
    options->settings->dev = options->dev;
    if (settings_check(options->settings, error) == SETTINGS_OK)
        return true;
    command_complain("%s", error);
    return false;
}

void options_free(struct options *options)
{
    settings_free(options->settings);
}
