/*
 * json: writes JSON text (RFC 8259) into a buf, commas and escapes included.
 *
 *     struct json j = jsonw_new(&buf);
 *     jsonw_object(&j);
 *     jsonw_str(&j, "phone", phone);          an absent slice writes null
 *     jsonw_array(&j, "items"); ... jsonw_end(&j);
 *     jsonw_end(&j);
 *
 * Inside an array the name is NULL. Names are our own words and written as they are. Text must be
 * valid UTF-8 (whatever came from a request has been checked by the reader); a byte that is not is
 * replaced by U+FFFD, so a reply is always JSON. Control characters, '"', '\\', '<', '>', '&',
 * U+2028 and U+2029 are escaped: a reply is inert even inside a page. Nesting is at most
 * JSON_DEPTH_MAX (a CHECK: our own mistake).
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

#define JSON_DEPTH_MAX 16

struct json {
    struct buf *buf;
    unsigned depth;
    bool has_members[JSON_DEPTH_MAX];
    bool is_array[JSON_DEPTH_MAX];
};

struct json jsonw_new(struct buf *buf);

/* Open a value: at the top, in an array (no name), or as the member `name` of an object. */
void jsonw_object(struct json *json);
void jsonw_object_in(struct json *json, const char *name);
void jsonw_array(struct json *json, const char *name);

/* Closes the innermost object or array. */
void jsonw_end(struct json *json);

void jsonw_str(struct json *json, const char *name, struct slice value);
void jsonw_cstr(struct json *json, const char *name, const char *value);
void jsonw_int(struct json *json, const char *name, int64_t value);
/* A number with `places` digits behind the point: 7500 with 4 is 0.7500. Not negative. */
void jsonw_decimal(struct json *json, const char *name, int64_t value, unsigned places);
void jsonw_bool(struct json *json, const char *name, bool value);
void jsonw_null(struct json *json, const char *name);

/* RFC 3339 text of a time; 0 (never) writes null. */
void jsonw_time(struct json *json, const char *name, int64_t at_us);

/* An id: an integer written as a string, because ids are opaque to clients; 0 writes null. */
void jsonw_id(struct json *json, const char *name, int64_t id);

#endif
