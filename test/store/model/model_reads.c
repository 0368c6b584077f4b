/* The model of reads: what a person or the operator sees. */
#include "model.h"

#include <stdlib.h>

void model_read_account(struct model *model, const void *params, struct rows *rows)
{
    const struct read_account_in *in = params;
    int64_t auth = model_auth(model, in->session_id, in->account_id, in->now_us);
    struct read_account_row *row;

    if (auth == 0)
        return;
    row = ROWS_ADD(rows, read_account);
    row->auth = auth;
    row->account = model_show(model, model_account(model, in->account_id));
}

void model_list_sessions(struct model *model, const void *params, struct rows *rows)
{
    const struct list_sessions_in *in = params;

    if (model_auth(model, in->session_id, in->account_id, in->now_us) != 1)
        return;
    for (unsigned i = model->session_count; i-- > 0;) {
        const struct model_session *session = &model->sessions[i];

        if (session->account_id == in->account_id && session->expires_us > in->now_us)
            *ROWS_ADD(rows, list_sessions) = (struct list_sessions_row){
                .auth = 1,
                .id = session->id,
                .device_name = session->device_name,
                .user_agent = session->user_agent,
                .address = session->address,
                .created_us = session->created_us,
                .used_us = session->used_us,
                .expires_us = session->expires_us,
            };
    }
}

static unsigned rank_of(const struct model *model, int64_t id)
{
    unsigned rank = 0;

    while (rank < model->account_count && model->accounts[rank].shown.id != id)
        rank++;
    return rank;
}

/* Whether a comes before b in a list of invitees: newest first, then the account made last. */
static bool comes_before(const struct model *model, const struct model_account *a,
                         const struct model_account *b)
{
    if (a->shown.invited_us != b->shown.invited_us)
        return a->shown.invited_us > b->shown.invited_us;
    return rank_of(model, a->shown.id) > rank_of(model, b->shown.id);
}

unsigned model_invitees(const struct model *model, int64_t account_id,
                        const struct model_account *after, const struct model_account **out,
                        int64_t max)
{
    unsigned count = 0;

    for (unsigned i = 0; i < model->account_count; i++) {
        const struct model_account *account = &model->accounts[i];
        unsigned at = count;

        if (account->invited_by != account_id ||
            (after != NULL && !comes_before(model, after, account)))
            continue;
        for (; at > 0 && comes_before(model, account, out[at - 1]); at--)
            out[at] = out[at - 1];
        out[at] = account;
        count++;
    }
    return count < max ? count : (unsigned)max;
}

void model_list_invitees(struct model *model, const void *params, struct rows *rows)
{
    const struct list_invitees_in *in = params;
    const struct model_account *found[MODEL_ACCOUNTS_MAX];
    struct model_account after = {.shown = {.id = in->before_id, .invited_us = in->before_us}};
    struct list_invitees_row *row = ROWS_ADD(rows, list_invitees);
    unsigned count;

    row->auth = model_auth(model, in->session_id, in->account_id, in->now_us);
    row->invited_us = INT64_MAX;
    if (row->auth != 1)
        return;
    count =
        model_invitees(model, in->account_id, in->before_us == 0 ? NULL : &after, found, in->page);
    for (unsigned i = 0; i < count; i++)
        *ROWS_ADD(rows, list_invitees) =
            (struct list_invitees_row){.auth = 1,
                                       .id = found[i]->shown.id,
                                       .phone = found[i]->shown.phone,
                                       .invited_us = found[i]->shown.invited_us};
}

void model_find_account(struct model *model, const void *params, struct rows *rows)
{
    const struct find_account_in *in = params;
    const struct model_account *account = slice_is_absent(in->phone)
                                              ? model_account(model, in->account_id)
                                              : model_account_by_phone(model, in->phone);
    struct find_account_row *row;

    if (account == NULL || account->erased_us != 0)
        return;
    row = ROWS_ADD(rows, find_account);
    row->disabled = account->disabled_us != 0;
    for (unsigned i = 0; i < model->session_count; i++)
        row->sessions += model->sessions[i].account_id == account->shown.id;
    row->account = model_show(model, account);
}

