/*
 * The input is lines of `name=value`, as an operator might write them. A value that is taken is
 * shown in a form that is taken again and shown the same; one that is refused changes nothing; an
 * error is one line. The listening address is tried on every value, too.
 */
#include <stdio.h>

#include "base/check.h"
#include "base/settings.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The most one input may hold: what is shown lives in one arena. */
#define INPUT_MAX ((size_t)8192)

static void check_error(const char error[SETTINGS_ERROR_SIZE])
{
    struct slice rest = slice_str(error);

    CHECK(rest.len > 0);
    while (rest.len > 0) {
        uint32_t code = 0;
        size_t len = utf8_next(rest, &code);

        CHECK(len > 0 && utf8_is_printable(code));
        rest = slice_after(rest, len);
    }
}

static void try_listen(const char *value)
{
    char host[SETTINGS_HOST_SIZE];
    char host_again[SETTINGS_HOST_SIZE];
    char text[SETTINGS_HOST_SIZE + 16];
    uint16_t port = 0;
    uint16_t port_again = 0;

    if (!settings_parse_listen(value, host, &port))
        return;
    (void)snprintf(text, sizeof(text), strchr(host, ':') == NULL ? "%s:%u" : "[%s]:%u", host, port);
    CHECK(settings_parse_listen(text, host_again, &port_again));
    CHECK(strcmp(host, host_again) == 0 && port == port_again);
}

static void try_setting(struct settings *settings, const char *name, const char *value,
                        struct arena *arena)
{
    char error[SETTINGS_ERROR_SIZE] = "";
    struct slice before = SLICE_ABSENT;
    struct slice after;
    size_t index = 0;
    bool is_known = settings_find(name, &index);

    if (is_known)
        before = settings_value(settings, index, arena);
    if (settings_set(settings, name, value, "fuzz", error) != SETTINGS_OK) {
        CHECK(!is_known || slice_eq(before, settings_value(settings, index, arena)));
        check_error(error);
        return;
    }
    CHECK(is_known);
    after = settings_value(settings, index, arena);
    CHECK(settings_set(settings, name, after.ptr, "again", error) == SETTINGS_OK);
    CHECK(slice_eq(after, settings_value(settings, index, arena)));
}

static void try_line(struct settings *settings, char *line, struct arena *arena)
{
    char *equals = strchr(line, '=');

    if (equals == NULL)
        return;
    *equals = '\0';
    try_setting(settings, line, equals + 1, arena);
    try_listen(equals + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char error[SETTINGS_ERROR_SIZE] = "";
    struct settings *settings;
    struct arena *arena;
    char *rest;

    if (size > INPUT_MAX)
        return 0;
    settings = settings_new();
    arena = arena_new();
    rest = arena_str(arena, slice_of(size == 0 ? (const void *)"" : data, size));
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        try_line(settings, line, arena);
    settings->dev = size % 2 == 1;
    if (settings_check(settings, error) != SETTINGS_OK)
        check_error(error);
    arena_free(arena);
    settings_free(settings);
    return 0;
}
