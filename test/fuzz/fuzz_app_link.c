/* Apps and origins of the settings: what is accepted is plain text that needs no escaping. */
#include "base/app_link.h"
#include "base/check.h"
#include "base/origin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_plain(struct slice text)
{
    CHECK(text.len > 0);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        CHECK(c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != ',' && c != '@');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_of(data, size);
    struct app_android android;
    struct slice app;

    if (origin_is_good(rest)) {
        check_plain(rest);
        CHECK(memchr(rest.ptr + 8, '/', rest.len - 8) == NULL);
    }
    while (app_link_next(&rest, &app)) {
        if (app_android_parse(app, &android)) {
            check_plain(android.package);
            check_plain(android.fingerprint);
        }
        if (app_apple_is_good(app))
            check_plain(app);
    }
    return 0;
}
