#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

#include "base/check.h"

void random_bytes(void *out, size_t len)
{
    char *at = out;

    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);

        if (got < 0 && errno == EINTR)
            continue;
        CHECK(got > 0);
        at += got;
        len -= (size_t)got;
    }
}

uint32_t random_below(uint32_t bound)
{
    uint32_t value;
    uint32_t reject_below;

    CHECK(bound > 0);
    /* 2^32 mod bound: values under it would make the low results more likely. */
    reject_below = (0 - bound) % bound;
    do
        random_bytes(&value, sizeof(value));
    while (value < reject_below);
    return value % bound;
}
