/* csv: cells are quoted where they must be, and never become formulas. */
#include "unit.h"

#include "base/csv.h"

static const struct {
    const char *value;
    const char *cell;
} rows[] = {
    {"", ""},
    {"plain", "plain"},
    {"Анна", "Анна"},
    {"a,b", "\"a,b\""},
    {"a;b", "\"a;b\""},
    {"say \"hi\"", "\"say \"\"hi\"\"\""},
    {"two\nlines", "\"two\nlines\""},
    {"=1+1", "'=1+1"},
    {"=\"a\",1", "\"'=\"\"a\"\",1\""},
    {"+79234440000", "'+79234440000"},
    {"-1", "'-1"},
    {"@SUM(A1)", "'@SUM(A1)"},
    {"\t=1", "\"'\t=1\""},
    {"\r=1", "\"'\r=1\""},
    {"＝1", "'＝1"},
    {"a=1", "a=1"},
    {"'quoted", "'quoted"},
};

static void test_cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        struct buf buf = buf_new(arena, 16, 1024);
        struct csv csv = csvw_new(&buf);

        csvw_cstr(&csv, rows[i].value);
        csvw_int(&csv, -7);
        csvw_end(&csv);
        if (!slice_eq(buf_view(&buf, NULL), arena_printf(arena, "%s,-7\r\n", rows[i].cell)))
            fail_msg("%s: %.*s", rows[i].value, SLICE_ARG(buf_view(&buf, NULL)));
        arena_free(arena);
    }
}

static void test_rows(void **state)
{
    struct arena *arena = arena_new();
    struct buf buf = buf_new(arena, 16, 1024);
    struct csv csv = csvw_new(&buf);

    (void)state;
    csvw_id(&csv, 17);
    csvw_time(&csv, 1);
    csvw_str(&csv, SLICE_ABSENT);
    csvw_end(&csv);
    csvw_id(&csv, 0);
    csvw_time(&csv, 0);
    csvw_str(&csv, slice_of("a\0b", 3));
    csvw_end(&csv);
    assert_true(slice_eq(buf_view(&buf, NULL),
                         slice_of("17,1970-01-01T00:00:00.000Z,\r\n,,\"a\0b\"\r\n", 39)));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cells), cmocka_unit_test(test_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
