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

/* PNG */

static void on_error(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
    CHECK(false); /* our own picture, and memory that always suffices */
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void on_bytes(png_structp png, png_bytep bytes, size_t len)
{
    buf_bytes(png_get_io_ptr(png), bytes, len);
}

static void on_flush(png_structp png)
{
    (void)png;
}

/* A row of modules, a bit each pixel, 1 is white; a y outside the code is margin. */
static void fill_row(const QRcode *code, int y, unsigned scale, uint8_t row[QR_PIXELS_MAX / 8])
{
    memset(row, 0xff, QR_PIXELS_MAX / 8);
    for (int x = 0; y >= 0 && y < code->width && x < code->width; x++) {
        unsigned from = (unsigned)(x + MARGIN) * scale;

        for (unsigned at = from; is_black(code, x, y) && at < from + scale; at++)
            row[at / 8] &= (uint8_t) ~(0x80u >> at % 8);
    }
}

/* Row by row: a large picture takes no more memory than a small one. */
static void write_png(const QRcode *code, unsigned scale, struct buf *buf)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    png_infop info = png_create_info_struct(png);
    unsigned side = (unsigned)(code->width + 2 * MARGIN) * scale;
    uint8_t row[QR_PIXELS_MAX / 8];

    CHECK(png != NULL && info != NULL);
    png_set_write_fn(png, buf, on_bytes, on_flush);
    png_set_IHDR(png, info, side, side, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_write_info(png, info);
    for (int y = -MARGIN; y < code->width + MARGIN; y++) {
        fill_row(code, y, scale, row);
        for (unsigned i = 0; i < scale; i++)
            png_write_row(png, row);
    }
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
}

bool qr_png(struct slice text, unsigned most_pixels, struct buf *buf)
{
    QRcode *code = encode(text);
    unsigned modules;

    CHECK(most_pixels >= QR_PIXELS_MIN && most_pixels <= QR_PIXELS_MAX);
    if (code == NULL)
        return false;
    modules = (unsigned)(code->width + 2 * MARGIN);
    CHECK(modules <= most_pixels);
    write_png(code, most_pixels / modules, buf);
    QRcode_free(code);
    return true;
}
