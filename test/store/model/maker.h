/*
 * maker: random operations. The same seed makes the same operations of the same models, whatever
 * the engine. Few numbers and accounts, so that operations meet; times that like to fall on the
 * borders of limits, leases and lives, and a microsecond to either side.
 */
#ifndef TEST_STORE_MAKER_H
#define TEST_STORE_MAKER_H

#include "subject.h"

/* Settings of one run, as an operator might choose them, but small. */
struct maker_rules {
    unsigned phones;
    int64_t attempts, ttl_us, cooldown_us, max_10min, max_hour, max_day, max_resends;
    int64_t guess_hour, guess_day, session_max, session_ttl_us, grace_us, grant_ttl_us, grant_max;
    unsigned refuse_percent; /* of activations refuse rings */
};

#define MAKER_NAMES_MAX 4096
#define MAKER_RECENT_MAX 32

struct maker {
    uint64_t state;
    struct maker_rules rules;
    struct arena *arena; /* of all parameters, until maker_close */
    int64_t now_us;
    int64_t last_number; /* of a request */
    int64_t last_due_us; /* no two messages are due at once: which is claimed first would be open */
    /* The clock hardly moves, nobody cleans up, and no code is asked for twice under one id: erased
     * in between, it would be another one. */
    bool calm;
    bool at_once; /* nothing whose answer depends on the order of ids */
    const char *names[128][MAKER_NAMES_MAX];
    struct op recent[MAKER_RECENT_MAX]; /* a ring, to be sent again */
    unsigned recent_count;
};

struct maker *maker_open(uint64_t seed, bool at_once);
void maker_close(struct maker *maker);

/* Another seed, made from this one. */
uint64_t maker_next_seed(uint64_t seed);

/* The next operation on a store that is at `model`. */
struct op maker_next(struct maker *maker, struct model *model);

/* Operations that get in each other's way. */
void maker_rivals(struct maker *maker, struct model *model, struct op *ops, unsigned count);

/* Reads that show everything that is stored; at most `max`. Gives how many. */
unsigned maker_reads(struct maker *maker, struct model *model, struct op *ops, unsigned max);

/* What the files of the maker share. */

/* 0 to n - 1. */
unsigned maker_below(struct maker *maker, unsigned n);
bool maker_chance(struct maker *maker, unsigned percent);

/* "A12" for ('A', 12); the same pointer each time. */
struct slice maker_name(struct maker *maker, char kind, int64_t number);

/* The time of an operation: now, or what another node takes for now. */
int64_t maker_time(struct maker *maker);
int64_t maker_due(struct maker *maker);

/* Moves the clock, likely to the border of something that is stored. */
void maker_advance(struct maker *maker, const struct model *model);

#endif
