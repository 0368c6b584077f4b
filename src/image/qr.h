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

/* Both write into `buf`, which takes at most QR_BYTES_MAX. False, and nothing was written, when the
 * text is too long, empty, or has a NUL. */
#define QR_BYTES_MAX ((size_t)65536)

/* Scales to any size. */
MUST_CHECK bool qr_svg(struct slice text, struct buf *buf);

/* As many whole pixels a module as fit `most_pixels`, a bit each. */
MUST_CHECK bool qr_png(struct slice text, unsigned most_pixels, struct buf *buf);

#endif
