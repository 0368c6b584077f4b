#include "command/import_account.h"

#include <inttypes.h>
#include <stdio.h>

#include "command/import_value.h"
#include "domain/profile.h"
#include "domain/role.h"

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
};
static const char *const column_names[IMPORT_ACCOUNT_COLUMNS] = {
    "id",         "phone",        "role",        "first_name", "last_name",
    "email",      "city",         "telegram_id", "locale",     "invite_code",
    "invited_by", "inviter_code", "invited_us",  "created_us", "disabled_us",
};

/* The row being made into an account. */
struct making {
    struct import_maker *maker;
    const struct slice *values;
    int64_t source_id;
    uint32_t index;
    const struct import_entry *entry;
    struct bulk_value *account; /* by the table's columns; all NULL at first */
};

static void report(const struct making *making, enum import_group group, const char *reason,
                   struct slice detail)
{
    import_report_add(making->maker->report, group, reason, making->source_id,
                      making->values[IMPORT_PHONE], detail);
}

static void set_number(const struct making *making, enum column column, int64_t number)
{
    making->account[making->maker->columns[column]] = (struct bulk_value){.number = number};
}

static void set_text(const struct making *making, enum column column, struct slice text)
{
    struct import_maker *maker = making->maker;

    if (slice_is_absent(text))
        return;
    making->account[maker->columns[column]] =
        (struct bulk_value){.bytes = arena_copy(maker->texts, text)};
}

/* Names of Telegram are often kept without their @. */
static bool read_telegram(const struct making *making, struct slice text, struct slice *ret_value)
{
    struct slice with_at;

    if (profile_read(PROFILE_TELEGRAM_ID, text, ret_value))
        return true;
    if (text.len > TELEGRAM_TEXT_MAX)
        return false;
    with_at = arena_printf(making->maker->texts, "@%.*s", SLICE_ARG(text));
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
        return at_us > making->maker->now_us ? making->maker->now_us : at_us;
    report(making, IMPORT_CHANGED, "date_invalid", SLICE_ABSENT);
    return otherwise;
}

static void make_activation(const struct making *making, int64_t created_us)
{
    struct import_maker *maker = making->maker;
    struct slice told = making->values[slice_is_absent(making->values[IMPORT_ACTIVATED_CODE])
                                           ? IMPORT_INVITER
                                           : IMPORT_ACTIVATED_CODE];
    const struct import_entry *above;
    char code[INVITE_TEXT_SIZE];
    uint32_t inviter;

    if (!import_plan_inviter(maker->plan, import_told_of(making->values), &inviter)) {
        report(making, IMPORT_DROPPED, "activation_unknown", told);
        return;
    }
    if (inviter == IMPORT_NONE)
        return;
    if (inviter == making->index) {
        report(making, IMPORT_DROPPED, "activation_own", told);
        return;
    }
    if (maker->refuses_rings && !making->entry->is_here &&
        !import_plan_link(maker->plan, making->index, inviter)) {
        report(making, IMPORT_DROPPED, "activation_ring", told);
        return;
    }
    above = &maker->plan->entries[inviter];
    import_code_text(above->code, code);
    set_number(making, INVITED_BY, above->id);
    set_text(making, INVITER_CODE, slice_of(code, INVITE_CODE_LEN));
    set_number(making, INVITED_US, read_time(making, IMPORT_ACTIVATED, created_us));
    if (!making->entry->is_here)
        maker->report->activations++;
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
    const struct import_maker *maker = making->maker;
    int64_t created_us = read_time(making, IMPORT_CREATED, maker->now_us);
    struct slice active = making->values[IMPORT_ACTIVE];

    make_identity(making);
    make_profile(making);
    make_activation(making, created_us);
    set_number(making, CREATED_US, created_us);
    set_text(making, ROLE, slice_str(role_name(role_of(making->values))));
    set_text(making, LOCALE, slice_str(maker->settings->locale_default));
    if (!slice_is_absent(active) && !import_read_truth(active)) {
        set_number(making, DISABLED_US, maker->now_us);
        report(making, IMPORT_CHANGED, "disabled", SLICE_ABSENT);
    }
}

void import_maker_begin(struct import_maker *maker)
{
    for (unsigned i = 0; i < IMPORT_ACCOUNT_COLUMNS; i++)
        maker->columns[i] = bulk_find_column(maker->table, column_names[i]);
}

void import_make_account(struct import_maker *maker, const struct import_row *row,
                         const struct slice *values, struct bulk_value *out)
{
    struct making making = {
        .maker = maker,
        .values = values,
        .source_id = row->source_id,
        .index = row->entry,
        .entry = &maker->plan->entries[row->entry],
        .account = out,
    };

    for (unsigned i = 0; i < maker->table->column_count; i++)
        out[i] = (struct bulk_value){.is_null = true};
    make_account(&making);
}
