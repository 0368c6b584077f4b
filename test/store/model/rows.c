#include "rows.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"

static int64_t int_of(const char *row, const struct script_field *field)
{
    int64_t value;

    memcpy(&value, row + field->offset, sizeof(value));
    return value;
}

static struct slice slice_in(const char *row, const struct script_field *field)
{
    struct slice value;

    memcpy(&value, row + field->offset, sizeof(value));
    return value;
}

static bool field_agrees(const struct script_field *field, const char *expected, const char *got)
{
    if (field->type == SCRIPT_INT)
        return int_of(expected, field) == int_of(got, field);
    return slice_eq(slice_in(expected, field), slice_in(got, field));
}

static bool row_agrees(const struct script *script, const char *expected, const char *got,
                       bool loose)
{
    for (unsigned i = 0; i < script->out_count; i++) {
        /* The highest id, which is not always the last one committed. */
        if (loose && strcmp(script->out[i].name, "last_session_id") == 0)
            continue;
        if (!field_agrees(&script->out[i], expected, got))
            return false;
    }
    return true;
}

/* Each expected row has one of its own among those that came, in any order. */
static bool same_set(const struct rows *expected, const struct rows *got, bool loose)
{
    size_t size = expected->script->row_size;
    static bool used[STORE_ROWS_MAX];

    CHECK(got->count <= ARRAY_LEN(used));
    memset(used, 0, sizeof(used));
    for (unsigned i = 0; i < expected->count; i++) {
        unsigned n = 0;

        while (n < got->count &&
               (used[n] || !row_agrees(expected->script, expected->data + i * size,
                                       got->data + n * size, loose)))
            n++;
        if (n == got->count)
            return false;
        used[n] = true;
    }
    return true;
}

/* Rows of one time have no order in an export and among keys, and those of a claim have none. */
static bool is_unordered(const struct script *script, bool loose)
{
    return script == &script_claim_outbox || script == &script_export_account ||
           script == &script_list_signing_keys ||
           (loose && (script == &script_list_handset || script == &script_list_accounts ||
                      script == &script_list_invitees || script == &script_update_person ||
                      script == &script_read_person || script == &script_look_person));
}

/* Kind by kind, the newest first. */
static bool export_is_sorted(const struct rows *rows)
{
    const struct export_account_row *row = (const void *)rows->data;

    for (unsigned i = 1; i < rows->count; i++)
        if (row[i].kind < row[i - 1].kind ||
            (row[i].kind == row[i - 1].kind && row[i].at_us > row[i - 1].at_us))
            return false;
    return true;
}

bool rows_agree(const struct rows *expected, const struct rows *got, bool loose)
{
    const struct script *script = expected->script;

    if (expected->open)
        return true;
    if (expected->refused)
        return got->count > 0 && field_agrees(&script->out[0], expected->data, got->data);
    if (expected->count != got->count ||
        (script == &script_export_account && !export_is_sorted(got)))
        return false;
    if (is_unordered(script, loose))
        return same_set(expected, got, loose);
    for (unsigned i = 0; i < expected->count; i++)
        if (!row_agrees(script, expected->data + i * script->row_size,
                        got->data + i * script->row_size, loose))
            return false;
    return true;
}

struct rows rows_copy(const struct rows *rows, struct arena *arena)
{
    const struct script *script = rows->script;
    struct rows copy = {
        .script = script, .arena = arena, .open = rows->open, .refused = rows->refused};

    for (unsigned i = 0; i < rows->count; i++) {
        char *row = rows_add(&copy);

        memcpy(row, rows->data + i * script->row_size, script->row_size);
        for (unsigned n = 0; n < script->out_count; n++) {
            struct slice value;

            if (script->out[n].type == SCRIPT_INT)
                continue;
            value = arena_copy(arena, slice_in(row, &script->out[n]));
            memcpy(row + script->out[n].offset, &value, sizeof(value));
        }
    }
    return copy;
}

/* A time since the beginning of the run; other numbers as they are. */
static void print_int(const char *name, int64_t value)
{
    size_t len = strlen(name);

    if (len > 3 && strcmp(name + len - 3, "_us") == 0) {
        if (value > MODEL_START_US / 2 && value < 100 * MODEL_START_US)
            (void)fprintf(stderr, "+%.6fs", (double)(value - MODEL_START_US) / US_PER_S);
        else
            (void)fprintf(stderr, "%.6fs", (double)value / US_PER_S);
    } else {
        (void)fprintf(stderr, "%" PRId64, value);
    }
}

static void print_slice(struct slice value)
{
    if (slice_is_absent(value))
        (void)fprintf(stderr, "absent");
    else if (value.len == 0)
        (void)fprintf(stderr, "''");
    for (size_t i = 0; i < value.len; i++) {
        unsigned char letter = (unsigned char)value.ptr[i];

        (void)fprintf(stderr, isprint(letter) ? "%c" : "\\x%02x", letter);
    }
}

/* What is zero or absent is left out. */
static void print_fields(const struct script_field *fields, unsigned count, const char *row)
{
    for (unsigned i = 0; i < count; i++) {
        const struct script_field *field = &fields[i];

        if (field->type == SCRIPT_INT ? int_of(row, field) == 0
                                      : slice_is_absent(slice_in(row, field)))
            continue;
        (void)fprintf(stderr, " %s=", field->name);
        if (field->type == SCRIPT_INT)
            print_int(field->name, int_of(row, field));
        else
            print_slice(slice_in(row, field));
    }
    (void)fprintf(stderr, "\n");
}

void print_op(const struct op *op)
{
    (void)fprintf(stderr, "%s%s", op->script->name, op->twice ? " (twice)" : "");
    print_fields(op->script->in, op->script->in_count, op->in);
}

void print_rows(const char *title, const struct rows *rows)
{
    if (rows->count == 0)
        (void)fprintf(stderr, "    %s: no row\n", title);
    for (unsigned i = 0; i < rows->count; i++) {
        (void)fprintf(stderr, "    %s:", title);
        print_fields(rows->script->out, rows->script->out_count,
                     rows->data + i * rows->script->row_size);
    }
}
