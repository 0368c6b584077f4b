/*
 * POST /v1/sessions (sign in), its refresh, and a person's own sessions.
 */
#include "api/account_json.h"
#include "api/body.h"
#include "api/challenge_call.h"
#include "api/invite_call.h"
#include "api/routes.h"
#include "api/session_call.h"
#include "api/sign_in_call.h"
#include "api/token_call.h"
#include "base/metric.h"
#include "domain/profile.h"

enum ask_result sessions_ask_create(struct call *call)
{
    struct redeem_code_in *in = call->in;
    struct slice challenge = SLICE_ABSENT;
    struct slice code = SLICE_ABSENT;
    struct slice invite = SLICE_ABSENT;
    struct slice device = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"challenge_id", true, BODY_STRING, 64, false, &challenge, NULL, NULL},
        {"code", true, BODY_STRING, 64, false, &code, NULL, NULL},
        {"invite_code", false, BODY_STRING, 64, false, &invite, NULL, NULL},
        {"device_name", false, BODY_STRING, 400, false, &device, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)) ||
        !challenge_id_read(call, challenge, &in->challenge_id) ||
        !challenge_guess(call, in->challenge_id, code, "code", &in->mac))
        return ASK_ANSWERED;
    if (!slice_is_absent(device) && !profile_read(PROFILE_DEVICE_NAME, device, &in->device_name))
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "device_name");
    invite_read(call, invite, &in->invite_given, &in->invite_forgiven);
    in->purpose = CHALLENGE_SIGN_IN;
    sign_in_fill(call, in, call->settings->token_refresh_s);
    return call_limit(call, ADDRESS_LIMIT_GUESS) ? ASK_STORE : ASK_ANSWERED;
}

static void write_invite(struct json *json, const struct redeem_code_row *row)
{
    struct activation_facts facts = {.done = row->activated == 1,
                                     .account_id = row->account.id,
                                     .inviter_id = row->inviter_id,
                                     .invited_by = row->invited_by};

    jsonw_object_in(json, "invite");
    jsonw_cstr(json, "status", invite_status(activation_outcome(&facts)));
    jsonw_end(json);
}

static void answer_session(struct call *call, const struct redeem_code_row *row)
{
    struct json *json = call_json(call, 201);

    jsonw_object(json);
    token_grant_json(call, json,
                     &(struct token_grant){.account_id = row->account.id,
                                           .session_id = row->session_id,
                                           .seed = row->session_seed,
                                           .role = row->account.role,
                                           .issued_us = row->session_us});
    jsonw_bool(json, "is_new_account", row->is_first == 1);
    account_json(json, "account", &row->account);
    if (!slice_is_absent(row->invite_given))
        write_invite(json, row);
    jsonw_end(json);
    call_json_end(call);
}

enum answer_result sessions_answer_create(struct call *call)
{
    return sign_in_answer(call, answer_session);
}

enum ask_result sessions_ask_refresh(struct call *call)
{
    const struct settings *settings = call->settings;
    struct refresh_session_in *in = call->in;
    struct refresh_token *token = ARENA_NEW(call->arena, struct refresh_token);
    struct slice text = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"refresh_token", true, BODY_STRING, 1024, false, &text, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return ASK_ANSWERED;
    if (!refresh_parse(call->app->keyring.refresh, text, token))
        return call_refuse(call, PROBLEM_TOKEN_INVALID);
    call->state = token;
    in->session_id = token->session_id;
    in->seed = slice_of(token->seed, sizeof(token->seed));
    in->generation = token->generation;
    in->now_us = call->now_us;
    in->grace_us = settings->token_grace_s * US_PER_S;
    in->expires_us = call->now_us + settings->token_refresh_s * US_PER_S;
    in->address = call->request->address;
    return ASK_STORE;
}

/* States of refresh_session.sql. */
enum { REFRESH_DISABLED = 0, REFRESH_SUCCESSOR = 1, REFRESH_REUSE = 2, REFRESH_EXPIRED = 3 };

enum answer_result sessions_answer_refresh(struct call *call)
{
    const struct refresh_token *token = call->state;
    const struct refresh_session_row *row = STORE_ROW(&call->job, refresh_session);
    struct json *json;

    if (row == NULL) {
        (void)call_refuse(call, PROBLEM_TOKEN_REVOKED);
    } else if (row->disabled == 1) {
        (void)call_refuse(call, PROBLEM_ACCOUNT_DISABLED);
    } else if (row->state == REFRESH_EXPIRED) {
        (void)call_refuse(call, PROBLEM_TOKEN_EXPIRED);
    } else if (row->state != REFRESH_SUCCESSOR) {
        metric_count(METRIC_REFRESH_REUSE);
        (void)call_refuse(call, PROBLEM_TOKEN_REVOKED);
    } else {
        metric_count(METRIC_REFRESHES);
        json = call_json(call, 200);
        jsonw_object(json);
        token_grant_json(call, json,
                         &(struct token_grant){.account_id = row->account_id,
                                               .session_id = token->session_id,
                                               .generation = (uint32_t)row->generation,
                                               .seed = slice_of(token->seed, sizeof(token->seed)),
                                               .role = row->role,
                                               .issued_us = call->now_us});
        jsonw_end(json);
        call_json_end(call);
    }
    return ANSWER_READY;
}