void model_find_invite(struct model *model, const void *params, struct rows *rows)
{
    const struct find_invite_in *in = params;
    const struct model_account *inviter =
        model_inviter(model, in->invite_given, in->invite_forgiven);

    if (inviter != NULL)
        ROWS_ADD(rows, find_invite)->invite_code = inviter->shown.invite_code;
}

void model_list_accounts(struct model *model, const void *params, struct rows *rows)
{
    const struct list_accounts_in *in = params;
    unsigned i = in->after_id == 0 ? 0 : rank_of(model, in->after_id) + 1;

    for (; i < model->account_count && rows->count < in->most; i++) {
        const struct model_account *account = &model->accounts[i];
        struct list_accounts_row *row;

        if (account->erased_us != 0)
            continue;
        row = ROWS_ADD(rows, list_accounts);
        row->disabled = account->disabled_us != 0;
        row->account = model_show(model, account);
    }
}

void model_list_handset(struct model *model, const void *params, struct rows *rows)
{
    const struct list_handset_in *in = params;

    for (unsigned i = model->delivered_count; i-- > 0 && rows->count < 100;) {
        const struct list_handset_row *shown = &model->delivered[i].shown;

        if (slice_is_absent(in->phone) || slice_eq(shown->phone, in->phone))
            *ROWS_ADD(rows, list_handset) = *shown;
    }
}

enum { EXPORT_ACCOUNT, EXPORT_SESSION, EXPORT_INVITEE, EXPORT_AUDIT };

static void export_sessions(const struct model *model, const struct export_account_in *in,
                            struct rows *rows)
{
    int64_t count = 0;

    for (unsigned i = model->session_count; i-- > 0 && count < in->most;) {
        const struct model_session *session = &model->sessions[i];

        if (session->account_id != in->account_id || session->expires_us <= in->now_us)
            continue;
        *ROWS_ADD(rows, export_account) = (struct export_account_row){
            .auth = 1,
            .kind = EXPORT_SESSION,
            .item_id = session->id,
            .at_us = session->created_us,
            .used_us = session->used_us,
            .expires_us = session->expires_us,
            .label = session->device_name,
            .user_agent = session->user_agent,
            .address = session->address,
        };
        count++;
    }
}

static void export_rest(const struct model *model, const struct export_account_in *in,
                        struct rows *rows)
{
    const struct model_account *found[MODEL_ACCOUNTS_MAX];
    unsigned found_count = model_invitees(model, in->account_id, NULL, found, in->most);
    int64_t count = 0;

    for (unsigned i = 0; i < found_count; i++)
        *ROWS_ADD(rows, export_account) =
            (struct export_account_row){.auth = 1,
                                        .kind = EXPORT_INVITEE,
                                        .at_us = found[i]->shown.invited_us,
                                        .label = found[i]->shown.phone};
    for (unsigned i = model->audit_count; i-- > 0 && count < in->most;) {
        const struct model_audit *audit = &model->audit[i];

        if (audit->account_id != in->account_id)
            continue;
        *ROWS_ADD(rows, export_account) = (struct export_account_row){.auth = 1,
                                                                      .kind = EXPORT_AUDIT,
                                                                      .at_us = audit->at_us,
                                                                      .label = audit->event,
                                                                      .address = audit->address};
        count++;
    }
}

void model_export_account(struct model *model, const void *params, struct rows *rows)
{
    const struct export_account_in *in = params;
    const struct model_account *account = model_account(model, in->account_id);
    struct export_account_row *row;

    if (account == NULL)
        return;
    row = ROWS_ADD(rows, export_account);
    row->auth = model_auth(model, in->session_id, in->account_id, in->now_us);
    row->account = model_show(model, account);
    if (row->auth != 1)
        return;
    export_sessions(model, in, rows);
    export_rest(model, in, rows);
}
