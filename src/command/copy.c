/*
 * copy: moves house, from one store into another that is empty. Until the copy is complete and
 * proved equal, the target carries a mark in place of the proof of its master key, so that no
 * server starts on it and nothing else is copied into it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "command/command.h"
#include "command/copy_tables.h"

#define LINE_BYTES_MAX 1024

/* Digits of a checksum that are shown to people. */
#define SHORT_CHECKSUM 16

struct copy {
    const struct options *options;
    struct settings *from_settings;
    struct settings *to_settings;
    struct bulk *from;
    struct bulk *to;
    char proof[BULK_PROOF_SIZE]; /* of the source */
    char mark[BULK_PROOF_SIZE];  /* what the target has in its place meanwhile */
    struct comparison *comparisons;
};

/* The settings of all commands, for another store. */
static struct settings *settings_for(const struct options *options, const char *url,
                                     const char *source)
{
    struct settings *settings = settings_new();

    settings->store_busy_ms = options->settings->store_busy_ms;
    settings->store_timeout_ms = options->settings->store_timeout_ms;
    if (options_set(settings, "store", url, source))
        return settings;
    settings_free(settings);
    return NULL;
}

static bool read_source(struct copy *copy, char *error)
{
    if (!bulk_open(copy->from_settings, BULK_READ, &copy->from, error) ||
        !bulk_proof(copy->from, copy->proof, error))
        return false;
    if (strncmp(copy->proof, BULK_UNFINISHED, strlen(BULK_UNFINISHED)) == 0) {
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "store %.300s: is itself an unfinished copy or import",
                       bulk_name(copy->from));
        return false;
    }
    if (snprintf(copy->mark, sizeof(copy->mark), "%scopy of %s", BULK_UNFINISHED,
                 copy->proof[0] == '\0' ? "a store without a key" : copy->proof) <
        (int)sizeof(copy->mark))
        return true;
    (void)snprintf(error, STORE_ERROR_SIZE, "store %.300s: the proof of its key is too long",
                   bulk_name(copy->from));
    return false;
}

static bool is_empty(struct bulk *bulk, bool *ret_empty, char *error)
{
    struct bulk_rows rows = {0};

    for (unsigned i = 0; i < bulk_table_count && rows.count == 0; i++) {
        if (!bulk_read_last(bulk, &bulk_tables[i], &rows, error))
            return false;
    }
    *ret_empty = rows.count == 0;
    return true;
}

/* Whether the target is empty, or begun by a copy of this source; then it is marked as ours. */
static bool claim_target(struct copy *copy, char *error)
{
    char proof[BULK_PROOF_SIZE];
    bool empty;

    if (!bulk_proof(copy->to, proof, error) || !is_empty(copy->to, &empty, error))
        return false;
    if (strcmp(proof, copy->mark) == 0)
        return true;
    if (strncmp(proof, BULK_UNFINISHED, strlen(BULK_UNFINISHED)) == 0)
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "store %.300s: holds an unfinished copy of another store, or an "
                       "unfinished import; finish that, or empty it",
                       bulk_name(copy->to));
    else if (proof[0] != '\0' || !empty)
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "store %.300s: holds data already; a copy goes into an empty store "
                       "(--verify compares two)",
                       bulk_name(copy->to));
    else
        return bulk_set_proof(copy->to, copy->mark, error) && bulk_put_indexes_off(copy->to, error);
    return false;
}

/* The first that differs; NULL: none. */
static const struct comparison *find_difference(const struct copy *copy)
{
    for (unsigned i = 0; i < bulk_table_count; i++) {
        const struct comparison *at = &copy->comparisons[i];

        if (!bulk_checksum_equal(&at->from, &at->to))
            return at;
    }
    return NULL;
}

static void print_json(const struct comparison *at)
{
    struct arena *arena = arena_new();
    struct buf buf = buf_new(arena, 256, LINE_BYTES_MAX);
    struct json json = jsonw_new(&buf);
    char from[BULK_CHECKSUM_SIZE];
    char to[BULK_CHECKSUM_SIZE];

    bulk_checksum_format(&at->from, from);
    bulk_checksum_format(&at->to, to);
    jsonw_object(&json);
    jsonw_cstr(&json, "table", at->table->name);
    jsonw_bool(&json, "ok", bulk_checksum_equal(&at->from, &at->to));
    jsonw_int(&json, "from_rows", at->from.rows);
    jsonw_int(&json, "to_rows", at->to.rows);
    jsonw_cstr(&json, "from_checksum", from);
    jsonw_cstr(&json, "to_checksum", to);
    jsonw_end(&json);
    (void)printf("%.*s\n", SLICE_ARG(buf_view(&buf, NULL)));
    arena_free(arena);
}

