/*
 * What is ours between a stranger's picture and a reply: telling formats apart, the EXIF data of a
 * JPEG, and what a worker says. (The decoders are libraries, and run in a process apart.)
 */
#include <stdlib.h>

#include "base/check.h"
#include "image/image.h"

static void check_reply(struct slice reply)
{
    uint8_t head[IMAGE_REPLY_HEAD];
    struct slice webp = SLICE_ABSENT;
    enum image_outcome outcome = image_reply_read(reply, &webp);

    if (outcome == IMAGE_FAILED) {
        CHECK(slice_is_absent(webp));
        return;
    }
    /* Only what a worker says is believed, and it has one way to say it. */
    image_reply_head(outcome, head);
    CHECK(reply.len >= sizeof(head) && memcmp(reply.ptr, head, sizeof(head)) == 0);
    if (outcome == IMAGE_OK) {
        CHECK(image_format_of(webp) == IMAGE_WEBP && webp.len <= IMAGE_WEBP_BYTES_MAX);
        CHECK(webp.ptr == reply.ptr + sizeof(head) && webp.len == reply.len - sizeof(head));
    } else {
        CHECK(outcome <= IMAGE_TOO_LARGE && reply.len == sizeof(head));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of just this length: reading past its end is seen. */
    char *copy = malloc(size == 0 ? 1 : size);
    struct slice bytes = slice_of(copy, size);
    unsigned orientation;

    CHECK(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    orientation = image_orientation(bytes);
    CHECK(orientation >= 1 && orientation <= 8);
    (void)image_format_of(bytes);
    check_reply(bytes);
    free(copy);
    return 0;
}
