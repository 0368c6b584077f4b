#include "domain/role.h"

static const char *const names[] = {
    [ROLE_USER] = "user",
    [ROLE_MODERATOR] = "moderator",
    [ROLE_ADMIN] = "admin",
};

const char *role_name(enum role role)
{
    return names[role];
}

bool role_from_name(struct slice name, enum role *ret_role)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (slice_eq_str(name, names[i])) {
            *ret_role = (enum role)i;
            return true;
        }
    }
    return false;
}