static void print_line(const struct comparison *at)
{
    char from[BULK_CHECKSUM_SIZE];
    char to[BULK_CHECKSUM_SIZE];

    bulk_checksum_format(&at->from, from);
    bulk_checksum_format(&at->to, to);
    if (bulk_checksum_equal(&at->from, &at->to))
        (void)printf("%-12s %12" PRId64 "  %.*s  ok\n", at->table->name, at->from.rows,
                     SHORT_CHECKSUM, from);
    else
        (void)printf("%-12s %12" PRId64 "  %.*s  differs: %" PRId64 " rows, %.*s\n",
                     at->table->name, at->from.rows, SHORT_CHECKSUM, from, at->to.rows,
                     SHORT_CHECKSUM, to);
}

static bool compare(struct copy *copy, char *error)
{
    const struct comparison *difference;

    if (!compare_tables(copy->from, copy->to, copy->comparisons, error))
        return false;
    if (!copy->options->json)
        (void)printf("%-12s %12s  %-*s\n", "table", "rows", SHORT_CHECKSUM, "checksum");
    for (unsigned i = 0; i < bulk_table_count; i++) {
        if (copy->options->json)
            print_json(&copy->comparisons[i]);
        else
            print_line(&copy->comparisons[i]);
    }
    (void)fflush(stdout);
    difference = find_difference(copy);
    if (difference != NULL)
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "the stores differ, first in the table %s (%" PRId64 " and %" PRId64
                       " rows); was the source in use? Empty the target and copy again",
                       difference->table->name, difference->from.rows, difference->to.rows);
    return difference == NULL;
}

static bool verify(struct copy *copy, char *error)
{
    char proof[BULK_PROOF_SIZE];

    if (!bulk_open(copy->to_settings, BULK_READ, &copy->to, error) || !compare(copy, error) ||
        !bulk_proof(copy->to, proof, error))
        return false;
    if (strcmp(proof, copy->proof) == 0)
        return true;
    (void)snprintf(error, STORE_ERROR_SIZE, "the rows are equal, but %s",
                   strcmp(proof, copy->mark) == 0
                       ? "the copy is not finished; run `domofon copy` without --verify"
                       : "the stores do not belong to the same master key");
    return false;
}

static bool move(struct copy *copy, char *error)
{
    return bulk_open(copy->to_settings, BULK_WRITE, &copy->to, error) &&
           claim_target(copy, error) && copy_tables(copy->from, copy->to, error) &&
           compare(copy, error) && bulk_set_proof(copy->to, copy->proof, error);
}

static int run(struct copy *copy)
{
    char error[STORE_ERROR_SIZE];
    bool done;

    copy->comparisons = calloc(bulk_table_count, sizeof(*copy->comparisons));
    CHECK(copy->comparisons != NULL);
    done = read_source(copy, error) &&
           (copy->options->verify ? verify(copy, error) : move(copy, error));
    if (!done)
        command_complain("%s", error);
    else if (!copy->options->verify && !copy->options->json)
        (void)printf("The copy is complete. Start its servers with the key file of the source "
                     "(key.file).\n");
    bulk_close(copy->to);
    bulk_close(copy->from);
    free(copy->comparisons);
    return done ? EXIT_DONE : EXIT_FAILED;
}

int command_copy(int argc, char **argv)
{
    struct options options = {0};
    struct copy copy = {.options = &options};
    int result = EXIT_USAGE;

    if (options_read(&options, argc, argv)) {
        if (options.word_count > 0 || options.from == NULL || options.to == NULL ||
            strcmp(options.from, options.to) == 0)
            command_complain("usage: domofon copy --from URL --to ANOTHER_URL [--verify]");
        else {
            copy.from_settings = settings_for(&options, options.from, "--from");
            if (copy.from_settings != NULL)
                copy.to_settings = settings_for(&options, options.to, "--to");
            if (copy.to_settings != NULL)
                result = run(&copy);
        }
    }
    settings_free(copy.to_settings);
    settings_free(copy.from_settings);
    options_free(&options);
    return result;
}
