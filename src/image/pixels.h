/*
 * pixels: the arithmetic of sizes and of turning.
 */
#ifndef IMAGE_PIXELS_H
#define IMAGE_PIXELS_H

#include "image/image.h"

struct size {
    int width;
    int height;
};

/* The size in which `size` fits IMAGE_SIDE_MAX, its shape kept as well as can be; never larger. */
struct size size_to_fit(struct size size);

/* The size of a picture that lies in the file by `orientation` (1 to 8), when it stands upright. */
struct size size_turned(struct size size, unsigned orientation);

/*
 * Sets a picture upright. `size` is that of `from`; `to` has the size that size_turned gives.
 * Strides count pixels.
 */
void pixels_turn(const uint32_t *from, int from_stride, struct size size, unsigned orientation,
                 uint32_t *to, int to_stride);

#endif
