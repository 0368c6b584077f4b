#include "subject.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "translate.h"

/* Longer than anything is kept: what an earlier run left in a shared store is over. */
#define BETWEEN_RUNS_US (400 * US_PER_DAY)

/* Beyond whatever a run makes. */
#define EVERYTHING 1000000

struct worker {
    struct subject *subject;
    unsigned number;
    pthread_t thread;
    struct arena *arena;
};

struct subject {
    struct settings *settings;
    struct store *store;
    struct store_port *port;
    struct arena *arena;
    struct translation translation;
    char url[256];
    char folder[64]; /* of the SQLite file; empty for a shared store */

    bool has_workers;
    struct worker workers[SUBJECT_WORKERS];
    pthread_barrier_t turn; /* everybody meets before and after each batch */
    const struct op *ops;   /* of the batch; NULL: go home */
    struct store_job *jobs;
    unsigned count;
};

static _Noreturn void give_up(const char *what)
{
    (void)fprintf(stderr, "%s\n", what);
    exit(1);
}

/* The one place that knows how a port is opened. */
static struct store_port *open_port(struct store *store)
{
    char error[STORE_ERROR_SIZE] = "";
    struct store_port *port = NULL;

    if (!store_port_open(store, NULL, &port, error))
        give_up(error);
    return port;
}

