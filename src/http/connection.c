#include "http/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/metric.h"
#include "http/traffic.h"

/* A reply sent before the whole request was read is lost when the close resets the connection. */
#define LINGER_MS 2000
#define LINGER_BYTES ((uint64_t)4 << 20)

/* While no place is left, a connection that waits for a request longer than this gives its up. */
#define CROWDED_IDLE_MS 2000

/* bytes_seen before the first look. */
#define UNSEEN UINT64_MAX

/* struct traffic's quiet_ms is only roughly true. */
#define QUIET_SLACK_MS 50

static void list_add(struct connection *connection, struct connection **list)
{
    connection->list = list;
    connection->prev = NULL;
    connection->next = *list;
    if (*list != NULL)
        (*list)->prev = connection;
    *list = connection;
}

static void list_remove(struct connection *connection)
{
    if (connection->prev == NULL)
        *connection->list = connection->next;
    else
        connection->prev->next = connection->next;
    if (connection->next != NULL)
        connection->next->prev = connection->prev;
}

struct connection *connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct connection *connection = info->socket_context;

    CHECK_MAGIC(connection, CONNECTION_MAGIC);
    return connection;
}

struct connection *connection_opened(struct http_loop *loop, struct MHD_Connection *mhd)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    const struct sockaddr *address =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;

    CHECK(connection != NULL);
    connection->magic = CONNECTION_MAGIC;
    connection->loop = loop;
    connection->mhd = mhd;
    connection->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    http_client_address(address, SLICE_ABSENT, 0, connection->address, connection->address_key,
                        &connection->from_loopback);
    connection_enter(connection, CONNECTION_IDLE);
    connection->bytes_seen = 0;
    list_add(connection, &loop->buckets[loop->opened_count++ % LOOP_BUCKETS]);
    loop->connection_count++;
    return connection;
}

/* May libmicrohttpd be about to refuse a request of it, beyond the request line? */
static bool is_receiving(enum connection_phase phase)
{
    return phase == CONNECTION_RECEIVING || phase == CONNECTION_CUT;
}

static void set_phase(struct connection *connection, enum connection_phase phase)
{
    if (is_receiving(phase) && !is_receiving(connection->phase))
        connection->loop->receiving_count++;
    if (!is_receiving(phase) && is_receiving(connection->phase))
        connection->loop->receiving_count--;
    connection->phase = phase;
}

static void forget(struct connection *connection)
{
    struct http_loop *loop = connection->loop;

    set_phase(connection, CONNECTION_IDLE);
    list_remove(connection);
    if (loop->reading == connection)
        loop->reading = NULL;
    connection->magic = 0;
    free(connection);
    loop->connection_count--;
    loop_give_place(loop);
}

static bool has_unread_bytes(int fd)
{
    int bytes = 0;

    return ioctl(fd, FIONREAD, &bytes) == 0 && bytes > 0;
}

/*
 * libmicrohttpd is about to close the descriptor. Closing with unread bytes makes the kernel reset
 * the connection, and the client may lose the reply that told why. So a duplicate keeps it open
 * for a moment while the rest of what the client sends is thrown away.
 */
void connection_closed(struct connection *connection)
{
    struct http_loop *loop = connection->loop;
    bool linger = connection->phase != CONNECTION_CUT && !loop->cut_all &&
                  (connection->body_unread || has_unread_bytes(connection->fd));
    int copy = linger ? fcntl(connection->fd, F_DUPFD_CLOEXEC, 0) : -1;

    /* libmicrohttpd does not tell of a request's end when it refuses the same one twice. */
    request_part(connection);
    if (copy < 0) {
        forget(connection);
        return;
    }
    connection->fd = copy;
    connection->mhd = NULL;
    connection->bytes_seen = 0;
    connection_enter(connection, CONNECTION_LINGERING);
    list_remove(connection);
    list_add(connection, &loop->lingering);
}

