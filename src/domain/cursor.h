/*
 * cursor: where the next page of a list begins, as an opaque text: base64url of the sort key of the
 * last row shown and 16 bytes of HMAC(cursor key, account id | sort key | list | place). `list` is
 * the path of the route that shows it. A cursor works only for the account and the list it came
 * from, and a made-up one is refused before the store is asked.
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

void cursor_format(const uint8_t key[HASH_BYTES], int64_t account_id, const char *list,
                   const struct cursor *cursor, char out[CURSOR_TEXT_SIZE]);

/* Reads what cursor_format made for this account and list; false for anything else. */
MUST_CHECK bool cursor_parse(const uint8_t key[HASH_BYTES], int64_t account_id, const char *list,
                             struct slice text, struct cursor *ret_cursor);

/*
 * A longer one, for lists that are ordered by a text (or by bytes), the place, before the time or
 * the id. It is the short one with the place behind, under the same MAC.
 */
#define CURSOR_PLACE_MAX 254
#define CURSOR_LONG_SIZE 383

/* A place beyond CURSOR_PLACE_MAX bytes is our mistake. */
void cursor_long_format(const uint8_t key[HASH_BYTES], int64_t account_id, const char *list,
                        const struct cursor *cursor, struct slice place,
                        char out[CURSOR_LONG_SIZE]);

/* The place is written to `place`; *ret_place is a view of it. */
MUST_CHECK bool cursor_long_parse(const uint8_t key[HASH_BYTES], int64_t account_id,
                                  const char *list, struct slice text, struct cursor *ret_cursor,
                                  char place[CURSOR_PLACE_MAX], struct slice *ret_place);

#endif
