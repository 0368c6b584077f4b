/* locale_from_header: always an answer, and it names a language only when the header does. */
#include "base/check.h"
#include "domain/locale.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum locale locale = locale_from_header(slice_of(data, size));
    char padded[LOCALE_HEADER_MAX + 2];

    CHECK(locale == LOCALE_NONE || locale_from_tag(slice_str(locale_tag(locale))) == locale);
    (void)locale_from_tag(slice_of(data, size));
    if (size > LOCALE_HEADER_MAX - 2) {
        CHECK(size <= LOCALE_HEADER_MAX || locale == LOCALE_NONE);
        return 0;
    }
    /* An empty element and spaces say nothing. */
    padded[0] = ',';
    memcpy(padded + 1, data, size);
    padded[size + 1] = ' ';
    CHECK(locale_from_header(slice_of(padded, size + 2)) == locale);
    return 0;
}
