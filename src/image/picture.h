/*
 * picture: decoding and encoding, by libpng, libjpeg-turbo and libwebp. Only a worker calls it.
 */
#ifndef IMAGE_PICTURE_H
#define IMAGE_PICTURE_H

#include "image/image.h"

/*
 * Makes a WebP of the picture in `bytes`: turned as its EXIF data say (JPEG), made smaller to fit
 * IMAGE_SIDE_MAX and never larger, and with nothing but pixels in it. How many pixels there are is
 * looked at before they are decoded. Of an animated PNG the first picture is taken, an animated
 * WebP is not supported. With IMAGE_OK, *ret_len bytes are in `out`; the other outcomes are
 * _UNSUPPORTED, _INVALID, _TOO_LARGE, and _FAILED without memory.
 */
enum image_outcome picture_make(struct slice bytes, uint8_t out[IMAGE_WEBP_BYTES_MAX],
                                size_t *ret_len);

#endif
