#include "command/import_show.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/utf8.h"
#include "domain/phone.h"

#define ROWS 5

void import_show_map(const struct import_map *map, const struct import_source *source,
                     int64_t count)
{
    char place[IMPORT_PLACE_SIZE];

    (void)printf("%-16s %s\n", "source", import_source_name(source));
    (void)printf("%-16s %s, %" PRId64 " rows\n\n", "table", map->table, count);
    (void)printf("%-16s %s\n", "field", "taken from");
    for (unsigned i = 0; i < IMPORT_FIELDS; i++) {
        import_map_show(map, i, place);
        (void)printf("%-16s %s\n", import_field_name(i), place);
    }
    (void)printf("\n");
    (void)fflush(stdout);
}

/* How many letters of a field may be seen; enough for the others, which say nothing of a person. */
static size_t letters_of(unsigned field)
{
    switch (field) {
    case IMPORT_EMAIL:
    case IMPORT_FIRST_NAME:
    case IMPORT_LAST_NAME:
    case IMPORT_CITY:
    case IMPORT_TELEGRAM_ID:
        return 1;
    case IMPORT_INVITE_CODE:
    case IMPORT_ACTIVATED_CODE:
        return 2;
    default:
        return 32;
    }
}

static void print_masked(struct slice text, size_t letters)
{
    uint32_t point;
    size_t len;

    while (letters > 0 && (len = utf8_next(text, &point)) > 0 && utf8_is_printable(point)) {
        (void)printf("%.*s", (int)len, text.ptr);
        text = slice_after(text, len);
        letters--;
    }
    (void)printf("%s", text.len > 0 ? "•••" : "");
}

static void print_phone(struct slice text, const char *region)
{
    char mask[PHONE_MASK_SIZE];
    struct phone phone;

    if (phone_parse(text, region, &phone) == PHONE_OK) {
        phone_mask(phone.e164, mask);
        (void)printf("%s", mask);
    } else {
        (void)printf("••• (%s)", text.len == 0 ? "phone_missing" : phone.reason);
    }
}

bool import_show_rows(struct import_source *source, const char *select, const char *region,
                      char error[STORE_ERROR_SIZE])
{
    struct slice values[IMPORT_FIELDS];
    bool found;

    if (!import_source_select(source, select, IMPORT_FIELDS, error) ||
        !import_source_next(source, values, &found, error))
        return false;
    (void)printf("the first rows, masked\n");
    for (unsigned row = 0; row < ROWS && found; row++) {
        for (unsigned i = 0; i < IMPORT_FIELDS; i++) {
            if (slice_is_absent(values[i]) || (values[i].len == 0 && i != IMPORT_PHONE))
                continue;
            (void)printf("  %s ", import_field_name(i));
            if (i == IMPORT_PHONE)
                print_phone(values[i], region);
            else
                print_masked(values[i], letters_of(i));
        }
        (void)printf("\n");
        if (!import_source_next(source, values, &found, error))
            return false;
    }
    (void)printf("\n");
    (void)fflush(stdout);
    return true;
}
