/* The model of hosted sign-in, and of what sites ask about tokens. */
#include "model.h"

#include "base/check.h"

static struct model_grant *grant_of(struct model *model, struct slice hash)
{
    for (unsigned i = 0; i < model->grant_count; i++)
        if (slice_eq(model->grants[i].hash, hash))
            return &model->grants[i];
    return NULL;
}

static unsigned newer_grants(const struct model *model, const struct model_grant *grant)
{
    unsigned count = 0;

    for (unsigned i = 0; i < model->grant_count; i++)
        count += model->grants[i].account_id == grant->account_id &&
                 model->grants[i].created_us > grant->created_us;
    return count;
}

/* What is older than the newest `max` goes; those of one time stay together. */
static void trim_grants(struct model *model, int64_t account_id, int64_t max)
{
    for (unsigned i = model->grant_count; i-- > 0;)
        if (model->grants[i].account_id == account_id &&
            newer_grants(model, &model->grants[i]) >= max)
            MODEL_REMOVE(model->grants, model->grant_count, i);
}

void model_create_grant(struct model *model, const void *params, struct rows *rows)
{
    const struct create_grant_in *in = params;
    struct create_grant_row *row = ROWS_ADD(rows, create_grant);

    row->auth = model_auth(model, in->session_id, in->account_id, in->now_us);
    if (row->auth == 1 && model_session(model, in->session_id)->is_hosted)
        row->auth = 3;
    if (row->auth != 1 || grant_of(model, in->hash) != NULL)
        return;
    CHECK(model->grant_count < MODEL_GRANTS_MAX);
    model->grants[model->grant_count++] = (struct model_grant){
        .hash = in->hash,
        .host = in->host,
        .code_challenge = in->code_challenge,
        .account_id = in->account_id,
        .session_id = in->session_id,
        .created_us = in->now_us,
        .expires_us = in->expires_us,
    };
    trim_grants(model, in->account_id, in->most);
}

/* A used code that comes again was stolen: the session it gave ends. */
static void end_stolen(struct model *model, const struct model_grant *grant,
                       const struct exchange_grant_in *in)
{
    const struct model_session *session =
        model_session_by_seed(model, grant->used_by, grant->account_id);

    if (session == NULL)
        return;
    model_add_audit(model, grant->account_id, "grant_reuse", in->address, in->now_us);
    MODEL_REMOVE(model->sessions, model->session_count, (unsigned)(session - model->sessions));
}

static void open_hosted(struct model *model, struct model_grant *grant,
                        const struct exchange_grant_in *in)
{
    grant->used_by = in->request_id;
    CHECK(model->session_count < MODEL_SESSIONS_MAX);
    model->sessions[model->session_count++] = (struct model_session){
        .id = model_number(in->request_id),
        .account_id = grant->account_id,
        .is_hosted = 1,
        .seed = in->request_id,
        .device_name = grant->host,
        .user_agent = in->user_agent,
        .address = in->address,
        .created_us = in->now_us,
        .used_us = in->now_us,
        .expires_us = in->expires_us,
    };
    model_trim_sessions(model, grant->account_id, in->session_max);
    model_add_audit(model, grant->account_id, "sign_in", in->address, in->now_us);
}

void model_exchange_grant(struct model *model, const void *params, struct rows *rows)
{
    const struct exchange_grant_in *in = params;
    struct model_grant *grant = grant_of(model, in->hash);
    const struct model_account *account;
    const struct model_session *session;
    struct exchange_grant_row *row;
    bool matches;

    if (grant == NULL)
        return;
    matches = slice_eq(grant->code_challenge, in->code_challenge);
    if (matches && slice_is_absent(grant->used_by)) {
        if (grant->expires_us > in->now_us &&
            model_auth(model, grant->session_id, grant->account_id, in->now_us) == 1)
            open_hosted(model, grant, in);
    } else if (matches && !slice_eq(grant->used_by, in->request_id)) {
        end_stolen(model, grant, in);
    }
    account = model_account(model, grant->account_id);
    CHECK(account != NULL);
    row = ROWS_ADD(rows, exchange_grant);
    row->used = slice_is_absent(grant->used_by)            ? 0
                : slice_eq(grant->used_by, in->request_id) ? 1
                                                           : 2;
    row->matches = matches;
    row->grant_expires_us = grant->expires_us;
    row->disabled = account->disabled_us != 0;
    row->account = model_show(model, account);
    session = model_session_by_seed(model, in->request_id, grant->account_id);
    if (session == NULL)
        return;
    row->session_id = session->id;
    row->session_seed = session->seed;
    row->session_us = session->created_us;
}

/* The session of a token: an access token names its account, a refresh token its seed. */
static struct model_session *session_of(struct model *model, int64_t session_id, int64_t account_id,
                                        struct slice seed)
{
    struct model_session *session = model_session(model, session_id);

    if (session == NULL || (session->account_id != account_id &&
                            (slice_is_absent(seed) || !slice_eq(session->seed, seed))))
        return NULL;
    return session;
}

void model_introspect_token(struct model *model, const void *params, struct rows *rows)
{
    const struct introspect_token_in *in = params;
    const struct model_session *session =
        session_of(model, in->session_id, in->account_id, in->seed);

    if (session == NULL || model_auth(model, session->id, session->account_id, in->now_us) != 1)
        return;
    *ROWS_ADD(rows, introspect_token) = (struct introspect_token_row){
        .account_id = session->account_id,
        .role = model_account(model, session->account_id)->shown.role,
        .generation = session->generation,
        .rotated_us = session->rotated_us,
        .created_us = session->created_us,
        .expires_us = session->expires_us,
    };
}

void model_revoke_token(struct model *model, const void *params, struct rows *rows)
{
    const struct revoke_token_in *in = params;
    const struct model_session *session =
        session_of(model, in->session_id, in->account_id, in->seed);

    ROWS_ADD(rows, revoke_token)->ended = session != NULL;
    if (session == NULL)
        return;
    model_add_audit(model, session->account_id, "session_end", in->address, in->now_us);
    MODEL_REMOVE(model->sessions, model->session_count, (unsigned)(session - model->sessions));
}
