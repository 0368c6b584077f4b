/*
 * form: bodies as the forms of browsers, and clients made for them, send them.
 *
 *     application/x-www-form-urlencoded   read as the WHATWG URL Standard, section 5.1, says, but
 *                                         what is not UTF-8 is refused instead of repaired
 *     multipart/form-data                 RFC 7578, on RFC 2046 section 5.1, with CRLF at the ends
 *                                         of lines; neither nested parts nor transfer encodings
 *
 * Why not libmicrohttpd's own reader: docs/decisions/0013.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "base/arena.h"

/* Fields of one form. */
#define FORM_FIELDS_MAX 64

/* Bytes of the headers of one part; PARAMETERS_MAX of parameter.h bounds what they may carry. */
#define FORM_PART_HEAD_MAX ((size_t)1024)

struct form_field {
    struct slice name;     /* UTF-8 without NUL, as is the value of a field that is no file */
    struct slice filename; /* as the client wrote it, any bytes but controls; absent: no file */
    struct slice value;
};

struct form {
    size_t count;
    struct form_field fields[FORM_FIELDS_MAX];
};

enum form_outcome {
    FORM_OK,
    FORM_NONE,      /* the Content-Type is neither of the two */
    FORM_MALFORMED, /* no boundary, no last delimiter, a part without a name, not UTF-8, ... */
    FORM_TWICE,     /* two fields have one name */
    FORM_TOO_MANY,  /* more than FORM_FIELDS_MAX fields */
};

/*
 * Reads `body`, which the header `content_type` (may be absent) describes. Sets ret_form for
 * FORM_OK only; it and what it points to live as long as `body` and the arena.
 */
MUST_CHECK enum form_outcome form_read(struct slice content_type, struct slice body,
                                       struct arena *arena, struct form **ret_form);

/* The field of this name; NULL when there is none. */
const struct form_field *form_find(const struct form *form, struct slice name);

/* For multipart.c and form.c: adds a field, checked; FORM_OK, or why not. */
MUST_CHECK enum form_outcome form_add(struct form *form, struct form_field field);

#endif
