/*
 * pg_codec: parameters and rows of scripts in PostgreSQL's binary formats: integers big-endian,
 * text and bytea as they are (https://www.postgresql.org/docs/15/protocol-overview.html, "Formats
 * and Format Codes"; the types are those of pg_type.dat).
 */
#ifndef STORE_PG_CODEC_H
#define STORE_PG_CODEC_H

#include <libpq-fe.h>

#include "store/store.h"

/* Parameters as libpq takes them; they point into `in` and into this object. */
struct pg_params {
    const char *values[SCRIPT_PARAMS_MAX];
    int lengths[SCRIPT_PARAMS_MAX];
    int formats[SCRIPT_PARAMS_MAX];
    uint64_t numbers[SCRIPT_PARAMS_MAX];
};

/* The types to prepare a statement with. */
void pg_param_types(const struct script *script, const struct script_statement *statement,
                    Oid ret_types[SCRIPT_PARAMS_MAX]);

/* The parameters that one statement takes from a script's struct X_in. */
void pg_params_fill(struct pg_params *params, const struct script *script,
                    const struct script_statement *statement, const void *in);

/* Whether the columns of a statement, described or run, are what the script declares. */
MUST_CHECK bool pg_columns_fit(const struct script *script, const PGresult *result);

/* Sets the rows of a job from the result of its script's SELECT; they are copied to job->arena. */
void pg_read_rows(struct store_job *job, const PGresult *result);

#endif
