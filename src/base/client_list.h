/*
 * client_list: back ends and their secrets as the setting `introspect.clients` has them,
 * `name:secret`, comma between. Both are of letters, digits and `-._~`, which every client encodes
 * alike; a secret has at least CLIENT_SECRET_MIN of them.
 */
#ifndef BASE_CLIENT_LIST_H
#define BASE_CLIENT_LIST_H

#include "base/slice.h"

#define CLIENT_SECRET_MIN 16

/* Is it such a list, each name once? An empty text is a list of nobody. */
MUST_CHECK bool client_list_is_good(const char *list);

/* Is there a client of this name with this secret? The time it takes tells neither how much of
 * either was right nor which of the clients it is. */
MUST_CHECK bool client_list_has(const char *list, struct slice name, struct slice secret);

#endif
