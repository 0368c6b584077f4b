#include "api/signing_keys.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

/* The next key is published this long before it signs, or half its life if that is shorter. */
#define PUBLISH_AHEAD_US US_PER_DAY

/*
 * A key is published this long after it stopped signing: the longest life `token.access_s` may ever
 * be set to, and a little more, because back ends hold copies of JWKS.
 */
#define RETIRE_AFTER_US (US_PER_DAY + 10 * US_PER_MINUTE)

/* Everything a view points to lives until signing_keys_free: a few hundred bytes a week. */
struct known_key {
    struct known_key *next;
    struct token_key *key;
};

struct known_view {
    struct known_view *next;
    struct signing_view view;
};

struct signing_keys {
    _Atomic(const struct signing_view *) current;
    struct known_key *keys;
    struct known_view *views;
};

struct signing_keys *signing_keys_new(void)
{
    struct signing_keys *keys = calloc(1, sizeof(*keys));

    CHECK(keys != NULL);
    return keys;
}

void signing_keys_free(struct signing_keys *keys)
{
    if (keys == NULL)
        return;
    while (keys->keys != NULL) {
        struct known_key *next = keys->keys->next;

        token_key_free(keys->keys->key);
        free(keys->keys);
        keys->keys = next;
    }
    while (keys->views != NULL) {
        struct known_view *next = keys->views->next;

        free(keys->views);
        keys->views = next;
    }
    free(keys);
}

const struct signing_view *signing_keys_view(const struct signing_keys *keys)
{
    return atomic_load_explicit(&keys->current, memory_order_acquire);
}

const struct token_key *signing_view_signer(const struct signing_view *view, int64_t now_us)
{
    size_t signer = 0;

    CHECK(view->count > 0);
    for (size_t i = 1; i < view->count; i++) {
        if (view->active_us[i] <= now_us)
            signer = i;
    }
    return view->keys[signer];
}

static struct token_key *open_key(const struct list_signing_keys_row *row,
                                  const struct keyring *keyring)
{
    uint8_t der[TOKEN_KEY_DER_MAX];
    struct token_key *key = NULL;
    size_t len = row->sealed.len - HASH_SEAL_EXTRA;

    if (row->sealed.len < HASH_SEAL_EXTRA || len > sizeof(der) ||
        !hash_open(keyring->seal, row->kid, row->sealed, der) ||
        !token_key_from_der(slice_of(der, len), &key))
        key = NULL;
    hash_wipe(der, sizeof(der));
    return key;
}

static const struct token_key *known_or_opened(struct signing_keys *keys,
                                               const struct list_signing_keys_row *row,
                                               const struct keyring *keyring)
{
    struct known_key *known;
    struct token_key *key;

    for (known = keys->keys; known != NULL; known = known->next) {
        if (slice_eq_str(row->kid, token_key_id(known->key)))
            return known->key;
    }
    key = open_key(row, keyring);
    if (key == NULL)
        return NULL;
    known = calloc(1, sizeof(*known));
    CHECK(known != NULL);
    known->key = key;
    known->next = keys->keys;
    keys->keys = known;
    return key;
}

static void publish(struct signing_keys *keys, const struct signing_view *view)
{
    struct known_view *known;

    if (keys->views != NULL && memcmp(&keys->views->view, view, sizeof(*view)) == 0)
        return;
    known = calloc(1, sizeof(*known));
    CHECK(known != NULL);
    known->view = *view;
    known->next = keys->views;
    keys->views = known;
    atomic_store_explicit(&keys->current, &known->view, memory_order_release);
}

/* Rows come oldest first; should there ever be too many, the oldest is forgotten, never the newest.
 */
static void append(struct signing_view *view, const struct token_key *key, int64_t active_us)
{
    if (view->count == SIGNING_KEYS_MAX) {
        view->count--;
        memmove(view->keys, view->keys + 1, view->count * sizeof(view->keys[0]));
        memmove(view->active_us, view->active_us + 1, view->count * sizeof(view->active_us[0]));
    }
    view->keys[view->count] = key;
    view->active_us[view->count++] = active_us;
}

