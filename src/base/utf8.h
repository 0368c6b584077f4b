/*
 * utf8: reading UTF-8 (RFC 3629), strict: no overlong forms, no surrogates, nothing past U+10FFFF.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/slice.h"

/*
 * Length in bytes (1 to 4) of the character `s` begins with, and its code point in *ret_code; 0
 * when `s` is empty or does not begin with a whole valid character.
 */
MUST_CHECK size_t utf8_next(struct slice s, uint32_t *ret_code);

/* Number of characters in *ret_count; false when some byte is not UTF-8. */
MUST_CHECK bool utf8_count(struct slice s, size_t *ret_count);

/*
 * Whether a character may stand in a line for people as it is: not a control character, and none
 * of the invisible ones that break lines or turn the direction of writing.
 */
bool utf8_is_printable(uint32_t code);

#endif
