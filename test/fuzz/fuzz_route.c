/*
 * Paths and what they lead to. The first byte is the method, the second which routes are there; the
 * rest is the path. A route is found for a path that its pattern writes with the parameter found.
 */
#include "api/call.h"
#include "base/check.h"
#include "domain/dialect.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As long as a target may be. */
#define PATH_MAX_BYTES HTTP_TARGET_MAX

static struct slice without_slash(struct slice path)
{
    if (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

static void check_found(const struct route *route, struct slice path, struct slice param,
                        struct arena *arena)
{
    const char *open = strchr(route->path, '{');
    const char *close = strchr(route->path, '}');
    struct slice whole = slice_str(route->path);
    bool is_rest = close != NULL && close[-1] == '.';

    CHECK((open != NULL) == !slice_is_absent(param));
    if (open != NULL) {
        whole = arena_printf(arena, "%.*s%.*s%s", (int)(open - route->path), route->path,
                             SLICE_ARG(param), close + 1);
        CHECK(param.len > 0 && (is_rest || memchr(param.ptr, '/', param.len) == NULL));
    }
    CHECK(slice_eq(path, whole) || slice_eq(without_slash(path), without_slash(whole)));
}

static void try_path(enum http_method method, struct slice path, struct route_scope scope)
{
    struct arena *arena = arena_new();
    struct slice param = SLICE_ABSENT;
    const struct route *near = route_near(path, scope);
    const char *allow;
    const struct route *route = route_find(method, path, scope, arena, &param, &allow);

    CHECK(route == NULL || allow == NULL);
    CHECK((near != NULL) == (route != NULL || allow != NULL) || slice_eq_str(path, "*"));
    if (route != NULL) {
        CHECK(route->method == method || (method == HTTP_HEAD && route->method == HTTP_GET));
        CHECK(route->access != ACCESS_DEV || scope.dev);
        CHECK(route->dialects == 0 || (route->dialects & scope.dialects) != 0);
        check_found(route, path, param, arena);
    }
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct route_scope scope;
    struct slice path;

    if (size < 2 || size - 2 > PATH_MAX_BYTES)
        return 0;
    path = slice_of(data + 2, size - 2);
    /* A path has no NUL: http_target_parse. */
    if (path.len == 0 || memchr(path.ptr, '\0', path.len) != NULL)
        return 0;
    scope = (struct route_scope){.dialects = data[1] & DIALECT_ALL, .dev = data[1] >= 128};
    try_path((enum http_method)(data[0] % (HTTP_OTHER + 1)), path, scope);
    return 0;
}
