/*
 * master_key: the 32 bytes all other keys come from, in a file of its own (mode 0600): `key.file`,
 * or the store's path with `.key` behind it.
 */
#ifndef COMMAND_MASTER_KEY_H
#define COMMAND_MASTER_KEY_H

#include "domain/keyring.h"
#include "store/store.h"

/*
 * Reads the key file and derives the keyring. A file that is not there is made, for good if the
 * store has never been used with another key; otherwise it is removed again and refused. Refuses a
 * file that others may read or that is not the key this store was first used with; ret_error is for
 * a person. Blocks.
 */
MUST_CHECK bool master_key_load(const struct settings *settings, struct store_port *port,
                                struct keyring *ret_keyring, char ret_error[STORE_ERROR_SIZE]);

#endif
