/* url_hide_password: what it hides stays hidden, and hiding twice is hiding once. */
#include "base/check.h"
#include "base/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice url = slice_of(data, size);
    char once[256];
    char twice[256];
    char narrow[8];

    url_hide_password(url, once, sizeof(once));
    CHECK(strlen(once) < sizeof(once));
    url_hide_password(slice_str(once), twice, sizeof(twice));
    if (strlen(once) + sizeof("***") < sizeof(once))
        CHECK((size > 0 && memchr(data, 0, size) != NULL) || strcmp(once, twice) == 0);
    url_hide_password(url, narrow, sizeof(narrow));
    CHECK(strlen(narrow) < sizeof(narrow));
    return 0;
}
