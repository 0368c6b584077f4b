/*
 * http: requests in, replies out; nothing about phones or accounts.
 *
 * One http_server holds one event loop (libuv) per thread, each with its own SO_REUSEPORT
 * listener, its own libmicrohttpd daemon (external epoll, RFC 9112) and its own connections. Loops
 * share nothing. The handler is called on the loop's thread once the whole request is in, and
 * either finishes it before returning or later, from the same thread, with http_reply. Requests of
 * one connection are handled and answered one after the other (pipelining costs nothing extra).
 *
 * Refused before the handler is called, through `refuse`, and the connection closed:
 *   400 request_malformed   Content-Length with Transfer-Encoding, repeated or not a number; a
 *                           transfer coding but exactly "chunked", or any in HTTP/1.0; Host
 *                           missing in HTTP/1.1, repeated or not a host; control bytes or NUL in
 *                           a header, a name that is not a token, a folded line; more than one
 *                           space in the request line; a target http_target_parse refuses
 *   413 body_too_large      above HTTP_BODY_MAX, or what the handler's large_body allows: at once
 *                           when Content-Length says so, else as soon as so much has come
 *   414 uri_too_long        a target above HTTP_TARGET_MAX
 *   431 headers_too_large   a head above HTTP_HEAD_MAX, or so many headers and cookies (48 in a
 *                           head of that size, 160 in a short one) that libmicrohttpd's memory for
 *                           them runs out; trailers that outgrow it
 *   503 overloaded          HTTP_LARGE_BODIES_MAX requests may have more than HTTP_BODY_MAX already
 * besides, of chunked bodies: 400 request_malformed, a chunk without its size or end, or with an
 * extension that outgrows the memory (after a second or two); 413 body_too_large, a size beyond 64
 * bits.
 *
 * libmicrohttpd answers itself, with a short HTML page and Connection: close, before any of our
 * code sees the request: a request line without a version (400), with one other than HTTP/1.x (400,
 * 505) or longer than its 12 KiB (414); a header or trailer line without a colon (400). Nor can a
 * head beyond 12 KiB (431) and chunks that are malformed be told from others' (see overheard.c) and
 * so be refused by us while another request comes in on the same loop: then its page stands. A
 * request line that begins with a space or has none is answered by closing.
 *
 * Deadlines (settings http.*, looked at once a second): idle_s without a request, or two seconds
 * while all http.connections are held; request_s from a request's first byte to its last, and again
 * from the reply to its last byte taken: then the connection is cut (METRIC_HTTP_CUT). request_s
 * from the handler's call to http_reply: then `refuse` writes a 503 "deadline". A stream
 * (http_stream_begin) has no deadline as a whole.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <uv.h>

#include "base/arena.h"
#include "base/settings.h"

/* Named maxima (security.md): what is larger never reaches a handler. */
#define HTTP_BODY_MAX ((size_t)16384) /* where the handler does not allow more */
#define HTTP_BODY_LARGE_MAX (((size_t)1 << 20) + HTTP_BODY_MAX) /* the most it may allow */
#define HTTP_LARGE_BODIES_MAX 64 /* requests that it has allowed more, over all loops */
#define HTTP_TARGET_MAX ((size_t)2048)
#define HTTP_HEAD_MAX ((size_t)8192)

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_OTHER, /* any other token, e.g. TRACE */
};

/*
 * One request. Every slice and pointer lives until http_reply returns, also when the client is gone
 * long before. `arena` is the request's; http itself uses it only within the calls of this header,
 * so it may be in another thread's hands between them.
 */
struct http_request {
    enum http_method method;
    /* Percent-decoded, begins with '/', valid UTF-8, no NUL, no "." segments; or "*", of OPTIONS
     * for the whole server. */
    struct slice path;
    struct slice query;     /* as sent, without '?'; absent when there is none */
    struct slice body;      /* empty and present when there is none */
    struct slice address;   /* the client's, as text: IPv4 dotted, IPv6 canonical; "?" if unknown */
    uint8_t address_key[8]; /* IPv4 address, or the /64 prefix of IPv6: what limits count by */
    bool from_loopback;     /* the client (behind trusted hops) is this machine */
    char request_id[33];    /* the client's X-Request-Id when well-formed, else 32 random hex */
    struct arena *arena;
    struct http_loop *loop;
    void *state; /* the handler's own */
};

