/* json and utf8: replies are JSON and inert, whatever text goes in. */
#include "unit.h"

#include "base/json.h"
#include "base/utf8.h"

static struct arena *arena;
static struct buf buf;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    buf = buf_new(arena, 100, 100000);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void test_every_kind_of_value(void **state)
{
    struct json json = jsonw_new(&buf);

    (void)state;
    jsonw_object(&json);
    jsonw_str(&json, "phone", SLICE_LIT("+79234440000"));
    jsonw_str(&json, "email", SLICE_ABSENT);
    jsonw_str(&json, "city", SLICE_LIT(""));
    jsonw_cstr(&json, "role", "user");
    jsonw_cstr(&json, "none", NULL);
    jsonw_int(&json, "least", INT64_MIN);
    jsonw_bool(&json, "yes", true);
    jsonw_bool(&json, "no", false);
    jsonw_null(&json, "null");
    jsonw_time(&json, "at", INT64_C(1795264496789000));
    jsonw_time(&json, "never", 0);
    jsonw_id(&json, "id", 17);
    jsonw_id(&json, "no_id", 0);
    jsonw_array(&json, "items");
    jsonw_int(&json, NULL, 1);
    jsonw_str(&json, NULL, SLICE_LIT("two"));
    jsonw_object_in(&json, NULL);
    jsonw_end(&json);
    jsonw_array(&json, NULL);
    jsonw_end(&json);
    jsonw_end(&json);
    jsonw_object_in(&json, "inner");
    jsonw_bool(&json, "deep", true);
    jsonw_end(&json);
    jsonw_end(&json);
    assert_slice(buf_view(&buf, NULL),
                 "{\"phone\":\"+79234440000\",\"email\":null,\"city\":\"\",\"role\":\"user\","
                 "\"none\":null,\"least\":-9223372036854775808,\"yes\":true,\"no\":false,"
                 "\"null\":null,\"at\":\"2026-11-21T12:34:56.789Z\",\"never\":null,\"id\":\"17\","
                 "\"no_id\":null,\"items\":[1,\"two\",{},[]],\"inner\":{\"deep\":true}}");
}

static void test_array_at_the_top(void **state)
{
    struct json json = jsonw_new(&buf);

    (void)state;
    jsonw_array(&json, NULL);
    jsonw_object(&json);
    jsonw_end(&json);
    jsonw_object(&json);
    jsonw_end(&json);
    jsonw_end(&json);
    assert_slice(buf_view(&buf, NULL), "[{},{}]");
}

static const struct {
    const char *text;
    const char *json;
} hostile[] = {
    {"plain, 'quoted' / slashed", "\"plain, 'quoted' / slashed\""},
    {" !#$%'()*+,-./0123456789:;=?@[]^_`{|}~\x7f",
     "\" !#$%'()*+,-./0123456789:;=?@[]^_`{|}~\x7f\""},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "\"ABCDEFGHIJKLMNOPQRSTUVWXYZ\""},
    {"abcdefghijklmnopqrstuvwxyz", "\"abcdefghijklmnopqrstuvwxyz\""},
    {"a\"b\\c", "\"a\\\"b\\\\c\""},
    {"\n\r\t\b\f\x01\x1f", "\"\\n\\u000d\\u0009\\u0008\\u000c\\u0001\\u001f\""},
    {"</script><!-- &amp;", "\"\\u003c/script\\u003e\\u003c!-- \\u0026amp;\""},
    {"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", "\"\\u2028\\u2029\xe2\x80\xaa\""},
    {"Никита \xf0\x9f\x9a\xaa", "\"Никита \xf0\x9f\x9a\xaa\""},
    /* A stray continuation byte, an overlong '/', a surrogate, beyond the last plane, a cut one. */
    {"a\x80z", "\"a\xef\xbf\xbdz\""},
    {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"end\xe2\x80", "\"end\xef\xbf\xbd\xef\xbf\xbd\""},
    {"\xff\"", "\"\xef\xbf\xbd\\\"\""},
};

