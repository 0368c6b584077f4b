#include "command/background.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
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
    uv_async_t stop;
    struct sender *sender;
    struct store_port *port; /* for what may block this thread */
    uint8_t holder[HOLDER_BYTES];
    int64_t session_from;
};

/* True when there is more to remove than one call takes. */
static bool sweep(struct background *self)
{
    const struct settings *settings = self->app->settings;
    int64_t now_us = clock_now_us();
    struct sweep_in in = {
        .holder = slice_of(self->holder, sizeof(self->holder)),
        .now_us = now_us,
        .lease_us = 3 * SWEEP_MS * US_PER_MS,
        .most = SWEEP_ROWS,
        .session_from = self->session_from,
        .session_to = self->session_from + SWEEP_SESSIONS,
        .audit_before_us = now_us - settings->audit_keep_days * US_PER_DAY,
    };
    struct store_job job = {.script = &script_sweep, .in = &in, .arena = arena_new()};
    bool more = false;

    if (store_run_wait(self->port, &job) == STORE_DONE) {
        bool at_end = STORE_ROW(&job, sweep)->last_session_id <= in.session_to;

        self->session_from = at_end ? 0 : in.session_to;
        more = STORE_ROW(&job, sweep)->more == 1;
    }
    arena_free(job.arena);
    return more;
}

static void on_sweep(uv_timer_t *timer)
{
    bool more = sweep(timer->data);

    /* Behind a busy hour: on, with pauses in which others write. */
    (void)uv_timer_start(timer, on_sweep, more ? SWEEP_SOON_MS : SWEEP_MS, 0);
}

static void on_keys(uv_timer_t *timer)
{
    struct background *self = timer->data;

    if (!signing_keys_refresh(self->app->signing_keys, self->port, &self->app->keyring,
                              self->app->settings))
        log_write(LOG_WARN, "signing_keys_not_refreshed", LOG_INT("retry_s", KEYS_MS / 1000));
}

static void on_sender_closed(void *owner)
{
    (void)owner;
}

static void on_stop(uv_async_t *handle)
{
    struct background *self = handle->data;

    uv_close((uv_handle_t *)&self->sweep_timer, NULL);
    uv_close((uv_handle_t *)&self->keys_timer, NULL);
    uv_close((uv_handle_t *)&self->stop, NULL);
    sender_close(self->sender, on_sender_closed, self);
}

static void background_main(void *arg)
{
    struct background *self = arg;

    (void)uv_run(&self->loop, UV_RUN_DEFAULT);
}

bool background_start(struct app *app, struct background **ret_background,
                      char ret_error[STORE_ERROR_SIZE])
{
    struct background *self = calloc(1, sizeof(*self));

    CHECK(self != NULL && uv_loop_init(&self->loop) == 0);
    self->app = app;
    random_bytes(self->holder, sizeof(self->holder));
    if (!store_port_open(app->store, NULL, &self->port, ret_error) ||
        !sender_open(&self->loop, app->settings, &app->keyring, app->store,
                     provider_simulated(app->settings->dev), &self->sender, ret_error)) {
        store_port_close(self->port);
        CHECK(uv_loop_close(&self->loop) == 0);
        free(self);
        return false;
    }
    CHECK(uv_timer_init(&self->loop, &self->sweep_timer) == 0 &&
          uv_timer_init(&self->loop, &self->keys_timer) == 0 &&
          uv_async_init(&self->loop, &self->stop, on_stop) == 0);
    self->sweep_timer.data = self;
    self->keys_timer.data = self;
    self->stop.data = self;
    CHECK(uv_timer_start(&self->sweep_timer, on_sweep, SWEEP_MS, 0) == 0 &&
          uv_timer_start(&self->keys_timer, on_keys, KEYS_MS, KEYS_MS) == 0);
    app->sender = self->sender;
    app->message_due = sender_due;
    CHECK(uv_thread_create(&self->thread, background_main, self) == 0);
    *ret_background = self;
    return true;
}

void background_stop(struct background *background)
{
    if (background == NULL)
        return;
    (void)uv_async_send(&background->stop);
    CHECK(uv_thread_join(&background->thread) == 0);
    CHECK(uv_loop_close(&background->loop) == 0);
    store_port_close(background->port);
    free(background);
}
