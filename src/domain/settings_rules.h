/*
 * settings_rules: what must hold of settings together, and settings that were changed while
 * running. The same rules at the start and later.
 */
#ifndef DOMAIN_SETTINGS_RULES_H
#define DOMAIN_SETTINGS_RULES_H

#include "base/settings.h"

/* settings_check, and the rules that need to know countries, dialects and tokens;
 * SETTINGS_BAD_VALUE and ret_error as there. */
MUST_CHECK enum settings_outcome settings_rules_check(const struct settings *settings,
                                                      char ret_error[SETTINGS_ERROR_SIZE]);

/* The source of what was changed while running. */
#define SETTINGS_RUNNING "changed while running"

/* A change as it is stored. */
struct settings_change {
    struct slice name;
    struct slice value;
};

/*
 * Changes one of `settings`, which is as before when that cannot be: the setting is not known, may
 * not change while running, or the value is not allowed. Then ret_error says why.
 */
MUST_CHECK enum settings_outcome settings_change(struct settings *settings,
                                                 const struct settings_change *change,
                                                 char ret_error[SETTINGS_ERROR_SIZE]);

#endif
