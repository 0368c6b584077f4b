#include "store/pg_codec.h"

#include <endian.h>

#include "base/check.h"

/* Of pg_type.dat. */
enum {
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
};

#define BINARY 1

static Oid type_of(enum script_type type)
{
    switch (type) {
    case SCRIPT_INT:
        return OID_INT8;
    case SCRIPT_TEXT:
        return OID_TEXT;
    case SCRIPT_BYTES:
        break;
    }
    return OID_BYTEA;
}

void pg_param_types(const struct script *script, const struct script_statement *statement,
                    Oid ret_types[SCRIPT_PARAMS_MAX])
{
    for (unsigned i = 0; i < statement->param_count; i++)
        ret_types[i] = type_of(script->in[statement->params[i]].type);
}

void pg_params_fill(struct pg_params *params, const struct script *script,
                    const struct script_statement *statement, const void *in)
{
    for (unsigned i = 0; i < statement->param_count; i++) {
        const struct script_field *field = &script->in[statement->params[i]];
        const char *at = (const char *)in + field->offset;
        struct slice text;
        uint64_t number;

        params->formats[i] = BINARY;
        if (field->type == SCRIPT_INT) {
            memcpy(&number, at, sizeof(number));
            params->numbers[i] = htobe64(number);
            params->values[i] = (const char *)&params->numbers[i];
            params->lengths[i] = (int)sizeof(number);
            continue;
        }
        memcpy(&text, at, sizeof(text));
        params->values[i] = text.ptr;
        params->lengths[i] = (int)text.len;
    }
}

bool pg_columns_fit(const struct script *script, const PGresult *result)
{
    if (PQnfields(result) != (int)script->out_count)
        return false;
    for (unsigned i = 0; i < script->out_count; i++) {
        Oid type = PQftype(result, (int)i);
        Oid wanted = type_of(script->out[i].type);
        bool is_number = type == OID_INT8 || type == OID_INT4 || type == OID_INT2;

        if (strcmp(PQfname(result, (int)i), script->out[i].name) != 0)
            return false;
        if (type != wanted && !(wanted == OID_INT8 && is_number))
            return false;
    }
    return true;
}

static int64_t read_number(const char *bytes, int len)
{
    uint64_t wide;
    uint32_t middle;
    uint16_t narrow;

    switch (len) {
    case sizeof(wide):
        memcpy(&wide, bytes, sizeof(wide));
        return (int64_t)be64toh(wide);
    case sizeof(middle):
        memcpy(&middle, bytes, sizeof(middle));
        return (int32_t)be32toh(middle);
    case sizeof(narrow):
        memcpy(&narrow, bytes, sizeof(narrow));
        return (int16_t)be16toh(narrow);
    default:
        CHECK(len == 0);
        return 0; /* NULL */
    }
}

static void read_row(const PGresult *result, int row, const struct script *script,
                     struct arena *arena, char *to)
{
    for (unsigned i = 0; i < script->out_count; i++) {
        char *at = to + script->out[i].offset;
        int column = (int)i;
        const char *bytes = PQgetvalue(result, row, column);
        int len = PQgetlength(result, row, column);
        struct slice text = SLICE_ABSENT;

        if (script->out[i].type == SCRIPT_INT) {
            int64_t number = read_number(bytes, len);

            memcpy(at, &number, sizeof(number));
            continue;
        }
        if (PQgetisnull(result, row, column) == 0)
            text = arena_copy(arena, slice_of(bytes, (size_t)len));
        memcpy(at, &text, sizeof(text));
    }
}

void pg_read_rows(struct store_job *job, const PGresult *result)
{
    const struct script *script = job->script;
    int count = PQntuples(result);
    char *rows;

    job->truncated = count > STORE_ROWS_MAX;
    if (job->truncated)
        count = STORE_ROWS_MAX;
    rows = count == 0 ? NULL : arena_alloc(job->arena, (size_t)count * script->row_size);
    for (int i = 0; i < count; i++)
        read_row(result, i, script, job->arena, rows + (size_t)i * script->row_size);
    job->rows = rows;
    job->row_count = (unsigned)count;
}
