/*
 * pg_flight: the jobs that are under way together on one connection; see pg_link.h. Sends their
 * statements in libpq's pipeline mode and reads the results in the same order
 * (https://www.postgresql.org/docs/15/libpq-pipeline-mode.html). Knows nothing of sockets or time.
 */
#ifndef STORE_PG_FLIGHT_H
#define STORE_PG_FLIGHT_H

#include "store/pg_connect.h"

struct pg_flight;

/* How often a script is run again that failed for a reason that passes (a deadlock, a conflict with
 * a neighbour, a lost connection). */
#define PG_TRIES_MAX 3

struct pg_flight *pg_flight_new(bool writes, unsigned capacity);
void pg_flight_free(struct pg_flight *flight);

/* Jobs aboard. */
unsigned pg_flight_size(const struct pg_flight *flight);

/* Takes a job and sends its statements; false when libpq cannot: the connection is lost. */
MUST_CHECK bool pg_flight_board(struct pg_flight *flight, PGconn *conn, struct store_job *job);

/* No more jobs: sends the end. False as above. */
MUST_CHECK bool pg_flight_depart(struct pg_flight *flight, PGconn *conn);

enum pg_flight_news {
    PG_FLIGHT_ON,     /* more results will come */
    PG_FLIGHT_BROKEN, /* a script failed: pg_flight_mend, and read on */
    PG_FLIGHT_LANDED, /* pg_flight_leave gives the jobs */
    PG_FLIGHT_LOST,   /* the connection is of no more use: pg_flight_recall gives the jobs */
};

/* Reads one result, when PQgetResult would not block. */
enum pg_flight_news pg_flight_read(struct pg_flight *flight, PGconn *conn);

/* Rolls back the script that failed, and makes durable those before it; those after it have not
 * run and will leave to be run again. False as above. */
MUST_CHECK bool pg_flight_mend(struct pg_flight *flight, PGconn *conn);

/* Why it was lost. */
const char *pg_flight_error(const struct pg_flight *flight);

/* The next job of a landed flight, with its result set; or one to be run again. NULL: no more, and
 * the flight is empty. */
struct store_job *pg_flight_leave(struct pg_flight *flight, bool *ret_again);

/* The next job of a flight that was lost; job->maybe_done and job->tries tell what is known. NULL:
 * no more, and the flight is empty. */
struct store_job *pg_flight_recall(struct pg_flight *flight);

/* A job aboard whose deadline has come; it is the caller's again, its results will be passed over.
 * NULL: none. */
struct store_job *pg_flight_expired(struct pg_flight *flight, int64_t now_us);

#endif
