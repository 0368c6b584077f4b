#include "http/basic.h"

#include "base/base64url.h"

#define LETTERS_MAX (((size_t)BASIC_TEXT_MAX + 2) / 3 * 4)

/* Takes "Basic" and the spaces behind it off the header; its case does not matter. */
static bool take_scheme(struct slice *header)
{
    static const char scheme[] = "basic";
    size_t len = sizeof(scheme) - 1;

    if (slice_is_absent(*header) || header->len <= len || header->ptr[len] != ' ')
        return false;
    for (size_t i = 0; i < len; i++) {
        if ((header->ptr[i] | 0x20) != scheme[i])
            return false;
    }
    while (len < header->len && header->ptr[len] == ' ')
        len++;
    *header = slice_after(*header, len);
    return true;
}

/* The other alphabet of the same letters, without what fills the last four up. */
static bool to_base64url(struct slice text, char out[LETTERS_MAX], size_t *ret_len)
{
    size_t len = text.len;

    if (len == 0 || len % 4 != 0 || len > LETTERS_MAX)
        return false;
    for (unsigned i = 0; i < 2 && text.ptr[len - 1] == '='; i++)
        len--;
    for (size_t i = 0; i < len; i++) {
        char c = text.ptr[i];

        if (c == '-' || c == '_')
            return false;
        out[i] = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    *ret_len = len;
    return true;
}

static bool has_control(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return true;
    }
    return false;
}

bool basic_read(struct slice header, struct arena *arena, struct slice *ret_name,
                struct slice *ret_secret)
{
    char letters[LETTERS_MAX];
    char *bytes;
    const char *colon;
    struct slice text;
    size_t letter_count;
    size_t len;

    if (!take_scheme(&header) || !to_base64url(header, letters, &letter_count))
        return false;
    bytes = arena_alloc(arena, BASIC_TEXT_MAX);
    if (!base64url_decode(slice_of(letters, letter_count), bytes, BASIC_TEXT_MAX, &len))
        return false;
    text = slice_of(bytes, len);
    colon = len == 0 ? NULL : memchr(bytes, ':', len);
    if (colon == NULL || has_control(text))
        return false;
    *ret_name = slice_of(bytes, (size_t)(colon - bytes));
    *ret_secret = slice_after(text, ret_name->len + 1);
    return true;
}
