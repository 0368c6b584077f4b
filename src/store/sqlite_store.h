/*
 * sqlite_store: the SQLite engine's own object, shared by its two halves: sqlite_engine.c opens,
 * reads and closes; sqlite_writer.c is the thread that writes.
 */
#ifndef STORE_SQLITE_STORE_H
#define STORE_SQLITE_STORE_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "store/engine.h"
#include "store/sqlite_conn.h"

struct sqlite_store {
    char *path;
    const struct settings *settings;
    dev_t device; /* which file we opened: it may be moved away under us */
    ino_t inode;
    pthread_t writer;
    bool writing;             /* the writer runs */
    struct sqlite_conn *conn; /* the writer's */
    bool missing;             /* the writer has told that our file is not in its place */

    /* Grows with every commit, before anybody is told: a read older than it begins anew. */
    atomic_uint_least64_t commits;
    /* Grows whenever the writer had to open the file again: readers follow. */
    atomic_uint generation;

    pthread_mutex_t lock;
    pthread_cond_t queued;
    struct store_job *first;
    struct store_job *last;
    int64_t queue_len;
    bool stopping;
};

/*
 * True while the file at our path is the one we opened. Commits into a file that somebody has moved
 * away would be lost with it; and another file in its place must not be opened while our log file
 * (PATH-wal) lies beside it: SQLite would apply that to it, or delete it if the file is empty. Our
 * own file may come back at any time, another one takes a restart.
 */
bool sqlite_file_is_ours(const struct sqlite_store *store);

/* Notes which file stands at the path; false when there is none. */
MUST_CHECK bool sqlite_remember_file(struct sqlite_store *store);

/* The writer's thread (`object` is a struct sqlite_store): runs whatever has queued in one
 * transaction until `stopping`. */
void *sqlite_writer_main(void *object);

/* Queues a write; false when the queue is full or closing. */
MUST_CHECK bool sqlite_writer_queue(struct sqlite_store *store, struct store_job *job);

#endif
