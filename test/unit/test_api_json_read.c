/* json_read: everything that is JSON, and nothing that is not. */
#include "unit.h"

#include "api/json_read.h"

/* What is read, written again by jansson; NULL: refused. */
static const struct {
    const char *text;
    const char *read;
} rows[] = {
    {"{\"a\":1}", "{\"a\":1}"},
    {" [1, -0, 9223372036854775807, -9223372036854775808] ",
     "[1,0,9223372036854775807,-9223372036854775808]"},
    {"[9223372036854775808]", "[0.0]"},
    {"[-9223372036854775809,9223372036854775807]", "[0.0,9223372036854775807]"},
    {"[1e309,1E+309,-1e309,1.5e999,2]", "[0.0,0.0,0.0,0.0,2]"},
    {"[1.5]", "[1.5]"},
    {"[1e-999]", "[0.0]"},
    /* Numbers in strings stay. */
    {"{\"1e999\":\"1e999\",\"b\":1e999}", "{\"1e999\":\"1e999\",\"b\":0.0}"},
    {"[\"\\\\\",\"\\\"1e999\",1e999]", "[\"\\\\\",\"\\\"1e999\",0.0]"},
    {"[\"a\\u0000b\"]", "[\"a\\u0000b\"]"},
    {"{\"a\\u0000\":\"\\u0000\"}", "{\"a\xef\xbf\xbf\":\"\\u0000\"}"},
    {"{\"\\u0000\" \t\r\n: 1, \"b\": \"\\u0000:\"}", "{\"\xef\xbf\xbf\":1,\"b\":\"\\u0000:\"}"},
    {"{\"\\\\u0000\\u0000\":1}", "{\"\\\\u0000\xef\xbf\xbf\":1}"},
    {"{\"a\\u0000\":1,\"a\":2}", "{\"a\xef\xbf\xbf\":1,\"a\":2}"},
    {"{\"a\\u0000\":1,\"a\\u0000\":2}", NULL},
    /* Not numbers. */
    {"[099999999999999999999]", NULL},
    {"[-]", NULL},
    {"[--1]", NULL},
    {"[+1]", NULL},
    {"[1e999.5]", NULL},
    {"[1e]", NULL},
    {"[1e+]", NULL},
    {"[1.]", NULL},
    {"[.5]", NULL},
    {"[99999999999999999999.]", NULL},
    {"[99999999999999999999e]", NULL},
    {"[99999999999999999999 1]", NULL},
    {"[1e999,099999999999999999999]", NULL},
    {"[1e999,1.]", NULL},
    /* Not JSON in other ways, behind what had to be tamed. */
    {"[1e999", NULL},
    {"[1e999]]", NULL},
    {"[1e999,\"a", NULL},
    {"[1e999,\"\\", NULL},
    {"{\"a\\u0000\":1e999,}", NULL},
    {"{\"a\\u0000\"}", NULL},
    {"[1e999,\"\xff\"]", NULL},
    {"[1e999,{\"a\":1,\"a\":2}]", NULL},
    {"[\"\\ud800\"]", NULL},
    {"", NULL},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        json_error_t error;
        json_t *value = json_read(slice_str(rows[i].text), arena, &error);
        char *text = value == NULL ? NULL : json_dumps(value, JSON_COMPACT);

        if ((text == NULL) != (rows[i].read == NULL) ||
            (text != NULL && strcmp(text, rows[i].read) != 0))
            fail_msg("%s: %s", rows[i].text, text == NULL ? error.text : text);
        free(text);
        json_decref(value);
        arena_free(arena);
    }
}

/* The text is somebody else's: a repeated request is known by it. */
static void test_text_stays(void **state)
{
    char text[] = "{\"a\\u0000\":[1e999,99999999999999999999]}";
    char before[sizeof(text)];
    struct arena *arena = arena_new();
    json_error_t error;

    (void)state;
    memcpy(before, text, sizeof(text));
    json_decref(json_read(slice_of(text, sizeof(text) - 1), arena, &error));
    assert_memory_equal(text, before, sizeof(text));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_text_stays),
    };

    return cmocka_run_group_tests_name("api_json_read", tests, NULL, NULL);
}