static void test_hostile_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        struct buf one = buf_new(arena, 0, 1000);
        struct json json = jsonw_new(&one);

        jsonw_cstr(&json, NULL, hostile[i].text);
        assert_slice(buf_view(&one, NULL), hostile[i].json);
    }
}

static void test_nul_and_names(void **state)
{
    struct json json = jsonw_new(&buf);

    (void)state;
    jsonw_object(&json);
    jsonw_str(&json, "a", slice_of("x\0y", 3));
    jsonw_end(&json);
    assert_slice(buf_view(&buf, NULL), "{\"a\":\"x\\u0000y\"}");
}

static void go_too_deep(void *unused)
{
    struct json json = jsonw_new(&buf);

    (void)unused;
    for (int i = 0; i <= JSON_DEPTH_MAX; i++)
        jsonw_array(&json, NULL);
}

static void end_too_often(void *unused)
{
    struct json json = jsonw_new(&buf);

    (void)unused;
    jsonw_object(&json);
    jsonw_end(&json);
    jsonw_end(&json);
}

static void leave_out_the_name(void *unused)
{
    struct json json = jsonw_new(&buf);

    (void)unused;
    jsonw_object(&json);
    jsonw_int(&json, NULL, 1);
}

static void name_an_item(void *unused)
{
    struct json json = jsonw_new(&buf);

    (void)unused;
    jsonw_array(&json, NULL);
    jsonw_int(&json, "name", 1);
}

static void test_our_mistakes_end_the_process(void **state)
{
    (void)state;
    assert_aborts(go_too_deep, NULL);
    assert_aborts(end_too_often, NULL);
    assert_aborts(leave_out_the_name, NULL);
    assert_aborts(name_an_item, NULL);
}

/* Each code point, encoded here by the book, is read back; each prefix and overlong form is not. */
static void test_utf8_whole_range(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x120000; code++) {
        unsigned char bytes[4];
        size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        bool is_valid = code < 0xd800 || (code >= 0xe000 && code <= 0x10ffff);
        uint32_t got = 0xffffffff;

        for (size_t i = len; i-- > 1;)
            bytes[i] = (unsigned char)(0x80 | (code >> (6 * (len - 1 - i)) & 0x3f));
        bytes[0] = (unsigned char)(len == 1   ? code
                                   : len == 2 ? 0xc0 | code >> 6
                                   : len == 3 ? 0xe0 | code >> 12
                                              : 0xf0 | code >> 18);
        if (utf8_next(slice_of(bytes, len), &got) != (is_valid ? len : 0))
            fail_msg("U+%04X", code);
        if (is_valid && got != code)
            fail_msg("U+%04X was read as U+%04X", code, got);
        if (len > 1 && utf8_next(slice_of(bytes, len - 1), &got) != 0)
            fail_msg("a part of U+%04X was read", code);
    }
}

static void test_utf8_bad(void **state)
{
    static const char *const texts[] = {
        "",
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xc3(",
        "\xe2\x82(",
    };
    uint32_t code = 7;
    size_t count = 7;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_equal(utf8_next(slice_str(texts[i]), &code), 0);
    assert_int_equal(code, 7);
    assert_false(utf8_count(SLICE_LIT("ab\xff"), &count));
    assert_int_equal(count, 7);
    assert_true(utf8_count(SLICE_LIT("дом\xf0\x9f\x9a\xaa"), &count));
    assert_int_equal(count, 4);
    assert_true(utf8_count(SLICE_ABSENT, &count));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_kind_of_value, setup, teardown),
        cmocka_unit_test_setup_teardown(test_array_at_the_top, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nul_and_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_our_mistakes_end_the_process, setup, teardown),
        cmocka_unit_test(test_utf8_whole_range),
        cmocka_unit_test(test_utf8_bad),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
