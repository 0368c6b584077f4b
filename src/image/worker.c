#include "image/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "image/picture.h"
#include "image/sandbox.h"

/* Static: the room is there before there is a limit. */
static uint8_t input[IMAGE_BYTES_MAX];
static uint8_t output[IMAGE_REPLY_MAX];

/* All of standard input; false when it is more than there is room for, or cannot be read. */
static bool read_all(size_t *ret_len)
{
    uint8_t one_more;
    size_t len = 0;
    ssize_t got;

    do {
        bool full = len == sizeof(input);

        got = read(STDIN_FILENO, full ? &one_more : input + len, full ? 1 : sizeof(input) - len);
        if (got > 0 && full)
            return false;
        len += got > 0 ? (size_t)got : 0;
    } while (got > 0 || (got < 0 && errno == EINTR));
    *ret_len = len;
    return got == 0;
}

static bool write_all(const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = write(STDOUT_FILENO, bytes, len);

        if (put < 0 && errno != EINTR)
            return false;
        bytes += put > 0 ? put : 0;
        len -= put > 0 ? (size_t)put : 0;
    }
    return true;
}

int image_worker(void)
{
    enum image_outcome outcome;
    size_t webp_len = 0;
    size_t len;

    if (!sandbox_enter() || !read_all(&len))
        _exit(EXIT_FAILURE);
    outcome =
        picture_make(slice_of((const char *)input, len), output + IMAGE_REPLY_HEAD, &webp_len);
    image_reply_head(outcome, output);
    if (!write_all(output, IMAGE_REPLY_HEAD + webp_len))
        _exit(EXIT_FAILURE);
    /* Not `return`: what runs at an exit is more than this process may do. */
    _exit(outcome == IMAGE_FAILED ? EXIT_FAILURE : EXIT_SUCCESS);
}
