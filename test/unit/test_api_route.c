/* The table of routes: what a path and a method lead to. */
#include "unit.h"

#include "api/call.h"
#include "domain/dialect.h"

struct row {
    enum http_method method;
    const char *path;
    const char *route; /* NULL: none */
    const char *param;
    const char *allow; /* when there is no route */
    unsigned dialects; /* and DEV */
};

/* Development mode, beside the dialects of a row. */
#define DEV 256U

static struct route_scope scope_of(const struct row *row)
{
    return (struct route_scope){.dialects = row->dialects & DIALECT_ALL,
                                .dev = (row->dialects & DEV) != 0};
}

static const struct row rows[] = {
    {HTTP_GET, "/v1/me", "/v1/me", NULL, NULL, 0},
    {HTTP_HEAD, "/v1/me", "/v1/me", NULL, NULL, 0},
    {HTTP_PATCH, "/v1/me", "/v1/me", NULL, NULL, 0},
    {HTTP_POST, "/v1/codes/abc/resend", "/v1/codes/{challenge_id}/resend", "abc", NULL, 0},
    {HTTP_POST, "/v1/codes//resend", NULL, NULL, NULL, 0},
    {HTTP_POST, "/v1/codes/a/b/resend", NULL, NULL, NULL, 0},
    {HTTP_DELETE, "/v1/sessions/17", "/v1/sessions/{session_id}", "17", NULL, 0},
    {HTTP_POST, "/v1/sessions/refresh", "/v1/sessions/refresh", NULL, NULL, 0},
    /* A literal path is never a parameter. */
    {HTTP_DELETE, "/v1/sessions/refresh", NULL, NULL, "POST, OPTIONS", 0},
    {HTTP_POST, "/v1/me", NULL, NULL, "GET, HEAD, PATCH, DELETE, OPTIONS", 0},
    {HTTP_OPTIONS, "/v1/me", NULL, NULL, "GET, HEAD, PATCH, DELETE, OPTIONS", 0},
    {HTTP_OTHER, "/healthz", NULL, NULL, "GET, HEAD, OPTIONS", 0},
    {HTTP_GET, "/v1/me/", NULL, NULL, NULL, 0},
    {HTTP_GET, "/v1/ME", NULL, NULL, NULL, 0},
    /* A slash at the end may be left out, if it is written. */
    {HTTP_GET, "/", "/", NULL, NULL, 0},
    {HTTP_GET, "", NULL, NULL, NULL, 0},
    {HTTP_GET, "//", NULL, NULL, NULL, 0},
    {HTTP_GET, "/admin/", "/admin/", NULL, NULL, 0},
    {HTTP_HEAD, "/admin", "/admin/", NULL, NULL, 0},
    {HTTP_POST, "/admin", NULL, NULL, "GET, HEAD, OPTIONS", 0},
    {HTTP_GET, "/admi", NULL, NULL, NULL, 0},
    {HTTP_GET, "/admin//", NULL, NULL, NULL, 0},
    {HTTP_GET, "/i/Hq7TbN", "/i/{code}", "Hq7TbN", NULL, 0},
    {HTTP_GET, "/i/", NULL, NULL, NULL, 0},
    /* The rest of a path has slashes. */
    {HTTP_GET, "/assets/0/js/dom.js", "/assets/{path...}", "0/js/dom.js", NULL, 0},
    {HTTP_GET, "/assets/0", "/assets/{path...}", "0", NULL, 0},
    {HTTP_GET, "/assets//", "/assets/{path...}", "/", NULL, 0},
    {HTTP_GET, "/assets/", NULL, NULL, NULL, 0},
    {HTTP_GET, "/assets", NULL, NULL, NULL, 0},
    {HTTP_PUT, "/assets/0/js/dom.js", NULL, NULL, "GET, HEAD, OPTIONS", 0},
    /* Dialects are there when they are wanted, with a slash at the end or without. */
    {HTTP_POST, "/send_code", NULL, NULL, NULL, DIALECT_ALL - DIALECT_SEND_CODE},
    {HTTP_POST, "/send_code", "/send_code", NULL, NULL, DIALECT_SEND_CODE},
    {HTTP_POST, "/send_code/", "/send_code", NULL, NULL, DIALECT_ALL},
    {HTTP_POST, "/send_code//", NULL, NULL, NULL, DIALECT_ALL},
    {HTTP_DELETE, "/verify/", NULL, NULL, "GET, HEAD, POST, OPTIONS", DIALECT_ALL},
    {HTTP_GET, "/v1/me/", NULL, NULL, NULL, DIALECT_ALL},
    /* Paths come decoded. */
    {HTTP_POST, "/Send Code/", "/Send Code", NULL, NULL, DIALECT_SPACED},
    {HTTP_POST, "/Send%20Code/", NULL, NULL, NULL, DIALECT_SPACED},
    {HTTP_GET, "/Profile/+79234440000", "/Profile/{phone_number}", "+79234440000", NULL,
     DIALECT_SPACED},
    {HTTP_PATCH, "/users/profile/89234440000/", "/users/profile/{phone}", "89234440000", NULL,
     DIALECT_INITIALIZATION},
    {HTTP_PATCH, "/users/profile//", NULL, NULL, NULL, DIALECT_INITIALIZATION},
    {HTTP_POST, "/users/token/refresh/", "/users/token/refresh", NULL, NULL, DIALECT_AUTH_SMS},
    /* Those of three live under /users/. */
    {HTTP_GET, "/users/17/", "/users/{id}", "17", NULL, DIALECT_ALL},
    {HTTP_GET, "/users/", "/users", NULL, NULL, DIALECT_ALL},
    {HTTP_GET, "/users/login/", NULL, NULL, "POST, OPTIONS", DIALECT_ALL},
    {HTTP_GET, "/users/login/", NULL, NULL, NULL, DIALECT_ALL - DIALECT_AUTH_SMS},
    {HTTP_PUT, "/users/update/17", "/users/update/{id}", "17", NULL, DIALECT_ALL},
    {HTTP_GET, "/users/update/17", NULL, NULL, "PATCH, PUT, OPTIONS", DIALECT_ALL},
    {HTTP_DELETE, "/users/delete/17/", "/users/delete/{id}", "17", NULL, DIALECT_ALL},
    {HTTP_GET, "/api/users/list/", "/api/users/list", NULL, NULL, DIALECT_ALL},
    {HTTP_PUT, "/api/users/list/", NULL, NULL, "GET, HEAD, OPTIONS", DIALECT_ALL},
    {HTTP_PUT, "/api/users/17/", "/api/users/{id}", "17", NULL, DIALECT_ALL},
    /* What is of development mode is there in it alone, whatever the method. */
    {HTTP_POST, "/dev/clock", "/dev/clock", NULL, NULL, DEV},
    {HTTP_PUT, "/dev/clock", NULL, NULL, "POST, OPTIONS", DEV},
    {HTTP_POST, "/dev/clock", NULL, NULL, NULL, DIALECT_ALL},
    {HTTP_PUT, "/dev/clock", NULL, NULL, NULL, DIALECT_ALL},
    {HTTP_OPTIONS, "/dev/outbox", NULL, NULL, NULL, DIALECT_ALL},
    /* The whole server, which is no path. */
    {HTTP_OPTIONS, "*", NULL, NULL, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", 0},
};

static void finds_routes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct slice param = SLICE_ABSENT;
        const char *allow;
        const struct route *route = route_find(rows[i].method, slice_str(rows[i].path),
                                               scope_of(&rows[i]), arena, &param, &allow);

        if (rows[i].route == NULL) {
            assert_null(route);
            if (rows[i].allow == NULL)
                assert_null(allow);
            else
                assert_string_equal(allow, rows[i].allow);
        } else {
            assert_non_null(route);
            assert_string_equal(route->path, rows[i].route);
            assert_true(slice_eq(param, slice_str(rows[i].param)));
        }
        arena_free(arena);
    }
}

static void a_refused_method_is_near_a_route(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct route *near = route_near(slice_str(rows[i].path), scope_of(&rows[i]));

        if (strcmp(rows[i].path, "*") == 0)
            continue;
        assert_true((near != NULL) == (rows[i].route != NULL || rows[i].allow != NULL));
        if (near != NULL && near->dialects != 0)
            assert_true((near->dialects & rows[i].dialects) != 0);
    }
}

/* The dispatcher relies on this for every route on behalf of a session. */
static void session_scripts_begin_with_auth(void **state)
{
    (void)state;
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];

        assert_true((route->script == NULL) == (route->answer == NULL));
        if (route->access != ACCESS_SESSION && route->access != ACCESS_PERSON)
            continue;
        assert_non_null(route->script);
        assert_string_equal(route->script->out[0].name, "auth");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_routes),
        cmocka_unit_test(a_refused_method_is_near_a_route),
        cmocka_unit_test(session_scripts_begin_with_auth),
    };

    return cmocka_run_group_tests_name("api_route", tests, NULL, NULL);
}
