/*
 * pg_connect: a connection to PostgreSQL made ready for scripts, and plain SQL on it.
 *
 * Everything here blocks, within a deadline, and is called on threads that may: the thread pool of
 * libuv, commands. libpq (https://www.postgresql.org/docs/15/libpq.html) looks names up and tries
 * several hosts in its blocking call only.
 */
#ifndef STORE_PG_CONNECT_H
#define STORE_PG_CONNECT_H

#include <libpq-fe.h>

#include "store/store.h"

/* One PostgreSQL store: read-only after opening. */
struct pg_server {
    const struct settings *settings;
    int64_t timeout_ms;         /* how long an answer may take */
    char name[STORE_NAME_SIZE]; /* its URL without the password */
};

/* Names one server process, also after a pid has come round again. */
#define PG_BACKEND_SIZE 64
struct pg_backend {
    char pid[16];                /* empty: none */
    char since[PG_BACKEND_SIZE]; /* when it began, as PostgreSQL writes it */
};

/* Whether `url` is one that libpq understands; if not, says why in error. */
MUST_CHECK bool pg_url_is_good(const struct pg_server *server, char error[STORE_ERROR_SIZE]);

/*
 * A connection to whichever of the hosts takes writes, non-blocking in libpq's sense. NULL, with a
 * message for a person in error, when there is none now. Close with PQfinish.
 */
PGconn *pg_connect(const struct pg_server *server, char error[STORE_ERROR_SIZE]);

/*
 * Closes the descriptor by which a loop watched a connection. By libuv, as that closes its own:
 * ThreadSanitizer sees neither, and would take a number that has come round again for the same
 * thing.
 */
void pg_close_socket(int socket);

/*
 * Makes a connection ready for the scripts that write, or for those that read: session settings,
 * every statement prepared under its name, pipeline mode. The process `ghost`, if it still
 * lives, is ended first: what a lost connection was about to do must not happen later.
 * *ret_backend is who serves this one. False, with a message, when the schema or a statement does
 * not fit, or the server does not answer.
 */
MUST_CHECK bool pg_make_ready(const struct pg_server *server, PGconn *conn, bool writes,
                              const struct pg_backend *ghost, struct pg_backend *ret_backend,
                              char error[STORE_ERROR_SIZE]);

/*
 * Runs one SQL text and waits, at most server->timeout_ms; several statements are allowed,
 * the result is the last one's. NULL, with a message, when anything failed. Free with PQclear.
 */
PGresult *pg_query(const struct pg_server *server, PGconn *conn, const char *sql,
                   char error[STORE_ERROR_SIZE]);

/* The same, with text parameters: NULL ends the list. */
#define PG_QUERY_PARAMS_MAX 4
PGresult *pg_query_params(const struct pg_server *server, PGconn *conn, const char *sql,
                          const char *const *params, char error[STORE_ERROR_SIZE]);

/* The same, and the result has the binary formats of pg_codec.h. */
PGresult *pg_query_binary(const struct pg_server *server, PGconn *conn, const char *sql,
                          const char *const *params, char error[STORE_ERROR_SIZE]);

/* Runs `COPY ... FROM STDIN` with these bytes, and waits as pg_query does. */
MUST_CHECK bool pg_copy_in(const struct pg_server *server, PGconn *conn, const char *sql,
                           struct slice data, char error[STORE_ERROR_SIZE]);

/* The schema of the connected database; 0 when it has none. */
MUST_CHECK bool pg_schema_version(const struct pg_server *server, PGconn *conn,
                                  int64_t *ret_version, char error[STORE_ERROR_SIZE]);

/* Statements of a connection that writes. */
#define PG_BEGIN "begin"
#define PG_COMMIT "commit"
#define PG_ROLLBACK "rollback"
/* Makes durable what other transactions committed before it; see pg_link.h. */
#define PG_BARRIER "barrier"

#endif
