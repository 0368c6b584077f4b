/*
 * pool: starts workers, gives them their picture and hears what they say.
 */
#include <signal.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "base/metric.h"
#include "image/worker.h"

#define POOL_MAGIC 0x696d6770u
#define WORKER_MAGIC 0x696d6777u

/* From the start of a worker to its end; then it is killed. */
#define WORKER_MS 5000

/* From the news that the server stops to the end of its workers. */
#define STOP_MS 1000

/* How often a pool with pictures that wait looks whether other pools left it a worker. */
#define LOOK_MS 10

struct image_pool {
    uint32_t magic;
    uv_loop_t *uv;
    struct image_gate *gate;
    uv_timer_t look;
    struct image_job *first; /* waiting; NULL: none */
    struct image_job *last;
    struct worker *workers[IMAGE_WORKERS_MAX];
    unsigned working;
    bool is_stopping;
};

struct worker {
    uint32_t magic;
    struct image_pool *pool;
    struct image_job *job;
    uv_process_t process;
    uv_pipe_t in;
    uv_pipe_t out;
    uv_timer_t deadline;
    uv_write_t write;
    unsigned handles; /* not closed yet */
    int error;        /* why it was not started */
    bool has_ended;
    bool is_heard; /* it says no more */
    bool is_late;
    int64_t status;
    int signal;
    size_t len;
    char reply[IMAGE_REPLY_MAX + 1]; /* one more shows that it is too long */
};

static void start_next(struct image_pool *pool);

static void finish(struct image_job *job, enum image_outcome outcome)
{
    job->outcome = outcome;
    job->done(job);
}

/* The same for one that the gate has let in. */
static void let_go(struct image_pool *pool, struct image_job *job, enum image_outcome outcome)
{
    image_gate_leave(pool->gate, job->key);
    finish(job, outcome);
}

static struct image_job *take_first(struct image_pool *pool)
{
    struct image_job *job = pool->first;

    pool->first = job->next;
    return job;
}

static void on_closed(uv_handle_t *handle)
{
    struct worker *worker = handle->data;

    if (--worker->handles == 0)
        free(worker);
}

static void close_handle(void *object)
{
    uv_handle_t *handle = object;

    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

static void complain(const struct worker *worker)
{
    const char *too_long = worker->pool->is_stopping ? "the server stops" : "took too long";

    metric_count(METRIC_AVATAR_FAILURES);
    log_write(LOG_WARN, "avatar_worker_failed",
              LOG_STR("detail", worker->error != 0    ? uv_strerror(worker->error)
                                : worker->is_late     ? too_long
                                : worker->signal != 0 ? "killed"
                                : worker->status != 0 ? "gave up"
                                                      : "said what none says"),
              LOG_INT("signal", worker->signal), LOG_INT("status", worker->status));
}

/* Never one that has ended: its number may be another's already. */
static void kill_worker(struct worker *worker)
{
    if (!worker->has_ended)
        (void)uv_process_kill(&worker->process, SIGKILL);
}

static void forget_worker(struct worker *worker)
{
    struct image_pool *pool = worker->pool;
    unsigned at = 0;

    while (pool->workers[at] != worker)
        at++;
    pool->workers[at] = pool->workers[--pool->working];
    image_gate_give_worker(pool->gate);
}

/* Once it has ended and all it said has come. */
static void conclude(struct worker *worker)
{
    struct image_pool *pool = worker->pool;
    struct image_job *job = worker->job;
    enum image_outcome outcome = IMAGE_FAILED;
    struct slice webp = SLICE_ABSENT;

    if (!worker->has_ended || !worker->is_heard)
        return;
    if (worker->error == 0 && worker->status == 0 && worker->signal == 0)
        outcome = image_reply_read(slice_of(worker->reply, worker->len), &webp);
    if (outcome == IMAGE_OK)
        job->webp = arena_copy(job->arena, webp);
    if (outcome == IMAGE_FAILED)
        complain(worker);
    close_handle(&worker->process);
    close_handle(&worker->in);
    close_handle(&worker->out);
    close_handle(&worker->deadline);
    forget_worker(worker);
    let_go(pool, job, outcome);
    start_next(pool);
}

static void on_exit_of(uv_process_t *process, int64_t status, int signal_number)
{
    struct worker *worker = process->data;

    CHECK_MAGIC(worker, WORKER_MAGIC);
    worker->has_ended = true;
    worker->status = status;
    worker->signal = signal_number;
    conclude(worker);
}

static void on_deadline(uv_timer_t *timer)
{
    struct worker *worker = timer->data;

    worker->is_late = true;
    kill_worker(worker);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buf)
{
    struct worker *worker = handle->data;

    (void)suggested;
    *ret_buf =
        uv_buf_init(worker->reply + worker->len, (unsigned)(sizeof(worker->reply) - worker->len));
}

static void on_said(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct worker *worker = stream->data;

    (void)buf;
    if (got > 0)
        worker->len += (size_t)got;
    if (got >= 0 && worker->len < sizeof(worker->reply))
        return;
    (void)uv_read_stop(stream);
    if (got >= 0)
        kill_worker(worker); /* more than any worker says */
    worker->is_heard = true;
    conclude(worker);
}

/* Its input ends here. If it did not take all of it, it will tell by how it ends. */
static void on_given(uv_write_t *write, int status)
{
    struct worker *worker = write->data;

    (void)status;
    close_handle(&worker->in);
}

static int spawn(struct worker *worker)
{
    char program[] = "/proc/self/exe";
    char name[] = "domofon";
    char command[] = IMAGE_WORKER_COMMAND;
    char *arguments[] = {name, command, NULL};
    char *environment[] = {NULL};
    uv_stdio_container_t stdio[] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&worker->in},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&worker->out},
        {.flags = UV_IGNORE},
    };
    const uv_process_options_t options = {
        .exit_cb = on_exit_of,
        .file = program,
        .args = arguments,
        .env = environment,
        .stdio_count = ARRAY_LEN(stdio),
        .stdio = stdio,
    };

    return uv_spawn(worker->pool->uv, &worker->process, &options);
}

