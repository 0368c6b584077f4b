#include "base/base64url.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void base64url_encode(const void *bytes, size_t len, char *out)
{
    const uint8_t *in = bytes;
    uint32_t bits = 0;
    unsigned held = 0;

    for (size_t i = 0; i < len; i++) {
        bits = (bits << 8 | in[i]) & 0xffff;
        held += 8;
        while (held >= 6) {
            held -= 6;
            *out++ = letters[bits >> held & 63];
        }
    }
    if (held > 0)
        *out = letters[bits << (6 - held) & 63];
}

/* The six bits a letter stands for, or -1. */
static int letter_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool base64url_decode(struct slice text, void *out, size_t max, size_t *ret_len)
{
    uint8_t *at = out;
    uint32_t bits = 0;
    unsigned held = 0;

    /* One letter alone holds six bits, less than a byte: no length gives it. */
    if (text.len % 4 == 1 || text.len / 4 * 3 + text.len % 4 * 3 / 4 > max)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int value = letter_value(text.ptr[i]);

        if (value < 0)
            return false;
        bits = (bits << 6 | (uint32_t)value) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            *at++ = (uint8_t)(bits >> held);
        }
    }
    /* The bits left over must be zero, or two spellings would give the same bytes. */
    if ((bits & ((1U << held) - 1)) != 0)
        return false;
    *ret_len = text.len / 4 * 3 + text.len % 4 * 3 / 4;
    return true;
}
