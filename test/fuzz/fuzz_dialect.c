/* dialect_list_parse: a set of known bits, or a part of the list that is no name. */
#include "base/check.h"
#include "domain/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice list = slice_of(size == 0 ? (const void *)"" : data, size);
    struct slice unknown = SLICE_ABSENT;
    unsigned dialects = UINT32_MAX;
    unsigned again = 0;
    char padded[512];

    if (!dialect_list_parse(list, &dialects, &unknown)) {
        CHECK(dialects == UINT32_MAX);
        CHECK(unknown.ptr >= list.ptr && unknown.ptr + unknown.len <= list.ptr + list.len);
        CHECK(unknown.len == 0 || memchr(unknown.ptr, ',', unknown.len) == NULL);
        return 0;
    }
    CHECK((dialects & ~DIALECT_ALL) == 0);
    if (size > sizeof(padded) - 2)
        return 0;
    /* Spaces around it say nothing. */
    padded[0] = ' ';
    memcpy(padded + 1, list.ptr, size);
    padded[size + 1] = ' ';
    CHECK(dialect_list_parse(slice_of(padded, size + 2), &again, &unknown) && again == dialects);
    return 0;
}