/* A new SQLite file, in memory where there is such a place: this test is about answers. */
static void make_folder(struct subject *subject)
{
    (void)snprintf(subject->folder, sizeof(subject->folder), "%s/domofon-model.XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (mkdtemp(subject->folder) == NULL)
        give_up("no folder for an SQLite file");
    (void)snprintf(subject->url, sizeof(subject->url), "sqlite:%s/store.sqlite", subject->folder);
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"store.sqlite", "store.sqlite-wal", "store.sqlite-shm"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[128];

        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

static void run_raw(struct subject *subject, const struct script *script, const void *in,
                    struct store_job *job)
{
    *job = (struct store_job){.script = script, .in = in, .arena = subject->arena};
    if (store_run_wait(subject->port, job) != STORE_DONE)
        give_up("the store cannot be prepared");
}

/* What earlier runs left goes, and accounts of theirs are told from ours by their ids. */
static void prepare(struct subject *subject)
{
    int64_t now_us = MODEL_START_US + subject->translation.shift_us;
    struct slice name = slice_str(subject->translation.ending);
    struct store_job job;

    run_raw(subject, &script_sweep,
            &(struct sweep_in){.holder = name,
                               .now_us = now_us - US_PER_HOUR,
                               .most = EVERYTHING,
                               .session_to = INT64_MAX,
                               .audit_before_us = now_us - US_PER_HOUR,
                               .outbox_before_us = now_us - US_PER_HOUR},
            &job);
    if (STORE_ROW(&job, sweep)->held == 0)
        give_up("the store has been used before; an empty one is needed");
    run_raw(subject, &script_add_account,
            &(struct add_account_in){.phone = name,
                                     .role = SLICE_LIT("user"),
                                     .locale = SLICE_LIT("en"),
                                     .own_code = name,
                                     .now_us = now_us - US_PER_HOUR},
            &job);
    subject->translation.floor_id = STORE_ROW(&job, add_account)->account.id;
}

struct subject *subject_open(const char *url)
{
    static int64_t next_start_us;
    struct subject *subject = calloc(1, sizeof(*subject));
    char error[SETTINGS_ERROR_SIZE > STORE_ERROR_SIZE ? SETTINGS_ERROR_SIZE : STORE_ERROR_SIZE];

    CHECK(subject != NULL);
    if (url == NULL)
        make_folder(subject);
    else
        (void)snprintf(subject->url, sizeof(subject->url), "%s", url);
    if (next_start_us == 0)
        next_start_us = clock_now_us();
    next_start_us += BETWEEN_RUNS_US;
    subject->translation.shift_us = next_start_us - MODEL_START_US;
    (void)snprintf(subject->translation.ending, sizeof(subject->translation.ending), "~%08x",
                   random_below(UINT32_MAX));
    CHECK(pthread_mutex_init(&subject->translation.lock, NULL) == 0);
    subject->arena = arena_new();
    subject->settings = settings_new();
    if (settings_set(subject->settings, "store", subject->url, "test", error) != SETTINGS_OK ||
        !store_open(subject->settings, true, &subject->store, error))
        give_up(error);
    subject->port = open_port(subject->store);
    prepare(subject);
    return subject;
}

const char *subject_name(const struct subject *subject)
{
    return subject->folder[0] != '\0' ? "sqlite" : subject->url;
}

/* Runs one operation; its rows are still the engine's. */
static struct store_job run_on(struct subject *subject, struct store_port *port,
                               const struct op *op, struct arena *arena)
{
    struct store_job job = {.script = op->script, .arena = arena};

    job.in = translate_in(&subject->translation, op->script, op->in, arena);
    if (store_run_wait(port, &job) == STORE_DONE)
        translate_learn(&subject->translation, &job);
    return job;
}

static struct outcome outcome_of(struct subject *subject, const struct store_job *job)
{
    struct outcome outcome = {.result = job->result, .rows = {.script = job->script}};

    if (job->result == STORE_DONE)
        outcome.rows = translate_out(&subject->translation, job, subject->arena);
    return outcome;
}

static void clear(struct arena **arena)
{
    arena_free(*arena);
    *arena = arena_new();
}

struct outcome subject_run(struct subject *subject, const struct op *op)
{
    struct store_job job;

    clear(&subject->arena);
    job = run_on(subject, subject->port, op, subject->arena);
    return outcome_of(subject, &job);
}

static void *worker_main(void *arg)
{
    struct worker *worker = arg;
    struct subject *subject = worker->subject;
    struct store_port *port = open_port(subject->store);

    for (;;) {
        (void)pthread_barrier_wait(&subject->turn);
        if (subject->ops == NULL)
            break;
        clear(&worker->arena);
        for (unsigned i = worker->number; i < subject->count; i += SUBJECT_WORKERS)
            subject->jobs[i] = run_on(subject, port, &subject->ops[i], worker->arena);
        (void)pthread_barrier_wait(&subject->turn);
    }
    store_port_close(port);
    return NULL;
}

static void start_workers(struct subject *subject)
{
    CHECK(pthread_barrier_init(&subject->turn, NULL, SUBJECT_WORKERS + 1) == 0);
    for (unsigned i = 0; i < SUBJECT_WORKERS; i++) {
        struct worker *worker = &subject->workers[i];

        *worker = (struct worker){.subject = subject, .number = i};
        CHECK(pthread_create(&worker->thread, NULL, worker_main, worker) == 0);
    }
    subject->has_workers = true;
}

static void stop_workers(struct subject *subject)
{
    subject->ops = NULL;
    (void)pthread_barrier_wait(&subject->turn);
    for (unsigned i = 0; i < SUBJECT_WORKERS; i++) {
        CHECK(pthread_join(subject->workers[i].thread, NULL) == 0);
        arena_free(subject->workers[i].arena);
    }
    pthread_barrier_destroy(&subject->turn);
}

void subject_run_at_once(struct subject *subject, const struct op *ops, struct outcome *outcomes,
                         unsigned count)
{
    struct store_job jobs[SUBJECT_AT_ONCE_MAX];

    CHECK(count <= SUBJECT_AT_ONCE_MAX);
    if (!subject->has_workers)
        start_workers(subject);
    subject->ops = ops;
    subject->jobs = jobs;
    subject->count = count;
    (void)pthread_barrier_wait(&subject->turn);
    (void)pthread_barrier_wait(&subject->turn);
    /* Only now every id is known, also to rows that came before the one it was learnt from. */
    clear(&subject->arena);
    for (unsigned i = 0; i < count; i++)
        outcomes[i] = outcome_of(subject, &jobs[i]);
}

void subject_close(struct subject *subject)
{
    if (subject->has_workers)
        stop_workers(subject);
    store_port_close(subject->port);
    store_close(subject->store);
    settings_free(subject->settings);
    arena_free(subject->arena);
    pthread_mutex_destroy(&subject->translation.lock);
    if (subject->folder[0] != '\0')
        remove_folder(subject->folder);
    free(subject);
}
