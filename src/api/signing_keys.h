/*
 * signing_keys: the keys of access tokens as the running server knows them: which one signs now,
 * which ones verify, and what JWKS (RFC 7517) publishes. They live in the store, sealed under the
 * master key, and rotate every `token.rotate_s`; the next one is published before it signs, and one
 * that no longer signs is published until its last token has expired. Thread-safe: a background
 * thread brings them up to date, loops take a view of them.
 */
#ifndef API_SIGNING_KEYS_H
#define API_SIGNING_KEYS_H

#include "domain/keyring.h"
#include "domain/token.h"
#include "store/store.h"

/*
 * More are never alive: the one that signs, the next, and those whose tokens may still live, a day
 * (the most `token.access_s` allows) after keys that changed every hour (the least of
 * `token.rotate_s`).
 */
#define SIGNING_KEYS_MAX 32

struct signing_keys;

struct signing_keys *signing_keys_new(void);
/* NULL is allowed. No view may be in use. */
void signing_keys_free(struct signing_keys *keys);

/*
 * Reads the keys from the store, and adds a new one when the newest does not reach far enough.
 * Blocks: for the start and the background thread. False, with what was known before kept, when the
 * store could not be read or a key does not open under this master key.
 */
MUST_CHECK bool signing_keys_refresh(struct signing_keys *keys, struct store_port *port,
                                     const struct keyring *keyring,
                                     const struct settings *settings);

/* One moment's keys. Never changes; lives as long as `keys`. */
struct signing_view {
    const struct token_key *keys[SIGNING_KEYS_MAX];
    int64_t active_us[SIGNING_KEYS_MAX];
    size_t count;
};

/* The present view; never NULL once signing_keys_refresh has succeeded. */
const struct signing_view *signing_keys_view(const struct signing_keys *keys);

/* The key that signs at `now_us`. */
const struct token_key *signing_view_signer(const struct signing_view *view, int64_t now_us);

#endif
