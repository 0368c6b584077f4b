/*
 * json_read: whatever jansson takes is read as jansson reads it, the text stays as it was, and what
 * is read beyond that is JSON which jansson takes once it is written.
 */
#include <stdlib.h>

#include "api/json_read.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As much as a body without a picture has. */
#define INPUT_MAX ((size_t)16384)

static void check_again(const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    json_t *again;

    CHECK(text != NULL);
    again = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    CHECK(again != NULL && json_equal(again, value));
    json_decref(again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena;
    char *before;
    json_error_t error;
    json_t *plain;
    json_t *value;

    if (size > INPUT_MAX)
        return 0;
    arena = arena_new();
    before = arena_str(arena, slice_of(size == 0 ? (const void *)"" : data, size));
    plain = json_loadb(before, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    value = json_read(slice_of(size == 0 ? (const void *)"" : data, size), arena, &error);
    CHECK(size == 0 || memcmp(before, data, size) == 0);
    CHECK(plain == NULL || json_equal(plain, value));
    if (value != NULL)
        check_again(value);
    json_decref(plain);
    json_decref(value);
    arena_free(arena);
    return 0;
}
