/*
 * The PostgreSQL engine: a server, and for each port a link for writes and one for reads. Several
 * nodes share one database and nothing else.
 */
#include <stdlib.h>

#include "base/check.h"
#include "store/engine.h"
#include "store/pg_link.h"
#include "store/pg_migrate.h"

struct pg_port {
    struct pg_link *writes;
    struct pg_link *reads;
};

static bool name_server(const struct settings *settings, struct pg_server *ret_server, char *error)
{
    ret_server->settings = settings;
    ret_server->timeout_ms = settings->store_timeout_ms;
    store_name(settings->store_url, ret_server->name);
    return pg_url_is_good(ret_server, error);
}

static bool engine_open(const struct settings *settings, void **ret_self,
                        char error[STORE_ERROR_SIZE])
{
    struct pg_server *server = calloc(1, sizeof(*server));

    CHECK(server != NULL);
    if (!name_server(settings, server, error)) {
        free(server);
        return false;
    }
    *ret_self = server;
    return true;
}

static enum store_readiness engine_prepare(void *self, bool create, char error[STORE_ERROR_SIZE])
{
    return pg_bring_up_to_date(self, create, error);
}

static void engine_close(void *self)
{
    free(self);
}

static bool engine_port_open(void *self, struct store_port *owner, uv_loop_t *loop,
                             void **ret_self_port, char error[STORE_ERROR_SIZE])
{
    struct pg_port *port = calloc(1, sizeof(*port));

    (void)owner;
    error[0] = '\0';
    CHECK(port != NULL);
    port->writes = pg_link_new(self, loop, true);
    port->reads = pg_link_new(self, loop, false);
    pg_link_pair(port->writes, port->reads);
    *ret_self_port = port;
    return true;
}

static void engine_port_close(void *self_port)
{
    struct pg_port *port = self_port;

    pg_link_close(port->writes);
    pg_link_close(port->reads);
    free(port);
}

static enum engine_result engine_run(void *self_port, struct store_job *job)
{
    struct pg_port *port = self_port;

    return pg_link_run(job->script->writes ? port->writes : port->reads, job);
}

static void engine_rest(void *self_port)
{
    struct pg_port *port = self_port;

    pg_link_rest(port->writes);
    pg_link_rest(port->reads);
}

static bool engine_version(const struct settings *settings, int64_t *ret_stored,
                           char error[STORE_ERROR_SIZE])
{
    struct pg_server server = {0};

    return name_server(settings, &server, error) && pg_read_version(&server, ret_stored, error);
}

const struct engine engine_pg = {
    .schema = "postgresql",
    .open = engine_open,
    .prepare = engine_prepare,
    .close = engine_close,
    .port_open = engine_port_open,
    .port_close = engine_port_close,
    .run = engine_run,
    .rest = engine_rest,
    .version = engine_version,
};
