/* http: request targets and query strings. */
#include "unit.h"

#include "http/http.h"

static void test_good_targets(void **state)
{
    static const struct {
        const char *target;
        const char *path;
        const char *query;
    } rows[] = {
        {"/", "/", NULL},
        {"/v1/codes", "/v1/codes", NULL},
        {"/v1/codes/", "/v1/codes/", NULL},
        {"//", "//", NULL},
        {"/a?", "/a", ""},
        {"/a?b=c&d", "/a", "b=c&d"},
        {"/a?b?c", "/a", "b?c"},
        {"/a?%zz", "/a", "%zz"},
        {"/a%20b%2Bc+d", "/a b+c+d", NULL},
        {"/%d0%B9", "/\xd0\xb9", NULL},
        {"/\xd0\xb9", "/\xd0\xb9", NULL},
        {"/%25", "/%", NULL},
        {"/%3F?x", "/?", "x"},
        {"/.a/..b/c./d../...", "/.a/..b/c./d../...", NULL},
        {"/a?/../%2F", "/a", "/../%2F"},
        /* Absolute form. */
        {"http://a", "/", NULL},
        {"http://a/", "/", NULL},
        {"http://a?b", "/", "b"},
        {"http://a/b?c=d", "/b", "c=d"},
        {"http://a/b?c=http://e/f", "/b", "c=http://e/f"},
        {"HTTPS://127.0.0.1:8080/v1/me", "/v1/me", NULL},
        {"http://[::1]:8080/%d0%B9", "/\xd0\xb9", NULL},
        {"http://a//b", "//b", NULL},
        /* Asterisk form. */
        {"*", "*", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct slice path;
        struct slice query;

        assert_true(http_target_parse(slice_str(rows[i].target), arena, &path, &query));
        assert_slice(path, rows[i].path);
        assert_true(slice_eq(query, slice_str(rows[i].query)));
        arena_free(arena);
    }
}

static const char *const bad_targets[] = {
    "",
    "a",
    "**",
    "*?a",
    "?a",
    "/%",
    "/%2",
    "/a%2",
    "/%2x",
    "/%x2",
    "/%%20",
    "/%00",
    "/%ff",
    "/%c0%80",
    "/\xff",
    "/%ed%a0%80",
    "/a b",
    "/a\tb",
    "/a\x7f",
    "/a#b",
    "/a?b#c",
    "/a?b c",
    "/a\r",
    "/.",
    "/..",
    "/./a",
    "/a/.",
    "/a/..",
    "/a/../b",
    "/%2e",
    "/%2E%2e/",
    "/a/.%2e/b",
    "/a%2Fb",
    "/a%2f",
    "/..?a",
    "*/",
    "http:",
    "http:/",
    "http://",
    "http:///a",
    "http://?a",
    "http:a",
    "http:/a/b",
    "ftp://a/",
    "httpss://a/",
    "://a/",
    "a.example:443",
    "http://user@a/",
    "http://user:pass@a/b",
    "http://a\\b/",
    "http://a/../b",
    "http://a/%2e/",
    "http://a/b%2fc",
    "http://a b/",
    "http://a/#b",

    "http://:80/",
};

static void test_bad_targets(void **state)
{
    static const struct slice with_nul = {"/a\0b", 4};

    (void)state;
    for (size_t i = 0; i <= ARRAY_LEN(bad_targets); i++) {
        struct slice target = i < ARRAY_LEN(bad_targets) ? slice_str(bad_targets[i]) : with_nul;
        struct arena *arena = arena_new();
        struct slice path;
        struct slice query;

        if (http_target_parse(target, arena, &path, &query))
            fail_msg("\"%.*s\" was accepted", SLICE_ARG(target));
        arena_free(arena);
    }
}

static void test_queries(void **state)
{
    static const struct {
        const char *query;
        const char *name;
        const char *value;
    } rows[] = {
        {"", "a", NULL},
        {"a", "a", ""},
        {"a=", "a", ""},
        {"a=b", "a", "b"},
        {"a=b&a=c", "a", "b"},
        {"x=1&a=b", "a", "b"},
        {"x&a=b", "a", "b"},
        {"&&a=b&", "a", "b"},
        {"ab=c", "a", NULL},
        {"a=b", "ab", NULL},
        {"a=b=c", "a", "b=c"},
        {"=c", "a", NULL},
        {"phone=+7%20923%2B", "phone", "+7 923+"},
        /* A form's space, but at the beginning, where one means nothing and `+` a number. */
        {"phone=8+(923)+444-00-00", "phone", "8 (923) 444-00-00"},
        {"phone=+7+923", "phone", "+7 923"},
        {"phone=%2B7+923", "phone", "+7 923"},
        {"a=++b", "a", "+ b"},
        {"a=+", "a", "+"},
        {"a=%20+b", "a", "  b"},
        {"a+b=c", "a b", "c"},
        {"a+b=c", "a+b", NULL},
        {"a%2Bb=c", "a+b", "c"},
        {"%61=b", "a", "b"},
        {"%zz=1&a=b", "a", "b"},
        {"a=%", "a", ""},
        {"a=%4", "a", ""},
        {"a=%4g", "a", ""},
        {"a=%00", "a", ""},
        {"a=%ff", "a", ""},
        {"a=%ff&a=b", "a", ""},
        {"A=b", "a", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct slice value = http_query_find(slice_str(rows[i].query), rows[i].name, arena);

        if (!slice_eq(value, slice_str(rows[i].value)))
            fail_msg("\"%s\" of \"%s\" is \"%.*s\"", rows[i].name, rows[i].query, SLICE_ARG(value));
        arena_free(arena);
    }
}

static void test_absent_query(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_true(slice_is_absent(http_query_find(SLICE_ABSENT, "a", arena)));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_targets),
        cmocka_unit_test(test_bad_targets),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_absent_query),
    };

    return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
