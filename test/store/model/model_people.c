/* The model of people: accounts, who invited whom, sessions. */
#include "model.h"

#include "base/check.h"

struct model_account *model_inviter(struct model *model, struct slice given, struct slice forgiven)
{
    const struct slice spellings[] = {given, forgiven};

    for (unsigned i = 0; i < ARRAY_LEN(spellings); i++) {
        struct model_account *account = NULL;

        for (unsigned n = 0; n < model->account_count && account == NULL; n++)
            if (!slice_is_absent(spellings[i]) &&
                slice_eq(model->accounts[n].shown.invite_code, spellings[i]))
                account = &model->accounts[n];
        if (account != NULL && account->erased_us == 0)
            return account;
    }
    return NULL;
}

/* Whether a chain of inviters leads from `from` up to `who`; rings there are already are allowed.
 */
static bool descends(struct model *model, const struct model_account *from,
                     const struct model_account *who)
{
    for (unsigned steps = 0; from != NULL && steps <= model->account_count; steps++) {
        if (from == who)
            return true;
        from = model_account(model, from->invited_by);
    }
    return false;
}

void model_activate(struct model *model, struct model_account *who, struct slice given,
                    struct slice forgiven, bool refuse_cycles, struct slice request_id,
                    int64_t now_us)
{
    const struct model_account *inviter = model_inviter(model, given, forgiven);

    if (inviter == NULL || inviter == who || who->invited_by != 0 ||
        (refuse_cycles && descends(model, inviter, who)))
        return;
    who->invited_by = inviter->shown.id;
    who->shown.invited_us = now_us;
    who->activated_by = request_id;
}

void model_activate_invite(struct model *model, const void *params, struct rows *rows)
{
    const struct activate_invite_in *in = params;
    struct model_account *account = model_account(model, in->account_id);
    const struct model_account *inviter;
    struct activate_invite_row *row;
    int64_t auth = model_auth(model, in->session_id, in->account_id, in->now_us);

    if (account == NULL)
        return;
    if (auth == 1 && !slice_is_absent(in->invite_given))
        model_activate(model, account, in->invite_given, in->invite_forgiven,
                       in->refuse_cycles == 1, in->request_id, in->now_us);
    inviter = model_inviter(model, in->invite_given, in->invite_forgiven);
    row = ROWS_ADD(rows, activate_invite);
    row->auth = auth;
    row->inviter_id = inviter == NULL ? 0 : inviter->shown.id;
    row->invited_by = account->invited_by;
    row->activated = slice_eq(account->activated_by, in->request_id);
    if (row->activated && rows->told != NULL && rows->told->count > 0 &&
        ((const struct activate_invite_row *)(const void *)rows->told->data)->inviter_id == 0)
        row->inviter_id = 0;
    row->account = model_show(model, account);
}

void model_update_account(struct model *model, const void *params, struct rows *rows)
{
    const struct update_account_in *in = params;
    struct model_account *account = model_account(model, in->account_id);
    struct update_account_row *row;
    int64_t auth = model_auth(model, in->session_id, in->account_id, in->now_us);

    if (account == NULL)
        return;
    if (auth == 1) {
        struct account_part *shown = &account->shown;

        shown->email = in->set_email ? in->email : shown->email;
        shown->first_name = in->set_first_name ? in->first_name : shown->first_name;
        shown->last_name = in->set_last_name ? in->last_name : shown->last_name;
        shown->city = in->set_city ? in->city : shown->city;
        shown->telegram_id = in->set_telegram_id ? in->telegram_id : shown->telegram_id;
        shown->locale = in->set_locale ? in->locale : shown->locale;
    }
    row = ROWS_ADD(rows, update_account);
    row->auth = auth;
    row->account = model_show(model, account);
}

void model_set_avatar(struct model *model, const void *params, struct rows *rows)
{
    const struct set_avatar_in *in = params;
    struct model_account *account = model_account(model, in->account_id);
    struct set_avatar_row *row;
    int64_t auth = model_auth(model, in->session_id, in->account_id, in->now_us);

    if (account == NULL)
        return;
    if (auth == 1) {
        account->shown.avatar = in->avatar_hash;
        account->avatar_data = in->avatar_data;
    }
    row = ROWS_ADD(rows, set_avatar);
    row->auth = auth;
    row->account = model_show(model, account);
}

