/* The model of administration: what staff do to others, and what they see of them. */
#include "model.h"

int64_t model_admin_auth(struct model *model, int64_t session_id, int64_t caller_id, int64_t now_us)
{
    int64_t auth = model_auth(model, session_id, caller_id, now_us);

    if (auth == 1 && (!slice_eq_str(model_account(model, caller_id)->shown.role, "admin") ||
                      model_session(model, session_id)->is_hosted))
        return 3;
    return auth;
}

bool model_noted(const struct model *model, struct slice request_id)
{
    for (unsigned i = 0; i < model->audit_count; i++)
        if (!slice_is_absent(request_id) && slice_eq(model->audit[i].request_id, request_id))
            return true;
    return false;
}

/* The address is the caller's, which nobody else is shown. */
void model_note_admin(struct model *model, int64_t account_id, const char *event,
                      struct slice request_id, int64_t now_us)
{
    if (model_noted(model, request_id))
        return;
    model_add_audit(model, account_id, event, SLICE_ABSENT, now_us);
    model->audit[model->audit_count - 1].request_id = request_id;
}

static int64_t at_most(int64_t count, int64_t most)
{
    return count < most ? count : most;
}

static void count_beside(const struct model *model, const struct model_account *account,
                         const struct admin_update_account_in *in,
                         struct admin_update_account_row *row)
{
    for (unsigned i = 0; i < model->session_count; i++)
        row->sessions += model->sessions[i].account_id == account->shown.id &&
                         model->sessions[i].expires_us > in->now_us;
    for (unsigned i = 0; i < model->account_count; i++)
        row->invitees += model->accounts[i].invited_by == account->shown.id;
    row->sessions = at_most(row->sessions, in->most);
    row->invitees = at_most(row->invitees, in->most);
    if (slice_is_absent(account->shown.phone))
        return;
    row->sends_day = model_events(model, account->shown.phone, 1, in->now_us - US_PER_DAY);
    row->guesses_day = model_events(model, account->shown.phone, 2, in->now_us - US_PER_DAY);
}

static struct admin_account_part show_to_staff(struct model *model,
                                               const struct model_account *account)
{
    const struct account_part *shown = &account->shown;
    const struct model_account *inviter = model_account(model, account->invited_by);

    return (struct admin_account_part){
        .id = shown->id,
        .phone = shown->phone,
        .role = shown->role,
        .first_name = shown->first_name,
        .last_name = shown->last_name,
        .email = shown->email,
        .city = shown->city,
        .telegram_id = shown->telegram_id,
        .avatar = shown->avatar,
        .locale = shown->locale,
        .invite_code = shown->invite_code,
        .inviter_id = account->invited_by,
        .inviter_phone = inviter == NULL ? SLICE_ABSENT : inviter->shown.phone,
        .invited_us = shown->invited_us,
        .created_us = shown->created_us,
        .disabled_us = account->disabled_us,
        .erased_us = account->erased_us,
    };
}

static void change(struct model *model, struct model_account *account,
                   const struct admin_update_account_in *in)
{
    struct account_part *shown = &account->shown;

    shown->role = slice_is_absent(in->role) ? shown->role : in->role;
    shown->email = in->set_email ? in->email : shown->email;
    shown->first_name = in->set_first_name ? in->first_name : shown->first_name;
    shown->last_name = in->set_last_name ? in->last_name : shown->last_name;
    shown->city = in->set_city ? in->city : shown->city;
    shown->telegram_id = in->set_telegram_id ? in->telegram_id : shown->telegram_id;
    model_disable(model, account, in->disable, in->now_us);
}

void model_admin_update_account(struct model *model, const void *params, struct rows *rows)
{
    const struct admin_update_account_in *in = params;
    struct model_account *account = model_account(model, in->account_id);
    struct admin_update_account_row *row = ROWS_ADD(rows, admin_update_account);
    bool of_oneself = in->account_id == in->caller_id;
    bool takes_role = !slice_is_absent(in->role) && !slice_eq_str(in->role, "admin");

    row->auth = model_admin_auth(model, in->session_id, in->caller_id, in->now_us);
    if (row->auth == 1 && account != NULL && account->erased_us == 0 &&
        !(of_oneself && (in->disable == 1 || takes_role)))
        model_note_admin(model, in->account_id, "admin_update", in->request_id, in->now_us);
    row->done = model_noted(model, in->request_id);
    if (row->done && account != NULL && account->erased_us == 0)
        change(model, account, in);
    row->auth = model_admin_auth(model, in->session_id, in->caller_id, in->now_us);
    if (row->auth != 1 || account == NULL)
        return;
    count_beside(model, account, in, row);
    row->admin_account = show_to_staff(model, account);
}

void model_admin_end_sessions(struct model *model, const void *params, struct rows *rows)
{
    const struct admin_end_sessions_in *in = params;
    const struct model_session *target = model_session(model, in->target_id);
    struct admin_end_sessions_row *row = ROWS_ADD(rows, admin_end_sessions);

    row->auth = model_admin_auth(model, in->session_id, in->caller_id, in->now_us);
    row->known = model_account(model, in->account_id) != NULL;
    if (target != NULL && (target->account_id != in->account_id || target->id == in->session_id))
        target = NULL;
    if (row->auth == 1 && row->known == 1 && (in->target_id == 0 || target != NULL))
        model_note_admin(model, in->account_id, "admin_end_sessions", in->request_id, in->now_us);
    row->done = model_noted(model, in->request_id);
    if (row->done && in->target_id == 0)
        model_end_sessions_of(model, in->account_id, in->session_id);
    else if (row->done && target != NULL)
        MODEL_REMOVE(model->sessions, model->session_count, (unsigned)(target - model->sessions));
}

void model_admin_erase_account(struct model *model, const void *params, struct rows *rows)
{
    const struct admin_erase_account_in *in = params;
    struct model_account *account = model_account(model, in->account_id);
    struct admin_erase_account_row *row = ROWS_ADD(rows, admin_erase_account);

    row->auth = model_admin_auth(model, in->session_id, in->caller_id, in->now_us);
    if (row->auth == 1 && account != NULL && in->account_id != in->caller_id)
        model_note_admin(model, in->account_id, "admin_erase", in->request_id, in->now_us);
    row->done = model_noted(model, in->request_id);
    if (row->done && account != NULL && account->erased_us == 0)
        model_erase(model, account, "admin_erase", in->request_id, in->now_us);
}
