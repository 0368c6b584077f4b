/*
 * json_read: JSON text (RFC 8259) by jansson, but not narrower than JSON is: jansson refuses
 * numbers that no int64_t or double holds and names with U+0000 in them, also where nobody would
 * read them.
 */
#ifndef API_JSON_READ_H
#define API_JSON_READ_H

#include <jansson.h>

#include "base/arena.h"

/*
 * The value, to be freed with json_decref; NULL with *ret_error set when the text is no JSON, names
 * a key twice, or nests more than 2048 deep. A number that is too large for its type is some real
 * number, which no field takes; a string may hold NUL; U+0000 in a name has become U+FFFF, which is
 * no character (Unicode 23.7).
 */
MUST_CHECK json_t *json_read(struct slice text, struct arena *arena, json_error_t *ret_error);

#endif
