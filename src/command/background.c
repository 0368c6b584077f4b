#include "command/background.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "command/live_settings.h"
#include "command/statistics.h"
#include "deliver/sender.h"

#define SWEEP_MS 10000
#define SWEEP_SOON_MS 50
#define KEYS_MS 60000

/* Rows of each table one sweep removes; sessions are looked at in stretches of ids. */
#define SWEEP_ROWS 1000
#define SWEEP_SESSIONS 10000
#define HOLDER_BYTES 16

struct background {
    struct app *app;
    uv_thread_t thread;
    uv_loop_t loop;
    uv_timer_t sweep_timer;
    uv_timer_t keys_timer;
    uv_prepare_t rest;
    uv_async_t quiet;
    uv_async_t stop;
    struct sender *sender;
    struct store_port *sweep_port;
    struct store_port *keys_port; /* for what may hold this thread up */
    struct store_port *sums_port; /* rows that nodes share: never in one flight with a lock */
    struct statistics *statistics;
    struct live_settings *live_settings;
    uint8_t holder[HOLDER_BYTES];
    struct sweep_in sweep_in;
    struct store_job sweep;
    int64_t session_from;
    bool is_quiet;
    bool stopping;
};

static void on_sweep(uv_timer_t *timer);

static void close_sweep_port(struct background *self)
{
    store_port_close(self->sweep_port);
    self->sweep_port = NULL;
}

static void swept(struct store_job *job)
{
    struct background *self = job->owner;
    bool more = false;

    if (job->result == STORE_DONE) {
        bool at_end = STORE_ROW(job, sweep)->last_session_id <= self->sweep_in.session_to;

        self->session_from = at_end ? 0 : self->sweep_in.session_to;
        more = STORE_ROW(job, sweep)->more == 1;
    }
    arena_free(job->arena);
    job->arena = NULL;
    /* Behind a busy hour: on, with pauses in which others write. */
    if (self->stopping)
        close_sweep_port(self);
    else if (!self->is_quiet)
        (void)uv_timer_start(&self->sweep_timer, on_sweep, more ? SWEEP_SOON_MS : SWEEP_MS, 0);
}

static void on_sweep(uv_timer_t *timer)
{
    struct background *self = timer->data;
    const struct settings *settings = self->app->settings;
    int64_t now_us = clock_now_us();

    self->sweep_in = (struct sweep_in){
        .holder = slice_of(self->holder, sizeof(self->holder)),
        .now_us = now_us,
        .lease_us = 3 * SWEEP_MS * US_PER_MS,
        .most = SWEEP_ROWS,
        .session_from = self->session_from,
        .session_to = self->session_from + SWEEP_SESSIONS,
        .audit_before_us = now_us - settings->audit_keep_days * US_PER_DAY,
        .outbox_before_us = now_us - settings->deliver_keep_days * US_PER_DAY,
    };
    self->sweep = (struct store_job){.script = &script_sweep,
                                     .in = &self->sweep_in,
                                     .arena = arena_new(),
                                     .done = swept,
                                     .owner = self};
    store_run(self->sweep_port, &self->sweep);
}

static void on_rest(uv_prepare_t *handle)
{
    struct background *self = handle->data;

    if (self->sweep_port != NULL)
        store_port_rest(self->sweep_port);
    store_port_rest(self->sums_port);
}

static void on_keys(uv_timer_t *timer)
{
    struct background *self = timer->data;

    if (!signing_keys_refresh(self->app->signing_keys, self->keys_port, &self->app->keyring,
                              self->app->settings))
        log_write(LOG_WARN, "signing_keys_not_refreshed", LOG_INT("retry_s", KEYS_MS / 1000));
}

static void on_live_settings_stopped(void *owner)
{
    struct background *self = owner;

    uv_close((uv_handle_t *)&self->rest, NULL);
    store_port_close(self->sums_port);
}

static void on_statistics_closed(void *owner)
{
    struct background *self = owner;

    live_settings_stop(self->live_settings, on_live_settings_stopped, self);
}

