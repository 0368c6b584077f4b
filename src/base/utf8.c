#include "base/utf8.h"

/* Lengths of the sequences, and the least code point that may be spelled in each length. */
static const uint32_t least_code[] = {0, 0, 0x80, 0x800, 0x10000};

static size_t sequence_len(unsigned char lead, uint32_t *ret_bits)
{
    if (lead < 0x80) {
        *ret_bits = lead;
        return 1;
    }
    if (lead >= 0xc2 && lead < 0xe0) {
        *ret_bits = lead & 0x1fU;
        return 2;
    }
    if (lead >= 0xe0 && lead < 0xf0) {
        *ret_bits = lead & 0x0fU;
        return 3;
    }
    if (lead >= 0xf0 && lead < 0xf5) {
        *ret_bits = lead & 0x07U;
        return 4;
    }
    return 0;
}

size_t utf8_next(struct slice s, uint32_t *ret_code)
{
    const unsigned char *bytes = (const unsigned char *)s.ptr;
    uint32_t code = 0;
    size_t len;

    if (s.len == 0)
        return 0;
    len = sequence_len(bytes[0], &code);
    if (len == 0 || len > s.len)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (bytes[i] & 0x3fU);
    }
    if (code < least_code[len] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return 0;
    *ret_code = code;
    return len;
}

bool utf8_count(struct slice s, size_t *ret_count)
{
    size_t count = 0;

    while (s.len > 0) {
        uint32_t code;
        size_t len = utf8_next(s, &code);

        if (len == 0)
            return false;
        s = slice_after(s, len);
        count++;
    }
    *ret_count = count;
    return true;
}

bool utf8_is_printable(uint32_t code)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } hidden[] = {
        {0x0000, 0x001f}, {0x007f, 0x009f}, {0x061c, 0x061c}, {0x200b, 0x200f},
        {0x2028, 0x202e}, {0x2060, 0x2069}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
    };

    for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
        if (code >= hidden[i].first && code <= hidden[i].last)
            return false;
    }
    return true;
}
