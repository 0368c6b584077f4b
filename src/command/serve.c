#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/app.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "command/background.h"
#include "command/command.h"
#include "command/live_settings.h"
#include "command/master_key.h"
#include "domain/dialect.h"
#include "domain/phone.h"
#include "http/http.h"
#include "version.h"

/* SIGTERM to exit within 10 s. Then the rest is cut, which may be hundreds of clients on a busy
 * machine, and the store is closed. */
#define DRAIN_MS 5000

static void block_signals(sigset_t *ret_set)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    CHECK(sigemptyset(ret_set) == 0 && sigaddset(ret_set, SIGTERM) == 0 &&
          sigaddset(ret_set, SIGINT) == 0 && pthread_sigmask(SIG_BLOCK, ret_set, NULL) == 0);
    /* A client that goes away and a file that may not grow are errors of a call, not of us. */
    CHECK(sigaction(SIGPIPE, &ignore, NULL) == 0 && sigaction(SIGXFSZ, &ignore, NULL) == 0);
}

/* Development mode: a clock that was moved goes on from there; limits kept in the store would else
 * lie in its future. */
static void catch_up_clock(struct store_port *port)
{
    struct latest_time_in in = {0};
    struct store_job job = {.script = &script_latest_time, .in = &in, .arena = arena_new()};

    if (store_run_wait(port, &job) == STORE_DONE) {
        int64_t ahead_us = STORE_ROW(&job, latest_time)->at_us - clock_now_us();

        if (ahead_us > 0)
            clock_advance_us(ahead_us);
    }
    arena_free(job.arena);
}

/* Connections to PostgreSQL that are made at the same time. */
#define CONNECTING_THREADS "16"

/* How often an absent store is looked for. */
#define LOOK_AGAIN_S 1

/* The list was checked with the settings. */
static unsigned dialects_of(const struct settings *settings)
{
    struct slice unknown;
    unsigned dialects = 0;

    CHECK(dialect_list_parse(slice_str(settings->dialects), &dialects, &unknown));
    return dialects;
}

static bool make_app(struct app *app, char *error)
{
    uint8_t secret[HASH_BYTES];

    if (!store_new(app->settings, &app->store, error))
        return false;
    random_bytes(secret, sizeof(secret));
    app->limits = address_limit_new((size_t)app->settings->address_table, secret);
    CHECK(pthread_mutex_init(&app->limits_lock, NULL) == 0);
    app->tally = tally_new();
    image_gate_open(&app->images);
    app->signing_keys = signing_keys_new();
    return true;
}

static bool load_keys(struct app *app, char *error)
{
    struct store_port *port = NULL;
    bool loaded = store_port_open(app->store, NULL, &port, error) &&
                  master_key_load(app->settings, port, &app->keyring, error);

    if (loaded && app->settings->dev)
        catch_up_clock(port);
    if (loaded && !signing_keys_refresh(app->signing_keys, port, &app->keyring, app->settings)) {
        (void)snprintf(error, STORE_ERROR_SIZE, "the signing keys cannot be read or made");
        loaded = false;
    }
    store_port_close(port);
    return loaded;
}

static bool is_absent(const struct settings *settings)
{
    char quiet[STORE_ERROR_SIZE];
    struct store *store;
    bool absent;

    if (!store_new(settings, &store, quiet))
        return false;
    absent = store_prepare(store, false, quiet) == STORE_ABSENT;
    store_close(store);
    return absent;
}

/* Fills what the routes wait for; `app->opened` when it is there. */
static enum store_readiness open_app(struct app *app, struct background **ret_background,
                                     char *error)
{
    enum store_readiness readiness = store_prepare(app->store, true, error);

    if (readiness != STORE_READY)
        return readiness;
    /* Refused, unless the store has just gone, or was gone for a moment. */
    if (!load_keys(app, error)) {
        if (is_absent(app->settings))
            return STORE_ABSENT;
        if (!load_keys(app, error))
            return STORE_REFUSED;
    }
    if (!background_start(app, ret_background, error))
        return STORE_REFUSED;
    atomic_store_explicit(&app->opened, true, memory_order_release);
    return STORE_READY;
}

