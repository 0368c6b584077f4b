#include "command/statistics.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"

#define ADD_MS 5000
#define ADD_DEV_MS 1000

struct job {
    struct statistics *statistics;
    struct add_stats_in in;
    struct store_job job;
};

struct statistics {
    struct store_port *port;
    struct tally *tally;
    uv_timer_t timer;
    uv_async_t half;
    int open_handles;
    struct tally_sums sums;          /* to be added */
    struct job jobs[TALLY_SUMS_MAX]; /* jobs[i] adds sums.sums[i] */
    size_t running;
    bool kept[TALLY_SUMS_MAX];
    bool is_last;
    void (*closed)(void *owner);
    void *owner;
};

static void on_handle_closed(uv_handle_t *handle)
{
    struct statistics *self = handle->data;

    if (--self->open_handles > 0)
        return;
    self->closed(self->owner);
    free(self);
}

static void finish_closing(struct statistics *self)
{
    if (self->sums.count > 0)
        log_write(LOG_WARN, "statistics_lost", LOG_INT("sums", (int64_t)self->sums.count));
    tally_on_half(self->tally, NULL, NULL);
    uv_close((uv_handle_t *)&self->timer, on_handle_closed);
    uv_close((uv_handle_t *)&self->half, on_handle_closed);
}

/* Only what could not be added stays. */
static void compact(struct statistics *self)
{
    size_t count = 0;

    for (size_t i = 0; i < self->sums.count; i++) {
        if (self->kept[i])
            self->sums.sums[count++] = self->sums.sums[i];
    }
    self->sums.count = count;
}

static void add(struct statistics *self);

/* What was handed to the store has come back. */
static void over(struct statistics *self)
{
    compact(self);
    if (self->closed == NULL)
        return;
    if (self->is_last) {
        finish_closing(self);
    } else {
        self->is_last = true;
        add(self);
    }
}

static void added(struct store_job *job)
{
    struct job *mine = job->owner;
    struct statistics *self = mine->statistics;

    /* After an unknown outcome rather too little than twice. */
    self->kept[mine - self->jobs] =
        job->result == STORE_UNAVAILABLE || job->result == STORE_OVERLOADED;
    arena_free(job->arena);
    if (--self->running == 0)
        over(self);
}

static struct add_stats_in parameters(const struct tally_sum *sum)
{
    struct add_stats_in in = {.hour_us = sum->hour_us, .country = slice_str(sum->country)};

#define STAT(id, name) in.name = sum->amounts[STAT_##id];
#define LIMIT(id, name) in.name = sum->amounts[STAT_##id];
#include "domain/stats.def"
#undef STAT
#undef LIMIT
    return in;
}

static void add(struct statistics *self)
{
    uint64_t dropped = tally_take(self->tally, &self->sums);
    size_t count = self->sums.count;

    if (dropped > 0)
        log_write(LOG_WARN, "statistics_dropped", LOG_INT("events", (int64_t)dropped));
    /* One more than there are, so that it is not over before the loop below is. In the order of
     * their keys: nodes that add at the same time wait for each other, never in a circle. */
    self->running = count + 1;
    for (size_t i = 0; i < count; i++) {
        struct job *job = &self->jobs[i];

        job->statistics = self;
        job->in = parameters(&self->sums.sums[i]);
        job->job = (struct store_job){.script = &script_add_stats,
                                      .in = &job->in,
                                      .arena = arena_new(),
                                      .done = added,
                                      .owner = job};
        store_run(self->port, &job->job);
    }
    if (--self->running == 0)
        over(self);
}

static void on_timer(uv_timer_t *timer)
{
    struct statistics *self = timer->data;

    if (self->running == 0)
        add(self);
}

static void on_half(uv_async_t *async)
{
    struct statistics *self = async->data;

    if (self->running == 0 && self->closed == NULL)
        add(self);
}

static void half_full(void *owner)
{
    struct statistics *self = owner;

    (void)uv_async_send(&self->half);
}

struct statistics *statistics_open(uv_loop_t *loop, struct store_port *port, struct tally *tally,
                                   bool dev)
{
    struct statistics *self = calloc(1, sizeof(*self));
    uint64_t every_ms = dev ? ADD_DEV_MS : ADD_MS;

    CHECK(self != NULL);
    self->port = port;
    self->tally = tally;
    self->open_handles = 2;
    CHECK(uv_timer_init(loop, &self->timer) == 0 &&
          uv_async_init(loop, &self->half, on_half) == 0 &&
          uv_timer_start(&self->timer, on_timer, every_ms, every_ms) == 0);
    self->timer.data = self;
    self->half.data = self;
    tally_on_half(tally, half_full, self);
    return self;
}

void statistics_close(struct statistics *self, void (*closed)(void *owner), void *owner)
{
    self->closed = closed;
    self->owner = owner;
    (void)uv_timer_stop(&self->timer);
    /* What is under way comes first. */
    if (self->running == 0) {
        self->is_last = true;
        add(self);
    }
}