static struct worker *worker_new(struct image_pool *pool, struct image_job *job)
{
    struct worker *worker = malloc(sizeof(*worker));

    CHECK(worker != NULL);
    memset(worker, 0, offsetof(struct worker, reply));
    worker->magic = WORKER_MAGIC;
    worker->pool = pool;
    worker->job = job;
    worker->handles = 4;
    CHECK(uv_pipe_init(pool->uv, &worker->in, 0) == 0 &&
          uv_pipe_init(pool->uv, &worker->out, 0) == 0 &&
          uv_timer_init(pool->uv, &worker->deadline) == 0);
    worker->process.data = worker->in.data = worker->out.data = worker;
    worker->deadline.data = worker->write.data = worker;
    return worker;
}

/* The gate has been passed. */
static void start(struct image_pool *pool, struct image_job *job)
{
    struct worker *worker = worker_new(pool, job);
    uv_buf_t bytes = uv_buf_init((char *)(uintptr_t)job->picture.ptr, (unsigned)job->picture.len);

    pool->workers[pool->working++] = worker;
    metric_count(METRIC_AVATAR_WORKERS);
    worker->error = spawn(worker);
    if (worker->error != 0) {
        worker->has_ended = worker->is_heard = true;
        conclude(worker);
        return;
    }
    CHECK(uv_timer_start(&worker->deadline, on_deadline, WORKER_MS, 0) == 0);
    CHECK(uv_read_start((uv_stream_t *)&worker->out, on_room, on_said) == 0);
    if (uv_write(&worker->write, (uv_stream_t *)&worker->in, &bytes, 1, on_given) != 0)
        close_handle(&worker->in);
}

static void on_look(uv_timer_t *timer)
{
    start_next(timer->data);
}

/*
 * Those whom nobody waits for any more come to nothing, so that a queue is never older than a
 * client is patient. When all workers are other pools', their end is not told to this one: it looks
 * now and then.
 */
static void start_next(struct image_pool *pool)
{
    while (pool->first != NULL) {
        if (!pool->first->is_awaited(pool->first))
            let_go(pool, take_first(pool), IMAGE_OVERLOADED);
        else if (image_gate_take_worker(pool->gate))
            start(pool, take_first(pool));
        else
            break;
    }
    if (pool->first != NULL && pool->working == 0)
        CHECK(uv_timer_start(&pool->look, on_look, LOOK_MS, 0) == 0);
}

struct image_pool *image_pool_open(uv_loop_t *uv, struct image_gate *gate)
{
    struct image_pool *pool = calloc(1, sizeof(*pool));

    CHECK(pool != NULL);
    pool->magic = POOL_MAGIC;
    pool->uv = uv;
    pool->gate = gate;
    CHECK(uv_timer_init(uv, &pool->look) == 0);
    pool->look.data = pool;
    return pool;
}

static void on_pool_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void image_pool_close(struct image_pool *pool)
{
    CHECK_MAGIC(pool, POOL_MAGIC);
    CHECK(pool->first == NULL && pool->working == 0);
    uv_close((uv_handle_t *)&pool->look, on_pool_closed);
}

void image_pool_drain(struct image_pool *pool)
{
    CHECK_MAGIC(pool, POOL_MAGIC);
    pool->is_stopping = true;
    while (pool->first != NULL)
        let_go(pool, take_first(pool), IMAGE_OVERLOADED);
    for (unsigned i = 0; i < pool->working; i++) {
        if (uv_timer_get_due_in(&pool->workers[i]->deadline) > STOP_MS)
            CHECK(uv_timer_start(&pool->workers[i]->deadline, on_deadline, STOP_MS, 0) == 0);
    }
}

static void wait_in_line(struct image_pool *pool, struct image_job *job)
{
    job->next = NULL;
    if (pool->first == NULL)
        pool->first = job;
    else
        pool->last->next = job;
    pool->last = job;
    start_next(pool);
}

void image_run(struct image_pool *pool, struct image_job *job)
{
    CHECK_MAGIC(pool, POOL_MAGIC);
    if (job->picture.len > IMAGE_BYTES_MAX)
        finish(job, IMAGE_TOO_LONG);
    else if (image_format_of(job->picture) == IMAGE_NONE)
        finish(job, IMAGE_UNSUPPORTED);
    else if (pool->is_stopping || !image_gate_enter(pool->gate, job->key))
        finish(job, IMAGE_OVERLOADED);
    else
        wait_in_line(pool, job);
}
