#include "store/pg_link.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "store/job_list.h"
#include "store/pg_codec.h"
#include "store/pg_flight.h"

#define LINK_MAGIC 0x6c696e6bu

/* How often deadlines are looked at while jobs wait. */
#define CLOCK_MS 50

/* Between attempts to connect; doubles, and is spread so that nodes do not come all at once. */
#define PAUSE_MIN_MS 50u
#define PAUSE_MAX_MS 1000u

/* A server that takes longer to make a connection ready is stuck, and shutting down waits for this
 * thread. */
#define READY_MS 2000

enum link_state { LINK_DOWN, LINK_CONNECTING, LINK_IDLE, LINK_BUSY };

struct pg_link {
    uint32_t magic;
    const struct pg_server *server;
    uv_loop_t *loop;
    bool writes;
    bool closing;
    enum link_state state;
    unsigned open_handles;
    PGconn *conn;
    uv_poll_t *poll; /* on conn's socket; each connection has its own */
    int socket;      /* once more: libpq closes its own when it likes, also while it is watched */
    int watched;     /* what for */
    uv_timer_t pause;
    uv_timer_t clock;
    struct pg_link *sibling;       /* what one finds, the other need not wait for; may be NULL */
    struct pg_backend backend;     /* who serves conn, or served it last */
    struct connecting *connecting; /* while LINK_CONNECTING */
    struct job_list queue;
    int64_t alone; /* so many at the head of the queue go one by one: their flight broke */
    struct pg_flight *flight;
    int64_t flight_until_us;
    unsigned failures;      /* to connect, in a row */
    int64_t down_since_us;  /* 0: it is not */
    int64_t failed_last_us; /* when connecting failed last */
};

/* A connection being made on the thread pool. */
struct connecting {
    uv_work_t work;
    struct pg_link *link;
    struct pg_backend ghost;
    struct pg_backend backend;
    PGconn *conn;
    int socket;
    char error[STORE_ERROR_SIZE];
};

static void connect_soon(struct pg_link *link);
static void connect_now(uv_timer_t *timer);
static void read_results(struct pg_link *link);

static void give_back(struct store_job *job, enum store_result result)
{
    job->result = result;
    engine_done(job);
}

/* What a job's end without an outcome is: for a read nothing was at stake. */
static enum store_result lost_result(const struct store_job *job)
{
    return job->maybe_done && job->script->writes ? STORE_UNKNOWN : STORE_UNAVAILABLE;
}

static void count_queue(struct pg_link *link, int64_t by)
{
    if (link->writes)
        metric_add(METRIC_STORE_QUEUE, by);
}

static void link_free(struct pg_link *link)
{
    pg_flight_free(link->flight);
    link->magic = 0;
    free(link);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct pg_link *link = handle->data;

    if (--link->open_handles == 0 && link->state != LINK_CONNECTING)
        link_free(link);
}

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static void disconnect(struct pg_link *link)
{
    if (link->conn == NULL)
        return;
    /* The descriptor must be unwatched before it is closed. */
    uv_close((uv_handle_t *)link->poll, on_poll_closed);
    PQfinish(link->conn);
    pg_close_socket(link->socket);
    link->poll = NULL;
    link->conn = NULL;
    link->state = LINK_DOWN;
}

/* Before all others: their deadlines are nearer. */
static void queue_first(struct pg_link *link, struct job_list *jobs)
{
    if (jobs->first == NULL)
        return;
    count_queue(link, jobs->len);
    jobs->last->next = link->queue.first;
    if (link->queue.first == NULL)
        link->queue.last = jobs->last;
    link->queue.first = jobs->first;
    link->queue.len += jobs->len;
}

/* The jobs that were under way set out again, or end as unknown. */
static void recall_flight(struct pg_link *link)
{
    struct job_list again = {0};
    struct store_job *job;

    while ((job = pg_flight_recall(link->flight)) != NULL) {
        if (!job->script->repeatable || job->tries > PG_TRIES_MAX)
            give_back(job, lost_result(job));
        else
            job_list_append(&again, job);
    }
    queue_first(link, &again);
}

