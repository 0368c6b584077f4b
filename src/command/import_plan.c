#include "command/import_plan.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/random.h"
#include "command/import_value.h"
#include "command/progress.h"
#include "domain/id.h"
#include "domain/phone.h"

/* Greater ids would not pass through clients that hold numbers in floating point. */
#define ID_MAX ((INT64_C(1) << 53) - 1)

/* Rows between two looks at the clock. */
#define PROGRESS_ROWS 1000

void import_plan_free(struct import_plan *plan)
{
    free(plan->entries);
    free(plan->rows);
    import_index_free(&plan->phones);
    import_index_free(&plan->ids);
    import_index_free(&plan->codes);
    import_index_free(&plan->taken);
    *plan = (struct import_plan){0};
}

/* Makes room for one more of `count` things. */
static void *grow(void *array, size_t count, size_t *size, size_t each)
{
    if (count < *size)
        return array;
    *size = count + count / 2 + 1024;
    array = reallocarray(array, *size, each);
    CHECK(array != NULL);
    return array;
}

static void reserve(struct import_plan *plan, int64_t accounts, int64_t rows)
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

static uint32_t add_entry(struct import_plan *plan, struct import_entry entry)
{
    CHECK(plan->entry_count < IMPORT_NONE);
    plan->entries = grow(plan->entries, plan->entry_count, &plan->entry_size, sizeof(entry));
    plan->entries[plan->entry_count] = entry;
    return (uint32_t)plan->entry_count++;
}

/* Columns of an account. */
enum { ACCOUNT_ID, ACCOUNT_PHONE, ACCOUNT_CODE, ACCOUNT_INVITER, ACCOUNT_COLUMNS };
static const char *const account_columns[ACCOUNT_COLUMNS] = {"id", "phone", "invite_code",
                                                             "invited_by"};

typedef void take_account(struct import_plan *plan, const struct bulk_value *const *values);

static void add_present(struct import_plan *plan, const struct bulk_value *const *values)
{
    struct slice phone = values[ACCOUNT_PHONE]->bytes;
    struct import_entry entry = {
        .id = values[ACCOUNT_ID]->number,
        .code = import_code_key(values[ACCOUNT_CODE]->bytes),
        .above = IMPORT_NONE,
        .is_here = true,
    };
    char e164[PHONE_E164_SIZE];
    uint32_t index;

    if (!values[ACCOUNT_PHONE]->is_null && phone.len > 0 && phone.len < sizeof(e164)) {
        memcpy(e164, phone.ptr, phone.len);
        e164[phone.len] = '\0';
        entry.phone = import_phone_key(e164);
    }
    index = add_entry(plan, entry);
    if (entry.phone != 0)
        (void)import_index_add(&plan->phones, entry.phone, index);
    (void)import_index_add(&plan->ids, (uint64_t)entry.id, index);
    (void)import_index_add(&plan->taken, entry.code, index);
}

static void link_present(struct import_plan *plan, const struct bulk_value *const *values)
{
    uint32_t invitee;
    uint32_t inviter;

    /* Those who may close rings have closed one: then it stays. */
    if (!values[ACCOUNT_INVITER]->is_null &&
        import_index_find(&plan->ids, (uint64_t)values[ACCOUNT_ID]->number, &invitee) &&
        import_index_find(&plan->ids, (uint64_t)values[ACCOUNT_INVITER]->number, &inviter) &&
        !import_plan_link(plan, invitee, inviter))
        return;
}

static bool each_account(struct import_plan *plan, struct bulk *store, take_account *take,
                         char *error)
{
    const struct bulk_table *table = bulk_find_table("account");
    const struct bulk_value *values[ACCOUNT_COLUMNS];
    unsigned columns[ACCOUNT_COLUMNS];
    struct bulk_rows rows = {0};

    for (unsigned i = 0; i < ACCOUNT_COLUMNS; i++)
        columns[i] = bulk_find_column(table, account_columns[i]);
    do {
        const struct bulk_value *after =
            rows.count == 0 ? NULL : bulk_row(table, &rows, rows.count - 1);

        if (!bulk_read(store, table, after, &rows, error))
            return false;
        for (unsigned i = 0; i < rows.count; i++) {
            for (unsigned j = 0; j < ACCOUNT_COLUMNS; j++)
                values[j] = bulk_row(table, &rows, i) + columns[j];
            take(plan, values);
        }
    } while (rows.count > 0);
    return true;
}

bool import_plan_store(struct import_plan *plan, struct bulk *store, char error[STORE_ERROR_SIZE])
{
    const struct bulk_table *table = bulk_find_table("account");
    int64_t count;

    if (!bulk_count(store, table, &count, error))
        return false;
    reserve(plan, count, 0);
    import_index_reserve(&plan->taken, (size_t)count);
    return each_account(plan, store, add_present, error) &&
           bulk_last_id(store, table, &plan->last_id, error);
}

