/*
 * parameter: header values that are a word and parameters: `form-data; name="phone"`,
 * `multipart/form-data; boundary=x` (RFC 9110 section 5.6.6). Inside quotes a backslash escapes
 * only a quote and itself, because file names hold plain ones.
 */
#ifndef HTTP_PARAMETER_H
#define HTTP_PARAMETER_H

#include "base/arena.h"

/* The word, without blanks around it, off `rest`, which is then for parameter_next. */
struct slice parameter_word(struct slice *rest);

/* The same word, whatever the case? */
bool parameter_word_is(struct slice word, const char *known);

/* No header that means well has more; for those who read all of them. */
#define PARAMETERS_MAX 16

enum parameter_outcome { PARAMETER_OK, PARAMETER_END, PARAMETER_MALFORMED };

/* Takes one parameter off `rest`. The value is a part of it; in the arena only if it had escapes,
 * and without them. */
MUST_CHECK enum parameter_outcome parameter_next(struct slice *rest, struct arena *arena,
                                                 struct slice *ret_name, struct slice *ret_value);

#endif
