#include "command/live_settings.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "domain/settings_rules.h"

#define ASK_MS 1000

/* More are not looked at; there are not as many settings. */
#define CHANGES_MAX 200

/* A struct that was made here, and that somebody may still read. */
struct known {
    struct known *next;
    struct settings *settings;
};

struct live_settings {
    struct app *app;
    const struct settings *start;
    struct known *known;
    struct arena *changes; /* of `rows` */
    const struct list_settings_row *rows;
    unsigned row_count;

    struct store_port *port;
    uv_timer_t timer;
    uv_async_t wake;
    int open_handles;
    struct list_settings_in in;
    struct store_job job; /* under way while it has an arena */
    bool again;           /* woken while asking */
    void (*closed)(void *owner);
    void *owner;
};

void settings_take_effect(const struct settings *settings)
{
    static const char *const names[] = {
        [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(settings->log_level, names[i]) == 0)
            log_set_level((enum log_level)i);
    }
}

static bool is_same(const struct live_settings *live, const struct store_job *job)
{
    bool same = live->row_count == job->row_count;

    for (unsigned i = 0; same && i < job->row_count; i++) {
        const struct list_settings_row *row = STORE_ROW_AT(job, list_settings, i);

        same = slice_eq(live->rows[i].name, row->name) && slice_eq(live->rows[i].value, row->value);
    }
    return same;
}

static void swap(struct live_settings *live)
{
    struct settings *settings = settings_copy(live->start);
    struct known *known = calloc(1, sizeof(*known));

    CHECK(known != NULL);
    for (unsigned i = 0; i < live->row_count; i++) {
        const struct settings_change change = {live->rows[i].name, live->rows[i].value};
        char error[SETTINGS_ERROR_SIZE];

        if (settings_change(settings, &change, error) != SETTINGS_OK)
            log_write(LOG_WARN, "setting_left_out", LOG_STR("detail", error));
    }
    *known = (struct known){live->known, settings};
    live->known = known;
    live->app->settings = settings;
    settings_take_effect(settings);
    log_write(LOG_INFO, "settings_changed", LOG_INT("changes", live->row_count));
}

/* Takes the rows of a finished job, and its arena. */
static void take(struct live_settings *live, struct store_job *job)
{
    if (job->result == STORE_DONE && !is_same(live, job)) {
        arena_free(live->changes);
        live->changes = job->arena;
        live->rows = job->rows;
        live->row_count = job->row_count;
        swap(live);
    } else {
        arena_free(job->arena);
    }
    job->arena = NULL;
}

struct live_settings *live_settings_open(struct app *app, struct store_port *port)
{
    struct live_settings *live = calloc(1, sizeof(*live));
    struct store_job job = {.script = &script_list_settings, .in = &live->in};

    CHECK(live != NULL);
    live->app = app;
    live->start = app->settings;
    live->in.most = CHANGES_MAX;
    job.arena = arena_new();
    (void)store_run_wait(port, &job);
    take(live, &job);
    return live;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct live_settings *live = handle->data;

    if (--live->open_handles == 0)
        live->closed(live->owner);
}

static void finish_stopping(struct live_settings *live)
{
    uv_close((uv_handle_t *)&live->timer, on_handle_closed);
    uv_close((uv_handle_t *)&live->wake, on_handle_closed);
}

static void ask(struct live_settings *live);

static void answered(struct store_job *job)
{
    struct live_settings *live = job->owner;

    take(live, job);
    if (live->closed != NULL)
        finish_stopping(live);
    else if (live->again)
        ask(live);
}

static void ask(struct live_settings *live)
{
    live->again = false;
    live->job = (struct store_job){.script = &script_list_settings,
                                   .in = &live->in,
                                   .arena = arena_new(),
                                   .done = answered,
                                   .owner = live};
    store_run(live->port, &live->job);
}

static void on_timer(uv_timer_t *timer)
{
    struct live_settings *live = timer->data;

    if (live->job.arena == NULL)
        ask(live);
}

static void on_wake(uv_async_t *async)
{
    struct live_settings *live = async->data;

    if (live->closed != NULL)
        return;
    if (live->job.arena == NULL)
        ask(live);
    else
        live->again = true;
}

static void stored(void *owner)
{
    struct live_settings *live = owner;

    (void)uv_async_send(&live->wake);
}

void live_settings_watch(struct live_settings *live, uv_loop_t *loop, struct store_port *port)
{
    live->port = port;
    live->open_handles = 2;
    CHECK(uv_timer_init(loop, &live->timer) == 0 &&
          uv_async_init(loop, &live->wake, on_wake) == 0 &&
          uv_timer_start(&live->timer, on_timer, ASK_MS, ASK_MS) == 0);
    live->timer.data = live;
    live->wake.data = live;
    live->app->live_settings = live;
    live->app->settings_stored = stored;
}

void live_settings_stop(struct live_settings *live, void (*closed)(void *owner), void *owner)
{
    live->closed = closed;
    live->owner = owner;
    (void)uv_timer_stop(&live->timer);
    if (live->job.arena == NULL)
        finish_stopping(live);
}

void live_settings_close(struct live_settings *live)
{
    live->app->settings = live->start;
    while (live->known != NULL) {
        struct known *next = live->known->next;

        settings_free(live->known->settings);
        free(live->known);
        live->known = next;
    }
    arena_free(live->changes);
    free(live);
}
