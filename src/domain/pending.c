#include "domain/pending.h"

#include <stdio.h>

#include "base/base64url.h"

#define ID_LEN BASE64URL_LEN(CODE_CHALLENGE_BYTES)
#define DIGITS_MIN 2
#define DIGITS_MAX 15

_Static_assert(ID_LEN + 1 + DIGITS_MAX + 1 == PENDING_TEXT_SIZE, "the value's text");
_Static_assert(DIGITS_MAX + 2 == PHONE_E164_SIZE, "the phone");

void pending_format(const struct pending *pending, char out[PENDING_TEXT_SIZE])
{
    base64url_encode(pending->challenge_id, CODE_CHALLENGE_BYTES, out);
    (void)snprintf(out + ID_LEN, PENDING_TEXT_SIZE - ID_LEN, ".%s", pending->phone + 1);
}

/* No country's code begins with 0. */
static bool is_number(struct slice digits)
{
    if (digits.len < DIGITS_MIN || digits.len > DIGITS_MAX || digits.ptr[0] == '0')
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return false;
    }
    return true;
}

static bool read_value(struct slice text, struct pending *ret_pending)
{
    struct pending read = {.phone = "+"};
    struct slice digits;
    size_t len;

    if (text.len < ID_LEN + 1 || text.ptr[ID_LEN] != '.')
        return false;
    digits = slice_after(text, ID_LEN + 1);
    if (!base64url_decode(slice_of(text.ptr, ID_LEN), read.challenge_id, CODE_CHALLENGE_BYTES,
                          &len) ||
        !is_number(digits))
        return false;
    memcpy(read.phone + 1, digits.ptr, digits.len);
    *ret_pending = read;
    return true;
}

bool pending_find(struct slice header, struct pending *ret_pending)
{
    static const char prefix[] = PENDING_COOKIE "=";
    size_t prefix_len = sizeof(prefix) - 1;

    while (header.len > 0) {
        struct slice pair = slice_trim(slice_take(&header, ';'));

        if (pair.len > prefix_len && memcmp(pair.ptr, prefix, prefix_len) == 0 &&
            read_value(slice_after(pair, prefix_len), ret_pending))
            return true;
    }
    return false;
}
