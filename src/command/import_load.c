#include "command/import_load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "command/import_value.h"
#include "command/progress.h"
#include "domain/id.h"
#include "domain/profile.h"
#include "domain/role.h"

/* A page is written when it has so many rows, or so many bytes of texts. */
#define PAGE_ROWS 10000
#define PAGE_BYTES ((size_t)8 << 20)

/* The most that one row's texts take: the rules of profile.h, four bytes a letter. */
#define ROW_BYTES 4096
_Static_assert(PAGE_BYTES + 2 * ROW_BYTES < ARENA_MAX_BYTES, "a page fits into an arena");

/* Longest name of Telegram that is looked at. */
#define TELEGRAM_TEXT_MAX 64

/* What is written of an account; other columns are NULL. */
enum column {
    ID,
    PHONE,
    ROLE,
    FIRST_NAME,
    LAST_NAME,
    EMAIL,
    CITY,
    TELEGRAM_ID,
    LOCALE,
    INVITE_CODE,
    INVITED_BY,
    INVITER_CODE,
    INVITED_US,
    CREATED_US,
    DISABLED_US,
    COLUMNS,
};
static const char *const column_names[COLUMNS] = {
    "id",         "phone",        "role",        "first_name", "last_name",
    "email",      "city",         "telegram_id", "locale",     "invite_code",
    "invited_by", "inviter_code", "invited_us",  "created_us", "disabled_us",
};

struct load {
    struct import_plan *plan;
    struct bulk *store;
    const struct settings *settings;
    struct import_report *report;
    const struct bulk_table *table;
    unsigned columns[COLUMNS];
    bool refuses_rings;
    int64_t now_us;
    struct arena *texts; /* of the page */
    size_t text_bytes;
    struct bulk_value *page;
    unsigned page_rows;
};

/* The row being made into an account. */
struct making {
    struct load *load;
    const struct slice *values;
    int64_t source_id;
    uint32_t index;
    const struct import_entry *entry;
    struct bulk_value *account; /* by the table's columns; all NULL at first */
};

static void report(const struct making *making, enum import_group group, const char *reason,
                   struct slice detail)
{
    import_report_add(making->load->report, group, reason, making->source_id,
                      making->values[IMPORT_PHONE], detail);
}

static void set_number(const struct making *making, enum column column, int64_t number)
{
    making->account[making->load->columns[column]] = (struct bulk_value){.number = number};
}

static void set_text(const struct making *making, enum column column, struct slice text)
{
    struct load *load = making->load;

    if (slice_is_absent(text))
        return;
    load->text_bytes += text.len;
    making->account[load->columns[column]] =
        (struct bulk_value){.bytes = arena_copy(load->texts, text)};
}

/* Names of Telegram are often kept without their @. */
static bool read_telegram(const struct making *making, struct slice text, struct slice *ret_value)
{
    struct slice with_at;

    if (profile_read(PROFILE_TELEGRAM_ID, text, ret_value))
        return true;
    if (text.len > TELEGRAM_TEXT_MAX)
        return false;
    with_at = arena_printf(making->load->texts, "@%.*s", SLICE_ARG(text));
    making->load->text_bytes += with_at.len;
    return profile_read(PROFILE_TELEGRAM_ID, with_at, ret_value);
}

static void make_profile(const struct making *making)
{
    static const struct {
        enum import_field from;
        enum profile_field rule;
        enum column to;
        const char *reason;
    } fields[] = {
        {IMPORT_EMAIL, PROFILE_EMAIL, EMAIL, "email_invalid"},
        {IMPORT_FIRST_NAME, PROFILE_FIRST_NAME, FIRST_NAME, "first_name_invalid"},
        {IMPORT_LAST_NAME, PROFILE_LAST_NAME, LAST_NAME, "last_name_invalid"},
        {IMPORT_CITY, PROFILE_CITY, CITY, "city_invalid"},
        {IMPORT_TELEGRAM_ID, PROFILE_TELEGRAM_ID, TELEGRAM_ID, "telegram_id_invalid"},
    };

    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        struct slice text = making->values[fields[i].from];
        struct slice value;

        if (slice_is_absent(text))
            continue;
        if (fields[i].from == IMPORT_TELEGRAM_ID ? read_telegram(making, text, &value)
                                                 : profile_read(fields[i].rule, text, &value))
            set_text(making, fields[i].to, value);
        else
            report(making, IMPORT_DROPPED, fields[i].reason, SLICE_ABSENT);
    }
}

