#include "image/qr.h"

#include <png.h>
#include <qrencode.h>

#include "base/check.h"

#define MARGIN 4

/* NULL when there is none; freed by QRcode_free. */
static QRcode *encode(struct slice text)
{
    char copy[QR_TEXT_MAX + 1];
    QRcode *code;

    if (text.len == 0 || text.len > QR_TEXT_MAX || memchr(text.ptr, '\0', text.len) != NULL)
        return NULL;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    code = QRcode_encodeString(copy, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    CHECK(code != NULL); /* no memory: so much always fits */
    return code;
}

static bool is_black(const QRcode *code, int x, int y)
{
    return (code->data[(size_t)y * (size_t)code->width + (size_t)x] & 1) != 0;
}

/* One shape for each stretch of black in a row. */
static void draw_row(const QRcode *code, int y, struct buf *buf)
{
    for (int x = 0; x < code->width;) {
        int from = x;

        while (x < code->width && is_black(code, x, y))
            x++;
        if (x > from)
            buf_printf(buf, "M%d %dh%dv1h-%dz", from + MARGIN, y + MARGIN, x - from, x - from);
        else
            x++;
    }
}

bool qr_svg(struct slice text, struct buf *buf)
{
    QRcode *code = encode(text);
    int side;

    if (code == NULL)
        return false;
    side = code->width + 2 * MARGIN;
    buf_printf(buf,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
               "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
               "<path d=\"",
               side, side, side, side);
    for (int y = 0; y < code->width; y++)
        draw_row(code, y, buf);
    buf_str(buf, "\"/></svg>\n");
    QRcode_free(code);
    return true;
}

/* A byte for each pixel: 1 is black. */
static void paint(const QRcode *code, unsigned scale, uint8_t *pixels, unsigned side)
{
    for (unsigned y = 0; y < (unsigned)code->width * scale; y++) {
        uint8_t *row = pixels + (size_t)(y + MARGIN * scale) * side + (size_t)MARGIN * scale;

        for (unsigned x = 0; x < (unsigned)code->width * scale; x++)
            row[x] = is_black(code, (int)(x / scale), (int)(y / scale));
    }
}

bool qr_png(struct slice text, unsigned most_pixels, struct arena *arena, struct slice *ret_png)
{
    static const uint8_t colors[] = {255, 255, 255, 0, 0, 0};
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .format = PNG_FORMAT_RGB_COLORMAP,
                       .flags = PNG_IMAGE_FLAG_FAST,
                       .colormap_entries = 2};
    QRcode *code = encode(text);
    png_alloc_size_t size;
    uint8_t *pixels;
    unsigned modules;
    char *png;

    CHECK(most_pixels >= QR_PIXELS_MIN && most_pixels <= QR_PIXELS_MAX);
    if (code == NULL)
        return false;
    modules = (unsigned)code->width + 2 * MARGIN;
    CHECK(modules <= most_pixels);
    image.width = modules * (most_pixels / modules);
    image.height = image.width;
    pixels = arena_alloc(arena, (size_t)image.width * image.height);
    paint(code, most_pixels / modules, pixels, image.width);
    QRcode_free(code);
    size = PNG_IMAGE_PNG_SIZE_MAX(image);
    png = arena_alloc_raw(arena, size);
    /* Fails only where there is no memory. */
    CHECK(png_image_write_to_memory(&image, png, &size, 0, pixels, 0, colors) != 0);
    *ret_png = slice_of(png, size);
    return true;
}
