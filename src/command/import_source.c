#include "command/import_source.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

struct import_source {
    const struct import_engine *engine;
    void *self;
    unsigned count; /* values of the rows being read */
    char name[STORE_NAME_SIZE];
};

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static const struct import_engine *engine_of(const char *dsn)
{
    if (begins_with(dsn, "sqlite:") && dsn[strlen("sqlite:")] != '\0')
        return &import_engine_sqlite;
    if (begins_with(dsn, "postgresql://") || begins_with(dsn, "postgres://"))
        return &import_engine_pg;
    return NULL;
}

bool import_source_open(const char *dsn, struct import_source **ret_source,
                        char error[STORE_ERROR_SIZE])
{
    const struct import_engine *engine = engine_of(dsn);
    struct import_source *source;
    void *self;
    char name[STORE_NAME_SIZE];

    store_name(dsn, name);
    if (engine == NULL) {
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "--dsn takes sqlite:FILE or postgresql://USER@HOST/DATABASE, not '%.200s'",
                       name);
        return false;
    }
    if (!engine->open(dsn, name, &self, error))
        return false;
    source = calloc(1, sizeof(*source));
    CHECK(source != NULL);
    source->engine = engine;
    source->self = self;
    memcpy(source->name, name, sizeof(name));
    *ret_source = source;
    return true;
}

void import_source_close(struct import_source *source)
{
    if (source == NULL)
        return;
    source->engine->close(source->self);
    free(source);
}

const char *import_source_name(const struct import_source *source)
{
    return source->name;
}

bool import_source_select(struct import_source *source, const char *sql, unsigned count,
                          char error[STORE_ERROR_SIZE])
{
    CHECK(count > 0 && count <= IMPORT_VALUES_MAX);
    source->count = count;
    return source->engine->select(source->self, sql, error);
}

bool import_source_next(struct import_source *source, struct slice *values, bool *ret_found,
                        char error[STORE_ERROR_SIZE])
{
    return source->engine->next(source->self, values, source->count, ret_found, error);
}

bool import_source_catalogue(struct import_source *source, char error[STORE_ERROR_SIZE])
{
    return import_source_select(source, source->engine->catalogue, 2, error);
}
