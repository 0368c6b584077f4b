/*
 * peer: a server in the test's process, and a client that says just the bytes it is told.
 *
 * The server answers /soon (its query, after a wake-up), /late?MS (after so many milliseconds, with
 * the User-Agent or "late"), /large (1 MiB), /nothing (204), /stream?N ("hello", then N times
 * "tick", each 20 ms apart, then its end; without N nothing more, ever), /flood (a stream of 4 KiB
 * a millisecond; both 503 where no stream can begin), and anything else with one line about the
 * request: "METHOD PATH name=QUERY body=LENGTH:FIRST from=ADDRESS[ local]". PUT /picture may have a
 * large body; one for /stranger is refused as token_missing. What http refuses is answered "refused
 * CODE ACCEPT-LANGUAGE".
 */
#ifndef TEST_PEER_H
#define TEST_PEER_H

#include "http/http.h"

#define PEER_LARGE_BYTES ((size_t)1 << 20)
#define PEER_REPLY_MAX_BYTES ((size_t)1 << 21)

/* Headers of a request that is not, or is, the connection's last. */
#define HOST "Host: a\r\n"
#define LAST "Host: a\r\nConnection: close\r\n"

/* What the last peer_hear or peer_ask heard, with a NUL behind it. */
extern char peer_reply[PEER_REPLY_MAX_BYTES];

/* 127.0.0.1:0, 100 connections, request_s 1, idle_s 3. */
struct settings peer_settings(unsigned loops);

/* The handler; with `fails`, no loop opens. */
struct http_handler peer_handler(bool fails);

struct http_server *peer_start(const struct settings *settings);

/* Stops it and sees that no connection is left. */
void peer_stop(struct http_server *server);

/* A connection; receiving fails after 10 s. */
int peer_dial(const struct http_server *server);

/* Sends; a server that closes meanwhile is no failure. */
void peer_give(int fd, struct slice text);

/* Everything until the server closes, into peer_reply; its length. Closes `fd`. */
size_t peer_hear(int fd);

/* A connection of its own for these bytes; returns as peer_hear. */
size_t peer_ask(const struct http_server *server, const char *text);
size_t peer_ask_slice(const struct http_server *server, struct slice text);

/* How often `needle` is in peer_reply. */
unsigned peer_count(const char *needle);

/* Fails unless `needle` is in peer_reply. */
void peer_assert_said(const char *needle);

#endif
