/*
 * hosted_origins_check, hosted_return_to, grant_code_read, grant_challenge_of: an address is taken
 * only when it begins with a registered origin.
 */
#include <strings.h>

#include "base/check.h"
#include "domain/grant.h"
#include "domain/hosted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[HASH_BYTES] = "a key of thirty-two bytes, no NU";

/* Registered, it may be returned to. */
static void check_registered(struct slice text, bool dev)
{
    struct origin origin;
    struct slice bad;

    if (hosted_origins_check(text, dev, &bad) && origin_read(text, &origin))
        CHECK(hosted_return_to(text, text, dev, &origin) == HOSTED_OK);
}

/* A parameter `code`, plain or of an array, as a careless reader finds it. */
static bool has_code(struct slice url)
{
    bool is_query = false;

    for (size_t i = 0; i + 5 < url.len; i++) {
        is_query = is_query || url.ptr[i] == '?';
        if (is_query && strchr("?&;", url.ptr[i]) != NULL &&
            strncasecmp(url.ptr + i + 1, "code", 4) == 0 && strchr("=&;[", url.ptr[i + 5]) != NULL)
            return true;
    }
    return false;
}

static void check_address(struct slice url)
{
    static const char list[] = "https://shop.example, https://[2001:db8::1]:444";
    struct origin origin;

    if (hosted_return_to(url, slice_str(list), false, &origin) != HOSTED_OK)
        return;
    CHECK(strcmp(origin.host, "shop.example") == 0 ||
          strcmp(origin.host, "[2001:db8::1]:444") == 0);
    CHECK(url.len <= HOSTED_URL_MAX && origin.is_secure);
    CHECK(!has_code(url));
    for (size_t i = 0; i < url.len; i++)
        CHECK(url.ptr[i] > 0x20 && url.ptr[i] < 0x7f && url.ptr[i] != '#' && url.ptr[i] != '\\');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of(data, size);
    struct slice bad;
    uint8_t hash[GRANT_HASH_BYTES];
    char challenge[GRANT_CHALLENGE_LEN];

    check_registered(text, false);
    check_registered(text, true);
    check_address(text);
    CHECK(hosted_origins_check(text, true, &bad) || bad.len <= size);
    CHECK(!grant_code_read(key, text, hash) || size == GRANT_CODE_LEN);
    if (grant_challenge_of(text, challenge))
        CHECK(grant_challenge_is_good(slice_of(challenge, sizeof(challenge))));
    return 0;
}
