/*
 * tally: what happened lately, on its way to the statistics. Threads note events, each a kind, a
 * number and an hour; one thread takes them now and then and sums them by hour and country.
 *
 * Noting costs a mutex held for the copy of 32 bytes; what is dear, to tell the country of a
 * number, is done by who takes. Room is bounded: what does not fit is only counted as dropped.
 */
#ifndef DOMAIN_TALLY_H
#define DOMAIN_TALLY_H

#include "base/slice.h"

enum statistic {
#define STAT(id, name) STAT_##id,
#define LIMIT(id, name) STAT_##id,
#include "domain/stats.def"
#undef STAT
#undef LIMIT
    STAT_COUNT
};

/* "codes_sent"; static. */
const char *stat_name(enum statistic stat);
/* Is it a limit that tripped? */
bool stat_is_limit(enum statistic stat);

struct tally;

struct tally *tally_new(void);
/* NULL is allowed. No thread may use it any more. */
void tally_free(struct tally *tally);

/* Has `call` called, on the thread that notes, when half the room is taken. Before any noting. */
void tally_on_half(struct tally *tally, void (*call)(void *owner), void *owner);

/* Notes `amount` of `stat` at now_us about the number `e164`, which may be absent. Thread-safe. */
void tally_add(struct tally *tally, enum statistic stat, struct slice e164, int64_t amount,
               int64_t now_us);

/* Country of what is about no number, or about one that is of no country: ISO 3166-1 leaves this
 * for users. */
#define TALLY_NOWHERE "ZZ"

/* The sums of one hour and country. */
struct tally_sum {
    int64_t hour_us;
    char country[3];
    int64_t amounts[STAT_COUNT];
};

/* Sums kept at once; what would need one more is counted to TALLY_NOWHERE of its hour, and when
 * even that has none, dropped. */
#define TALLY_SUMS_MAX 512

struct tally_sums {
    size_t count;
    struct tally_sum sums[TALLY_SUMS_MAX];
};

/*
 * Takes what was noted and adds it to `sums`, which are in the order of hour and country. By one
 * thread only. Gives how many events have been dropped since the last time.
 */
uint64_t tally_take(struct tally *tally, struct tally_sums *sums);

#endif
