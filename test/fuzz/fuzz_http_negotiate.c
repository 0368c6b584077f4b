/* Accept-Encoding and If-None-Match: no header is too strange, and what was asked for is found. */
#include "base/arena.h"
#include "base/check.h"
#include "http/negotiate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice header = slice_of(data, size > 4096 ? 4096 : size);
    struct arena *arena = arena_new();
    struct slice more;

    if (size == 0)
        header = SLICE_LIT("");
    (void)http_accepts_gzip(header);
    (void)http_has_tag(header, "W/\"abc\"");
    /* Whatever else a client says: a coding it refuses at the end is refused. */
    more = arena_printf(arena, "%.*s,gzip;q=0", SLICE_ARG(header));
    CHECK(!http_accepts_gzip(more));
    /* And a tag is found behind any that are well-formed. */
    more = arena_printf(arena, "\"abc\",%.*s", SLICE_ARG(header));
    CHECK(http_has_tag(more, "W/\"abc\""));
    arena_free(arena);
    return 0;
}
