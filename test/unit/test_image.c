/* image: formats, EXIF orientation, sizes, turning, what a worker says, and whole pictures. */
#include "unit.h"

#include <stdio.h>

#include "image/picture.h"
#include "image/pixels.h"

static void test_formats(void **state)
{
    static const struct {
        struct slice bytes;
        enum image_format format;
    } rows[] = {
        {SLICE_LIT("\x89PNG\r\n\x1a\n"), IMAGE_PNG},
        {SLICE_LIT("\x89PNG\r\n\x1a"), IMAGE_NONE},
        {SLICE_LIT("\x89PNG\n\x1a\n\n"), IMAGE_NONE},
        {SLICE_LIT("\xff\xd8\xff\xe0"), IMAGE_JPEG},
        {SLICE_LIT("\xff\xd8"), IMAGE_NONE},
        {SLICE_LIT("RIFF\0\0\0\0WEBP"), IMAGE_WEBP},
        {SLICE_LIT("RIFF\0\0\0\0WAVE"), IMAGE_NONE},
        {SLICE_LIT("RIFF\0\0\0\0WEB"), IMAGE_NONE},
        {SLICE_LIT("GIF89a"), IMAGE_NONE},
        {SLICE_LIT(""), IMAGE_NONE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(image_format_of(rows[i].bytes), rows[i].format);
}

#define BEGIN "\xff\xd8"
#define EXIF(len) "\xff\xe1\0" len "Exif\0\0"
#define BIG(orientation) \
    "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" orientation "\0\0\0\0\0\0"
#define LITTLE(orientation) \
    "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" orientation "\0\0\0\0\0\0\0"

static void test_orientation(void **state)
{
    static const struct {
        struct slice jpeg;
        unsigned orientation;
    } rows[] = {
        {SLICE_LIT(BEGIN EXIF("\x22") BIG("\x06")), 6},
        {SLICE_LIT(BEGIN EXIF("\x22") LITTLE("\x08")), 8},
        {SLICE_LIT(BEGIN "\xff\xe0\0\x04JF\xff\xff" EXIF("\x22") BIG("\x03")), 3},
        {SLICE_LIT(BEGIN EXIF("\x22") BIG("\0")), 1},
        {SLICE_LIT(BEGIN EXIF("\x22") BIG("\x09")), 1},
        /* Cut off: in the segment, in the tags, behind the picture's beginning. */
        {SLICE_LIT(BEGIN EXIF("\x80") BIG("\x06")), 1},
        {SLICE_LIT(BEGIN EXIF("\x12") BIG("\x06")), 1},
        {SLICE_LIT(BEGIN "\xff\xda\0\x02" EXIF("\x22") BIG("\x06")), 1},
        {SLICE_LIT(BEGIN "\xff\xe0\0\x01" EXIF("\x22") BIG("\x06")), 1},
        {SLICE_LIT(BEGIN), 1},
        {SLICE_LIT(""), 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (image_orientation(rows[i].jpeg) != rows[i].orientation)
            fail_msg("row %zu: %u", i, image_orientation(rows[i].jpeg));
}

static void test_sizes(void **state)
{
    static const struct {
        struct size from;
        struct size to;
    } rows[] = {
        {{1, 1}, {1, 1}},          {{512, 512}, {512, 512}},   {{513, 512}, {512, 511}},
        {{1024, 512}, {512, 256}}, {{4000, 6000}, {341, 512}}, {{24000000, 1}, {512, 1}},
        {{1, 24000000}, {1, 512}}, {{512, 100}, {512, 100}},   {{600, 1}, {512, 1}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct size size = size_to_fit(rows[i].from);

        assert_int_equal(size.width, rows[i].to.width);
        assert_int_equal(size.height, rows[i].to.height);
    }
}

/*
 * abc   in the eight ways it may lie in a file, row by row; EXIF 2.32 names the side of the
 * def   picture that the first row and the first column of the file are.
 */
static void test_turning(void **state)
{
    static const struct {
        const char *file;
        struct size size;
    } rows[] = {
        {"abcdef", {3, 2}}, {"cbafed", {3, 2}}, {"fedcba", {3, 2}}, {"defabc", {3, 2}},
        {"adbecf", {2, 3}}, {"cfbead", {2, 3}}, {"fcebda", {2, 3}}, {"daebfc", {2, 3}},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct size upright = size_turned(rows[i].size, i + 1);
        uint32_t from[3 * 5] = {0};
        uint32_t to[2 * 4] = {0};
        char text[7] = "";

        for (int at = 0; at < 6; at++)
            from[at / rows[i].size.width * 5 + at % rows[i].size.width] =
                (uint32_t)rows[i].file[at];
        assert_true(upright.width == 3 && upright.height == 2);
        pixels_turn(from, 5, rows[i].size, i + 1, to, 4);
        for (int at = 0; at < 6; at++)
            text[at] = (char)to[at / 3 * 4 + at % 3];
        assert_string_equal(text, "abcdef");
    }
}

static void test_replies(void **state)
{
    static const struct {
        struct slice reply;
        enum image_outcome outcome;
    } rows[] = {
        {SLICE_LIT("avatar 0RIFF\x04\0\0\0WEBP"), IMAGE_OK},
        {SLICE_LIT("avatar 0RIFF\x05\0\0\0WEBP"), IMAGE_FAILED},
        {SLICE_LIT("avatar 0RIFF\x04\0\0\0WEBPx"), IMAGE_FAILED},
        {SLICE_LIT("avatar 0RIFF\x04\0\0\0WAVE"), IMAGE_FAILED},
        {SLICE_LIT("avatar 0"), IMAGE_FAILED},
        {SLICE_LIT("avatar 1"), IMAGE_UNSUPPORTED},
        {SLICE_LIT("avatar 2"), IMAGE_INVALID},
        {SLICE_LIT("avatar 3"), IMAGE_TOO_LARGE},
        /* What only the pool says. */
        {SLICE_LIT("avatar 4"), IMAGE_FAILED},
        {SLICE_LIT("avatar 5"), IMAGE_FAILED},
        {SLICE_LIT("avatar 6"), IMAGE_FAILED},
        {SLICE_LIT("avatar 1 "), IMAGE_FAILED},
        {SLICE_LIT("avatar "), IMAGE_FAILED},
        {SLICE_LIT(""), IMAGE_FAILED},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct slice found = SLICE_ABSENT;

        if (image_reply_read(rows[i].reply, &found) != rows[i].outcome)
            fail_msg("row %zu", i);
        assert_int_equal(slice_is_absent(found), rows[i].outcome != IMAGE_OK);
    }
}

/* The smallest there is: one grey pixel. */
static const uint8_t tiny_png[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
    0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
};

static void test_pictures(void **state)
{
    static uint8_t out[IMAGE_WEBP_BYTES_MAX];
    struct slice whole = slice_of((const char *)tiny_png, sizeof(tiny_png));
    struct slice found;
    size_t len = 0;
    char reply[IMAGE_REPLY_MAX];

    (void)state;
    assert_int_equal(picture_make(whole, out, &len), IMAGE_OK);
    image_reply_head(IMAGE_OK, (uint8_t *)reply);
    memcpy(reply + IMAGE_REPLY_HEAD, out, len);
    assert_int_equal(image_reply_read(slice_of(reply, IMAGE_REPLY_HEAD + len), &found), IMAGE_OK);
    /* What it makes it also takes. */
    assert_int_equal(picture_make(found, out, &len), IMAGE_OK);
    for (size_t cut = 8; cut < whole.len - 12; cut++)
        assert_int_equal(picture_make(slice_of(whole.ptr, cut), out, &len), IMAGE_INVALID);
    assert_int_equal(picture_make(SLICE_LIT("\xff\xd8\xff\xd9"), out, &len), IMAGE_INVALID);
    assert_int_equal(picture_make(SLICE_LIT("RIFF\x04\0\0\0WEBP"), out, &len), IMAGE_INVALID);
    assert_int_equal(picture_make(SLICE_LIT("GIF89a"), out, &len), IMAGE_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats), cmocka_unit_test(test_orientation),
        cmocka_unit_test(test_sizes),   cmocka_unit_test(test_turning),
        cmocka_unit_test(test_replies), cmocka_unit_test(test_pictures),
    };

    return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
