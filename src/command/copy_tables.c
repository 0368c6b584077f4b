#include "command/copy_tables.h"

#include <stdio.h>

#include "command/progress.h"

static bool count_all(struct bulk *bulk, int64_t *ret_count, char *error)
{
    int64_t all = 0;

    for (unsigned i = 0; i < bulk_table_count; i++) {
        int64_t count;

        if (!bulk_count(bulk, &bulk_tables[i], &count, error))
            return false;
        all += count;
    }
    *ret_count = all;
    return true;
}

static bool copy_table(struct bulk *from, struct bulk *to, const struct bulk_table *table,
                       struct progress *progress, char *error)
{
    struct bulk_rows rows;

    /* Pages went over whole and in order: what is there is the beginning. */
    if (!bulk_read_last(to, table, &rows, error))
        return false;
    for (;;) {
        const struct bulk_value *after =
            rows.count == 0 ? NULL : bulk_row(table, &rows, rows.count - 1);

        if (!bulk_read(from, table, after, &rows, error))
            return false;
        if (rows.count == 0)
            return true;
        if (!bulk_write(to, table, &rows, error))
            return false;
        progress_add(progress, table->name, rows.count);
    }
}

static bool copy_counters(struct bulk *from, struct bulk *to, char *error)
{
    for (unsigned i = 0; i < bulk_table_count; i++) {
        int64_t id;

        if (bulk_tables[i].is_numbered && (!bulk_last_id(from, &bulk_tables[i], &id, error) ||
                                           !bulk_set_last_id(to, &bulk_tables[i], id, error)))
            return false;
    }
    return true;
}

bool copy_tables(struct bulk *from, struct bulk *to, char error[STORE_ERROR_SIZE])
{
    struct progress progress;
    int64_t total;
    int64_t done;

    if (!count_all(from, &total, error) || !count_all(to, &done, error))
        return false;
    progress = progress_begin("copying", done, total);
    for (unsigned i = 0; i < bulk_table_count; i++) {
        if (!copy_table(from, to, &bulk_tables[i], &progress, error))
            return false;
    }
    progress_end(&progress);
    (void)fprintf(stderr, "finishing: indexes and counters\n");
    return bulk_build_indexes(to, error) && copy_counters(from, to, error);
}

static bool sum_up(struct bulk *bulk, const struct bulk_table *table, struct bulk_checksum *sum,
                   struct progress *progress, char *error)
{
    struct bulk_rows rows = {0};

    do {
        const struct bulk_value *after =
            rows.count == 0 ? NULL : bulk_row(table, &rows, rows.count - 1);

        if (!bulk_read(bulk, table, after, &rows, error))
            return false;
        bulk_checksum_add(sum, table, &rows);
        progress_add(progress, table->name, rows.count);
    } while (rows.count > 0);
    return true;
}

bool compare_tables(struct bulk *from, struct bulk *to, struct comparison *ret_comparisons,
                    char error[STORE_ERROR_SIZE])
{
    struct progress progress;
    int64_t there;
    int64_t here;

    if (!count_all(from, &there, error) || !count_all(to, &here, error))
        return false;
    progress = progress_begin("comparing", 0, there + here);
    for (unsigned i = 0; i < bulk_table_count; i++) {
        struct comparison *comparison = &ret_comparisons[i];

        *comparison = (struct comparison){.table = &bulk_tables[i]};
        if (!sum_up(from, comparison->table, &comparison->from, &progress, error) ||
            !sum_up(to, comparison->table, &comparison->to, &progress, error))
            return false;
    }
    progress_end(&progress);
    return true;
}