static uint64_t phase_ms(const struct connection *connection, enum connection_phase phase)
{
    const struct settings *settings = connection->loop->server->settings;

    switch (phase) {
    case CONNECTION_IDLE:
        return (uint64_t)settings->http_idle_s * 1000;
    case CONNECTION_LINGERING:
        return LINGER_MS;
    case CONNECTION_HEAD:
    case CONNECTION_RECEIVING:
    case CONNECTION_HANDLING:
    case CONNECTION_SENDING:
    case CONNECTION_STREAMING:
    case CONNECTION_CUT:
        break;
    }
    return (uint64_t)settings->http_request_s * 1000;
}

void connection_enter(struct connection *connection, enum connection_phase phase)
{
    uint64_t now_ms = uv_now(&connection->loop->uv);
    bool same_deadline = connection->phase == CONNECTION_HEAD && phase == CONNECTION_RECEIVING;

    if (connection->phase == CONNECTION_CUT)
        return;
    if (!same_deadline)
        connection->deadline_ms = now_ms + phase_ms(connection, phase);
    if (phase == CONNECTION_IDLE) {
        connection->since_ms = now_ms;
        connection->bytes_seen = UNSEEN;
    }
    set_phase(connection, phase);
}

/*
 * The client left, or will have no more: closes the connection. libmicrohttpd learns of it from
 * epoll. What the kernel has of earlier replies is still sent.
 */
static void shut(struct connection *connection)
{
    bool is_stream = connection->phase == CONNECTION_STREAMING;

    (void)shutdown(connection->fd, SHUT_RDWR);
    /* libmicrohttpd 0.9.75 may not watch this descriptor just now (after a resume, or with a read
     * buffer that is full) and would never hear of the shutdown; its own time-out it does see. */
    (void)MHD_set_connection_option(connection->mhd, MHD_CONNECTION_OPTION_TIMEOUT, 1u);
    connection_enter(connection, CONNECTION_CUT);
    if (is_stream)
        stream_wake(connection);
    http_loop_kick(connection->loop);
}

void connection_cut(struct connection *connection)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    metric_count(METRIC_HTTP_CUT);
    /* The kernel would keep what a client does not read for many minutes more. */
    if (connection->phase == CONNECTION_SENDING || connection->phase == CONNECTION_STREAMING)
        (void)setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    shut(connection);
}

/*
 * libmicrohttpd tells us of a request when its first line is whole. Bytes before that are seen by
 * the kernel's count, so that a head sent letter by letter has the deadline of a request. (The rest
 * of a segment whose beginning ended the request before is not seen, and waits as if idle.)
 */
static void watch_head(struct connection *connection)
{
    uint64_t now_ms = uv_now(&connection->loop->uv);
    struct traffic traffic;
    bool came;

    if (!traffic_read(connection->fd, &traffic))
        return;
    if (traffic.is_ended) {
        /* Its end came together with the last request; epoll does not tell twice. */
        shut(connection);
        return;
    }
    if (connection->bytes_seen == UNSEEN) {
        connection->bytes_seen = traffic.received_bytes;
        came = now_ms > connection->since_ms + traffic.quiet_ms + QUIET_SLACK_MS;
    } else {
        came = traffic.received_bytes > connection->bytes_seen;
    }
    if (came)
        connection_enter(connection, CONNECTION_HEAD);
}

/*
 * A stream has no deadline as a whole. Its client must stay, and take within http.request_s
 * something of what there is for it; while it waits suspended, libmicrohttpd sees neither.
 */
static void watch_stream(struct connection *connection)
{
    const struct stream *stream = connection->request->stream;
    struct traffic traffic;

    if (!traffic_read(connection->fd, &traffic))
        return;
    if (traffic.is_ended) {
        shut(connection);
        return;
    }
    if ((traffic.is_taken && stream->begin == stream->end) ||
        traffic.taken_bytes > connection->bytes_seen)
        connection_enter(connection, CONNECTION_STREAMING);
    connection->bytes_seen = traffic.taken_bytes;
}

/*
 * A part of a request that does not fit libmicrohttpd's buffer (a chunk extension without end)
 * stays unread, and it asks for it again and again: such a connection makes no progress and much
 * work.
 */