/*
 * A header's value by its name (case does not matter), copied into the request's arena; the first
 * of several. Absent when it is not there or the client is gone: read headers in the handler's
 * call.
 */
struct slice http_header(const struct http_request *request, const char *name);

/*
 * A query parameter, percent-decoded into the request's arena; absent when it is not there. `+` is
 * a space, as forms write it, but stays `+` where a value begins with it, so that a telephone
 * number may stand there as it is. The first of several counts. `?others` gives an empty present
 * slice, and so does a value with bad escapes, NUL or invalid UTF-8: no value that means anything
 * is empty.
 */
struct slice http_query(const struct http_request *request, const char *name);

/* At most this many extra headers on a reply. */
#define HTTP_HEADERS_MAX 10

struct http_reply {
    unsigned status;
    const char *content_type; /* static text; NULL for no body */
    struct slice body;        /* in the request's arena, or static */
    unsigned header_count;
    struct {
        const char *name;  /* static, as in the RFCs ("Cache-Control") */
        const char *value; /* static or in the request's arena; left out if empty or with CR, LF */
    } headers[HTTP_HEADERS_MAX];
};

/* Adds a header; more than HTTP_HEADERS_MAX is our mistake. */
void http_reply_header(struct http_reply *reply, const char *name, const char *value);

/*
 * Answers; call exactly once for each request, on its loop's thread, in the handler's call or any
 * time later. Adds X-Request-Id, X-Content-Type-Options, Cache-Control: no-store (unless given)
 * and, while the server stops, Connection: close; for 503 the handler sets Retry-After. A HEAD
 * request gets the head only. The body is not copied; it leaves when this turn of the loop ends.
 * When the client is gone or http has answered by its own deadline, this only frees. The request is
 * gone afterwards.
 */
void http_reply(struct http_request *request, const struct http_reply *reply);

/*
 * Replies without an end: http_stream_begin instead of http_reply, then http_stream_send as often
 * as there is something, then http_stream_end exactly once.
 *
 *     if (!http_stream_begin(request, &(struct http_reply){.status = 200,
 *                                                          .content_type = "text/event-stream"}))
 *         ... http_reply with a 503 ...
 *     http_stream_send(request, SLICE_LIT("data: hello\n\n"));
 *     ...
 *     http_stream_end(request);
 *
 * Between begin and end the request, its arena and whatever is in it stay valid, on its loop's
 * thread. A stream is over, and http_is_awaited false, when its client has left (seen within about
 * a second), has left more than HTTP_STREAM_BYTES_MAX unread, or for http.request_s has taken
 * nothing of what there was for it; also when the server stops, and then the client gets a proper
 * end at once. The owner has to look, every few seconds say, and to call http_stream_end.
 */
#define HTTP_STREAM_BYTES_MAX ((size_t)65536) /* sent by the owner, not yet by the kernel */
#define HTTP_STREAMS_MAX 64                   /* a loop */

/*
 * Sends status and headers; the body of `head` must be empty. To HEAD nothing else is sent, and the
 * stream is over. False, and nothing was done, when the
 * loop has HTTP_STREAMS_MAX already or the server stops.
 */
MUST_CHECK bool http_stream_begin(struct http_request *request, const struct http_reply *head);

/* Copies `bytes`; they leave when this turn of the loop ends. False when the stream is over, or is
 * by this: a part of what was sent may be lost, but never from the middle. */
bool http_stream_send(struct http_request *request, struct slice bytes);

/* The body ends after what was sent. The request is gone afterwards. */
void http_stream_end(struct http_request *request);

/* Does anybody wait for the reply, or for more of it? Not when the client is known to be gone, nor
 * when http has answered by its own deadline or ended the stream. */
bool http_is_awaited(const struct http_request *request);

