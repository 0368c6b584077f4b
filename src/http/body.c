/*
 * body: how large the body of a request may be, and its bytes as they come.
 */
#include "base/check.h"
#include "http/connection.h"

/* The first piece of a chunked body makes room for this much; then doubled. */
#define BODY_MIN_BYTES ((size_t)1024)

static bool take_place(struct request *request)
{
    atomic_uint *taken = &request->base.loop->server->large_bodies;

    if (atomic_fetch_add(taken, 1) < HTTP_LARGE_BODIES_MAX) {
        request->is_large = true;
        return true;
    }
    atomic_fetch_sub(taken, 1);
    return false;
}

void body_leave(struct request *request)
{
    if (request->is_large)
        atomic_fetch_sub(&request->base.loop->server->large_bodies, 1);
    request->is_large = false;
}

const char *body_expect(struct request *request, size_t bytes, bool is_chunked)
{
    const struct http_handler *handler = &request->base.loop->server->handler;
    const char *refusal = NULL;

    request->body_size = bytes;
    request->body_max = HTTP_BODY_MAX;
    if (!is_chunked && bytes <= HTTP_BODY_MAX)
        return NULL;
    refusal = handler->large_body(handler->app, &request->base, &request->body_max);
    if (refusal != NULL)
        return refusal;
    CHECK(request->body_max >= HTTP_BODY_MAX && request->body_max <= HTTP_BODY_LARGE_MAX);
    if (bytes > request->body_max)
        return "body_too_large";
    return request->body_max > HTTP_BODY_MAX && !take_place(request) ? "overloaded" : NULL;
}

static void make_room(struct request *request, size_t need)
{
    size_t size = request->body_size;
    char *body;

    if (request->body != NULL && size >= need)
        return;
    if (size < BODY_MIN_BYTES && size < need)
        size = BODY_MIN_BYTES;
    while (size < need)
        size *= 2;
    /* Not zeroed: of a large body only what has come takes memory. */
    body = arena_alloc_raw(request->base.arena, size);
    if (request->base.body.len > 0)
        memcpy(body, request->base.body.ptr, request->base.body.len);
    request->body = body;
    request->body_size = size;
    request->base.body.ptr = body;
}

bool body_take(struct request *request, const char *bytes, size_t len)
{
    size_t have = request->base.body.len;

    /* libmicrohttpd takes no reply before the body's end. */
    if (have + len > request->body_max) {
        reply_raw(request->connection, "body_too_large");
        return false;
    }
    make_room(request, have + len);
    memcpy(request->body + have, bytes, len);
    request->base.body.len = have + len;
    return true;
}
