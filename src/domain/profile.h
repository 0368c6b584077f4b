/*
 * profile: what a person may write about themselves.
 */
#ifndef DOMAIN_PROFILE_H
#define DOMAIN_PROFILE_H

#include "base/slice.h"

enum profile_field {
    PROFILE_EMAIL,       /* one @, something before it, a host with a dot after it; 254 bytes */
    PROFILE_FIRST_NAME,  /* 100 code points, no control characters */
    PROFILE_LAST_NAME,   /* the same */
    PROFILE_CITY,        /* the same */
    PROFILE_TELEGRAM_ID, /* @name with 5 to 32 of [A-Za-z0-9_], or 1 to 20 digits */
    PROFILE_DEVICE_NAME, /* as a name */
};

/*
 * Checks `text` (UTF-8) for `field` and gives it without spaces at its ends, as a part of `text`.
 * A text with nothing else in it clears the field, as JSON null does: true with *ret_value absent.
 * False when it breaks the field's rule.
 */
MUST_CHECK bool profile_read(enum profile_field field, struct slice text, struct slice *ret_value);

#endif
