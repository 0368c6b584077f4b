#include "command/import_load.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "command/import_account.h"
#include "command/progress.h"
#include "domain/id.h"

/* A page is written when it has so many rows, or so many bytes of texts, of those here as well. */
#define PAGE_ROWS 10000
#define PAGE_BYTES ((size_t)8 << 20)

_Static_assert(PAGE_BYTES + IMPORT_ACCOUNT_BYTES <= ARENA_MAX_BYTES, "a page fits into an arena");

struct load {
    struct import_maker maker;
    struct bulk *store;
    struct bulk_value *page;
    unsigned page_rows;
};

static bool write_page(struct load *load, char *error)
{
    struct bulk_rows rows = {.values = load->page, .count = load->page_rows};
    struct import_maker *maker = &load->maker;

    if (load->store != NULL && load->page_rows > 0 &&
        !bulk_write(load->store, maker->table, &rows, error))
        return false;
    maker->report->imported += load->page_rows;
    load->page_rows = 0;
    arena_free(maker->texts);
    maker->texts = arena_new();
    return true;
}

/* One that is here is made, too, for the report's sake, and left. */
static bool take_row(struct load *load, size_t number, const struct slice *values, char *error)
{
    struct import_maker *maker = &load->maker;
    const struct import_plan *plan = maker->plan;
    int64_t source_id;

    if (number >= plan->row_count || slice_is_absent(values[IMPORT_ID]) ||
        !id_parse(values[IMPORT_ID], &source_id) || source_id != plan->rows[number].source_id) {
        (void)snprintf(error, STORE_ERROR_SIZE, "the source has changed meanwhile; run it again");
        return false;
    }
    if (plan->rows[number].is_skipped)
        return true;
    import_make_account(maker, &plan->rows[number], values,
                        load->page + (size_t)load->page_rows * maker->table->column_count);
    if (plan->entries[plan->rows[number].entry].is_here)
        maker->report->already++;
    else
        load->page_rows++;
    return (load->page_rows < PAGE_ROWS && arena_taken(maker->texts) < PAGE_BYTES) ||
           write_page(load, error);
}

static bool load_rows(struct load *load, struct import_source *source, const char *select,
                      char *error)
{
    const char *verb = load->store == NULL ? "checking" : "importing";
    struct progress progress = progress_begin(verb, 0, (int64_t)load->maker.plan->row_count);
    struct slice values[IMPORT_FIELDS];
    size_t number = 0;
    size_t shown = 0;
    bool found;

    if (!import_source_select(source, select, IMPORT_FIELDS, error) ||
        !import_source_next(source, values, &found, error))
        return false;
    for (; found; number++) {
        if (!take_row(load, number, values, error) ||
            !import_source_next(source, values, &found, error))
            return false;
        if (load->page_rows == 0) {
            progress_add(&progress, "users", (int64_t)(number + 1 - shown));
            shown = number + 1;
        }
    }
    if (!write_page(load, error))
        return false;
    progress_add(&progress, "users", (int64_t)(number - shown));
    progress_end(&progress);
    return true;
}

bool import_load(struct import_plan *plan, struct import_source *source, const char *select,
                 struct bulk *store, const struct settings *settings, struct import_report *report,
                 char error[STORE_ERROR_SIZE])
{
    struct load load = {
        .maker =
            {
                .plan = plan,
                .settings = settings,
                .report = report,
                .table = bulk_find_table("account"),
                .refuses_rings = strcmp(settings->invite_cycles, "refuse") == 0,
                .now_us = clock_now_us(),
                .texts = arena_new(),
            },
        .store = store,
    };
    bool done;

    import_maker_begin(&load.maker);
    load.page = calloc((size_t)PAGE_ROWS * load.maker.table->column_count, sizeof(*load.page));
    CHECK(load.page != NULL);
    done = load_rows(&load, source, select, error);
    free(load.page);
    arena_free(load.maker.texts);
    return done;
}
