/*
 * reply: from struct http_reply to libmicrohttpd's response, at once or after a suspension.
 */
#include <sys/socket.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/metric.h"
#include "http/connection.h"
#include "http/strict.h"

/* More than any refusal takes. */
#define RAW_REPLY_MAX_BYTES ((size_t)8192)

/* A value with CR or LF, or an empty one, is left out: libmicrohttpd refuses it. */
static void add(struct MHD_Response *response, const char *name, const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

static void add_headers(struct request *request, struct MHD_Response *response,
                        const struct http_reply *reply)
{
    bool has_cache_control = false;

    for (unsigned i = 0; i < reply->header_count; i++) {
        add(response, reply->headers[i].name, reply->headers[i].value);
        if (strcmp(reply->headers[i].name, "Cache-Control") == 0)
            has_cache_control = true;
    }
    if (reply->content_type != NULL)
        add(response, "Content-Type", reply->content_type);
    if (!has_cache_control)
        add(response, "Cache-Control", "no-store");
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "X-Request-Id", request->base.request_id);
    if (request->base.loop->draining)
        add(response, "Connection", "close");
}

static void count(const struct http_reply *reply)
{
    metric_count(METRIC_HTTP_REQUESTS);
    if (reply->status >= 500)
        metric_count(METRIC_HTTP_5XX);
    else if (reply->status >= 400)
        metric_count(METRIC_HTTP_4XX);
}

void reply_begin(struct request *request, struct MHD_Response *response,
                 const struct http_reply *reply)
{
    CHECK(!request->answered && reply->status >= 200 && reply->status <= 599);
    CHECK(response != NULL);
    request->answered = true;
    request->status = reply->status;
    request->holds |= HOLD_BODY;
    request->response = response;
    add_headers(request, response, reply);
    count(reply);
}

void reply_body_sent(void *request)
{
    request_release(request, HOLD_BODY);
}

void reply_make(struct request *request, const struct http_reply *reply)
{
    bool has_body = reply->content_type != NULL && reply->body.len > 0;
    void *body = (void *)(uintptr_t)(has_body ? reply->body.ptr : "");

    reply_begin(request,
                MHD_create_response_from_buffer_with_free_callback_cls(
                    has_body ? reply->body.len : 0, body, reply_body_sent, request),
                reply);
    connection_enter(request->connection, CONNECTION_SENDING);
}

bool reply_queue(struct connection *connection)
{
    struct request *request = connection->request;
    struct MHD_Response *response = request->response;
    enum MHD_Result taken = MHD_queue_response(connection->mhd, request->status, response);

    request->response = NULL;
    MHD_destroy_response(response); /* ours; libmicrohttpd has counted its own */
    return taken == MHD_YES;
}

/* See finish in request.c. */
void reply_deliver(struct connection *connection)
{
    if (!connection->suspended)
        return; /* libmicrohttpd is about to ask again */
    connection->suspended = false;
    if (!reply_queue(connection))
        (void)shutdown(connection->fd, SHUT_RDWR);
    MHD_resume_connection(connection->mhd);
    http_loop_kick(connection->loop);
}

void http_reply_header(struct http_reply *reply, const char *name, const char *value)
{
    CHECK(reply->header_count < HTTP_HEADERS_MAX);
    reply->headers[reply->header_count].name = name;
    reply->headers[reply->header_count].value = value;
    reply->header_count++;
}

bool http_is_awaited(const struct http_request *http_request)
{
    const struct request *request = (const struct request *)(const void *)http_request;

    CHECK_MAGIC(request, REQUEST_MAGIC);
    return request->connection != NULL && (request->stream == NULL || !request->stream->is_over) &&
           request->connection->phase != CONNECTION_CUT;
}

void http_reply(struct http_request *http_request, const struct http_reply *reply)
{
    struct request *request = (struct request *)(void *)http_request;

    CHECK_MAGIC(request, REQUEST_MAGIC);
    CHECK((request->holds & HOLD_HANDLER) != 0);
    if (request->connection != NULL) {
        reply_make(request, reply);
        reply_deliver(request->connection);
    }
    request_release(request, HOLD_HANDLER);
}

