#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log_line.h"
#include "base/metric.h"

/* Some 1500 usual lines. */
#define RING_BYTES ((size_t)256 << 10)

/* A pipe that poll calls writable takes this much at once, so the writer never waits in write. */
#define WRITE_MAX ((size_t)4096)

/* log_stop gives up when whoever reads standard error has taken nothing for so long. */
#define STOP_PATIENCE_US (1 * US_PER_S)
#define POLL_MS 100

/*
 * Bytes from `tail` to `head` wait for the writer; both only grow. The writer reads that part
 * without the lock, because loggers write only outside it.
 */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    pthread_t writer;
    bool running;
    atomic_bool stopping;
    size_t head;
    size_t tail;
    int64_t dropped;
    char bytes[RING_BYTES];
} ring = {.lock = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER};

static atomic_int least_level = LOG_INFO;

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&least_level, (int)level, memory_order_relaxed);
}

bool log_wants(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&least_level, memory_order_relaxed);
}

/* Waits until standard error takes bytes; false when we are stopping and nobody reads. */
static bool wait_writable(void)
{
    struct pollfd fd = {.fd = STDERR_FILENO, .events = POLLOUT};
    int64_t patience_ends_us = 0;

    while (poll(&fd, 1, POLL_MS) <= 0) {
        if (!atomic_load(&ring.stopping))
            continue;
        if (patience_ends_us == 0)
            patience_ends_us = clock_monotonic_us() + STOP_PATIENCE_US;
        if (clock_monotonic_us() >= patience_ends_us)
            return false;
    }
    return true;
}

/* Writes all of it; false when that is impossible (closed, full, nobody reads at the end). */
static bool write_all(const char *at, size_t len)
{
    while (len > 0) {
        ssize_t done;

        if (!wait_writable())
            return false;
        done = write(STDERR_FILENO, at, len < WRITE_MAX ? len : WRITE_MAX);
        if (done < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        if (done > 0) {
            at += done;
            len -= (size_t)done;
        }
    }
    return true;
}

static void write_dropped(int64_t count)
{
    struct log_field field = LOG_INT("count", count);
    struct log_line line;

    log_line_format(&line, clock_now_us(), LOG_WARN, "log_lines_dropped", &field, 1);
    (void)write_all(line.bytes, line.len);
}

/* The longest part of the ring that waits and lies in one piece; waits for one, empty at the end.
 */
static struct slice take_part(void)
{
    size_t at;
    size_t len;

    while (ring.head == ring.tail && !atomic_load(&ring.stopping))
        CHECK(pthread_cond_wait(&ring.filled, &ring.lock) == 0);
    at = ring.tail % RING_BYTES;
    len = ring.head - ring.tail;
    return slice_of(ring.bytes + at, len < RING_BYTES - at ? len : RING_BYTES - at);
}

static void *writer_main(void *unused)
{
    struct slice part;

    (void)unused;
    pthread_mutex_lock(&ring.lock);
    while ((part = take_part()).len > 0) {
        int64_t dropped;
        bool written;

        pthread_mutex_unlock(&ring.lock);
        written = write_all(part.ptr, part.len);
        pthread_mutex_lock(&ring.lock);
        ring.tail = written || !atomic_load(&ring.stopping) ? ring.tail + part.len : ring.head;
        dropped = ring.dropped;
        ring.dropped = 0;
        pthread_mutex_unlock(&ring.lock);
        if (dropped > 0 && written)
            write_dropped(dropped);
        pthread_mutex_lock(&ring.lock);
    }
    /* Under the same lock: whoever logs from now on writes at once, so no line is left behind. */
    ring.running = false;
    pthread_mutex_unlock(&ring.lock);
    return NULL;
}

void log_start(void)
{
    sigset_t all;
    sigset_t before;

    pthread_mutex_lock(&ring.lock);
    CHECK(!ring.running);
    ring.running = true;
    atomic_store(&ring.stopping, false);
    pthread_mutex_unlock(&ring.lock);
    /* Signals belong to the thread that serves; and a closed pipe shall be an error, not SIGPIPE.
     */
    CHECK(sigfillset(&all) == 0 && pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    CHECK(pthread_create(&ring.writer, NULL, writer_main, NULL) == 0);
    CHECK(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

void log_stop(void)
{
    bool running;

    pthread_mutex_lock(&ring.lock);
    running = ring.running;
    atomic_store(&ring.stopping, true);
    pthread_cond_signal(&ring.filled);
    pthread_mutex_unlock(&ring.lock);
    if (running)
        CHECK(pthread_join(ring.writer, NULL) == 0);
}

/* Under the lock. */
static void put_in_ring(const struct log_line *line)
{
    size_t at = ring.head % RING_BYTES;
    size_t first = line->len < RING_BYTES - at ? line->len : RING_BYTES - at;

    if (RING_BYTES - (ring.head - ring.tail) < line->len) {
        ring.dropped++;
        metric_count(METRIC_LOG_DROPPED);
        return;
    }
    memcpy(ring.bytes + at, line->bytes, first);
    memcpy(ring.bytes, line->bytes + first, line->len - first);
    if (ring.head == ring.tail)
        pthread_cond_signal(&ring.filled);
    ring.head += line->len;
}

void log_event(enum log_level level, const char *event, const struct log_field *fields,
               size_t field_count)
{
    struct log_line line;
    bool queued;

    if (!log_wants(level))
        return;
    log_line_format(&line, clock_now_us(), level, event, fields, field_count);
    pthread_mutex_lock(&ring.lock);
    queued = ring.running;
    if (queued)
        put_in_ring(&line);
    pthread_mutex_unlock(&ring.lock);
    if (!queued)
        (void)write_all(line.bytes, line.len);
}
