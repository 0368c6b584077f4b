/*
 * cursor: where the next page of a list begins, as an opaque text: base64url of the sort key of the
 * last row shown and 16 bytes of HMAC(cursor key, account id | sort key). It works only for the
 * account whose list it came from, and a made-up one is refused before the store is asked.
 */
#ifndef DOMAIN_CURSOR_H
#define DOMAIN_CURSOR_H

#include "base/hash.h"

/* Letters and the NUL. */
#define CURSOR_TEXT_LEN 43
#define CURSOR_TEXT_SIZE (CURSOR_TEXT_LEN + 1)

/* The last row of a page: a list is ordered by time, and by id where times are equal. */
struct cursor {
    int64_t at_us;
    int64_t id;
};

void cursor_format(const uint8_t key[HASH_BYTES], int64_t account_id, const struct cursor *cursor,
                   char out[CURSOR_TEXT_SIZE]);

/* Reads what cursor_format made for this account; false for anything else. */
MUST_CHECK bool cursor_parse(const uint8_t key[HASH_BYTES], int64_t account_id, struct slice text,
                             struct cursor *ret_cursor);

#endif
