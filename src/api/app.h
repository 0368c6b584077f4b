/*
 * app: what all routes share: settings, keys, the store, the per-address limits. Made once by
 * `serve`; read-only but for the parts that say otherwise.
 */
#ifndef API_APP_H
#define API_APP_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/signing_keys.h"
#include "base/settings.h"
#include "domain/address_limit.h"
#include "domain/keyring.h"
#include "domain/tally.h"
#include "http/http.h"
#include "image/worker.h"
#include "store/store.h"

struct app {
    /* As they are now: a setting may change while running (command/live_settings.h). What was read
     * from here stays valid until the end. A call reads it once. */
    _Atomic(const struct settings *) settings;
    const struct settings *start_settings; /* what the start gave */
    /* Tells that a change has been stored; thread-safe; may be NULL. */
    void (*settings_stored)(void *live_settings);
    void *live_settings;
    struct keyring keyring;
    unsigned dialects; /* those that are served: a set of enum dialect */
    struct store *store;
    /* Set once all of this is there. Until then, while a store that several nodes share is awaited,
     * routes that need it answer 503. */
    atomic_bool opened;
    struct signing_keys *signing_keys; /* thread-safe */

    pthread_mutex_t limits_lock; /* held for microseconds, on the few routes that are limited */
    struct address_limit *limits;

    struct tally *tally; /* thread-safe; what the statistics are made of */

    struct image_gate images; /* thread-safe */

    /* Tells the outbox sender that a message is due at this time; thread-safe; may be NULL. */
    void (*message_due)(void *sender, int64_t due_us);
    void *sender;
};

/* What http calls for each request and loop. `app` must outlive the server. */
struct http_handler app_handler(struct app *app);

#endif
