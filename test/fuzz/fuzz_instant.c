/* instant_parse: what it accepts is a time that can be shown and read again. */
#include "base/check.h"
#include "base/clock.h"
#include "base/instant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[CLOCK_TEXT_SIZE];
    int64_t at_us;
    int64_t again_us;

    if (!instant_parse(slice_of(data, size), &at_us))
        return 0;
    clock_format(at_us, text);
    CHECK(instant_parse(slice_str(text), &again_us));
    CHECK(again_us == at_us - at_us % US_PER_MS);
    return 0;
}
