/*
 * loop: one thread's event loop: libuv waits, libmicrohttpd speaks HTTP, and both meet once a turn.
 *
 * libmicrohttpd has an epoll descriptor of its own (external mode) and a list of connections that
 * can go on without news from the kernel. A turn runs it until that list is empty
 * (MHD_get_timeout), then tells the floor above that the loop is about to wait. Whatever makes work
 * for libmicrohttpd outside its run only marks the loop (http_loop_kick), so that many replies cost
 * one run.
 *
 * Connections are accepted here and handed over, not by libmicrohttpd: the number of them is
 * bounded over all loops, and those beyond the bound stay in the kernel's queue.
 */
#ifndef HTTP_LOOP_H
#define HTTP_LOOP_H

#include <pthread.h>
#include <stdatomic.h>

#include <microhttpd.h>

#include "http/http.h"
#include "http/listen.h"

struct connection;

/* Each connection is looked at once a second, a tenth of them at a time. */
#define LOOP_TICK_MS 100
#define LOOP_BUCKETS 10

/* Request ids drawn from the system's random source at once. */
#define LOOP_IDS 64
#define LOOP_ID_BYTES 16

struct http_server {
    const struct settings *settings;
    struct http_handler handler;
    char address[LISTEN_TEXT_SIZE];
    unsigned loop_count;
    struct http_loop *loops;
    atomic_int_least64_t connections;    /* over all loops */
    atomic_uint large_bodies;            /* over all loops */
    atomic_uint_fast64_t drain_until_ms; /* by uv_now; set before the loops are told to stop */
    pthread_mutex_t lock;                /* guards the two below while the threads start */
    pthread_cond_t started;
    unsigned started_count;
    bool start_failed;
};

struct http_loop {
    uint32_t magic;
    struct http_server *server;
    pthread_t thread;
    uv_loop_t uv;
    uv_poll_t listen_poll;
    uv_poll_t mhd_poll;
    uv_prepare_t prepare;
    uv_idle_t again; /* active while libmicrohttpd has more to do than one turn may take */
    uv_timer_t tick;
    uv_async_t stop;
    struct MHD_Daemon *daemon;
    void *state; /* the floor above's */
    bool opened; /* it has one */
    int listen_fd;
    bool accepting;
    bool complained; /* accepting failed, and was logged */
    bool dirty;      /* libmicrohttpd should run before the loop waits */
    bool draining;
    bool cut_all; /* the grace is over */
    unsigned ticks;
    unsigned connection_count;
    unsigned opened_count;  /* connections ever; wraps */
    unsigned handler_count; /* requests that the floor above holds */
    unsigned stream_count;  /* those of them that are streams */
    struct connection *buckets[LOOP_BUCKETS];
    struct connection *lingering;
    struct connection *reading; /* whose request line came last; NULL when it is gone */
    unsigned receiving_count;   /* connections whose request comes in, or that are being cut */
    bool refusal_told;          /* what overheard.c hears next has been answered */
    uint8_t ids[LOOP_IDS][LOOP_ID_BYTES];
    unsigned ids_left;
};

/* The thread's whole life: opens, runs until told to stop, closes. `argument` is a struct
 * http_loop. */
void *loop_run(void *argument);

/* Tells a running loop to drain and end; from any thread, once. */
void loop_stop(struct http_loop *loop);

/* A connection's place (see http_server.connections) is free again. */
void loop_give_place(struct http_loop *loop);

/* 32 hex digits nobody can foresee. */
void loop_new_id(struct http_loop *loop, char out[33]);

#endif
