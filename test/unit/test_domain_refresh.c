/* refresh and cursor: opaque texts that carry a MAC. */
#include "unit.h"

#include "base/base64url.h"
#include "domain/cursor.h"
#include "domain/refresh.h"

static const uint8_t key[HASH_BYTES] = "a key of thirty-two bytes, no NU";
static const uint8_t other_key[HASH_BYTES] = "A key of thirty-two bytes, no NU";

static const struct refresh_token tokens[] = {
    {1, 0, {0}},
    {42, 7, "seed of 16 bytes"},
    {INT64_MAX, UINT32_MAX, {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}},
};

static void test_refresh_round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        char text[REFRESH_TEXT_SIZE];
        struct refresh_token read;

        refresh_format(key, &tokens[i], text);
        assert_int_equal(strlen(text), REFRESH_TEXT_LEN);
        assert_true(refresh_parse(key, slice_str(text), &read));
        assert_int_equal(read.session_id, tokens[i].session_id);
        assert_int_equal(read.generation, tokens[i].generation);
        assert_memory_equal(read.seed, tokens[i].seed, REFRESH_SEED_BYTES);
        assert_false(refresh_parse(other_key, slice_str(text), &read));
    }
}

static void test_refresh_layout(void **state)
{
    uint8_t bytes[61];
    char text[REFRESH_TEXT_SIZE];
    size_t len;

    (void)state;
    refresh_format(key, &tokens[1], text);
    assert_true(base64url_decode(slice_str(text), bytes, sizeof(bytes), &len));
    assert_int_equal(len, sizeof(bytes));
    assert_memory_equal(bytes, "\x01\0\0\0\0\0\0\0\x2A\0\0\0\x07seed of 16 bytes", 29);
}

/* The successor is the same text however often it is asked for. */
static void test_refresh_successor(void **state)
{
    struct refresh_token next = tokens[1];
    char first[REFRESH_TEXT_SIZE];
    char second[REFRESH_TEXT_SIZE];
    char old[REFRESH_TEXT_SIZE];

    (void)state;
    refresh_format(key, &next, old);
    next.generation++;
    refresh_format(key, &next, first);
    refresh_format(key, &next, second);
    assert_string_equal(first, second);
    assert_string_not_equal(first, old);
}

