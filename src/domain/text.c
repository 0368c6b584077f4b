#include "domain/text.h"

#include "base/utf8.h"

bool text_next(struct slice *rest, uint32_t *ret_point)
{
    size_t len = utf8_next(*rest, ret_point);

    if (len == 0)
        return false;
    *rest = slice_after(*rest, len);
    return true;
}

struct range {
    uint32_t first;
    uint32_t last;
};

static bool in_ranges(uint32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}

bool text_is_space(uint32_t point)
{
    static const struct range spaces[] = {
        {'\t', '\r'},     {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
        {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
    };

    return in_ranges(point, spaces, ARRAY_LEN(spaces));
}

bool text_is_dash(uint32_t point)
{
    static const struct range dashes[] = {
        {'-', '-'},       {0x2010, 0x2015}, {0x2043, 0x2043}, {0x2212, 0x2212}, {0x2E3A, 0x2E3B},
        {0x30FC, 0x30FC}, {0xFE58, 0xFE58}, {0xFE63, 0xFE63}, {0xFF0D, 0xFF0D},
    };

    return in_ranges(point, dashes, ARRAY_LEN(dashes));
}

bool text_is_invisible(uint32_t point)
{
    static const struct range marks[] = {
        {0xAD, 0xAD},     {0x061C, 0x061C}, {0x200B, 0x200F},
        {0x202A, 0x202E}, {0x2060, 0x2069}, {0xFEFF, 0xFEFF},
    };

    return in_ranges(point, marks, ARRAY_LEN(marks));
}

bool text_is_control(uint32_t point)
{
    static const struct range controls[] = {
        {0x00, 0x1F},
        {0x7F, 0x9F},
        {0x2028, 0x202E},
        {0x2066, 0x2069},
    };

    return in_ranges(point, controls, ARRAY_LEN(controls));
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Length of the last code point of `text`, when it is a space; else 0. */
static size_t last_space_len(struct slice text)
{
    struct slice last;
    uint32_t point;
    size_t at = text.len;

    if (at == 0)
        return 0;
    do
        at--;
    while (at > 0 && text.len - at < 4 && is_continuation(text.ptr[at]));
    last = slice_after(text, at);
    return text_next(&last, &point) && last.len == 0 && text_is_space(point) ? text.len - at : 0;
}

struct slice text_trim(struct slice text)
{
    struct slice rest = text;
    uint32_t point;
    size_t space_len;

    while (text_next(&rest, &point) && text_is_space(point))
        text = rest;
    while ((space_len = last_space_len(text)) > 0)
        text.len -= space_len;
    return text;
}
