#include "domain/address_limit.h"

#include <stdlib.h>

#include "base/check.h"
#include "domain/bytes.h"

#define WAYS 8

/* One sliding window. Never touched: all zero. */
struct counter {
    uint8_t key[ADDRESS_LIMIT_KEY_BYTES];
    int64_t touched_us;
    int64_t window; /* number of the present window, now_us / window_us */
    uint32_t present;
    uint32_t previous;
    enum address_limit_kind kind;
};

struct address_limit {
    uint8_t secret[HASH_BYTES];
    size_t set_count;
    struct counter counters[];
};

struct address_limit *address_limit_new(size_t capacity, const uint8_t secret[HASH_BYTES])
{
    size_t set_count = (capacity + WAYS - 1) / WAYS;
    struct address_limit *table;

    CHECK(capacity > 0 && set_count <= UINT32_MAX);
    table = calloc(1, sizeof(*table) + set_count * WAYS * sizeof(table->counters[0]));
    CHECK(table != NULL);
    memcpy(table->secret, secret, HASH_BYTES);
    table->set_count = set_count;
    return table;
}

void address_limit_free(struct address_limit *table)
{
    free(table);
}

static struct counter *set_of(struct address_limit *table, enum address_limit_kind kind,
                              const uint8_t key[ADDRESS_LIMIT_KEY_BYTES])
{
    uint8_t kind_byte = (uint8_t)kind;
    struct slice parts[] = {slice_of(&kind_byte, 1), slice_of(key, ADDRESS_LIMIT_KEY_BYTES)};
    uint8_t hash[HASH_BYTES];

    hash_hmac(table->secret, parts, ARRAY_LEN(parts), hash);
    return &table->counters[bytes_get_u64(hash) % table->set_count * WAYS];
}

static bool is_of(const struct counter *counter, enum address_limit_kind kind,
                  const uint8_t key[ADDRESS_LIMIT_KEY_BYTES])
{
    return counter->touched_us != 0 && counter->kind == kind &&
           memcmp(counter->key, key, ADDRESS_LIMIT_KEY_BYTES) == 0;
}

/* The counter of `key`, or, when it has none, the least recently touched one of its set. */
static struct counter *place_of(struct address_limit *table, enum address_limit_kind kind,
                                const uint8_t key[ADDRESS_LIMIT_KEY_BYTES])
{
    struct counter *set = set_of(table, kind, key);
    struct counter *oldest = &set[0];

    for (size_t i = 0; i < WAYS; i++) {
        if (is_of(&set[i], kind, key))
            return &set[i];
        if (set[i].touched_us < oldest->touched_us)
            oldest = &set[i];
    }
    return oldest;
}

/* Moves the counter on to the window of now. A clock set back leaves it where it is. */
static void advance(struct counter *counter, int64_t window_us, int64_t now_us)
{
    int64_t window = now_us / window_us;

    if (window <= counter->window)
        return;
    counter->previous = window == counter->window + 1 ? counter->present : 0;
    counter->present = 0;
    counter->window = window;
}

/*
 * When the share of `count` events of a window that ended at `end_us` will have fallen to `room`
 * or less, if they were spread evenly over it.
 */
static int64_t share_fits_at(int64_t count, int64_t room, int64_t end_us, int64_t window_us)
{
    if (count <= room)
        return end_us;
    return end_us + (window_us * (count - room) + count - 1) / count;
}

/* When one more event will fit `max`; not after `now_us` when it fits already. */
static int64_t fits_at(const struct counter *counter, int64_t max, int64_t window_us)
{
    int64_t start_us = counter->window * window_us;

    CHECK(max > 0);
    if (counter->present + 1 <= max)
        return share_fits_at(counter->previous, max - 1 - counter->present, start_us, window_us);
    return share_fits_at(counter->present, max - 1, start_us + window_us, window_us);
}

/* A copy of the counter of `key` as it is now; zero when it has none. */
static struct counter *counter_now(struct address_limit *table, enum address_limit_kind kind,
                                   const uint8_t key[ADDRESS_LIMIT_KEY_BYTES], int64_t window_us,
                                   int64_t now_us, struct counter *ret_now)
{
    struct counter *place = place_of(table, kind, key);

    CHECK(window_us > 0 && now_us > 0);
    *ret_now = is_of(place, kind, key) ? *place : (struct counter){.kind = kind};
    memcpy(ret_now->key, key, ADDRESS_LIMIT_KEY_BYTES);
    advance(ret_now, window_us, now_us);
    return place;
}

bool address_limit_hit(struct address_limit *table, enum address_limit_kind kind,
                       const uint8_t key[ADDRESS_LIMIT_KEY_BYTES], int64_t max, int64_t window_us,
                       int64_t now_us, int64_t *ret_until_us)
{
    struct counter now;
    struct counter *place = counter_now(table, kind, key, window_us, now_us, &now);
    int64_t until_us = fits_at(&now, max, window_us);
    bool allowed = until_us <= now_us;

    /* Refused hits keep the counter from being the oldest: who knocks on is not forgotten. */
    now.touched_us = now_us;
    now.present += allowed;
    *place = now;
    if (!allowed)
        *ret_until_us = until_us;
    return allowed;
}

bool address_limit_allows(struct address_limit *table, enum address_limit_kind kind,
                          const uint8_t key[ADDRESS_LIMIT_KEY_BYTES], int64_t max,
                          int64_t window_us, int64_t now_us, int64_t *ret_until_us)
{
    struct counter now;
    int64_t until_us;

    (void)counter_now(table, kind, key, window_us, now_us, &now);
    until_us = fits_at(&now, max, window_us);
    if (until_us > now_us)
        *ret_until_us = until_us;
    return until_us <= now_us;
}

void address_limit_refund(struct address_limit *table, enum address_limit_kind kind,
                          const uint8_t key[ADDRESS_LIMIT_KEY_BYTES], int64_t window_us,
                          int64_t now_us)
{
    struct counter now;
    struct counter *place = counter_now(table, kind, key, window_us, now_us, &now);

    if (!is_of(place, kind, key))
        return;
    if (now.present > 0)
        now.present--;
    else if (now.previous > 0)
        now.previous--;
    *place = now;
}
