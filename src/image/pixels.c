#include "image/pixels.h"

/* IMAGE_SIDE_MAX is to `longer` as this is to `shorter`; at least 1. */
static int in_proportion(int shorter, int longer)
{
    int64_t side = ((int64_t)shorter * IMAGE_SIDE_MAX + longer / 2) / longer;

    return side < 1 ? 1 : (int)side;
}

struct size size_to_fit(struct size size)
{
    if (size.width <= IMAGE_SIDE_MAX && size.height <= IMAGE_SIDE_MAX)
        return size;
    if (size.width >= size.height)
        return (struct size){IMAGE_SIDE_MAX, in_proportion(size.height, size.width)};
    return (struct size){in_proportion(size.width, size.height), IMAGE_SIDE_MAX};
}

/* In the last four of the eight the file's rows are columns. */
static bool lies_on_its_side(unsigned orientation)
{
    return orientation >= 5;
}

struct size size_turned(struct size size, unsigned orientation)
{
    return lies_on_its_side(orientation) ? (struct size){size.height, size.width} : size;
}

void pixels_turn(const uint32_t *from, int from_stride, struct size size, unsigned orientation,
                 uint32_t *to, int to_stride)
{
    /* Which side of the picture the file's first row, and its first column, are. */
    bool from_right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    bool from_bottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    struct size turned = size_turned(size, orientation);

    for (int y = 0; y < size.height; y++) {
        for (int x = 0; x < size.width; x++) {
            int to_x = lies_on_its_side(orientation) ? y : x;
            int to_y = lies_on_its_side(orientation) ? x : y;

            to_x = from_right ? turned.width - 1 - to_x : to_x;
            to_y = from_bottom ? turned.height - 1 - to_y : to_y;
            to[(ptrdiff_t)to_y * to_stride + to_x] = from[(ptrdiff_t)y * from_stride + x];
        }
    }
}
