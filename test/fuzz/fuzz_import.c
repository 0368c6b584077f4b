/*
 * The input is lines, each of them a value of somebody's database, an argument of `--column` and a
 * `table.column` of a catalogue at once. A date that is read is one that can be shown and read
 * again; an invite code is told again from its key; a place that is taken is shown so that it is
 * taken again. In whatever catalogue, what is found is there, and makes SQL with its names quoted.
 */
#include <stdio.h>

#include "base/check.h"
#include "base/clock.h"
#include "command/import_map.h"
#include "command/import_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX ((size_t)8192)
#define LINES_MAX 512

static void try_value(struct slice text)
{
    char shown[CLOCK_TEXT_SIZE];
    char code[INVITE_TEXT_SIZE];
    uint64_t key = import_code_key(text);
    int64_t at_us;
    int64_t again_us;

    (void)import_read_truth(text);
    /* An offset may lead out of the years that can be shown. */
    if (import_read_date(text, &at_us) && at_us < INT64_C(253402300800) * US_PER_S) {
        CHECK(at_us >= 0);
        clock_format(at_us, shown);
        CHECK(import_read_date(slice_str(shown), &again_us));
        CHECK(again_us == at_us - at_us % US_PER_MS);
    }
    if (key != 0 && key < IMPORT_CODE_LIMIT) {
        import_code_text(key, code);
        CHECK(import_code_key(slice_str(code)) == key);
    }
}

static void try_column(struct import_map *map, const char *line)
{
    char error[STORE_ERROR_SIZE];
    char shown[IMPORT_PLACE_SIZE];
    char again[IMPORT_PLACE_SIZE + 32];
    struct import_map other = {0};
    struct import_map alone = {0};

    if (!import_map_column(&alone, line, error))
        return;
    for (unsigned i = 0; i < IMPORT_FIELDS; i++) {
        if (!alone.is_given[i])
            continue;
        import_map_show(&alone, i, shown);
        (void)snprintf(again, sizeof(again), "%s=%s", import_field_name(i), shown);
        CHECK(import_map_column(&other, again, error));
        CHECK(memcmp(&other.places[i], &alone.places[i], sizeof(other.places[i])) == 0);
    }
    CHECK(import_map_column(map, line, error));
}

static void try_resolve(struct import_map map, const struct import_catalogue *catalogue,
                        const char *dialect, struct arena *arena)
{
    char error[STORE_ERROR_SIZE];
    unsigned quotes = 0;

    CHECK(import_map_dialect(&map, dialect, error));
    if (!import_map_resolve(&map, catalogue, error)) {
        CHECK(error[0] != '\0');
        return;
    }
    CHECK(map.places[IMPORT_ID].column[0] != '\0' && map.places[IMPORT_PHONE].column[0] != '\0');
    for (const char *at = import_map_select(&map, arena); *at != '\0'; at++) {
        CHECK((unsigned char)*at >= ' ');
        quotes += *at == '"' ? 1 : 0;
    }
    CHECK(quotes % 2 == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const dialects[] = {"initialization", "api_users", "send_code", "spaced",
                                           "auth_sms"};
    struct import_column columns[LINES_MAX];
    struct import_catalogue catalogue = {.columns = columns};
    struct import_map map = {0};
    struct arena *arena;
    char *rest;

    if (size > INPUT_MAX)
        return 0;
    arena = arena_new();
    rest = arena_str(arena, slice_of(size == 0 ? (const void *)"" : data, size));
    for (char *line; (line = strsep(&rest, "\n")) != NULL && catalogue.count < LINES_MAX;) {
        struct import_map named = {0};
        char error[STORE_ERROR_SIZE];
        char *dot = strchr(line, '.');

        try_value(slice_str(line));
        try_column(&map, line);
        if (dot == NULL)
            continue;
        *dot = '\0';
        /* As the catalogue is read: what is no name is not there. */
        if (import_map_table(&named, line, error) && import_map_table(&named, dot + 1, error))
            columns[catalogue.count++] = (struct import_column){.table = line, .column = dot + 1};
    }
    for (size_t i = 0; i < ARRAY_LEN(dialects); i++)
        try_resolve(map, &catalogue, dialects[i], arena);
    arena_free(arena);
    return 0;
}
