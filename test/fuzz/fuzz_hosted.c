/*
 * hosted_origin_read, hosted_return_to, grant_code_read, grant_challenge_of: an origin has one
 * spelling that reads as itself, and an address is taken only when it begins with a registered one.
 */
#include "base/check.h"
#include "domain/grant.h"
#include "domain/hosted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[HASH_BYTES] = "a key of thirty-two bytes, no NU";

static void check_origin(struct slice text, bool dev)
{
    struct hosted_origin origin;
    struct hosted_origin again;
    char first[HOSTED_ORIGIN_SIZE];
    char second[HOSTED_ORIGIN_SIZE];

    if (!hosted_origin_read(text, dev, &origin))
        return;
    CHECK(dev || origin.is_secure);
    hosted_origin_format(&origin, first);
    CHECK(strpbrk(first, "@\\%# \t\r\n,") == NULL);
    CHECK(hosted_origin_read(slice_str(first), dev, &again));
    hosted_origin_format(&again, second);
    CHECK(strcmp(first, second) == 0);
    /* Registered, it may be returned to. */
    CHECK(hosted_return_to(slice_str(first), slice_str(first), dev, &again) == HOSTED_OK);
}

static void check_address(struct slice url)
{
    static const char list[] = "https://shop.example, https://[2001:db8::1]:444";
    struct hosted_origin origin;

    if (hosted_return_to(url, slice_str(list), false, &origin) != HOSTED_OK)
        return;
    CHECK(strcmp(origin.host, "shop.example") == 0 ||
          strcmp(origin.host, "[2001:db8::1]:444") == 0);
    CHECK(url.len <= HOSTED_URL_MAX && origin.is_secure);
    for (size_t i = 0; i < url.len; i++)
        CHECK(url.ptr[i] > 0x20 && url.ptr[i] < 0x7f && url.ptr[i] != '#' && url.ptr[i] != '\\');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of(data, size);
    struct slice bad;
    uint8_t hash[GRANT_HASH_BYTES];
    char challenge[GRANT_CHALLENGE_LEN];

    check_origin(text, false);
    check_origin(text, true);
    check_address(text);
    CHECK(hosted_origins_check(text, true, &bad) || bad.len <= size);
    CHECK(!grant_code_read(key, text, hash) || size == GRANT_CODE_LEN);
    if (grant_challenge_of(text, challenge))
        CHECK(grant_challenge_is_good(slice_of(challenge, sizeof(challenge))));
    return 0;
}