/* Each bit of the decoded token counts. */
static void test_refresh_tampered(void **state)
{
    uint8_t bytes[61];
    char text[REFRESH_TEXT_SIZE];
    struct refresh_token read;
    size_t len;

    (void)state;
    refresh_format(key, &tokens[1], text);
    assert_true(base64url_decode(slice_str(text), bytes, sizeof(bytes), &len));
    for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        base64url_encode(bytes, sizeof(bytes), text);
        assert_false(refresh_parse(key, slice_of(text, REFRESH_TEXT_LEN), &read));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_refresh_junk(void **state)
{
    char text[REFRESH_TEXT_SIZE + 2];
    struct refresh_token read;

    (void)state;
    refresh_format(key, &tokens[1], text);
    assert_false(refresh_parse(key, SLICE_ABSENT, &read));
    assert_false(refresh_parse(key, SLICE_LIT(""), &read));
    for (size_t len = 0; len < REFRESH_TEXT_LEN; len++)
        assert_false(refresh_parse(key, slice_of(text, len), &read));
    text[REFRESH_TEXT_LEN] = 'A';
    assert_false(refresh_parse(key, slice_of(text, REFRESH_TEXT_LEN + 1), &read));
    /* The last letter carries four bits that count and two that must be zero. */
    text[REFRESH_TEXT_LEN - 1]++;
    assert_false(refresh_parse(key, slice_of(text, REFRESH_TEXT_LEN), &read));
}

static void format_without_session(void *ignored)
{
    const struct refresh_token nobody = {0, 0, {0}};
    char text[REFRESH_TEXT_SIZE];

    (void)ignored;
    refresh_format(key, &nobody, text);
}

static void test_refresh_needs_a_session(void **state)
{
    (void)state;
    assert_aborts(format_without_session, NULL);
}

#define LIST "/v1/things"
#define OTHER_LIST "/v1/thing"

static const struct cursor cursors[] = {
    {0, 0},
    {1790000000000000, 17},
    {INT64_MAX, INT64_MAX},
    {INT64_MIN, -1},
};

static void test_longer_cursors(void **state)
{
    char place[CURSOR_PLACE_MAX];
    char read_place[CURSOR_PLACE_MAX];
    char text[CURSOR_LONG_SIZE];
    struct cursor read;
    struct slice found;

    (void)state;
    memset(place, 'p', sizeof(place));
    for (size_t len = 0; len <= CURSOR_PLACE_MAX; len++) {
        cursor_long_format(key, 5, LIST, &cursors[0], slice_of(place, len), text);
        assert_true(cursor_long_parse(key, 5, LIST, slice_str(text), &read, read_place, &found));
        assert_true(read.at_us == cursors[0].at_us && read.id == cursors[0].id);
        assert_true(slice_eq(found, slice_of(place, len)));
        assert_false(cursor_long_parse(key, 6, LIST, slice_str(text), &read, read_place, &found));
        assert_false(
            cursor_long_parse(key, 5, OTHER_LIST, slice_str(text), &read, read_place, &found));
        /* Another place, or none, is another cursor. */
        assert_int_equal(cursor_parse(key, 5, LIST, slice_str(text), &read), len == 0);
        text[strlen(text) - 1] ^= 1;
        assert_false(cursor_long_parse(key, 5, LIST, slice_str(text), &read, read_place, &found));
    }
    assert_false(cursor_long_parse(key, 5, LIST, SLICE_LIT(""), &read, read_place, &found));
    memset(text, 'A', sizeof(text));
    assert_false(
        cursor_long_parse(key, 5, LIST, slice_of(text, sizeof(text)), &read, read_place, &found));
}

static void test_cursor_round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cursors); i++) {
        char text[CURSOR_TEXT_SIZE];
        struct cursor read;

        cursor_format(key, 5, LIST, &cursors[i], text);
        assert_int_equal(strlen(text), CURSOR_TEXT_LEN);
        assert_true(cursor_parse(key, 5, LIST, slice_str(text), &read));
        assert_int_equal(read.at_us, cursors[i].at_us);
        assert_int_equal(read.id, cursors[i].id);
        /* Another account's cursor, and another key's. */
        assert_false(cursor_parse(key, 6, LIST, slice_str(text), &read));
        assert_false(cursor_parse(other_key, 5, LIST, slice_str(text), &read));
        /* And another list's. */
        assert_false(cursor_parse(key, 5, OTHER_LIST, slice_str(text), &read));
    }
}

static void test_cursor_junk(void **state)
{
    uint8_t bytes[32];
    char text[CURSOR_TEXT_SIZE + 1];
    struct cursor read;
    size_t len;

    (void)state;
    cursor_format(key, 5, LIST, &cursors[1], text);
    assert_false(cursor_parse(key, 5, LIST, SLICE_ABSENT, &read));
    for (len = 0; len < CURSOR_TEXT_LEN; len++)
        assert_false(cursor_parse(key, 5, LIST, slice_of(text, len), &read));
    text[CURSOR_TEXT_LEN] = 'A';
    assert_false(cursor_parse(key, 5, LIST, slice_of(text, CURSOR_TEXT_LEN + 1), &read));
    assert_true(base64url_decode(slice_of(text, CURSOR_TEXT_LEN), bytes, sizeof(bytes), &len));
    for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        base64url_encode(bytes, sizeof(bytes), text);
        assert_false(cursor_parse(key, 5, LIST, slice_of(text, CURSOR_TEXT_LEN), &read));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    memset(text, '=', CURSOR_TEXT_LEN);
    assert_false(cursor_parse(key, 5, LIST, slice_of(text, CURSOR_TEXT_LEN), &read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refresh_round_trip), cmocka_unit_test(test_refresh_layout),
        cmocka_unit_test(test_refresh_successor),  cmocka_unit_test(test_refresh_tampered),
        cmocka_unit_test(test_refresh_junk),       cmocka_unit_test(test_refresh_needs_a_session),
        cmocka_unit_test(test_cursor_round_trip),  cmocka_unit_test(test_longer_cursors),
        cmocka_unit_test(test_cursor_junk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
