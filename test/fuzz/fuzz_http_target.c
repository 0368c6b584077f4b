/* A request target, and the query it ends with: what is accepted keeps its promises. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/utf8.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_path(struct slice path)
{
    size_t characters;

    if (slice_eq_str(path, "*"))
        return;
    CHECK(path.len > 0 && path.ptr[0] == '/');
    CHECK(memchr(path.ptr, '\0', path.len) == NULL);
    CHECK(utf8_count(path, &characters));
    for (size_t i = 0; i + 1 < path.len; i++) {
        if (path.ptr[i] != '/' || path.ptr[i + 1] != '.')
            continue;
        CHECK(i + 2 < path.len && path.ptr[i + 2] != '/');
        CHECK(path.ptr[i + 2] != '.' || (i + 3 < path.len && path.ptr[i + 3] != '/'));
    }
}

/* A form's spelling of a value is read as the value. */
static void check_spaces(struct slice value, struct arena *arena)
{
    struct buf query = buf_new(arena, 64, 4 * HTTP_TARGET_MAX);
    bool is_whole;

    buf_str(&query, "x=%20&a=");
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == ' ' && i > 0)
            buf_char(&query, '+');
        else
            buf_printf(&query, "%%%02x", (unsigned char)value.ptr[i]);
    }
    value.ptr = value.len == 0 ? "" : value.ptr;
    CHECK(slice_eq(http_query_find(buf_view(&query, &is_whole), "a", arena), value) && is_whole);
}

static void check_value(struct slice value)
{
    size_t characters;

    if (slice_is_absent(value))
        return;
    CHECK(value.len == 0 || memchr(value.ptr, '\0', value.len) == NULL);
    CHECK(utf8_count(value, &characters));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice target = slice_of(data, size > HTTP_TARGET_MAX ? HTTP_TARGET_MAX : size);
    struct arena *arena = arena_new();
    struct slice path;
    struct slice query;

    if (http_target_parse(target, arena, &path, &query)) {
        check_path(path);
        CHECK(path.len + query.len <= target.len);
        check_value(http_query_find(query, "phone", arena));
        check_value(http_query_find(query, "a", arena));
        check_spaces(path, arena);
    }
    check_value(http_query_find(target, "a", arena));
    arena_free(arena);
    return 0;
}
