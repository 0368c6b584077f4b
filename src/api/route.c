#include "api/routes.h"

#include "base/check.h"

const struct route route_table[] = {
#define ROUTE(method, path, access, script, ask, answer) \
    {HTTP_##method, path, ACCESS_##access, script, ask, answer, 0},
#include "api/routes.def"
#undef ROUTE
};
const size_t route_count = ARRAY_LEN(route_table);

static const char *const method_names[] = {
    [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
    [HTTP_OPTIONS] = "OPTIONS", [HTTP_OTHER] = NULL,
};

/* `pattern` may hold one {parameter}, which stands for one segment that is not empty. */
static bool matches(const char *pattern, struct slice path, struct slice *ret_param)
{
    const char *open = strchr(pattern, '{');
    size_t prefix = open == NULL ? strlen(pattern) : (size_t)(open - pattern);
    struct slice rest;
    const char *tail;

    if (path.len < prefix || memcmp(path.ptr, pattern, prefix) != 0)
        return false;
    rest = slice_after(path, prefix);
    if (open == NULL)
        return rest.len == 0;
    tail = strchr(open, '}') + 1;
    if (rest.len <= strlen(tail) ||
        memcmp(rest.ptr + rest.len - strlen(tail), tail, strlen(tail)) != 0)
        return false;
    rest.len -= strlen(tail);
    if (memchr(rest.ptr, '/', rest.len) != NULL)
        return false;
    *ret_param = rest;
    return true;
}

/* A literal path goes before one with a parameter: "/v1/sessions/refresh" is no session id. */
static bool hidden_by_literal(const struct route *route, struct slice path)
{
    if (strchr(route->path, '{') == NULL)
        return false;
    for (size_t i = 0; i < route_count; i++) {
        if (slice_eq_str(path, route_table[i].path))
            return true;
    }
    return false;
}

static const char *allowed_methods(struct slice path, struct arena *arena)
{
    struct buf buf = buf_new(arena, 64, 256);
    struct slice param;

    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];

        if (!matches(route->path, path, &param) || hidden_by_literal(route, path))
            continue;
        buf_str(&buf, method_names[route->method]);
        buf_str(&buf, route->method == HTTP_GET ? ", HEAD, " : ", ");
    }
    if (buf.len == 0)
        return NULL;
    buf_str(&buf, "OPTIONS");
    buf_char(&buf, '\0');
    return buf.ptr;
}

const struct route *route_find(enum http_method method, struct slice path, struct arena *arena,
                               struct slice *ret_param, const char **ret_allow)
{
    enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;

    *ret_allow = NULL;
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];

        *ret_param = SLICE_ABSENT;
        if (route->method == wanted && matches(route->path, path, ret_param) &&
            !hidden_by_literal(route, path))
            return route;
    }
    *ret_allow = allowed_methods(path, arena);
    return NULL;
}
