/*
 * target: request targets (RFC 9112 §3.2: origin, absolute and asterisk form) and query strings
 * (RFC 3986, in which `+` is the space that forms make of it).
 */
#include <strings.h>

#include "base/hex.h"
#include "base/utf8.h"
#include "http/http.h"
#include "http/strict.h"

/* Where `+` is a space: nowhere in a path; in a query in names, and in values but first. */
#define SPACES_NEVER SIZE_MAX
#define SPACES_IN_NAME 0
#define SPACES_IN_VALUE 1

/*
 * Decodes `text` to `out`, which holds text.len bytes; false at a bad escape or a NUL. From this
 * byte on `+` is a space.
 */
static bool decode(struct slice text, size_t spaces_from, char *out, size_t *ret_len)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '+' && i >= spaces_from) {
            c = ' ';
        } else if (c == '%') {
            int high = i + 2 < text.len ? hex_value(text.ptr[i + 1]) : -1;
            int low = high < 0 ? -1 : hex_value(text.ptr[i + 2]);

            if (low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0')
            return false;
        out[len++] = c;
    }
    *ret_len = len;
    return true;
}

/* Decoded into the arena; absent when it has bad escapes, NUL or is not UTF-8. */
static struct slice decode_text(struct slice text, size_t spaces_from, struct arena *arena)
{
    char *out = arena_alloc(arena, text.len + 1);
    struct slice decoded = {out, 0};
    size_t characters;

    if (!decode(text, spaces_from, out, &decoded.len) || !utf8_count(decoded, &characters))
        return SLICE_ABSENT;
    return decoded;
}

/* What no client may send unescaped: control bytes, space, and '#', which ends a URL's path. */
static bool has_forbidden_byte(struct slice target)
{
    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.ptr[i];

        if (c <= ' ' || c == 0x7f || c == '#')
            return true;
    }
    return false;
}

/* "%2F" would let "/dev%2Foutbox" pass a proxy's rule for "/dev/" and still reach the route. */
static bool has_escaped_slash(struct slice path)
{
    for (size_t i = 0; i + 2 < path.len; i++) {
        if (path.ptr[i] == '%' && path.ptr[i + 1] == '2' && (path.ptr[i + 2] | 0x20) == 'f')
            return true;
    }
    return false;
}

static bool has_dot_segment(struct slice path)
{
    size_t start = 1;

    for (size_t i = 1; i <= path.len; i++) {
        if (i < path.len && path.ptr[i] != '/')
            continue;
        if (i - start == 1 && path.ptr[start] == '.')
            return true;
        if (i - start == 2 && path.ptr[start] == '.' && path.ptr[start + 1] == '.')
            return true;
        start = i + 1;
    }
    return false;
}

static bool take_scheme(struct slice *target)
{
    static const char *const schemes[] = {"http://", "https://"};

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        size_t len = strlen(schemes[i]);

        if (target->len >= len && strncasecmp(target->ptr, schemes[i], len) == 0) {
            *target = slice_after(*target, len);
            return true;
        }
    }
    return false;
}

/*
 * Of an absolute form leaves what an origin form would be; whom it names does not matter here. A
 * user's name in it is refused (RFC 9110 §4.2.4).
 */
static bool drop_origin(struct slice *target)
{
    size_t len = 0;

    if (!take_scheme(target))
        return false;
    while (len < target->len && target->ptr[len] != '/' && target->ptr[len] != '?')
        len++;
    if (len == 0 || target->ptr[0] == ':' || !head_is_host(slice_of(target->ptr, len)))
        return false;
    *target = slice_after(*target, len);
    return true;
}

bool http_target_parse(struct slice target, struct arena *arena, struct slice *ret_path,
                       struct slice *ret_query)
{
    const char *mark;
    struct slice raw;
    struct slice path;

    if (target.len == 0 || has_forbidden_byte(target))
        return false;
    if (slice_eq_str(target, "*")) {
        *ret_path = SLICE_LIT("*");
        *ret_query = SLICE_ABSENT;
        return true;
    }
    if (target.ptr[0] != '/' && !drop_origin(&target))
        return false;
    mark = target.len == 0 ? NULL : memchr(target.ptr, '?', target.len);
    raw = mark == NULL ? target : slice_of(target.ptr, (size_t)(mark - target.ptr));
    if (has_escaped_slash(raw))
        return false;
    path = raw.len == 0 ? SLICE_LIT("/") : decode_text(raw, SPACES_NEVER, arena);
    if (slice_is_absent(path) || has_dot_segment(path))
        return false;
    *ret_path = path;
    *ret_query = mark == NULL ? SLICE_ABSENT : arena_copy(arena, slice_after(target, raw.len + 1));
    return true;
}

static bool name_is(struct slice encoded, const char *name, struct arena *arena)
{
    if (memchr(encoded.ptr, '%', encoded.len) == NULL &&
        memchr(encoded.ptr, '+', encoded.len) == NULL)
        return slice_eq_str(encoded, name);
    return slice_eq_str(decode_text(encoded, SPACES_IN_NAME, arena), name);
}

/*
 * A `+` at the very beginning stays: a space there means nothing, and people write telephone
 * numbers as they are.
 */
static struct slice decode_value(struct slice encoded, struct arena *arena)
{
    struct slice value = decode_text(encoded, SPACES_IN_VALUE, arena);

    return slice_is_absent(value) ? SLICE_LIT("") : value;
}

struct slice http_query_find(struct slice query, const char *name, struct arena *arena)
{
    struct slice rest = query;

    while (rest.len > 0) {
        struct slice pair = slice_take(&rest, '&');

        if (name_is(slice_take(&pair, '='), name, arena))
            return decode_value(pair, arena);
    }
    return SLICE_ABSENT;
}