static void lose(struct pg_link *link, const char *why)
{
    log_write(LOG_WARN, "store_connection_lost", LOG_STR("detail", why),
              LOG_STR("store", link->server->name));
    metric_count(METRIC_STORE_CONNECTIONS_LOST);
    link->down_since_us = clock_monotonic_us();
    if (link->state != LINK_BUSY)
        link->backend.pid[0] = '\0'; /* nothing is under way there */
    disconnect(link);
    link->alone = 0;
    recall_flight(link);
    connect_soon(link);
}

static void complain_and_lose(struct pg_link *link)
{
    lose(link, PQerrorMessage(link->conn));
}

/* The server has been heard, or has something new to do. */
static void expect_answer(struct pg_link *link)
{
    link->flight_until_us = clock_monotonic_us() + link->server->timeout_ms * US_PER_MS;
}

/* libpq says whether it has more to send than the socket took. */
static bool push(struct pg_link *link);

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct pg_link *link = poll->data;

    /* After an error, too: libpq has the words for it. */
    if (((status < 0 || (events & UV_READABLE) != 0) && PQconsumeInput(link->conn) == 0) ||
        status < 0) {
        complain_and_lose(link);
        return;
    }
    if ((events & UV_READABLE) != 0)
        expect_answer(link);
    if (push(link))
        read_results(link);
}

static bool push(struct pg_link *link)
{
    int unsent = PQflush(link->conn);

    if (unsent < 0) {
        complain_and_lose(link);
        return false;
    }
    /* libuv tells the kernel anew at each start, also of what it knows. */
    if (link->watched != (UV_READABLE | (unsent == 1 ? UV_WRITABLE : 0))) {
        link->watched = UV_READABLE | (unsent == 1 ? UV_WRITABLE : 0);
        CHECK(uv_poll_start(link->poll, link->watched, on_poll) == 0);
    }
    return true;
}

static void depart(struct pg_link *link)
{
    unsigned most = (unsigned)link->server->settings->store_batch;

    if (link->state != LINK_IDLE || link->queue.first == NULL)
        return;
    if (link->alone > 0) {
        link->alone--;
        most = 1;
    }
    link->state = LINK_BUSY;
    expect_answer(link);
    while (link->queue.first != NULL && pg_flight_size(link->flight) < most) {
        count_queue(link, -1);
        if (!pg_flight_board(link->flight, link->conn, job_list_take(&link->queue))) {
            complain_and_lose(link);
            return;
        }
    }
    if (!pg_flight_depart(link->flight, link->conn))
        complain_and_lose(link);
    else
        (void)push(link);
}

/* All results are in: hands the jobs back, or those that deserve another try to the queue. */
static void land(struct pg_link *link)
{
    struct job_list again = {0};
    struct store_job *job;
    bool is_again;

    metric_count(METRIC_STORE_BATCHES);
    while ((job = pg_flight_leave(link->flight, &is_again)) != NULL) {
        if (is_again)
            job_list_append(&again, job);
        else
            engine_done(job);
    }
    if (link->closing) /* by one of them */
        return;
    link->alone += again.len;
    queue_first(link, &again);
    link->state = LINK_IDLE;
    depart(link);
}

static void mend(struct pg_link *link)
{
    if (!pg_flight_mend(link->flight, link->conn))
        complain_and_lose(link);
    else
        (void)push(link);
}

static void read_results(struct pg_link *link)
{
    while (link->state == LINK_BUSY && PQisBusy(link->conn) == 0) {
        switch (pg_flight_read(link->flight, link->conn)) {
        case PG_FLIGHT_ON:
            break;
        case PG_FLIGHT_BROKEN:
            mend(link);
            break;
        case PG_FLIGHT_LANDED:
            land(link);
            break;
        case PG_FLIGHT_LOST:
            lose(link, pg_flight_error(link->flight));
            break;
        }
    }
    /* News while nothing is under way: the server says goodbye. */
    if (link->state == LINK_IDLE && PQisBusy(link->conn) == 0 &&
        PQstatus(link->conn) != CONNECTION_OK)
        complain_and_lose(link);
}

