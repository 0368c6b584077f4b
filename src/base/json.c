#include "base/json.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

struct json jsonw_new(struct buf *buf)
{
    return (struct json){.buf = buf};
}

/* The ASCII characters that stand as they are: the printable ones and DEL, but not " & < > \. */
static const uint8_t plain_ascii[256] = {
    /* 00 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    /* 10 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    /* 20 */ 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    /* 30 */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1,
    /* 40 */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    /* 50 */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1,
    /* 60 */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    /* 70 */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};

static void put_escape(struct buf *buf, uint32_t code)
{
    static const char hex[] = "0123456789abcdef";
    char text[] = "\\u0000";

    if (code == '"' || code == '\\') {
        buf_char(buf, '\\');
        buf_char(buf, (char)code);
        return;
    }
    if (code == '\n') {
        buf_str(buf, "\\n");
        return;
    }
    for (unsigned i = 0; i < 4; i++)
        text[5 - i] = hex[code >> (4 * i) & 15];
    buf_bytes(buf, text, sizeof(text) - 1);
}

/* The length of what comes before the first character that does not stand as it is. */
static size_t plain_len(struct slice s)
{
    size_t len = 0;

    for (;;) {
        uint32_t code;
        size_t step;

        while (len < s.len && plain_ascii[(unsigned char)s.ptr[len]])
            len++;
        step = len == s.len ? 0 : utf8_next(slice_after(s, len), &code);
        if (step < 2 || code == 0x2028 || code == 0x2029)
            return len;
        len += step;
    }
}

static void put_text(struct buf *buf, struct slice s)
{
    buf_char(buf, '"');
    for (;;) {
        size_t plain = plain_len(s);
        uint32_t code;
        size_t len;

        buf_bytes(buf, s.ptr, plain);
        if (plain == s.len)
            break;
        s = slice_after(s, plain);
        len = utf8_next(s, &code);
        if (len == 0)
            buf_str(buf, REPLACEMENT);
        else
            put_escape(buf, code);
        s = slice_after(s, len == 0 ? 1 : len);
    }
    buf_char(buf, '"');
}

/* Names are ours and plain: nothing in them needs an escape. */
static void put_name(struct buf *buf, const char *name, bool is_first)
{
    struct slice plain = slice_str(name);
    char *at = buf_room(buf, plain.len + (is_first ? 3 : 4));

    if (at == NULL)
        return;
    if (!is_first)
        *at++ = ',';
    *at++ = '"';
    memcpy(at, plain.ptr, plain.len);
    at[plain.len] = '"';
    at[plain.len + 1] = ':';
}

/* The comma and the name before a value; members of an object have a name, items of an array none.
 */
static void begin_value(struct json *json, const char *name)
{
    bool is_first;

    if (json->depth == 0) {
        CHECK(name == NULL);
        return;
    }
    CHECK((name == NULL) == json->is_array[json->depth - 1]);
    is_first = !json->has_members[json->depth - 1];
    json->has_members[json->depth - 1] = true;
    if (name != NULL)
        put_name(json->buf, name, is_first);
    else if (!is_first)
        buf_char(json->buf, ',');
}

static void open_value(struct json *json, const char *name, bool is_array)
{
    begin_value(json, name);
    CHECK(json->depth < JSON_DEPTH_MAX);
    json->has_members[json->depth] = false;
    json->is_array[json->depth] = is_array;
    json->depth++;
    buf_char(json->buf, is_array ? '[' : '{');
}

void jsonw_object(struct json *json)
{
    open_value(json, NULL, false);
}

void jsonw_object_in(struct json *json, const char *name)
{
    open_value(json, name, false);
}

void jsonw_array(struct json *json, const char *name)
{
    open_value(json, name, true);
}

void jsonw_end(struct json *json)
{
    CHECK(json->depth > 0);
    json->depth--;
    buf_char(json->buf, json->is_array[json->depth] ? ']' : '}');
}

void jsonw_str(struct json *json, const char *name, struct slice value)
{
    begin_value(json, name);
    if (slice_is_absent(value))
        buf_str(json->buf, "null");
    else
        put_text(json->buf, value);
}

void jsonw_cstr(struct json *json, const char *name, const char *value)
{
    jsonw_str(json, name, slice_str(value));
}

void jsonw_int(struct json *json, const char *name, int64_t value)
{
    begin_value(json, name);
    buf_int(json->buf, value);
}

void jsonw_decimal(struct json *json, const char *name, int64_t value, unsigned places)
{
    int64_t unit = 1;

    CHECK(value >= 0);
    for (unsigned i = 0; i < places; i++)
        unit *= 10;
    begin_value(json, name);
    buf_printf(json->buf, "%" PRId64 ".%0*" PRId64, value / unit, (int)places, value % unit);
}

void jsonw_bool(struct json *json, const char *name, bool value)
{
    begin_value(json, name);
    buf_str(json->buf, value ? "true" : "false");
}

void jsonw_null(struct json *json, const char *name)
{
    jsonw_str(json, name, SLICE_ABSENT);
}

void jsonw_time(struct json *json, const char *name, int64_t at_us)
{
    char text[CLOCK_TEXT_SIZE];

    if (at_us == 0) {
        jsonw_null(json, name);
        return;
    }
    clock_format(at_us, text);
    jsonw_cstr(json, name, text);
}

void jsonw_id(struct json *json, const char *name, int64_t id)
{
    if (id == 0) {
        jsonw_null(json, name);
        return;
    }
    begin_value(json, name);
    buf_char(json->buf, '"');
    buf_int(json->buf, id);
    buf_char(json->buf, '"');
}
