#include "image/picture.h"

#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include "image/pixels.h"

/* libwebp's pixels are numbers 0xAARRGGBB; these name the same bytes to the decoders. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define PIXELS_PNG PNG_FORMAT_BGRA
#define PIXELS_JPEG TJPF_BGRA
#define PIXELS_WEBP MODE_BGRA
#else
#define PIXELS_PNG PNG_FORMAT_ARGB
#define PIXELS_JPEG TJPF_ARGB
#define PIXELS_WEBP MODE_ARGB
#endif

/* Tried one after the other until the result is small enough. Portraits fit with the first. */
static const float qualities[] = {82, 60, 30, 0};

/* Looks at the size that a file claims, and makes room for so many pixels. */
static enum image_outcome make_room(WebPPicture *picture, uint64_t width, uint64_t height,
                                    struct size size)
{
    if (width == 0 || height == 0)
        return IMAGE_INVALID;
    if (width > IMAGE_PIXELS_MAX || height > IMAGE_PIXELS_MAX || width * height > IMAGE_PIXELS_MAX)
        return IMAGE_TOO_LARGE;
    picture->use_argb = 1;
    picture->width = size.width;
    picture->height = size.height;
    return WebPPictureAlloc(picture) ? IMAGE_OK : IMAGE_FAILED;
}

static enum image_outcome read_png(struct slice bytes, WebPPicture *picture)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    enum image_outcome outcome;

    if (!png_image_begin_read_from_memory(&image, bytes.ptr, bytes.len))
        return IMAGE_INVALID;
    outcome = make_room(picture, image.width, image.height,
                        (struct size){(int)image.width, (int)image.height});
    image.format = PIXELS_PNG;
    if (outcome == IMAGE_OK &&
        !png_image_finish_read(&image, NULL, picture->argb, picture->argb_stride * 4, NULL))
        outcome = IMAGE_INVALID;
    png_image_free(&image);
    return outcome;
}

/* A JPEG can be decoded at an eighth, a quarter or half of its size, which is much less work. */
static struct size jpeg_size(int width, int height)
{
    struct size need = size_to_fit((struct size){width, height});
    tjscalingfactor scale = {1, 8};

    while (scale.denom > 1 &&
           (TJSCALED(width, scale) < need.width || TJSCALED(height, scale) < need.height))
        scale.denom /= 2;
    return (struct size){TJSCALED(width, scale), TJSCALED(height, scale)};
}

/*
 * A warning is of a damaged file, whose rest is missing or grey; but for bytes too many, which some
 * cameras leave.
 */
static bool is_damaged(tjhandle jpeg)
{
    return tjGetErrorCode(jpeg) == TJERR_FATAL ||
           strstr(tjGetErrorStr2(jpeg), "extraneous bytes") == NULL;
}

static enum image_outcome read_jpeg(struct slice bytes, WebPPicture *picture)
{
    const unsigned char *data = (const unsigned char *)bytes.ptr;
    tjhandle jpeg = tjInitDecompress();
    enum image_outcome outcome = IMAGE_INVALID;
    int width = 0;
    int height = 0;
    int sampling;
    int colours;
    struct size size;

    if (jpeg == NULL)
        return IMAGE_FAILED;
    if (tjDecompressHeader3(jpeg, data, bytes.len, &width, &height, &sampling, &colours) != 0 ||
        width <= 0 || height <= 0)
        goto out;
    outcome = IMAGE_UNSUPPORTED; /* for print */
    if (colours == TJCS_CMYK || colours == TJCS_YCCK)
        goto out;
    size = jpeg_size(width, height);
    outcome = make_room(picture, (uint64_t)width, (uint64_t)height, size);
    if (outcome == IMAGE_OK &&
        tjDecompress2(jpeg, data, bytes.len, (unsigned char *)picture->argb, size.width,
                      picture->argb_stride * 4, size.height, PIXELS_JPEG, TJFLAG_LIMITSCANS) != 0 &&
        is_damaged(jpeg))
        outcome = IMAGE_INVALID;
out:
    (void)tjDestroy(jpeg);
    return outcome;
}

static enum image_outcome read_webp(struct slice bytes, WebPPicture *picture)
{
    const uint8_t *data = (const uint8_t *)bytes.ptr;
    WebPDecoderConfig config;
    enum image_outcome outcome;
    struct size size;

