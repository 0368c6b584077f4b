#include "http/loop.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/hex.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/random.h"
#include "http/connection.h"

#define LOOP_MAGIC 0x6c6f6f70u

/* Runs of libmicrohttpd in one turn; other events of the loop come between turns. */
#define RUNS_MAX 64

/* Connections accepted in one turn. */
#define ACCEPT_MAX 64

uv_loop_t *http_loop_uv(struct http_loop *loop)
{
    return &loop->uv;
}

void *http_loop_state(struct http_loop *loop)
{
    return loop->state;
}

void http_loop_kick(struct http_loop *loop)
{
    loop->dirty = true;
}

void loop_new_id(struct http_loop *loop, char out[33])
{
    if (loop->ids_left == 0) {
        random_bytes(loop->ids, sizeof(loop->ids));
        loop->ids_left = LOOP_IDS;
    }
    hex_write(loop->ids[--loop->ids_left], LOOP_ID_BYTES, out);
    out[2 * LOOP_ID_BYTES] = '\0';
}

/* Accepting */

static bool take_place(struct http_server *server)
{
    if (atomic_fetch_add(&server->connections, 1) < server->settings->http_connections) {
        metric_add(METRIC_HTTP_CONNECTIONS, 1);
        return true;
    }
    atomic_fetch_sub(&server->connections, 1);
    return false;
}

void loop_give_place(struct http_loop *loop)
{
    atomic_fetch_sub(&loop->server->connections, 1);
    metric_add(METRIC_HTTP_CONNECTIONS, -1);
}

static void stop_accepting(struct http_loop *loop)
{
    if (loop->accepting)
        (void)uv_poll_stop(&loop->listen_poll);
    loop->accepting = false;
}

/* One connection from the kernel's queue; false when there is none, or no place for it. */
static bool accept_one(struct http_loop *loop)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);
    unsigned opened = loop->opened_count;
    int fd;

    if (!take_place(loop->server)) {
        stop_accepting(loop);
        return false;
    }
    fd = accept4(loop->listen_fd, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0 &&
        MHD_add_connection(loop->daemon, fd, (struct sockaddr *)&address, size) == MHD_YES) {
        loop->complained = false;
        return true;
    }
    if (loop->opened_count == opened)
        loop_give_place(loop); /* else connection_closed did */
    if (fd >= 0 || errno == ECONNABORTED || errno == EINTR)
        return true;
    if (errno != EAGAIN) {
        if (!loop->complained)
            log_write(LOG_WARN, "accept_failed", LOG_STR("detail", strerror(errno)));
        loop->complained = true;
        stop_accepting(loop); /* no descriptors or memory: the next tick tries again */
    }
    return false;
}

static void on_listen(uv_poll_t *handle, int status, int events)
{
    struct http_loop *loop = handle->data;
    unsigned count = 0;

    (void)status;
    (void)events;
    while (count < ACCEPT_MAX && accept_one(loop))
        count++;
    loop->dirty = true;
}

static void resume_accepting(struct http_loop *loop)
{
    if (loop->accepting || loop->draining)
        return;
    CHECK(uv_poll_start(&loop->listen_poll, UV_READABLE, on_listen) == 0);
    loop->accepting = true;
}

/* A turn */

static bool has_more(struct MHD_Daemon *daemon)
{
    MHD_UNSIGNED_LONG_LONG timeout_ms;

    return MHD_get_timeout(daemon, &timeout_ms) == MHD_YES && timeout_ms == 0;
}

static void keep_turning(uv_idle_t *handle)
{
    (void)handle;
}

static void end_when_drained(struct http_loop *loop)
{
    if (loop->connection_count == 0 && loop->handler_count == 0)
        uv_stop(&loop->uv);
}

/* Before the loop waits: everything that events and replies of this turn made possible. */
static void on_prepare(uv_prepare_t *handle)
{
    struct http_loop *loop = handle->data;
    const struct http_handler *handler = &loop->server->handler;

    unsigned runs = 0;

    do {
        for (; loop->dirty && runs < RUNS_MAX; runs++) {
            loop->dirty = false;
            (void)MHD_run(loop->daemon);
            loop->dirty = loop->dirty || has_more(loop->daemon);
        }
        handler->loop_rest(handler->app, loop->state);
    } while (loop->dirty && runs < RUNS_MAX);
    if (loop->dirty)
        (void)uv_idle_start(&loop->again, keep_turning);
    else
        (void)uv_idle_stop(&loop->again);
    if (loop->draining)
        end_when_drained(loop);
}

