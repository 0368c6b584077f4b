#include "command/import_map.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/check.h"

#define SQL_MAX 16384

static const char *const field_names[IMPORT_FIELDS] = {
    [IMPORT_ID] = "id",
    [IMPORT_PHONE] = "phone",
    [IMPORT_EMAIL] = "email",
    [IMPORT_FIRST_NAME] = "first_name",
    [IMPORT_LAST_NAME] = "last_name",
    [IMPORT_CITY] = "city",
    [IMPORT_TELEGRAM_ID] = "telegram_id",
    [IMPORT_INVITE_CODE] = "invite_code",
    [IMPORT_ACTIVATED_CODE] = "activated_code",
    [IMPORT_INVITER] = "inviter",
    [IMPORT_CREATED] = "created",
    [IMPORT_ACTIVATED] = "activated",
    [IMPORT_SUPERUSER] = "is_superuser",
    [IMPORT_STAFF] = "is_staff",
    [IMPORT_ROLE] = "role",
    [IMPORT_ACTIVE] = "is_active",
};

const char *import_field_name(enum import_field field)
{
    CHECK(field < IMPORT_FIELDS);
    return field_names[field];
}

/* Takes a name, up to one of `ends` or the end of the text, off *rest. */
static bool take_name(struct slice *rest, const char *ends, char out[IMPORT_NAME_SIZE])
{
    size_t len = 0;

    while (len < rest->len && strchr(ends, rest->ptr[len]) == NULL) {
        /* Names are quoted in SQL. */
        if ((unsigned char)rest->ptr[len] < ' ' || strchr("\"\x7f", rest->ptr[len]) != NULL)
            return false;
        len++;
    }
    if (len == 0 || len >= IMPORT_NAME_SIZE)
        return false;
    memcpy(out, rest->ptr, len);
    out[len] = '\0';
    *rest = slice_after(*rest, len);
    return true;
}

static bool take_char(struct slice *rest, char c)
{
    if (rest->len == 0 || rest->ptr[0] != c)
        return false;
    *rest = slice_after(*rest, 1);
    return true;
}

/* What stands behind the `=`, and nothing more. */
static bool read_place(struct slice text, struct import_place *ret_place)
{
    struct import_place place = {.key = "id"};

    if (slice_eq_str(text, "-")) {
        *ret_place = (struct import_place){0};
        return true;
    }
    if (!take_name(&text, ":.()=", place.column))
        return false;
    if (text.len > 0 && (!take_char(&text, ':') || !take_name(&text, ":.()=", place.table) ||
                         (take_char(&text, '(') &&
                          (!take_name(&text, ":.()=", place.key) || !take_char(&text, ')'))) ||
                         !take_char(&text, '.') || !take_name(&text, ":.()=", place.value)))
        return false;
    *ret_place = place;
    return text.len == 0;
}

bool import_map_column(struct import_map *map, const char *text, char error[STORE_ERROR_SIZE])
{
    const char *equals = strchr(text, '=');
    struct slice name = slice_of(text, equals == NULL ? 0 : (size_t)(equals - text));
    struct import_place place;

    for (unsigned i = 0; i < IMPORT_FIELDS && equals != NULL; i++) {
        if (!slice_eq_str(name, field_names[i]))
            continue;
        if (!read_place(slice_str(equals + 1), &place) ||
            (place.column[0] == '\0' && (i == IMPORT_ID || i == IMPORT_PHONE)))
            break;
        map->places[i] = place;
        map->is_given[i] = true;
        return true;
    }
    (void)snprintf(error, STORE_ERROR_SIZE,
                   "--column takes FIELD=COLUMN, FIELD=COLUMN:TABLE.COLUMN or FIELD=- (nowhere), "
                   "not '%.100s'; fields: id, phone (these must be somewhere), email, first_name, "
                   "last_name, city, telegram_id, invite_code, activated_code, inviter, created, "
                   "activated, is_superuser, is_staff, role, is_active",
                   text);
    return false;
}

bool import_map_table(struct import_map *map, const char *name, char error[STORE_ERROR_SIZE])
{
    struct slice rest = slice_str(name);

    if (take_name(&rest, "", map->table))
        return true;
    (void)snprintf(error, STORE_ERROR_SIZE, "--table takes the name of a table, not '%.100s'",
                   name);
    return false;
}

