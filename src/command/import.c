/*
 * import: moves in from another service: its users become accounts of a store.
 *
 * Into a store that no server has used yet the accounts go without its indexes, which are built at
 * the end; until then it carries a mark in place of the proof of its master key, so that no server
 * starts on it. In one that has been used nothing is put off and nothing is marked: it may be at
 * work meanwhile (on PostgreSQL), and accounts appear in it by the page. Either way what a killed
 * run has written stays, and the next one goes on from there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "command/command.h"
#include "command/import_load.h"
#include "command/import_show.h"

#define DEFAULT_REPORT "import-report.csv"

/* In place of the proof. */
#define MARK BULK_UNFINISHED "import"

struct import {
    const struct options *options;
    struct import_map map;
    struct import_source *source;
    struct bulk *store; /* NULL: a dry run for one that is not there */
    char proof[BULK_PROOF_SIZE];
    struct import_plan plan;
    struct import_report report;
    struct arena *arena;
    const char *select;
    int64_t count; /* rows of the source */
};

static bool count_rows(struct import *import, char *error)
{
    struct slice text;
    char digits[24];
    bool found;

    if (!import_source_select(import->source, import_map_count(&import->map, import->arena), 1,
                              error) ||
        !import_source_next(import->source, &text, &found, error))
        return false;
    (void)snprintf(digits, sizeof(digits), "%.*s", SLICE_ARG(text));
    import->count = strtoll(digits, NULL, 10);
    return true;
}

static bool open_source(struct import *import, char *error)
{
    struct import_catalogue catalogue;

    if (!import_source_open(import->options->dsn, &import->source, error) ||
        !import_catalogue_read(import->source, import->arena, &catalogue, error) ||
        !import_map_resolve(&import->map, &catalogue, error) || !count_rows(import, error))
        return false;
    import->select = import_map_select(&import->map, import->arena);
    if (import->options->json)
        return true;
    import_show_map(&import->map, import->source, import->count);
    return !import->options->dry_run ||
           import_show_rows(import->source, import->select, import->options->settings->phone_region,
                            error);
}

static bool is_marked(const char *proof)
{
    return strncmp(proof, BULK_UNFINISHED, strlen(BULK_UNFINISHED)) == 0;
}

/* Marks a store that no server has used, and readies an empty one for many rows. */
static bool claim_store(struct import *import, char *error)
{
    const struct bulk_table *table = bulk_find_table("account");
    int64_t accounts;

    if (strcmp(import->proof, MARK) == 0)
        import->proof[0] = '\0';
    else if (import->proof[0] == '\0')
        return bulk_count(import->store, table, &accounts, error) &&
               bulk_set_proof(import->store, MARK, error) &&
               (accounts > 0 || bulk_put_indexes_off(import->store, error));
    return true;
}

static bool open_store(struct import *import, char *error)
{
    const struct settings *settings = import->options->settings;
    bool dry_run = import->options->dry_run;
    bool is_absent;

    if (!bulk_is_absent(settings, &is_absent, error))
        return false;
    if (is_absent && dry_run)
        return true;
    if (!bulk_open(settings, dry_run ? BULK_READ : BULK_WRITE, &import->store, error) ||
        !bulk_proof(import->store, import->proof, error))
        return false;
    if (is_marked(import->proof) && strcmp(import->proof, MARK) != 0) {
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "store %.300s: holds an unfinished copy of another store; finish that, or "
                       "empty it",
                       bulk_name(import->store));
        return false;
    }
    return dry_run || claim_store(import, error);
}

static bool plan(struct import *import, char *error)
{
    const struct settings *settings = import->options->settings;

    return (import->store == NULL || import_plan_store(&import->plan, import->store, error)) &&
           import_plan_source(&import->plan, import->source, import->select, import->count,
                              settings, &import->report, error) &&
           (import->store == NULL || strcmp(settings->invite_cycles, "refuse") != 0 ||
            import_plan_links(&import->plan, import->store, error));
}

/* The counter goes first: who signs up meanwhile must not get an id of the source. */
static bool load(struct import *import, char *error)
{
    struct bulk *store = import->options->dry_run ? NULL : import->store;
    const struct bulk_table *table = bulk_find_table("account");

    if (store != NULL && !bulk_set_last_id(store, table, import->plan.last_id, error))
        return false;
    if (!import_load(&import->plan, import->source, import->select, store,
                     import->options->settings, &import->report, error))
        return false;
    if (store == NULL)
        return true;
    (void)fprintf(stderr, "finishing: indexes\n");
    return bulk_build_indexes(store, error) && bulk_set_proof(store, import->proof, error);
}

static int run(struct import *import)
{
    const struct options *options = import->options;
    int64_t began_us = clock_monotonic_us();
    char error[STORE_ERROR_SIZE];
    bool done;

    done = open_source(import, error) && open_store(import, error) &&
           import_report_open(&import->report,
                              options->report == NULL ? DEFAULT_REPORT : options->report, error) &&
           plan(import, error) && load(import, error);
    /* What has been found out is kept, whatever happened. */
    if (!import_report_close(&import->report, error))
        done = false;
    if (done)
        import_report_print(&import->report, options->json, options->dry_run,
                            clock_monotonic_us() - began_us);
    else
        command_complain("%s", error);
    return done ? EXIT_DONE : EXIT_FAILED;
}

/* False: the reason is on standard error. */
static bool read_map(struct import *import)
{
    const struct options *options = import->options;
    char error[STORE_ERROR_SIZE];

    if (options->word_count != 1 || strcmp(options->words[0], "django") != 0 ||
        options->dialect == NULL || options->dsn == NULL) {
        command_complain("usage: domofon import django --dialect NAME --dsn postgresql://... | "
                         "sqlite:FILE [--dry-run]; see `domofon help`");
        return false;
    }
    if (import_map_dialect(&import->map, options->dialect, error) &&
        (options->table == NULL || import_map_table(&import->map, options->table, error))) {
        size_t i = 0;

        while (i < options->column_count &&
               import_map_column(&import->map, options->columns[i], error))
            i++;
        if (i == options->column_count)
            return true;
    }
    command_complain("%s", error);
    return false;
}

int command_import(int argc, char **argv)
{
    struct options options = {0};
    struct import import = {.options = &options, .arena = arena_new()};
    int result = EXIT_USAGE;

    if (options_read(&options, argc, argv) && read_map(&import))
        result = run(&import);
    import_plan_free(&import.plan);
    bulk_close(import.store);
    import_source_close(import.source);
    arena_free(import.arena);
    options_free(&options);
    return result;
}
