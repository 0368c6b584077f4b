/*
 * import_map: which column of another service's database means what. Each of the five services that
 * a dialect speaks for has its habits; what is guessed from them is looked up in the source's own
 * catalogue, and an operator may name any column better.
 */
#ifndef COMMAND_IMPORT_MAP_H
#define COMMAND_IMPORT_MAP_H

#include "command/import_source.h"

enum import_field {
    IMPORT_ID,
    IMPORT_PHONE,
    IMPORT_EMAIL,
    IMPORT_FIRST_NAME,
    IMPORT_LAST_NAME,
    IMPORT_CITY,
    IMPORT_TELEGRAM_ID,
    IMPORT_INVITE_CODE,
    IMPORT_ACTIVATED_CODE, /* the code of the inviter */
    IMPORT_INVITER,        /* the id of the inviter */
    IMPORT_CREATED,
    IMPORT_ACTIVATED, /* when */
    IMPORT_SUPERUSER,
    IMPORT_STAFF,
    IMPORT_ROLE, /* as domofon spells it */
    IMPORT_ACTIVE,
    IMPORT_FIELDS, /* how many there are */
};

/* Longest name of a table or column, with its NUL: PostgreSQL's. */
#define IMPORT_NAME_SIZE 64

/* A column of the table of users, or one of a table that a column of it points at. */
struct import_place {
    char column[IMPORT_NAME_SIZE]; /* empty: nowhere */
    char table[IMPORT_NAME_SIZE];  /* empty: `column` itself is meant */
    char key[IMPORT_NAME_SIZE];    /* of `table`; equals `column` */
    char value[IMPORT_NAME_SIZE];  /* of `table`, what is meant */
};

struct import_dialect;

struct import_map {
    const struct import_dialect *dialect;
    char table[IMPORT_NAME_SIZE]; /* empty: to be found */
    struct import_place places[IMPORT_FIELDS];
    bool is_given[IMPORT_FIELDS]; /* by the operator: nothing is guessed */
};

/* "phone", "invite_code": as operators spell it. Static. */
const char *import_field_name(enum import_field field);

/* Sets the dialect; false, with the names there are, when there is none so called. */
MUST_CHECK bool import_map_dialect(struct import_map *map, const char *name,
                                   char error[STORE_ERROR_SIZE]);

/* Sets the table of users; false when that is no name. */
MUST_CHECK bool import_map_table(struct import_map *map, const char *name,
                                 char error[STORE_ERROR_SIZE]);

/*
 * Reads where a field is:
 *
 *     phone=phone_number                              a column of the table of users
 *     invite_code=self_referral_id:referral.code      that of the row whose `id` this column holds
 *     invite_code=id:profile(user_id).code            or whose `user_id` does
 *     city=-                                          nowhere
 *
 * False for anything else, with *map unchanged.
 */
MUST_CHECK bool import_map_column(struct import_map *map, const char *text,
                                  char error[STORE_ERROR_SIZE]);

/* What tables and columns there are. */
struct import_catalogue {
    const struct import_column {
        const char *table;
        const char *column;
    } * columns; /* those of a table one after the other */
    unsigned count;
};

#define IMPORT_CATALOGUE_MAX 20000

/* Reads it into `arena`. */
MUST_CHECK bool import_catalogue_read(struct import_source *source, struct arena *arena,
                                      struct import_catalogue *ret_catalogue,
                                      char error[STORE_ERROR_SIZE]);

/*
 * Finds the table of users and a place for every field, and checks those that were given. False,
 * with what to do about it, when there is no one table, when what was given is not there, or when
 * one of these cannot be found: the phone, the invite code, who invited. (What an operator has said
 * to be nowhere is not looked for; an id and a phone there must be.)
 */
MUST_CHECK bool import_map_resolve(struct import_map *map, const struct import_catalogue *catalogue,
                                   char error[STORE_ERROR_SIZE]);

/* A SELECT of all fields, in their order, rows in the order of their ids; lives in `arena`. */
const char *import_map_select(const struct import_map *map, struct arena *arena);

/* A SELECT of the number of rows. */
const char *import_map_count(const struct import_map *map, struct arena *arena);

/* "users_user.phone", as people read it; "-" for nowhere. */
#define IMPORT_PLACE_SIZE (5 * IMPORT_NAME_SIZE)
void import_map_show(const struct import_map *map, enum import_field field,
                     char out[IMPORT_PLACE_SIZE]);

#endif
