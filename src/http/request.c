/*
 * request: libmicrohttpd's callbacks, from the request line to the call of the handler.
 *
 * libmicrohttpd calls on_access for the head, for each piece of the body, and once more when
 * the request is whole; then again and again until there is a reply or the connection is suspended.
 */
#include <strings.h>

#include "base/check.h"
#include "http/connection.h"
#include "http/strict.h"

/*
 * POOL_BYTES is libmicrohttpd's memory for a connection: it holds the head, from the other end
 * 64 bytes for each header and cookie and a copy of the cookies, and in what is
 * left the body passes through and the reply's head is built. With less than this left a request
 * is refused, because libmicrohttpd would close the connection without a word, or spin. It clears
 * the whole pool after each request, so a larger one costs time.
 */
#define POOL_BYTES ((size_t)12288)
#define POOL_ENTRY_BYTES ((size_t)64)
#define POOL_LEFT_MIN_BYTES ((size_t)1024)

struct request *request_new(struct connection *connection)
{
    struct arena *arena = arena_new();
    struct request *request = ARENA_NEW(arena, struct request);

    request->magic = REQUEST_MAGIC;
    request->holds = HOLD_EXCHANGE;
    request->connection = connection;
    request->base.arena = arena;
    request->base.loop = connection->loop;
    request->base.body = SLICE_LIT("");
    memcpy(request->address, connection->address, sizeof(request->address));
    request->base.address = slice_str(request->address);
    memcpy(request->base.address_key, connection->address_key, sizeof(connection->address_key));
    request->base.from_loopback = connection->from_loopback;
    connection->request = request;
    return request;
}

void request_release(struct request *request, enum request_hold hold)
{
    CHECK_MAGIC(request, REQUEST_MAGIC);
    CHECK((request->holds & hold) != 0);
    request->holds &= ~(unsigned)hold;
    if (hold == HOLD_HANDLER)
        request->base.loop->handler_count--;
    if (request->holds == 0) {
        body_leave(request);
        arena_free(request->base.arena);
    }
}

void request_part(struct connection *connection)
{
    struct request *request = connection->request;

    if (request == NULL)
        return;
    connection->request = NULL;
    request->connection = NULL;
    if (request->response != NULL) {
        /* Made, and the client went before it could be queued. */
        MHD_destroy_response(request->response);
        request->response = NULL;
    }
    request_release(request, HOLD_EXCHANGE);
}

static void *on_request_line(void *cls, const char *target, struct MHD_Connection *mhd)
{
    struct connection *connection = connection_of(mhd);
    struct request *request = request_new(connection);
    struct slice text = slice_str(target);

    const char *mark = strchr(target, '?');

    (void)cls;
    connection_enter(connection, CONNECTION_RECEIVING);
    connection->body_unread = true;
    connection->loop->reading = connection;
    request->target_len = text.len;
    request->version = target + text.len + 1;
    if (text.len > HTTP_TARGET_MAX)
        request->target = TARGET_TOO_LONG;
    else if (!http_target_parse(text, request->base.arena, &request->base.path,
                                &request->base.query))
        request->target = TARGET_MALFORMED;
    /*
     * The query ends here for libmicrohttpd, which is about to write into this buffer too: it would
     * keep every parameter, and a few hundred make it forget the request without a reply.
     */
    if (mark != NULL && mark[1] != '\0')
        *(char *)(uintptr_t)(mark + 1) = '\0';
    return connection;
}

/* We decode the target ourselves; libmicrohttpd's own decoding would change it in place. */
static size_t on_unescape(void *cls, struct MHD_Connection *mhd, char *text)
{
    (void)cls;
    (void)mhd;
    return strlen(text);
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct connection *connection = connection_of(mhd);

    (void)cls;
    (void)context;
    (void)code;
    connection->suspended = false;
    request_part(connection);
    connection_enter(connection, CONNECTION_IDLE);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    switch (code) {
    case MHD_CONNECTION_NOTIFY_STARTED:
        *socket_context = connection_opened(cls, mhd);
        break;
    case MHD_CONNECTION_NOTIFY_CLOSED:
        connection_closed(*socket_context);
        *socket_context = NULL;
        break;
    }
}

static enum http_method method_of(const char *name)
{
    static const struct {
        const char *name;
        enum http_method method;
    } methods[] = {
        {"GET", HTTP_GET}, {"POST", HTTP_POST}, {"PATCH", HTTP_PATCH},     {"DELETE", HTTP_DELETE},
        {"PUT", HTTP_PUT}, {"HEAD", HTTP_HEAD}, {"OPTIONS", HTTP_OPTIONS},
    };

    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        if (strcmp(name, methods[i].name) == 0)
            return methods[i].method;
    }
    return HTTP_OTHER;
}

static bool id_is_good(struct slice id)
{
    if (id.len == 0 || id.len > 32)
        return false;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              c == '-' || c == '_' || c == '.'))
            return false;
    }
    return true;
}

static void take_id(struct request *request, const struct head *head)
{
    if (id_is_good(head->request_id))
        memcpy(request->base.request_id, head->request_id.ptr, head->request_id.len);
    else
        loop_new_id(request->base.loop, request->base.request_id);
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    head_header(cls, slice_of(name, name_len), slice_of(value, value_len));
    return MHD_YES;
}

struct joined {
    struct arena *arena;
    struct slice text;
};

static enum MHD_Result on_forwarded(void *cls, enum MHD_ValueKind kind, const char *name,
                                    size_t name_len, const char *value, size_t value_len)
{
    static const char wanted[] = "X-Forwarded-For";
    struct joined *joined = cls;

    (void)kind;
    if (name_len != sizeof(wanted) - 1 || strncasecmp(name, wanted, name_len) != 0)
        return MHD_YES;
    if (slice_is_absent(joined->text))
        joined->text = slice_of(value, value_len);
    else
        joined->text = arena_printf(joined->arena, "%.*s,%.*s", SLICE_ARG(joined->text),
                                    (int)value_len, value);
    return MHD_YES;
}

