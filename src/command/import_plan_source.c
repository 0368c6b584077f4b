/* import_plan: the first reading of the source. */
#include <inttypes.h>
#include <stdio.h>

#include "base/random.h"
#include "command/import_plan.h"
#include "command/import_value.h"
#include "command/progress.h"
#include "domain/id.h"
#include "domain/phone.h"

/* Greater ids would not pass through clients that hold numbers in floating point. */
#define ID_MAX ((INT64_C(1) << 53) - 1)

/* Rows between two looks at the clock. */
#define PROGRESS_ROWS 1000

/* In place of a date. */
#define UNKNOWN ((int64_t)-1)

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

static int64_t created_of(const struct slice *values)
{
    int64_t at_us;

    return !slice_is_absent(values[IMPORT_CREATED]) &&
                   import_read_date(values[IMPORT_CREATED], &at_us)
               ? at_us
               : UNKNOWN;
}

/*
 * Whether an account of the row's id is this person, whose number is another here: by the code, or,
 * where that was drawn anew, by the date. Erased people stay away unless another is meant for
 * certain: an import makes no account that is newer than the date of its row.
 */
static bool is_same(const struct import_entry *entry, uint64_t code, int64_t created_us)
{
    if (entry->code == code || entry->created_us == created_us)
        return true;
    return entry->phone == 0 && (created_us == UNKNOWN || created_us > entry->created_us);
}

static uint32_t find_same(const struct import_plan *plan, int64_t id, uint64_t code,
                          int64_t created_us)
{
    uint32_t index;

    return import_index_find(&plan->ids, (uint64_t)id, &index) && plan->entries[index].is_here &&
                   is_same(&plan->entries[index], code, created_us)
               ? index
               : IMPORT_NONE;
}

static uint32_t add_account(struct import_plan *plan, int64_t id, uint64_t phone, uint64_t code)
{
    enum import_code judged = judge_code(plan, code);
    struct import_entry entry = {
        .id = id,
        .phone = phone,
        .code = judged == IMPORT_CODE_KEPT ? code : 0,
        .above = IMPORT_NONE,
        .is_claimed = true,
        .new_code = (uint8_t)judged,
        /* One that is awaited may be that of another row: see give_back. */
        .has_taken_id = id > ID_MAX || import_index_find(&plan->ids, (uint64_t)id, NULL) ||
                        import_index_find(&plan->awaited, (uint64_t)id, NULL),
    };
    uint32_t index = import_plan_add(plan, entry);

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

/* Keeps whom the row of an account names whose inviter is not there yet. */
static void note_wait(struct import_plan *plan, uint32_t invitee, const struct slice *values)
{
    size_t low = 0;
    size_t high = plan->wait_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (plan->waits[middle].invitee < invitee)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < plan->wait_count && plan->waits[low].invitee == invitee)
        plan->waits[low].told = import_told_of(values);
}

/* Which account the row is, by its number; *row is filled in, but for its id. */
static void decide(const struct reading *reading, struct import_row *row, const char *e164,
                   const struct slice *values)
{
    struct import_plan *plan = reading->plan;
    struct slice phone = values[IMPORT_PHONE];
    uint64_t code = import_code_key(values[IMPORT_INVITE_CODE]);
    uint64_t key = import_phone_key(e164);
    bool is_known = import_index_find(&plan->phones, key, &row->entry);

    if (!is_known)
        row->entry = find_same(plan, row->source_id, code, created_of(values));
    if (row->entry == IMPORT_NONE) {
        row->entry = add_account(plan, row->source_id, key, code);
    } else if (plan->entries[row->entry].is_claimed) {
        skip(reading, row, "duplicate", phone, slice_str(e164));
    } else {
        note_wait(plan, row->entry, values);
        if (plan->entries[row->entry].phone == 0)
            skip(reading, row, "erased", phone, SLICE_ABSENT);
        else if (!is_known)
            import_report_add(reading->report, IMPORT_CHANGED, "phone_differs", row->source_id,
                              phone, SLICE_ABSENT);
    }
    plan->entries[row->entry].is_claimed = true;
    if (code != 0)
        (void)import_index_add(&plan->codes, code, row->entry);
}

