/*
 * image: what comes in as a picture and what goes out, and the words the two sides of a worker
 * speak. PNG, JPEG and WebP go in; a WebP of bounded size comes out, without any of the metadata.
 *
 * Decoding the pictures of strangers is the most dangerous thing this program does, so it does it
 * in a process apart (worker.h), which may compute and nothing else (sandbox.h). What that process
 * says is not believed either: image_reply_read looks at it as at any stranger's bytes.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "base/slice.h"

/* Named maxima. */
#define IMAGE_BYTES_MAX ((size_t)1 << 20)      /* of what comes in */
#define IMAGE_PIXELS_MAX ((uint64_t)24000000)  /* of what comes in, decoded */
#define IMAGE_SIDE_MAX 512                     /* of what goes out: it fits such a square */
#define IMAGE_WEBP_BYTES_MAX ((size_t)1 << 17) /* of what goes out */

enum image_outcome {
    IMAGE_OK,
    IMAGE_UNSUPPORTED, /* none of the three formats, or one in a kind we do not read */
    IMAGE_INVALID,     /* damaged */
    IMAGE_TOO_LARGE,   /* more than IMAGE_PIXELS_MAX */
    IMAGE_TOO_LONG,    /* more than IMAGE_BYTES_MAX */
    IMAGE_OVERLOADED,  /* not looked at: see gate.h, and image_pool_drain */
    IMAGE_FAILED,      /* could not tell: no process, or it ended or was ended before it was done */
};

enum image_format { IMAGE_NONE, IMAGE_PNG, IMAGE_JPEG, IMAGE_WEBP };

/* By the first bytes; what the client calls it does not count. */
enum image_format image_format_of(struct slice bytes);

/*
 * The orientation that the EXIF data of a JPEG give, 1 to 8 (EXIF 2.32, tag 0x0112): how the
 * picture lies in the file. 1, as it should stand, when they give none or make no sense.
 */
unsigned image_orientation(struct slice jpeg);

/*
 * What a worker says: IMAGE_REPLY_HEAD bytes, which image_reply_head writes, and for IMAGE_OK the
 * WebP behind them.
 */
#define IMAGE_REPLY_HEAD ((size_t)8)
#define IMAGE_REPLY_MAX (IMAGE_REPLY_HEAD + IMAGE_WEBP_BYTES_MAX)
void image_reply_head(enum image_outcome outcome, uint8_t out[IMAGE_REPLY_HEAD]);

/*
 * Reads all that a worker has said. IMAGE_FAILED unless it is what a worker says and nothing else.
 * With IMAGE_OK *ret_webp, a view into `reply`, begins as a WebP file does and has the length that
 * it says it has.
 */
enum image_outcome image_reply_read(struct slice reply, struct slice *ret_webp);

#endif
