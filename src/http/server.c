/*
 * server: starts the loops' threads and stops them.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/check.h"
#include "http/loop.h"

/* Descriptors beside those of the connections: listeners, loops, the store, the log. */
#define OTHER_DESCRIPTORS 256

static unsigned loop_count(const struct settings *settings)
{
    long processors;

    if (settings->http_loops > 0)
        return (unsigned)settings->http_loops;
    processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > 64 ? 64 : (unsigned)processors;
}

/* The soft limit of descriptors is often 1024; up to the hard one a process may raise it. */
static void allow_descriptors(const struct settings *settings)
{
    rlim_t need = (rlim_t)settings->http_connections + OTHER_DESCRIPTORS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
        return;
    limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static struct http_server *server_new(const struct settings *settings,
                                      const struct http_handler *handler)
{
    struct http_server *server = calloc(1, sizeof(*server));

    CHECK(server != NULL);
    server->settings = settings;
    server->handler = *handler;
    server->loop_count = loop_count(settings);
    server->loops = calloc(server->loop_count, sizeof(*server->loops));
    CHECK(server->loops != NULL);
    CHECK(pthread_mutex_init(&server->lock, NULL) == 0);
    CHECK(pthread_cond_init(&server->started, NULL) == 0);
    return server;
}

static void server_free(struct http_server *server)
{
    (void)pthread_cond_destroy(&server->started);
    (void)pthread_mutex_destroy(&server->lock);
    free(server->loops);
    free(server);
}

/* Signals are for the thread that called; the loops' threads never see them. */
static void start_threads(struct http_server *server)
{
    sigset_t all;
    sigset_t before;

    (void)sigfillset(&all);
    CHECK(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    for (unsigned i = 0; i < server->loop_count; i++)
        CHECK(pthread_create(&server->loops[i].thread, NULL, loop_run, &server->loops[i]) == 0);
    CHECK(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

static bool wait_started(struct http_server *server)
{
    bool failed;

    (void)pthread_mutex_lock(&server->lock);
    while (server->started_count < server->loop_count)
        (void)pthread_cond_wait(&server->started, &server->lock);
    failed = server->start_failed;
    (void)pthread_mutex_unlock(&server->lock);
    return !failed;
}

bool http_start(const struct settings *settings, const struct http_handler *handler,
                struct http_server **ret_server, char ret_error[HTTP_ERROR_SIZE])
{
    struct http_server *server = server_new(settings, handler);
    int *fds = calloc(server->loop_count, sizeof(*fds));

    CHECK(fds != NULL);
    if (!listen_open(settings->http_listen, server->loop_count, fds, server->address, ret_error))
        goto fail;
    allow_descriptors(settings);
    for (unsigned i = 0; i < server->loop_count; i++) {
        server->loops[i].server = server;
        server->loops[i].listen_fd = fds[i];
    }
    start_threads(server);
    if (!wait_started(server)) {
        (void)snprintf(ret_error, HTTP_ERROR_SIZE, "a loop could not open its part of the store");
        free(fds);
        http_stop(server, 0);
        return false;
    }
    free(fds);
    *ret_server = server;
    return true;
fail:
    free(fds);
    server_free(server);
    return false;
}

const char *http_address(const struct http_server *server)
{
    return server->address;
}

void http_stop(struct http_server *server, unsigned grace_ms)
{
    /* From now on, not from when a busy loop hears of it. */
    atomic_store(&server->drain_until_ms, uv_hrtime() / 1000000 + grace_ms);
    for (unsigned i = 0; i < server->loop_count; i++)
        loop_stop(&server->loops[i]);
    for (unsigned i = 0; i < server->loop_count; i++)
        (void)pthread_join(server->loops[i].thread, NULL);
    server_free(server);
}