static void on_mhd(uv_poll_t *handle, int status, int events)
{
    struct http_loop *loop = handle->data;

    (void)status;
    (void)events;
    loop->dirty = true;
}

/* Stopping */

static void drain(struct http_loop *loop)
{
    if (!loop->cut_all && uv_now(&loop->uv) >= atomic_load(&loop->server->drain_until_ms)) {
        loop->cut_all = true;
        connection_cut_all(loop);
    } else if (!loop->cut_all) {
        connection_close_idle(loop);
    }
}

static void on_stop(uv_async_t *handle)
{
    struct http_loop *loop = handle->data;
    const struct http_handler *handler = &loop->server->handler;

    if (loop->draining)
        return;
    /* Whoever waits in the kernel's queue would be reset; they came in time. */
    while (loop->accepting && accept_one(loop))
        continue;
    stop_accepting(loop);
    loop->draining = true;
    if (loop->opened)
        handler->loop_drain(handler->app, loop->state);
    stream_finish_all(loop);
    drain(loop);
    end_when_drained(loop); /* a loop that did not open has no turns */
    loop->dirty = true;
}

void loop_stop(struct http_loop *loop)
{
    (void)uv_async_send(&loop->stop);
}

static void on_tick(uv_timer_t *handle)
{
    struct http_loop *loop = handle->data;

    loop->ticks++;
    connection_sweep(loop);
    if (loop->draining)
        drain(loop);
    else
        resume_accepting(loop);
}

/* The thread */

static void add_handle(void *handle, struct http_loop *loop, int result)
{
    CHECK(result == 0);
    ((uv_handle_t *)handle)->data = loop;
}

static void open_loop(struct http_loop *loop)
{
    uv_loop_t *uv = &loop->uv;
    int mhd_fd;

    loop->magic = LOOP_MAGIC;
    CHECK(uv_loop_init(uv) == 0);
    loop->daemon = request_daemon(loop);
    CHECK(loop->daemon != NULL);
    mhd_fd = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    add_handle(&loop->listen_poll, loop, uv_poll_init(uv, &loop->listen_poll, loop->listen_fd));
    add_handle(&loop->mhd_poll, loop, uv_poll_init(uv, &loop->mhd_poll, mhd_fd));
    add_handle(&loop->prepare, loop, uv_prepare_init(uv, &loop->prepare));
    add_handle(&loop->again, loop, uv_idle_init(uv, &loop->again));
    add_handle(&loop->tick, loop, uv_timer_init(uv, &loop->tick));
    add_handle(&loop->stop, loop, uv_async_init(uv, &loop->stop, on_stop));
}

static void start_handles(struct http_loop *loop)
{
    CHECK(uv_poll_start(&loop->mhd_poll, UV_READABLE, on_mhd) == 0);
    CHECK(uv_prepare_start(&loop->prepare, on_prepare) == 0);
    CHECK(uv_timer_start(&loop->tick, on_tick, LOOP_TICK_MS, LOOP_TICK_MS) == 0);
    resume_accepting(loop);
}

static void close_loop(struct http_loop *loop)
{
    uv_close((uv_handle_t *)&loop->listen_poll, NULL);
    uv_close((uv_handle_t *)&loop->mhd_poll, NULL);
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    uv_close((uv_handle_t *)&loop->again, NULL);
    uv_close((uv_handle_t *)&loop->tick, NULL);
    uv_close((uv_handle_t *)&loop->stop, NULL);
    MHD_stop_daemon(loop->daemon);
    CHECK(loop->receiving_count == 0);
    /* The floor above closes its own handles; this runs until they are. */
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop->uv) == 0);
    (void)close(loop->listen_fd);
}

static void report_start(struct http_server *server, bool ok)
{
    (void)pthread_mutex_lock(&server->lock);
    server->started_count++;
    server->start_failed = server->start_failed || !ok;
    (void)pthread_cond_signal(&server->started);
    (void)pthread_mutex_unlock(&server->lock);
}

void *loop_run(void *argument)
{
    struct http_loop *loop = argument;
    const struct http_handler *handler = &loop->server->handler;

    open_loop(loop);
    loop->opened = handler->loop_open(handler->app, loop, &loop->state);
    report_start(loop->server, loop->opened);
    if (loop->opened)
        start_handles(loop);
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    if (loop->opened)
        handler->loop_close(handler->app, loop->state);
    close_loop(loop);
    return NULL;
}