/* Nobody notes events any more: the loops have ended before. */
static void on_sender_closed(void *owner)
{
    struct background *self = owner;

    statistics_close(self->statistics, on_statistics_closed, self);
}

static void on_quiet(uv_async_t *handle)
{
    struct background *self = handle->data;

    self->is_quiet = true;
    (void)uv_timer_stop(&self->sweep_timer);
    (void)uv_timer_stop(&self->keys_timer);
    sender_quiet(self->sender);
}

static void on_stop(uv_async_t *handle)
{
    struct background *self = handle->data;

    self->stopping = true;
    uv_close((uv_handle_t *)&self->sweep_timer, NULL);
    uv_close((uv_handle_t *)&self->keys_timer, NULL);
    uv_close((uv_handle_t *)&self->quiet, NULL);
    uv_close((uv_handle_t *)&self->stop, NULL);
    if (self->sweep.arena == NULL) /* else when the sweep is over */
        close_sweep_port(self);
    sender_close(self->sender, on_sender_closed, self);
}

static void background_main(void *arg)
{
    struct background *self = arg;

    (void)uv_run(&self->loop, UV_RUN_DEFAULT);
}

static bool open_ports(struct background *self, char *error)
{
    struct app *app = self->app;

    struct sender_parts parts = {
        .settings = &app->settings,
        .keyring = &app->keyring,
        .store = app->store,
        .tally = app->tally,
        .provider = provider_simulated(app->settings->dev),
    };

    if (store_port_open(app->store, &self->loop, &self->sweep_port, error) &&
        store_port_open(app->store, &self->loop, &self->sums_port, error) &&
        store_port_open(app->store, NULL, &self->keys_port, error) &&
        sender_open(&self->loop, &parts, &self->sender, error))
        return true;
    store_port_close(self->keys_port);
    store_port_close(self->sums_port);
    store_port_close(self->sweep_port);
    return false;
}

bool background_start(struct app *app, struct background **ret_background,
                      char ret_error[STORE_ERROR_SIZE])
{
    struct background *self = calloc(1, sizeof(*self));

    CHECK(self != NULL && uv_loop_init(&self->loop) == 0);
    self->app = app;
    random_bytes(self->holder, sizeof(self->holder));
    if (!open_ports(self, ret_error)) {
        (void)uv_run(&self->loop, UV_RUN_DEFAULT);
        CHECK(uv_loop_close(&self->loop) == 0);
        free(self);
        return false;
    }
    CHECK(uv_timer_init(&self->loop, &self->sweep_timer) == 0 &&
          uv_timer_init(&self->loop, &self->keys_timer) == 0 &&
          uv_prepare_init(&self->loop, &self->rest) == 0 &&
          uv_async_init(&self->loop, &self->quiet, on_quiet) == 0 &&
          uv_async_init(&self->loop, &self->stop, on_stop) == 0);
    self->sweep_timer.data = self;
    self->keys_timer.data = self;
    self->quiet.data = self;
    self->stop.data = self;
    self->rest.data = self;
    self->statistics =
        statistics_open(&self->loop, self->sums_port, app->tally, app->settings->dev);
    self->live_settings = live_settings_open(app, self->keys_port);
    live_settings_watch(self->live_settings, &self->loop, self->sums_port);
    CHECK(uv_prepare_start(&self->rest, on_rest) == 0 &&
          uv_timer_start(&self->sweep_timer, on_sweep, SWEEP_MS, 0) == 0 &&
          uv_timer_start(&self->keys_timer, on_keys, KEYS_MS, KEYS_MS) == 0);
    app->sender = self->sender;
    app->message_due = sender_due;
    CHECK(uv_thread_create(&self->thread, background_main, self) == 0);
    *ret_background = self;
    return true;
}

void background_quiet(struct background *background)
{
    if (background != NULL)
        (void)uv_async_send(&background->quiet);
}

void background_stop(struct background *background)
{
    if (background == NULL)
        return;
    (void)uv_async_send(&background->stop);
    CHECK(uv_thread_join(&background->thread) == 0);
    CHECK(uv_loop_close(&background->loop) == 0);
    store_port_close(background->keys_port);
    live_settings_close(background->live_settings);
    free(background);
}
