#include "store/store.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/embed.h"
#include "base/metric.h"
#include "store/engine.h"

#define STORE_MAGIC 0x73746f72u
#define PORT_MAGIC 0x706f7274u

struct store {
    uint32_t magic;
    const struct engine *engine;
    void *self;
};

/* The list is the only thing two threads share; a waiting command uses the condition. */
struct store_port {
    uint32_t magic;
    struct store *store;
    void *self;
    void (*wake)(void *owner);
    void *owner;
    unsigned pending;
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    struct store_job *finished;
    struct store_job *finished_last;
};

static const struct engine *const engines[] = {&engine_sqlite};

static const struct engine *find_engine(const char *url, char error[STORE_ERROR_SIZE])
{
    for (size_t i = 0; i < ARRAY_LEN(engines); i++) {
        size_t len = strlen(engines[i]->scheme);

        if (strncmp(url, engines[i]->scheme, len) == 0 && url[len] == ':')
            return engines[i];
    }
    (void)snprintf(error, STORE_ERROR_SIZE, "store '%s' is of no known kind; try sqlite:PATH", url);
    return NULL;
}

bool store_open(const struct settings *settings, bool create, struct store **ret_store,
                char ret_error[STORE_ERROR_SIZE])
{
    const struct engine *engine = find_engine(settings->store_url, ret_error);
    struct store *store;
    void *self;

    if (engine == NULL || !engine->open(settings, create, &self, ret_error))
        return false;
    store = calloc(1, sizeof(*store));
    CHECK(store != NULL);
    store->magic = STORE_MAGIC;
    store->engine = engine;
    store->self = self;
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

bool store_port_open(struct store *store, void (*wake)(void *owner), void *owner,
                     struct store_port **ret_port, char ret_error[STORE_ERROR_SIZE])
{
    struct store_port *port = calloc(1, sizeof(*port));

    CHECK_MAGIC(store, STORE_MAGIC);
    CHECK(port != NULL);
    port->magic = PORT_MAGIC;
    port->store = store;
    port->wake = wake;
    port->owner = owner;
    CHECK(pthread_mutex_init(&port->lock, NULL) == 0 &&
          pthread_cond_init(&port->arrived, NULL) == 0);
    if (!store->engine->port_open(store->self, port, &port->self, ret_error)) {
        pthread_cond_destroy(&port->arrived);
        pthread_mutex_destroy(&port->lock);
        free(port);
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
    pthread_cond_destroy(&port->arrived);
    pthread_mutex_destroy(&port->lock);
    port->magic = 0;
    free(port);
}

static void count_result(const struct store_job *job)
{
    metric_count(METRIC_STORE_SCRIPTS);
    if (job->result != STORE_DONE)
        metric_count(METRIC_STORE_FAILURES);
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
    if (!job->script->writes) {
        port->store->engine->read(port->self, job);
    } else if (port->store->engine->write(port->self, job)) {
        port->pending++;
        return;
    } else {
        job->result = STORE_OVERLOADED;
    }
    count_result(job);
    job->done(job);
}

void engine_finished(struct store_port *port, struct store_job *jobs)
{
    struct store_job *last = jobs;
    bool was_empty;

    while (last->next != NULL)
        last = last->next;
    pthread_mutex_lock(&port->lock);
    was_empty = port->finished == NULL;
    if (was_empty)
        port->finished = jobs;
    else
        port->finished_last->next = jobs;
    port->finished_last = last;
    pthread_cond_signal(&port->arrived);
    /* Under the lock: the port cannot be closed before this job is collected. */
    if (was_empty && port->wake != NULL)
        port->wake(port->owner);
    pthread_mutex_unlock(&port->lock);
}

unsigned store_port_collect(struct store_port *port)
{
    struct store_job *job;
    unsigned count = 0;

    CHECK_MAGIC(port, PORT_MAGIC);
    pthread_mutex_lock(&port->lock);
    job = port->finished;
    port->finished = NULL;
    pthread_mutex_unlock(&port->lock);
    while (job != NULL) {
        struct store_job *next = job->next;

        port->pending--;
        count++;
        count_result(job);
        job->done(job);
        job = next;
    }
    return count;
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

    CHECK(port->wake == NULL);
    job->done = note_done;
    job->owner = &done;
    store_run(port, job);
    while (!done) {
        pthread_mutex_lock(&port->lock);
        while (port->finished == NULL)
            pthread_cond_wait(&port->arrived, &port->lock);
        pthread_mutex_unlock(&port->lock);
        (void)store_port_collect(port);
    }
    store_port_rest(port);
    return job->result;
}

const void *store_row(const struct store_job *job, const struct script *script, unsigned index)
{
    CHECK(job->script == script && job->result == STORE_DONE);
    if (index >= job->row_count)
        return NULL;
    return (const char *)job->rows + index * script->row_size;
}

struct slice migration_text(const char *scheme, int64_t version)
{
    char prefix[32];
    char suffix[32];

    (void)snprintf(prefix, sizeof(prefix), "migrations/%04" PRId64 "_", version);
    (void)snprintf(suffix, sizeof(suffix), ".%s.sql", scheme);
    for (size_t i = 0; i < embed_file_count; i++) {
        const char *name = embed_files[i].name;
        size_t len = strlen(name);

        if (strncmp(name, prefix, strlen(prefix)) == 0 && len > strlen(suffix) &&
            strcmp(name + len - strlen(suffix), suffix) == 0)
            return embed_files[i].bytes;
    }
    return SLICE_ABSENT;
}

int64_t migration_newest(void)
{
    int64_t version = 0;

    while (!slice_is_absent(migration_text(engine_sqlite.scheme, version + 1)))
        version++;
    return version;
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