/*
 * All lines of X-Forwarded-For count as one list: a proxy may add a line of its own, and the
 * client's would stand first.
 */
static void find_address(struct request *request)
{
    struct connection *connection = request->connection;
    unsigned hops = (unsigned)connection->loop->server->settings->http_trusted_hops;
    struct joined joined = {request->base.arena, SLICE_ABSENT};

    if (hops == 0)
        return;
    (void)MHD_get_connection_values_n(connection->mhd, MHD_HEADER_KIND, on_forwarded, &joined);
    http_client_address(
        MHD_get_connection_info(connection->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
        joined.text, hops, request->address, request->base.address_key,
        &request->base.from_loopback);
    request->base.address = slice_str(request->address);
}

static bool pool_suffices(struct MHD_Connection *mhd, const struct head *head, size_t head_bytes)
{
    int entries = MHD_get_connection_values_n(mhd, MHD_HEADER_KIND | MHD_COOKIE_KIND, NULL, NULL);
    size_t used = head_bytes + head->cookie.len + (size_t)entries * POOL_ENTRY_BYTES;

    return used + POOL_LEFT_MIN_BYTES <= POOL_BYTES;
}

static void read_headers(struct request *request, struct head *head)
{
    (void)MHD_get_connection_values_n(request->connection->mhd, MHD_HEADER_KIND, on_header, head);
    request->head_done = true;
    take_id(request, head);
    find_address(request);
}

void request_read_headers(struct request *request, struct head *ret_head)
{
    *ret_head = (struct head){.line_end = request->version + strlen(request->version)};
    read_headers(request, ret_head);
}

/* `*` is a target of OPTIONS alone (RFC 9112 §3.2.4). */
static bool is_for_others(const struct request *request)
{
    return request->base.method != HTTP_OPTIONS && slice_eq_str(request->base.path, "*");
}

static const char *judge(struct request *request, enum head_outcome outcome)
{
    if (outcome == HEAD_TOO_LARGE)
        return "headers_too_large";
    if (request->target == TARGET_TOO_LONG)
        return "uri_too_long";
    if (outcome == HEAD_MALFORMED || request->target == TARGET_MALFORMED || is_for_others(request))
        return "request_malformed";
    if (outcome == HEAD_BODY_TOO_LARGE)
        return "body_too_large";
    return NULL;
}

/* Reads the head; the code of a refusal, or NULL when the request may go on. */
static const char *read_head(struct request *request, const char *target, const char *method,
                             const char *version)
{
    struct MHD_Connection *mhd = request->connection->mhd;
    size_t head_bytes =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    struct head head;
    enum head_outcome outcome;
    const char *refusal;

    request->base.method = method_of(method);
    head_begin(&head, method, target, request->target_len, version);
    read_headers(request, &head);
    outcome = head_end(&head, head_bytes);
    if (outcome != HEAD_TOO_LARGE && !pool_suffices(mhd, &head, head_bytes))
        outcome = HEAD_TOO_LARGE;
    request->connection->body_unread = head.chunked || head.body_bytes > 0;
    refusal = judge(request, outcome);
    return refusal != NULL ? refusal : body_expect(request, head.body_bytes, head.chunked);
}

static void handle(struct request *request)
{
    struct http_loop *loop = request->base.loop;
    const struct http_handler *handler = &loop->server->handler;

    request->connection->body_unread = false;
    request->handled = true;
    connection_enter(request->connection, CONNECTION_HANDLING);
    request->holds |= HOLD_HANDLER;
    loop->handler_count++;
    handler->request(handler->app, &request->base);
}

/*
 * The request is whole and not answered yet. The connection is suspended only when libmicrohttpd
 * asks the second time, at once after the first: by then it has stopped reading, and so after the
 * resume it does not read on before it replies. (It would close a connection whose client has
 * finished sending, and let a long pipeline take the memory the reply's head needs.)
 */
static enum MHD_Result finish(struct connection *connection, struct request *request)
{
    if (!request->handled)
        handle(request);
    else if (request->response == NULL) {
        connection->suspended = true;
        MHD_suspend_connection(connection->mhd);
    }
    if (request->response == NULL)
        return MHD_YES;
    return reply_queue(connection) ? MHD_YES : MHD_NO;
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *mhd, const char *target,
                                 const char *method, const char *version, const char *upload,
                                 size_t *upload_bytes, void **context)
{
    struct connection *connection = *context;
    struct request *request;
    const char *refusal;

    (void)cls;
    (void)mhd;
    CHECK_MAGIC(connection, CONNECTION_MAGIC);
    request = connection->request;
    if (request == NULL)
        return MHD_NO; /* cut while suspended */
    if (request->head_done) {
        size_t len = *upload_bytes;

        *upload_bytes = 0;
        if (len == 0)
            return finish(connection, request);
        return body_take(request, upload, len) ? MHD_YES : MHD_NO;
    }
    refusal = read_head(request, target, method, version);
    if (refusal == NULL)
        return MHD_YES;
    reply_refuse(request, refusal);
    return reply_queue(connection) ? MHD_YES : MHD_NO;
}

struct MHD_Daemon *request_daemon(struct http_loop *loop)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
        NULL, NULL, on_access, loop, MHD_OPTION_EXTERNAL_LOGGER, overhear, loop,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)loop->server->settings->http_connections, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, loop, MHD_OPTION_URI_LOG_CALLBACK, on_request_line, loop,
        MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, loop, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        loop, MHD_OPTION_END);
}
