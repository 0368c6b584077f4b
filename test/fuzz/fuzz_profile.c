/*
 * profile_read: what it accepts is a part of the text, without control characters and within its
 * field's bounds, and reads as itself once more.
 */
#include "base/check.h"
#include "domain/profile.h"
#include "domain/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_email(struct slice value)
{
    const char *at = memchr(value.ptr, '@', value.len);
    const char *end = value.ptr + value.len;

    CHECK(value.len <= 254 && at != NULL && at > value.ptr && at - value.ptr <= 64);
    CHECK(memchr(at + 1, '@', (size_t)(end - at - 1)) == NULL);
    CHECK(memchr(at + 1, '.', (size_t)(end - at - 1)) != NULL);
    CHECK(memchr(value.ptr, ' ', value.len) == NULL && memchr(value.ptr, '<', value.len) == NULL);
}

static void check_telegram(struct slice value)
{
    CHECK(value.ptr[0] == '@' ? value.len >= 6 && value.len <= 33 : value.len <= 20);
    for (size_t i = value.ptr[0] == '@'; i < value.len; i++)
        CHECK(value.ptr[i] != '@' && (unsigned char)value.ptr[i] < 0x80);
}

static void check_name(struct slice value)
{
    uint32_t point;
    size_t points = 0;

    while (text_next(&value, &point)) {
        CHECK(!text_is_control(point));
        points++;
    }
    CHECK(value.len == 0 && points <= 100);
}

static void check_field(enum profile_field field, struct slice text,
                        void (*check)(struct slice value))
{
    struct slice value;
    struct slice again;

    if (!profile_read(field, text, &value) || slice_is_absent(value))
        return;
    CHECK(value.len > 0 && value.ptr >= text.ptr && value.ptr + value.len <= text.ptr + text.len);
    check(value);
    CHECK(profile_read(field, value, &again) && slice_eq(again, value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of(data, size);

    check_field(PROFILE_EMAIL, text, check_email);
    check_field(PROFILE_TELEGRAM_ID, text, check_telegram);
    check_field(PROFILE_FIRST_NAME, text, check_name);
    check_field(PROFILE_DEVICE_NAME, text, check_name);
    return 0;
}
