/*
 * The schema's versions, whatever the engine: which this program knows, and which stores it takes.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/embed.h"
#include "store/engine.h"

struct slice migration_text(const char *schema, int64_t version)
{
    char prefix[32];
    char suffix[32];

    (void)snprintf(prefix, sizeof(prefix), "migrations/%04" PRId64 "_", version);
    (void)snprintf(suffix, sizeof(suffix), ".%s.sql", schema);
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

    while (!slice_is_absent(migration_text(engine_sqlite.schema, version + 1)))
        version++;
    return version;
}

bool migration_allowed(const char *name, int64_t stored, bool create, char error[STORE_ERROR_SIZE])
{
    int64_t newest = migration_newest();

    if (stored > newest) {
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "store %.300s: was written by a newer domofon (schema %" PRId64
                       ", this one knows %" PRId64 ")",
                       name, stored, newest);
        return false;
    }
    if (stored < newest && !create) {
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "store %.300s: has schema %" PRId64 " of %" PRId64
                       "; run `domofon migrate up`",
                       name, stored, newest);
        return false;
    }
    return true;
}
