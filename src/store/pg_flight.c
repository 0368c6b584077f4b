#include "store/pg_flight.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "store/pg_codec.h"

#define BINARY_RESULTS 1

/* What a flight is doing. */
enum leg {
    LEG_SCRIPTS, /* reading their results, and the barrier's */
    LEG_BROKEN,  /* one of them has failed: all after it were passed over */
    LEG_MEND,    /* rolling back, and the barrier once more */
};

enum passenger_state {
    ABOARD,  /* its results are not all here */
    ARRIVED, /* it has run */
    FAILED,  /* it has not run, for sure, and will not */
    AGAIN,   /* it has not run, for sure, and may next time */
};

struct passenger {
    struct store_job *job; /* NULL: its deadline has passed */
    const struct script *script;
    enum passenger_state state;
};

struct pg_flight {
    bool writes;
    enum leg leg;
    struct passenger *passengers;
    unsigned capacity;
    unsigned count;
    unsigned reading; /* whose results come next; `count`: the barrier's */
    unsigned step;    /* how many of them have come */
    unsigned nulls;   /* separators in a row */
    unsigned leaving; /* who leaves next */
    char error[STORE_ERROR_SIZE];
    struct pg_params params;
};

struct pg_flight *pg_flight_new(bool writes, unsigned capacity)
{
    struct pg_flight *flight = calloc(1, sizeof(*flight));

    CHECK(flight != NULL);
    flight->passengers = calloc(capacity, sizeof(*flight->passengers));
    CHECK(flight->passengers != NULL);
    flight->writes = writes;
    flight->capacity = capacity;
    return flight;
}

void pg_flight_free(struct pg_flight *flight)
{
    CHECK(flight->count == 0);
    free(flight->passengers);
    free(flight);
}

unsigned pg_flight_size(const struct pg_flight *flight)
{
    return flight->count;
}

static bool send_statement(struct pg_flight *flight, PGconn *conn, const struct store_job *job,
                           const struct script_statement *statement)
{
    struct pg_params *params = &flight->params;

    pg_params_fill(params, job->script, statement, job->in);
    return PQsendQueryPrepared(conn, statement->name, (int)statement->param_count, params->values,
                               params->lengths, params->formats, BINARY_RESULTS) == 1;
}

static bool send_word(PGconn *conn, const char *name)
{
    return PQsendQueryPrepared(conn, name, 0, NULL, NULL, NULL, 0) == 1;
}

bool pg_flight_board(struct pg_flight *flight, PGconn *conn, struct store_job *job)
{
    const struct script *script = job->script;
    bool sent;

    CHECK(flight->count < flight->capacity && script->writes == flight->writes);
    flight->passengers[flight->count++] =
        (struct passenger){.job = job, .script = script, .state = ABOARD};
    sent = (!flight->writes || send_word(conn, PG_BEGIN)) &&
           (script->lock == NULL || send_statement(flight, conn, job, script->lock));
    for (unsigned n = 0; n < script->statement_count && sent; n++)
        sent = send_statement(flight, conn, job, &script->statements[n]);
    return sent && (!flight->writes || send_word(conn, PG_COMMIT));
}

bool pg_flight_depart(struct pg_flight *flight, PGconn *conn)
{
    flight->leg = LEG_SCRIPTS;
    flight->reading = 0;
    flight->step = 0;
    flight->nulls = 0;
    return (!flight->writes || send_word(conn, PG_BARRIER)) && PQpipelineSync(conn) == 1;
}

bool pg_flight_mend(struct pg_flight *flight, PGconn *conn)
{
    CHECK(flight->leg == LEG_BROKEN);
    flight->leg = LEG_MEND;
    return send_word(conn, PG_ROLLBACK) && send_word(conn, PG_BARRIER) && PQpipelineSync(conn) == 1;
}

const char *pg_flight_error(const struct pg_flight *flight)
{
    return flight->error;
}

static enum pg_flight_news lost(struct pg_flight *flight, const char *why)
{
    (void)snprintf(flight->error, sizeof(flight->error), "%.*s", (int)strcspn(why, "\n"), why);
    return PG_FLIGHT_LOST;
}

static bool is_one_of(const char *state, const char *list)
{
    return strlen(state) == 5 && strstr(list, state) != NULL;
}

