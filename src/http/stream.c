/*
 * stream: replies without an end. libmicrohttpd asks for bytes (on_read) whenever it can send some;
 * while there are none the connection is suspended, and resumed by the next http_stream_send.
 */
#include "base/check.h"
#include "base/metric.h"
#include "http/connection.h"

/* What libmicrohttpd is told; its own buffer is in the connection's pool and smaller. */
#define BLOCK_BYTES 4096

static struct request *stream_of(struct http_request *http_request)
{
    struct request *request = (struct request *)(void *)http_request;

    CHECK_MAGIC(request, REQUEST_MAGIC);
    CHECK(request->stream != NULL && (request->holds & HOLD_HANDLER) != 0);
    return request;
}

static ssize_t on_read(void *cls, uint64_t position, char *out, size_t max)
{
    struct request *request = cls;
    struct stream *stream = request->stream;
    size_t len = stream->end - stream->begin;

    (void)position;
    if (request->connection == NULL || request->connection->phase == CONNECTION_CUT)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (len == 0 && stream->is_over)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (len == 0) {
        request->connection->suspended = true;
        MHD_suspend_connection(request->connection->mhd);
        return 0;
    }
    if (len > max)
        len = max;
    memcpy(out, stream->bytes + stream->begin, len);
    stream->begin += len;
    return (ssize_t)len;
}

void stream_wake(struct connection *connection)
{
    if (!connection->suspended)
        return; /* libmicrohttpd is about to ask */
    connection->suspended = false;
    MHD_resume_connection(connection->mhd);
    http_loop_kick(connection->loop);
}

bool http_stream_begin(struct http_request *http_request, const struct http_reply *head)
{
    struct request *request = (struct request *)(void *)http_request;
    struct http_loop *loop = http_request->loop;

    CHECK_MAGIC(request, REQUEST_MAGIC);
    CHECK((request->holds & HOLD_HANDLER) != 0 && request->stream == NULL && head->body.len == 0);
    if (loop->draining || loop->stream_count == HTTP_STREAMS_MAX)
        return false;
    loop->stream_count++;
    metric_add(METRIC_HTTP_STREAMS, 1);
    request->stream = ARENA_NEW(http_request->arena, struct stream);
    request->stream->bytes = arena_alloc_raw(http_request->arena, HTTP_STREAM_BYTES_MAX);
    if (request->connection == NULL)
        return true;
    /* libmicrohttpd would send the last chunk of a body that HEAD must not have. */
    if (http_request->method == HTTP_HEAD) {
        request->stream->is_over = true;
        reply_make(request, head);
        reply_deliver(request->connection);
        return true;
    }
    reply_begin(request,
                MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, on_read, request,
                                                  reply_body_sent),
                head);
    request->connection->bytes_seen = 0;
    connection_enter(request->connection, CONNECTION_STREAMING);
    reply_deliver(request->connection);
    return true;
}

static bool make_room(struct stream *stream, size_t len)
{
    size_t have = stream->end - stream->begin;

    if (have + len > HTTP_STREAM_BYTES_MAX)
        return false;
    if (stream->end + len > HTTP_STREAM_BYTES_MAX) {
        memmove(stream->bytes, stream->bytes + stream->begin, have);
        stream->begin = 0;
        stream->end = have;
    }
    return true;
}

bool http_stream_send(struct http_request *http_request, struct slice bytes)
{
    struct request *request = stream_of(http_request);
    struct stream *stream = request->stream;

    if (!http_is_awaited(http_request))
        return false;
    if (!make_room(stream, bytes.len)) {
        connection_cut(request->connection);
        return false;
    }
    memcpy(stream->bytes + stream->end, bytes.ptr, bytes.len);
    stream->end += bytes.len;
    stream_wake(request->connection);
    return true;
}

void stream_finish(struct request *request)
{
    if (request->stream->is_over)
        return;
    request->stream->is_over = true;
    if (request->connection == NULL)
        return;
    connection_enter(request->connection, CONNECTION_SENDING);
    stream_wake(request->connection);
}

void stream_finish_all(struct http_loop *loop)
{
    for (unsigned i = 0; i < LOOP_BUCKETS; i++) {
        for (struct connection *at = loop->buckets[i]; at != NULL; at = at->next) {
            if (at->phase == CONNECTION_STREAMING)
                stream_finish(at->request);
        }
    }
}

void http_stream_end(struct http_request *http_request)
{
    struct request *request = stream_of(http_request);

    stream_finish(request);
    http_request->loop->stream_count--;
    metric_add(METRIC_HTTP_STREAMS, -1);
    request_release(request, HOLD_HANDLER);
}
