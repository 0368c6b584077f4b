/*
 * body: reading what a request carries, field by field from a small table. Unknown fields are
 * ignored.
 *
 * A body is one JSON object (json_read.h: duplicate keys refused, UTF-8 checked), whatever the
 * Content-Type says; no field takes NUL or a number with a fraction. On the routes of a dialect it
 * may also be a form (http/form.h), whose fields then mean what they mean to Django REST framework:
 * an empty value is null where null is allowed, digits are an integer; and in JSON a number may
 * stand for its digits, or they for it.
 */
#ifndef API_BODY_H
#define API_BODY_H

#include "api/call.h"

enum body_type {
    BODY_STRING,
    BODY_WORD, /* a string, or an integer that means its digits */
    BODY_INT,
    BODY_BOOL, /* of JSON; `number` is 1 or 0 */
    BODY_FILE, /* the bytes of a file of a multipart form; one without bytes is not there */
};

struct body_field {
    const char *name;
    bool required;
    enum body_type type;
    size_t max_bytes;   /* of a string or file */
    bool nullable;      /* null is told apart from absence */
    struct slice *text; /* set for a string or file; absent when the field is missing or null */
    int64_t *number;    /* set for an integer or a bool */
    bool *ret_given;    /* may be NULL; true when the field was there, null included */
};

/*
 * Reads the body's fields into the targets: strings copied into the request's arena, files in the
 * request's body. To be called in ask(). False: call->reply is the 400 that says what is wrong and
 * where.
 */
MUST_CHECK bool body_read(struct call *call, const struct body_field *fields, size_t field_count);

#endif
