/*
 * qr: a link as a QR code (ISO/IEC 18004), drawn black on white with the margin of four modules
 * that readers need. Error correction M: 15 % may be dirt, a fold or a thumb. Unlike pictures from
 * strangers this needs no process of its own: it takes well under a millisecond, and reads nothing.
 */
#ifndef IMAGE_QR_H
#define IMAGE_QR_H

#include "base/buf.h"

/* Longest link; the largest code has then 81 modules, margins included. */
#define QR_TEXT_MAX ((size_t)320)

/* Pixels of a PNG's side. */
#define QR_PIXELS_MIN 128
#define QR_PIXELS_MAX 1024

/* Scales to any size; at most 64 KiB. False when the text is too long, empty, or has a NUL. */
MUST_CHECK bool qr_svg(struct slice text, struct buf *buf);

/* The largest whole number of pixels a module that fits `most_pixels`, one bit each. False as
 * qr_svg; *ret_png is in the arena. */
MUST_CHECK bool qr_png(struct slice text, unsigned most_pixels, struct arena *arena,
                       struct slice *ret_png);

#endif