/* Rows come in the order of their ids, each once: the second reading goes by that. */
static bool read_id(const struct import_plan *plan, struct slice text, int64_t *ret_id, char *error)
{
    int64_t last = plan->row_count == 0 ? 0 : plan->rows[plan->row_count - 1].source_id;

    if (slice_is_absent(text) || !id_parse(text, ret_id))
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "the source has an id '%.*s', which is no whole number from 1 on; name a "
                       "column of such numbers with --column id=NAME",
                       text.len > 60 ? 60 : (int)text.len, text.ptr == NULL ? "" : text.ptr);
    else if (*ret_id == last)
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "the source has more than one row with the id %" PRId64
                       ", and people must be one row each: where a field is taken from another "
                       "table (--column FIELD=COLUMN:TABLE.COLUMN), that must not have two rows "
                       "for one of them",
                       last);
    else if (*ret_id < last)
        (void)snprintf(error, STORE_ERROR_SIZE,
                       "the source sorts its ids as text: %" PRId64 " comes after %" PRId64
                       "; name a column of a type of numbers with --column id=NAME, or a view that "
                       "casts it to one with --table NAME",
                       *ret_id, last);
    else
        return true;
    return false;
}

static bool take_row(const struct reading *reading, const struct slice *values, char *error)
{
    struct import_plan *plan = reading->plan;
    struct slice raw = values[IMPORT_PHONE];
    struct slice number = slice_is_absent(raw) ? SLICE_LIT("") : raw;
    struct import_row row = {.entry = IMPORT_NONE};
    struct phone phone;

    if (!read_id(plan, values[IMPORT_ID], &row.source_id, error))
        return false;
    if (number.len == 0)
        skip(reading, &row, "phone_missing", number, SLICE_ABSENT);
    else if (phone_parse(number, reading->settings->phone_region, &phone) != PHONE_OK)
        skip(reading, &row, phone.reason, number, SLICE_ABSENT);
    else
        decide(reading, &row, phone.e164, values);
    plan->rows = import_plan_grow(plan->rows, plan->row_count, &plan->row_size, sizeof(row));
    plan->rows[plan->row_count++] = row;
    reading->report->read++;
    return true;
}

/* What a run that was killed had given to those whose invitees it has written. */
static void give_back(struct import_plan *plan)
{
    for (size_t i = 0; i < plan->wait_count; i++) {
        const struct import_wait *wait = &plan->waits[i];
        struct import_entry *entry;
        uint32_t index;

        if (!import_plan_inviter(plan, wait->told, &index) || index == IMPORT_NONE ||
            plan->entries[index].is_here)
            continue;
        entry = &plan->entries[index];
        if (entry->has_taken_id &&
            import_index_add(&plan->ids, (uint64_t)wait->inviter_id, index)) {
            entry->id = wait->inviter_id;
            entry->has_taken_id = false;
        }
        if (entry->code == 0 && judge_code(plan, wait->inviter_code) == IMPORT_CODE_KEPT) {
            entry->code = wait->inviter_code;
            (void)import_index_add(&plan->taken, entry->code, index);
        }
    }
}

/* Codes and ids that no account has, and none of the source. */
static void give_anew(struct import_plan *plan, const char *alphabet)
{
    char code[INVITE_TEXT_SIZE];

    for (size_t i = 0; i < plan->entry_count; i++) {
        struct import_entry *entry = &plan->entries[i];
        uint32_t index = (uint32_t)i;

        while (entry->code == 0) {
            uint64_t drawn;

            invite_code_draw(alphabet, random_bytes, code);
            drawn = import_code_key(slice_str(code));
            if (!import_index_find(&plan->codes, drawn, NULL) &&
                import_index_add(&plan->taken, drawn, index))
                entry->code = drawn;
        }
        /* One that was awaited, and that nobody has got, is the row's after all. */
        if (entry->has_taken_id &&
            (entry->id > ID_MAX || !import_index_add(&plan->ids, (uint64_t)entry->id, index))) {
            entry->id = ++plan->last_id;
            (void)import_index_add(&plan->ids, (uint64_t)entry->id, index);
        }
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

    import_plan_reserve(plan, 0, count);
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
    give_back(plan);
    give_anew(plan, settings->invite_alphabet);
    return true;
}
