/* refresh_parse: what it accepts is what refresh_format writes; one letter changed is refused. */
#include "base/check.h"
#include "domain/refresh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[HASH_BYTES] = "a key of thirty-two bytes, no NU";

static void check_accepted(struct slice text)
{
    struct refresh_token token;
    char again[REFRESH_TEXT_SIZE];

    if (!refresh_parse(key, text, &token))
        return;
    refresh_format(key, &token, again);
    CHECK(slice_eq_str(text, again));
}

/* Once as a text from a client; once as the fields of a token and a letter to change. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct refresh_token token = {.session_id = 0};
    struct refresh_token read;
    char text[REFRESH_TEXT_SIZE];
    size_t at;

    check_accepted(slice_of(data, size));
    if (size < 8 + 4 + REFRESH_SEED_BYTES + 2)
        return 0;
    memcpy(&token.session_id, data, 8);
    memcpy(&token.generation, data + 8, 4);
    memcpy(token.seed, data + 12, REFRESH_SEED_BYTES);
    if (token.session_id <= 0)
        return 0;
    refresh_format(key, &token, text);
    CHECK(refresh_parse(key, slice_str(text), &read));
    CHECK(read.session_id == token.session_id && read.generation == token.generation);
    CHECK(memcmp(read.seed, token.seed, REFRESH_SEED_BYTES) == 0);
    at = data[12 + REFRESH_SEED_BYTES] % REFRESH_TEXT_LEN;
    if (text[at] != (char)data[13 + REFRESH_SEED_BYTES]) {
        text[at] = (char)data[13 + REFRESH_SEED_BYTES];
        CHECK(!refresh_parse(key, slice_of(text, REFRESH_TEXT_LEN), &read));
    }
    return 0;
}
