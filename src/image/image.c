#include "image/image.h"

/* What a reply begins with; the outcome, a digit, comes last. */
static const char reply_begin[] = "avatar ";

#define RIFF_HEAD 8

static bool begins(struct slice bytes, size_t at, const char *with, size_t len)
{
    return bytes.len >= at + len && memcmp(bytes.ptr + at, with, len) == 0;
}

enum image_format image_format_of(struct slice bytes)
{
    if (begins(bytes, 0, "\x89PNG\r\n\x1a\n", 8))
        return IMAGE_PNG;
    if (begins(bytes, 0, "\xff\xd8\xff", 3))
        return IMAGE_JPEG;
    if (begins(bytes, 0, "RIFF", 4) && begins(bytes, RIFF_HEAD, "WEBP", 4))
        return IMAGE_WEBP;
    return IMAGE_NONE;
}

void image_reply_head(enum image_outcome outcome, uint8_t out[IMAGE_REPLY_HEAD])
{
    memcpy(out, reply_begin, IMAGE_REPLY_HEAD - 1);
    out[IMAGE_REPLY_HEAD - 1] = (uint8_t)('0' + outcome);
}

/* A RIFF file says how long it is behind its head. */
static bool is_whole_webp(struct slice bytes)
{
    const uint8_t *at = (const uint8_t *)bytes.ptr;
    uint32_t len;

    if (image_format_of(bytes) != IMAGE_WEBP)
        return false;
    len = (uint32_t)at[4] | (uint32_t)at[5] << 8 | (uint32_t)at[6] << 16 | (uint32_t)at[7] << 24;
    return bytes.len <= IMAGE_WEBP_BYTES_MAX && bytes.len - RIFF_HEAD == len;
}

enum image_outcome image_reply_read(struct slice reply, struct slice *ret_webp)
{
    struct slice rest;
    char word;

    if (!begins(reply, 0, reply_begin, IMAGE_REPLY_HEAD - 1) || reply.len < IMAGE_REPLY_HEAD)
        return IMAGE_FAILED;
    word = reply.ptr[IMAGE_REPLY_HEAD - 1];
    rest = slice_after(reply, IMAGE_REPLY_HEAD);
    if (word == '0' + IMAGE_OK && is_whole_webp(rest)) {
        *ret_webp = rest;
        return IMAGE_OK;
    }
    if (rest.len == 0 && word >= '0' + IMAGE_UNSUPPORTED && word <= '0' + IMAGE_TOO_LARGE)
        return (enum image_outcome)(word - '0');
    return IMAGE_FAILED;
}
