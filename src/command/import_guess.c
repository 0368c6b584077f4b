/*
 * What the five services are likely to have called things, and the search in a source's catalogue.
 *
 * A habit is a list of places as `--column` takes them, the likeliest first; a table's name may
 * begin with `*`, which stands for anything.
 */
#include <stdio.h>

#include "base/check.h"
#include "command/import_map.h"
#include "domain/dialect.h"

#define PHONES "phone phone_number number mobile tel user_id:auth_user.username"
#define USERS "users_user user_user *_user *user *profile *account *client"

struct import_dialect {
    const char *name;
    const char *tables; /* of users */
    const char *phone;
    const char *invite_code;
    const char *activated_code;
    const char *inviter;
};

static const struct import_dialect dialects[] = {
    {"initialization", USERS, PHONES,
     "invite_code own_invite_code my_invite_code referral_code id:*profile(user_id).invite_code",
     "activated_invite_code activated_code used_invite_code other_invite_code",
     "invited_by_id inviter_id activated_invite_code_id referrer_id"},
    {"api_users", USERS, PHONES,
     "invite_code own_invite_code own_code user_code referral id:*profile(user_id).invite_code",
     "referral_code activated_invite_code activated_code used_code foreign_invite_code",
     "referrer_id invited_by_id inviter_id referral_code_id referral_user_id"},
    {"send_code", "*_user *user *profile *account *client", PHONES,
     "invite_code own_invite_code referral_code id:*profile(user_id).invite_code",
     "activated_invite_code activated_code used_invite_code invited_code entered_invite_code",
     "invited_by_id inviter_id activated_invite_code_id referrer_id referred_by_id"},
    {"spaced", "*userprofile *profile *_user *user *account *client",
     "phone_number phone number mobile tel",
     "invite_code own_invite_code referral_code user_invite_code",
     "activated_invite_code activated_code used_invite_code used_code inviter_code",
     "invited_by_id inviter_id activated_invite_code_id referrer_id referred_by_id"},
    {"auth_sms", USERS, PHONES,
     "self_referral_id:*referral.referral self_referral_id:*referral.code invite_code",
     "user_referral_id:*referral.referral user_referral_id:*referral.code user_referral",
     "inviter_id invited_by_id referrer_id"},
};

/* Of the fields in which the services do not differ; NULL: the dialect says. */
static const char *const habits[IMPORT_FIELDS] = {
    [IMPORT_ID] = "id",
    [IMPORT_EMAIL] = "email mail user_id:auth_user.email",
    [IMPORT_FIRST_NAME] = "first_name name firstname user_id:auth_user.first_name",
    [IMPORT_LAST_NAME] = "last_name surname lastname user_id:auth_user.last_name",
    [IMPORT_CITY] = "city town",
    [IMPORT_TELEGRAM_ID] = "telegram_id telegram tg_id telegram_chat_id tg_chat_id tg_username",
    [IMPORT_CREATED] = "date_joined created_at created registered_at user_id:auth_user.date_joined",
    [IMPORT_ACTIVATED] = "activated_at invite_activated_at code_activated_at invited_at",
    [IMPORT_SUPERUSER] = "is_superuser is_admin user_id:auth_user.is_superuser",
    [IMPORT_STAFF] = "is_staff is_moderator user_id:auth_user.is_staff",
    [IMPORT_ROLE] = "role",
    [IMPORT_ACTIVE] = "is_active user_id:auth_user.is_active",
};

static const char *habit_of(const struct import_dialect *dialect, unsigned field)
{
    switch (field) {
    case IMPORT_PHONE:
        return dialect->phone;
    case IMPORT_INVITE_CODE:
        return dialect->invite_code;
    case IMPORT_ACTIVATED_CODE:
        return dialect->activated_code;
    case IMPORT_INVITER:
        return dialect->inviter;
    default:
        return habits[field];
    }
}