static bool is_stuck(struct connection *connection)
{
    int unread = 0;
    int before = connection->unread_bytes;

    if (connection->phase != CONNECTION_RECEIVING || ioctl(connection->fd, FIONREAD, &unread) != 0)
        unread = 0;
    connection->unread_bytes = unread;
    return unread > 0 && unread == before;
}

static bool is_crowded(const struct http_server *server)
{
    return atomic_load(&server->connections) >= server->settings->http_connections;
}

/* Unread bytes are a request that was sent in good faith. */
static bool is_unused(const struct connection *connection)
{
    return connection->phase == CONNECTION_IDLE && !has_unread_bytes(connection->fd);
}

/* Whoever opens connections and does not use them must not keep others out for http.idle_s. */
static bool gives_way(const struct connection *connection)
{
    return connection->phase == CONNECTION_IDLE && is_crowded(connection->loop->server) &&
           uv_now(&connection->loop->uv) >= connection->since_ms + CROWDED_IDLE_MS &&
           is_unused(connection);
}

/* libmicrohttpd closes it after the reply, by its own time-out: it reads nothing any more. */
static void refuse_stuck(struct connection *connection)
{
    if (!connection->request->head_done) {
        connection_cut(connection);
        return;
    }
    metric_count(METRIC_HTTP_CUT);
    reply_raw(connection, "request_malformed");
    (void)MHD_set_connection_option(connection->mhd, MHD_CONNECTION_OPTION_TIMEOUT, 1u);
    http_loop_kick(connection->loop);
}

static void visit(struct connection *connection)
{
    if (connection->phase == CONNECTION_IDLE)
        watch_head(connection);
    if (connection->phase == CONNECTION_STREAMING)
        watch_stream(connection);
    if (gives_way(connection)) {
        shut(connection);
        return;
    }
    if (is_stuck(connection)) {
        refuse_stuck(connection);
        return;
    }
    if (uv_now(&connection->loop->uv) < connection->deadline_ms)
        return;
    switch (connection->phase) {
    case CONNECTION_IDLE:
    case CONNECTION_HEAD:
    case CONNECTION_RECEIVING:
    case CONNECTION_SENDING:
    case CONNECTION_STREAMING:
        connection_cut(connection);
        break;
    case CONNECTION_HANDLING:
        reply_deadline(connection);
        break;
    case CONNECTION_CUT:
    case CONNECTION_LINGERING:
        break;
    }
}

/* Throws away what came; true when the connection may be closed. */
static bool has_lingered(struct connection *connection)
{
    char nowhere[16384];

    for (;;) {
        ssize_t got = recv(connection->fd, nowhere, sizeof(nowhere), MSG_DONTWAIT);

        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return true;
        if (got < 0)
            break;
        connection->bytes_seen += (uint64_t)got;
        if (connection->bytes_seen > LINGER_BYTES)
            return true;
    }
    return uv_now(&connection->loop->uv) >= connection->deadline_ms;
}

static void sweep_lingering(struct http_loop *loop)
{
    struct connection *next;

    for (struct connection *at = loop->lingering; at != NULL; at = next) {
        next = at->next;
        if (loop->cut_all || has_lingered(at)) {
            (void)close(at->fd);
            forget(at);
        }
    }
}

void connection_sweep(struct http_loop *loop)
{
    struct connection *next;

    for (struct connection *at = loop->buckets[loop->ticks % LOOP_BUCKETS]; at != NULL; at = next) {
        next = at->next;
        visit(at);
    }
    sweep_lingering(loop);
}

void connection_close_idle(struct http_loop *loop)
{
    for (unsigned i = 0; i < LOOP_BUCKETS; i++) {
        for (struct connection *at = loop->buckets[i]; at != NULL; at = at->next) {
            if (is_unused(at))
                shut(at);
        }
    }
}

void connection_cut_all(struct http_loop *loop)
{
    for (unsigned i = 0; i < LOOP_BUCKETS; i++) {
        for (struct connection *at = loop->buckets[i]; at != NULL; at = at->next) {
            if (at->phase != CONNECTION_CUT)
                shut(at);
            if (at->suspended) {
                at->suspended = false;
                request_part(at);
                MHD_resume_connection(at->mhd);
            }
        }
    }
}
