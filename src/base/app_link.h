/*
 * app_link: the apps that may open this service's addresses, as the settings app.android and
 * app.apple list them, comma between. Android: `com.example.app:14:6D:E9:...`, the package and the
 * SHA-256 of the certificate it is signed with, as keytool prints it. Apple:
 * `A1B2C3D4E5.com.example.app`, the team and the bundle.
 */
#ifndef BASE_APP_LINK_H
#define BASE_APP_LINK_H

#include "base/slice.h"

struct app_android {
    struct slice package;
    struct slice fingerprint; /* 32 pairs of digits, in capitals, colons between */
};

/* Takes the next element off *rest; false at the end. Blanks around it are none of it. */
bool app_link_next(struct slice *rest, struct slice *ret_app);

MUST_CHECK bool app_android_parse(struct slice app, struct app_android *ret_android);
MUST_CHECK bool app_apple_is_good(struct slice app);

/* Are all of a list good? Of none, yes. */
bool app_android_list_is_good(const char *list);
bool app_apple_list_is_good(const char *list);

#endif
