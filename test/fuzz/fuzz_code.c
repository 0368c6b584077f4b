/* code_normalise: what it accepts are 4 to 10 digits, and they are the digits of the text. */
#include "base/check.h"
#include "domain/code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char code[CODE_TEXT_SIZE];
    char again[CODE_TEXT_SIZE];
    char digits[CODE_TEXT_SIZE] = "";
    size_t len = 0;

    if (!code_normalise(slice_of(data, size), code))
        return 0;
    for (size_t i = 0; i < size; i++) {
        if (data[i] >= '0' && data[i] <= '9') {
            CHECK(len < CODE_LENGTH_MAX);
            digits[len++] = (char)data[i];
        }
    }
    CHECK(len >= CODE_LENGTH_MIN && strcmp(code, digits) == 0);
    CHECK(code_normalise(slice_str(code), again) && strcmp(again, code) == 0);
    return 0;
}