bool import_map_dialect(struct import_map *map, const char *name, char error[STORE_ERROR_SIZE])
{
    for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
        if (strcmp(dialects[i].name, name) == 0) {
            map->dialect = &dialects[i];
            return true;
        }
    }
    (void)snprintf(error, STORE_ERROR_SIZE,
                   "--dialect takes one of " DIALECT_NAMES ", not '%.100s'", name);
    return false;
}

static bool has_column(const struct import_catalogue *catalogue, const char *table,
                       const char *column)
{
    for (unsigned i = 0; i < catalogue->count; i++) {
        if (strcmp(catalogue->columns[i].table, table) == 0 &&
            (column == NULL || strcmp(catalogue->columns[i].column, column) == 0))
            return true;
    }
    return false;
}

static bool is_like(const char *name, const char *pattern)
{
    size_t len = strlen(name);
    size_t tail = strlen(pattern + 1);

    if (pattern[0] != '*')
        return strcmp(name, pattern) == 0;
    return len >= tail && strcmp(name + len - tail, pattern + 1) == 0;
}

/* Takes the next word off a habit. */
static bool next_word(const char **rest, char *out, size_t size)
{
    size_t len = strcspn(*rest, " ");

    if (len == 0)
        return false;
    CHECK(len < size);
    memcpy(out, *rest, len);
    out[len] = '\0';
    *rest += len;
    *rest += strspn(*rest, " ");
    return true;
}

/* Whether a place with a name for every table is there. */
static bool is_there(const struct import_map *map, const struct import_catalogue *catalogue,
                     const struct import_place *place)
{
    if (!has_column(catalogue, map->table, place->column))
        return false;
    return place->table[0] == '\0' || (has_column(catalogue, place->table, place->key) &&
                                       has_column(catalogue, place->table, place->value));
}

/* Gives a pattern of a table the name of the only table that it fits. */
static bool name_table(const struct import_map *map, const struct import_catalogue *catalogue,
                       struct import_place *place)
{
    const struct import_place pattern = *place;
    struct import_place found = *place;
    unsigned fitting = 0;

    for (unsigned i = 0; i < catalogue->count; i++) {
        const char *table = catalogue->columns[i].table;

        if ((i > 0 && strcmp(catalogue->columns[i - 1].table, table) == 0) ||
            strcmp(table, map->table) == 0 || !is_like(table, pattern.table))
            continue;
        (void)snprintf(found.table, sizeof(found.table), "%s", table);
        if (is_there(map, catalogue, &found)) {
            *place = found;
            fitting++;
        }
    }
    return fitting == 1;
}

static bool guess(struct import_map *map, const struct import_catalogue *catalogue, unsigned field)
{
    const char *rest = habit_of(map->dialect, field);
    char text[IMPORT_PLACE_SIZE];

    while (next_word(&rest, text, sizeof(text))) {
        char line[IMPORT_PLACE_SIZE + 32];
        struct import_map tried = {0};
        struct import_place *place = &tried.places[field];
        char error[STORE_ERROR_SIZE];

        (void)snprintf(line, sizeof(line), "%s=%s", import_field_name(field), text);
        CHECK(import_map_column(&tried, line, error));
        if (place->table[0] == '*' ? name_table(map, catalogue, place)
                                   : is_there(map, catalogue, place)) {
            map->places[field] = *place;
            return true;
        }
    }
    return false;
}

/* Whether the phone would be found there. */
static bool has_phone(const struct import_map *map, const struct import_catalogue *catalogue,
                      const char *table)
{
    struct import_map tried = *map;

    (void)snprintf(tried.table, sizeof(tried.table), "%s", table);
    if (map->is_given[IMPORT_PHONE])
        return is_there(&tried, catalogue, &tried.places[IMPORT_PHONE]);
    return guess(&tried, catalogue, IMPORT_PHONE);
}

