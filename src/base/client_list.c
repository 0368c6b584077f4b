#include "base/client_list.h"

#include <string.h>

#include "base/hash.h"
#include "base/url.h"

struct client {
    struct slice name;
    struct slice secret;
};

/* Takes the next one off the list, which is not empty; what is behind its comma stays, and what is
 * no client has an absent secret. */
static struct client take(const char **list)
{
    size_t len = strcspn(*list, ",");
    struct slice item = slice_of(*list, len);
    const char *colon = len == 0 ? NULL : memchr(item.ptr, ':', len);
    struct client client = {item, SLICE_ABSENT};

    if (colon != NULL) {
        client.name.len = (size_t)(colon - item.ptr);
        client.secret = slice_after(item, client.name.len + 1);
    }
    *list += len + ((*list)[len] == ',' ? 1 : 0);
    return client;
}

static bool is_unreserved(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!url_is_unreserved(text.ptr[i]))
            return false;
    }
    return true;
}

static bool is_named_again(const char *rest, struct slice name)
{
    while (*rest != '\0') {
        if (slice_eq(take(&rest).name, name))
            return true;
    }
    return false;
}

bool client_list_is_good(const char *list)
{
    if (*list != '\0' && list[strlen(list) - 1] == ',')
        return false;
    while (*list != '\0') {
        struct client client = take(&list);

        if (slice_is_absent(client.secret) || client.name.len == 0 ||
            client.secret.len < CLIENT_SECRET_MIN || !is_unreserved(client.name) ||
            !is_unreserved(client.secret) || is_named_again(list, client.name))
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
    uint8_t given_digest[HASH_BYTES];
    uint8_t digest[HASH_BYTES];
    unsigned found = 0;

    digest_of(&given, given_digest);
    while (*list != '\0') {
        struct client client = take(&list);

        digest_of(&client, digest);
        found |= hash_equal(digest, given_digest, HASH_BYTES) ? 1 : 0;
    }
    hash_wipe(digest, sizeof(digest));
    hash_wipe(given_digest, sizeof(given_digest));
    return found != 0;
}
