/* pending_find: what it finds is what pending_format writes, and stands in the header. */
#include <stdio.h>

#include "base/check.h"
#include "domain/pending.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool holds(struct slice text, struct slice part)
{
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (memcmp(text.ptr + i, part.ptr, part.len) == 0)
            return true;
    }
    return false;
}

static void check_same(const struct pending *a, const struct pending *b)
{
    CHECK(memcmp(a->challenge_id, b->challenge_id, CODE_CHALLENGE_BYTES) == 0);
    CHECK(strcmp(a->phone, b->phone) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pending pending;
    struct pending again;
    char value[PENDING_TEXT_SIZE];
    char cookie[sizeof(PENDING_COOKIE) + PENDING_TEXT_SIZE];

    if (!pending_find(slice_of(data, size), &pending))
        return 0;
    pending_format(&pending, value);
    (void)snprintf(cookie, sizeof(cookie), PENDING_COOKIE "=%s", value);
    CHECK(holds(slice_of(data, size), slice_str(cookie)));
    CHECK(pending_find(slice_str(cookie), &again));
    check_same(&pending, &again);
    return 0;
}