/* Reads what the store has into *ret_view. */
static bool load(struct signing_keys *keys, struct store_port *port, const struct keyring *keyring,
                 struct signing_view *ret_view)
{
    struct list_signing_keys_in in = {.now_us = clock_now_us()};
    struct store_job job = {.script = &script_list_signing_keys, .in = &in, .arena = arena_new()};
    bool loaded = store_run_wait(port, &job) == STORE_DONE;

    memset(ret_view, 0, sizeof(*ret_view));
    for (unsigned i = 0; loaded && i < job.row_count; i++) {
        const struct list_signing_keys_row *row = STORE_ROW_AT(&job, list_signing_keys, i);
        const struct token_key *key = known_or_opened(keys, row, keyring);

        if (key == NULL) {
            log_write(LOG_ERROR, "signing_key_unreadable", LOG_SLICE("kid", row->kid));
            loaded = false;
            break;
        }
        append(ret_view, key, row->active_us);
    }
    arena_free(job.arena);
    return loaded;
}

static bool add_key(struct store_port *port, const struct keyring *keyring, int64_t now_us,
                    int64_t active_us, int64_t newest_us, const struct settings *settings)
{
    struct token_key *key = token_key_generate();
    struct slice kid = slice_str(token_key_id(key));
    uint8_t der[TOKEN_KEY_DER_MAX];
    uint8_t sealed[TOKEN_KEY_DER_MAX + HASH_SEAL_EXTRA];
    size_t len = token_key_to_der(key, der);
    struct add_signing_key_in in = {
        .kid = kid,
        .sealed = slice_of(sealed, len + HASH_SEAL_EXTRA),
        .now_us = now_us,
        .active_us = active_us,
        .retired_us = active_us + settings->token_rotate_s * US_PER_S + RETIRE_AFTER_US,
        .newest_active_us = newest_us,
        /* The key before this one signs until this one is active, however late that is. */
        .newest_until_us = active_us + RETIRE_AFTER_US,
    };
    struct store_job job = {.script = &script_add_signing_key, .in = &in, .arena = arena_new()};
    bool done;

    hash_seal(keyring->seal, kid, slice_of(der, len), sealed);
    hash_wipe(der, sizeof(der));
    done = store_run_wait(port, &job) == STORE_DONE;
    if (done && STORE_ROW(&job, add_signing_key)->added == 1)
        log_write(LOG_INFO, "signing_key_added", LOG_SLICE("kid", kid));
    arena_free(job.arena);
    token_key_free(key);
    return done;
}

bool signing_keys_refresh(struct signing_keys *keys, struct store_port *port,
                          const struct keyring *keyring, const struct settings *settings)
{
    int64_t rotate_us = settings->token_rotate_s * US_PER_S;
    int64_t ahead_us = rotate_us / 2 < PUBLISH_AHEAD_US ? rotate_us / 2 : PUBLISH_AHEAD_US;
    int64_t now_us = clock_now_us();
    struct signing_view view;

    if (!load(keys, port, keyring, &view))
        return false;
    if (view.count == 0) {
        if (!add_key(port, keyring, now_us, now_us, 0, settings) ||
            !load(keys, port, keyring, &view) || view.count == 0)
            return false;
    }
    if (view.active_us[view.count - 1] + rotate_us - ahead_us <= now_us) {
        int64_t newest_us = view.active_us[view.count - 1];
        int64_t next_us = newest_us + rotate_us;

        /* After a long pause the next key still gets its time of being public before it signs. */
        if (next_us < now_us + ahead_us / 2)
            next_us = now_us + ahead_us / 2;
        if (!add_key(port, keyring, now_us, next_us, newest_us, settings) ||
            !load(keys, port, keyring, &view))
            return false;
    }
    publish(keys, &view);
    return true;
}
