/* The small readers of what people write about themselves, of ids, and of the key file. */
#include "base/check.h"
#include "base/utf8.h"
#include "domain/id.h"
#include "domain/keyring.h"
#include "domain/message.h"
#include "domain/profile.h"
#include "domain/role.h"
#include "domain/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A value is a part of the text, valid UTF-8, and reads as itself. */
static void check_field(enum profile_field field, struct slice text)
{
    struct slice value;
    struct slice again;
    size_t count;

    if (!profile_read(field, text, &value) || slice_is_absent(value))
        return;
    CHECK(value.len > 0 && value.ptr >= text.ptr && value.ptr + value.len <= text.ptr + text.len);
    CHECK(memchr(value.ptr, '\0', value.len) == NULL && utf8_count(value, &count));
    CHECK(profile_read(field, value, &again) && slice_eq(value, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of(data, size);
    struct slice trimmed = text_trim(text);
    uint8_t master[HASH_BYTES];
    char key_text[KEYRING_TEXT_SIZE];
    enum role role;
    int64_t id;

    CHECK(slice_eq(text_trim(trimmed), trimmed));
    for (int field = PROFILE_EMAIL; field <= PROFILE_DEVICE_NAME; field++)
        check_field((enum profile_field)field, text);
    if (id_parse(text, &id))
        CHECK(id > 0 && data[0] != '0');
    if (keyring_parse(text, master)) {
        keyring_format(master, key_text);
        CHECK(memcmp(data, key_text, 43) == 0);
    }
    CHECK(message_segments(text) >= 1);
    if (role_from_name(text, &role))
        CHECK(slice_eq_str(text, role_name(role)));
    return 0;
}
