/*
 * orientation: finds the one EXIF tag that matters to whoever looks at the picture. A JPEG file is
 * segments (ITU T.81 annex B), one of them a TIFF file with the tags (EXIF 2.32 §4.5, §4.6).
 */
#include "image/image.h"

#define UPRIGHT 1
#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT 3
#define ENTRY_BYTES ((size_t)12)
#define TIFF_HEAD_BYTES ((size_t)8)

/* A number of two or four bytes at `at`; 0 beyond the end. */
static uint32_t number(struct slice bytes, size_t at, size_t width, bool is_little)
{
    uint32_t value = 0;

    if (bytes.len < width || at > bytes.len - width)
        return 0;
    for (size_t i = 0; i < width; i++)
        value = value << 8 | (uint8_t)bytes.ptr[is_little ? at + width - 1 - i : at + i];
    return value;
}

static unsigned orientation_of_tiff(struct slice tiff)
{
    bool is_little = tiff.len >= 2 && memcmp(tiff.ptr, "II", 2) == 0;
    size_t at = number(tiff, 4, 4, is_little);
    uint32_t count = number(tiff, at, 2, is_little);

    if (at < TIFF_HEAD_BYTES || number(tiff, 2, 2, is_little) != 42)
        return UPRIGHT;
    at += 2;
    for (uint32_t i = 0; i < count && at <= tiff.len; i++, at += ENTRY_BYTES) {
        uint32_t value = number(tiff, at + 8, 2, is_little);

        if (number(tiff, at, 2, is_little) == TAG_ORIENTATION &&
            number(tiff, at + 2, 2, is_little) == TYPE_SHORT)
            return value >= 1 && value <= 8 ? value : UPRIGHT;
    }
    return UPRIGHT;
}

unsigned image_orientation(struct slice jpeg)
{
    static const char exif[6] = "Exif\0";
    size_t at = 2;

    /* Segments up to the picture itself: FF, a kind, the length of the rest with these two bytes.
     */
    while (at + 4 <= jpeg.len && (uint8_t)jpeg.ptr[at] == 0xff) {
        uint8_t kind = (uint8_t)jpeg.ptr[at + 1];
        size_t len = number(jpeg, at + 2, 2, false);
        struct slice body;

        if (kind == 0xff) { /* padding */
            at++;
            continue;
        }
        if (kind < 0xc0 || (kind >= 0xd0 && kind <= 0xda) || len < 2 || len > jpeg.len - at - 2)
            break;
        body = slice_of(jpeg.ptr + at + 4, len - 2);
        if (kind == 0xe1 && body.len > sizeof(exif) && memcmp(body.ptr, exif, sizeof(exif)) == 0)
            return orientation_of_tiff(slice_after(body, sizeof(exif)));
        at += 2 + len;
    }
    return UPRIGHT;
}
