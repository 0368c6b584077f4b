/*
 * connection: what we know of each client's connection beside libmicrohttpd: the state it is in,
 * the deadline of that state, and the request under way. One sweep per loop compares deadlines; no
 * connection has a timer of its own (PgBouncer's janitor).
 */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include <stdarg.h>

#include "http/loop.h"

#define CONNECTION_MAGIC 0x636f6e6eu
#define REQUEST_MAGIC 0x72657173u

enum connection_phase {
    CONNECTION_IDLE,      /* waits for a request: http.idle_s */
    CONNECTION_HEAD,      /* bytes came, but no whole request line yet: http.request_s */
    CONNECTION_RECEIVING, /* from the request line to the body's end: still the same deadline */
    CONNECTION_HANDLING,  /* the floor above has the request: http.request_s, then 503 */
    CONNECTION_SENDING,   /* the reply is queued: http.request_s */
    CONNECTION_STREAMING, /* a reply without an end is under way: see watch_stream */
    CONNECTION_CUT,       /* shut down, waits for libmicrohttpd to notice */
    CONNECTION_LINGERING, /* libmicrohttpd has closed it; see connection_closed */
};

struct connection {
    uint32_t magic;
    enum connection_phase phase;
    struct http_loop *loop;
    struct MHD_Connection *mhd; /* NULL when lingering */
    int fd;
    bool suspended;
    bool body_unread; /* answered before the whole request was read */
    struct connection *prev;
    struct connection *next;
    struct connection **list; /* the bucket it is in */
    struct request *request;  /* under way; NULL between requests */
    uint64_t since_ms;        /* when it became idle */
    uint64_t deadline_ms;
    int unread_bytes; /* in the kernel at the last look, while a request comes in */
    /* Received when it was first seen idle; discarded when lingering; acknowledged by the client
     * when streaming. */
    uint64_t bytes_seen;
    char address[HTTP_ADDRESS_SIZE];
    uint8_t address_key[8];
    bool from_loopback;
};

/* Who may still use a request; its memory is freed when the last of them lets go. */
enum request_hold {
    HOLD_EXCHANGE = 1, /* the connection, until libmicrohttpd is done with the request */
    HOLD_HANDLER = 2,  /* the floor above, from the call of its handler until http_reply or
                          http_stream_end */
    HOLD_BODY = 4,     /* the reply's body, until it is sent */
};

/* The bytes of a stream that libmicrohttpd has not taken yet; in the request's arena. */
struct stream {
    char *bytes; /* HTTP_STREAM_BYTES_MAX */
    size_t begin;
    size_t end;
    bool is_over; /* no more will come */
};

enum target_outcome { TARGET_OK, TARGET_MALFORMED, TARGET_TOO_LONG };

struct request {
    struct http_request base; /* must be first: http_reply gets a pointer to it */
    uint32_t magic;
    unsigned holds;
    struct connection *connection; /* NULL once the connection went on or away */
    enum target_outcome target;
    size_t target_len;
    const char *version; /* in libmicrohttpd's buffer */
    bool head_done;
    bool handled; /* the handler was called */
    bool answered;
    char *body; /* body_size bytes, base.body.len of them used */
    size_t body_size;
    size_t body_max;
    bool is_large;                 /* has a place among HTTP_LARGE_BODIES_MAX */
    struct MHD_Response *response; /* made and not yet given to libmicrohttpd */
    unsigned status;
    struct stream *stream; /* NULL: an ordinary reply */
    char address[HTTP_ADDRESS_SIZE];
};

/* Both directions of libmicrohttpd's MHD_OPTION_NOTIFY_CONNECTION. */
struct connection *connection_opened(struct http_loop *loop, struct MHD_Connection *mhd);
void connection_closed(struct connection *connection);

/* The connection of a libmicrohttpd connection. */
struct connection *connection_of(struct MHD_Connection *mhd);

/* Enters a phase; its deadline begins now. CONNECTION_RECEIVING keeps the one of _HEAD. */
void connection_enter(struct connection *connection, enum connection_phase phase);

/* Looks at each connection of the next bucket: deadlines, first bytes of drip-fed heads. */
void connection_sweep(struct http_loop *loop);

/* Closes every connection that waits for a request. */
void connection_close_idle(struct http_loop *loop);

/* Closes one that took too long: what the kernel still has for it is dropped. */
void connection_cut(struct connection *connection);

/* Closes every connection; requests that the floor above holds go on without one. */
void connection_cut_all(struct http_loop *loop);

/* A new request of the connection, held by HOLD_EXCHANGE. */
struct request *request_new(struct connection *connection);

/* Lets go; the memory is freed with the last hold. */
void request_release(struct request *request, enum request_hold hold);

/* The exchange is over or broken off: the connection and its request part. */
void request_part(struct connection *connection);

/* The headers that have come, for a request whose head we are not given: `ret_head` knows of no
 * request line. */
struct head;
void request_read_headers(struct request *request, struct head *ret_head);

/* libmicrohttpd's log (overheard.c); `cls` is the loop. */
void overhear(void *cls, const char *format, va_list arguments);

/*
 * The body that the head announces (body.c): makes room for it, or gives the code of a refusal.
 * body_leave gives the place of a large one back, with the request's memory.
 */
const char *body_expect(struct request *request, size_t bytes, bool is_chunked);
void body_leave(struct request *request);

/* A piece of the body; false when it is too much: the refusal is sent, the connection to be closed.
 */
MUST_CHECK bool body_take(struct request *request, const char *bytes, size_t len);

/* Makes the reply to a request for the code of a refusal; see struct http_handler. */
void reply_refuse(struct request *request, const char *code);

/* Answers for a handler that is too slow, with "deadline"; the handler keeps its request. */
void reply_deadline(struct connection *connection);

/*
 * Sends the reply for the code of a refusal past libmicrohttpd, whose own is on its way or which
 * takes none now, and ends the sending side, so that nothing of libmicrohttpd's goes out and the
 * connection is closed.
 */
void reply_raw(struct connection *connection, const char *code);

/* Makes the response of a reply; libmicrohttpd sends the body from where it is, and tells when it
 * is sent. */
void reply_make(struct request *request, const struct http_reply *reply);

/* The response of a stream (stream.c) instead of a body: adds status and headers and counts it. */
void reply_begin(struct request *request, struct MHD_Response *response,
                 const struct http_reply *reply);

/* The response is gone: whatever its body came from may be, too. */
void reply_body_sent(void *request);

/* The reply of a request whose handler may have returned long ago: on its way now. */
void reply_deliver(struct connection *connection);

/* Nothing but what is in its buffer will be sent (stream.c). */
void stream_finish(struct request *request);

/* Finishes the streams of all connections. */
void stream_finish_all(struct http_loop *loop);

/* libmicrohttpd asks for the bytes of the connection's stream again, where it has stopped to. */
void stream_wake(struct connection *connection);

/* Gives the reply that was made to libmicrohttpd; false when it does not take it. */
MUST_CHECK bool reply_queue(struct connection *connection);

/* A libmicrohttpd daemon with our callbacks (request.c), in external epoll mode; NULL when it
 * cannot start. */
struct MHD_Daemon *request_daemon(struct http_loop *loop);

#endif
