#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/metric.h"
#include "base/url.h"
#include "store/engine.h"

#define STORE_MAGIC 0x73746f72u
#define PORT_MAGIC 0x706f7274u

struct store {
    uint32_t magic;
    const struct engine *engine;
    void *self;
};

/* The list is the only thing two threads share. */
struct store_port {
    uint32_t magic;
    struct store *store;
    void *self;
    uv_loop_t *loop;
    uv_loop_t own_loop; /* where the caller has none */
    uv_async_t arrived;
    unsigned pending;
    pthread_mutex_t lock;
    struct store_job *finished;
    struct store_job *finished_last;
};

/* What the setting `store` may begin with. */
static const struct {
    const char *scheme;
    const struct engine *engine;
} schemes[] = {
    {"sqlite:", &engine_sqlite}, {"postgresql://", &engine_pg}, {"postgres://", &engine_pg}};

static const struct engine *find_engine(const char *url, char error[STORE_ERROR_SIZE])
{
    char name[STORE_NAME_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (strncmp(url, schemes[i].scheme, strlen(schemes[i].scheme)) == 0)
            return schemes[i].engine;
    }
    store_name(url, name);
    (void)snprintf(error, STORE_ERROR_SIZE,
                   "store '%.200s' is of no known kind; try sqlite:PATH or "
                   "postgresql://USER@HOST/DATABASE",
                   name);
    return NULL;
}

bool store_new(const struct settings *settings, struct store **ret_store,
               char ret_error[STORE_ERROR_SIZE])
{
    const struct engine *engine = find_engine(settings->store_url, ret_error);
    struct store *store;
    void *self;

    if (engine == NULL || !engine->open(settings, &self, ret_error))
        return false;
    store = calloc(1, sizeof(*store));
    CHECK(store != NULL);
    store->magic = STORE_MAGIC;
    store->engine = engine;
    store->self = self;
    *ret_store = store;
    return true;
}

enum store_readiness store_prepare(struct store *store, bool create,
                                   char ret_error[STORE_ERROR_SIZE])
{
    CHECK_MAGIC(store, STORE_MAGIC);
    return store->engine->prepare(store->self, create, ret_error);
}

bool store_open(const struct settings *settings, bool create, struct store **ret_store,
                char ret_error[STORE_ERROR_SIZE])
{
    struct store *store;

    if (!store_new(settings, &store, ret_error))
        return false;
    if (store_prepare(store, create, ret_error) != STORE_READY) {
        store_close(store);
        return false;
    }
    *ret_store = store;
    return true;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    CHECK_MAGIC(store, STORE_MAGIC);
    store->engine->close(store->self);
    store->magic = 0;
    free(store);
}

static void port_free(struct store_port *port)
{
    pthread_mutex_destroy(&port->lock);
    port->magic = 0;
    free(port);
}

static void on_port_closed(uv_handle_t *handle)
{
    struct store_port *port = handle->data;

    if (port->loop != &port->own_loop)
        port_free(port);
}

/* A loop of our own turns until everything on it is closed. */
static void end_own_loop(struct store_port *port)
{
    if (port->loop != &port->own_loop)
        return;
    (void)uv_run(port->loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(port->loop) == 0);
    port_free(port);
}

static void collect(uv_async_t *handle)
{
    struct store_port *port = handle->data;
    struct store_job *job;

    pthread_mutex_lock(&port->lock);
    job = port->finished;
    port->finished = NULL;
    pthread_mutex_unlock(&port->lock);
    while (job != NULL) {
        struct store_job *next = job->next;

        engine_done(job);
        job = next;
    }
}