void reply_refuse(struct request *request, const char *code)
{
    const struct http_handler *handler = &request->base.loop->server->handler;
    struct http_reply reply = {0};

    handler->refuse(handler->app, &request->base, code, &reply);
    reply_make(request, &reply);
}

/* The reply as text, with what libmicrohttpd adds to its responses. */
static struct slice serialize(const struct request *request, const struct http_reply *reply)
{
    struct arena *arena = request->base.arena;
    struct buf buf = buf_new(arena, 1024, RAW_REPLY_MAX_BYTES);

    buf_printf(&buf, "HTTP/1.1 %u %s\r\nConnection: close\r\n", reply->status,
               MHD_get_reason_phrase_for(reply->status));
    for (unsigned i = 0; i < reply->header_count; i++)
        buf_printf(&buf, "%s: %s\r\n", reply->headers[i].name, reply->headers[i].value);
    if (reply->content_type != NULL)
        buf_printf(&buf, "Content-Type: %s\r\n", reply->content_type);
    buf_printf(&buf,
               "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
               "X-Request-Id: %s\r\nContent-Length: %zu\r\n\r\n",
               request->base.request_id, reply->body.len);
    if (request->base.method != HTTP_HEAD)
        buf_slice(&buf, reply->body);
    return buf_view(&buf, NULL);
}

void reply_raw(struct connection *connection, const char *code)
{
    struct request *request = connection->request;
    const struct http_handler *handler = &connection->loop->server->handler;
    struct http_reply reply = {0};
    struct slice text;

    handler->refuse(handler->app, &request->base, code, &reply);
    text = serialize(request, &reply);
    count(&reply);
    connection_enter(connection, CONNECTION_SENDING);
    /* A client that does not even have room for this gets what there is room for. */
    (void)send(connection->fd, text.ptr, text.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(connection->fd, SHUT_WR);
}

/* The same request for the connection's own reply, with memory that nobody else uses. */
static struct request *stand_in(struct connection *connection, const struct request *slow)
{
    struct request *request = request_new(connection);
    struct arena *arena = request->base.arena;

    request->base.method = slow->base.method;
    request->base.path = arena_copy(arena, slow->base.path);
    request->base.query = arena_copy(arena, slow->base.query);
    memcpy(request->address, slow->address, sizeof(slow->address));
    request->base.address = slice_str(request->address);
    memcpy(request->base.address_key, slow->base.address_key, sizeof(slow->base.address_key));
    memcpy(request->base.request_id, slow->base.request_id, sizeof(slow->base.request_id));
    request->base.from_loopback = slow->base.from_loopback;
    request->head_done = true;
    request->handled = true;
    return request;
}

/*
 * The handler keeps its request, whose arena may be in another thread's hands; the connection goes
 * on with a stand-in.
 */
void reply_deadline(struct connection *connection)
{
    struct request *slow = connection->request;
    struct request *request;

    CHECK(slow != NULL && slow->response == NULL && (slow->holds & HOLD_HANDLER) != 0);
    request = stand_in(connection, slow);
    slow->connection = NULL;
    request_release(slow, HOLD_EXCHANGE);
    reply_refuse(request, "deadline");
    reply_deliver(connection);
}

struct slice http_header(const struct http_request *http_request, const char *name)
{
    const struct request *request = (const struct request *)(const void *)http_request;
    const char *value;
    size_t len;

    CHECK_MAGIC(request, REQUEST_MAGIC);
    if (request->connection == NULL ||
        MHD_lookup_connection_value_n(request->connection->mhd, MHD_HEADER_KIND, name, strlen(name),
                                      &value, &len) != MHD_YES)
        return SLICE_ABSENT;
    return arena_copy(http_request->arena, slice_trim(slice_of(value, len)));
}

struct slice http_query(const struct http_request *request, const char *name)
{
    return http_query_find(request->query, name, request->arena);
}