/* Codes: https://www.postgresql.org/docs/15/errcodes-appendix.html. */
static enum pg_flight_news take_error(struct pg_flight *flight, PGconn *conn,
                                      const PGresult *result)
{
    /* A neighbour was quicker: serialization, deadlock, unique key. */
    static const char passing[] = "40001 40P01 23505";
    /* This connection will not do: read-only since a standby took over, shutting down, its
     * statements gone or out of date. */
    static const char useless[] = "25006 57P01 57P02 57P03 57P05 26000 0A000";
    struct passenger *passenger;
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    /* FATAL and worse end the connection, perhaps after a commit. */
    if (state == NULL || severity == NULL || strcmp(severity, "ERROR") != 0 ||
        PQstatus(conn) != CONNECTION_OK || is_one_of(state, useless) ||
        flight->reading == flight->count)
        return lost(flight, PQresultErrorMessage(result));
    flight->leg = LEG_BROKEN;
    passenger = &flight->passengers[flight->reading];
    passenger->state = FAILED;
    if (is_one_of(state, passing) && passenger->job != NULL &&
        passenger->job->tries++ < PG_TRIES_MAX)
        passenger->state = AGAIN;
    /* The primary message alone: its DETAIL may quote what people stored. */
    if (passenger->state == FAILED)
        log_write(LOG_ERROR, "store_failed", LOG_STR("during", passenger->script->name),
                  LOG_STR("detail", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)),
                  LOG_STR("sqlstate", state));
    return PG_FLIGHT_ON;
}

/* One statement's result has come. A script that writes stands between BEGIN and COMMIT. */
static void take_step(struct pg_flight *flight, const PGresult *result, bool is_good)
{
    struct passenger *passenger = &flight->passengers[flight->reading];
    const struct script *script = passenger->script;
    unsigned after = flight->writes ? 1 : 0;
    unsigned before = after + (script->lock == NULL ? 0 : 1);

    if (is_good && flight->step == before + script->result && passenger->job != NULL)
        pg_read_rows(passenger->job, result);
    if (++flight->step < before + script->statement_count + after)
        return;
    if (passenger->state == ABOARD)
        passenger->state = ARRIVED;
    flight->reading++;
    flight->step = 0;
}

static enum pg_flight_news take_sync(struct pg_flight *flight)
{
    if (flight->reading != flight->count)
        return lost(flight, "results out of step");
    return flight->writes && flight->leg == LEG_BROKEN ? PG_FLIGHT_BROKEN : PG_FLIGHT_LANDED;
}

static enum pg_flight_news take_result(struct pg_flight *flight, PGconn *conn,
                                       const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    enum pg_flight_news news = PG_FLIGHT_ON;

    if (status == PGRES_PIPELINE_SYNC)
        return take_sync(flight);
    if (status == PGRES_PIPELINE_ABORTED) {
        /* Somebody before it failed. */
        if (flight->reading < flight->count && flight->passengers[flight->reading].state == ABOARD)
            flight->passengers[flight->reading].state = AGAIN;
    } else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        news = take_error(flight, conn, result);
    }
    if (news == PG_FLIGHT_ON && flight->reading < flight->count)
        take_step(flight, result, status == PGRES_TUPLES_OK);
    return news;
}

enum pg_flight_news pg_flight_read(struct pg_flight *flight, PGconn *conn)
{
    PGresult *result = PQgetResult(conn);
    enum pg_flight_news news;

    if (result == NULL) {
        /* One stands between the results of two statements. */
        if (++flight->nulls > 2)
            return lost(flight, "results out of step");
        return PG_FLIGHT_ON;
    }
    flight->nulls = 0;
    news = take_result(flight, conn, result);
    PQclear(result);
    return news;
}

/* The next passenger whose job is still ours; NULL, and the flight is empty, when there is none. */
static struct passenger *next_leaving(struct pg_flight *flight)
{
    while (flight->leaving < flight->count) {
        struct passenger *passenger = &flight->passengers[flight->leaving++];

        if (passenger->job != NULL)
            return passenger;
    }
    flight->leaving = 0;
    flight->count = 0;
    return NULL;
}

struct store_job *pg_flight_leave(struct pg_flight *flight, bool *ret_again)
{
    struct passenger *passenger = next_leaving(flight);

    if (passenger == NULL)
        return NULL;
    *ret_again = passenger->state == AGAIN;
    passenger->job->result = passenger->state == ARRIVED ? STORE_DONE : STORE_UNAVAILABLE;
    /* It did not run this time; nobody knows of the time before. */
    if (passenger->state == FAILED && passenger->job->maybe_done && passenger->script->writes)
        passenger->job->result = STORE_UNKNOWN;
    return passenger->job;
}

struct store_job *pg_flight_recall(struct pg_flight *flight)
{
    struct passenger *passenger = next_leaving(flight);

    if (passenger == NULL)
        return NULL;
    if (passenger->state == ABOARD || passenger->state == ARRIVED)
        passenger->job->maybe_done = true;
    passenger->job->tries =
        passenger->state == FAILED ? PG_TRIES_MAX + 1 : passenger->job->tries + 1;
    return passenger->job;
}

struct store_job *pg_flight_expired(struct pg_flight *flight, int64_t now_us)
{
    for (unsigned i = 0; i < flight->count; i++) {
        struct passenger *passenger = &flight->passengers[i];
        struct store_job *job = passenger->job;

        if (job == NULL || job->deadline_us > now_us)
            continue;
        passenger->job = NULL;
        if (passenger->state == ABOARD || passenger->state == ARRIVED)
            job->maybe_done = true;
        return job;
    }
    return NULL;
}
