/*
 * phone_parse: what it accepts is one E.164 number, the same under any default region.
 * phone_parse_example: what it accepts has that shape, and is accepted again as it is.
 */
#include <ctype.h>

#include "base/check.h"
#include "domain/phone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static void check_number(const struct phone *phone)
{
    size_t digits = strspn(phone->e164 + 1, "0123456789");
    char masked[PHONE_MASK_SIZE];
    struct phone again;

    CHECK(phone->e164[0] == '+' && digits >= 7 && digits <= 15 && phone->e164[digits + 1] == '\0');
    CHECK(is_capital(phone->region[0]) && is_capital(phone->region[1]) && phone->reason == NULL);
    CHECK(phone_parse(slice_str(phone->e164), "US", &again) == PHONE_OK);
    CHECK(strcmp(again.e164, phone->e164) == 0 && strcmp(again.region, phone->region) == 0);
    phone_mask(phone->e164, masked);
    CHECK(masked[0] == '+' && strstr(masked, "\xE2\x80\xA2") != NULL);
    CHECK(strcmp(masked + strlen(masked) - 2, phone->e164 + digits - 1) == 0);
}

static void try_example(struct slice text, const char *region)
{
    struct phone phone;
    struct phone again;

    if (!phone_parse_example(text, region, &phone)) {
        CHECK(phone.e164[0] == '\0');
        return;
    }
    CHECK(text.len <= PHONE_TEXT_MAX && phone.region[0] == '\0' && phone.e164[0] == '+');
    CHECK(strspn(phone.e164 + 1, "0123456789") == strlen(phone.e164) - 1);
    CHECK(strlen(phone.e164) > 8 && strlen(phone.e164) < PHONE_E164_SIZE);
    CHECK(phone_parse_example(slice_str(phone.e164), "", &again));
    CHECK(strcmp(again.e164, phone.e164) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const regions[] = {"RU", "US", "KZ", "DE", "XX", ""};
    struct slice text = slice_of(data, size);
    const char *plus = size == 0 ? NULL : memchr(data, '+', size);
    struct phone phone;

    for (size_t i = 0; i < ARRAY_LEN(regions); i++) {
        try_example(text, regions[i]);
        if (phone_parse(text, regions[i], &phone) != PHONE_OK) {
            CHECK(phone.reason != NULL && phone.e164[0] == '\0' && phone.region[0] == '\0');
            continue;
        }
        check_number(&phone);
        CHECK(size <= PHONE_TEXT_MAX);
        /* `+` is taken at its word: the country code is the one typed. */
        if (plus != NULL) {
            while (!isdigit((unsigned char)*plus))
                plus++;
            CHECK(*plus == phone.e164[1]);
        }
    }
    return 0;
}
