/*
 * code: the one-time code. It is never stored: it is derived from the code key, the challenge, a
 * nonce kept with the challenge, and the phone, wherever it must be sent (so a resend carries the
 * same code and the outbox holds no secret). At rest there is only a MAC of it, which the redeem
 * script compares. Erasing nonce and MAC erases the code.
 */
#ifndef DOMAIN_CODE_H
#define DOMAIN_CODE_H

#include "base/hash.h"

#define CODE_LENGTH_MIN 4
#define CODE_LENGTH_MAX 10

/* The digits and the NUL. */
#define CODE_TEXT_SIZE (CODE_LENGTH_MAX + 1)

#define CODE_CHALLENGE_BYTES 16
#define CODE_NONCE_BYTES 16
#define CODE_MAC_BYTES HASH_BYTES

/*
 * The code of a challenge: `length` (CODE_LENGTH_MIN to CODE_LENGTH_MAX) decimal digits, each
 * sequence equally likely. `phone` is E.164, 1 to 255 bytes. Secret: wipe `out`.
 *
 * Block i is HMAC-SHA-256(key, "code" | i as one byte | challenge id | nonce | phone); a byte of
 * the stream under 250 gives the digit byte % 10, the others are skipped (rejection: no digit is
 * likelier).
 */
void code_derive(const uint8_t key[HASH_BYTES], const uint8_t challenge_id[CODE_CHALLENGE_BYTES],
                 const uint8_t nonce[CODE_NONCE_BYTES], struct slice phone, unsigned length,
                 char out[CODE_TEXT_SIZE]);

/*
 * What is kept of a code: HMAC-SHA-256(key, "mac" | challenge id | code). The challenge's row binds
 * id and phone, and whoever guesses names only the id.
 */
void code_mac(const uint8_t key[HASH_BYTES], const uint8_t challenge_id[CODE_CHALLENGE_BYTES],
              struct slice code, uint8_t out[CODE_MAC_BYTES]);

/*
 * A code as a person typed it ("45 47", "45-47", no-break spaces, marks that copying brings along)
 * as its digits. False when that does not leave 4 to 10 ASCII digits.
 */
MUST_CHECK bool code_normalise(struct slice text, char ret_code[CODE_TEXT_SIZE]);

/* Guesses one code allows: `setting` (`code.attempts`); when that is 0, 3 for up to five digits and
 * 5 for more. */
unsigned code_attempts(unsigned length, int64_t setting);

#endif