/* The tables like `pattern` that have phones: how many, and the last one. */
static unsigned count_tables(const struct import_map *map, const struct import_catalogue *catalogue,
                             const char *pattern, char found[IMPORT_NAME_SIZE])
{
    unsigned count = 0;

    for (unsigned i = 0; i < catalogue->count; i++) {
        const char *table = catalogue->columns[i].table;

        if ((i > 0 && strcmp(catalogue->columns[i - 1].table, table) == 0) ||
            !is_like(table, pattern) || !has_phone(map, catalogue, table))
            continue;
        (void)snprintf(found, IMPORT_NAME_SIZE, "%s", table);
        count++;
    }
    return count;
}

static bool find_table(struct import_map *map, const struct import_catalogue *catalogue,
                       char *error)
{
    const char *rest = map->dialect->tables;
    char pattern[IMPORT_NAME_SIZE];
    char found[IMPORT_NAME_SIZE] = "";
    unsigned count = 0;

    while (count == 0 && next_word(&rest, pattern, sizeof(pattern)))
        count = count_tables(map, catalogue, pattern, found);
    if (count == 0)
        count = count_tables(map, catalogue, "*", found);
    if (count == 1)
        (void)snprintf(map->table, sizeof(map->table), "%s", found);
    else if (count == 0)
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "no table of the source has a column of phones (%s); name them with "
                       "--table and --column phone=NAME",
                       map->is_given[IMPORT_PHONE] ? map->places[IMPORT_PHONE].column
                                                   : map->dialect->phone);
    else
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "several tables of the source may be the one of users, such as %s; name it "
                       "with --table",
                       found);
    return count == 1;
}

static void list_columns(const struct import_catalogue *catalogue, const char *table, char *out,
                         size_t size)
{
    size_t len = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < catalogue->count && len < size; i++) {
        if (strcmp(catalogue->columns[i].table, table) == 0)
            len += (size_t)snprintf(out + len, size - len, "%s%s", len == 0 ? "" : ", ",
                                    catalogue->columns[i].column);
    }
}

static bool complain(const struct import_map *map, const struct import_catalogue *catalogue,
                     unsigned field, char *error)
{
    const char *name = import_field_name(field);
    char place[IMPORT_PLACE_SIZE];
    char there[256];

    list_columns(catalogue, map->table, there, sizeof(there));
    import_map_show(map, field, place);
    if (map->is_given[field])
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "there is no %.100s for --column %s from the table %s, which has: %s", place,
                       name, map->table, there);
    else
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "the table %s has no column known to hold %s; name it with --column "
                       "%s=NAME%s; it has: %s",
                       map->table, field == IMPORT_INVITER ? "the inviter" : name,
                       field == IMPORT_INVITER ? "activated_code" : name,
                       field == IMPORT_ID || field == IMPORT_PHONE ? "" : " (- for none)", there);
    return false;
}

/* Where no guess may be left out: what people would miss. */
static bool is_needed(const struct import_map *map, unsigned field)
{
    return field == IMPORT_ID || field == IMPORT_PHONE || field == IMPORT_INVITE_CODE ||
           (field == IMPORT_INVITER && map->places[IMPORT_ACTIVATED_CODE].column[0] == '\0' &&
            !map->is_given[IMPORT_ACTIVATED_CODE]);
}

bool import_map_resolve(struct import_map *map, const struct import_catalogue *catalogue,
                        char error[STORE_ERROR_SIZE])
{
    if (map->table[0] == '\0' && !find_table(map, catalogue, error))
        return false;
    if (!has_column(catalogue, map->table, NULL)) {
        (void)snprintf(error, STORE_ERROR_SIZE, "the source has no table %s", map->table);
        return false;
    }
    for (unsigned i = 0; i < IMPORT_FIELDS; i++) {
        if (map->is_given[i]
                ? map->places[i].column[0] != '\0' && !is_there(map, catalogue, &map->places[i])
                : !guess(map, catalogue, i) && is_needed(map, i))
            return complain(map, catalogue, i, error);
    }
    return true;
}