bool store_port_open(struct store *store, uv_loop_t *loop, struct store_port **ret_port,
                     char ret_error[STORE_ERROR_SIZE])
{
    struct store_port *port = calloc(1, sizeof(*port));

    CHECK_MAGIC(store, STORE_MAGIC);
    CHECK(port != NULL && pthread_mutex_init(&port->lock, NULL) == 0);
    port->magic = PORT_MAGIC;
    port->store = store;
    port->loop = loop;
    if (loop == NULL) {
        port->loop = &port->own_loop;
        CHECK(uv_loop_init(port->loop) == 0);
    }
    CHECK(uv_async_init(port->loop, &port->arrived, collect) == 0);
    port->arrived.data = port;
    if (!store->engine->port_open(store->self, port, port->loop, &port->self, ret_error)) {
        uv_close((uv_handle_t *)&port->arrived, on_port_closed);
        end_own_loop(port);
        return false;
    }
    *ret_port = port;
    return true;
}

void store_port_close(struct store_port *port)
{
    if (port == NULL)
        return;
    CHECK_MAGIC(port, PORT_MAGIC);
    CHECK(port->pending == 0);
    port->store->engine->port_close(port->self);
    uv_close((uv_handle_t *)&port->arrived, on_port_closed);
    end_own_loop(port);
}

void store_run(struct store_port *port, struct store_job *job)
{
    CHECK_MAGIC(port, PORT_MAGIC);
    CHECK(job->script != NULL && job->in != NULL && job->arena != NULL && job->done != NULL);
    job->port = port;
    job->next = NULL;
    job->rows = NULL;
    job->row_count = 0;
    job->truncated = false;
    port->pending++;
    switch (port->store->engine->run(port->self, job)) {
    case ENGINE_LATER:
        return;
    case ENGINE_FULL:
        job->result = STORE_OVERLOADED;
        break;
    case ENGINE_DONE:
        break;
    }
    engine_done(job);
}

void engine_done(struct store_job *job)
{
    job->port->pending--;
    metric_count(METRIC_STORE_SCRIPTS);
    if (job->result != STORE_DONE)
        metric_count(METRIC_STORE_FAILURES);
    job->done(job);
}

void engine_finished(struct store_port *port, struct store_job *jobs)
{
    struct store_job *last = jobs;

    while (last->next != NULL)
        last = last->next;
    pthread_mutex_lock(&port->lock);
    if (port->finished == NULL)
        port->finished = jobs;
    else
        port->finished_last->next = jobs;
    port->finished_last = last;
    /* Under the lock: the port cannot be closed before this job is collected. */
    (void)uv_async_send(&port->arrived);
    pthread_mutex_unlock(&port->lock);
}

void store_port_rest(struct store_port *port)
{
    CHECK_MAGIC(port, PORT_MAGIC);
    port->store->engine->rest(port->self);
}

static void note_done(struct store_job *job)
{
    *(bool *)job->owner = true;
}

enum store_result store_run_wait(struct store_port *port, struct store_job *job)
{
    bool done = false;

    CHECK(port->loop == &port->own_loop);
    job->done = note_done;
    job->owner = &done;
    store_run(port, job);
    store_port_rest(port);
    /* At least once: what else happens on this loop happens here only. */
    do
        (void)uv_run(port->loop, done ? UV_RUN_NOWAIT : UV_RUN_ONCE);
    while (!done);
    return job->result;
}

const void *store_row(const struct store_job *job, const struct script *script, unsigned index)
{
    CHECK(job->script == script && job->result == STORE_DONE);
    if (index >= job->row_count)
        return NULL;
    return (const char *)job->rows + index * script->row_size;
}

void store_name(const char *url, char ret_name[STORE_NAME_SIZE])
{
    url_hide_password(slice_str(url), ret_name, STORE_NAME_SIZE);
}

bool store_version(const struct settings *settings, int64_t *ret_stored, int64_t *ret_newest,
                   char ret_error[STORE_ERROR_SIZE])
{
    const struct engine *engine = find_engine(settings->store_url, ret_error);
    int64_t stored;

    if (engine == NULL || !engine->version(settings, &stored, ret_error))
        return false;
    *ret_stored = stored;
    *ret_newest = migration_newest();
    return true;
}