/* A picture is there as long as it is somebody's. */
void model_read_avatar(struct model *model, const void *params, struct rows *rows)
{
    const struct read_avatar_in *in = params;

    for (unsigned i = 0; i < model->account_count; i++)
        if (slice_eq(model->accounts[i].shown.avatar, in->avatar_hash))
            ROWS_ADD(rows, read_avatar)->data = model->accounts[i].avatar_data;
}

void model_end_sessions_of(struct model *model, int64_t account_id, int64_t spared)
{
    for (unsigned i = model->session_count; i-- > 0;)
        if (model->sessions[i].account_id == account_id && model->sessions[i].id != spared)
            MODEL_REMOVE(model->sessions, model->session_count, i);
}

void model_end_sessions(struct model *model, const void *params, struct rows *rows)
{
    const struct end_sessions_in *in = params;
    struct end_sessions_row *row = ROWS_ADD(rows, end_sessions);

    row->auth = model_auth(model, in->session_id, in->account_id, in->now_us);
    rows->refused = row->auth != 1;
    if (rows->refused)
        return;
    for (unsigned i = model->session_count; i-- > 0;) {
        const struct model_session *session = &model->sessions[i];

        if (session->account_id != in->account_id ||
            (in->target_id == 0 ? session->id == in->session_id : session->id != in->target_id))
            continue;
        model_add_audit(model, in->account_id, "session_end", in->address, in->now_us);
        MODEL_REMOVE(model->sessions, model->session_count, i);
        row->found++;
    }
}

/* Everything on its way to the number, or to one the account was about to take. */
static void erase_codes(struct model *model, const struct model_account *account)
{
    for (unsigned i = model->delivered_count; i-- > 0;)
        if (slice_eq(model->delivered[i].shown.phone, account->shown.phone))
            MODEL_REMOVE(model->delivered, model->delivered_count, i);
    for (unsigned i = model->challenge_count; i-- > 0;) {
        const struct model_challenge *challenge = &model->challenges[i];

        if (!slice_eq(challenge->phone, account->shown.phone) &&
            challenge->account_id != account->shown.id)
            continue;
        for (unsigned n = model->message_count; n-- > 0;)
            if (slice_eq(model->messages[n].challenge_id, challenge->id))
                MODEL_REMOVE(model->messages, model->message_count, n);
        MODEL_REMOVE(model->challenges, model->challenge_count, i);
    }
}

void model_erase(struct model *model, struct model_account *account, const char *event,
                 struct slice request_id, int64_t now_us)
{
    struct account_part left = {.id = account->shown.id,
                                .role = SLICE_LIT("user"),
                                .locale = account->shown.locale,
                                .invite_code = account->shown.invite_code,
                                .invited_us = account->shown.invited_us,
                                .created_us = account->shown.created_us};

    erase_codes(model, account);
    for (unsigned i = 0; i < model->audit_count; i++)
        if (model->audit[i].account_id == account->shown.id)
            model->audit[i].address = SLICE_ABSENT;
    model_note_admin(model, account->shown.id, event, request_id, now_us);
    for (unsigned i = model->grant_count; i-- > 0;)
        if (model->grants[i].account_id == account->shown.id)
            MODEL_REMOVE(model->grants, model->grant_count, i);
    account->shown = left;
    account->avatar_data = SLICE_ABSENT;
    account->erased_us = now_us;
    model_end_sessions_of(model, left.id, 0);
}

