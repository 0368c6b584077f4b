/*
 * account_json: an account as clients see it, one shape in every reply.
 */
#ifndef API_ACCOUNT_JSON_H
#define API_ACCOUNT_JSON_H

#include "base/json.h"
#include "store/store.h"

/* Writes the account as a JSON object, the member `name` of what is open (NULL at the top or in an
 * array). */
void account_json(struct json *json, const char *name, const struct account_part *account);

/* Where the picture of a hash is served, for printf with SLICE_ARG. */
#define ACCOUNT_AVATAR_URL "/avatars/%.*s"

/* The member `name`: where the picture of that hash is served; null when there is none. */
void account_avatar_json(struct json *json, const char *name, struct slice hash);

#endif
