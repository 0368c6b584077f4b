#include "command/config_file.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"

/* Of a path longer than this the source shows the end. */
#define SOURCE_PATH_MAX 50
#define SOURCE_SIZE 80

/* A file being read by inih, which knows neither its name nor the line it is at. */
struct ini_file {
    struct settings *settings;
    const char *path;
    FILE *stream;
    char *text; /* the line, with its end */
    size_t size;
    unsigned line;
    bool failed;
};

/* "domofon.ini:12"; of a long path the end, so that an error, which cuts sources, shows the line.
 */
static void ini_source(const struct ini_file *file, char out[SOURCE_SIZE])
{
    size_t len = strlen(file->path);
    bool is_long = len > SOURCE_PATH_MAX;

    (void)snprintf(out, SOURCE_SIZE, "%s%s:%u", is_long ? "..." : "",
                   is_long ? file->path + len - SOURCE_PATH_MAX : file->path, file->line);
}

enum config_line config_file_line(const char *line, size_t len, char *out, size_t size)
{
    if (strlen(line) != len)
        return CONFIG_LINE_NUL;
    while (isspace((unsigned char)*line)) {
        line++;
        len--;
    }
    if (len > 0 && line[len - 1] == '\n')
        len--;
    if (*line == ';' || *line == '#')
        len = 0;
    if (len >= size)
        return CONFIG_LINE_TOO_LONG;
    memcpy(out, line, len);
    out[len] = '\0';
    return CONFIG_LINE_OK;
}

static char *next_ini_line(char *out, int size, void *user)
{
    struct ini_file *file = user;
    ssize_t len = getline(&file->text, &file->size, file->stream);

    if (len < 0)
        return NULL;
    file->line++;
    switch (config_file_line(file->text, (size_t)len, out, (size_t)size)) {
    case CONFIG_LINE_OK:
        return out;
    case CONFIG_LINE_NUL:
        command_complain("%s:%u: there is a NUL in this line", file->path, file->line);
        break;
    case CONFIG_LINE_TOO_LONG:
        command_complain("%s:%u: longer than %d bytes; give a long value in the environment or "
                         "with --set",
                         file->path, file->line, size - 1);
        break;
    }
    file->failed = true;
    return NULL;
}

/* inih hands over one `name = value` at a time; `store = ...` stands before any section. */
static int on_ini_value(void *user, const char *section, const char *name, const char *value)
{
    struct ini_file *file = user;
    char source[SOURCE_SIZE];
    char full[256];

    (void)snprintf(full, sizeof(full), "%s%s%s", section, section[0] == '\0' ? "" : ".", name);
    ini_source(file, source);
    if (!options_set(file->settings, full, value, source))
        file->failed = true;
    return 1;
}

bool config_file_read(struct settings *settings, const char *path)
{
    struct ini_file file = {.settings = settings, .path = path, .stream = fopen(path, "re")};
    int wrong_line;

    if (file.stream == NULL) {
        command_complain("configuration file %s cannot be read: %s", path, strerror(errno));
        return false;
    }
    wrong_line = ini_parse_stream(next_ini_line, &file, on_ini_value, &file);
    if (ferror(file.stream)) {
        command_complain("configuration file %s cannot be read: %s", path, strerror(errno));
        file.failed = true;
    } else if (wrong_line != 0) {
        command_complain("%s:%d: not `name = value` or `[section]`", path, wrong_line);
        file.failed = true;
    }
    free(file.text);
    (void)fclose(file.stream);
    return !file.failed;
}
