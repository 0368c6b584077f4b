#include "base/client_list.h"

#include "base/hash.h"
#include "base/url.h"

struct client {
    struct slice name;
    struct slice secret;
};

static struct slice items_of(const char *list)
{
    return *list == '\0' ? SLICE_ABSENT : slice_str(list);
}

/* Takes the next one off the list; what is no client has an absent secret. */
static struct client take(struct slice *rest)
{
    struct slice item = slice_take(rest, ',');
    struct slice name = slice_take(&item, ':');

    return (struct client){name, item};
}

static bool is_unreserved(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!url_is_unreserved(text.ptr[i]))
            return false;
    }
    return true;
}

static bool is_named_again(struct slice rest, struct slice name)
{
    while (!slice_is_absent(rest)) {
        if (slice_eq(take(&rest).name, name))
            return true;
    }
    return false;
}

bool client_list_is_good(const char *list)
{
    struct slice rest = items_of(list);

    while (!slice_is_absent(rest)) {
        struct client client = take(&rest);

        if (slice_is_absent(client.secret) || client.name.len == 0 ||
            client.secret.len < CLIENT_SECRET_MIN || !is_unreserved(client.name) ||
            !is_unreserved(client.secret) || is_named_again(rest, client.name))
            return false;
    }
    return true;
}

/* Of fixed length, whatever the client's: comparing these tells nothing. A name has no colon. */
static void digest_of(const struct client *client, uint8_t out[HASH_BYTES])
{
    static const uint8_t key[HASH_BYTES] = "domofon: names and secrets";
    const struct slice parts[] = {client->name, SLICE_LIT(":"), client->secret};

    hash_hmac(key, parts, ARRAY_LEN(parts), out);
}

bool client_list_has(const char *list, struct slice name, struct slice secret)
{
    const struct client given = {name, secret};
    struct slice rest = items_of(list);
    uint8_t given_digest[HASH_BYTES];
    uint8_t digest[HASH_BYTES];
    unsigned found = 0;

    digest_of(&given, given_digest);
    while (!slice_is_absent(rest)) {
        struct client client = take(&rest);

        digest_of(&client, digest);
        found |= hash_equal(digest, given_digest, HASH_BYTES) ? 1 : 0;
    }
    hash_wipe(digest, sizeof(digest));
    hash_wipe(given_digest, sizeof(given_digest));
    return found != 0;
}
