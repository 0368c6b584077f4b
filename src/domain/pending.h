/*
 * pending: the cookie by which a browser that has asked for a code comes back with the code alone.
 * Its value names the challenge and the phone:
 *
 *     base64url of the challenge's id (22 letters) "." digits of the phone (E.164 without "+")
 *
 * Nothing of it is signed, because there is nothing to gain: the MAC of a code is made of the phone
 * (challenge_phone_id), so with an altered phone no code fits, and an id that nobody was given
 * names no challenge. Whoever has the cookie still needs the code.
 *
 * Headers are as RFC 6265 section 4.2.1 has them: `name=value; name=value`.
 */
#ifndef DOMAIN_PENDING_H
#define DOMAIN_PENDING_H

#include "domain/code.h"
#include "domain/phone.h"

#define PENDING_COOKIE "pending_login"

/* The value's letters, a dot, 15 digits, NUL. */
#define PENDING_TEXT_SIZE 39

struct pending {
    uint8_t challenge_id[CODE_CHALLENGE_BYTES];
    char phone[PHONE_E164_SIZE]; /* "+", 2 to 15 digits; whether there is such a number is open */
};

/* The cookie's value. */
void pending_format(const struct pending *pending, char out[PENDING_TEXT_SIZE]);

/*
 * Finds the cookie in the value of a Cookie header: the first of that name with a value that
 * pending_format could have written. False when there is none; an absent header has none.
 */
MUST_CHECK bool pending_find(struct slice header, struct pending *ret_pending);

#endif