static void end_connection(struct connecting *self)
{
    if (self->conn != NULL && self->socket >= 0)
        pg_close_socket(self->socket);
    PQfinish(self->conn);
    self->conn = NULL;
}

static void connect_work(uv_work_t *work)
{
    struct connecting *self = work->data;
    const struct pg_link *link = self->link;
    struct pg_server server = *link->server;

    if (server.timeout_ms > READY_MS)
        server.timeout_ms = READY_MS;
    self->conn = pg_connect(&server, self->error);
    if (self->conn == NULL)
        return;
    self->socket = fcntl(PQsocket(self->conn), F_DUPFD_CLOEXEC, 0);
    if (self->socket < 0)
        (void)snprintf(self->error, sizeof(self->error), "too many open files");
    if (self->socket < 0 || !pg_make_ready(&server, self->conn, link->writes, &self->ghost,
                                           &self->backend, self->error))
        end_connection(self);
}

static void hurry(struct pg_link *link)
{
    if (link != NULL && uv_is_active((uv_handle_t *)&link->pause))
        CHECK(uv_timer_start(&link->pause, connect_now, 0, 0) == 0);
}

static void connected(struct pg_link *link, struct connecting *self)
{
    link->conn = self->conn;
    link->socket = self->socket;
    link->backend = self->backend;
    link->poll = calloc(1, sizeof(*link->poll));
    CHECK(link->poll != NULL && uv_poll_init(link->loop, link->poll, self->socket) == 0);
    link->poll->data = link;
    link->watched = 0;
    link->state = LINK_IDLE;
    if (link->failures > 0)
        log_write(LOG_INFO, "store_back", LOG_STR("store", link->server->name));
    link->failures = 0;
    link->down_since_us = 0;
    hurry(link->sibling);
    if (push(link))
        depart(link);
}

static void connect_over(uv_work_t *work, int status)
{
    struct connecting *self = work->data;
    struct pg_link *link = self->link;

    CHECK_MAGIC(link, LINK_MAGIC);
    (void)status; /* canceled: there is no connection */
    link->connecting = NULL;
    link->state = LINK_DOWN;
    if (link->closing) {
        end_connection(self);
        if (link->open_handles == 0)
            link_free(link);
    } else if (self->conn != NULL) {
        connected(link, self);
    } else {
        link->failed_last_us = clock_monotonic_us();
        if (link->down_since_us == 0)
            link->down_since_us = link->failed_last_us;
        if (link->failures++ == 0)
            log_write(LOG_ERROR, "store_unreachable", LOG_STR("detail", self->error));
        connect_soon(link);
    }
    free(self);
}

static void connect_now(uv_timer_t *timer)
{
    struct pg_link *link = timer->data;
    struct connecting *self = calloc(1, sizeof(*self));

    CHECK(self != NULL);
    self->work.data = self;
    self->link = link;
    self->ghost = link->backend;
    link->connecting = self;
    link->state = LINK_CONNECTING;
    CHECK(uv_queue_work(link->loop, &self->work, connect_work, connect_over) == 0);
}

/* At once after a loss; later and later as it fails. */
static void connect_soon(struct pg_link *link)
{
    uint64_t pause_ms = 0;
    unsigned random = 0;

    if (link->state != LINK_DOWN || link->closing || uv_is_active((uv_handle_t *)&link->pause))
        return;
    if (link->failures > 0) {
        unsigned doublings = link->failures > 6 ? 6 : link->failures - 1;

        pause_ms = PAUSE_MIN_MS << doublings;
        if (pause_ms > PAUSE_MAX_MS)
            pause_ms = PAUSE_MAX_MS;
        (void)uv_random(NULL, NULL, &random, sizeof(random), 0, NULL);
        pause_ms = pause_ms / 2 + random % pause_ms;
    }
    CHECK(uv_timer_start(&link->pause, connect_now, pause_ms, 0) == 0);
}