static enum role role_of(const struct slice *values)
{
    enum role role = ROLE_USER;

    if (!slice_is_absent(values[IMPORT_ROLE]) && !role_from_name(values[IMPORT_ROLE], &role))
        role = ROLE_USER;
    if (import_read_truth(values[IMPORT_SUPERUSER]))
        return ROLE_ADMIN;
    return import_read_truth(values[IMPORT_STAFF]) && role == ROLE_USER ? ROLE_MODERATOR : role;
}

/* A time that is not to be read, or that has not come, is `otherwise`. */
static int64_t read_time(const struct making *making, enum import_field field, int64_t otherwise)
{
    struct slice text = making->values[field];
    int64_t at_us;

    if (slice_is_absent(text))
        return otherwise;
    if (import_read_date(text, &at_us))
        return at_us > making->load->now_us ? making->load->now_us : at_us;
    report(making, IMPORT_CHANGED, "date_invalid", SLICE_ABSENT);
    return otherwise;
}

/* Who invited, by code or by id. False: the source says somebody, and it is nobody. */
static bool find_inviter(const struct making *making, uint32_t *ret_inviter)
{
    const struct import_plan *plan = making->load->plan;
    uint64_t code = import_code_key(making->values[IMPORT_ACTIVATED_CODE]);
    struct slice inviter = making->values[IMPORT_INVITER];
    int64_t id;

    *ret_inviter = IMPORT_NONE;
    if (code != 0)
        return import_index_find(&plan->codes, code, ret_inviter);
    if (slice_is_absent(inviter) || inviter.len == 0)
        return true;
    if (!id_parse(inviter, &id))
        return false;
    *ret_inviter = import_plan_find(plan, id);
    return *ret_inviter != IMPORT_NONE;
}

static void make_activation(const struct making *making, int64_t created_us)
{
    struct load *load = making->load;
    struct slice told = making->values[slice_is_absent(making->values[IMPORT_ACTIVATED_CODE])
                                           ? IMPORT_INVITER
                                           : IMPORT_ACTIVATED_CODE];
    const struct import_entry *above;
    char code[INVITE_TEXT_SIZE];
    uint32_t inviter;

    if (!find_inviter(making, &inviter)) {
        report(making, IMPORT_DROPPED, "activation_unknown", told);
        return;
    }
    if (inviter == IMPORT_NONE)
        return;
    if (inviter == making->index) {
        report(making, IMPORT_DROPPED, "activation_own", told);
        return;
    }
    if (load->refuses_rings && !making->entry->is_here &&
        !import_plan_link(load->plan, making->index, inviter)) {
        report(making, IMPORT_DROPPED, "activation_ring", told);
        return;
    }
    above = &load->plan->entries[inviter];
    import_code_text(above->code, code);
    set_number(making, INVITED_BY, above->id);
    set_text(making, INVITER_CODE, slice_of(code, INVITE_CODE_LEN));
    set_number(making, INVITED_US, read_time(making, IMPORT_ACTIVATED, created_us));
    if (!making->entry->is_here)
        load->report->activations++;
}

