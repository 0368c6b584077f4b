/* asset: the table of files, what is stored and what it inflates to. */
#include "unit.h"

#include "base/asset.h"

static void is_sorted_and_found(void **state)
{
    size_t end = 0;

    (void)state;
    assert_true(asset_count > 10);
    assert_int_equal(strlen(asset_hash), 16);
    for (size_t i = 0; i < asset_count; i++) {
        const struct asset *asset = &asset_table[i];

        assert_ptr_equal(asset_find(slice_str(asset->name)), asset);
        if (i > 0)
            assert_true(strcmp(asset_table[i - 1].name, asset->name) < 0);
        assert_int_equal(asset->offset, end);
        end += asset->stored_bytes;
    }
}

static void finds_nothing_else(void **state)
{
    static const char *const names[] = {
        "",          "assets", "assets/", "assets/js/",   "assets/js/dom.j", "assets/js/dom.jss",
        "ASSETS/js", "zzz",    "\x01",    "pages/x.html", "\xff\xfe",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_null(asset_find(slice_str(names[i])));
    assert_null(asset_find(slice_of("assets/js/dom.js\0", 17)));
    assert_null(asset_find(slice_of("assets\0js/dom.js", 16)));
}

static void inflates_what_is_compressed(void **state)
{
    size_t compressed = 0;

    (void)state;
    for (size_t i = 0; i < asset_count; i++) {
        const struct asset *asset = &asset_table[i];
        struct slice stored = asset_stored(asset);
        struct slice plain = asset_plain(asset);

        assert_int_equal(stored.len, asset->stored_bytes);
        assert_int_equal(plain.len, asset->bytes);
        assert_ptr_equal(asset_plain(asset).ptr, plain.ptr);
        if (!asset->is_gzip)
            continue;
        compressed++;
        assert_true(stored.len < plain.len);
        assert_memory_equal(stored.ptr, "\x1f\x8b", 2);
    }
    assert_true(compressed > 5);
}

static void knows_the_pages(void **state)
{
    const struct asset *page = asset_find(SLICE_LIT("pages/redoc.html"));
    const struct asset *dev = asset_find(SLICE_LIT("dev/redoc.html"));
    struct slice text;

    (void)state;
    assert_non_null(page);
    assert_non_null(dev);
    assert_string_not_equal(page->tag, dev->tag);
    text = asset_plain(page);
    assert_memory_equal(text.ptr, "<!doctype html>", 15);
    assert_null(memmem(text.ptr, text.len, "/@/", 3));
    assert_non_null(memmem(text.ptr, text.len, asset_hash, 16));
}

static void has_a_style_sheet_in_the_first_page(void **state)
{
    struct slice text = asset_plain(asset_find(SLICE_LIT("pages/index.html")));

    (void)state;
    assert_memory_equal(asset_style_source, "sha256-", 7);
    assert_int_equal(strlen(asset_style_source), 7 + 44);
    assert_non_null(memmem(text.ptr, text.len, "<style>", 7));
    assert_null(memmem(text.ptr, text.len, "data-within", 11));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_sorted_and_found),
        cmocka_unit_test(finds_nothing_else),
        cmocka_unit_test(inflates_what_is_compressed),
        cmocka_unit_test(knows_the_pages),
        cmocka_unit_test(has_a_style_sheet_in_the_first_page),
    };

    return cmocka_run_group_tests_name("base_asset", tests, NULL, NULL);
}
