/*
 * body: reading the JSON object a request carries (RFC 8259, duplicate keys refused, UTF-8 checked,
 * NUL refused), field by field from a small table. Unknown fields are ignored.
 */
#ifndef API_BODY_H
#define API_BODY_H

#include "api/call.h"

enum body_type { BODY_STRING, BODY_INT };

struct body_field {
    const char *name;
    bool required;
    enum body_type type;
    size_t max_bytes;   /* of a string */
    bool nullable;      /* null is told apart from absence */
    struct slice *text; /* set for a string; absent when the field is missing or null */
    int64_t *number;    /* set for an integer */
    bool *ret_given;    /* may be NULL; true when the field was there, null included */
};

/*
 * Reads the body's fields into the targets, copied into the request's arena. False: call->reply is
 * the 400 that says what is wrong and where.
 */
MUST_CHECK bool body_read(struct call *call, const struct body_field *fields, size_t field_count);

#endif
