/*
 * dialect: the APIs of five older services that domofon can speak beside its own, each named after
 * the path that tells it apart. Which are served is a set of bits.
 */
#ifndef DOMAIN_DIALECT_H
#define DOMAIN_DIALECT_H

#include "base/slice.h"

enum dialect {
    DIALECT_INITIALIZATION = 1, /* POST /users/initialization/ */
    DIALECT_API_USERS = 2,      /* POST /api/users/login/ */
    DIALECT_SEND_CODE = 4,      /* POST /send_code/ */
    DIALECT_SPACED = 8,         /* POST /Send Code/ */
    DIALECT_AUTH_SMS = 16,      /* POST /auth/sms/ */
};

#define DIALECT_ALL 31U

/* Every name that a list may hold, for people. */
#define DIALECT_NAMES "initialization, api_users, send_code, spaced, auth_sms"

/*
 * Reads `none`, `all`, or names with commas between them (spaces around a name and a repeated name
 * do no harm) into the set of their bits. False: *ret_unknown, a part of `list`, is the first that
 * is no name; empty when a name is missing.
 */
MUST_CHECK bool dialect_list_parse(struct slice list, unsigned *ret_dialects,
                                   struct slice *ret_unknown);

#endif
