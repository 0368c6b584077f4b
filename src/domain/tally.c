#include "domain/tally.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "domain/phone.h"

/* Events between two takings: some seconds of as many sign-ins as a machine can do. */
#define EVENTS_MAX 16384

/* "+" and at most 15 digits. */
#define NUMBER_MAX (PHONE_E164_SIZE - 1)

struct event {
    int64_t amount;
    uint32_t hour; /* since 1970 */
    uint8_t stat;
    uint8_t number_len;
    char number[NUMBER_MAX];
};

struct tally {
    pthread_mutex_t lock;
    struct event *filling;
    size_t count;
    uint64_t dropped;
    struct event *spare; /* the taker's */
    void (*on_half)(void *owner);
    void *owner;
};

static const struct {
    const char *name;
    bool is_limit;
} rows[STAT_COUNT] = {
#define STAT(id, name) {#name, false},
#define LIMIT(id, name) {#name, true},
#include "domain/stats.def"
#undef STAT
#undef LIMIT
};

const char *stat_name(enum statistic stat)
{
    CHECK(stat < STAT_COUNT);
    return rows[stat].name;
}

bool stat_is_limit(enum statistic stat)
{
    CHECK(stat < STAT_COUNT);
    return rows[stat].is_limit;
}

struct tally *tally_new(void)
{
    struct tally *tally = calloc(1, sizeof(*tally));

    CHECK(tally != NULL && pthread_mutex_init(&tally->lock, NULL) == 0);
    tally->filling = calloc(EVENTS_MAX, sizeof(*tally->filling));
    tally->spare = calloc(EVENTS_MAX, sizeof(*tally->spare));
    CHECK(tally->filling != NULL && tally->spare != NULL);
    return tally;
}

void tally_free(struct tally *tally)
{
    if (tally == NULL)
        return;
    pthread_mutex_destroy(&tally->lock);
    free(tally->filling);
    free(tally->spare);
    free(tally);
}

void tally_on_half(struct tally *tally, void (*call)(void *owner), void *owner)
{
    pthread_mutex_lock(&tally->lock);
    tally->on_half = call;
    tally->owner = owner;
    pthread_mutex_unlock(&tally->lock);
}

void tally_add(struct tally *tally, enum statistic stat, struct slice e164, int64_t amount,
               int64_t now_us)
{
    struct event event = {
        .amount = amount, .hour = (uint32_t)(now_us / US_PER_HOUR), .stat = (uint8_t)stat};
    void (*on_half)(void *owner) = NULL;

    if (e164.len > 0 && e164.len <= sizeof(event.number)) {
        event.number_len = (uint8_t)e164.len;
        memcpy(event.number, e164.ptr, e164.len);
    }
    pthread_mutex_lock(&tally->lock);
    if (tally->count < EVENTS_MAX)
        tally->filling[tally->count++] = event;
    else
        tally->dropped++;
    if (tally->count == EVENTS_MAX / 2)
        on_half = tally->on_half;
    pthread_mutex_unlock(&tally->lock);
    if (on_half != NULL)
        on_half(tally->owner);
}

static int compare(const struct tally_sum *sum, int64_t hour_us, const char *country)
{
    if (sum->hour_us != hour_us)
        return sum->hour_us < hour_us ? -1 : 1;
    return strcmp(sum->country, country);
}

/* The sum of that hour and country, which is made if need be; NULL when there is no room. */
static struct tally_sum *find(struct tally_sums *sums, int64_t hour_us, const char *country)
{
    size_t low = 0;
    size_t high = sums->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(&sums->sums[middle], hour_us, country);

        if (order == 0)
            return &sums->sums[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (sums->count == TALLY_SUMS_MAX)
        return NULL;
    memmove(&sums->sums[low + 1], &sums->sums[low], (sums->count - low) * sizeof(sums->sums[0]));
    sums->count++;
    sums->sums[low] = (struct tally_sum){.hour_us = hour_us};
    memcpy(sums->sums[low].country, country, sizeof(sums->sums[low].country));
    return &sums->sums[low];
}

static bool add(struct tally_sums *sums, const struct event *event)
{
    int64_t hour_us = event->hour * US_PER_HOUR;
    char country[3] = TALLY_NOWHERE;
    struct tally_sum *sum;

    if (event->number_len > 0)
        phone_country(slice_of(event->number, event->number_len), country);
    sum = find(sums, hour_us, country);
    if (sum == NULL)
        sum = find(sums, hour_us, TALLY_NOWHERE);
    if (sum == NULL)
        return false;
    sum->amounts[event->stat] += event->amount;
    return true;
}

uint64_t tally_take(struct tally *tally, struct tally_sums *sums)
{
    struct event *events;
    uint64_t dropped;
    size_t count;

    pthread_mutex_lock(&tally->lock);
    events = tally->filling;
    count = tally->count;
    dropped = tally->dropped;
    tally->filling = tally->spare;
    tally->spare = events;
    tally->count = 0;
    tally->dropped = 0;
    pthread_mutex_unlock(&tally->lock);
    for (size_t i = 0; i < count; i++)
        dropped += !add(sums, &events[i]);
    return dropped;
}