    if (!WebPInitDecoderConfig(&config))
        return IMAGE_FAILED;
    if (WebPGetFeatures(data, bytes.len, &config.input) != VP8_STATUS_OK)
        return IMAGE_INVALID;
    if (config.input.has_animation)
        return IMAGE_UNSUPPORTED;
    size = size_to_fit((struct size){config.input.width, config.input.height});
    outcome = make_room(picture, (uint64_t)config.input.width, (uint64_t)config.input.height, size);
    if (outcome != IMAGE_OK)
        return outcome;
    config.options.use_scaling = 1;
    config.options.scaled_width = size.width;
    config.options.scaled_height = size.height;
    config.output.colorspace = PIXELS_WEBP;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = (uint8_t *)picture->argb;
    config.output.u.RGBA.stride = picture->argb_stride * 4;
    config.output.u.RGBA.size = (size_t)picture->argb_stride * 4 * (size_t)picture->height;
    return WebPDecode(data, bytes.len, &config) == VP8_STATUS_OK ? IMAGE_OK : IMAGE_INVALID;
}

static enum image_outcome read_any(struct slice bytes, WebPPicture *picture)
{
    switch (image_format_of(bytes)) {
    case IMAGE_PNG:
        return read_png(bytes, picture);
    case IMAGE_JPEG:
        return read_jpeg(bytes, picture);
    case IMAGE_WEBP:
        return read_webp(bytes, picture);
    case IMAGE_NONE:
        break;
    }
    return IMAGE_UNSUPPORTED;
}

static bool fit(WebPPicture *picture)
{
    struct size size = size_to_fit((struct size){picture->width, picture->height});

    return (size.width == picture->width && size.height == picture->height) ||
           WebPPictureRescale(picture, size.width, size.height);
}

static bool turn(WebPPicture *picture, unsigned orientation)
{
    struct size size = {picture->width, picture->height};
    struct size turned_size = size_turned(size, orientation);
    WebPPicture turned;

    if (orientation == 1)
        return true;
    if (!WebPPictureInit(&turned) ||
        make_room(&turned, (uint64_t)size.width, (uint64_t)size.height, turned_size) != IMAGE_OK)
        return false;
    pixels_turn(picture->argb, picture->argb_stride, size, orientation, turned.argb,
                turned.argb_stride);
    WebPPictureFree(picture);
    *picture = turned;
    return true;
}

/* False: no memory, or longer than `out`. */
static bool encode(WebPPicture *picture, float quality, uint8_t *out, size_t *ret_len)
{
    WebPMemoryWriter writer;
    WebPConfig config;
    bool done;

    if (!WebPConfigInit(&config))
        return false;
    config.quality = quality;
    config.alpha_quality = (int)quality;
    WebPMemoryWriterInit(&writer);
    picture->writer = WebPMemoryWrite;
    picture->custom_ptr = &writer;
    done = WebPEncode(&config, picture) && writer.size <= IMAGE_WEBP_BYTES_MAX;
    if (done) {
        memcpy(out, writer.mem, writer.size);
        *ret_len = writer.size;
    }
    WebPMemoryWriterClear(&writer);
    return done;
}

enum image_outcome picture_make(struct slice bytes, uint8_t out[IMAGE_WEBP_BYTES_MAX],
                                size_t *ret_len)
{
    enum image_outcome outcome;
    WebPPicture picture;
    unsigned orientation = 1;
    bool done = false;

    if (!WebPPictureInit(&picture))
        return IMAGE_FAILED;
    outcome = read_any(bytes, &picture);
    if (image_format_of(bytes) == IMAGE_JPEG)
        orientation = image_orientation(bytes);
    if (outcome == IMAGE_OK && (!fit(&picture) || !turn(&picture, orientation)))
        outcome = IMAGE_FAILED;
    for (size_t i = 0; outcome == IMAGE_OK && !done && i < ARRAY_LEN(qualities); i++)
        done = encode(&picture, qualities[i], out, ret_len);
    if (outcome == IMAGE_OK && !done)
        outcome = IMAGE_FAILED;
    WebPPictureFree(&picture);
    return outcome;
}