/* Jobs whose time is over are answered, wherever they are; the flight itself goes on, unless the
 * server says nothing for as long. */
static void on_clock(uv_timer_t *timer)
{
    struct pg_link *link = timer->data;
    int64_t now_us = clock_monotonic_us();
    struct store_job *job;

    if (link->state == LINK_BUSY && link->flight_until_us <= now_us)
        lose(link, "no answer in time");
    while (link->queue.first != NULL && link->queue.first->deadline_us <= now_us) {
        job = job_list_take(&link->queue);
        count_queue(link, -1);
        if (link->alone > 0)
            link->alone--;
        give_back(job, lost_result(job));
    }
    while ((job = pg_flight_expired(link->flight, now_us)) != NULL)
        give_back(job, lost_result(job));
    if (link->queue.first == NULL && link->state != LINK_BUSY)
        (void)uv_timer_stop(&link->clock);
}

struct pg_link *pg_link_new(const struct pg_server *server, uv_loop_t *loop, bool writes)
{
    struct pg_link *link = calloc(1, sizeof(*link));

    CHECK(link != NULL);
    link->magic = LINK_MAGIC;
    link->server = server;
    link->loop = loop;
    link->writes = writes;
    link->flight = pg_flight_new(writes, (unsigned)server->settings->store_batch);
    CHECK(uv_timer_init(loop, &link->pause) == 0 && uv_timer_init(loop, &link->clock) == 0);
    link->pause.data = link;
    link->clock.data = link;
    link->open_handles = 2;
    return link;
}

void pg_link_pair(struct pg_link *one, struct pg_link *other)
{
    one->sibling = other;
    other->sibling = one;
}

void pg_link_close(struct pg_link *link)
{
    CHECK_MAGIC(link, LINK_MAGIC);
    if (link->sibling != NULL)
        link->sibling->sibling = NULL;
    CHECK(link->queue.first == NULL);
    link->closing = true;
    disconnect(link);
    /* Who ran out of time has been answered; the flight may still hold the seats. */
    CHECK(pg_flight_recall(link->flight) == NULL);
    if (link->state == LINK_CONNECTING)
        (void)uv_cancel((uv_req_t *)&link->connecting->work);
    uv_close((uv_handle_t *)&link->pause, on_handle_closed);
    uv_close((uv_handle_t *)&link->clock, on_handle_closed);
}

/* For so long that waiting has no use: the answer is the same, but at once. A loop that stood still
 * meanwhile knows nothing of now. */
static bool is_out_of_reach(const struct pg_link *link)
{
    int64_t now_us = clock_monotonic_us();

    return link->down_since_us != 0 &&
           now_us - link->down_since_us > link->server->timeout_ms * US_PER_MS &&
           now_us - link->failed_last_us < 2 * PAUSE_MAX_MS * US_PER_MS;
}

enum engine_result pg_link_run(struct pg_link *link, struct store_job *job)
{
    CHECK_MAGIC(link, LINK_MAGIC);
    if (link->queue.len >= link->server->settings->store_queue)
        return ENGINE_FULL;
    if (is_out_of_reach(link)) {
        job->result = STORE_UNAVAILABLE;
        return ENGINE_DONE;
    }
    job->tries = 0;
    job->maybe_done = false;
    job->deadline_us = clock_monotonic_us() + link->server->timeout_ms * US_PER_MS;
    job_list_append(&link->queue, job);
    count_queue(link, 1);
    if (!uv_is_active((uv_handle_t *)&link->clock))
        CHECK(uv_timer_start(&link->clock, on_clock, CLOCK_MS, CLOCK_MS) == 0);
    connect_soon(link);
    return ENGINE_LATER;
}

void pg_link_rest(struct pg_link *link)
{
    depart(link);
}