void model_erase_account(struct model *model, const void *params, struct rows *rows)
{
    const struct erase_account_in *in = params;
    struct model_account *account = model_account(model, in->account_id);
    struct erase_account_row *row = ROWS_ADD(rows, erase_account);
    bool by_staff = in->is_open == 0 && in->caller_id != in->account_id;

    row->auth = in->is_open == 1 ? 1 : model_auth(model, in->session_id, in->caller_id, in->now_us);
    if (by_staff)
        row->auth = model_admin_auth(model, in->session_id, in->caller_id, in->now_us);
    if (account == NULL)
        return;
    if (account->erased_us == 0 && row->auth == 1)
        model_erase(model, account, by_staff ? "admin_erase" : "erase",
                    by_staff ? in->request_id : SLICE_ABSENT, in->now_us);
    row->erased = account->erased_us == in->now_us;
}

void model_disable(struct model *model, struct model_account *account, int64_t disable,
                   int64_t now_us)
{
    if (disable == 1)
        model_end_sessions_of(model, account->shown.id, 0);
    if (disable == 0)
        account->disabled_us = 0;
    else if (disable == 1 && account->disabled_us == 0)
        account->disabled_us = now_us;
}

void model_set_account(struct model *model, const void *params, struct rows *rows)
{
    const struct set_account_in *in = params;
    struct model_account *account = model_account(model, in->account_id);
    struct set_account_row *row;

    if (account == NULL || account->erased_us != 0)
        return;
    if (!slice_is_absent(in->role))
        account->shown.role = in->role;
    model_disable(model, account, in->disable, in->now_us);
    model_add_audit(model, in->account_id,
                    in->disable == 1   ? "operator_disable"
                    : in->disable == 0 ? "operator_enable"
                                       : "operator_role",
                    SLICE_ABSENT, in->now_us);
    row = ROWS_ADD(rows, set_account);
    row->disabled = account->disabled_us != 0;
    row->account = model_show(model, account);
}

void model_add_account_script(struct model *model, const void *params, struct rows *rows)
{
    const struct add_account_in *in = params;
    const struct model_account *account;
    struct add_account_row *row;

    (void)model_add_account(model, in->phone, in->own_code, in->role, in->locale, in->now_us);
    account = model_account_by_phone(model, in->phone);
    if (account == NULL)
        return;
    row = ROWS_ADD(rows, add_account);
    row->made = account->shown.created_us == in->now_us &&
                slice_eq(account->shown.invite_code, in->own_code);
    /* Asked twice in one microsecond, it is written down twice. */
    if (row->made)
        model_add_audit(model, account->shown.id, "operator_add", SLICE_ABSENT, in->now_us);
    row->disabled = account->disabled_us != 0;
    row->account = model_show(model, account);
}

/* A token older than its predecessor, or the predecessor after its grace: it was stolen. */
static bool is_reuse(const struct model_session *session, const struct refresh_session_in *in)
{
    return session->generation > in->generation + 1 ||
           (session->generation == in->generation + 1 &&
            session->rotated_us + in->grace_us < in->now_us);
}

void model_refresh_session(struct model *model, const void *params, struct rows *rows)
{
    const struct refresh_session_in *in = params;
    struct model_session *session = model_session(model, in->session_id);
    const struct model_account *account;
    struct refresh_session_row *row;
    bool reuse;

    if (session == NULL || !slice_eq(session->seed, in->seed))
        return;
    account = model_account(model, session->account_id);
    CHECK(account != NULL);
    row = ROWS_ADD(rows, refresh_session);
    row->account_id = session->account_id;
    row->disabled = account->disabled_us != 0;
    row->role = account->shown.role;
    reuse = session->expires_us > in->now_us && is_reuse(session, in);
    if (session->expires_us <= in->now_us) {
        row->state = 3;
    } else if (reuse || session->generation < in->generation) {
        row->state = 2;
    } else {
        row->state = 1;
        if (session->generation == in->generation) {
            session->generation++;
            session->rotated_us = session->used_us = in->now_us;
            session->expires_us = in->expires_us;
            session->address = in->address;
        }
    }
    row->generation = session->generation;
    if (reuse) {
        unsigned index = (unsigned)(session - model->sessions);

        model_add_audit(model, session->account_id, "refresh_reuse", in->address, in->now_us);
        MODEL_REMOVE(model->sessions, model->session_count, index);
    }
}
