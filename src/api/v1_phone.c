/*
 * /v1/me/phone: changing one's number. The code goes to the new number and is bound to the account
 * that asked; a number is never attached by finding it.
 */
#include "api/account_json.h"
#include "api/body.h"
#include "api/challenge_call.h"
#include "api/routes.h"

enum ask_result phone_ask_create(struct call *call)
{
    struct slice phone = SLICE_ABSENT;
    struct slice locale = SLICE_ABSENT;
    struct phone number;
    const struct body_field fields[] = {
        {"phone", true, BODY_STRING, 256, false, &phone, NULL, NULL},
        {"locale", false, BODY_STRING, 64, false, &locale, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)) ||
        !challenge_phone(call, phone, "phone", &number) ||
        !challenge_fill(call, &number, CHALLENGE_NEW_PHONE, locale))
        return ASK_ANSWERED;
    return call_limit(call, ADDRESS_LIMIT_SEND) ? ASK_STORE : ASK_ANSWERED;
}

enum ask_result phone_ask_redeem(struct call *call)
{
    const struct settings *settings = call->settings;
    struct redeem_phone_change_in *in = call->in;
    struct slice challenge = SLICE_ABSENT;
    struct slice code = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"challenge_id", true, BODY_STRING, 64, false, &challenge, NULL, NULL},
        {"code", true, BODY_STRING, 64, false, &code, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)) ||
        !challenge_id_read(call, challenge, &in->challenge_id) ||
        !challenge_guess(call, in->challenge_id, code, "code", &in->mac))
        return ASK_ANSWERED;
    in->request_id = slice_of(call->request_id, sizeof(call->request_id));
    in->now_us = call->now_us;
    in->guess_hour = settings->guess_hour;
    in->guess_day = settings->guess_day;
    in->account_id = call->caller.account_id;
    in->session_id = call->caller.session_id;
    in->address = call->request->address;
    return call_limit(call, ADDRESS_LIMIT_GUESS) ? ASK_STORE : ASK_ANSWERED;
}

enum answer_result phone_answer_redeem(struct call *call)
{
    const struct redeem_phone_change_row *row = STORE_ROW(&call->job, redeem_phone_change);
    struct challenge_facts facts = challenge_facts(&row->challenge_state);
    enum challenge_outcome outcome;

    facts.found = row->found == 1;
    call->phone = row->challenge_state.phone;
    outcome = challenge_outcome(&facts, call->now_us);
    if (outcome != CHALLENGE_WRONG)
        call_limit_undo(call);
    if (outcome != CHALLENGE_RIGHT) {
        challenge_refuse_guess(call, outcome, facts.attempts_left, row->challenge_state.nth_hour_us,
                               row->challenge_state.nth_day_us);
    } else if (row->moved == 0) {
        (void)call_refuse(call, PROBLEM_PHONE_TAKEN);
    } else {
        call_limit_refund(call, ADDRESS_LIMIT_SEND);
        account_json(call_json(call, 200), NULL, &row->account);
        call_json_end(call);
    }
    return ANSWER_READY;
}