static void close_app(struct app *app)
{
    if (app->store == NULL)
        return;
    signing_keys_free(app->signing_keys);
    address_limit_free(app->limits);
    tally_free(app->tally);
    pthread_mutex_destroy(&app->limits_lock);
    image_gate_close(&app->images);
    keyring_wipe(&app->keyring);
    store_close(app->store);
}

static void announce(const struct app *app, const struct http_server *server)
{
    char store[STORE_NAME_SIZE];

    store_name(app->settings->store_url, store);
    (void)printf("listening on http://%s\n", http_address(server));
    (void)fflush(stdout);
    log_write(LOG_INFO, "started", LOG_STR("version", DOMOFON_VERSION),
              LOG_STR("address", http_address(server)), LOG_STR("store", store));
    if (app->settings->dev)
        log_write(LOG_WARN, "development_mode",
                  LOG_STR("note", "codes are shown in this log and at /dev/outbox"));
    else
        log_write(LOG_WARN, "messages_simulated",
                  LOG_STR("note", "no message provider is set up: nobody receives a code"));
}

/* Until the store is there or a signal comes (*ret_signal, else 0). False: it is there, and will
 * not do. */
static bool await_store(struct app *app, const sigset_t *signals, const char *first_error,
                        struct background **ret_background, int *ret_signal)
{
    const struct timespec pause = {.tv_sec = LOOK_AGAIN_S};
    enum store_readiness readiness = STORE_ABSENT;
    char error[STORE_ERROR_SIZE];

    log_write(LOG_ERROR, "store_absent", LOG_STR("detail", first_error),
              LOG_STR("note", "waiting for it; requests that need it get 503"));
    *ret_signal = 0;
    while (readiness == STORE_ABSENT) {
        int signal_number = sigtimedwait(signals, NULL, &pause);

        if (signal_number > 0) {
            *ret_signal = signal_number;
            return true;
        }
        readiness = open_app(app, ret_background, error);
    }
    if (readiness == STORE_READY)
        log_write(LOG_INFO, "store_back", LOG_STR("note", "open for requests"));
    else
        command_complain("%s", error);
    return readiness == STORE_READY;
}

static int serve(struct app *app, const sigset_t *signals)
{
    struct http_handler handler = app_handler(app);
    struct background *background = NULL;
    struct http_server *server = NULL;
    enum store_readiness readiness = STORE_REFUSED;
    char error[STORE_ERROR_SIZE];
    int signal_number = 0;
    int result = EXIT_FAILED;

    if (make_app(app, error))
        readiness = open_app(app, &background, error);
    if (readiness == STORE_REFUSED || !http_start(app->settings, &handler, &server, error)) {
        command_complain("%s", error);
        goto out;
    }
    announce(app, server);
    /* Loading phone metadata took memory that is free now: give it back. */
    (void)malloc_trim(0);
    if (readiness == STORE_READY || await_store(app, signals, error, &background, &signal_number))
        result = EXIT_DONE;
    if (result == EXIT_DONE && signal_number == 0)
        CHECK(sigwait(signals, &signal_number) == 0);
    if (result == EXIT_DONE)
        log_write(LOG_INFO, "stopping", LOG_STR("signal", strsignal(signal_number)));
    background_quiet(background);
    http_stop(server, DRAIN_MS);
out:
    background_stop(background);
    close_app(app);
    if (result == EXIT_DONE)
        log_write(LOG_INFO, "stopped", LOG_INT("signal", signal_number));
    return result;
}

int command_serve(int argc, char **argv)
{
    struct options options = {0};
    struct app app = {.store = NULL};
    sigset_t signals;
    int result = EXIT_USAGE;

    if (options_read(&options, argc, argv)) {
        if (options.word_count > 0) {
            command_complain("usage: domofon serve [--dev] [--listen ADDR:PORT]");
        } else {
            app.settings = options.settings;
            app.start_settings = options.settings;
            app.dialects = dialects_of(options.settings);
            settings_take_effect(options.settings);
            block_signals(&signals);
            /* Each waits for one server that may not answer; libuv's own number is four. */
            CHECK(setenv("UV_THREADPOOL_SIZE", CONNECTING_THREADS, 0) == 0);
            log_start();
            phone_warm_up();
            result = serve(&app, &signals);
            log_stop();
        }
    }
    options_free(&options);
    return result;
}
