/*
 * origin_read, origin_read_host, origin_is_good: an origin has one spelling that reads as itself,
 * with nothing in it that somebody might take for something else.
 */
#include "base/check.h"
#include "base/origin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of(data, size);
    struct origin origin;
    struct origin again;
    char first[ORIGIN_SIZE];
    char second[ORIGIN_SIZE];

    if (origin_read_host(text, &origin)) {
        CHECK(origin_read_host(slice_str(origin.host), &again));
        CHECK(strcmp(origin.host, again.host) == 0 && origin.is_local == again.is_local);
    }
    if (!origin_read(text, &origin)) {
        CHECK(!origin_is_good(text));
        return 0;
    }
    origin_format(&origin, first);
    CHECK(strpbrk(first, "@\\%# \t\r\n,") == NULL);
    for (const char *at = first; *at != '\0'; at++)
        CHECK(*at > ' ' && *at < 0x7f && !(*at >= 'A' && *at <= 'Z'));
    CHECK(origin_read(slice_str(first), &again) && again.is_local == origin.is_local);
    origin_format(&again, second);
    CHECK(strcmp(first, second) == 0);
    CHECK(origin_is_good(slice_str(first)) == (origin.is_secure || origin.is_local));
    CHECK(!origin_is_good(text) || slice_eq_str(text, first));
    return 0;
}