/* What the floor above supplies; no member may be NULL. All are called on the loop's thread. */
struct http_handler {
    /*
     * Opens per-loop state (a store port, a token cache) before the loop runs; false stops the
     * start, and loop_close is not called for that loop. The result is http_loop_state().
     */
    bool (*loop_open)(void *app, struct http_loop *loop, void **ret_state);
    /*
     * Every request has been replied to. What was opened on http_loop_uv() is closed with uv_close
     * here; the loop runs on until all of it is closed.
     */
    void (*loop_close)(void *app, void *state);
    /*
     * A head is in whose body is longer than HTTP_BODY_MAX, or chunked: sets *ret_max to the most
     * it may have, HTTP_BODY_MAX to HTTP_BODY_LARGE_MAX, and gives NULL; or gives a code for
     * `refuse`, when this client's body is not worth reading. There is no body yet, and no `state`.
     */
    const char *(*large_body)(void *app, struct http_request *request, size_t *ret_max);
    /* A whole, well-formed request; http_reply must follow, now or later. */
    void (*request)(void *app, struct http_request *request);
    /*
     * Fills `reply` for what http itself answers (code is "request_malformed",
     * "headers_too_large", "body_too_large", "uri_too_long", "overloaded", "deadline" or one of
     * large_body), so that it looks like every other error. http sends it: no http_reply.
     * request->path may be absent.
     *
     * For "deadline", `request` is a copy with an arena of its own, and `state` NULL; the request
     * the handler holds stays valid and is still ended by http_reply, which then only frees it.
     */
    void (*refuse)(void *app, struct http_request *request, const char *code,
                   struct http_reply *reply);
    /*
     * http_stop was called: streams have their end (after this call) and what waits for nothing but
     * its time should be replied to now, and what takes long be broken off; the same goes for
     * requests that come from now on. Once; may call http_reply.
     */
    void (*loop_drain)(void *app, void *state);
    /* All that could be done is done, and the loop is about to wait. May call http_reply. */
    void (*loop_rest)(void *app, void *state);
    void *app;
};

struct http_server;

/* The loop's libuv loop, for async handles and timers of the floor above. */
uv_loop_t *http_loop_uv(struct http_loop *loop);
void *http_loop_state(struct http_loop *loop);
/* Lets libmicrohttpd run before the loop waits, once for all replies made in this turn. http_reply
 * does it itself. */
void http_loop_kick(struct http_loop *loop);

#define HTTP_ERROR_SIZE 256

/*
 * Binds settings->http_listen and starts the loops' threads, which take no signals; ret_error is
 * for a person. `settings` and handler->app must outlive the server. Raises the soft limit of open
 * files where http.connections needs it.
 */
MUST_CHECK bool http_start(const struct settings *settings, const struct http_handler *handler,
                           struct http_server **ret_server, char ret_error[HTTP_ERROR_SIZE]);

/* "127.0.0.1:43211": the address bound, with the real port. */
const char *http_address(const struct http_server *server);

/*
 * Stops listening, closes idle connections at once, lets running requests finish and be sent for at
 * most `grace_ms`, then cuts the rest, joins the threads and frees the server. Requests that the
 * handler holds are waited for however long that takes, because other threads may be using their
 * arenas; so a handler must reply to each, and is told by loop_drain that it should be soon. From
 * any thread but a loop's.
 */
void http_stop(struct http_server *server, unsigned grace_ms);

/*
 * The client's address: the socket's, or with `trusted_hops` n > 0 the n-th address of
 * X-Forwarded-For counted from the right, each with or without the client's port (`1.2.3.4:5678`,
 * `[2001:db8::1]:443`); fewer addresses or anything that is not an address gives the socket's.
 * Writes a canonical text (an IPv4-mapped address as IPv4), "?" when there is none, and the key
 * limits count by.
 */
#define HTTP_ADDRESS_SIZE 46
struct sockaddr;
void http_client_address(const struct sockaddr *socket_address, struct slice forwarded,
                         unsigned trusted_hops, char out[HTTP_ADDRESS_SIZE], uint8_t key[8],
                         bool *ret_loopback);

/*
 * Splits a request target ("/v1/a%20b?c=d", "http://host:80/v1", "*") into decoded path and raw
 * query, both in the arena or static; the scheme and host of an absolute form go. False when it is
 * none of these, has control bytes, spaces or '#', or when the path has bad escapes, NUL, an
 * escaped '/', invalid UTF-8, or "." / ".." segments.
 */
MUST_CHECK bool http_target_parse(struct slice target, struct arena *arena, struct slice *ret_path,
                                  struct slice *ret_query);

/* The first value of `name` in a query string, decoded into the arena; absent when not there. */
struct slice http_query_find(struct slice query, const char *name, struct arena *arena);

#endif