/* What could not be named by an operator, or not be quoted in SQL, does not exist here. */
static bool is_name(struct slice text)
{
    char name[IMPORT_NAME_SIZE];

    return !slice_is_absent(text) && take_name(&text, "", name) && text.len == 0;
}

bool import_catalogue_read(struct import_source *source, struct arena *arena,
                           struct import_catalogue *ret_catalogue, char error[STORE_ERROR_SIZE])
{
    struct import_column *columns = ARENA_ARRAY(arena, struct import_column, IMPORT_CATALOGUE_MAX);
    unsigned count = 0;
    struct slice values[2];
    bool found;

    if (!import_source_catalogue(source, error) ||
        !import_source_next(source, values, &found, error))
        return false;
    while (found && count < IMPORT_CATALOGUE_MAX) {
        if (is_name(values[0]) && is_name(values[1]))
            columns[count++] = (struct import_column){
                .table = arena_str(arena, values[0]),
                .column = arena_str(arena, values[1]),
            };
        if (!import_source_next(source, values, &found, error))
            return false;
    }
    *ret_catalogue = (struct import_catalogue){.columns = columns, .count = count};
    return true;
}

/* The first field whose value is in the same row of the same other table: they share a join. */
static unsigned join_of(const struct import_map *map, unsigned field)
{
    const struct import_place *place = &map->places[field];

    for (unsigned i = 0; i < field; i++) {
        const struct import_place *other = &map->places[i];

        if (strcmp(other->column, place->column) == 0 && strcmp(other->table, place->table) == 0 &&
            strcmp(other->key, place->key) == 0)
            return i;
    }
    return field;
}

static void add_joins(struct buf *sql, const struct import_map *map)
{
    for (unsigned i = 0; i < IMPORT_FIELDS; i++) {
        const struct import_place *place = &map->places[i];

        if (place->table[0] != '\0' && join_of(map, i) == i)
            buf_printf(sql, " LEFT JOIN \"%s\" j%u ON j%u.\"%s\" = u.\"%s\"", place->table, i, i,
                       place->key, place->column);
    }
}

static const char *end(const struct buf *sql, struct arena *arena)
{
    bool whole;
    struct slice text = buf_view(sql, &whole);

    CHECK(whole);
    return arena_str(arena, text);
}

const char *import_map_select(const struct import_map *map, struct arena *arena)
{
    struct buf sql = buf_new(arena, 1024, SQL_MAX);

    buf_str(&sql, "SELECT ");
    for (unsigned i = 0; i < IMPORT_FIELDS; i++) {
        const struct import_place *place = &map->places[i];

        buf_str(&sql, i == 0 ? "" : ", ");
        if (place->column[0] == '\0')
            buf_str(&sql, "NULL");
        else if (place->table[0] == '\0')
            buf_printf(&sql, "u.\"%s\"", place->column);
        else
            buf_printf(&sql, "j%u.\"%s\"", join_of(map, i), place->value);
    }
    buf_printf(&sql, " FROM \"%s\" u", map->table);
    add_joins(&sql, map);
    buf_str(&sql, " ORDER BY 1");
    return end(&sql, arena);
}

const char *import_map_count(const struct import_map *map, struct arena *arena)
{
    struct buf sql = buf_new(arena, 256, SQL_MAX);

    buf_printf(&sql, "SELECT count(*) FROM \"%s\" u", map->table);
    add_joins(&sql, map);
    return end(&sql, arena);
}

void import_map_show(const struct import_map *map, enum import_field field,
                     char out[IMPORT_PLACE_SIZE])
{
    const struct import_place *place = &map->places[field];

    if (place->column[0] == '\0')
        (void)snprintf(out, IMPORT_PLACE_SIZE, "-");
    else if (place->table[0] == '\0')
        (void)snprintf(out, IMPORT_PLACE_SIZE, "%s", place->column);
    else if (strcmp(place->key, "id") == 0)
        (void)snprintf(out, IMPORT_PLACE_SIZE, "%s:%s.%s", place->column, place->table,
                       place->value);
    else
        (void)snprintf(out, IMPORT_PLACE_SIZE, "%s:%s(%s).%s", place->column, place->table,
                       place->key, place->value);
}
