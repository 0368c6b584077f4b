/* import_plan: what the store holds already. */
#include "command/import_plan.h"
#include "command/import_value.h"
#include "domain/phone.h"

/* Columns of an account. */
enum {
    ACCOUNT_ID,
    ACCOUNT_PHONE,
    ACCOUNT_CODE,
    ACCOUNT_INVITER,
    ACCOUNT_INVITER_CODE,
    ACCOUNT_CREATED,
    ACCOUNT_COLUMNS
};
static const char *const account_columns[ACCOUNT_COLUMNS] = {
    "id", "phone", "invite_code", "invited_by", "inviter_code", "created_us"};

typedef void take_account(struct import_plan *plan, const struct bulk_value *const *values);

/* Accounts come in the order of their ids: an inviter with a later one may still come. */
static void add_wait(struct import_plan *plan, uint32_t invitee,
                     const struct bulk_value *const *values)
{
    struct import_wait wait = {.invitee = invitee};

    if (values[ACCOUNT_INVITER]->is_null ||
        import_index_find(&plan->ids, (uint64_t)values[ACCOUNT_INVITER]->number, NULL))
        return;
    wait.inviter_id = values[ACCOUNT_INVITER]->number;
    if (!values[ACCOUNT_INVITER_CODE]->is_null)
        wait.inviter_code = import_code_key(values[ACCOUNT_INVITER_CODE]->bytes);
    plan->waits = import_plan_grow(plan->waits, plan->wait_count, &plan->wait_size, sizeof(wait));
    plan->waits[plan->wait_count++] = wait;
}

/* Leaves those who wait for somebody that has not come. */
static void sort_waits_out(struct import_plan *plan)
{
    size_t left = 0;

    for (size_t i = 0; i < plan->wait_count; i++) {
        uint64_t inviter = (uint64_t)plan->waits[i].inviter_id;

        if (import_index_find(&plan->ids, inviter, NULL))
            continue;
        plan->waits[left++] = plan->waits[i];
        (void)import_index_add(&plan->awaited, inviter, 0);
    }
    plan->wait_count = left;
}

static void add_present(struct import_plan *plan, const struct bulk_value *const *values)
{
    struct slice phone = values[ACCOUNT_PHONE]->bytes;
    struct import_entry entry = {
        .id = values[ACCOUNT_ID]->number,
        .code = import_code_key(values[ACCOUNT_CODE]->bytes),
        .created_us = values[ACCOUNT_CREATED]->number,
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
    index = import_plan_add(plan, entry);
    if (entry.phone != 0)
        (void)import_index_add(&plan->phones, entry.phone, index);
    (void)import_index_add(&plan->ids, (uint64_t)entry.id, index);
    (void)import_index_add(&plan->taken, entry.code, index);
    add_wait(plan, index, values);
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
    import_plan_reserve(plan, count, 0);
    import_index_reserve(&plan->taken, (size_t)count);
    if (!each_account(plan, store, add_present, error) ||
        !bulk_last_id(store, table, &plan->last_id, error))
        return false;
    sort_waits_out(plan);
    return true;
}

bool import_plan_links(struct import_plan *plan, struct bulk *store, char error[STORE_ERROR_SIZE])
{
    return each_account(plan, store, link_present, error);
}
