/* image: QR codes; that they can be read is shown in test/e2e/invite-qr.test.mjs. */
#include "unit.h"

#include "image/qr.h"

static void test_sizes(void **state)
{
    static const unsigned sizes[] = {QR_PIXELS_MIN, 200, 512, QR_PIXELS_MAX};
    char text[QR_TEXT_MAX];

    (void)state;
    memset(text, 'a', sizeof(text));
    for (size_t len = 1; len <= QR_TEXT_MAX; len += len < 300 ? 13 : 1) {
        struct arena *arena = arena_new();
        struct buf buf = buf_new(arena, 1024, QR_BYTES_MAX);
        bool whole;

        assert_true(qr_svg(slice_of(text, len), &buf));
        (void)buf_view(&buf, &whole);
        assert_true(whole);
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            struct slice png;

            buf = buf_new(arena, 1024, QR_BYTES_MAX);
            assert_true(qr_png(slice_of(text, len), sizes[i], &buf));
            png = buf_view(&buf, &whole);
            assert_true(whole && png.len < 16384);
            assert_memory_equal(png.ptr, "\x89PNG\r\n\x1a\n", 8);
        }
        arena_free(arena);
    }
}

static void test_texts_that_make_none(void **state)
{
    struct arena *arena = arena_new();
    struct buf buf = buf_new(arena, 1024, QR_BYTES_MAX);
    char text[QR_TEXT_MAX + 1];

    (void)state;
    memset(text, 'a', sizeof(text));
    assert_false(qr_svg(slice_of(text, sizeof(text)), &buf));
    assert_false(qr_png(slice_of(text, sizeof(text)), 512, &buf));
    assert_false(qr_svg(SLICE_LIT(""), &buf));
    assert_false(qr_svg(SLICE_LIT("a\0b"), &buf));
    assert_int_equal(buf.len, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_texts_that_make_none),
    };

    return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