bool import_plan_links(struct import_plan *plan, struct bulk *store, char error[STORE_ERROR_SIZE])
{
    return each_account(plan, store, link_present, error);
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

static enum import_code judge_code(const struct import_plan *plan, uint64_t key)
{
    if (key == 0)
        return IMPORT_CODE_MISSING;
    if (key >= IMPORT_CODE_LIMIT)
        return IMPORT_CODE_MALFORMED;
    return import_index_find(&plan->codes, key, NULL) || import_index_find(&plan->taken, key, NULL)
               ? IMPORT_CODE_TAKEN
               : IMPORT_CODE_KEPT;
}

/* An account of this id and this code is this person, whatever became of the number since. */
static uint32_t find_same(const struct import_plan *plan, int64_t id, uint64_t code)
{
    uint32_t index;

    if (id <= 0 || !import_index_find(&plan->ids, (uint64_t)id, &index) ||
        !plan->entries[index].is_here || plan->entries[index].is_claimed ||
        plan->entries[index].code != code)
        return IMPORT_NONE;
    return index;
}

static uint32_t add_account(struct import_plan *plan, int64_t id, uint64_t phone, uint64_t code)
{
    struct import_entry entry = {
        .id = id,
        .phone = phone,
        .code = code,
        .above = IMPORT_NONE,
        .is_claimed = true,
        .new_code = (uint8_t)judge_code(plan, code),
        .has_taken_id = id <= 0 || id > ID_MAX || import_index_find(&plan->ids, (uint64_t)id, NULL),
    };
    uint32_t index = add_entry(plan, entry);

    (void)import_index_add(&plan->phones, phone, index);
    if (!entry.has_taken_id) {
        (void)import_index_add(&plan->ids, (uint64_t)id, index);
        if (id > plan->last_id)
            plan->last_id = id;
    }
    return index;
}

struct reading {
    struct import_plan *plan;
    const struct settings *settings;
    struct import_report *report;
};

static void skip(const struct reading *reading, struct import_row *row, const char *reason,
                 struct slice phone, struct slice detail)
{
    row->is_skipped = true;
    import_report_add(reading->report, IMPORT_SKIPPED, reason, row->source_id, phone, detail);
}

/* Which account the row is, by its number; *row is filled in, but for its id. */
static void decide(const struct reading *reading, struct import_row *row, const char *e164,
                   struct slice phone, uint64_t code)
{
    struct import_plan *plan = reading->plan;
    uint64_t key = import_phone_key(e164);
    bool is_known = import_index_find(&plan->phones, key, &row->entry);

    if (!is_known)
        row->entry = find_same(plan, row->source_id, code);
    if (row->entry == IMPORT_NONE)
        row->entry = add_account(plan, row->source_id, key, code);
    else if (plan->entries[row->entry].is_claimed)
        skip(reading, row, "duplicate", phone, slice_str(e164));
    else if (plan->entries[row->entry].phone == 0)
        skip(reading, row, "erased", phone, SLICE_ABSENT);
    else if (!is_known)
        import_report_add(reading->report, IMPORT_CHANGED, "phone_differs", row->source_id, phone,
                          SLICE_ABSENT);
    plan->entries[row->entry].is_claimed = true;
    if (code != 0)
        (void)import_index_add(&plan->codes, code, row->entry);
}

static bool take_row(const struct reading *reading, const struct slice *values, char *error)
{
    struct import_plan *plan = reading->plan;
    struct slice raw = values[IMPORT_PHONE];
    struct slice number = slice_is_absent(raw) ? SLICE_LIT("") : raw;
    struct import_row row = {.entry = IMPORT_NONE};
    struct phone phone;

    if (slice_is_absent(values[IMPORT_ID]) || !id_parse(values[IMPORT_ID], &row.source_id) ||
        (plan->row_count > 0 && plan->rows[plan->row_count - 1].source_id > row.source_id)) {
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "the source has an id '%.*s', which is no whole number from 1 on; name a "
                       "column of such numbers with --column id=NAME",
                       values[IMPORT_ID].len > 60 ? 60 : (int)values[IMPORT_ID].len,
                       values[IMPORT_ID].ptr == NULL ? "" : values[IMPORT_ID].ptr);
        return false;
    }
    if (number.len == 0)
        skip(reading, &row, "phone_missing", number, SLICE_ABSENT);
    else if (phone_parse(number, reading->settings->phone_region, &phone) != PHONE_OK)
        skip(reading, &row, phone.reason, number, SLICE_ABSENT);
    else
        decide(reading, &row, phone.e164, number, import_code_key(values[IMPORT_INVITE_CODE]));
    plan->rows = grow(plan->rows, plan->row_count, &plan->row_size, sizeof(row));
    plan->rows[plan->row_count++] = row;
    reading->report->read++;
    return true;
}

/* Codes and ids that no account has, and none of the source. */
static void give_anew(struct import_plan *plan, const char *alphabet)
{
    char code[INVITE_TEXT_SIZE];

    for (size_t i = 0; i < plan->entry_count; i++) {
        struct import_entry *entry = &plan->entries[i];

        if (entry->new_code != IMPORT_CODE_KEPT) {
            do {
                invite_code_draw(alphabet, random_bytes, code);
                entry->code = import_code_key(slice_str(code));
            } while (import_index_find(&plan->codes, entry->code, NULL) ||
                     !import_index_add(&plan->taken, entry->code, (uint32_t)i));
        }
        if (entry->has_taken_id)
            entry->id = ++plan->last_id;
    }
}

bool import_plan_source(struct import_plan *plan, struct import_source *source, const char *select,
                        int64_t count, const struct settings *settings,
                        struct import_report *report, char error[STORE_ERROR_SIZE])
{
    struct reading reading = {.plan = plan, .settings = settings, .report = report};
    struct progress progress = progress_begin("reading", 0, count);
    struct slice values[IMPORT_FIELDS];
    bool found = true;

    reserve(plan, 0, count);
    if (!import_source_select(source, select, IMPORT_FIELDS, error))
        return false;
    while (found) {
        if (!import_source_next(source, values, &found, error) ||
            (found && !take_row(&reading, values, error)))
            return false;
        if (report->read % PROGRESS_ROWS == 0 && found)
            progress_add(&progress, "users", PROGRESS_ROWS);
    }
    progress_add(&progress, "users", report->read % PROGRESS_ROWS);
    progress_end(&progress);
    give_anew(plan, settings->invite_alphabet);
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
