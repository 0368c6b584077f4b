#include "command/import_plan.h"

#include <stdlib.h>

#include "base/check.h"
#include "command/import_value.h"
#include "domain/id.h"

void import_plan_free(struct import_plan *plan)
{
    free(plan->entries);
    free(plan->rows);
    free(plan->waits);
    import_index_free(&plan->phones);
    import_index_free(&plan->ids);
    import_index_free(&plan->codes);
    import_index_free(&plan->taken);
    import_index_free(&plan->awaited);
    *plan = (struct import_plan){0};
}

void *import_plan_grow(void *array, size_t count, size_t *size, size_t each)
{
    if (count < *size)
        return array;
    *size = count + count / 2 + 1024;
    array = reallocarray(array, *size, each);
    CHECK(array != NULL);
    return array;
}

void import_plan_reserve(struct import_plan *plan, int64_t accounts, int64_t rows)
{
    size_t all = plan->entry_count + (size_t)(accounts + rows);

    plan->entry_size = all + 1;
    plan->entries = reallocarray(plan->entries, plan->entry_size, sizeof(*plan->entries));
    plan->row_size = (size_t)rows + 1;
    plan->rows = reallocarray(plan->rows, plan->row_size, sizeof(*plan->rows));
    CHECK(plan->entries != NULL && plan->rows != NULL);
    import_index_reserve(&plan->phones, all);
    import_index_reserve(&plan->ids, all);
    import_index_reserve(&plan->codes, (size_t)rows);
}

uint32_t import_plan_add(struct import_plan *plan, struct import_entry entry)
{
    CHECK(plan->entry_count < IMPORT_NONE);
    plan->entries =
        import_plan_grow(plan->entries, plan->entry_count, &plan->entry_size, sizeof(entry));
    plan->entries[plan->entry_count] = entry;
    return (uint32_t)plan->entry_count++;
}

/* The one at the top of all inviters; on the way, ways are made shorter. */
static uint32_t top_of(struct import_plan *plan, uint32_t at)
{
    for (;;) {
        struct import_entry *entry = &plan->entries[at];

        if (entry->above == IMPORT_NONE)
            return at;
        if (plan->entries[entry->above].above != IMPORT_NONE)
            entry->above = plan->entries[entry->above].above;
        at = entry->above;
    }
}

/* Without rings, an entry that nobody invited is the top of all below it. */
bool import_plan_link(struct import_plan *plan, uint32_t invitee, uint32_t inviter)
{
    if (top_of(plan, inviter) == invitee)
        return false;
    plan->entries[invitee].above = inviter;
    return true;
}

uint32_t import_plan_find(const struct import_plan *plan, int64_t source_id)
{
    size_t low = 0;
    size_t high = plan->row_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (plan->rows[middle].source_id < source_id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < plan->row_count && plan->rows[low].source_id == source_id ? plan->rows[low].entry
                                                                           : IMPORT_NONE;
}

struct import_told import_told_of(const struct slice *values)
{
    struct slice inviter = values[IMPORT_INVITER];
    struct import_told told = {.code = import_code_key(values[IMPORT_ACTIVATED_CODE])};

    if (!slice_is_absent(inviter) && inviter.len > 0 && !id_parse(inviter, &told.id))
        told.id = -1;
    return told;
}

bool import_plan_inviter(const struct import_plan *plan, struct import_told told,
                         uint32_t *ret_inviter)
{
    *ret_inviter = IMPORT_NONE;
    if (told.code != 0)
        return import_index_find(&plan->codes, told.code, ret_inviter);
    if (told.id == 0)
        return true;
    *ret_inviter = import_plan_find(plan, told.id);
    return *ret_inviter != IMPORT_NONE;
}
