/* peer: see peer.h. */
#include "unit.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/metric.h"
#include "peer.h"

static const char large[PEER_LARGE_BYTES];
char peer_reply[PEER_REPLY_MAX_BYTES];

struct loop {
    struct http_loop *http;
    uv_async_t wake;
    struct waiting *waiting;
    unsigned rests;
    unsigned drains;
};

/* A request that is answered later: after `timer`, or with the next wake-up. */
struct waiting {
    struct waiting *next;
    struct http_request *request;
    uv_timer_t timer;
};

static void say(struct http_request *request, unsigned status, struct slice body)
{
    struct http_reply answer = {.status = status, .content_type = "text/plain", .body = body};

    http_reply_header(&answer, "X-Empty", "");
    http_reply(request, &answer);
}

static void on_wake(uv_async_t *handle)
{
    struct loop *loop = handle->data;
    struct waiting *waiting = loop->waiting;

    loop->waiting = NULL;
    while (waiting != NULL) {
        struct waiting *next = waiting->next;

        say(waiting->request, 200, waiting->request->query);
        waiting = next;
    }
    http_loop_kick(loop->http);
}

static void free_data(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_timer(uv_timer_t *timer)
{
    struct waiting *waiting = timer->data;
    struct slice agent = http_header(waiting->request, "User-Agent");

    say(waiting->request, 200, slice_is_absent(agent) ? SLICE_LIT("late") : agent);
    uv_close((uv_handle_t *)timer, free_data);
}

static void answer_later(struct http_request *request, uint64_t after_ms)
{
    struct waiting *waiting = calloc(1, sizeof(*waiting));

    assert_non_null(waiting);
    waiting->request = request;
    assert_int_equal(uv_timer_init(http_loop_uv(request->loop), &waiting->timer), 0);
    waiting->timer.data = waiting;
    assert_int_equal(uv_timer_start(&waiting->timer, on_timer, after_ms, 0), 0);
}

static void answer_soon(struct http_request *request)
{
    struct loop *loop = http_loop_state(request->loop);
    struct waiting *waiting = ARENA_NEW(request->arena, struct waiting);

    waiting->request = request;
    waiting->next = loop->waiting;
    loop->waiting = waiting;
    (void)uv_async_send(&loop->wake);
}

/* A reply without an end; in its request's arena. */
struct streaming {
    struct http_request *request;
    uv_timer_t timer;
    unsigned ticks_left; /* UINT_MAX: it says nothing more */
    bool floods;
};

static void on_stream_closed(uv_handle_t *timer)
{
    struct streaming *streaming = timer->data;

    http_stream_end(streaming->request);
}

static void on_stream_tick(uv_timer_t *timer)
{
    struct streaming *streaming = timer->data;
    bool is_over = !http_is_awaited(streaming->request);

    if (streaming->floods) {
        is_over = !http_stream_send(streaming->request, slice_of(large, 4096));
    } else if (streaming->ticks_left == 0) {
        is_over = true;
    } else if (streaming->ticks_left != UINT_MAX) {
        is_over = !http_stream_send(streaming->request, SLICE_LIT("tick\n"));
        streaming->ticks_left--;
    }
    if (is_over)
        uv_close((uv_handle_t *)timer, on_stream_closed);
}

static void begin_stream(struct http_request *request, bool floods)
{
    struct http_reply head = {.status = 200, .content_type = "text/plain"};
    struct streaming *streaming = ARENA_NEW(request->arena, struct streaming);

    if (!http_stream_begin(request, &head)) {
        say(request, 503, SLICE_LIT("no stream"));
        return;
    }
    streaming->request = request;
    streaming->floods = floods;
    streaming->ticks_left = slice_is_absent(request->query)
                                ? UINT_MAX
                                : (unsigned)strtoul(request->query.ptr, NULL, 10);
    (void)http_stream_send(request, SLICE_LIT("hello\n"));
    assert_int_equal(uv_timer_init(http_loop_uv(request->loop), &streaming->timer), 0);
    streaming->timer.data = streaming;
    assert_int_equal(uv_timer_start(&streaming->timer, on_stream_tick, 1, floods ? 1 : 20), 0);
}

static void echo(struct http_request *request)
{
    struct slice name = http_query(request, "name");

    say(request, 200,
        arena_printf(request->arena, "%d %.*s name=%.*s body=%zu:%.*s from=%.*s%s",
                     (int)request->method, SLICE_ARG(request->path), SLICE_ARG(name),
                     request->body.len, (int)(request->body.len > 20 ? 20 : request->body.len),
                     request->body.ptr, SLICE_ARG(request->address),
                     request->from_loopback ? " local" : ""));
}

static void on_request(void *app, struct http_request *request)
{
    struct http_reply nothing = {.status = 204};

    (void)app;
    if (slice_eq_str(request->path, "/soon")) {
        answer_soon(request);
    } else if (slice_eq_str(request->path, "/late")) {
        answer_later(request, strtoul(request->query.ptr, NULL, 10));
    } else if (slice_eq_str(request->path, "/large")) {
        say(request, 200, slice_of(large, sizeof(large)));
    } else if (slice_eq_str(request->path, "/nothing")) {
        http_reply_header(&nothing, "Cache-Control", "public");
        http_reply(request, &nothing);
    } else if (slice_eq_str(request->path, "/stream") || slice_eq_str(request->path, "/flood")) {
        begin_stream(request, slice_eq_str(request->path, "/flood"));
    } else {
        echo(request);
    }
}

static const char *on_large_body(void *app, struct http_request *request, size_t *ret_max)
{
    (void)app;
    if (slice_eq_str(request->path, "/stranger"))
        return "token_missing";
    if (slice_eq_str(request->path, "/picture") && request->method == HTTP_PUT)
        *ret_max = HTTP_BODY_LARGE_MAX;
    else
        *ret_max = HTTP_BODY_MAX;
    return NULL;
}

static void on_refuse(void *app, struct http_request *request, const char *code,
                      struct http_reply *answer)
{
    (void)app;
    answer->status = strcmp(code, "deadline") == 0            ? 503
                     : strcmp(code, "overloaded") == 0        ? 503
                     : strcmp(code, "token_missing") == 0     ? 401
                     : strcmp(code, "body_too_large") == 0    ? 413
                     : strcmp(code, "uri_too_long") == 0      ? 414
                     : strcmp(code, "headers_too_large") == 0 ? 431
                                                              : 400;
    answer->content_type = "text/plain";
    answer->body = arena_printf(request->arena, "refused %s %.*s", code,
                                SLICE_ARG(http_header(request, "Accept-Language")));
    http_reply_header(answer, "X-Refused", "yes");
}

static bool on_loop_open(void *app, struct http_loop *http, void **ret_state)
{
    struct loop *loop = calloc(1, sizeof(*loop));

    assert_non_null(loop);
    loop->http = http;
    assert_int_equal(uv_async_init(http_loop_uv(http), &loop->wake, on_wake), 0);
    loop->wake.data = loop;
    if (app != NULL) {
        uv_close((uv_handle_t *)&loop->wake, free_data);
        return false;
    }
    *ret_state = loop;
    return true;
}

static void on_loop_close(void *app, void *state)
{
    struct loop *loop = state;

    (void)app;
    assert_true(loop->rests > 0);
    assert_int_equal(loop->drains, 1);
    uv_close((uv_handle_t *)&loop->wake, free_data);
}

static void on_loop_drain(void *app, void *state)
{
    struct loop *loop = state;

    (void)app;
    loop->drains++;
}

static void on_loop_rest(void *app, void *state)
{
    struct loop *loop = state;

    (void)app;
    loop->rests++;
}

struct http_handler peer_handler(bool fails)
{
    static char failing;
    void *app = fails ? &failing : NULL;

    return (struct http_handler){on_loop_open, on_loop_close, on_large_body, on_request,
                                 on_refuse,    on_loop_drain, on_loop_rest,  app};
}

struct settings peer_settings(unsigned loops)
{
    return (struct settings){.http_listen = (char *)(uintptr_t) "127.0.0.1:0",
                             .http_loops = loops,
                             .http_connections = 100,
                             .http_idle_s = 3,
                             .http_request_s = 1};
}

struct http_server *peer_start(const struct settings *settings)
{
    struct http_handler handler = peer_handler(false);
    struct http_server *server;
    char error[HTTP_ERROR_SIZE];

    if (!http_start(settings, &handler, &server, error))
        fail_msg("%s", error);
    return server;
}

void peer_stop(struct http_server *server)
{
    http_stop(server, 2000);
    assert_int_equal(metric_get(METRIC_HTTP_CONNECTIONS), 0);
}

int peer_dial(const struct http_server *server)
{
    unsigned port = (unsigned)strtoul(strrchr(http_address(server), ':') + 1, NULL, 10);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval patience = {.tv_sec = 10};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    return fd;
}

void peer_give(int fd, struct slice text)
{
    while (text.len > 0) {
        ssize_t sent = send(fd, text.ptr, text.len, MSG_NOSIGNAL);

        if (sent <= 0)
            return; /* closed on us: the reply tells why */
        text = slice_after(text, (size_t)sent);
    }
}

size_t peer_hear(int fd)
{
    size_t len = 0;
    ssize_t got;

    while ((got = recv(fd, peer_reply + len, sizeof(peer_reply) - 1 - len, 0)) > 0)
        len += (size_t)got;
    if (got < 0 && errno == EAGAIN)
        fail_msg("not closed; after %zu bytes: %s", len, peer_reply);
    peer_reply[len] = '\0';
    (void)close(fd);
    return len;
}

size_t peer_ask_slice(const struct http_server *server, struct slice text)
{
    int fd = peer_dial(server);

    peer_give(fd, text);
    return peer_hear(fd);
}

size_t peer_ask(const struct http_server *server, const char *text)
{
    return peer_ask_slice(server, slice_str(text));
}

unsigned peer_count(const char *needle)
{
    unsigned count = 0;

    for (const char *at = peer_reply; (at = strstr(at, needle)) != NULL; at++)
        count++;
    return count;
}

void peer_assert_said(const char *needle)
{
    if (strstr(peer_reply, needle) == NULL)
        fail_msg("no \"%s\" in: %s", needle, peer_reply);
}
