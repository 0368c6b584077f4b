/*
 * address_limit: how often one network address may do what costs money or reveals something.
 * Counters live in memory, at most as many as the table was made for, and are lost at exit; what
 * must survive is counted by phone in the store. Not thread-safe: the caller holds a lock.
 *
 * Each counter is a sliding window estimated from two fixed ones: the count of the present window
 * plus that share of the previous count which still lies within the last `window_us`.
 *
 * The table is 8-way set-associative: a key has eight places, found by a hash with a secret, so
 * nobody can aim at a neighbour's place. When all eight are taken, the counter that was touched
 * least recently makes room. Every call takes constant time.
 */
#ifndef DOMAIN_ADDRESS_LIMIT_H
#define DOMAIN_ADDRESS_LIMIT_H

#include "base/hash.h"

/* An IPv4 address or the /64 prefix of an IPv6 one. */
#define ADDRESS_LIMIT_KEY_BYTES 8

enum address_limit_kind {
    ADDRESS_LIMIT_SEND,   /* messages asked for */
    ADDRESS_LIMIT_GUESS,  /* wrong codes */
    ADDRESS_LIMIT_INVITE, /* invite codes looked up or tried */
    ADDRESS_LIMIT_GRANT,  /* grants of hosted sign-in */
};

struct address_limit;

/*
 * An empty table for about `capacity` counters (rounded up to a multiple of eight), 40 bytes each.
 * `secret` is random. Never NULL. Free with address_limit_free.
 */
struct address_limit *address_limit_new(size_t capacity, const uint8_t secret[HASH_BYTES]);
void address_limit_free(struct address_limit *table);

/*
 * Counts one event of `key` and returns true; or, when that would make more than `max` in
 * `window_us`, counts nothing, sets *ret_until_us to when the next one will be allowed, and returns
 * false. A kind is always used with the same window. `max` and `window_us` are positive.
 */
MUST_CHECK bool address_limit_hit(struct address_limit *table, enum address_limit_kind kind,
                                  const uint8_t key[ADDRESS_LIMIT_KEY_BYTES], int64_t max,
                                  int64_t window_us, int64_t now_us, int64_t *ret_until_us);

/* As address_limit_hit, but only asks: counts nothing either way. */
MUST_CHECK bool address_limit_allows(struct address_limit *table, enum address_limit_kind kind,
                                     const uint8_t key[ADDRESS_LIMIT_KEY_BYTES], int64_t max,
                                     int64_t window_us, int64_t now_us, int64_t *ret_until_us);

/* Takes one event back, because it turned out well (the message led to a sign-in). */
void address_limit_refund(struct address_limit *table, enum address_limit_kind kind,
                          const uint8_t key[ADDRESS_LIMIT_KEY_BYTES], int64_t window_us,
                          int64_t now_us);

#endif
