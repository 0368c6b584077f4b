/*
 * Whatever base64url reads, it writes again as the same letters (one spelling for each value), and
 * whatever it writes, it reads again as the same bytes.
 */
#include <stdlib.h>

#include "base/base64url.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_and_write(struct slice text)
{
    size_t max = text.len / 4 * 3 + 3;
    char *bytes = malloc(max);
    size_t len = 0;

    CHECK(bytes != NULL);
    if (base64url_decode(text, bytes, max, &len)) {
        char *again = malloc(text.len + 1);
        size_t refused = 0;

        CHECK(again != NULL && BASE64URL_LEN(len) == text.len);
        base64url_encode(bytes, len, again);
        CHECK(slice_eq(slice_of(again, text.len), text));
        CHECK(len == 0 || !base64url_decode(text, bytes, len - 1, &refused));
        free(again);
    }
    free(bytes);
}

static void write_and_read(struct slice bytes)
{
    /* Of exactly the size promised, so that AddressSanitizer sees one letter too many. */
    char *text = malloc(BASE64URL_LEN(bytes.len) + (bytes.len == 0));
    char *again = malloc(bytes.len + (bytes.len == 0));
    size_t len = 0;

    CHECK(text != NULL && again != NULL);
    base64url_encode(bytes.ptr, bytes.len, text);
    CHECK(base64url_decode(slice_of(text, BASE64URL_LEN(bytes.len)), again, bytes.len, &len));
    CHECK(slice_eq(slice_of(again, len), slice_of(bytes.len == 0 ? again : bytes.ptr, bytes.len)));
    free(again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_and_write(slice_of(data, size));
    write_and_read(slice_of(data, size));
    return 0;
}
