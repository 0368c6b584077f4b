#include "api/dialect.h"
#include "api/dialects.h"
#include "api/routes.h"

#include "base/check.h"
#include "domain/dialect.h"

const struct route route_table[] = {
#define ROUTE(method, path, access, script, ask, answer) \
    ROUTE_LARGE(method, path, access, script, ask, answer, HTTP_BODY_MAX)
#define ROUTE_LARGE(method, path, access, script, ask, answer, body_max) \
    {HTTP_##method, path, ACCESS_##access, script, ask, answer, body_max, 0},
#include "api/routes.def"
#undef ROUTE
#undef ROUTE_LARGE
#define DIALECT_ROUTE(dialects, method, path, access, script, ask, answer) \
    {HTTP_##method, path, ACCESS_##access, script, ask, answer, HTTP_BODY_MAX, dialects},
#define DIALECT_ROUTE_LARGE(dialects, method, path, access, script, ask, answer) \
    {HTTP_##method, path, ACCESS_##access, script, ask, answer, HTTP_BODY_LARGE_MAX, dialects},
#include "api/dialects.def"
#undef DIALECT_ROUTE
#undef DIALECT_ROUTE_LARGE
};
const size_t route_count = ARRAY_LEN(route_table);

static const char *const method_names[] = {
    [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
    [HTTP_OPTIONS] = "OPTIONS", [HTTP_OTHER] = NULL,
};

/* A path without a parameter; with a slash at its end or, if it is written with one, without. */
static bool matches_literal(const char *pattern, struct slice path)
{
    size_t len = strlen(pattern);

    if (path.len + 1 == len && path.len > 0 && pattern[len - 1] == '/')
        len--;
    return path.len == len && memcmp(path.ptr, pattern, len) == 0;
}

/* `pattern` may hold one {parameter} or, at its end, {parameter...}: see routes.def. */
static bool matches(const char *pattern, struct slice path, struct slice *ret_param)
{
    const char *open = strchr(pattern, '{');
    struct slice rest;
    const char *tail;
    size_t prefix;

    if (open == NULL)
        return matches_literal(pattern, path);
    prefix = (size_t)(open - pattern);
    if (path.len < prefix || memcmp(path.ptr, pattern, prefix) != 0)
        return false;
    rest = slice_after(path, prefix);
    tail = strchr(open, '}') + 1;
    if (rest.len <= strlen(tail) ||
        memcmp(rest.ptr + rest.len - strlen(tail), tail, strlen(tail)) != 0)
        return false;
    rest.len -= strlen(tail);
    if (tail[-2] != '.' && memchr(rest.ptr, '/', rest.len) != NULL)
        return false;
    *ret_param = rest;
    return true;
}

static bool is_there(const struct route *route, struct route_scope scope)
{
    if (route->access == ACCESS_DEV)
        return scope.dev;
    return route->dialects == 0 || (route->dialects & scope.dialects) != 0;
}

/* Does the route's path fit? The paths of dialects are written without the slash at their end. */
static bool fits(const struct route *route, struct slice path, struct slice *ret_param)
{
    if (route->dialects != 0 && path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return matches(route->path, path, ret_param);
}

/* A literal path goes before one with a parameter: "/v1/sessions/refresh" is no session id. */
static bool hidden_by_literal(const struct route *route, struct slice path,
                              struct route_scope scope)
{
    struct slice param;

    if (strchr(route->path, '{') == NULL)
        return false;
    for (size_t i = 0; i < route_count; i++) {
        if (is_there(&route_table[i], scope) && strchr(route_table[i].path, '{') == NULL &&
            fits(&route_table[i], path, &param))
            return true;
    }
    return false;
}

/* Does the path lead to the route, the method aside? */
static bool leads_to(const struct route *route, struct slice path, struct route_scope scope,
                     struct slice *ret_param)
{
    return is_there(route, scope) && fits(route, path, ret_param) &&
           !hidden_by_literal(route, path, scope);
}

static const char *allowed_methods(struct slice path, struct route_scope scope, struct arena *arena)
{
    struct buf buf = buf_new(arena, 64, 256);
    struct slice param;

    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];

        if (!leads_to(route, path, scope, &param))
            continue;
        buf_str(&buf, method_names[route->method]);
        buf_str(&buf, route->method == HTTP_GET ? ", HEAD, " : ", ");
    }
    if (slice_eq_str(path, "*"))
        buf_str(&buf, "GET, HEAD, POST, PUT, PATCH, DELETE, ");
    if (buf.len == 0)
        return NULL;
    buf_str(&buf, "OPTIONS");
    buf_char(&buf, '\0');
    return buf.ptr;
}

const struct route *route_near(struct slice path, struct route_scope scope)
{
    struct slice param;

    for (size_t i = 0; i < route_count; i++) {
        if (leads_to(&route_table[i], path, scope, &param))
            return &route_table[i];
    }
    return NULL;
}

const struct route *route_find(enum http_method method, struct slice path, struct route_scope scope,
                               struct arena *arena, struct slice *ret_param, const char **ret_allow)
{
    enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;

    *ret_allow = NULL;
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];

        *ret_param = SLICE_ABSENT;
        if (route->method == wanted && leads_to(route, path, scope, ret_param))
            return route;
    }
    *ret_allow = allowed_methods(path, scope, arena);
    return NULL;
}