/* What the account has of its own: it may not be what the row has. */
static void make_identity(const struct making *making)
{
    static const char *const reasons[] = {
        [IMPORT_CODE_KEPT] = "code_differs",
        [IMPORT_CODE_MISSING] = "code_missing",
        [IMPORT_CODE_MALFORMED] = "code_malformed",
        [IMPORT_CODE_TAKEN] = "code_taken",
    };
    const struct import_entry *entry = making->entry;
    char phone[24];
    char id[24];
    char code[INVITE_TEXT_SIZE];

    import_code_text(entry->code, code);
    (void)snprintf(phone, sizeof(phone), "+%" PRIu64, entry->phone);
    (void)snprintf(id, sizeof(id), "%" PRId64, entry->id);
    set_number(making, ID, entry->id);
    set_text(making, PHONE, slice_str(phone));
    set_text(making, INVITE_CODE, slice_of(code, INVITE_CODE_LEN));
    if (entry->id != making->source_id)
        report(making, IMPORT_CHANGED, entry->is_here ? "id_differs" : "id_taken", slice_str(id));
    if (entry->code != import_code_key(making->values[IMPORT_INVITE_CODE]))
        report(making, IMPORT_CHANGED, reasons[entry->new_code], slice_str(code));
}

static void make_account(const struct making *making)
{
    const struct load *load = making->load;
    int64_t created_us = read_time(making, IMPORT_CREATED, load->now_us);
    struct slice active = making->values[IMPORT_ACTIVE];

    make_identity(making);
    make_profile(making);
    make_activation(making, created_us);
    set_number(making, CREATED_US, created_us);
    set_text(making, ROLE, slice_str(role_name(role_of(making->values))));
    set_text(making, LOCALE, slice_str(load->settings->locale_default));
    if (!slice_is_absent(active) && !import_read_truth(active)) {
        set_number(making, DISABLED_US, load->now_us);
        report(making, IMPORT_CHANGED, "disabled", SLICE_ABSENT);
    }
}

static bool write_page(struct load *load, char *error)
{
    struct bulk_rows rows = {.values = load->page, .count = load->page_rows};

    if (load->store != NULL && !bulk_write(load->store, load->table, &rows, error))
        return false;
    load->report->imported += load->page_rows;
    load->page_rows = 0;
    load->text_bytes = 0;
    arena_free(load->texts);
    load->texts = arena_new();
    return true;
}

static bool take_row(struct load *load, size_t number, const struct slice *values, char *error)
{
    const struct import_row *row = &load->plan->rows[number];
    struct making making = {.load = load, .values = values};

    if (number >= load->plan->row_count || slice_is_absent(values[IMPORT_ID]) ||
        !id_parse(values[IMPORT_ID], &making.source_id) || making.source_id != row->source_id) {
        (void)snprintf(error, STORE_ERROR_SIZE, "the source has changed meanwhile; run it again");
        return false;
    }
    if (row->is_skipped)
        return true;
    making.index = row->entry;
    making.entry = &load->plan->entries[row->entry];
    making.account = load->page + (size_t)load->page_rows * load->table->column_count;
    for (unsigned i = 0; i < load->table->column_count; i++)
        making.account[i] = (struct bulk_value){.is_null = true};
    /* One that is here is made, too, for the report's sake, and left. */
    make_account(&making);
    if (making.entry->is_here)
        load->report->already++;
    else
        load->page_rows++;
    return (load->page_rows < PAGE_ROWS && load->text_bytes < PAGE_BYTES) ||
           write_page(load, error);
}

static bool load_rows(struct load *load, struct import_source *source, const char *select,
                      char *error)
{
    struct progress progress = progress_begin("importing", 0, (int64_t)load->plan->row_count);
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
        .plan = plan,
        .store = store,
        .settings = settings,
        .report = report,
        .table = bulk_find_table("account"),
        .refuses_rings = strcmp(settings->invite_cycles, "refuse") == 0,
        .now_us = clock_now_us(),
        .texts = arena_new(),
    };
    bool done;

    for (unsigned i = 0; i < COLUMNS; i++)
        load.columns[i] = bulk_find_column(load.table, column_names[i]);
    load.page = calloc((size_t)PAGE_ROWS * load.table->column_count, sizeof(*load.page));
    CHECK(load.page != NULL);
    done = load_rows(&load, source, select, error);
    free(load.page);
    arena_free(load.texts);
    return done;
}
