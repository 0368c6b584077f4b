/* arena, buf and slice: memory of a request and texts that grow in it. */
#include "unit.h"

#include <stdalign.h>

#include "base/arena.h"
#include "base/buf.h"

static int arena_setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int arena_teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void test_alloc_is_zeroed_and_aligned(void **state)
{
    for (size_t size = 0; size < 300; size++) {
        unsigned char *ptr = arena_alloc(*state, size);

        assert_int_equal((uintptr_t)ptr % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(ptr[i], 0);
        memset(ptr, 0xff, size);
    }
}

static void test_big_objects_get_chunks_of_their_own(void **state)
{
    char *big = arena_alloc(*state, 1 << 20);
    char *small = arena_alloc(*state, 1);
    uint64_t *many = ARENA_ARRAY(*state, uint64_t, 1000);

    big[(1 << 20) - 1] = 'x';
    *small = 'y';
    many[999] = 1;
    assert_int_equal(big[0], 0);
}

static void test_copies(void **state)
{
    struct slice copy = arena_copy(*state, SLICE_LIT("text"));
    struct slice none = arena_copy(*state, slice_of("", 0));

    assert_slice(copy, "text");
    assert_int_equal(copy.ptr[4], '\0');
    assert_true(slice_is_absent(arena_copy(*state, SLICE_ABSENT)));
    assert_null(arena_str(*state, SLICE_ABSENT));
    assert_true(!slice_is_absent(none) && none.len == 0);
    assert_string_equal(arena_str(*state, slice_of("abcdef", 3)), "abc");
    assert_slice(arena_printf(*state, "%s-%d", "a", 7), "a-7");
    assert_slice(arena_printf(*state, "%s", ""), "");
}

static void test_what_is_taken(void **state)
{
    size_t taken = arena_taken(*state);

    assert_int_equal(taken, ARENA_CHUNK_BYTES);
    for (unsigned i = 0; i < ARENA_CHUNK_BYTES; i++)
        (void)arena_alloc(*state, 1);
    /* Small things take more than their size. */
    assert_true(arena_taken(*state) >= taken + 8 * ARENA_CHUNK_BYTES);
    taken = arena_taken(*state);
    (void)arena_alloc(*state, 10 * ARENA_CHUNK_BYTES);
    assert_int_equal(arena_taken(*state), taken + 10 * ARENA_CHUNK_BYTES);
}

static void fill_arena(void *unused)
{
    struct arena *arena = arena_new();

    (void)unused;
    for (;;)
        (void)arena_alloc(arena, 1000);
}

static void ask_too_much(void *size)
{
    (void)arena_alloc(arena_new(), *(size_t *)size);
}

static void ask_product_that_overflows(void *unused)
{
    (void)unused;
    (void)ARENA_ARRAY(arena_new(), uint64_t, SIZE_MAX / 4);
}

static void test_the_maximum_holds(void **state)
{
    size_t sizes[] = {ARENA_MAX_BYTES, ARENA_MAX_BYTES + 1, SIZE_MAX, SIZE_MAX - 15};

    assert_aborts(fill_arena, NULL);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        assert_aborts(ask_too_much, &sizes[i]);
    assert_aborts(ask_product_that_overflows, NULL);
    assert_non_null(arena_alloc(*state, ARENA_MAX_BYTES / 2));
    arena_free(NULL);
}

static void test_slices(void **state)
{
    (void)state;
    assert_true(slice_eq(SLICE_LIT("ab"), slice_str("ab")));
    assert_false(slice_eq(SLICE_LIT("ab"), slice_str("ac")));
    assert_false(slice_eq(SLICE_LIT("ab"), slice_str("abc")));
    assert_true(slice_eq(SLICE_ABSENT, slice_str(NULL)));
    assert_false(slice_eq(SLICE_ABSENT, slice_str("")));
    assert_true(slice_eq_str(slice_of("x", 0), ""));
    assert_slice(slice_after(SLICE_LIT("abc"), 1), "bc");
    assert_slice(slice_trim(SLICE_LIT("\t a b \t ")), "a b");
    assert_slice(slice_trim(SLICE_LIT(" \t")), "");
    assert_true(slice_is_absent(slice_trim(SLICE_ABSENT)));
}

static void test_items_of_a_list(void **state)
{
    struct slice rest = SLICE_LIT("a, b,,c");

    (void)state;
    assert_slice(slice_take(&rest, ','), "a");
    assert_slice(slice_take(&rest, ','), " b");
    assert_slice(slice_take(&rest, ','), "");
    assert_slice(slice_take(&rest, ','), "c");
    assert_true(slice_is_absent(rest));
    assert_true(slice_is_absent(slice_take(&rest, ',')));
    /* A mark at the end has an empty item behind it, and so has an empty list. */
    rest = SLICE_LIT("a,");
    assert_slice(slice_take(&rest, ','), "a");
    assert_true(rest.len == 0 && !slice_is_absent(rest));
    assert_slice(slice_take(&rest, ','), "");
    assert_true(slice_is_absent(rest));
    rest = SLICE_LIT("name=a=b");
    assert_slice(slice_take(&rest, '='), "name");
    assert_slice(rest, "a=b");
}

static void test_buf_writes(void **state)
{
    struct buf buf = buf_new(*state, 0, 1000);
    bool whole = false;

    buf_str(&buf, "a");
    buf_char(&buf, 'b');
    buf_slice(&buf, SLICE_LIT("cd"));
    buf_slice(&buf, SLICE_ABSENT);
    buf_bytes(&buf, "", 0);
    buf_int(&buf, 0);
    buf_char(&buf, ' ');
    buf_int(&buf, INT64_MIN);
    buf_char(&buf, ' ');
    buf_int(&buf, INT64_MAX);
    buf_printf(&buf, " %05d%s", 42, "!");
    assert_slice(buf_view(&buf, &whole), "abcd0 -9223372036854775808 9223372036854775807 00042!");
    assert_true(whole);
}

static void test_buf_grows_without_loss(void **state)
{
    struct buf buf = buf_new(*state, 1, 100000);
    struct slice text;
    bool whole;

    for (int i = 0; i < 100000; i++)
        buf_char(&buf, (char)('a' + i % 26));
    text = buf_view(&buf, &whole);
    assert_true(whole);
    assert_int_equal(text.len, 100000);
    for (size_t i = 0; i < text.len; i++)
        assert_int_equal(text.ptr[i], 'a' + (int)(i % 26));
}

static void test_buf_overflow_is_sticky(void **state)
{
    struct buf buf = buf_new(*state, 10, 10);
    bool whole;

    buf_printf(&buf, "%s", "0123456789");
    assert_slice(buf_view(&buf, &whole), "0123456789");
    assert_true(whole);
    buf_char(&buf, 'x');
    assert_slice(buf_view(&buf, &whole), "0123456789");
    assert_false(whole);

    buf = buf_new(*state, 10, 10);
    buf_printf(&buf, "%s", "0123456789x");
    buf_char(&buf, 'y');
    assert_slice(buf_view(&buf, &whole), "");
    assert_false(whole);
    assert_slice(buf_view(&buf, NULL), "");
}

static void test_buf_room(void **state)
{
    struct buf buf = buf_new(*state, 1, 100);
    bool whole;

    buf_str(&buf, "ab");
    memset(buf_room(&buf, 98), '-', 98);
    assert_non_null(buf_room(&buf, 0));
    assert_int_equal(buf_view(&buf, &whole).len, 100);
    assert_true(whole);
    assert_null(buf_room(&buf, 1));
    assert_null(buf_room(&buf, 0));
    assert_memory_equal(buf_view(&buf, &whole).ptr, "ab----------", 12);
    assert_int_equal(buf_view(&buf, &whole).len, 100);
    assert_false(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_alloc_is_zeroed_and_aligned, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(test_big_objects_get_chunks_of_their_own, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(test_copies, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_taken, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_the_maximum_holds, arena_setup, arena_teardown),
        cmocka_unit_test(test_slices),
        cmocka_unit_test(test_items_of_a_list),
        cmocka_unit_test_setup_teardown(test_buf_writes, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_buf_grows_without_loss, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_buf_overflow_is_sticky, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_buf_room, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
