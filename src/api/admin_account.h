/*
 * admin_account: an account as administration sees it, one shape in every reply.
 */
#ifndef API_ADMIN_ACCOUNT_H
#define API_ADMIN_ACCOUNT_H

#include "api/admin_call.h"

/* The members of an account, into the object that is open. */
void admin_account_json(struct json *json, const struct admin_account_part *account);

#endif
