/* Headers that mean something to our calls: what is taken keeps its promises. */
#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "api/header.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_event(struct slice text)
{
    int64_t us = header_event_us(text);
    char again[24];
    int len = snprintf(again, sizeof(again), "%" PRId64, us);

    CHECK(us >= 0 && us < INT64_C(1000000000000000000));
    CHECK(header_event_us(slice_of(again, (size_t)len)) == us);
    /* It ends with the digits that were given, leading zeros aside. */
    CHECK(us == 0 ||
          ((size_t)len <= text.len && memcmp(text.ptr + text.len - len, again, (size_t)len) == 0));
}

static void try_key(struct slice text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    if (!header_is_key(text))
        return;
    CHECK(text.len >= 16 && text.len <= 64);
    for (size_t i = 0; i < text.len; i++)
        CHECK(text.ptr[i] != '\0' && strchr(letters, text.ptr[i]) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of(data, size);
    struct slice token;

    if (header_bearer(text, &token)) {
        CHECK(token.len > 0 && token.len + 7 == size && token.ptr == text.ptr + 7);
        CHECK(strncasecmp(text.ptr, "bearer ", 7) == 0);
    }
    try_key(text);
    try_event(text);
    return 0;
}
