/*
 * pg_link: one connection of one loop to PostgreSQL, and the jobs that use it.
 *
 * Jobs travel in flights. While one flight is under way, what arrives waits and is the next: never
 * more than one Sync is outstanding, so that a busy server gets few large flights and an idle one
 * answers at once. libpq's pipeline mode carries a flight in one go.
 *
 * Each script that writes is a transaction of its own, between BEGIN and COMMIT, and commits
 * without waiting for the disk (synchronous_commit = off). The flight ends with the barrier: a
 * transaction that commits durably, and with it everything before it in the log of PostgreSQL. Only
 * then are the jobs handed back. So one flush serves a flight, yet a lock lasts no longer than its
 * script. A script that fails is rolled back alone; PostgreSQL passes over those after it, and they
 * are replayed one by one. See docs/decisions/0009.
 *
 * A lost connection is opened again, with growing pauses. What was under way is then run again if
 * its script is `repeatable` (and before that the old server process is ended, should it still be
 * at it); otherwise, and when its time is over, it comes back STORE_UNKNOWN.
 */
#ifndef STORE_PG_LINK_H
#define STORE_PG_LINK_H

#include "store/engine.h"
#include "store/pg_connect.h"

struct pg_link;

/* For the scripts that write or for those that read, on `loop`; connects with the first job.
 * `server` must outlive the link. */
struct pg_link *pg_link_new(const struct pg_server *server, uv_loop_t *loop, bool writes);

/* Two links of one loop: when one has found the server again, the other tries at once. */
void pg_link_pair(struct pg_link *one, struct pg_link *other);

/* Every job must have come back. Gone when the loop has closed its handles. */
void pg_link_close(struct pg_link *link);

/* Takes a job; see engine.h. */
enum engine_result pg_link_run(struct pg_link *link, struct store_job *job);

/* The loop is about to wait: what has queued departs. */
void pg_link_rest(struct pg_link *link);

#endif
