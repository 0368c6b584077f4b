/*
 * role: what an account may do. The order is the order of power.
 */
#ifndef DOMAIN_ROLE_H
#define DOMAIN_ROLE_H

#include "base/slice.h"

enum role { ROLE_USER, ROLE_MODERATOR, ROLE_ADMIN };

/* "user", "moderator", "admin": the spelling in the store, in tokens and in replies. Static. */
const char *role_name(enum role role);

/* The role so spelled (exactly, lower case); false when there is none. */
MUST_CHECK bool role_from_name(struct slice name, enum role *ret_role);

#endif
